"""From the bytes of a spreadsheet saved as CSV to its cells, and back."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

from learning.importing.problems import Problem, Unreadable

LARGEST = 1024 * 1024  # bytes
MOST_ROWS = 200
_LONGEST_CELL = 100_000  # characters
_DELIMITERS = (",", ";", "\t")
_BYTE_ORDER = (b"\xff\xfe", b"\xfe\xff")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_FORMULA = frozenset("=+-@")
WINDOWS = "The file is not in UTF-8, so we read it as Excel for Windows writes it. Check that letters such as é and £ are right."
NOT_CSV = (
    "This is an Excel file. In Excel: Save as, then the type “CSV UTF-8 (Comma delimited)”. Import that."
)
NOT_TEXT = "This is not a spreadsheet saved as CSV."


def decoded(source: bytes) -> tuple[str, list[str]]:
    """The text of a file, and what its reader should know of how it was read.

    Args:
        source: in UTF-8, with or without a byte order mark; in UTF-16 with one; or in Windows-1252.

    Raises:
        Unreadable: it is larger than ``LARGEST``, no text, or empty.
    """
    if len(source) > LARGEST:
        raise Unreadable.because("The file is larger than 1 MB. Divide it into several.")
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


def rows(text: str, names: Iterable[str]) -> list[list[str]]:
    """The cells, row by row, the names of the columns first. Rows with nothing in them stay, so that they count.

    Args:
        text: with commas, semicolons or tabs between the cells: whichever finds most of the names.
        names: the names of columns that are known, in small letters.

    Raises:
        Unreadable: there are more than ``MOST_ROWS`` rows, or the quotation marks do not close.
    """
    known = set(names)
    read = {delimiter: _read(text, delimiter, most=1) for delimiter in _DELIMITERS}
    best = max(
        _DELIMITERS,
        key=lambda delimiter: len({name_of(cell) for cell in (read[delimiter] or [[]])[0]} & known),
    )
    found = _read(text, best, most=MOST_ROWS + 1)
    while found and not any(cell.strip() for cell in found[-1]):
        found.pop()
    return found


def _read(text: str, delimiter: str, *, most: int) -> list[list[str]]:
    """So many rows that have something in them; one more is refused unless only one is wanted."""
    found: list[list[str]] = []
    full = 0
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            found.append([tidied(undefused(cell)) for cell in cells])
            full += any(cell.strip() for cell in cells)
            if most == 1 and full:
                return found
            if full > most or len(found) > 50 * MOST_ROWS:
                raise Unreadable.because(
                    f"There are more than {MOST_ROWS} rows. Divide the file into several."
                )
            if any(len(cell) > _LONGEST_CELL for cell in cells):
                raise Unreadable(
                    [Problem(row=len(found), advice="A cell is too long: 100,000 characters at most.")]
                )
    except csv.Error:
        advice = (
            "The quotation marks do not match: a cell begins with one and does not end, or goes on after its end. "
            "Save the file again from your spreadsheet program."
        )
        if most == 1:
            return found
        raise Unreadable([Problem(row=len(found) + 1, advice=advice)]) from None
    return found


def name_of(cell: str) -> str:
    """The name of a column as it is compared: without regard to case, spaces, hyphens and underscores."""
    return " ".join(cell.replace("_", " ").replace("-", " ").replace("’", "'").split()).casefold()


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
    bare = cell.lstrip("'")
    start = next((mark for mark in bare if mark.isprintable() and not mark.isspace()), "")
    return unicodedata.normalize("NFKC", start)[:1] in _FORMULA if start else bare[:1] in ("\t", "\r")


def defused(cell: str) -> str:
    """A cell that no spreadsheet program takes for a formula: an apostrophe stands before it (OWASP, "CSV injection")."""
    return f"'{cell}" if _is_dangerous(cell) else cell


def undefused(cell: str) -> str:
    """The cell as it was before ``defused``."""
    return cell[1:] if cell.startswith("'") and _is_dangerous(cell) else cell
