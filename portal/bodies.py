"""Markdown from a file made into the blocks of a page's body."""

import json
import re
from typing import Any

from kit import markdown

_HEADING = re.compile(r"^##\s+(.+)$", re.MULTILINE)

Block = dict[str, Any]


def blocks_from_markdown(text: str) -> list[Block]:
    """A heading block for each ``##`` line, a text block for what stands between.

    Args:
        text: Markdown whose headings start at ``##``; deeper ones stay inside the text.

    Returns:
        Blocks as StreamField keeps them, without ids.
    """
    blocks: list[Block] = []
    parts = _HEADING.split(text.strip())
    for index, part in enumerate(parts):
        if index % 2:
            blocks.append({"type": "heading", "value": part.strip()})
        elif part.strip():
            blocks.append({"type": "text", "value": rich(part)})
    return blocks


def rich(text: str) -> str:
    """HTML that Wagtail's editor can hold, from Markdown."""
    html = markdown.render(text.strip()).strip()
    return html.replace(' rel="nofollow ugc noopener noreferrer"', "")


def stream(blocks: list[Block]) -> str:
    """Blocks as the JSON that a StreamField takes."""
    return json.dumps(blocks)
