"""A page of the directory: results, facets, chips and the sentence above them, ready to be shown."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from community_directory.cards import FIELDS, TEXTS, cards
from community_directory.facets import Counts, count
from community_directory.filters import (
    BY_NAME,
    CHOICES,
    NEWEST,
    RELEVANCE,
    SORTS,
    Filters,
    crossing,
    default_sort,
    matching,
    narrow,
)
from community_directory.models import Community
from community_directory.vocabulary import FILINGS
from kit import keyset, search
from members.audience import EVERYBODY

SIZE = 12
BEST = 100
_ORDERS = {NEWEST: ("-published_at", "-id"), BY_NAME: ("name", "id")}
_TITLES = {
    "theme": "What it is about",
    "region": "Region",
    "sector": "Sector",
    "stage": "Where it is in its life",
    "open_to": "Who can join",
    "meets": "How it meets",
}
_SHOWN = {"theme": 8, "region": 10, "sector": 8}
# Themes that few communities have are found by the text, not by a list of a hundred.
_MOST_OPTIONS = 12


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Some communities, and the queries of the addresses of the pages beside them ("" for none)."""

    rows: list[Community]
    newer: str = ""
    older: str = ""


def find(filters: Filters, *, cursor: str = "", page: str = "") -> Rows:
    """One page of what is asked for. One query by date or name, two by relevance.

    Args:
        filters: what is asked for.
        cursor: of ``kit.keyset``, for the orders by date and name.
        page: number of the page, for the order by relevance, which shows the best 100.

    Raises:
        Http404: there is no such page.
    """
    if filters.sort == RELEVANCE:
        if cursor:
            raise Http404
        return _best(filters, page)
    if page:
        raise Http404
    columns = FIELDS + (TEXTS if filters.words else ())
    found = narrow(matching(filters), filters).only(*columns)
    try:
        part = keyset.page(found, order=_ORDERS[filters.sort], cursor=cursor, size=SIZE)
    except keyset.BadCursor as error:
        raise Http404 from error
    return Rows(
        rows=part.rows,
        newer=filters.query(cursor=part.previous) if part.previous else "",
        older=filters.query(cursor=part.next) if part.next else "",
    )


def _best(filters: Filters, page: str) -> Rows:
    if page and not (page.isascii() and page.isdigit() and len(page) < 3):
        raise Http404
    number = int(page or 1)
    among = narrow(crossing(Community.objects.listed(), filters), filters)
    ids = search.best(among, filters.q, BEST)
    first = (number - 1) * SIZE
    if number < 1 or (number > 1 and first >= len(ids)):
        raise Http404
    wanted = ids[first : first + SIZE]
    rows = Community.objects.listed().only(*FIELDS, *TEXTS).in_bulk(wanted)
    return Rows(
        rows=[rows[pk] for pk in wanted if pk in rows],
        newer=filters.query(page=str(number - 1)) if number > 1 else "",
        older=filters.query(page=str(number + 1)) if first + SIZE < len(ids) else "",
    )


def context(filters: Filters, *, cursor: str = "", page: str = "") -> dict[str, Any]:
    """All that the page of results shows. Four queries at most.

    Raises:
        Http404: there is no such page.
    """
    found = find(filters, cursor=cursor, page=page)
    counts = count(filters)
    return {
        "who": EVERYBODY,
        "filters": filters,
        "q": filters.q,
        "search_label": "Search communities",
        "cards": cards(found.rows, filters),
        "facets": facets(filters, counts),
        "chips": chips(filters),
        "filter_count": sum(map(len, filters.chosen.values())) + len(filters.organisations),
        "sentence": sentence(filters, counts.total),
        "sorts": sorts(filters),
        "newer_url": f"?{found.newer}" if found.newer else "",
        "older_url": f"?{found.older}" if found.older else "",
        "list_url": reverse("community_directory:list"),
        "new_url": reverse("community_directory:new"),
        "ways": ways(filters, "list"),
        "clear_url": "?" + Filters(q=filters.q, sort=filters.sort, known=filters.known).query(),
    }


def ways(filters: Filters, here: str) -> list[dict[str, Any]]:
    """The ways to look at the same result.

    Args:
        filters: what is asked for; each way keeps it.
        here: the name of the one that is shown.
    """
    query = filters.query()
    return [
        {
            "words": words,
            "url": reverse(f"community_directory:{name}") + (f"?{query}" if query else ""),
            "is_here": name == here,
        }
        for name, words in (("list", "List"), ("map", "Map"), ("network", "Network"))
    ]


def facets(filters: Filters, counts: Counts) -> list[dict[str, Any]]:
    """The ways to narrow the list: what is on comes first, what would find nothing is left out.

    Returns:
        For each: name, title, the options shown and those behind "show all". An option is what its line of
        HTML needs, ready as text.
    """
    known = filters.known
    made = []
    for kind, title in _TITLES.items():
        number, chosen = counts.by_kind[kind], filters.chosen[kind]
        if kind in FILINGS:
            values = [(slug, name, number[pk]) for pk, (slug, name) in known[kind].items()]
            values.sort(key=lambda value: (value[0] not in chosen, -value[2]))
        else:
            values = [(value, label, number[value]) for value, label in CHOICES[kind].choices]
        left = [value for value in values if value[2] or value[0] in chosen][:_MOST_OPTIONS]
        options = [
            {
                "id": f"f-{kind}-{place}",
                "value": value,
                "attributes": _attributes(kind, value, place, value in chosen),
                "label": label,
                "count": str(some),
            }
            for place, (value, label, some) in enumerate(left)
        ]
        if options:
            shown = _SHOWN.get(kind, 8)
            made.append({"name": kind, "title": title, "shown": options[:shown], "more": options[shown:]})
    return made


def _attributes(kind: str, value: str, place: int, on: bool) -> SafeString:
    """Those of a checkbox, as one text: there are fifty on a page, and each look-up of a template costs."""
    checked = " checked" if on else ""
    return mark_safe(f'name="{kind}" value="{escape(value)}" id="f-{kind}-{place}"{checked}')


def chips(filters: Filters) -> list[dict[str, str]]:
    """What is on, each with the address of the list without it."""
    known = filters.known
    names = {kind: dict(known[kind].values()) for kind in FILINGS}
    names |= {kind: dict(words.choices) for kind, words in CHOICES.items()}
    on = [(kind, value, names[kind][value]) for kind in _TITLES for value in filters.chosen[kind]]
    on += [("organisation", slug, name) for slug, name in filters.organisations.items()]
    titles = _TITLES | {"organisation": "Organisation"}
    return [
        {"label": titles[kind], "text": text, "url": f"?{filters.query(without=(kind, value))}"}
        for kind, value, text in on
    ]


def sentence(filters: Filters, total: int) -> str:
    """How many, about what, in what order."""
    number = "1 community" if total == 1 else f"{total:,} communities" if total else "No communities"
    about = f" about “{filters.q}”" if filters.words else ""
    if total < 2:
        return number + about
    order = {NEWEST: "newest first", BY_NAME: "by name", RELEVANCE: "best match first"}[filters.sort]
    if filters.sort == RELEVANCE and total > BEST:
        order = f"the best {BEST} first"
    return f"{number}{about}, {order}"


def sorts(filters: Filters) -> list[dict[str, Any]]:
    """The orders to choose from. The usual one has no value, so that adding a text can change what is usual."""
    usual = default_sort(filters.q)
    return [
        {"value": "" if value == usual else value, "label": label, "selected": value == filters.sort}
        for value, label in SORTS.items()
        if value != RELEVANCE or filters.words
    ]
