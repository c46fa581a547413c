"""Guidance from a spreadsheet: how its bytes, rows and cells are read."""

import csv
import io
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit import sheet
from kit.problems import Unreadable
from learning.import_views import listed
from learning.importing import columns, files, prose
from learning.importing.plan import make_plan
from learning.importing.writing import bring_in
from learning.models import GuidancePage, LibraryPage
from tests import hostile
from tests.factories import ThemeFactory

HEADER = "Title,In short,Kind,Themes,Stages,Audience,Minutes,Smallest group,Largest group,Reviewed on,Review due,Body"


def read(text: str | bytes, name: str = "guidance.csv"):
    return files.read(text.encode() if isinstance(text, str) else text, name)


def said(contents) -> list[tuple[int | None, str]]:
    return [(problem.row, problem.column) for problem in contents.problems]


@pytest.fixture
def known(pages):
    """Two themes to file under."""
    return [
        ThemeFactory(slug="trust", name="Trust"),
        ThemeFactory(slug="first-meetings", name="First meetings"),
    ]


# -- the file ---------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("encoding", "notes"),
    [("utf-8", []), ("utf-8-sig", []), ("utf-16", []), ("cp1252", [sheet.WINDOWS])],
)
def test_however_excel_saves_it_the_letters_are_right(encoding, notes):
    contents = read("Title,Credit\nCafé – £5 “each”,Zoë\n".encode(encoding))
    assert [(one.title, one.values) for one in contents.wanted] == [("Café – £5 “each”", {"credit": "Zoë"})]
    assert contents.notes == notes


@pytest.mark.django_db
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_whatever_divides_the_cells(delimiter, end):
    line = delimiter.join
    text = end.join([line(["In short", "title"]), line(["Short", '"One; two, three"']), ""])
    assert [(one.row, one.title, one.values) for one in read(text).wanted] == [
        (2, "One; two, three", {"in_short": "Short"})
    ]


@pytest.mark.django_db
def test_rows_are_counted_as_a_spreadsheet_does():
    contents = read('Title,Minutes\n"A\nB",5\n,\nC,x\n\nD,y\n')
    assert [one.title for one in contents.wanted] == ["A B"]
    assert said(contents) == [(4, "Minutes"), (6, "Minutes")]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "x.csv", "The file is empty."),
        (b"\xef\xbb\xbf \r\n", "x.csv", "The file is empty."),
        (b"x" * (sheet.LARGEST + 1), "x.csv", "The file is larger than 1 MB."),
        (b"PK\x03\x04", "x.csv", "This is an Excel file."),
        (b"x", "x.xlsx", "This is an Excel file."),
        (b"x", "x.doc", "This is an old Word file."),
        (b"x", "x.docm", "This Word file can hold macros."),
        (b"x", "x", "Use a file that ends in .csv or .docx."),
        (b"Title\nA\x00B", "x.csv", sheet.NOT_TEXT),
        (b"Title\n\x81", "x.csv", sheet.NOT_TEXT),
        (b"Title\n", "x.csv", "There is no row below the names of the columns."),
        (b"Name\nA", "x.csv", "There is no column “Title”."),
        (b'Title\n"A', "x.csv", "Row 2: The quotation marks do not match"),
        (b'Title\n"A" B\n', "x.csv", "Row 2: The quotation marks do not match"),
        (b"Title,Minuts\nA,1", "x.csv", "Row 1: “Minuts”: This is none of our columns. Did you mean “Minutes”?"),
        (b"Title,Zebra\nA,1", "x.csv", "Row 1: “Zebra”: This is none of our columns. Take it out"),
        (b"Title,title\nA,B", "x.csv", "Row 1, Title: There are two columns of this name."),
        (b"Title\n" + b"A\n" * (sheet.MOST_ROWS + 1), "x.csv", "There are more than 200 rows."),
        (b"Title\n" + b"\n" * 20_000, "x.csv", "There are more than 200 rows."),
        (b"Title\n" + b"x" * 140_000, "x.csv", "Row 2: "),
    ],
)  # fmt: skip
def test_a_file_that_can_t_be_read_says_why(db, content, name, words):
    with pytest.raises(Unreadable) as wrong:
        read(content, name)
    assert words in str(wrong.value)


# -- cells ---------------------------------------------------------------------------


