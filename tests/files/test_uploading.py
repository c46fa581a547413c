"""What may be put in: pictures and documents that are what they say, and no larger than need be."""

from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from wagtail.images.forms import get_image_form

from files import archives, documents
from files.errors import BadFile
from files.kinds import DOCUMENTS, PICTURES
from files.models import PortalDocument, PortalImage
from tests.files.samples import GOOD, image_bytes, office, open_document, packed

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


def upload_picture(name: str, content: bytes) -> dict[str, list[str]]:
    """The errors that an editor would see."""
    form = get_image_form(PortalImage)(
        {"title": "Tea", "collection": "1", "description": "Tea"},
        {"file": SimpleUploadedFile(name, content)},
    )
    return {field: [error.code for error in errors.as_data()] for field, errors in form.errors.items()}


@pytest.mark.parametrize(
    ("name", "content", "codes"),
    [
        ("tea.png", image_bytes(), None),
        ("tea.jpg", image_bytes("JPEG"), None),
        ("TEA.JPEG", image_bytes("JPEG"), None),
        ("tea.webp", image_bytes("WEBP"), None),
        ("tea.gif", image_bytes("GIF"), None),
        ("tea.avif", image_bytes("AVIF"), None),
        ("tea.svg", SVG, ["invalid_image_extension"]),
        ("tea.png", SVG, ["invalid_image"]),
        ("tea.jpg", image_bytes("PNG"), ["invalid_image_known_format"]),
        ("tea.png", b"<script>alert(1)</script>", ["invalid_image"]),
        ("tea.png", image_bytes(size=(99, 99))[:-30], ["invalid_image"]),
        ("tea.jpg", image_bytes("JPEG", (99, 99))[:300], ["invalid_image"]),
        ("tea.html", image_bytes(), ["invalid_image_extension"]),
        ("tea.tiff", image_bytes("TIFF"), ["invalid_image_extension"]),
        ("tea.jpg", image_bytes("BMP"), ["invalid_image_known_format"]),
        ("tea.png", image_bytes() + b"\x00" * (10 * 1024 * 1024), ["file_too_large"]),
        ("tea.png", b"", ["empty"]),
    ],
)
def test_pictures(db, name, content, codes):
    errors = upload_picture(name, content)
    if codes is None:
        assert errors == {}
    else:
        assert len(errors["file"]) == 1
        assert errors["file"][0] in {*codes, "invalid_image", "invalid_image_known_format"}


@pytest.mark.parametrize(("size", "codes"), [((6400, 6250), None), ((6400, 6251), ["file_too_many_pixels"])])
def test_a_picture_of_too_many_points_is_refused(db, size, codes):
    assert upload_picture("tea.png", image_bytes(size=size, mode="1")).get("file") == codes


def put_in(name: str, content: bytes) -> PortalDocument:
    thing = PortalDocument(title="Plan", file=SimpleUploadedFile(name, content), collection_id=1)
    thing.full_clean(exclude=["uploaded_by_user", "circle"])
    return thing


def refused(name: str, content: bytes) -> str:
    """What an editor would be told."""
    with pytest.raises(ValidationError) as error:
        put_in(name, content)
    assert list(error.value.message_dict) == ["file"]
    return error.value.message_dict["file"][0]


@pytest.mark.parametrize("name", [*GOOD, "PLAN.PDF", "PLAN.DOCX"])
def test_documents_that_are_what_they_say(db, name):
    thing = put_in(name, GOOD[name.lower()])
    assert thing.file.tell() == 0
    assert thing.title == "Plan"


def test_every_kind_that_may_be_put_in_is_known_and_tried(settings):
    assert sorted(DOCUMENTS) == sorted(settings.WAGTAILDOCS_EXTENSIONS)
    assert sorted(PICTURES) == sorted(settings.WAGTAILIMAGES_EXTENSIONS)
    assert {name.split(".")[1] for name in GOOD} == set(DOCUMENTS)


