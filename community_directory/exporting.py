"""Cells of a spreadsheet that a program opens: text stays text."""

import unicodedata
from typing import Any

# What makes a spreadsheet read a cell as a formula (OWASP, "CSV injection").
_FORMULA = frozenset("=+-@")


def defused(value: Any) -> Any:
    """A cell that no spreadsheet runs: what would begin a formula, also behind spaces, gets an apostrophe.

    Args:
        value: anything; numbers, dates and None are left as they are.

    Returns:
        The value, or the text with an apostrophe before it.
    """
    if not isinstance(value, str):
        return value
    bare = value.lstrip("".join(character for character in value if not character.isprintable()) + " \xa0")
    bare = bare.lstrip()
    begins = unicodedata.normalize("NFKC", bare[:1]) in _FORMULA
    return f"'{value}" if begins or value[:1] in ("\t", "\r", "\n") else value
