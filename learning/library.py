"""What the library finds: a page of results, and what else could be asked for, counted."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from kit import search
from learning.enums import Kind, Sort
from learning.excerpts import excerpt, marked, one_of
from learning.filters import CHOICES, PARAMETERS, Wanted
from learning.models import CollectionPage, GuidancePage
from learning.models.resources import group_words
from learning.shelf import FACETS, shelf
from members.enums import Stage
from members.pages import addresses
from members.prepared import Prepared
from members.querysets import Person

PAGE = 15
BEST = 100  # as many as are ranked; who wants more had better say more
THEMES_SHOWN = 10
PATHS_SHOWN = 6
_MOST_HITS = 20_000
_COLUMNS = (
    "id", "title", "url_path", "in_short", "kind", "minutes", "minutes_to_read", "group_size", "group_min", "group_max",
)  # fmt: skip
_IN_WORDS = {Sort.RELEVANCE: "best match first", Sort.NEWEST: "newest first", Sort.TITLE: "by title"}
_NAMES = {
    "themes": "Theme", "kinds": "Kind", "stages": "Stage", "audiences": "For", "lengths": "Time", "groups": "Group",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Option:
    """One choice of a facet.

    Args:
        box: the attributes of its check box, as one text: there are forty on a page, and each look-up of a template costs.
        id: of the check box. It is known by its value, so that the focus stays on it when choices come in another order.
    """

    value: str
    label: str
    count: int
    checked: bool
    box: SafeString
    id: str


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A filter that is on, and the address without it."""

    text: str
    label: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Result:
    """One resource found, with the reason why."""

    title: SafeString
    url: str
    kind: str
    in_short: SafeString
    why: SafeString | str
    themes: SafeString
    stages: SafeString
    minutes: int | None
    minutes_to_read: int
    group_size: str


@dataclass(frozen=True, kw_only=True)
class Found:
    """The answer to what was asked of the library."""

    total: int
    results: list[Result]
    newer: str
    older: str
    facets: dict[str, list[Option]]
    number_of_themes: int
    chips: list[Chip]
    unknown_themes: list[str]
    is_cut: bool
    sentence: str


_LABELS = Prepared(GuidancePage.objects.labels)


class Narrowing:
    """What somebody may see of the library, narrowed as they ask.

    Where there is a text one query finds what holds it, and one weighs what is left of that by the filters.
    """

    def __init__(self, user: Person, wanted: Wanted) -> None:
        self.user, self.wanted = user, wanted
        self.shelf = shelf()
        self.known = [slug for slug in wanted.themes if slug in self.shelf.themes]

    @cached_property
    def _matching(self) -> int:
        seen = self.shelf.seen_by(self.user)
        if not self.wanted.text:
            return seen
        return seen & self.shelf.among(search.holding(GuidancePage, self.wanted.text, _MOST_HITS))

    def narrowed(self, *, but: str = "") -> int:
        """The set of what matches the text and the filters, those of one facet left out."""
        found = self._matching
        for facet in FACETS:
            values = self.known if facet == "themes" else self.wanted.of(facet)
            if values and facet != but:
                found &= self.shelf.having(facet, values)
        return found

    def counts(self) -> dict[str, dict[str, int]]:
        """For each facet, how many resources each value would find with the other facets as they are."""
        return {facet: self.shelf.counts(facet, self.narrowed(but=facet)) for facet in FACETS}

    def in_order(self) -> list[int]:
        """The ids of what is found, in the order that is asked for; of the best hits so many as are ranked."""
        sort = Sort.NEWEST if self.wanted.sort == Sort.RELEVANCE else self.wanted.sort
        found = list(self.shelf.in_order(self.narrowed(), sort))
        if self.wanted.sort != Sort.RELEVANCE or not found:
            return found
        return search.best(search.Among.those(GuidancePage, found), self.wanted.text, BEST)


def look(user: Person, wanted: Wanted) -> Found:
    """Ask the library.

    At most four queries while nothing has changed: what holds the text, and the best of it; rows and labels of the
    results.
    """
    narrowing = Narrowing(user, wanted)
    counts = narrowing.counts()
    total = narrowing.narrowed().bit_count()
    ids, newer, older = _page(narrowing.in_order(), wanted.cursor)
    options = {facet: _options(narrowing, facet, counts[facet]) for facet in FACETS}
    number_of_themes = len(options["themes"])
    if not wanted.all_themes:
        options["themes"] = _shortened(options["themes"])
    return Found(
        total=total,
        results=_results(narrowing, ids),
        newer=wanted.at(newer).query if newer is not None else "",
        older=wanted.at(older).query if older is not None else "",
        facets=options,
        number_of_themes=number_of_themes,
        chips=_chips(narrowing),
        unknown_themes=[slug for slug in wanted.themes if slug not in narrowing.known],
        is_cut=wanted.sort == Sort.RELEVANCE and total > BEST,
        sentence=_sentence(wanted, total),
    )


def in_words(wanted: Wanted) -> list[str]:
    """What is asked for, a word or two for each: the text in quotation marks, then the names of the filters.

    Themes that are no longer there are left out. No query while nothing has changed.
    """
    names = {facet: dict(choices.choices) for facet, choices in CHOICES.items()}
    names["themes"] = shelf().themes
    text = [f"“{wanted.text}”"] if wanted.text else []
    found = [
        names[facet][value] for facet in PARAMETERS for value in wanted.of(facet) if value in names[facet]
    ]
    return [*text, *(str(name) for name in found)]


