"""The place in a text where the words that were looked for stand."""

import json
import re
from collections.abc import Container, Iterable, Iterator
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from kit import markdown, page_checks, players

_AROUND = 80
_NOT_TEXT = {"id", "type", "phase", "image", "page", "guidance", "url", "module", "document"}


def marked(text: str, words: list[str]) -> SafeString:
    """A plain text as HTML, the words in it marked."""
    if not words:
        return mark_safe(escape(text))
    parts = _anywhere(words).split(text)
    return mark_safe(
        "".join(
            f"<mark>{escape(part)}</mark>" if index % 2 else escape(part) for index, part in enumerate(parts)
        )
    )


def one_of(labels: Iterable[str], wanted: Container[str]) -> SafeString:
    """Some labels in a row as HTML, those that were asked for marked."""
    shown = (f"<mark>{escape(label)}</mark>" if label in wanted else escape(label) for label in labels)
    return mark_safe(", ".join(shown))


def excerpt(body: str, words: list[str]) -> SafeString:
    """The first place in a page's body that holds one of the words, with what stands around it.

    Args:
        body: a StreamField as JSON.
        words: what was looked for; whole words in any case. A database that knows word stems finds more
            than these, and then there is nothing to show.

    Returns:
        HTML of some 160 characters with the words marked; "" if there is no such place.
    """
    wanted = _anywhere(words)
    for html in _texts(json.loads(body)):
        # Looked for in the HTML first, since making it plain costs more; a tag is no text.
        text = markdown.plain(html) if wanted.search(html) else ""
        if found := wanted.search(text):
            return _around(text, found, words)
    return mark_safe("")


def _anywhere(words: list[str]) -> re.Pattern[str]:
    return re.compile(rf"\b({'|'.join(map(re.escape, words))})\b", re.IGNORECASE)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict) and not _waits(value):
        for name, part in value.items():
            if name not in _NOT_TEXT:
                yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def _waits(block: dict[str, Any]) -> bool:
    """Whether it is a recording that nobody sees yet."""
    kind, value = block.get("type"), block.get("value")
    return kind in players.KINDS and isinstance(value, dict) and page_checks.waits(kind, value)


def _around(text: str, found: re.Match[str], words: list[str]) -> SafeString:
    start = max(found.start() - _AROUND, 0)
    start = text.find(" ", start) + 1 if start else 0
    end = found.end() + _AROUND
    end = text.rfind(" ", found.end(), end) if end < len(text) else len(text)
    end = end if end > 0 else found.end()
    before, after = ("… " if start else ""), (" …" if end < len(text) else "")
    return mark_safe(before + marked(text[start:end], words) + after)
