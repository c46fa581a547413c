"""From the bytes of a spreadsheet saved as CSV to its cells, and back."""

import csv
import difflib
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kit.problems import MOST_SHOWN, NotTaken, Problem, Unreadable

LARGEST = 1024 * 1024  # bytes
MOST_ROWS = 200
_LONGEST_CELL = 100_000  # characters
_DELIMITERS = (",", ";", "\t")
_BYTE_ORDER = (b"\xff\xfe", b"\xfe\xff")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# What makes a spreadsheet read a cell as a formula (OWASP, "CSV injection").
_FORMULA = frozenset("=+-@")
WINDOWS = "The file is not in UTF-8, so we read it as Excel for Windows writes it. Check that letters such as é and £ are right."
NOT_CSV = (
    "This is an Excel file. In Excel: Save as, then the type “CSV UTF-8 (Comma delimited)”. Import that."
)
TOO_MANY_CELLS = "There are more cells than columns. Put each text into one cell."
NOT_TEXT = "This is not a spreadsheet saved as CSV."


def decoded(source: bytes, *, largest: int = LARGEST) -> tuple[str, list[str]]:
    """The text of a file, and what its reader should know of how it was read.

    Args:
        source: in UTF-8, with or without a byte order mark; in UTF-16 with one; or in Windows-1252.
        largest: how many bytes it may have.

    Raises:
        Unreadable: it is larger than that, no text, or empty.
    """
    if len(source) > largest:
        megabytes = largest // LARGEST
        raise Unreadable.because(f"The file is larger than {megabytes} MB. Divide it into several.")
    if source.startswith((_ZIP, _OLE)):
        raise Unreadable.because(NOT_CSV)
    text, notes = _text(source)
    if "\x00" in text:
        raise Unreadable.because(NOT_TEXT)
    if not text.strip():
        raise Unreadable.because("The file is empty.")
    return text, notes


def _text(source: bytes) -> tuple[str, list[str]]:
    try:
        if source.startswith(_BYTE_ORDER):
            return source.decode("utf-16"), []
        return source.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    try:
        return source.decode("cp1252"), [WINDOWS]
    except UnicodeDecodeError:
        raise Unreadable.because(f"{NOT_TEXT} In Excel: Save as, then “CSV UTF-8”.") from None


def rows(text: str, names: Iterable[str], *, most: int = MOST_ROWS) -> list[list[str]]:
    """The cells, row by row, the names of the columns first. Rows with nothing in them stay, so that they count.

    Args:
        text: with commas, semicolons or tabs between the cells: whichever finds most of the names.
        names: the names of columns that are known, in small letters.
        most: how many rows there may be below the names of the columns.

    Raises:
        Unreadable: there are more, or the quotation marks do not close.
    """
    known = set(names)
    read = {delimiter: _read(text, delimiter) for delimiter in _DELIMITERS}
    best = max(
        _DELIMITERS,
        key=lambda delimiter: len({name_of(cell) for cell in (read[delimiter] or [[]])[0]} & known),
    )
    found = _read(text, best, most=most)
    while found and not any(cell.strip() for cell in found[-1]):
        found.pop()
    return found


def _read(text: str, delimiter: str, *, most: int = 0) -> list[list[str]]:
    """The row of names and so many below it that have something in them; one more is refused, unless it is none."""
    found: list[list[str]] = []
    full = 0
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            found.append([tidied(undefused(cell)) for cell in cells])
            full += any(cell.strip() for cell in cells)
            if not most and full:
                return found
            if full > most + 1 or len(found) > 50 * (most or MOST_ROWS):
                raise Unreadable.because(f"There are more than {most} rows. Divide the file into several.")
            if any(len(cell) > _LONGEST_CELL for cell in cells):
                raise Unreadable(
                    [Problem(row=len(found), advice="A cell is too long: 100,000 characters at most.")]
                )
    except csv.Error:
        advice = (
            "The quotation marks do not match: a cell begins with one and does not end, or goes on after its end. "
            "Save the file again from your spreadsheet program."
        )
        if not most:
            return found
        raise Unreadable([Problem(row=len(found) + 1, advice=advice)]) from None
    return found


