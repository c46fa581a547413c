"""Guidance from a Word file: what becomes of its parts, what is named as lost, what is refused."""

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from files import archives
from kit.problems import Unreadable
from learning.importing import package, word
from learning.importing.wanted import PICTURE
from tests import hostile
from tests.files.samples import SECRETS, exif, image_bytes
from tests.learning.documents import docx, link, p, picture, run, table

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE w:document [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 if n else str()};" * 10}">' for n in range(6))
    + ']><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&a5;'
    "</w:t></w:r></w:p></w:body></w:document>"
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&e;</w:t>'
    "</w:r></w:p></w:body></w:document>"
)


def read(*body: str, name: str = "file.docx", **more):
    """The one resource of a file made of these paragraphs."""
    [wanted] = word.read(docx(*body, **more), name=name).wanted
    return wanted


def text(html: str) -> dict[str, str]:
    return {"type": "text", "value": html}


def items(*values) -> list[dict]:
    return [{"type": "item", "value": value} for value in values]


# -- title and in short ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "more", "title", "blocks"),
    [
        ([p("Named", style="Title"), p("Part", style="heading 1"), p("x")], {"core_title": "Other"}, "Named",
         [{"type": "heading", "value": "Part"}, text("<p>x</p>")]),
        ([p("x"), p("First", style="heading 1"), p("Second", style="heading 1")], {"core_title": "Other"}, "First",
         [text("<p>x</p>"), {"type": "heading", "value": "Second"}]),
        ([p("First", style="heading 2"), p("x")], {}, "First", [text("<p>x</p>")]),
        ([p("x")], {"core_title": " Of the\nfile "}, "Of the file", [text("<p>x</p>")]),
        ([p("x")], {"name": "A_good_start.docx"}, "A good start", [text("<p>x</p>")]),
        ([p("", style="Title"), p("x")], {"name": "start.docx"}, "start", [text("<p>x</p>")]),
    ],
)  # fmt: skip
def test_where_the_title_comes_from(body, more, title, blocks):
    wanted = read(*body, **more)
    assert (wanted.title, wanted.values["body"]) == (title, blocks)


def test_without_any_title_it_gets_one_to_be_changed():
    wanted = read(p("x"), name=".docx")
    assert (wanted.title, "There is no title. Give it one." in wanted.notes) == ("Untitled", True)


def test_a_title_that_is_too_long_is_cut_and_named():
    wanted = read(p("x " * 300, style="Title"))
    assert len(wanted.title) == 255
    assert "The title was longer than 255 characters and was cut." in wanted.notes


def test_a_subtitle_is_in_short():
    wanted = read(p("T", style="Title"), p("Two lines.", style="Subtitle"), p("x"))
    assert wanted.values == {"in_short": "Two lines.", "body": [text("<p>x</p>")]}
    assert wanted.notes == ()


def test_one_that_is_too_long_stays_in_the_text():
    wanted = read(p("T", style="Title"), p("y" * 251, style="Subtitle"))
    assert wanted.values == {"body": [text(f"<p>{'y' * 251}</p>")]}
    assert wanted.notes == ("“In short” is still to be written, before it is published.",)


# -- text -------------------------------------------------------------------------------


