"""The table of who gets which answer where: access.txt, with an example of each address."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

PEOPLE = (
    "visitor",
    "guest",
    "stranger",
    "other",
    "participant",
    "convener",
    "facilitator",
    "editor",
    "lead",
    "admin",
)
TABLE = Path(__file__).with_name("access.txt")
# Wagtail's and allauth's own addresses, and what is read by programs: each is held by its beginning.
PREFIXES = ("admin/", "accounts/")


@dataclass(frozen=True)
class Example:
    """One address to try: {…} is filled from the world; ``data`` is a form that can be taken."""

    address: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    pattern: str
    case: str
    method: str
    statuses: tuple[int, ...]

    @property
    def key(self) -> str:
        """Under what its example stands."""
        return f"{self.pattern} {self.case}".strip()


def patterns() -> list[str]:
    """Every address of ours as urls.py spells it."""
    return [pattern for pattern in _walk(get_resolver().url_patterns) if not pattern.startswith(PREFIXES)]


def prefixes() -> set[str]:
    """The beginnings of addresses that are others' and are there."""
    every = list(_walk(get_resolver().url_patterns))
    return {prefix for prefix in PREFIXES if any(pattern.startswith(prefix) for pattern in every)}


def _walk(parts: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for part in parts:
        pattern = before + str(part.pattern)
        if isinstance(part, URLResolver):
            yield from _walk(part.url_patterns, pattern)
        else:
            yield pattern


def rows() -> list[Row]:
    """The lines of the table. A line that begins with a space goes on with the address above."""
    found, pattern, case = [], "", ""
    for line in TABLE.read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if not line.startswith(" "):
            pattern, _, case = line.partition("  ")
            pattern, case = pattern.strip(), case.strip()
            continue
        method, *statuses = line.split()
        found.append(Row(pattern, case, method, tuple(int(status) for status in statuses)))
    return found
