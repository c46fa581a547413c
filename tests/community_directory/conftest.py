"""Terms, a form that is filled in, and threads that each have a connection of their own."""

import re
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail as outbox
from django.core.management import call_command
from django.db import connection

from community_directory import actions
from community_directory.models import OutsideListing, Steward
from members.models import Organisation, Region, Sector, Theme
from tests.factories import OrganisationFactory, RegionFactory, SectorFactory, ThemeFactory


@pytest.fixture
def terms(db) -> dict[str, Any]:
    """A sector, region, theme and organisation to file under."""
    sector, region = SectorFactory(slug="social-care"), RegionFactory(slug="london")
    return {
        "sector": sector,
        "region": region,
        "theme": ThemeFactory(slug="trust", name="Trust"),
        "organisation": OrganisationFactory(slug="harewell", name="Harewell", sector=sector, region=region),
    }


@pytest.fixture
def filled(terms: dict[str, Any]) -> dict[str, Any]:
    """What a browser sends when everything is filled in."""
    return {
        "name": "Night walkers",
        "summary": "People who work at night and learn from it.",
        "domain": "The hours **between** two and five.",
        "purpose": "So that nobody is alone with a question at night.",
        "practice": "A list of people who answer.",
        "themes": [terms["theme"].pk],
        "sectors": [terms["sector"].pk],
        "regions": [terms["region"].pk],
        "organisations": [terms["organisation"].pk],
        "stage": "maturing",
        "rhythm": "Every other Thursday",
        "meets": "online",
        "open_to": "ask",
        "how_to_join": "Write to us.",
        "website": "https://night.example.org",
    }


@pytest.fixture
def written(terms: dict[str, Any]) -> dict[str, Any]:
    """The same, as an action takes it."""
    return {
        "name": "Night walkers",
        "summary": "People who work at night and learn from it.",
        "domain": "The hours **between** two and five.",
        "purpose": "So that nobody is alone with a question at night.",
        "sectors": list(Sector.objects.filter(slug="social-care")),
        "regions": list(Region.objects.filter(slug="london")),
        "themes": list(Theme.objects.filter(slug="trust")),
        "organisations": list(Organisation.objects.filter(slug="harewell")),
    }


@pytest.fixture
def reindex(db) -> Callable[[], None]:
    """Index what factories have made."""
    return lambda: call_command("update_index", verbosity=0)


@pytest.fixture
def at_once() -> Callable[..., list[Any]]:
    """Run some calls at the same moment, each in a thread with a connection of its own.

    Returns what they returned, or the exception that they raised.
    """

    def run(*calls: Callable[[], Any]) -> list[Any]:
        barrier = threading.Barrier(len(calls))
        answers: list[Any] = [None] * len(calls)

        def work(place: int, call: Callable[[], Any]) -> None:
            try:
                barrier.wait(timeout=20)
                answers[place] = call()
            except Exception as error:
                answers[place] = error
            finally:
                connection.close()

        threads = [threading.Thread(target=work, args=item) for item in enumerate(calls)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        return answers

    return run


class Meanwhile:
    """Lets something happen after a form was found to be right, and before it is acted upon."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch
        self.done = False

    def __call__(self, form: type, happens: Callable[[], Any]) -> None:
        valid = form.is_valid

        def is_valid(sent: Any) -> bool:
            found = valid(sent)
            if not self.done:
                happens()
                self.done = True
            return found

        self.monkeypatch.setattr(form, "is_valid", is_valid)


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """``meanwhile(SomeForm, what_happens)``."""
    return Meanwhile(monkeypatch)


needs_threads = pytest.mark.skipif(
    connection.vendor == "sqlite",
    reason="SQLite in memory has one connection; its writers queue by themselves",
)


OUTSIDE = "nell@example.org"


@pytest.fixture
def committed(django_capture_on_commit_callbacks) -> Callable[[Callable[[], Any]], Any]:
    """Do something, and then what waits for its commit: ``committed(lambda: …)``."""

    def run(work: Callable[[], Any]) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return work()

    return run


@pytest.fixture
def outside(filled: dict[str, Any]) -> dict[str, Any]:
    """What the browser of somebody without an account sends."""
    key = "6a2f0c1e-0d8a-4a55-9d0e-1c7a54f0b001"
    return filled | {
        "steward_name": "Nell Outwith",
        "steward_email": OUTSIDE,
        "may_speak": "on",
        "request_key": key,
    }


def links() -> list[str]:
    """The links in the mails that went to the outsider, the newest last."""
    found = (re.search(r"http://testserver(/guest/[^\s#]+)\n", message.body) for message in outbox.outbox if message.to == [OUTSIDE])  # fmt: skip
    return [match[1] for match in found if match]


@pytest.fixture
def listing(written: dict[str, Any], committed) -> OutsideListing:
    """What an outsider has written and not confirmed; its mail has gone."""
    return committed(
        lambda: actions.offer_listing(email=OUTSIDE, by="Nell Outwith", request_key=uuid.uuid4(), **written)
    )


@pytest.fixture
def steward(listing: OutsideListing, committed) -> Steward:
    """They have confirmed it: it waits for an editor."""
    committed(lambda: actions.confirm_listing(listing=listing))
    return Steward.objects.select_related("community").get()


@pytest.fixture
def published(steward: Steward, cast, committed) -> Steward:
    """An editor has published it."""
    committed(lambda: actions.publish_community(community=steward.community, person=cast.editor))
    return Steward.objects.select_related("community").get()
