"""A table of a Word file: as a block of a page, or why it can't be one."""

from collections.abc import Iterator

from bs4.element import Tag
from django.utils.html import escape

from kit import texts
from kit.richtext import Block

_MOST_COLUMNS = 6
_LONGEST_HEAD = 80
_LONGEST_CELL = 300
_CELLS = ["td", "th"]
line = texts.LineField(required=False)


def words_of(element: Tag) -> str:
    """The words in something, on one line."""
    return line.to_python(element.get_text(" "))


def rows_of(table: Tag) -> list[list[Tag]]:
    """Its cells, row by row; those of a table inside of it are not its own."""
    own = (row for row in table.find_all("tr") if row.find_parent("table") is table)
    rows = [list(row.find_all(_CELLS, recursive=False)) for row in own]
    return [cells for cells in rows if cells]


def why_not(table: Tag, rows: list[list[Tag]]) -> str:
    """Why it can't be a table of a page; "" if it can."""
    return next((reason for wrong, reason in _reasons(table, rows) if wrong), "")


def _reasons(table: Tag, rows: list[list[Tag]]) -> Iterator[tuple[bool, str]]:
    joined = table.find(_CELLS, colspan=True) or table.find(_CELLS, rowspan=True)
    uneven = len({len(cells) for cells in rows}) != 1
    yield bool(joined) or uneven, "some of its cells are joined, or its rows differ in length."
    yield table.find("table") is not None, "there is a table in it."
    yield len(rows) < 2, "it has one row alone."
    many = len(rows[0])
    yield many > _MOST_COLUMNS, f"it has {many} columns, and a table of a page six at most."
    header, *others = [[len(words_of(cell)) for cell in cells] for cells in rows]
    yield not all(header), "its first row does not say what each column is."
    yield max(header) > _LONGEST_HEAD, f"the name of a column is longer than {_LONGEST_HEAD} characters."
    too_long = any(length > _LONGEST_CELL for cells in others for length in cells)
    yield too_long, f"a cell is longer than {_LONGEST_CELL} characters."


def as_line(cells: list[Tag]) -> str:
    """A row as a paragraph."""
    return f"<p>{escape(' – '.join(words for words in map(words_of, cells) if words))}</p>"


def block(rows: list[list[Tag]]) -> Block:
    """The table as a page keeps it, without a caption; its first row says what the columns are."""
    header, *others = [_items([words_of(cell) for cell in cells]) for cells in rows]
    items = [{"type": "item", "value": cells} for cells in others]
    return {"type": "table", "value": {"caption": "", "header": header, "rows": items}}


def _items(values: list[str]) -> list[Block]:
    return [{"type": "item", "value": value} for value in values]