def test_text_lists_links_and_headings():
    wanted = read(
        p("T", style="Title"),
        p("Before ", run("bold", "<w:b/>"), " and ", run("slanted", "<w:i/>"), " & <raw>"),
        p("Part", style="heading 1"),
        p("one", list_of=1), p("inside", list_of=1, level=1), p("two", list_of=1),
        p("first", list_of=2), p("second", list_of=2),
        p("Small", style="heading 2"),
        p(link("web", "a page"), " ", link("mail", "a mail")),
        links={"web": "https://example.org/?a=1&b=2", "mail": "mailto:a@example.org"},
    )  # fmt: skip
    assert wanted.values["body"] == [
        text("<p>Before <b>bold</b> and <i>slanted</i> &amp; &lt;raw&gt;</p>"),
        {"type": "heading", "value": "Part"},
        text(
            "<ul><li>one<ul><li>inside</li></ul></li><li>two</li></ul><ol><li>first</li><li>second</li></ol>"
            '<h3>Small</h3><p><a href="https://example.org/?a=1&amp;b=2">a page</a> '
            '<a href="mailto:a@example.org">a mail</a></p>'
        ),
    ]


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", " JaVaScRiPt:alert(1)", "file:///C:/x.doc", "data:text/html,x", "other.docx", "//["]
)  # fmt: skip
def test_a_link_that_leads_nowhere_good_is_named_and_its_words_stay(target):
    wanted = read(p("T", style="Title"), p(link("l", "words")), links={"l": target})
    assert wanted.values["body"] == [text("<p>words</p>")]
    assert [note for note in wanted.notes if "link" in note] == [
        f"The link of “words” to {target} was left out. Its words are there."
    ]


def test_headings_that_do_not_fit():
    wanted = read(
        p("T", style="Title"), p("A", style="heading 1"), p("B", style="heading 3"), p("y" * 151, style="heading 1")
    )  # fmt: skip
    assert wanted.values["body"] == [
        {"type": "heading", "value": "A"},
        text(f"<h3>B</h3><p><b>{'y' * 151}</b></p>"),
    ]
    assert wanted.notes[1:] == (
        "The heading “B” was of a lower level than a page has. It moved up.",
        f"A heading was too long and became text: “{'y' * 60}…”.",
    )


def test_everything_else_that_is_lost_is_named():
    header = docx(p("x"))
    with zipfile.ZipFile(io.BytesIO(header)) as archive:
        part = archive.read("word/document.xml").replace(b"document", b"hdr").replace(b"<w:body>", b"").replace(
            b"</w:body>", b""
        )  # fmt: skip
    wanted = read(
        p("T", style="Title"),
        p(run("seen", "<w:u w:val='single'/>"), run("plain", "<w:u w:val='none'/>"), "<m:oMath/>", "<m:oMath/>"),
        p('<w:del w:id="1"><w:r><w:delText>gone</w:delText></w:r></w:del>', run("low", '<w:vertAlign w:val="subscript"/>')),
        parts={"word/header1.xml": part},
    )  # fmt: skip
    assert wanted.values["body"] == [text("<p>seenplain</p><p>low</p>")]
    assert wanted.notes[1:] == (
        "2 formulas were left out.",
        "1 deleted passage that Word still tracks was left out.",
        "Not carried over: underlining, raised and lowered letters. The words are there.",
        "The header and footer of the file’s pages were left out.",
    )


def test_footnotes_stand_at_the_end():
    words = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    notes = f'<w:footnotes {words}><w:footnote w:id="1">{p("Where it is from.")}</w:footnote></w:footnotes>'
    mark = '<w:r><w:footnoteReference w:id="1"/></w:r>'
    wanted = read(p("T", style="Title"), p("Said", mark), parts={"word/footnotes.xml": notes})
    assert wanted.values["body"] == [
        text("<p>Said[1]</p>"),
        {"type": "heading", "value": "Notes"},
        text("<ol><li>Where it is from.</li></ol>"),
    ]


# -- tables -----------------------------------------------------------------------------


def test_a_table_with_its_caption():
    wanted = read(
        p("T", style="Title"), p("Table 1. Who", style="caption"), table(["Who", "What"], ["A", "B"], ["C", ""])
    )  # fmt: skip
    assert wanted.values["body"] == [
        {
            "type": "table",
            "value": {
                "caption": "Table 1. Who",
                "header": items("Who", "What"),
                "rows": items(items("A", "B"), items("C", "")),
            },
        }
    ]


def test_a_table_without_a_caption_asks_for_one():
    wanted = read(p("T", style="Title"), table(["Who", "What"], ["A", p(run("B", "<w:b/>"))]))
    assert wanted.notes[1:] == (
        "Table 1 (“Who”) holds plain words only: bold, italics, links and lists in it were left out.",
        "The table “Who, What” has no caption. Write one before it is published.",
    )


