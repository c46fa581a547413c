"""One search over everything: what each room finds, under one roof."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from kit import registry
from kit.search import LONGEST

TOP = 5


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
