"""docs/security.md names tests that are there."""

import re
from pathlib import Path

from django.conf import settings

TESTS = Path(settings.ROOT) / "tests"
_NAMED = re.compile(r"`((?:\w+/)?(?:test_\w+…?|access)(?:\.py|\.txt)?)`")


def _named(text: str) -> list[str]:
    """The files in the right column of a table; one without a folder lies where the one before it does."""
    found, folder = [], ""
    for line in text.splitlines():
        cells = line.split("|")
        if len(cells) < 4:
            continue
        for name in _NAMED.findall(cells[2]):
            folder = name.rpartition("/")[0] or folder
            found.append(f"{folder}/{name.rpartition('/')[2]}".replace("…", "*"))
    return found


def _missing(names: list[str]) -> list[str]:
    return [
        name for name in names if not list(TESTS.glob(name)) and not list(TESTS.glob(f"*/{Path(name).name}"))
    ]


def test_each_is_there():
    names = _named((settings.ROOT / "docs" / "security.md").read_text())
    assert len(names) > 35
    assert _missing(names) == []


def test_one_that_is_missing_is_found():
    assert _missing(_named("| a promise | `security/test_no_such_thing.py` |")) == [
        "security/test_no_such_thing.py"
    ]
