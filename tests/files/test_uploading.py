"""What may be put in: pictures and documents that are what they say, and no larger than need be."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from wagtail.images.forms import get_image_form

from files.models import LARGEST_DOCUMENT, PortalDocument, PortalImage
from files.rules import fits_its_name

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def image_bytes(kind: str = "PNG", size: tuple[int, int] = (8, 8)) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, "teal").save(content, kind)
    return content.getvalue()


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
        ("tea.webp", image_bytes("WEBP"), None),
        ("tea.svg", SVG, ["invalid_image_extension"]),
        ("tea.png", SVG, ["invalid_image"]),
        ("tea.jpg", image_bytes("PNG"), ["invalid_image_known_format"]),
        ("tea.png", b"<script>alert(1)</script>", ["invalid_image"]),
        ("tea.html", image_bytes(), ["invalid_image_extension"]),
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


def test_a_picture_of_too_many_points_is_refused(db, monkeypatch):
    from wagtail.images.fields import WagtailImageField

    original = WagtailImageField.__init__

    def small(self, *args, **kwargs):
        original(self, *args, **kwargs)
        self.max_image_pixels = 100

    monkeypatch.setattr(WagtailImageField, "__init__", small)
    assert upload_picture("tea.png", image_bytes(size=(20, 20)))["file"] == ["file_too_many_pixels"]


def put_in(name: str, content: bytes) -> PortalDocument:
    thing = PortalDocument(title="Plan", file=SimpleUploadedFile(name, content), collection_id=1)
    thing.full_clean(exclude=["uploaded_by_user", "circle"])
    return thing


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.pdf", b"%PDF-1.7"),
        ("PLAN.PDF", b"%PDF-1.7"),
        ("plan.docx", b"PK\x03\x04...."),
        ("plan.odt", b"PK\x03\x04...."),
        ("plan.zip", b"PK\x05\x06...."),
        ("plan.rtf", b"{\\rtf1"),
        ("plan.txt", "Plan – für alle".encode()),
        ("plan.csv", b"a,b\r\n1,2\r\n"),
    ],
)
def test_documents_that_are_what_they_say(db, name, content):
    assert put_in(name, content).title == "Plan"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.pdf", b"<script>alert(1)</script>"),
        ("plan.pdf", b"MZ\x90\x00"),
        ("plan.docx", b"%PDF-1.7"),
        ("plan.txt", b"MZ\x90\x00\x03"),
        ("plan.csv", b"a\x00b"),
        ("plan.html", b"<script>alert(1)</script>"),
        ("plan.svg", SVG),
        ("plan.exe", b"MZ\x90\x00"),
        ("plan", b"anything"),
        ("plan.pdf", b"%PDF-1.7" + b"\x00" * LARGEST_DOCUMENT),
    ],
)
def test_documents_that_are_refused(db, name, content):
    with pytest.raises(ValidationError) as error:
        put_in(name, content)
    assert list(error.value.message_dict) == ["file"]


def test_what_is_in_already_is_not_looked_at_again(db):
    thing = put_in("plan.pdf", b"%PDF-1.7")
    thing.save()
    kept = PortalDocument.objects.get(pk=thing.pk)
    kept.file.storage.delete(kept.file.name)
    kept.title = "New"
    kept.full_clean(exclude=["uploaded_by_user", "circle"])
    assert kept.title == "New"


@given(extension=st.text(max_size=8), beginning=st.binary(max_size=100))
def test_a_kind_that_we_do_not_know_never_fits(extension, beginning):
    known = {"pdf", "docx", "pptx", "xlsx", "odt", "zip", "rtf", "csv", "txt"}
    if extension not in known:
        assert fits_its_name(extension, beginning) is False


def test_every_kind_that_may_be_put_in_is_known(settings):
    beginnings = (b"%PDF-", b"PK\x03\x04", b"{\\rtf", b"plain")
    for extension in settings.WAGTAILDOCS_EXTENSIONS:
        assert any(fits_its_name(extension, beginning) for beginning in beginnings), extension
