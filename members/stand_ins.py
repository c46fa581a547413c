"""People who are nobody in particular, so that an editor can look at a page as others see it."""

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.auth.models import AnonymousUser

from members.enums import CircleKind, Role

if TYPE_CHECKING:
    from members.models import Circle, User
    from members.querysets import Person

VISITOR, MEMBER, PARTICIPANT = "visitor", "member", "participant"
PEOPLE = {VISITOR: "a visitor", MEMBER: "a member of the network", PARTICIPANT: "a participant"}
WAYS_TO_LOOK = [("", "As you see it"), *((kind, f"As {name} sees it") for kind, name in PEOPLE.items())]
_NO_ONE = 0  # the key of no row


def stand_in(kind: str, circle: "Circle | None" = None) -> "Person":
    """Somebody of this kind who has never done anything here.

    Args:
        kind: ``VISITOR``, ``MEMBER`` or ``PARTICIPANT``.
        circle: the cohort to take part in; the newest if it is that of none.
    """
    if kind == VISITOR:
        return AnonymousUser()
    circles = apps.get_model("members.Circle").objects
    belongs: list[Any] = list(circles.filter(kind=CircleKind.NETWORK))
    if kind == PARTICIPANT:
        newest = circles.filter(kind=CircleKind.COHORT).order_by("-pk")
        belongs += [circle] if circle and circle.kind == CircleKind.COHORT else list(newest[:1])
    person = apps.get_model("members.User")(pk=_NO_ONE, first_name="A", last_name=kind)
    person._circles = {one.pk: (one.kind, Role.MEMBER) for one in belongs}
    return person  # type: ignore[no-any-return]


def show_no_more_than(looker: "User", person: "Person") -> None:
    """Let a stand-in be in groups that nothing belongs to, in place of those that whoever looks is not in.

    To edit pages opens nothing that a group has said, planned or put in: looking as one of its people does not either.
    """
    if person.is_authenticated:
        own, circles = looker.circle_ids, person._circles
        person._circles = {pk if pk in own else -pk: belongs for pk, belongs in circles.items()}
