"""Who can see something, in plain words, from what decides it: a circle, or none."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from members.enums import CircleKind

if TYPE_CHECKING:
    from members.models import Circle


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Who sees a thing.

    Args:
        kind: "public", or "circle", "leads", "self" for what is private.
        text: the sentence to show.
    """

    kind: str
    text: str


EVERYBODY = Audience(kind="public", text="Everyone can see this page.")
ONLY_YOU = Audience(kind="self", text="Only you can see this page.")
MADE_FOR_YOU = Audience(
    kind="self",
    text="This page is different for each person. You see what is public and what is shared with you.",
)
MEMBERS = Audience(kind="circle", text="Only members of the network can see this page.")
_LEADS = {CircleKind.COHORT: "facilitators", CircleKind.COMMUNITY: "conveners"}


def of(circle: "Circle | None", *, editors: bool = False, thing: str = "this") -> Audience:
    """Who sees what belongs to this circle, or to everybody: ``members.querysets.seen_by`` in words.

    Args:
        circle: whose it is; its ``member_count`` is kept.
        editors: whether the editors of the site see it too, as they do pages and files.
        thing: what is seen, such as "this page".
    """
    if circle is None:
        return Audience(kind="public", text=f"Everyone can see {thing}.")
    people, leads = people_of(circle), _LEADS.get(CircleKind(circle.kind), "")
    if leads:
        people += f", {leads} included,"
    if editors:
        people += " and the editors of this site"
    return Audience(kind="circle", text=f"Only {people} can see {thing}.")


def people_of(circle: "Circle") -> str:
    """The people of a circle, as part of a sentence: "the 28 people of Cohort 2026–27"."""
    count = circle.member_count
    people = "the 1 person" if count == 1 else f"the {count:,} people"
    name = "the network" if circle.kind == CircleKind.NETWORK else circle.name
    return f"{people} of {name}"
