"""What the library finds: a page of results, and what else could be asked for, counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.safestring import SafeString

from kit import keyset, search
from learning.enums import Kind, Sort
from learning.excerpts import excerpt, marked, one_of
from learning.filters import Wanted
from learning.models import GuidancePage
from learning.querysets import FACETS, GuidanceQuerySet
from members.enums import Stage
from members.models import Theme
from members.pages import addresses
from members.prepared import Prepared
from members.querysets import Person

PAGE = 20
BEST = 100  # as many as are ranked; who wants more had better say more
THEMES_SHOWN = 10
_COLUMNS = (
    "id", "title", "url_path", "in_short", "kind", "minutes", "minutes_to_read", "group_size", "first_published_at",
)  # fmt: skip
_ORDERS = {Sort.NEWEST: ("-first_published_at", "-id"), Sort.TITLE: ("title", "id")}
_IN_WORDS = {Sort.RELEVANCE: "best match first", Sort.NEWEST: "newest first", Sort.TITLE: "by title"}


@dataclass(frozen=True, kw_only=True)
class Option:
    """One choice of a facet, as templates/components/facet.html takes it."""

    value: str
    label: str
    count: int
    checked: bool


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
    themes: list[Option]
    kinds: list[Option]
    stages: list[Option]
    number_of_themes: int
    chips: list[Chip]
    unknown_themes: list[str]
    is_cut: bool
    sentence: str


_LABELS = Prepared(GuidancePage.objects.labels)
_THEMES = Prepared(lambda: Theme.objects.order_by("name").values_list("pk", "slug", "name", named=True))


class Shelf:
    """All themes, and the resources that a person may see, narrowed as they ask. One query to begin with."""

    def __init__(self, user: Person, wanted: Wanted) -> None:
        self.user, self.wanted = user, wanted
        self.seen: GuidanceQuerySet = GuidancePage.objects.visible_to(user)
        rows = _THEMES.rows()
        self.theme_names = {slug: name for _, slug, name in rows}
        self._theme_ids = {slug: pk for pk, slug, _ in rows}
        self.known = [slug for slug in wanted.themes if slug in self._theme_ids]
        self._matching = self.seen.holding(wanted.text)

    def narrowed(self, *, but: str = "") -> GuidanceQuerySet:
        """What matches the text and the filters, those of one facet left out."""
        filters: dict[str, Any] = {
            "themes": [self._theme_ids[slug] for slug in self.known],
            "kinds": self.wanted.kinds,
            "stages": self.wanted.stages,
        }
        filters.pop(but, None)
        return self._matching.narrowed(**filters)

    def counts(self) -> dict[str, dict[str, int]]:
        """For each facet, how many resources each value would find with the other facets as they are."""
        counts = {facet: self.narrowed(but=facet).counts(facet) for facet in FACETS}
        by_id = counts["themes"]
        counts["themes"] = {slug: by_id[pk] for slug, pk in self._theme_ids.items() if pk in by_id}
        return counts


def look(user: Person, wanted: Wanted) -> Found:
    """Ask the library.

    At most seven queries: themes; a count for each of three facets; ids, rows and labels of the results.
    """
    shelf = Shelf(user, wanted)
    counts = shelf.counts()
    # A resource has exactly one kind, so those that are asked for add up to all that is found.
    total = sum(counts["kinds"].get(kind, 0) for kind in wanted.kinds or Kind.values)
    rows, newer, older = _ranked(shelf) if wanted.sort == Sort.RELEVANCE else _listed(shelf)
    themes = _theme_options(shelf, counts["themes"])
    return Found(
        total=total,
        results=_results(shelf, rows),
        newer=wanted.at(newer).query if newer is not None else "",
        older=wanted.at(older).query if older is not None else "",
        themes=themes if wanted.all_themes else _shortened(themes),
        kinds=_options(Kind, counts["kinds"], wanted.kinds),
        stages=_options(Stage, counts["stages"], wanted.stages),
        number_of_themes=len(themes),
        chips=_chips(shelf),
        unknown_themes=[slug for slug in wanted.themes if slug not in shelf.known],
        is_cut=wanted.sort == Sort.RELEVANCE and total > BEST,
        sentence=_sentence(wanted, total),
    )


def _columns(resources: GuidanceQuerySet, *, with_text: bool) -> Any:
    """What a result shows; the text of its body only where words are to be found in it."""
    if not with_text:
        return resources.values_list(*_COLUMNS, named=True)
    return resources.annotate(text=Cast("body", TextField())).values_list(*_COLUMNS, "text", named=True)


def _shown(user: Person, ids: list[int]) -> Any:
    return _columns(GuidancePage.objects.visible_to(user).filter(pk__in=ids), with_text=True).order_by()


_SHOWN = Prepared(_shown)


def _listed(shelf: Shelf) -> tuple[list[Any], str | None, str | None]:
    """A page by key, and where the pages beside it begin; from the first if the address names none of ours."""
    order = _ORDERS[shelf.wanted.sort]
    rows = _columns(shelf.narrowed(), with_text=bool(shelf.wanted.text))
    try:
        page = keyset.page(rows, order=order, cursor=shelf.wanted.cursor, size=PAGE)
    except keyset.BadCursor:
        page = keyset.page(rows, order=order, size=PAGE)
    return page.rows, page.previous or None, page.next or None


def _ranked(shelf: Shelf) -> tuple[list[Any], str | None, str | None]:
    """A page of the best hits, by how many come before it."""
    before = _number(shelf.wanted.cursor)
    ids = search.best(shelf.narrowed(), shelf.wanted.text, min(before + PAGE + 1, BEST))
    before = before if before < len(ids) else 0
    shown = ids[before : before + PAGE]
    rows = {row.id: row for row in _SHOWN.rows(shelf.user, shown)} if shown else {}
    newer = ("" if before <= PAGE else str(before - PAGE)) if before else None
    older = str(before + PAGE) if len(ids) > before + PAGE else None
    return [rows[pk] for pk in shown if pk in rows], newer, older


def _number(cursor: str) -> int:
    return min(int(cursor), BEST - 1) // PAGE * PAGE if cursor.isascii() and cursor.isdigit() else 0


def _results(shelf: Shelf, rows: list[Any]) -> list[Result]:
    labels = _labels([row.id for row in rows])
    urls = addresses({row.id: row.url_path for row in rows})
    words = search.words(shelf.wanted.text)
    asked = {shelf.theme_names[slug] for slug in shelf.known}
    stages = {stage.value: stage.label for stage in Stage}
    asked_stages = {stages[value] for value in shelf.wanted.stages}
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
            group_size=row.group_size,
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


def _options(choices: Any, counts: dict[str, int], checked: Iterable[str]) -> list[Option]:
    return [
        Option(value=value, label=label, count=counts.get(value, 0), checked=value in checked)
        for value, label in choices.choices
    ]


def _theme_options(shelf: Shelf, counts: dict[str, int]) -> list[Option]:
    """Themes that would find something, and those that are asked for, by name."""
    return [
        Option(value=slug, label=name, count=counts.get(slug, 0), checked=slug in shelf.known)
        for slug, name in shelf.theme_names.items()
        if slug in counts or slug in shelf.known
    ]


def _shortened(themes: list[Option]) -> list[Option]:
    """The most frequent themes and those that are asked for, by name: so a choice seldom changes its place."""
    first = sorted(themes, key=lambda option: (not option.checked, -option.count))[:THEMES_SHOWN]
    return [option for option in themes if option in first]


def _chips(shelf: Shelf) -> list[Chip]:
    names = {
        "themes": ("Theme", {slug: shelf.theme_names[slug] for slug in shelf.known}),
        "kinds": ("Kind", {value: Kind(value).label for value in shelf.wanted.kinds}),
        "stages": ("Stage", {value: Stage(value).label for value in shelf.wanted.stages}),
    }
    return [
        Chip(text=text, label=label, url=shelf.wanted.without(facet, value).query)
        for facet, (label, values) in names.items()
        for value, text in values.items()
    ]


def _sentence(wanted: Wanted, total: int) -> str:
    """How many and in what order, in words."""
    about = f" about “{wanted.text}”" if wanted.text else ""
    if not total:
        return f"Nothing found{about}"
    if total == 1:
        return f"1 piece of guidance{about}"
    return f"{total:,} pieces of guidance{about}, {_IN_WORDS[wanted.sort]}"
