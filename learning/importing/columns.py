"""The columns of a spreadsheet of guidance: what each means, how it is read, and how it is written."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q

from kit import texts
from kit.problems import NotTaken, Problem, Unreadable
from kit.richtext import Block
from kit.sheet import TOO_MANY_CELLS, choose, columns_of, did_you_mean, name_of, tidied
from learning.admin_forms import keepers
from learning.enums import Audience, Kind, Licence
from learning.importing.prose import blocks_of, markdown_of
from learning.importing.wanted import Contents, Wanted
from learning.models import GuidancePage
from members.enums import Stage
from members.models import Theme

MOST_MINUTES = 32_767  # what the column of the database holds
_LONGEST_BODY = 60_000  # characters
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_BRITISH = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_line = texts.LineField(required=False)


class Known:
    """What cells may refer to: themes, and people who can look after a page. Each is asked for once."""

    @cached_property
    def themes(self) -> dict[str, tuple[int, str]]:
        """Id and name, by name in small letters."""
        return {name.casefold(): (pk, name) for pk, name in Theme.objects.values_list("pk", "name")}

    @cached_property
    def keepers(self) -> dict[str, int]:
        """Ids by email address: those who can be chosen on the page's form, and who looks after a page now."""
        now = GuidancePage.objects.order_by().values("owner_id")
        people = get_user_model().objects.filter(Q(pk__in=keepers().values("pk")) | Q(pk__in=now))
        return {email.casefold(): pk for email, pk in people.values_list("email", "pk")}


Read = Callable[[str, Known], Any]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column.

    Args:
        name: as it stands in the first row.
        field: of the page.
        meaning: for people, what to write into it.
        example: what stands in the template.
        read: the value of a cell that is not empty.
        write: the cell of a value; "" for none.
        also: other names that people give it.
    """

    name: str
    field: str
    meaning: str
    example: str
    read: Read
    write: Callable[[Any], str] = lambda value: "" if value is None else str(value)
    also: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that it is known by."""
        return tuple(name_of(name) for name in (self.name, *self.also))


# -- how cells are read ---------------------------------------------------------


def _words(most: int) -> Read:
    def read(cell: str, known: Known) -> str:
        line = tidied(_line.to_python(cell))
        if len(line) > most:
            raise NotTaken(f"It has {len(line)} characters. Shorten it to {most} at most.")
        return line

    return read


def _number(cell: str, known: Known) -> int:
    digits = cell.strip().removesuffix(".0")
    if not _WHOLE.fullmatch(digits) or int(digits) > MOST_MINUTES:
        raise NotTaken("Write a whole number, such as 20, without words.")
    return int(digits)


def _date(cell: str, known: Known) -> date:
    text = cell.strip()
    if found := _ISO.fullmatch(text):
        year, month, day = found.groups()
    elif found := _BRITISH.fullmatch(text):
        day, month, year = found.groups()
    else:
        raise NotTaken("Write the date as day/month/year, such as 31/01/2026, or as 2026-01-31.")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise NotTaken("There is no such day. Write day/month/year, such as 31/01/2026.") from None


def _one(choices: Any) -> Read:
    def read(cell: str, known: Known) -> str:
        return choose(cell, choices)

    return read


def _several(choices: Any) -> Read:
    def read(cell: str, known: Known) -> tuple[str, ...]:
        chosen = {choose(part, choices) for part in _parts(cell)}
        return tuple(value for value in choices.values if value in chosen)

    return read


def _parts(cell: str) -> list[str]:
    return [part for part in re.split(r"[;\n]", cell) if part.strip()]


def _themes(cell: str, known: Known) -> tuple[int, ...]:
    whole = " ".join(cell.split()).casefold()  # a theme's own name may hold a semicolon
    parts = [cell] if whole in known.themes else _parts(cell)
    return tuple(sorted({_theme(part, known) for part in parts}))


def _theme(text: str, known: Known) -> int:
    wanted = " ".join(text.split())
    found = known.themes.get(wanted.casefold())
    if found:
        return found[0]
    hint = did_you_mean(wanted, {name: shown for name, (_, shown) in known.themes.items()})
    raise NotTaken(
        f"There is no theme “{wanted[:60]}”. {hint}Divide several themes by semicolons, or add it under Themes first."
    )


def _owner(cell: str, known: Known) -> int:
    found = known.keepers.get(cell.strip().casefold())
    if found is None:
        raise NotTaken(
            "No editor or facilitator has this email address. Correct it, or leave the cell empty to look after it yourself."
        )
    return found


