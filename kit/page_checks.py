"""What an editor is told of a page besides what Wagtail's own checks say. It warns; nothing is refused.

Wagtail looks at the page as it is shown: order of headings, alternative texts, empty links. Here is what only the page
as it is kept can tell.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kit import markdown, players

_LINK = re.compile(r"<a\b([^>]*)>(.*?)</a>", re.DOTALL)
_PAGE = re.compile(r'linktype="page"[^>]*\bid="(\d{1,18})"|\bid="(\d{1,18})"[^>]*linktype="page"')
# What tells nobody where a link leads, read alone from a list of links (WCAG 2.2, 2.4.4 and 2.4.9).
_NOTHING = frozenset(
    {"here", "click here", "this", "this link", "this page", "link", "more", "read more", "find out more"}
)
_POINTING = {"resource_link": "page", "document": "page", "session_dates": "module", "step": "guidance"}
_MOST_CALLOUTS = 2


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was found in a page's texts.

    Args:
        warnings: sentences for the editor.
        pages: the ids of pages that are linked to, to be looked up.
        documents: the ids of documents that have no page beside them, to be looked up.
    """

    warnings: list[str] = field(default_factory=list)
    pages: set[int] = field(default_factory=set)
    documents: set[int] = field(default_factory=set)


def look_through(raws: Iterable[Mapping[str, Any]]) -> Found:
    """Everything that can be told of blocks as they are kept. No query.

    Args:
        raws: the ``raw_data`` of a page's StreamFields, one after another.
    """
    blocks = list(raws)
    found = Found()
    for block in blocks:
        kind, value = str(block.get("type")), block.get("value")
        found.warnings.extend(_of_recording(kind, value))
        _note_pointers(kind, value, found)
        for text in _texts(value):
            _note_links(text, found)
    callouts = sum(block.get("type") == "callout" for block in blocks)
    if callouts > _MOST_CALLOUTS:
        found.warnings.append(
            f"There are {callouts} callouts. With more than {_MOST_CALLOUTS}, people read none of them."
        )
    return Found(warnings=list(dict.fromkeys(found.warnings)), pages=found.pages, documents=found.documents)


def waits(kind: str, value: Mapping[str, Any]) -> bool:
    """Whether a recording waits, and nobody sees it: it has no words, or lies where we play nothing.

    Who cannot hear it would be left out (WCAG 2.2, 1.2.1 and 1.2.2).

    Args:
        kind: one of ``players.KINDS``.
        value: its block as it is kept.
    """
    has_words = markdown.plain(str(value.get("transcript") or "")) or (
        kind == "video" and value.get("captions")
    )
    return not has_words or players.KINDS[kind](str(value.get("url") or "")) is None


def _of_recording(kind: str, value: Any) -> Iterator[str]:
    if kind in players.KINDS and isinstance(value, Mapping) and waits(kind, value):
        lacks = "captions or a transcript" if kind == "video" else "a transcript"
        yield f"“{value.get('title') or 'A recording'}” waits for {lacks}. Nobody sees it until then."


def _note_pointers(kind: str, value: Any, found: Found) -> None:
    if not isinstance(value, Mapping):
        return
    pointed = value.get(_POINTING.get(kind, ""))
    if isinstance(pointed, int):
        found.pages.add(pointed)
    if kind == "document" and not pointed and isinstance(value.get("document"), int):
        found.documents.add(value["document"])


def _note_links(text: str, found: Found) -> None:
    for attributes, inside in _LINK.findall(text):
        words = markdown.plain(inside)
        if words.strip(" .!").lower() in _NOTHING:
            found.warnings.append(f"A link says only “{words}”. Say where it leads.")
        elif words.startswith(("http://", "https://", "www.")):
            found.warnings.append(f"A link shows its address, {words[:60]}. Put words in its place.")
        if page := _PAGE.search(attributes):
            found.pages.add(int(page[1] or page[2]))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