def name_of(cell: str) -> str:
    """The name of a column as it is compared: without regard to case, spaces, hyphens and underscores."""
    return " ".join(cell.replace("_", " ").replace("-", " ").replace("’", "'").split()).casefold()


def columns_of(cells: Sequence[str], row: int, *, known: Mapping[str, str], needed: str) -> list[str]:
    """The columns that a row names.

    Args:
        cells: of that row.
        row: its number.
        known: for each name in small letters, how the column is called.
        needed: the column that there has to be.

    Returns:
        For each cell what its column is called; "" for one without a name.

    Raises:
        Unreadable: a name is not known or stands there twice, or the column that is needed is missing.
    """
    names = [name_of(cell) for cell in cells]
    problems = [
        Problem(row=row, value=cell, advice=_unknown(name, known))
        for cell, name in zip(cells, names, strict=True)
        if name and name not in known
    ]
    columns = [known.get(name, "") for name in names]
    problems += [
        Problem(row=row, column=name, advice="There are two columns of this name. Take one out.")
        for name in dict.fromkeys(columns)
        if name and columns.count(name) > 1
    ]
    if needed not in columns:
        advice = f"There is no column “{needed}”. The first row has to hold the names of the columns: begin with our template."
        problems.insert(0, Problem(row=row, advice=advice))
    if problems:
        raise Unreadable(problems[:MOST_SHOWN])
    return columns


def _unknown(name: str, known: Mapping[str, str]) -> str:
    hint = did_you_mean(name, known, cutoff=0.6)
    other = "Take it out, or give it one of the names in the table below."
    return f"This is none of our columns. {hint or other}".strip()


def did_you_mean(text: str, known: Mapping[str, str], *, cutoff: float = 0.7) -> str:
    """A question that names what is most like a text, with a space after it; "" if nothing is.

    Args:
        text: what stands there.
        known: for each name in small letters, how it is shown.
        cutoff: how like it has to be, from 0 to 1.
    """
    close = difflib.get_close_matches(text.casefold()[:120], known, n=1, cutoff=cutoff)
    return f"Did you mean “{known[close[0]]}”? " if close else ""


def choose(text: str, choices: Any) -> str:
    """The value that a text names, by its label or as the database has it.

    Raises:
        NotTaken: it names none.
    """
    wanted = name_of(text)
    for value, label in choices.choices:
        if wanted in (name_of(value), name_of(label)):
            return str(value)
    raise NotTaken(f"“{text.strip()[:60]}” is none of ours. Choose from: {'; '.join(choices.labels)}.")


def tidied(cell: str) -> str:
    """Text with plain line ends, and without what cannot be seen. Done twice, it changes nothing."""
    plain = cell.replace("\r\n", "\n").replace("\r", "\n")
    seen = "".join(mark for mark in plain if mark in "\n\t" or unicodedata.category(mark) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", seen)


def written(rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file in UTF-8 that Excel opens as such, and of which it runs nothing."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([defused(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _is_dangerous(cell: str) -> bool:
    """Whether a program would run it, also behind spaces. Apostrophes before it do not count: so what got one still is."""
    bare = cell.lstrip("'")
    start = next((mark for mark in bare if mark.isprintable() and not mark.isspace()), "")
    return unicodedata.normalize("NFKC", start)[:1] in _FORMULA or bare[:1] in ("\t", "\r", "\n")


def defused(cell: Any) -> Any:
    """A cell that no spreadsheet program takes for a formula: an apostrophe stands before it (OWASP, "CSV injection").

    Args:
        cell: anything; numbers, dates and None are left as they are.
    """
    return f"'{cell}" if isinstance(cell, str) and _is_dangerous(cell) else cell


def undefused(cell: str) -> str:
    """The cell as it was before ``defused``."""
    return cell[1:] if cell.startswith("'") and _is_dangerous(cell) else cell