def _body(cell: str, known: Known) -> list[Block]:
    if len(cell) > _LONGEST_BODY:
        raise NotTaken("The text is too long: 60,000 characters at most. Make two resources of it.")
    return blocks_of(cell)


# -- the columns ------------------------------------------------------------------


def _labels(choices: Any) -> Callable[[Iterable[str]], str]:
    return lambda values: "; ".join(str(choices(value).label) for value in values)


COLUMNS = (
    Column(
        name="Title",
        field="title",
        meaning="What it is called. A resource that is here already is found by its title. Always needed.",
        example="Start with a round of names",
        read=_words(255),
    ),
    Column(
        name="In short",
        field="in_short",
        meaning="What it helps with, in two lines: 250 characters at most. Needed before it is published.",
        example="A first five minutes in which everybody has spoken once.",
        read=_words(250),
        also=("summary",),
    ),
    Column(
        name="Kind",
        field="kind",
        meaning=f"One of: {'; '.join(Kind.labels)}. A guide if empty.",
        example="Exercise",
        read=_one(Kind),
        write=lambda value: str(Kind(value).label),
    ),
    Column(
        name="Themes",
        field="themes",
        meaning="Names of themes as they stand in the list of themes, divided by semicolons.",
        example="",
        read=_themes,
        write="; ".join,
        also=("theme",),
    ),
    Column(
        name="Stages",
        field="stages",
        meaning=f"Stages at which it helps, divided by semicolons: {'; '.join(Stage.labels)}.",
        example="Getting started; Keeping going",
        read=_several(Stage),
        write=_labels(Stage),
        also=("stage",),
    ),
    Column(
        name="Audience",
        field="audiences",
        meaning=f"Who it is for, divided by semicolons: {'; '.join(Audience.labels)}.",
        example="Conveners",
        read=_several(Audience),
        write=_labels(Audience),
        also=("audiences", "for", "who it is for"),
    ),
    Column(
        name="Minutes",
        field="minutes",
        meaning="How long it takes to run, in minutes. The time to read it is worked out.",
        example="5",
        read=_number,
        also=("minutes to run it", "time"),
    ),
    Column(
        name="Smallest group",
        field="group_min",
        meaning="The fewest people that it works with, as a number.",
        example="3",
        read=_number,
    ),
    Column(
        name="Largest group",
        field="group_max",
        meaning="The most people that it works with, as a number.",
        example="30",
        read=_number,
    ),
    Column(
        name="Group size in words",
        field="group_size",
        meaning="If numbers do not say it: 60 characters at most.",
        example="3 to 30, in threes",
        read=_words(60),
        also=("group size",),
    ),
    Column(
        name="Owner",
        field="owner_id",
        meaning="Email address of the editor or facilitator who looks after it. You, if empty.",
        example="",
        read=_owner,
        also=("owner's mail", "owner's email", "owner email", "email", "who looks after it"),
    ),
    Column(
        name="Reviewed on",
        field="reviewed_on",
        meaning="The day of the last review, such as 31/01/2026 or 2026-01-31.",
        example="2026-01-31",
        read=_date,
        also=("reviewed",),
    ),
    Column(
        name="Review due",
        field="review_due",
        meaning="The day on which its owner is asked to look at it again.",
        example="2027-01-31",
        read=_date,
        also=("due",),
    ),
    Column(
        name="Licence",
        field="licence",
        meaning=f"One of: {'; '.join(Licence.labels)}.",
        example="Open Government Licence v3.0",
        read=_one(Licence),
        write=lambda value: str(Licence(value).label) if value else "",
        also=("license",),
    ),
    Column(
        name="Credit",
        field="credit",
        meaning="Whose work it is, if it is not the programme’s own: 250 characters at most.",
        example="",
        read=_words(250),
    ),
    Column(
        name="Body",
        field="body",
        meaning="The text. Leave an empty line between paragraphs. Begin a line with ## for a heading, with - for a list.",
        example="## Before\n\nPut the chairs in a ring.\n\n## How to run it\n\n- Say your name.\n- Say **one word** about today.",
        read=_body,
        write=lambda blocks: markdown_of(blocks) or "",
        also=("text", "content"),
    ),
)
_BY_NAME = {name: column for column in COLUMNS for name in column.names}
NAMES = tuple(_BY_NAME)


def template() -> list[list[str]]:
    """The rows of an empty spreadsheet: names of the columns, and one example."""
    return [[column.name for column in COLUMNS], [column.example for column in COLUMNS]]


