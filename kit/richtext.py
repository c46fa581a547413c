"""Markdown and HTML from files, made into what Wagtail's editor holds.

What is written goes through the editor's own converter, there and back. So an editor who opens a page and
publishes it unchanged has changed nothing, and whoever reads the same file again sees that.
"""

import re
from functools import cache
from typing import Any

import nh3
from django.utils.html import escape
from markdown_it import MarkdownIt
from markdown_it.token import Token
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from kit.blocks import PLAIN, RICH

Block = dict[str, Any]
_LONGEST_HEADING = 150
_EMPTY = "<p></p>"
_MOST_ROUNDS = 5
_KEYS = re.compile(r' data-block-key="[^"]*"')
_TAGS = {"p", "br", "b", "strong", "i", "em", "a", "ul", "ol", "li", "h3", "h4", "h5", "h6"}
_reader = MarkdownIt("commonmark", {"html": False, "linkify": False})


@cache
def _converter(features: tuple[str, ...]) -> ContentstateConverter:
    return ContentstateConverter(features=list(features))


def without_keys(html: str) -> str:
    """Rich text without the keys that the editor gives to paragraphs; they say nothing about the words."""
    return _KEYS.sub("", html)


def kept(html: str, features: list[str] = PLAIN) -> str:
    """Rich text from HTML, cleaned, as the editor would keep it; "" where nothing is left.

    Args:
        html: any; what rich text does not hold becomes paragraphs, or goes.
        features: of Wagtail's rich text that the place allows.
    """
    cleaned = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    converter = _converter(tuple(features))
    before, after = "", cleaned.replace("<br>", "<br/>")
    for _ in range(_MOST_ROUNDS):  # a space at the end of bold words moves out of them at the second
        before, after = (
            after,
            without_keys(converter.to_database_format(converter.from_database_format(after))),
        )
        if after == before:
            break
    return "" if after == _EMPTY else after


def _render(tokens: list[Token]) -> str:
    return str(_reader.renderer.render(tokens, _reader.options, {}))


def rich(text: str, *, features: list[str] = PLAIN) -> str:
    """Rich text from Markdown.

    Args:
        text: CommonMark; raw HTML in it is shown as text, pictures are left out.
        features: of Wagtail's rich text that the place allows. What they don't hold becomes paragraphs.
    """
    return kept(_render(_reader.parse(text)), features)


def bullets(items: list[str], *, before: str = "", after: str = "") -> str:
    """Rich text of a plain list, with a sentence before and after it if there is one."""
    listed = "".join(f"<li>{escape(item)}</li>" for item in items)
    parts = [
        f"<p>{escape(before)}</p>" if before else "",
        f"<ul>{listed}</ul>" if items else "",
        f"<p>{escape(after)}</p>" if after else "",
    ]
    return kept("".join(parts), PLAIN)


def blocks(text: str) -> list[Block]:
    """The blocks of a page's body from Markdown.

    Args:
        text: CommonMark. A heading of the first or second level begins a new part.

    Returns:
        A heading block for each such heading, and a text block for what stands between.
    """
    made: list[Block] = []
    run: list[Token] = []
    tokens = _reader.parse(text)
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token.type == "heading_open" and token.level == 0 and token.tag in ("h1", "h2"):
            made += _text_block(run) + _heading_block(tokens[place + 1])
            run, place = [], place + 3
            continue
        run.append(token)
        place += 1
    return made + _text_block(run)


def _heading_block(inline: Token) -> list[Block]:
    words = "".join(child.content for child in inline.children or [] if child.type in ("text", "code_inline"))
    words = " ".join(words.split())[:_LONGEST_HEADING].strip()
    return [{"type": "heading", "value": words}] if words else []


def _text_block(tokens: list[Token]) -> list[Block]:
    html = kept(_render(tokens), RICH) if tokens else ""
    return [{"type": "text", "value": html}] if html else []
