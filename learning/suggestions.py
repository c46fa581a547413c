"""What somebody may be about to type into the library's search."""

from typing import Any

from kit import search
from learning.models import GuidancePage
from learning.shelf import Shelf, shelf
from members.prepared import Prepared
from members.querysets import Person

MOST = 8


def suggestions(user: Person, text: str) -> list[str]:
    """Themes and titles with words that begin as each word of the text does; one query if there are titles.

    Args:
        user: who types.
        text: what stands in the field.

    Returns:
        Themes first, then titles, each by name; eight at most, none for a text without words.
    """
    begun = [word.casefold() for word in search.words(text)]
    if not begun:
        return []
    held = shelf()
    seen = held.seen_by(user)
    used = held.counts("themes", seen)
    themes = [name for slug, name in held.themes.items() if slug in used and _fits(name, begun)]
    ids = _beginning(held, seen, begun)
    titles = [row.title for row in _TITLES.rows(user, ids)] if ids else []
    return list(dict.fromkeys([*themes, *titles]))[:MOST]


def _fits(text: str, begun: list[str]) -> bool:
    words = [word.casefold() for word in search.words(text)]
    return all(any(word.startswith(start) for word in words) for start in begun)


def _beginning(held: Shelf, seen: int, begun: list[str]) -> list[int]:
    fitting = (
        pk for place, (pk, title) in enumerate(zip(held.ids, held.titles, strict=True))
        if seen >> place & 1 and _fits(title, begun)
    )  # fmt: skip
    return [pk for pk, _ in zip(fitting, range(MOST), strict=False)]


def _titles(user: Person, ids: list[int]) -> Any:
    pages = GuidancePage.objects.visible_to(user).filter(pk__in=ids).order_by("title", "pk")
    return pages.values_list("title", named=True)


_TITLES = Prepared(_titles)