# -- reading -----------------------------------------------------------------------


@dataclass
class _Reader:
    """Reads rows one after another, and remembers which titles there were."""

    columns: Sequence[Column | None]
    known: Known = field(default_factory=Known)
    rows_of: dict[str, int] = field(default_factory=dict)

    def read(self, row: int, cells: Sequence[str]) -> Wanted | list[Problem]:
        """One resource, or everything that is wrong with its row."""
        problems: list[Problem] = []
        values: dict[str, Any] = {}
        for column, cell in zip(self.columns, cells, strict=False):
            if column is not None and cell.strip():
                try:
                    values[column.field] = column.read(cell, self.known)
                except NotTaken as error:
                    problems.append(Problem(row=row, column=column.name, value=cell, advice=str(error)))
        problems += self._of_row(row, cells, values)
        return problems or Wanted(row=row, title=values.pop("title"), values=_without_empty(values))

    def _of_row(self, row: int, cells: Sequence[str], values: Mapping[str, Any]) -> Iterator[Problem]:
        extra = [cell for cell in cells[len(self.columns) :] if cell.strip()]
        if extra:
            yield Problem(row=row, value=extra[0], advice=TOO_MANY_CELLS)
        yield from self._of_title(row, cells, values.get("title", ""))
        smallest, largest = values.get("group_min"), values.get("group_max")
        if smallest and largest and largest < smallest:
            advice = f"The largest group can’t be smaller than the smallest, {smallest}. Correct one of them."
            yield Problem(row=row, column="Largest group", value=str(largest), advice=advice)
        reviewed, due = values.get("reviewed_on"), values.get("review_due")
        if reviewed and due and due < reviewed:
            advice = "The next review can’t come before the last one. Correct one of them."
            yield Problem(row=row, column="Review due", value=due.isoformat(), advice=advice)

    def _of_title(self, row: int, cells: Sequence[str], title: str) -> Iterator[Problem]:
        if not title:
            there = [
                cell
                for column, cell in zip(self.columns, cells, strict=False)
                if column and column.field == "title"
            ]
            if not there or not _line.to_python(there[0]):
                yield Problem(row=row, column="Title", advice="There is no title. Write one.")
            return
        first = self.rows_of.setdefault(title.casefold(), row)
        if first != row:
            advice = f"Row {first} has the same title. Give it another, or take one of the rows out."
            yield Problem(row=row, column="Title", value=title, advice=advice)


def _without_empty(values: dict[str, Any]) -> dict[str, Any]:
    """A cell in which nothing can be seen is an empty cell: it says nothing."""
    return {name: value for name, value in values.items() if value not in ("", (), [])}


def read(rows: Sequence[Sequence[str]]) -> Contents:
    """What the rows ask for; what is wrong is said row by row.

    Args:
        rows: the names of the columns first; a row with nothing in it is passed over.

    Raises:
        Unreadable: the names of the columns are not ours, or there is no row below them.
    """
    first = next((place for place, cells in enumerate(rows) if any(cell.strip() for cell in cells)), 0)
    reader = _Reader(columns=_columns(rows[first], first + 1))
    contents = Contents()
    for row, cells in enumerate(rows[first + 1 :], start=first + 2):
        if any(cell.strip() for cell in cells):
            found = reader.read(row, cells)
            if isinstance(found, Wanted):
                contents.wanted.append(found)
            else:
                contents.problems.extend(found)
    if not contents.wanted and not contents.problems:
        raise Unreadable.because(
            "There is no row below the names of the columns. Write one for each resource."
        )
    return contents


def _columns(cells: Sequence[str], row: int) -> list[Column | None]:
    """The columns that the first row names; None for one without a name."""
    known = {name: column.name for name, column in _BY_NAME.items()}
    return [_BY_NAME.get(name_of(name)) for name in columns_of(cells, row, known=known, needed="Title")]


# -- writing -----------------------------------------------------------------------


def row_of(
    title: str, values: Mapping[str, Any], *, themes: Mapping[int, str], people: Mapping[int, str]
) -> list[str]:
    """The cells of one resource, in the order of ``COLUMNS``.

    Args:
        title: the resource's.
        values: as ``plan.current`` gives them.
        themes: names by id.
        people: email addresses by id.
    """
    shown = {
        **values,
        "title": title,
        "themes": sorted(themes[pk] for pk in values["themes"]),
        "owner_id": people.get(values["owner_id"], ""),
    }
    return [column.write(shown[column.field]) for column in COLUMNS]
