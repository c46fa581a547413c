"""One search over everything: what each room finds, under one roof."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from kit import registry
from kit.search import LONGEST, words

TOP = 5
_WORD = re.compile(r"\w+", re.UNICODE)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was found of one kind."""

    key: str
    label: str
    hits: list[registry.Hit]
    more_url: str
    has_more: bool

    @property
    def count(self) -> str:
        """How many, in words."""
        return f"best {TOP}" if self.has_more else str(len(self.hits))


def clean_text(text: str) -> str:
    """A search text as it is looked for and shown again: at most 200 characters, on one line."""
    return " ".join(text[:LONGEST].replace("\x00", " ").split())


def find_everything(user: Any, text: str) -> list[Found]:
    """The best of each kind that this person may see, kinds without any left out.

    Each kind makes as many queries as it has declared.
    """
    found = []
    for kind in registry.searches:
        hits = kind.find(user, text, TOP + 1)
        if hits:
            found.append(
                Found(
                    key=kind.key.replace(".", "-"),
                    label=kind.label,
                    hits=hits[:TOP],
                    more_url=kind.more_url + quote(text) if kind.more_url else "",
                    has_more=len(hits) > TOP,
                )
            )
    return found


def highlight(text: str, sought: str) -> SafeString:
    """A plain text as safe HTML, those of its words marked that begin with a word sought.

    Linear in the length of the text; whatever it holds is shown as text.
    """
    wanted = tuple(word.lower() for word in words(sought))
    if not wanted:
        return escape(text)
    parts, end = [], 0
    for match in _WORD.finditer(text):
        if match[0].lower().startswith(wanted):
            parts += [escape(text[end : match.start()]), f"<mark>{escape(match[0])}</mark>"]
            end = match.end()
    return mark_safe("".join([*parts, escape(text[end:])]))
