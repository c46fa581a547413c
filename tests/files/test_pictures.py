"""Nothing is kept of a picture but the picture: not where it was taken, nor by whom."""

import io
from contextlib import suppress
from hashlib import sha1

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from PIL import Image
from wagtail.images.forms import get_image_form

from files import pictures
from files.errors import BadFile
from files.models import PortalImage
from tests.files.samples import SECRETS, image_bytes, moving, photo, profile

KINDS = {"JPEG": "tea.jpg", "PNG": "tea.png", "WEBP": "tea.webp", "AVIF": "tea.avif"}


def clean(content: bytes, name: str) -> bytes:
    return pictures.cleaned(ContentFile(content), name).read()


def found_in(content: bytes) -> list[bytes]:
    return [secret for secret in SECRETS if secret in content]


@pytest.mark.parametrize("kind", KINDS)
def test_the_sample_holds_what_is_looked_for(kind):
    """Else the next tests would show nothing."""
    raw = photo(kind)
    assert {b"Nikon of Erika", b"Erika Mustermann", b"behind the ward"} <= set(found_in(raw))
    assert Image.open(io.BytesIO(raw)).getexif().get_ifd(0x8825)[2] == (51, 30, 0)


@pytest.mark.parametrize(("kind", "name"), KINDS.items())
def test_what_the_camera_wrote_is_gone(kind, name):
    content = clean(photo(kind), name)
    picture = Image.open(io.BytesIO(content))
    assert found_in(content) == []
    assert dict(picture.getexif()) == {}
    assert {"exif", "xmp", "comment", "photoshop"} & set(picture.info) == set()
    assert getattr(picture, "text", {}) == {}


@pytest.mark.parametrize(("kind", "name"), KINDS.items())
def test_its_colours_stay(kind, name):
    assert Image.open(io.BytesIO(clean(photo(kind), name))).info["icc_profile"] == profile()


@pytest.mark.parametrize(("orientation", "red"), [(1, (2, 10)), (3, (37, 10)), (6, (10, 2)), (8, (10, 37))])
def test_it_stands_upright(orientation, red):
    """EXIF 2.32, tag 0x0112: where row 0 and column 0 of what is stored are seen."""
    picture = Image.open(io.BytesIO(clean(photo("PNG", orientation=orientation), "tea.png")))
    assert picture.size == ((20, 40) if orientation in (6, 8) else (40, 20))
    assert picture.getpixel(red) == (255, 0, 0)


def test_nothing_is_lost_of_what_is_kept_without_loss():
    sample = Image.effect_noise((40, 30), 90).convert("RGB")
    for kind, name, more in (("PNG", "a.png", {}), ("WEBP", "a.webp", {"lossless": True})):
        content = io.BytesIO()
        sample.save(content, kind, **more)
        after = Image.open(io.BytesIO(clean(content.getvalue(), name))).convert("RGB")
        assert after.tobytes() == sample.tobytes()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_mode_of_png_stays(mode):
    before = Image.open(io.BytesIO(image_bytes("PNG", mode=mode)))
    after = Image.open(io.BytesIO(clean(image_bytes("PNG", mode=mode), "a.png")))
    assert (after.mode, after.size) == (before.mode, before.size)


def test_what_can_be_seen_through_stays_so():
    content = io.BytesIO()
    Image.new("P", (8, 8), 0).save(content, "PNG", transparency=0)
    after = Image.open(io.BytesIO(clean(content.getvalue(), "a.png"))).convert("RGBA")
    assert after.getpixel((0, 0))[3] == 0


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_every_mode_of_jpeg_stays(mode):
    assert Image.open(io.BytesIO(clean(image_bytes("JPEG", mode=mode), "a.jpg"))).mode == mode


