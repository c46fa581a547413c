"""What helps a community at its stage and at the next: the directory's stages, the library's, and what one has done.

The five stages, and what each of them asks of who convenes, are those of Wenger, McDermott and Snyder, *Cultivating
Communities of Practice* (2002), chapters 4 and 5.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from community_directory.enums import CommunityState
from community_directory.models import Community
from learning.enums import Audience, Sort
from learning.shelf import Shelf, shelf
from members.enums import Stage
from members.models import User
from members.pages import addresses
from study import asked

NOW, NEXT = 3, 2
# So many of each stage are looked at: who has done all of them needs no hint.
_LOOKED_AT = 40
_THEIRS = (Audience.CONVENER.value, Audience.CORE_GROUP.value)
_ORDER = list(Stage)

# What helps at each stage, as the end of a sentence's thought: for those who convene.
WORDS: dict[str, str] = {
    Stage.POTENTIAL: "Now it helps to find out who else cares, and what you would all like to be better at.",
    Stage.COALESCING: "Now it helps to meet often enough to trust each other, and to be useful to people early.",
    Stage.MATURING: "Now it helps to be clear what you are for, and to share the work among more people.",
    Stage.STEWARDSHIP: "Now it helps to keep your energy: new people, a rhythm that still fits, and what you know kept in reach.",
    Stage.TRANSFORMATION: "Changing is not failing, and ending well is a success. Now it helps to say what you leave behind, "
    "to celebrate it, and to pass it on.",
}
# What comes after each, said of the resources for it. After the last there is no next stage.
_THEN = "To have in mind, since what often comes next is “{}”."


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One that helps."""

    title: str
    url: str
    in_short: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class Help:
    """What helps a community where it is.

    Args:
        community: it.
        why: what helps there, in words.
        now: resources for its stage.
        then: resources for the next, and ``then_why`` they are here.
        all_url: all of the library for its stage.
    """

    community: Community
    why: str
    now: list[Resource]
    then: list[Resource]
    then_why: str
    all_url: str

    @property
    def stage(self) -> str:
        """Where it is, within a sentence: "finding our stride"."""
        return in_words(self.community.stage)


def in_words(stage: str) -> str:
    """A stage within a sentence."""
    return Stage(stage).label.lower()


def after(stage: str) -> str:
    """The stage that mostly comes next; "" after the last."""
    place = _ORDER.index(Stage(stage)) + 1
    return _ORDER[place].value if place < len(_ORDER) else ""


def library_for(stage: str) -> str:
    """Where the library shows what helps at a stage."""
    return "/guidance/?" + urlencode({"stage": stage})


def help_for(community: Community, user: User) -> Help:
    """What helps a community, for one of its conveners, without what they have marked as done. One query.

    Of the last stage, after which none comes, there are as many as of two.

    Args:
        community: one that has not ended.
        user: who convenes it.
    """
    held, later = shelf(), after(community.stage)
    now = list(islice(_chosen(held, user, community.stage), _LOOKED_AT))
    then = [pk for pk in islice(_chosen(held, user, later), _LOOKED_AT) if pk not in now] if later else []
    rows = {row.pk: row for row in asked.UNDONE.rows(user, _padded([*now, *then]))} if now or then else {}
    places = addresses({pk: row.url_path for pk, row in rows.items()})
    return Help(
        community=community,
        why=WORDS[community.stage],
        now=_resources(now, rows, places, NOW if later else NOW + NEXT),
        then=_resources(then, rows, places, NEXT),
        then_why=_THEN.format(in_words(later)) if later else "",
        all_url=library_for(community.stage),
    )


def _chosen(held: Shelf, user: User, stage: str) -> Iterator[int]:
    """What helps at a stage: what is for few stages first, of that what is for conveners, then the newest."""
    helpful = held.having("stages", [stage]) & held.seen_by(user)
    theirs = held.having("audiences", _THEIRS)
    for some in _by_number(helpful, list(held.values["stages"].values())):
        yield from held.in_order(some & theirs, Sort.NEWEST)
        yield from held.in_order(some & ~theirs, Sort.NEWEST)


def _by_number(helpful: int, stages: list[int]) -> Iterator[int]:
    """Those of a set that are in one of some sets, then those in two, and so on."""
    at_least = [helpful] + [0] * len(stages)  # by in how many
    for number, those in enumerate(stages):
        for many in range(number, -1, -1):
            at_least[many + 1] |= at_least[many] & those
    for many in range(1, len(stages) + 1):
        more = at_least[many + 1] if many < len(stages) else 0
        yield at_least[many] & ~more


def _padded(ids: list[int]) -> list[int]:
    """Few lengths, so that the SQL is written seldom."""
    return ids + ids[-1:] * (-len(ids) % 16)


def _resources(ids: list[int], rows: dict[int, Any], places: dict[int, str], most: int) -> list[Resource]:
    found = (rows[pk] for pk in ids if pk in rows)
    return [
        Resource(
            title=row.title,
            url=places[row.pk],
            in_short=row.in_short,
            minutes=row.minutes or row.minutes_to_read,
        )
        for row in islice(found, most)
    ]


def is_under_way(community: Community) -> bool:
    """Whether it has not ended."""
    return community.state != CommunityState.ENDED


def first_of(communities: list[Community]) -> Community | None:
    """Of several communities the one that was written about last and has not ended."""
    under_way = [one for one in communities if is_under_way(one)]
    return max(under_way, key=lambda one: (one.updated_at, one.pk), default=None)


def counts(user: User, stages: list[str]) -> list[int]:
    """How many resources for each of some stages somebody may see. No query."""
    held = shelf()
    seen = held.seen_by(user)
    return [(held.having("stages", [stage]) & seen).bit_count() for stage in stages]
