"""The columns of a spreadsheet of communities, and its rows before anybody has looked what is here already."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from community_directory.enums import Meets, OpenTo
from community_directory.exporting import COLUMNS
from kit import sheet
from kit.problems import Problem, Unreadable
from members.enums import Stage

EMAIL = "convener_email"
LARGEST = 5 * sheet.LARGEST
MOST_ROWS = 300
NAMES = (*COLUMNS, EMAIL)
_SEVERAL = "Several are divided by semicolons."
MEANINGS: dict[str, str] = {
    "slug": "The last part of its address. A community that is here already is found by it, else by its exact name. "
    "If empty, it is made from the name.",
    "name": "What it is called. Always needed.",
    "summary": "What it is about, in one sentence: 200 characters at most.",
    "domain": "What they care about.",
    "purpose": "Why they exist.",
    "practice": "What they make and share. May be empty.",
    "stage": f"One of: {'; '.join(Stage.labels)}.",
    "rhythm": "When they meet, in words. May be empty.",
    "meets": f"One of: {'; '.join(Meets.labels)}.",
    "open_to": f"Who can join. One of: {'; '.join(OpenTo.labels)}.",
    "how_to_join": "What somebody does who wants to come. May be empty.",
    "website": "A web address. May be empty.",
    "themes": f"Names of themes. {_SEVERAL} May be empty.",
    "sectors": f"Names of sectors. {_SEVERAL}",
    "regions": f"Names of regions. {_SEVERAL}",
    "organisations": f"Names of organisations. {_SEVERAL} May be empty.",
    "resting": "“yes” if it rests for now, “no” if it does not.",
    "published_at": "Not read: the day on which it is published here counts.",
    EMAIL: "The email address of who should take it over. Only editors see it. You can invite them once the drafts are here.",
}
_KNOWN = {sheet.name_of(name): name for name in NAMES}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row.

    Args:
        row: as a spreadsheet counts: the names of the columns stand in row 1.
        cells: by column, those with something in them.
    """

    row: int
    cells: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Contents:
    """Everything that a file holds.

    Args:
        problems: with rows that can't be read at all.
        notes: about the whole file.
    """

    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def template() -> list[list[str]]:
    """The row of an empty spreadsheet."""
    return [list(NAMES)]


def read(content: bytes) -> Contents:
    """What a file holds.

    Args:
        content: a spreadsheet saved as CSV.

    Raises:
        Unreadable: nothing of it can be brought in.
    """
    text, notes = sheet.decoded(content, largest=LARGEST)
    rows = sheet.rows(text, _KNOWN, most=MOST_ROWS)
    first = next(place for place, cells in enumerate(rows) if any(cell.strip() for cell in cells))
    names = sheet.columns_of(rows[first], first + 1, known=_KNOWN, needed="name")
    found = Contents(notes=notes)
    for row, cells in enumerate(rows[first + 1 :], start=first + 2):
        extra = next((cell for cell in cells[len(names) :] if cell.strip()), "")
        if extra:
            found.problems.append(Problem(row=row, value=extra, advice=sheet.TOO_MANY_CELLS))
        elif any(cell.strip() for cell in cells):
            found.lines.append(Line(row=row, cells=dict(_filled(names, cells))))
    if not found.lines and not found.problems:
        raise Unreadable.because(
            "There is no row below the names of the columns. Write one for each community."
        )
    return found


def _filled(names: Sequence[str], cells: Sequence[str]) -> Iterator[tuple[str, str]]:
    for name, cell in zip(names, cells, strict=False):
        if name and cell.strip():
            yield name, cell
