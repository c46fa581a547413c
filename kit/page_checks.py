"""What an editor is told of a page besides what Wagtail's own checks say. It warns; nothing is refused.

Wagtail looks at the page as it is shown: order of headings, alternative texts, empty links. Here is what only the page
as it is kept can tell.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kit import markdown, players
from kit.reading_age import reading_of

_LINK = re.compile(r"<a\b([^>]*)>(.*?)</a>", re.DOTALL)
_PAGE = re.compile(r'linktype="page"[^>]*\bid="(\d{1,18})"|\bid="(\d{1,18})"[^>]*linktype="page"')
# What tells nobody where a link leads, read alone from a list of links (WCAG 2.2, 2.4.4 and 2.4.9).
_NOTHING = frozenset(
    {"here", "click here", "this", "this link", "this page", "link", "more", "read more", "find out more"}
)
_POINTING = {"resource_link": "page", "document": "page", "session_dates": "module", "step": "guidance"}
_MOST_CALLOUTS = 2
# NHS digital service manual, "How we write": a reading age of 9 to 11. Some of our words are long because the work has
# them, so that a warning comes later.
_AIM, _OLDEST, _GROWN_UP = 12, 14, 18


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
        if kind == "document" and isinstance(value, Mapping) and not value.get("page"):
            found.documents.update([value["document"]] if isinstance(value.get("document"), int) else [])
        for text in _texts(value):
            found.warnings.extend(_of_links(text))
    callouts = sum(block.get("type") == "callout" for block in blocks)
    if callouts > _MOST_CALLOUTS:
        found.warnings.append(
            f"There are {callouts} callouts. With more than {_MOST_CALLOUTS}, people read none of them."
        )
    found.warnings.extend(_of_reading(blocks))
    pages = {page for _, page in pointers(blocks)}
    return Found(warnings=list(dict.fromkeys(found.warnings)), pages=pages, documents=found.documents)


def pointers(raws: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, int]]:
    """The pages that some blocks lead to, each with the words that do it; "" where a block shows the page's own.

    Args:
        raws: as for ``look_through``.
    """
    for block in raws:
        value = block.get("value")
        if isinstance(value, Mapping):
            pointed = value.get(_POINTING.get(str(block.get("type")), ""))
            if isinstance(pointed, int):
                yield "", pointed
        for text in _texts(value):
            for attributes, inside in _LINK.findall(text):
                if page := _PAGE.search(attributes):
                    yield markdown.plain(inside), int(page[1] or page[2])


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


def _of_reading(blocks: list[Mapping[str, Any]]) -> Iterator[str]:
    """Whether it is harder to read than it need be; what somebody says in a recording is left out."""
    written = [block.get("value") for block in blocks if block.get("type") not in players.KINDS]
    reading = reading_of([text for value in written for text in _texts(value)])
    if reading and reading.age > _OLDEST:
        start = " ".join(reading.longest.split()[:6])
        age = f"{reading.age} years" if reading.age < _GROWN_UP else f"{_GROWN_UP} years or more"
        yield (
            f"This is written for readers of about {age}. Aim for {_AIM}: use shorter words, and split long "
            f"sentences. The longest has {reading.words} words: “{start} …”"
        )


def _of_links(text: str) -> Iterator[str]:
    for _, inside in _LINK.findall(text):
        words = markdown.plain(inside)
        if words.strip(" .!").lower() in _NOTHING:
            yield f"A link says only “{words}”. Say where it leads."
        elif words.startswith(("http://", "https://", "www.")):
            yield f"A link shows its address, {words[:60]}. Put words in its place."


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
