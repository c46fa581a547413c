"""Blocks of a page's body as Markdown, as far as Markdown can say them."""

import re
from collections.abc import Iterable, Sequence
from html.parser import HTMLParser

from kit import richtext, texts
from kit.richtext import Block
from kit.sheet import tidied

_SPECIAL = re.compile(r"([\\`*_\[\]<>#&!|~])")
# What begins a list, a heading below a line, or a line across, where a line begins.
_BEGINS = re.compile(r"^(\s*)([-+=]|\d{1,9}[.)])", re.MULTILINE)
_lines = texts.LinesField(required=False)
_AROUND = {"b": "**", "strong": "**", "i": "*", "em": "*"}


def markdown_of(blocks: Sequence[Block]) -> str | None:
    """The Markdown from which ``blocks_of`` makes the same blocks; None where there is none.

    Args:
        blocks: as they are kept, without ids.
    """
    parts = []
    for block in blocks:
        if block["type"] == "heading":
            parts.append(f"## {_escaped(block['value'])}")
        elif block["type"] == "text":
            parts.append(_Writer.of(block["value"]))
        else:
            return None
    text = "\n\n".join(part for part in parts if part)
    return text if blocks_of(text) == list(blocks) else None


def blocks_of(text: str) -> list[Block]:
    """The blocks that a text in a cell becomes: a heading for each ##, and text for what stands between."""
    return richtext.blocks(tidied(_lines.to_python(text)))


def _escaped(text: str) -> str:
    plain = _SPECIAL.sub(r"\\\1", text)
    return _BEGINS.sub(lambda found: f"{found[1]}{found[2][:-1]}\\{found[2][-1]}", plain)


class _Writer(HTMLParser):
    """Writes Markdown while it reads rich text as the editor keeps it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.line = ""
        self.lists: list[str] = []
        self.hrefs: list[str] = []

    @classmethod
    def of(cls, html: str) -> str:
        """Markdown of some rich text."""
        writer = cls()
        writer.feed(html)
        writer.close()
        return "\n\n".join(_joined(writer.parts))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _AROUND:
            self.line += _AROUND[tag]
        elif tag in ("ul", "ol"):
            self._end()
            self.lists.append(tag)
        elif tag == "a":
            self.hrefs.append(dict(attrs).get("href") or "")
            self.line += "["
        elif tag == "br":
            self.line += "\\\n"
        elif tag == "h3":
            self.line = "### "
        elif tag == "li":
            self._end()

    def handle_endtag(self, tag: str) -> None:
        if tag in _AROUND:
            self.line += _AROUND[tag]
        elif tag == "a" and self.hrefs:
            self.line += f"](<{self.hrefs.pop()}>)"
        elif tag in ("ul", "ol"):
            self._end()
            if self.lists:
                self.lists.pop()
        elif tag in ("p", "h3", "li"):
            self._end()

    def handle_data(self, data: str) -> None:
        self.line += _escaped(data)

    def _end(self) -> None:
        if not self.line:
            return
        depth = len(self.lists)
        mark = "" if not depth else "- " if self.lists[-1] == "ul" else "1. "
        indent = "   " * (depth - 1) if depth else ""
        self.parts.append(indent + mark + self.line.replace("\n", f"\n{indent}{' ' * len(mark)}"))
        self.line = ""


def _joined(lines: Iterable[str]) -> list[str]:
    """Items of one list stand one below another; everything else is a paragraph."""
    found: list[str] = []
    for line in lines:
        is_item = bool(re.match(r"\s*(- |1\. )", line))
        if found and is_item and re.match(r"\s*(- |1\. )", found[-1]):
            found[-1] += f"\n{line}"
        else:
            found.append(line)
    return found