def _page(ids: list[int], cursor: str) -> tuple[list[int], str | None, str | None]:
    """A page of ids, and after which the pages beside it begin; the first if the cursor is none of these.

    By key, as everywhere: what is published meanwhile moves nobody's page.
    """
    last = int(cursor) if cursor else 0
    before = ids.index(last) + 1 if last in ids else 0
    shown = ids[before : before + PAGE]
    newer = None if not before else "" if before <= PAGE else str(ids[before - PAGE - 1])
    older = str(shown[-1]) if before + PAGE < len(ids) else None
    return shown, newer, older


def paths(user: Person) -> list[tuple[str, str]]:
    """The paths through the library that a person may see: title and address, by title. One query."""
    rows = _PATHS.rows(user)
    urls = addresses({row.pk: row.url_path for row in rows})
    return [(row.title, urls[row.pk]) for row in rows]


def _paths(user: Person) -> Any:
    pages = CollectionPage.objects.visible_to(user).order_by("title")[:PATHS_SHOWN]
    return pages.values_list("pk", "title", "url_path", named=True)


_PATHS = Prepared(_paths)


def _shown(user: Person, ids: list[int]) -> Any:
    return (
        GuidancePage.objects.visible_to(user).filter(pk__in=ids).order_by().values_list(*_COLUMNS, named=True)
    )


def _shown_with_text(user: Person, ids: list[int]) -> Any:
    shown = GuidancePage.objects.visible_to(user).filter(pk__in=ids).order_by()
    return shown.annotate(text=Cast("body", TextField())).values_list(*_COLUMNS, "text", named=True)


_SHOWN = Prepared(_shown)
_SHOWN_WITH_TEXT = Prepared(_shown_with_text)


def _rows(narrowing: Narrowing, ids: list[int]) -> list[Any]:
    """What results show, in the order of the ids; the text of a body only where words are to be found in it."""
    if not ids:
        return []
    asked = _SHOWN_WITH_TEXT if narrowing.wanted.text else _SHOWN
    rows = {row.id: row for row in asked.rows(narrowing.user, ids)}
    return [rows[pk] for pk in ids if pk in rows]


def _results(narrowing: Narrowing, ids: list[int]) -> list[Result]:
    rows = _rows(narrowing, ids)
    labels = _labels([row.id for row in rows])
    urls = addresses({row.id: row.url_path for row in rows})
    words = search.words(narrowing.wanted.text)
    asked = {narrowing.shelf.themes[slug] for slug in narrowing.known}
    stages = {stage.value: stage.label for stage in Stage}
    asked_stages = {stages[value] for value in narrowing.wanted.stages}
    return [
        Result(
            title=marked(row.title, words),
            url=urls[row.id],
            kind=Kind(row.kind).label,
            in_short=marked(row.in_short, words),
            why=_why(row, words),
            themes=one_of(labels[row.id]["themes"], asked),
            stages=one_of([stages[value] for value in labels[row.id]["stages"]], asked_stages),
            minutes=row.minutes,
            minutes_to_read=row.minutes_to_read,
            group_size=row.group_size or group_words(row.group_min, row.group_max),
        )
        for row in rows
    ]


def _labels(ids: list[int]) -> dict[int, dict[str, list[str]]]:
    """Theme names, and stages in their order, by the ids of resources. One query."""
    found: dict[int, dict[str, list[str]]] = {pk: {"themes": [], "stages": []} for pk in ids}
    for _, label, pk, what in sorted(_LABELS.rows(ids)) if ids else ():
        found[pk][what].append(label)
    return found


def _why(row: Any, words: list[str]) -> SafeString | str:
    """Where the words stand, unless the title and the two lines hold them all."""
    shown = f"{row.title} {row.in_short}".lower()
    return "" if all(word.lower() in shown for word in words) else excerpt(row.text, words)


def _options(narrowing: Narrowing, facet: str, counts: dict[str, int]) -> list[Option]:
    """The values of a facet. Of the themes only those that would find something, and those that are asked for."""
    if facet == "themes":
        known = narrowing.shelf.themes.items()
        choices = [(slug, name) for slug, name in known if slug in counts or slug in narrowing.known]
    else:
        choices = CHOICES[facet].choices
    asked, name = narrowing.wanted.of(facet), PARAMETERS[facet]
    return [
        Option(
            value=value,
            label=label,
            count=counts.get(value, 0),
            checked=value in asked,
            box=_box(name, value, value in asked),
            id=f"{name}-{value}",
        )
        for value, label in choices
    ]


@lru_cache(maxsize=2000)
def _box(name: str, value: str, checked: bool) -> SafeString:
    on = mark_safe(" checked") if checked else ""
    return format_html('name="{}" value="{}" id="{}-{}"{}', name, value, name, value, on)


def _shortened(themes: list[Option]) -> list[Option]:
    """The most frequent themes and those that are asked for, by name: so a choice seldom changes its place."""
    first = sorted(themes, key=lambda option: (not option.checked, -option.count))[:THEMES_SHOWN]
    return [option for option in themes if option in first]


def _chips(narrowing: Narrowing) -> list[Chip]:
    wanted = narrowing.wanted
    asked = {facet: narrowing.known if facet == "themes" else wanted.of(facet) for facet in PARAMETERS}
    names = {facet: dict(choices.choices) for facet, choices in CHOICES.items()}
    names["themes"] = narrowing.shelf.themes
    return [
        Chip(text=names[facet][value], label=_NAMES[facet], url=wanted.without(facet, value).query)
        for facet, values in asked.items()
        for value in values
    ]


def _sentence(wanted: Wanted, total: int) -> str:
    """How many and in what order, in words."""
    about = f" about “{wanted.text}”" if wanted.text else ""
    if not total:
        return f"Nothing found{about}"
    if total == 1:
        return f"1 piece of guidance{about}"
    return f"{total:,} pieces of guidance{about}, {_IN_WORDS[wanted.sort]}"
