"""News for tests: about circles, which only their people see."""

from collections.abc import Callable
from typing import Any

import pytest

from kit.registry import Verb, verbs
from members import actions as members_actions
from members.enums import Role
from members.models import Circle, User
from notifications.actions import notify
from tests.factories import CircleFactory, UserFactory

TOLD = "test.told"
MAILED = "test.mailed"
OTHER = "test.other"
BROKEN = "test.broken"
ALWAYS = "test.always"


def _verb(key: str, **more: Any) -> Verb:
    return Verb(
        key=key,
        targets=lambda ids, user: Circle.objects.visible_to(user).in_bulk(ids),
        sentence=lambda actor, circle: f"{actor} wrote in {circle.name}",
        url=lambda circle: f"/discussions/?about={circle.pk}",
        excerpt=lambda circle: f"Something about {circle.name}",
        **more,
    )


def _broken(actor: str, thing: str) -> str:
    raise RuntimeError("a mistake of whoever wrote this verb")


_verb_broken = Verb(
    key=BROKEN, targets=lambda ids, user: {1: "thing"}, sentence=_broken, url=lambda thing: "/", mailed=True
)
_verb_always = _verb(ALWAYS, mailed=True, always=True, reason="you look after this")
for _made in (_verb(TOLD), _verb(MAILED, mailed=True), _verb(OTHER), _verb_broken, _verb_always):
    if verbs.get(_made.key) is None:
        verbs.add(_made)


@pytest.fixture
def circle(db) -> Circle:
    """A circle that the reader and the writer are in."""
    return CircleFactory(name="Falls in care homes")


@pytest.fixture
def reader(circle: Circle) -> User:
    """Somebody who gets told."""
    person = UserFactory(email="reader@example.org", first_name="Rita", last_name="Reader")
    members_actions.join(person=person, circle=circle)
    return person


@pytest.fixture
def writer(circle: Circle) -> User:
    """Somebody who does things."""
    person = UserFactory(email="writer@example.org", first_name="Will", last_name="Writer")
    members_actions.join(person=person, circle=circle, role=Role.LEAD)
    return person


@pytest.fixture
def tell(reader: User, writer: User, circle: Circle) -> Callable[..., int]:
    """Tell the reader about the circle, or what else is given."""

    def make(*, verb: str = TOLD, about: Circle = circle, recipients: list[User] | None = None) -> int:
        return notify(recipients=recipients or [reader], verb=verb, target_id=about.pk, actor=writer)

    return make
