"""Markdown that people write, made into HTML that is safe to show.

markdown-it-py reads it (raw HTML off), nh3 cleans what comes out: two walls, either of which would do.
"""

import re
from importlib import import_module

import nh3
from django.utils.html import escape, strip_tags
from django.utils.text import Truncator
from markdown_it import MarkdownIt
from markdown_it.token import Token

_TAGS = {
    "p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "h3", "h4", "h5",
    "hr", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}
_SPACES = re.compile(r"\s+")


def _demote_headings(state: object) -> None:
    """Headings start below those of the page: the topmost is an h3. No level is left out on the way down."""
    tokens: list[Token] = state.tokens  # type: ignore[attr-defined]
    above: list[int] = []
    for token in tokens:
        if token.type == "heading_open":
            own = int(token.tag[1])
            while above and above[-1] >= own:
                above.pop()
            above.append(own)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(2 + len(above), 5)}"


# A short row gets the empty cells that it lacks. Left at 65,536, a text of 20 kB becomes a table of 700 kB.
# (The package gives the rule's name to its function, so the module is asked for by its path.)
setattr(import_module("markdown_it.rules_block.table"), "MAX_AUTOCOMPLETED_CELLS", 1000)  # noqa: B010

_reader = MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True}).enable(
    ["table", "strikethrough", "linkify"]
)
_reader.disable("image")
_reader.core.ruler.push("demote_headings", _demote_headings)


def render(text: str) -> str:
    """HTML for a Markdown text, cleaned; links to elsewhere pass nothing on.

    Args:
        text: CommonMark with tables, strikethrough and bare links; raw HTML is shown as text.

    Returns:
        Safe HTML, without pictures; headings start at h3. The time it takes is linear in the text's length.
    """
    return nh3.clean(
        _unclean(text.replace("\x00", "")),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="nofollow ugc noopener noreferrer",
    )


def _unclean(text: str) -> str:
    """HTML that is not cleaned yet. What is nested too deep to be read so is shown as it was typed."""
    environment: dict[str, object] = {}
    tokens = _reader.parse(text, environment)
    deepest = _reader.options["maxNesting"] - 1
    if any(token.nesting == 1 and token.level >= deepest for token in tokens):
        return "<p>" + escape(text).replace("\n", "<br>\n") + "</p>"  # the reader drops what is deeper
    return _reader.renderer.render(tokens, _reader.options, environment)


def plain(html: str) -> str:
    """The words of some HTML, on one line."""
    spaced = re.sub(r"</(p|li|h[1-6]|blockquote|td|th|tr)>|<br>", " ", html)
    text = strip_tags(spaced)
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return _SPACES.sub(" ", text).strip()


def excerpt(html: str, length: int = 160) -> str:
    """The beginning of some HTML as plain text, at most so many characters."""
    return Truncator(plain(html)).chars(length)