@pytest.mark.parametrize(
    ("rows", "why", "html"),
    [
        ([["a"] * 7, ["b"] * 7], "it has 7 columns, and a table of a page six at most.", "<p>a – a – a – a – a – a – a</p>"),
        ([["a", "b"], ["c"]], "some of its cells are joined, or its rows differ in length.", "<p>a – b</p><p>c</p>"),
        ([["a", "b"]], "it has one row alone.", "<p>a – b</p>"),
        ([["a", ""], ["c", "d"]], "its first row does not say what each column is.", "<p>a</p><p>c – d</p>"),
        ([["a", "b" * 81], ["c", "d"]], "the name of a column is longer than 80 characters.", "<p>a – b"),
        ([["a", "b"], ["c", "d" * 301]], "a cell is longer than 300 characters.", "<p>a – b</p><p>c – d"),
        ([["a", table(["x", "y"], ["1", "2"]) + p("z")], ["c", "d"]], "there is a table in it.", "<p>a – x y 1 2 z"),
    ],
)  # fmt: skip
def test_a_table_that_does_not_fit_stands_as_text(rows, why, html):
    wanted = read(p("T", style="Title"), table(*rows))
    assert [note for note in wanted.notes if note.startswith("Table")] == [
        f"Table 1 (“a”) stands as lines of text: {why}"
    ]
    [block] = wanted.values["body"]
    assert block["value"].startswith(html)


def test_a_box_made_of_a_table_is_text():
    wanted = read(p("T", style="Title"), table([p("In a ", run("box", "<w:b/>"))]))
    assert wanted.values["body"] == [text("<p>In a <b>box</b></p>")]


# -- pictures -----------------------------------------------------------------------------


def test_pictures_with_and_without_a_description():
    red, wide = image_bytes(), image_bytes(size=(9, 3))
    wanted = read(
        p("T", style="Title"),
        p("before ", picture("a.png", "A ring of  chairs"), " after"),
        p("Figure 1", style="caption"),
        p(picture("b.png")), p(picture("a.png", "Again")),
        media={"a.png": red, "b.png": wide},
    )  # fmt: skip
    first, second = wanted.pictures
    assert wanted.values["body"] == [
        text("<p>before after</p>"),
        {"type": "picture", "value": {"image": PICTURE + first.sha1, "description": "A ring of chairs", "caption": "Figure 1"}},
        {"type": "picture", "value": {"image": PICTURE + second.sha1, "description": "", "caption": ""}},
        {"type": "picture", "value": {"image": PICTURE + first.sha1, "description": "Again", "caption": ""}},
    ]  # fmt: skip
    assert wanted.notes[1:] == (
        "Picture 2 has no description. Write one: the page can’t be published before.",
    )


def test_what_a_camera_wrote_is_not_in_them():
    content = image_bytes("PNG", exif=exif().tobytes())
    assert SECRETS[0] in content
    [taken] = read(p("T", style="Title"), p(picture("a.png", "x")), media={"a.png": content}).pictures
    assert [secret for secret in SECRETS if secret in taken.content] == []


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.emf", b"x", "we do not take pictures of the type image/x-emf."),
        ("a.png", b"<svg/>", "this is not a whole picture of the kind that its name says."),
        ("a.png", None, "it is not in the file"),
    ],
)
def test_a_picture_that_can_t_be_taken_is_named(name, content, why):
    media = {name: content or b""}
    made = docx(p("T", style="Title"), p("x", picture(name, "Chairs")), media=media)
    if content is None:
        made = _without(made, f"word/media/{name}")
    [wanted] = word.read(made).wanted
    assert wanted.values["body"] == [text("<p>x</p>")]
    [note] = [note for note in wanted.notes if note.startswith("Picture")]
    assert note.startswith(f"Picture 1 (“Chairs”) was left out: {why}")


