"""Communities as a list shows them: everything of a page of them in few queries, and why each matches."""

import re
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from community_directory.enums import CommunityState, Meets, OpenTo
from community_directory.filters import Filters
from community_directory.models import Community
from community_directory.vocabulary import FILINGS, filed
from community_directory.words import STAGE_COLOURS
from members.enums import Stage

# What a card needs of a row, without the long texts.
FIELDS = ("slug", "name", "summary", "stage", "rhythm", "meets", "open_to", "state", "published_at")
TEXTS = ("domain", "purpose", "practice")
_STAGES: dict[str, str] = dict(Stage.choices)
_MEETS: dict[str, str] = dict(Meets.choices)
_CHOICES = {"stage": _STAGES, "open_to": dict(OpenTo.choices), "meets": _MEETS}
_NOTHING = mark_safe("")
_RESTING = mark_safe(' <strong class="p-tag p-tag--grey">Resting</strong>')
_WHY = '<p class="p-result__why">{}</p>'
_AROUND = 70


def cards(communities: Iterable[Community], filters: Filters | None = None) -> list[dict[str, Any]]:
    """What a list shows of each community.

    Args:
        communities: a page of them; with ``TEXTS`` loaded if the filters have a text.
        filters: what was asked for, to say why each matches.

    Returns:
        A dictionary for each: url, name, summary, stage, colour, resting, sector, region, theme, meets, why; all
        of it text, safe where it has HTML, so that a row costs few look-ups. One query.
    """
    rows = list(communities)
    under = filed((row.pk for row in rows), filters.known if filters else None)
    base = reverse("community_directory:list")
    return [_card(row, under[row.pk], base, filters) for row in rows]


def _card(
    row: Community, under: dict[str, list[tuple[str, str]]], base: str, filters: Filters | None
) -> dict[str, Any]:
    pattern = _pattern(filters.words) if filters and filters.words else None
    card = {kind: ", ".join(name for _, name in under[kind]) for kind in FILINGS}
    return card | {
        "url": f"{base}{row.slug}/",
        "name": _marked(row.name, pattern) if pattern else row.name,
        "summary": _marked(row.summary, pattern) if pattern else row.summary,
        "stage": _STAGES[row.stage],
        "colour": STAGE_COLOURS[row.stage],
        "resting": _RESTING if row.state == CommunityState.DORMANT else "",
        "meets": f"{_MEETS[row.meets]}. {row.rhythm}" if row.rhythm else _MEETS[row.meets],
        "why": _said(row, card["theme"], pattern) if pattern else _filed(row, under, filters),
    }


def _filed(row: Community, under: dict[str, list[tuple[str, str]]], filters: Filters | None) -> SafeString:
    """What a community is filed under of that which was asked for."""
    if filters is None or not filters.are_on:
        return _NOTHING
    matched = [name for kind in FILINGS for slug, name in under[kind] if slug in filters.chosen[kind]]
    matched += [names[getattr(row, kind)] for kind, names in _CHOICES.items() if filters.chosen[kind]]
    matched += filters.organisations.values() if len(filters.organisations) == 1 else ()
    return format_html(_WHY, "Matches: " + ", ".join(matched)) if matched else _NOTHING


def _pattern(words: list[str]) -> re.Pattern[str]:
    """The words, and others that begin alike: a database that stems finds "falling" by "falls"."""
    stems = {re.escape(word[: max(4, len(word) - 2)] if len(word) > 4 else word) for word in words[:10]}
    return re.compile(rf"\b(?:{'|'.join(sorted(stems, key=len, reverse=True))})\w*", re.IGNORECASE)


def _said(row: Community, themes: str, pattern: re.Pattern[str]) -> SafeString:
    """Its words around those searched for, where neither its name nor its sentence has them already."""
    if pattern.search(row.name) or pattern.search(row.summary):
        return _NOTHING
    if pattern.search(themes):
        return format_html(_WHY, _marked("It is about " + themes, pattern))
    for name in TEXTS:
        text = getattr(row, name)
        found = pattern.search(text)
        if found:
            return format_html(_WHY, _marked(_around(text, found.start(), found.end()), pattern))
    return _NOTHING


def _around(text: str, start: int, end: int) -> str:
    """The words on both sides of a place in a text."""
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    piece = text[first:last]
    if first:
        piece = "…" + piece.partition(" ")[2] if " " in text[first:start] else "…" + piece
    if last < len(text):
        piece = piece.rpartition(" ")[0] + "…" if " " in text[end:last] else piece + "…"
    return re.sub(r"[\s*_#>`|\[\]-]+", " ", piece).strip()


def _marked(text: str, pattern: re.Pattern[str]) -> SafeString:
    """The text, safe, with what was searched for marked."""
    pieces, at = [], 0
    for found in pattern.finditer(text):
        pieces += [escape(text[at : found.start()]), "<mark>", escape(found.group()), "</mark>"]
        at = found.end()
    return mark_safe("".join([*pieces, escape(text[at:])]))
