"""What somebody asks the library for, as its address says it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from kit import search
from learning.enums import Audience, GroupSize, Kind, Length, Sort
from members.enums import Stage

_MOST_VALUES = 20
_SLUG = re.compile(r"[-\w]{1,120}")
_CURSOR = re.compile(r"\d{1,18}")

PARAMETERS = {
    "themes": "theme", "kinds": "kind", "stages": "stage", "audiences": "audience", "lengths": "time", "groups": "group",
}  # fmt: skip
"""For each facet, what it is called in the address."""
CHOICES: dict[str, Any] = {
    "kinds": Kind, "stages": Stage, "audiences": Audience, "lengths": Length, "groups": GroupSize,
}  # fmt: skip
"""The facets whose values are fixed."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Text, filters and order; what is unknown has been left out.

    Args:
        text: what to look for, "" for anything.
        themes: slugs; they may be of no theme.
        sort: by relevance only where there is a text.
        cursor: after which resource the page begins: its id.
        all_themes: whether every theme is listed among the filters, not just the most frequent ones.
    """

    text: str = ""
    themes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    lengths: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    sort: Sort = Sort.NEWEST
    cursor: str = ""
    all_themes: bool = False

    @property
    def number_of_filters(self) -> int:
        """How many filters are on."""
        return sum(len(self.of(facet)) for facet in PARAMETERS)

    def of(self, facet: str) -> tuple[str, ...]:
        """The values of a facet that are asked for."""
        values: tuple[str, ...] = getattr(self, facet)
        return values

    @property
    def is_plain(self) -> bool:
        """Whether nothing is asked for but the library itself."""
        return self == Wanted()

    def without(self, facet: str, value: str) -> "Wanted":
        """The same with one filter off, from its first page."""
        left = tuple(other for other in self.of(facet) if other != value)
        changed: dict[str, Any] = {facet: left}
        return replace(self, cursor="", **changed)

    def at(self, cursor: str) -> "Wanted":
        """The same, from another page."""
        return replace(self, cursor=cursor)

    def cleared(self) -> "Wanted":
        """The same text and order with all filters off."""
        return Wanted(text=self.text, sort=self.sort, all_themes=self.all_themes)

    @property
    def sorts(self) -> list[dict[str, str | bool]]:
        """The orders to choose from; the usual one has no value, so that it follows the text."""
        offered = list(Sort) if self.text else [Sort.NEWEST, Sort.TITLE]
        return [
            {
                "value": "" if sort == self._usual else sort.value,
                "label": sort.label,
                "selected": sort == self.sort,
            }
            for sort in offered
        ]

    @property
    def _usual(self) -> Sort:
        return Sort.RELEVANCE if self.text else Sort.NEWEST

    @property
    def lasting(self) -> str:
        """What of it is worth keeping, as an address says it, without "?": wherever one was in it; "" for nothing."""
        return replace(self, cursor="", all_themes=False).query[1:]

    @property
    def query(self) -> str:
        """The part of the address that says all this, "?" and all; the shortest there is."""
        pairs = [
            ("q", [self.text] if self.text else []),
            *((name, self.of(facet)) for facet, name in PARAMETERS.items()),
            ("sort", [self.sort.value] if self.sort != self._usual else []),
            ("themes", ["all"] if self.all_themes else []),
            ("cursor", [self.cursor] if self.cursor else []),
        ]
        return "?" + urlencode([(name, value) for name, values in pairs for value in values])


def read(query: QueryDict) -> Wanted:
    """What an address asks for. Nothing in it can be wrong: what is not known is not asked for."""
    text = " ".join(query.get("q", "").replace("\x00", " ")[: search.LONGEST].split())
    text = text if search.words(text) else ""
    cursor = query.get("cursor", "")
    return Wanted(
        text=text,
        themes=_once(slug for slug in query.getlist("theme") if _SLUG.fullmatch(slug)),
        **{facet: _known(query, facet) for facet in CHOICES},
        sort=_sort(query.get("sort", ""), text),
        cursor=cursor if _CURSOR.fullmatch(cursor) else "",
        all_themes=query.get("themes") == "all",
    )


def _known(query: QueryDict, facet: str) -> tuple[str, ...]:
    return _once(value for value in query.getlist(PARAMETERS[facet]) if value in CHOICES[facet].values)


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))[:_MOST_VALUES]


def _sort(value: str, text: str) -> Sort:
    usual = Sort.RELEVANCE if text else Sort.NEWEST
    if value not in Sort.values or (value == Sort.RELEVANCE and not text):
        return usual
    return Sort(value)