def test_more_pictures_than_are_sensible_are_left_out():
    many = word.MOST_PICTURES + 1
    wanted = read(p("T", style="Title"), *[p(picture("a.png", "x"))] * many, media={"a.png": image_bytes()})
    assert len(wanted.values["body"]) == word.MOST_PICTURES
    assert f"Picture {many} (“x”) was left out: there are more than {word.MOST_PICTURES}" in wanted.notes


def _without(content: bytes, name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry))
    return out.getvalue()


# -- what is refused -------------------------------------------------------------------------


def _deep(depth: int) -> str:
    return "<w:p>" + "<w:smartTag>" * depth + "</w:smartTag>" * depth + "</w:p>"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This is not a DOCX file."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", archives.LOCKED),
        (b"PK\x03\x04rubbish", "This DOCX file is damaged"),
        (docx(p("x"), parts={"word/vbaProject.bin": b""}), archives.MACROS),
        (docx(p("x"), parts={"../../x.xml": b"<x/>"}), "This file holds names that lead out of it."),
        (docx(parts={"word/document.xml": BOMB}), package.DAMAGED),
        (docx(parts={"word/document.xml": BOMB.encode("utf-16")}), package.DAMAGED),
        (docx(parts={"word/document.xml": OUTSIDE}), package.DAMAGED),
        (docx(parts={"word/styles.xml": OUTSIDE}), package.DAMAGED),
        (docx(p("x"), parts={"word/comments.xml": "<not closed"}), package.DAMAGED),
        (docx(parts={"word/document.xml": "<a/>"}), package.DAMAGED),
        (docx(_deep(package.DEEPEST)), package.DAMAGED),
        (docx("<w:p/>" * package.MOST_ELEMENTS), package.TOO_LONG),
        (docx(p("x"), parts={"word/document.xml": b" " * (package.LARGEST_XML + 1)}), package.TOO_LONG),
        (docx(p("y" * 500_000)), package.TOO_LONG),
        (docx(p("x"), parts={"word/media/x.png": b"\x00" * 30 * 1024 * 1024}), "There is too much packed into this file."),
        (b"x" * (package.LARGEST + 1), "The file is larger than 10 MB."),
        (docx(), "There are no words in this file."),
        (docx(p("")), "There are no words in this file."),
    ],
)  # fmt: skip
def test_a_file_that_can_t_be_read_says_why(content, words):
    with pytest.raises(Unreadable) as wrong:
        word.read(content)
    assert words in str(wrong.value)


def test_a_picture_that_lies_elsewhere_is_not_fetched():
    made = docx(
        p("T", style="Title"),
        p("x", picture("l").replace("r:embed", "r:link")),
        links={"l": "file:///etc/passwd"},
    )
    [wanted] = word.read(made).wanted
    assert (wanted.values["body"], wanted.pictures) == ([text("<p>x</p>")], ())


def test_a_style_map_in_the_file_is_not_followed():
    made = docx(p("T", style="Title"), p("x"), parts={"mammoth/style-map": "p => script:fresh"})
    assert word.read(made).wanted[0].values["body"] == [text("<p>x</p>")]


@settings(max_examples=40, deadline=None)
@given(words=st.lists(hostile.TEXT.map(lambda text: "".join(c for c in text if c.isprintable())), max_size=4))
def test_whatever_is_written_nothing_of_it_is_markup(words):
    paragraphs = [p(f" {each}") for each in words]
    wanted = read(p("T", style="Title"), *paragraphs, table(["a", "b"], [*paragraphs, p(""), p("")][:2]))
    # What else there is, such as a table's cells, is kept as plain words and escaped where it is shown.
    said = "".join(block["value"] for block in wanted.values["body"] if block["type"] == "text")
    assert [mark for mark in ("<script", "<img", '="javascript') if mark in said] == []


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_refused_or_read(data):
    content = bytearray(docx(p("T", style="Title"), p("x")))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Unreadable):
        assert word.read(bytes(content)).wanted[0].title
