"""Across spaces: where one may talk, what is new there, and the latest of each."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from discussion import rows
from discussion.models import Space, Topic
from discussion.querysets import SpaceQuerySet, TopicQuerySet, each
from kit.times import moment_of
from members.enums import CircleKind
from members.models import User

COUNTED_TO = 99
_GROUPS = [
    (CircleKind.NETWORK, "The network"),
    (CircleKind.COHORT, "Your cohort"),
    (CircleKind.COMMUNITY, "Your communities"),
    (CircleKind.GROUP, "Your groups"),
]


@dataclass(frozen=True, kw_only=True)
class Place:
    """A space as it stands in the list of spaces."""

    space: Space
    audience: str
    last: str
    new: str


def in_words(new: int) -> str:
    """How many topics are new: "3", "99+", "" for none."""
    return f"{COUNTED_TO}+" if new > COUNTED_TO else str(new or "")


def spaces_of(person: User) -> SpaceQuerySet:
    """The spaces that somebody may read, with what is needed to say who else can, and what is new."""
    return Space.objects.visible_to(person).select_related("circle").with_marks(person)


def grouped(spaces: list[Space], new: dict[int, int]) -> list[tuple[str, list[Place]]]:
    """The spaces under the headings that people know them by; headings without any are left out."""
    found: dict[str, list[Place]] = defaultdict(list)
    for space in spaces:
        last = moment_of(space.last_post_at) if space.last_post_at else ""
        place = Place(
            space=space, audience=rows.audience(space.circle), last=last, new=in_words(new.get(space.pk, 0))
        )
        found[space.circle.kind].append(place)
    return [(title, found[kind]) for kind, title in _GROUPS if found[kind]]


def new_in(spaces: list[Space], person: User) -> dict[int, int]:
    """How many topics are new to somebody in each of these spaces; 100 for more than 99. One query."""
    parts = {
        space.pk: _topics(space).unread(person, space.new_since).order_by().values("pk")[: COUNTED_TO + 1]
        for space in spaces
    }
    return dict(each(parts, "COUNT(*)"))


def latest(spaces: list[Space], person: User, *, limit: int, only_new: bool = False) -> list[dict[str, Any]]:
    """Rows for the topics of these spaces in which something was said last. Two queries.

    Args:
        spaces: which came ``with_marks`` of the person.
        person: the reader.
        limit: at most so many.
        only_new: whether to leave out what is not new to them.
    """
    parts = {}
    for space in spaces:
        since = space.new_since
        topics = (
            _topics(space).unread(person, since) if only_new else _topics(space).with_unread(person, since)
        )
        parts[space.pk] = topics.order_by("-last_post_at", "-pk").values("id", "is_unread")[:limit]
    new = {key: bool(is_new) for _, key, is_new in each(parts, "*")}
    found = Topic.objects.visible_to(person).filter(pk__in=new).order_by("-last_post_at", "-pk")[:limit]
    return rows.topic_rows_across(found, person, new)


def _topics(space: Space) -> TopicQuerySet:
    return Topic.objects.filter(space=space, removed_at__isnull=True)
