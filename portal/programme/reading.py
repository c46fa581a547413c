"""From the bytes of a file to a checked document, or to everything that is wrong in it."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from portal.programme.document import ProgrammeFile
from portal.programme.mistakes import Loc, Mistake, Mistaken, from_error, mistake

LARGEST = 1024 * 1024
# tomllib takes time that grows with the square of a key's parts: 40,000 of them keep it busy for half a minute.
_MOST_DOTS = 300
# What may hold dots and equals signs without being a key: texts of all four kinds, and comments. One that is not
# closed reaches to the end, so that each character is looked at once.
_TEXTS = re.compile(
    r'"""(?:[^\\]|\\.)*?(?:"""|\Z)'
    r"|'''.*?(?:'''|\Z)"
    r'|"(?:[^"\\\n]|\\[^\n])*"?'
    r"|'[^'\n]*'?"
    r"|\#[^\n]*",
    re.DOTALL,
)


def read(source: bytes | str) -> ProgrammeFile:
    """Read a programme.

    Args:
        source: the file: TOML 1.0 in UTF-8, 1 MB (1,048,576 bytes) at most.

    Returns:
        Its parts, each of the type that docs/programme-file.md names.

    Raises:
        Mistaken: with every mistake that there is. Only a file that is not TOML at all has one alone.
    """
    raw = _parsed(_decoded(source))
    mistakes = list(_across(raw))
    try:
        document = ProgrammeFile.model_validate(raw)
    except ValidationError as error:
        found = error.errors(include_url=False)
        mistakes = [from_error(raw, detail) for detail in found] + mistakes
    if mistakes:
        raise Mistaken(mistakes)
    return document


def _decoded(source: bytes | str) -> str:
    data = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    if len(data) > LARGEST:
        raise Mistaken([Mistake(message="The file is larger than 1 MB.")])
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise Mistaken([Mistake(message="The file is not text in UTF-8. Save it as UTF-8.")]) from None


def _parsed(text: str) -> dict[str, Any]:
    bare = _TEXTS.sub(lambda found: "\n" * found[0].count("\n"), text)
    for number, line in enumerate(bare.split("\n"), start=1):
        if line.count(".") > _MOST_DOTS:
            raise Mistaken([Mistake(message=f"The key on line {number} has too many parts.")])
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise Mistaken([Mistake(message="The file is nested too deeply.")]) from None
    except ValueError as error:
        raise Mistaken([Mistake(message=f"The file is not TOML: {str(error)[:200]}.")]) from None


def _tables(raw: dict[str, Any], name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    rows = raw.get(name)
    for place, row in enumerate(rows if isinstance(rows, list) else []):
        if isinstance(row, dict):
            yield place, row


def _across(raw: dict[str, Any]) -> Iterator[Mistake]:
    """Mistakes that only show when two tables are seen together. Looks at what was read, whatever it is."""
    yield from _repeated(raw, "modules", "number")
    yield from _repeated(raw, "modules", "slug")
    yield from _repeated_keys(raw)
    yield from _after_no_module(raw)


def _after_no_module(raw: dict[str, Any]) -> Iterator[Mistake]:
    modules = [row for _, row in _tables(raw, "modules")]
    numbers = [row["number"] for row in modules if type(row.get("number")) is int]
    if not modules or len(numbers) < len(modules):
        return  # that is reported already, and every session would be wrong with it
    listed = ", ".join(str(number) for number in sorted(numbers)[:30])
    for place, row in _tables(raw, "sessions"):
        after = row.get("after_module")
        if type(after) is int and after not in numbers:
            yield mistake(
                raw,
                ("sessions", place, "after_module"),
                f"expected the number of a module ({listed}), found the number {str(after)[:20]}",
            )


def _repeated(raw: dict[str, Any], table: str, key: str) -> Iterator[Mistake]:
    places: list[tuple[Loc, Any]] = [
        ((table, place, key), row[key])
        for place, row in _tables(raw, table)
        if type(row.get(key)) in (int, str)
    ]
    yield from _twice(raw, places)


def _repeated_keys(raw: dict[str, Any]) -> Iterator[Mistake]:
    places: list[tuple[Loc, Any]] = [
        (("sessions", place, "key"), row["key"])
        for place, row in _tables(raw, "sessions")
        if isinstance(row.get("key"), str)
    ]
    for number, module in _tables(raw, "modules"):
        places += [
            (("modules", number, "sessions", place, "key"), row["key"])
            for place, row in _tables(module, "sessions")
            if isinstance(row.get("key"), str)
        ]
    yield from _twice(raw, places)


def _twice(raw: dict[str, Any], places: list[tuple[Loc, Any]]) -> Iterator[Mistake]:
    counted = Counter(value for _, value in places)
    seen: set[Any] = set()
    for loc, value in places:
        if counted[value] > 1 and value in seen:
            yield mistake(raw, loc, f"expected each to be different, found “{str(value)[:60]}” again")
        seen.add(value)
