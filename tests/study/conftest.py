"""Pages to read, a year to be in, and somebody who does things with both."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
import time_machine
from django.test import Client

from learning import calendars
from learning.calendars import Calendar, When
from learning.models import GuidancePage, ModulePage
from members import actions as members_actions
from members.models import Circle, User

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
LEARNING = "/me/learning/"
HX = {"HX-Request": "true"}
EVERYBODY = ["admin", "editor", "facilitator", "convener", "participant", "outsider", "visitor"]


@pytest.fixture
def now():
    """It is Tuesday 10 March 2026, midday in London; the clock is moved by hand."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def visit(cast, signed_in, client) -> Callable[[str], Client]:
    """The browser of one of the cast, by name."""
    return lambda who: client if who == "visitor" else signed_in(getattr(cast, who))


@pytest.fixture
def guidance(pages) -> GuidancePage:
    """A piece of guidance."""
    return GuidancePage.objects.get(pk=pages.guidance.pk)


@pytest.fixture
def write(pages) -> Callable[..., GuidancePage]:
    """``write("Trust", circle=…)`` puts more guidance into the library."""

    def put(title: str, **more: object) -> GuidancePage:
        library = type(pages.library).objects.get()
        slug = f"g{GuidancePage.objects.count()}"
        more.setdefault("in_short", f"About {title}.")
        return library.add_child(instance=GuidancePage(title=title, slug=slug, **more))

    return put


def step(key: int, title: str, minutes: int | None = None, **more: object) -> dict[str, object]:
    """A step of a module as it is kept; its key is the number."""
    value = {"phase": "before", "title": title, "text": "", "minutes": minutes, "guidance": None, **more}
    return {"type": "step", "id": str(UUID(int=key)), "value": value}


@pytest.fixture
def year(pages, monkeypatch) -> Callable[..., list[ModulePage]]:
    """``year("done", "now", "later")`` makes a module for each; each has two steps, of 60 and of 10 minutes.

    The keys of module 1's steps are 11 and 12, of module 2's 21 and 22, and so on. With ``steps`` they have others.
    """
    states: dict[int, When] = {}
    calendar = Calendar(
        key="tests.year", when=lambda ids, user: {pk: states[pk] for pk in ids if pk in states}
    )
    monkeypatch.setattr(calendars.calendars, "_items", {calendar.key: calendar})

    def make(*wanted: str, steps: object = None) -> list[ModulePage]:
        ModulePage.objects.all().delete()
        above = type(pages.modules).objects.get()
        made = []
        for number, state in enumerate(wanted, 1):
            own = steps or [
                step(number * 10 + 1, f"Long {number}", 60),
                step(number * 10 + 2, f"Short {number}", 10),
            ]
            module = above.add_child(
                instance=ModulePage(
                    title=f"Module no {number}",
                    slug=f"m{number}",
                    number=number,
                    summary="Begin.",
                    steps=json.dumps(own),
                )
            )
            above = type(pages.modules).objects.get()
            if state:
                states[module.pk] = When(words=f"Dates {number}", state=state)
            made.append(module)
        return made

    return make


@pytest.fixture
def restrict() -> Callable[..., None]:
    """Let only the people of a circle read a page."""

    def do(page: GuidancePage | ModulePage, circle: Circle | None) -> None:
        type(page).objects.filter(pk=page.pk).update(circle=circle)

    return do


def leave_network(person: User) -> None:
    """They are a member no longer."""
    members_actions.leave(person=fresh(person), circle=Circle.objects.network())


def fresh(thing):
    """The same thing as the database has it now."""
    return type(thing).objects.get(pk=thing.pk)