@pytest.mark.parametrize("taken_for", list(GOOD))
@pytest.mark.parametrize("name", list(GOOD))
def test_no_kind_passes_for_another(db, name, taken_for):
    """But that every text is text, and that a text may hold what looks like the beginning of another kind."""
    texts = {"plan.txt", "plan.csv"}
    if name == taken_for or {name, taken_for} == texts:
        assert put_in(taken_for, GOOD[name]).title == "Plan"
    elif taken_for in texts and name == "plan.rtf":
        assert refused(taken_for, GOOD[name])
    else:
        assert refused(taken_for, GOOD[name])


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("plan.pdf", b"<script>alert(1)</script>", "not a PDF"),
        ("plan.pdf", b"MZ\x90\x00", "not a PDF"),
        ("plan.pdf", b" %PDF-1.7", "not a PDF"),
        ("plan.docx", b"PK\x03\x04....", "damaged"),
        ("plan.docx", GOOD["plan.docx"][:-30], "damaged"),
        ("plan.docx", packed({"a.txt": b"x"}), "damaged"),
        ("plan.docx", OLD_OFFICE, "locked with a password"),
        ("plan.pdf", OLD_OFFICE, "not a PDF"),
        ("plan.txt", b"MZ\x90\x00\x03", "not a TXT"),
        ("plan.csv", b"a\x00b", "not a CSV"),
        ("plan.html", b"<script>alert(1)</script>", "not allowed"),
        ("plan.svg", SVG, "not allowed"),
        ("plan.js", b"alert(1)", "not allowed"),
        ("plan.docm", GOOD["plan.docx"], "not allowed"),
        ("plan.pdf.exe", b"MZ\x90\x00", "not allowed"),
        ("plan", b"anything", "not allowed"),
        ("plan.txt", SVG, "web page"),
        ("plan.txt", b"\xef\xbb\xbf \n<!DOCTYPE html><p>", "web page"),
        ("plan.csv", b"<?xml version='1.0'?>", "web page"),
        ("plan.txt", b"<SCRIPT>alert(1)</SCRIPT>", "web page"),
        ("plan.txt", "<html>".encode("utf-16"), "web page"),
        ("plan.rtf", b"{\\rtf1{\\object\\objdata 0105}}", "another file inside"),
        ("plan.pdf", b"%PDF-1.7" + b"\x00" * documents.LARGEST, "too large"),
    ],
)
def test_documents_that_are_refused(db, name, content, words):
    assert words in refused(name, content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.docx", office("docx", word__vbaProject_dot_bin=b"x")),
        ("plan.xlsx", office("xlsx", xl__macrosheets__sheet1_dot_xml=b"x")),
        ("plan.pptx", office("pptx", ppt__activeX__activeX1_dot_xml=b"x")),
        ("plan.pptx", office("pptx", ppt__embeddings__sheet_dot_xlsm=b"x")),
        (
            "plan.docx",
            office("docx", kinds="<x ContentType='application/vnd.ms-word.document.macroEnabled.main+xml'/>"),
        ),
        ("plan.odt", open_document(Basic__Standard__Module1_dot_xml=b"x")),
        ("plan.odt", open_document(Scripts__python__a_dot_py=b"x")),
    ],
)
def test_macros_are_refused_with_a_way_out(db, name, content):
    assert refused(name, content) == archives.MACROS


@pytest.mark.parametrize("extension", ["docx", "pptx", "xlsx"])
def test_a_chart_with_its_table_inside_is_taken(db, extension):
    folder = {"docx": "word", "pptx": "ppt", "xlsx": "xl"}[extension]
    assert put_in(
        f"plan.{extension}", office(extension, **{f"{folder}__embeddings__sheet_dot_xlsx": b"x"})
    ).title


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"../plan.pdf": b"x"}, "lead out"),
        ({"/etc/plan.txt": b"x"}, "lead out"),
        ({"a\\..\\plan.txt": b"x"}, "lead out"),
        ({"c:plan.txt": b"x"}, "lead out"),
        ({"inside.zip": b"x"}, "something other"),
        ({"run.exe": b"MZ"}, "something other"),
        ({"page.html": b"<p>"}, "something other"),
        ({"picture.svg": SVG}, "something other"),
        ({"noending": b"x"}, "something other"),
        ({f"{number}.txt": b"" for number in range(archives.MOST_ENTRIES + 1)}, "too much packed"),
        ({"bomb.txt": b"0" * 30_000_000}, "too much packed"),
    ],
)
def test_packed_folders_that_are_refused(db, entries, words):
    assert words in refused("plan.zip", packed(entries))


def test_a_bomb_that_says_its_size_is_not_unpacked(db, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST_UNPACKED", 1000)
    assert "too much packed" in refused("plan.docx", office("docx", word__media__a_dot_bin=b"0" * 2000))


def test_a_locked_archive_is_refused(db):
    locked = bytearray(packed({"plan.txt": b"plan"}))
    locked[6] |= 1  # the flag beside the file, and the one in the directory
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert refused("plan.zip", bytes(locked)) == archives.LOCKED


def test_the_same_name_twice_is_refused(db):
    twice = packed({"plan1.txt": b"a", "plan2.txt": b"b"}).replace(b"plan2", b"plan1")
    assert "twice" in refused("plan.zip", twice)


def test_what_is_in_already_is_not_looked_at_again(db):
    thing = put_in("plan.pdf", b"%PDF-1.7")
    thing.save()
    kept = PortalDocument.objects.get(pk=thing.pk)
    kept.file.storage.delete(kept.file.name)
    kept.title = "New"
    kept.full_clean(exclude=["uploaded_by_user", "circle"])
    assert kept.title == "New"


@limits(deadline=None, max_examples=60)
@given(extension=st.sampled_from(sorted(DOCUMENTS)), content=st.binary(max_size=400))
def test_anything_is_taken_or_refused_and_never_breaks(extension, content):
    with suppress(BadFile):
        documents.check(SimpleUploadedFile(f"a.{extension}", content), f"a.{extension}")


@limits(deadline=None, max_examples=60)
@given(
    place=st.integers(0, 400),
    byte=st.integers(0, 255),
    name=st.sampled_from(["plan.docx", "plan.odt", "plan.zip"]),
)
def test_a_damaged_archive_never_breaks(place, byte, name):
    content = bytearray(GOOD[name])
    content[place % len(content)] = byte
    with suppress(BadFile):
        documents.check(SimpleUploadedFile(name, bytes(content)), name)
