"""What each kind of group is called, and those who lead it."""

from dataclasses import dataclass

from members.enums import CircleKind


@dataclass(frozen=True, kw_only=True)
class Words:
    """Words for one kind of group.

    Args:
        thing: "community".
        leads: those who lead it: "conveners".
        does: what one of them does: "convenes".
    """

    thing: str
    leads: str
    does: str


_OF = {
    CircleKind.NETWORK: Words(thing="network", leads="editors", does="looks after"),
    CircleKind.COHORT: Words(thing="cohort", leads="facilitators", does="facilitates"),
    CircleKind.COMMUNITY: Words(thing="community", leads="conveners", does="convenes"),
    CircleKind.GROUP: Words(thing="group", leads="leads", does="leads"),
}


def words_of(kind: str) -> Words:
    """The words for this kind of circle."""
    return _OF[CircleKind(kind)]