def test_a_whole_row(known, cast, editors):
    contents = read(
        f"{HEADER},Owner,Licence,Credit,Group size in words\n"
        "A title,Short.,exercise,First meetings; TRUST,Keeping going;potential,Conveners,20,3,12,31/01/2026,2027-01-31,"
        '"## Before\n\nAsk *one*.",EDITOR@example.org,ogl,Somebody,in threes\n'
    )
    assert said(contents) == []
    [wanted] = contents.wanted
    assert wanted.values == {
        "in_short": "Short.",
        "kind": "exercise",
        "themes": tuple(sorted(theme.pk for theme in known)),
        "stages": ("potential", "stewardship"),
        "audiences": ("convener",),
        "minutes": 20,
        "group_min": 3,
        "group_max": 12,
        "reviewed_on": date(2026, 1, 31),
        "review_due": date(2027, 1, 31),
        "body": [{"type": "heading", "value": "Before"}, {"type": "text", "value": "<p>Ask <i>one</i>.</p>"}],
        "owner_id": cast.editor.pk,
        "licence": "ogl",
        "credit": "Somebody",
        "group_size": "in threes",
    }


@pytest.mark.parametrize(
    ("column", "cell", "advice"),
    [
        ("Title", "x" * 256, "It has 256 characters. Shorten it to 255 at most."),
        ("Title", "\u200b", "There is no title. Write one."),
        ("In short", "x" * 251, "It has 251 characters. Shorten it to 250 at most."),
        ("Kind", "Leaflet", "“Leaflet” is none of ours. Choose from: Guide; Exercise; Template; Checklist; Story."),
        ("Themes", "Trust; Frist meetings", "There is no theme “Frist meetings”. Did you mean “First meetings”?"),
        ("Themes", "Zebras", "There is no theme “Zebras”. Divide several themes by semicolons"),
        ("Stages", "Old", "“Old” is none of ours."),
        ("Audience", "Everybody", "“Everybody” is none of ours."),
        ("Minutes", "twenty", "Write a whole number, such as 20, without words."),
        ("Minutes", "-5", "Write a whole number, such as 20, without words."),
        ("Minutes", "²", "Write a whole number, such as 20, without words."),
        ("Minutes", "99999", "Write a whole number, such as 20, without words."),
        ("Largest group", "2", "The largest group can’t be smaller than the smallest, 3."),
        ("Reviewed on", "31/02/2026", "There is no such day."),
        ("Reviewed on", "May 2026", "Write the date as day/month/year"),
        ("Review due", "2020-01-01", "The next review can’t come before the last one."),
        ("Owner", "nobody@example.org", "No editor or facilitator has this email address."),
        ("Owner", "participant@example.org", "No editor or facilitator has this email address."),
        ("Licence", "MIT", "“MIT” is none of ours."),
        ("Body", "x" * 60_001, "The text is too long: 60,000 characters at most."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_cell_is_said_with_its_place(known, cast, column, cell, advice):
    row = {"Title": "A", "Smallest group": "3", "Reviewed on": "2026-01-01", column: cell}
    out = io.StringIO()
    csv.writer(out).writerows([row.keys(), row.values()])
    contents = read(out.getvalue())
    [problem] = contents.problems
    assert (problem.row, problem.column, advice in problem.advice) == (2, column, True)
    assert contents.wanted == []


def test_every_row_s_problems_are_listed(known):
    contents = read("Title,Minutes,Kind\nA,x,y\nB,5,Guide\n,1,z\nb,1,\nC,1,Guide,more\n")
    assert [one.title for one in contents.wanted] == ["B"]
    assert said(contents) == [(2, "Minutes"), (2, "Kind"), (4, "Kind"), (4, "Title"), (5, "Title"), (6, "")]
    assert contents.problems[4].advice.startswith("Row 3 has the same title.")


@pytest.mark.parametrize("cell", ["=1+1", "+44", "-2", "@x", "＝x", "'=x", "''", "=HYPERLINK(1)", "'", "a"])
def test_a_formula_is_only_text(db, cell):
    """Written so that no spreadsheet runs it, read as it was."""
    written = sheet.written([["Title"], [cell]])
    assert csv_cells(written)[1][0][:1] not in ("=", "+", "-", "@", "＝")
    assert read(written).wanted[0].title == cell
    assert read(f"Title\n{cell}\n").wanted[0].title in (cell, cell.removeprefix("'"))


def csv_cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_template_can_be_imported(known):
    contents = read(sheet.written(columns.template()))
    assert said(contents) == []
    [wanted] = contents.wanted
    assert wanted.title == "Start with a round of names"
    assert [block["type"] for block in wanted.values["body"]] == ["heading", "text", "heading", "text"]


# -- there and back -------------------------------------------------------------------

LINE = st.one_of(
    st.text(max_size=40),
    hostile.TEXT,
    st.sampled_from(["=1+1", "'=1", "a;b", 'say "so"', "  spaced  out ", "two\nlines"]),
).map(lambda text: text.replace("\x00", "")[:200])
TITLES = LINE.map(lambda text: columns._line.to_python(text)[:100]).filter(bool)
BODY = st.lists(
    st.sampled_from(
        ["## Heading", "### Small", "Plain words.", "- one\n- two\n  - three", "1. one\n2. two", "**b** and *i*",
         "[a](https://example.org/)", "=1+1", "*a***b**", "a  \nb", "<b>x</b>", "1\\. x", "# x # y", "a_b_c * d"]
    ) | LINE,
    max_size=5,
).map("\n\n".join)  # fmt: skip
ROWS = st.lists(
    st.fixed_dictionaries(
        {"Title": TITLES},
        optional={
            "In short": LINE,
            "Kind": st.sampled_from(["Guide", "story", "CHECKLIST"]),
            "Themes": st.sampled_from(["Trust", "trust; First meetings", "First meetings"]),
            "Stages": st.sampled_from(["Just an idea", "Keeping going; Getting started"]),
            "Audience": st.sampled_from(["Members", "Conveners\nMembers"]),
            "Minutes": st.integers(0, 600).map(str),
            "Smallest group": st.integers(0, 5).map(str),
            "Largest group": st.integers(5, 90).map(str),
            "Reviewed on": st.dates(date(2020, 1, 1), date(2025, 1, 1)).map(date.isoformat),
            "Review due": st.dates(date(2026, 1, 1), date(2030, 1, 1)).map(lambda day: day.strftime("%d/%m/%Y")),
            "Licence": st.sampled_from(["ogl", "Ask before you use it elsewhere"]),
            "Credit": LINE,
            "Owner": st.sampled_from(["facilitator@example.org", ""]),
            "Body": BODY,
        },
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda row: row["Title"].casefold(),
)  # fmt: skip


def test_what_is_hard_to_take_away_is_the_same_too(known, pages, cast):
    there_and_back(
        pages,
        cast,
        [{"Title": "\x81͠\x86\x1a͓¦֎\x94a\x05\u0301", "Credit": "e\x05\u0301", "Body": "e\x05\u0301"}],
    )


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=ROWS)
def test_what_was_imported_and_taken_away_again_is_the_same(known, pages, cast, rows):
    there_and_back(pages, cast, rows)


def there_and_back(pages, cast, rows) -> None:
    GuidancePage.objects.all().delete()
    library = LibraryPage.objects.get()
    names = [column.name for column in columns.COLUMNS]
    contents = read(sheet.written([names, *([row.get(name, "") for name in names] for row in rows)]))
    plan = make_plan(contents, library=library, user=cast.editor)
    assert plan.problems == []
    done = bring_in(
        contents, library=library, user=cast.editor, as_shown=plan.mark, revise=False, leave_out=False
    )
    assert len(done.made) == len(rows)
    exported = read(sheet.written([names, *listed(LibraryPage.objects.get(), user=cast.editor)]))
    again = make_plan(exported, library=LibraryPage.objects.get(), user=cast.editor)
    assert again.problems == []
    assert [(planned.wanted.title, planned.changes) for planned in again.changed] == []
    assert len(again.same) == len(rows)


@pytest.mark.parametrize(
    "text",
    ["Plain.", "## A\n\nB *c* **d**.", "- a\n- b\n\n1. c\n2. d", "- a\n  - b\n- c", "### Small\n\nx", "[a](https://example.org/?b=(c)&d)",
     "1\\. no list", "\\# no heading, \\*no\\* stars, a_b <x> & y", "a  \nb", "\\- no list", "x\n\n\\+ y"],
)  # fmt: skip
def test_a_text_comes_back_as_markdown(text):
    blocks = prose.blocks_of(text)
    assert prose.markdown_of(blocks)
    assert prose.blocks_of(prose.markdown_of(blocks)) == blocks
