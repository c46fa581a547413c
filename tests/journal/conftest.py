"""People who write for themselves, and a programme with outcomes."""

import json
from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client

from journal import actions, rating
from journal.models import Rating, Reflection
from journal.rating import Rated
from members import actions as members
from members.enums import Role
from members.models import Circle, Membership, User
from tests.conftest import Cast, Pages
from tests.factories import CohortFactory, UserFactory

LISTEN, INVITE, KEEP, END = OUTCOMES = [UUID(int=number, version=4) for number in range(1, 5)]
WORDS = {
    LISTEN: "listen before you plan",
    INVITE: "invite people who do not know each other",
    KEEP: "keep a community going",
    END: "end a community well",
}
PROMPT = UUID(int=77, version=4)
OTHER_PROMPT = UUID(int=78, version=4)
QUESTION = "Who was not in the room?"
NUMBER = "943 476 5919"


@pytest.fixture
def visit(cast: Cast, signed_in, client) -> Callable[[str], Client]:
    """The browser of one of the cast, by name."""
    return lambda who: client if who == "visitor" else signed_in(getattr(cast, who))


@pytest.fixture
def write(cast: Cast) -> Callable[..., Reflection]:
    """``write("Some words", by="convener")``: the participant, unless told."""

    def made(text: str = "Some words.", *, by: str = "participant", **more: object) -> Reflection:
        return actions.write(person=getattr(cast, by), text=text, **more)

    return made


@pytest.fixture
def place(cast: Cast) -> Callable[..., Membership]:
    """``place("convener", cast.community.circle)``: in the cohort, unless told."""

    def found(who: str = "participant", circle: Circle | None = None) -> Membership:
        return Membership.objects.active().get(person=getattr(cast, who), circle=circle or cast.cohort.circle)

    return found


@pytest.fixture
def shared(write, place) -> Callable[..., Reflection]:
    """``shared("leads")``: one of the participant's, shared with the cohort."""

    def made(readers: str = "all", text: str = "Shared words.", **more: object) -> Reflection:
        one = write(text, **more)
        return actions.share(reflection=one, place=place(), readers=readers)

    return made


@pytest.fixture
def asking(pages: Pages) -> Pages:
    """The site; its module asks two questions."""
    blocks = [
        {"type": "text", "value": "<p>Read this first.</p>", "id": str(UUID(int=5, version=4))},
        {"type": "reflection", "value": {"prompt": QUESTION}, "id": str(PROMPT)},
        {"type": "reflection", "value": {"prompt": "And who was?"}, "id": str(OTHER_PROMPT)},
    ]
    pages.module.body = json.dumps(blocks)
    pages.module.save()
    return pages


@pytest.fixture
def programme(pages: Pages) -> Pages:
    """The site; its programme has four outcomes."""
    pages.programme.outcomes = json.dumps(
        [{"type": "outcome", "value": words, "id": str(key)} for key, words in WORDS.items()]
    )
    pages.programme.save()
    return pages


@pytest.fixture
def rate(place) -> Callable[..., int]:
    """``rate("participant", 3, moment="end")``: one outcome, the first unless told."""

    def done(
        who: Membership | str, score: int, *, moment: str = "start", outcome: UUID = LISTEN, note: str = ""
    ) -> int:
        mine = place(who) if isinstance(who, str) else who
        rated = {outcome: Rated(score=score, note=note)}
        return rating.rate(person=mine.person, place=mine, moment=moment, outcomes=WORDS, rated=rated)

    return done


@pytest.fixture
def crowd() -> Callable[..., tuple[Circle, list[Membership]]]:
    """``crowd(5)``: a cohort of its own with so many participants."""

    def made(number: int) -> tuple[Circle, list[Membership]]:
        circle = CohortFactory().circle
        return circle, [
            members.join(person=UserFactory(first_name=f"P{n}"), circle=circle) for n in range(number)
        ]

    return made


@pytest.fixture
def lead() -> Callable[[Circle], User]:
    """Somebody who leads a cohort."""

    def made(circle: Circle) -> User:
        person = UserFactory(first_name="Lee", last_name="Der")
        members.join(person=person, circle=circle, role=Role.LEAD)
        return person

    return made


def fresh(thing):
    """The same thing as the database has it now; a person with their circles forgotten."""
    return type(thing).objects.get(pk=thing.pk)


def scores() -> list[tuple[str, int]]:
    """Every rating that is kept: moment and score."""
    return list(Rating.objects.order_by("pk").values_list("moment", "score"))
