"""Across spaces: where one may talk, what is new there, and the latest of each."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from discussion import asked, rows
from discussion.models import Space
from kit import keyset
from kit.times import moment_of
from members.enums import CircleKind
from members.models import User

# A person in more spaces than this sees what is new in those in which something was said last. SQLite takes
# at most 500 parts in one statement.
_SPACES_AT_MOST = 100
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
    return f"{asked.COUNTED_TO}+" if new > asked.COUNTED_TO else str(new or "")


def spaces_of(person: User) -> list[Space]:
    """The spaces that somebody may read, with their circles and ``with_marks``. One query."""
    return asked.SPACES.rows(person)


def in_order_of_talk(spaces: Iterable[Space]) -> list[Space]:
    """The spaces in which something was said last, first."""
    never = datetime(1, 1, 1, tzinfo=UTC)
    return sorted(spaces, key=lambda space: space.last_post_at or never, reverse=True)


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
    talking = in_order_of_talk(spaces)[:_SPACES_AT_MOST]
    counts = asked.NEW.counts_of_each([(person, space.pk, space.new_since) for space in talking])
    return {space.pk: count for space, count in zip(talking, counts, strict=True)}


def latest(spaces: list[Space], person: User, *, limit: int, only_new: bool = False) -> list[dict[str, Any]]:
    """Rows for the topics of these spaces in which something was said last. One query.

    Asking each space for its latest is as cheap at 100,000 topics as at ten; asking all at once is not.

    Args:
        spaces: which came ``with_marks`` of the person.
        person: the reader.
        limit: at most so many; ``asked.LATEST_AT_MOST`` and no more.
        only_new: whether to leave out what is not new to them.
    """
    talking = in_order_of_talk(spaces)[:_SPACES_AT_MOST]
    asking = [(person, space.pk, space.new_since, only_new) for space in talking]
    found = asked.LATEST.rows_of_each(asking)
    found.sort(key=lambda topic: (topic.last_post_at, topic.id), reverse=True)
    return rows.topic_rows_across(found[:limit])


def about(spaces: list[Space], person: User, page: int, at: keyset.Place) -> keyset.Page[Any]:
    """The topics of these spaces that are about a page, those first in which something was said last. One query.

    Args:
        spaces: which came ``with_marks`` of the person.
        person: the reader.
        page: its id.
        at: where in the list to begin.
    """
    talking = in_order_of_talk(spaces)[:_SPACES_AT_MOST]
    asking = [(person, space.pk, space.new_since, page, at.backwards, *at.values) for space in talking]
    found = asked.ABOUT.rows_of_each(asking)
    found.sort(key=lambda topic: (topic.last_post_at, topic.id), reverse=not at.backwards)
    return keyset.page_of(found[: asked.TOPICS_ON_A_PAGE + 1], at, asked.TOPICS_ON_A_PAGE)