@pytest.mark.parametrize(("kind", "name"), [("GIF", "a.gif"), ("WEBP", "a.webp"), ("PNG", "a.png")])
def test_what_moves_goes_on_moving(kind, name):
    content = clean(moving(kind), name)
    picture = Image.open(io.BytesIO(content))
    assert (picture.n_frames, picture.info["loop"], b"behind the ward" in content) == (3, 0, False)
    lengths, colours = [], []
    for frame in range(3):
        picture.seek(frame)
        picture.load()
        lengths.append(picture.info["duration"])
        colours.append(
            picture.convert("RGB").getpixel((5, 5)).index(max(picture.convert("RGB").getpixel((5, 5))))
        )
    assert lengths == [100, 200, 300]
    assert colours == [0, 1, 2]


def test_the_second_picture_of_a_telephone_is_left_out():
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(
        content, "MPO", save_all=True, append_images=[Image.new("RGB", (8, 8), "blue")]
    )
    picture = Image.open(io.BytesIO(clean(content.getvalue(), "a.jpg")))
    assert (picture.format, getattr(picture, "n_frames", 1)) == ("JPEG", 1)
    assert picture.getpixel((4, 4))[0] > 200


def test_too_many_frames_are_refused(monkeypatch):
    monkeypatch.setattr(pictures, "MOST_FRAMES", 2)
    with pytest.raises(BadFile, match="too many pixels"):
        clean(moving(), "a.gif")


def test_one_that_is_too_large_is_not_decoded(monkeypatch):
    monkeypatch.setattr(pictures, "LARGEST", 10)
    with pytest.raises(BadFile, match="too large"):
        clean(image_bytes(), "a.png")


@limits(deadline=None, max_examples=60)
@given(
    st.binary(max_size=300), st.sampled_from(["a.png", "a.jpg", "a.gif", "a.webp", "a.avif", "a.svg", "a"])
)
def test_anything_else_is_refused(content, name):
    with pytest.raises(BadFile):
        clean(content, name)


@limits(deadline=None, max_examples=60)
@given(place=st.integers(0, 2000), byte=st.integers(0, 255), kind=st.sampled_from([*KINDS]))
def test_a_damaged_one_never_breaks(place, byte, kind):
    content = bytearray(photo(kind))
    content[place % len(content)] = byte
    with suppress(BadFile):
        assert found_in(clean(bytes(content), KINDS[kind])) == []


class TestStored:
    """By whatever way it comes in."""

    def test_by_the_form(self, db, cast):
        raw = photo()
        form = get_image_form(PortalImage)(
            {"title": "Tea", "collection": "1"}, {"file": SimpleUploadedFile("tea.jpg", raw)}, user=cast.admin
        )
        assert form.errors == {}
        image = form.save()
        stored = PortalImage.objects.get(pk=image.pk)
        content = stored.file.open("rb").read()
        assert found_in(content) == []
        assert (stored.width, stored.height) == (20, 40)
        assert stored.file_size == len(content)
        assert stored.file_hash == sha1(content).hexdigest()

    def test_by_the_model(self, db):
        image = PortalImage.objects.create(title="Tea", file=ContentFile(photo(), name="tea.jpg"))
        image.refresh_from_db()
        assert found_in(image.file.open("rb").read()) == []
        assert (image.width, image.height) == (20, 40)

    def test_by_its_file(self, db):
        """The way of Wagtail's screen for many at once, when a title is missing."""
        image = PortalImage(title="Tea")
        image.file.save("tea.jpg", ContentFile(photo()), save=False)
        image._set_image_file_metadata()
        image.save()
        assert found_in(PortalImage.objects.get(pk=image.pk).file.open("rb").read()) == []

    def test_in_every_size(self, db):
        image = PortalImage.objects.create(
            title="Tea", file=ContentFile(photo(size=(400, 200)), name="tea.jpg")
        )
        for size in ("original", "max-100x100", "width-50|format-webp", "fill-20x20|format-png"):
            assert found_in(image.get_rendition(size).file.open("rb").read()) == []

    def test_one_that_is_no_picture_is_not_stored(self, db, settings):
        with pytest.raises(BadFile), transaction.atomic():
            PortalImage.objects.create(
                title="Tea", width=1, height=1, file=ContentFile(b"<svg/>", name="tea.png")
            )
        assert PortalImage.objects.count() == 0
