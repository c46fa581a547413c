"""The whole library as sets of places, held by each process: who asks how many there are of what asks no database.

A set of resources is a whole number, one bit for each resource; so a facet's count is the number of bits that two of
them have in common. It is made anew when what visitors see has changed (``kit.caching.version``). It knows ids,
filings, titles and whose each resource is, never a text: what is shown of a resource is read through ``visible_to``.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from kit import caching
from learning.enums import GroupSize, Length, Sort
from learning.models import GuidanceAudience, GuidancePage, GuidanceStage, GuidanceTheme
from members.models import Theme
from members.prepared import Prepared
from members.querysets import Person, circle_ids

FACETS = ("themes", "kinds", "stages", "audiences", "lengths", "groups")


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """All published resources, whoever may see them: ask ``seen_by`` first.

    Args:
        ids: by place.
        titles: by place.
        orders: for each order but relevance, the places as they come.
        circles: by the id of a circle, None for everybody's, the set of its resources.
        values: for each facet, by value, the set of the resources that have it.
        themes: names by slug, in their order.
        places: by id.
    """

    ids: tuple[int, ...]
    titles: tuple[str, ...]
    orders: dict[Sort, tuple[int, ...]]
    circles: dict[int | None, int]
    values: dict[str, dict[str, int]]
    themes: dict[str, str]
    places: dict[int, int]

    def seen_by(self, user: Person) -> int:
        """The set of those that a person may see: as ``visible_to`` has it (members.querysets.seen_by)."""
        seen = self.circles.get(None, 0)
        for circle in circle_ids(user):
            seen |= self.circles.get(circle, 0)
        return seen

    def among(self, ids: Iterable[int]) -> int:
        """The set of those with these ids."""
        return _set(self.places[pk] for pk in ids if pk in self.places)

    def having(self, facet: str, values: Collection[str]) -> int:
        """The set of those with one of a facet's values."""
        found = 0
        for value in values:
            found |= self.values[facet].get(value, 0)
        return found

    def counts(self, facet: str, among: int) -> dict[str, int]:
        """How many of a set have each value of a facet; those that none has are left out."""
        counted = ((value, (held & among).bit_count()) for value, held in self.values[facet].items())
        return {value: many for value, many in counted if many}

    def in_order(self, some: int, sort: Sort) -> Iterator[int]:
        """The ids of a set in an order."""
        return (self.ids[place] for place in self.orders[sort] if some >> place & 1)

    def like(self, pk: int, among: int, *, most: int) -> list[int]:
        """The ids of those that are about most of what a resource is about: its themes first, then its stages.

        Args:
            pk: the resource's id.
            among: the set to choose from.
            most: how many at most.
        """
        here = self.places.get(pk)
        if here is None:
            return []
        points: dict[int, int] = defaultdict(int)
        for facet, worth in (("themes", 3), ("stages", 1)):
            for held in self.values[facet].values():
                if held >> here & 1:
                    for place in _places(held & among & ~(1 << here)):
                        points[place] += worth
        shared = [place for place, many in points.items() if many >= 3]
        newest = {place: rank for rank, place in enumerate(self.orders[Sort.NEWEST])}
        shared.sort(key=lambda place: (-points[place], newest[place]))
        return [self.ids[place] for place in shared[:most]]


def _set(places: Iterable[int]) -> int:
    """Written into bytes: a whole number would be copied for each place."""
    some = list(places)
    held = bytearray((max(some, default=0) >> 3) + 1)
    for place in some:
        held[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(held, "little")


def _places(some: int) -> Iterator[int]:
    while some:
        lowest = some & -some
        yield lowest.bit_length() - 1
        some ^= lowest


# In this process: the version that it was made under, and the shelf.
_held: dict[str, Shelf] = {}


def shelf() -> Shelf:
    """The library as it is now. No query while nothing has changed, else five."""
    version = caching.version()
    held = _held.get(version)
    if held is None:
        held = _made()
        _held.clear()
        _held[version] = held
    return held


_ROWS = Prepared(
    lambda: GuidancePage.objects.live()
    .order_by("pk")
    .values_list(
        "pk", "title", "circle_id", "kind", "minutes", "minutes_to_read", "group_min", "group_max",
        "first_published_at", named=True,
    )
)  # fmt: skip
_THEMES = Prepared(lambda: Theme.objects.order_by("name").values_list("pk", "slug", "name", named=True))
_THEMES_OF = Prepared(
    lambda: GuidanceTheme.objects.order_by().values_list("content_object_id", "tag_id", named=True)
)
_STAGES_OF = Prepared(lambda: GuidanceStage.objects.order_by().values_list("page_id", "stage", named=True))
_AUDIENCES_OF = Prepared(
    lambda: GuidanceAudience.objects.order_by().values_list("page_id", "audience", named=True)
)
_FILED = {"themes": _THEMES_OF, "stages": _STAGES_OF, "audiences": _AUDIENCES_OF}
IDS = Prepared(lambda user: GuidancePage.objects.visible_to(user).order_by().values_list("pk", named=True))
"""The ids of what a person may see, to search among."""


def _made() -> Shelf:
    rows = list(_ROWS.rows())
    themes = list(_THEMES.rows())
    places = {row.pk: place for place, row in enumerate(rows)}
    slugs = {row.pk: row.slug for row in themes}
    circles: dict[int | None, int] = defaultdict(int)
    values: dict[str, dict[str, int]] = {facet: defaultdict(int) for facet in FACETS}
    for place, row in enumerate(rows):
        circles[row.circle_id] |= 1 << place
        for facet, value in _own_values(row):
            values[facet][value] |= 1 << place
    for facet, filed in _FILED.items():
        for pk, value in filed.rows():
            key: Hashable = slugs.get(value) if facet == "themes" else value
            if pk in places and key is not None:
                values[facet][str(key)] |= 1 << places[pk]
    return Shelf(
        ids=tuple(row.pk for row in rows),
        titles=tuple(row.title for row in rows),
        orders=_orders(rows),
        circles=dict(circles),
        values={facet: dict(held) for facet, held in values.items()},
        themes={row.slug: row.name for row in themes},
        places=places,
    )


def _own_values(row: Any) -> Iterator[tuple[str, str]]:
    yield "kinds", row.kind
    yield "lengths", Length.of(row.minutes or row.minutes_to_read).value
    for size in GroupSize.between(row.group_min, row.group_max):
        yield "groups", size.value


def _orders(rows: list[Any]) -> dict[Sort, tuple[int, ...]]:
    """By title without regard to case; the newest first, what has no date last."""
    places = range(len(rows))
    dated = [row.first_published_at.timestamp() if row.first_published_at else 0.0 for row in rows]
    return {
        Sort.TITLE: tuple(sorted(places, key=lambda place: (rows[place].title.casefold(), rows[place].pk))),
        Sort.NEWEST: tuple(sorted(places, key=lambda place: (-dated[place], -rows[place].pk))),
    }
