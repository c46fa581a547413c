"""Pictures of people: what is taken, what is left of it, and who is given it."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from members import actions
from members.enums import SeenBy
from members.errors import NotAPicture
from members.models import Profile, User
from members.pictures import LARGEST_SIDE, remade
from tests.members.test_profile import URL, said

SECRET = b"zwetschge"


def drawn(kind: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **more) -> bytes:
    file = BytesIO()
    Image.new(mode, size, more.pop("colour", None) or 0).save(file, kind, **more)
    return file.getvalue()


def with_place() -> bytes:
    """A JPEG that says where it was taken, turned on its side, with a comment."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (51.0, 30.0, 26.0)
    return drawn(exif=exif, comment=SECRET, icc_profile=SECRET * 20)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be huge."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 999))
        + chunk(b"IEND", b"")
    )


def moving(kind: str) -> bytes:
    file = BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(file, kind, save_all=True, append_images=frames[1:])
    return file.getvalue()


def again(content: bytes) -> Image.Image:
    return Image.open(BytesIO(remade(BytesIO(content))))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "P", "CMYK"])
def test_each_kind_becomes_a_jpeg(kind, mode):
    if (kind, mode) in {("JPEG", "RGBA"), ("JPEG", "P"), ("PNG", "CMYK"), ("WEBP", "CMYK"), ("WEBP", "P")}:
        pytest.skip("there is no such thing")
    picture = again(drawn(kind, mode=mode))
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (64, 48))


@pytest.mark.parametrize(
    ("size", "kept"),
    [
        ((3000, 1500), (512, 256)),
        ((100, 2000), (26, 512)),
        ((512, 512), (512, 512)),
        ((1, 1), (1, 1)),
        ((4000, 1), (512, 1)),
    ],
)
def test_large_ones_are_made_small_and_small_ones_stay(size, kept):
    picture = again(drawn("PNG", size=size))
    assert picture.size == kept
    assert max(picture.size) <= LARGEST_SIDE


def test_where_it_was_taken_is_gone_and_it_stands_upright():
    sent = with_place()
    assert sent.count(SECRET) > 2  # it was in there
    made = remade(BytesIO(sent))
    picture = Image.open(BytesIO(made))
    assert made.count(SECRET) == 0
    assert (dict(picture.getexif()), set(picture.info) & {"exif", "comment", "icc_profile", "xmp"}) == (
        {},
        set(),
    )
    assert picture.size == (48, 64)


def test_texts_in_a_png_are_gone():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Place", SECRET.decode())
    sent = drawn("PNG", pnginfo=notes)
    assert (SECRET in sent, SECRET in remade(BytesIO(sent))) == (True, False)


def test_what_is_seen_through_is_white():
    assert again(drawn("PNG", mode="RGBA", colour=(0, 0, 0, 0))).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"x", b"GIF89a", drawn("GIF"), drawn("BMP"), drawn("TIFF"), drawn("ICO"), drawn("JPEG")[:60],
        drawn("PNG")[:40], b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"RIFF\x10\0\0\0WEBPVP8 ", b"%PDF-1.4",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", b"<html>", b"\xff\xd8\xff\xe0",
        moving("PNG"), moving("WEBP"), bomb(60_000, 60_000), bomb(2**31 - 1, 2**31 - 1), bomb(0, 0),
        drawn("PNG") + b"\0" * (5 * 1024 * 1024),
    ],
)  # fmt: skip
def test_everything_else_is_refused_in_words(content):
    with pytest.raises(NotAPicture) as refused:
        remade(BytesIO(content))
    assert str(refused.value).endswith(".")


def test_a_huge_one_is_refused_before_it_is_read(monkeypatch):
    def read(*arguments: object) -> None:
        raise AssertionError("it was decoded")

    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", read)
    with pytest.raises(NotAPicture, match="too many pixels"):
        remade(BytesIO(bomb(20_000, 20_000)))
    with pytest.raises(NotAPicture, match="moves"):
        remade(BytesIO(moving("PNG")))


# -- on the profile -------------------------------------------------------------------


def sent(content: bytes, name: str = "me.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


@pytest.fixture
def stored(settings, tmp_path):
    """The names of the files that are kept."""
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    }
    return lambda: sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())


def picture_of(person: User) -> str:
    return Profile.objects.get(user=person).picture.name


def test_is_sent_shown_changed_and_taken_away(cast, signed_in, stored, django_capture_on_commit_callbacks):
    browser, address = signed_in(cast.participant), f"/people/{cast.participant.pk}/picture/"

    def send(**data) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            assert browser.post(URL, said(**data)).status_code == 302

    assert browser.get(address).status_code == 404
    send(new_picture=sent(with_place(), "../../zwetschge.svg"))
    first = picture_of(cast.participant)
    assert stored() == [first]
    assert (first.startswith("people/"), "zwetschge" in first, len(first)) == (True, False, 43)
    response = browser.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
    assert response["Cache-Control"] == "private, no-cache"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert SECRET not in response.getvalue()
    assert f'src="{address}"' in browser.get(URL).text
    send()  # nothing chosen: it stays
    assert stored() == [first]
    send(new_picture=sent(drawn("PNG"), "x"))
    assert stored() == [picture_of(cast.participant)] != [first]
    send(remove_picture="on")
    assert (stored(), picture_of(cast.participant)) == ([], "")
    assert browser.get(address).status_code == 404
    send(remove_picture="on")


def test_what_is_no_picture_is_said_beside_it_and_the_rest_stays(cast, signed_in, stored):
    response = signed_in(cast.participant).post(URL, said(new_picture=sent(b"<svg/>"), offers="My offer"))
    assert (response.status_code, list(response.context["form"].errors)) == (200, ["new_picture"])
    assert response.context["form"]["offers"].value() == "My offer"
    assert (stored(), Profile.objects.get(user=cast.participant).offers) == ([], "")


def test_is_never_at_an_address_of_a_file(cast, signed_in, stored):
    actions.set_picture(person=cast.participant, content=drawn())
    name = picture_of(cast.participant)
    browser = signed_in(cast.participant)
    for address in (
        f"/media/{name}",
        f"/not-served/{name}",
        f"/{name}",
        f"/static/{name}",
        f"/documents/{name}",
    ):
        assert browser.get(address).status_code == 404
    assert name not in browser.get(f"/people/{cast.participant.pk}/").text


@pytest.mark.parametrize("seen_by", SeenBy)
@pytest.mark.parametrize(
    ("who", "needs"),
    [("participant", 0), ("convener", 1), ("editor", 2), ("admin", 2), ("outsider", 3), ("visitor", 3)],
)
def test_is_given_to_those_who_may_see_it(cast, signed_in, client, stored, seen_by, who, needs):
    actions.set_picture(person=cast.participant, content=drawn())
    Profile.objects.filter(user=cast.participant).update(findable=True, picture_seen_by=seen_by)
    browser = client if who == "visitor" else signed_in(getattr(cast, who))
    address = f"/people/{cast.participant.pk}/picture/"
    assert browser.get(address).status_code == (200 if seen_by >= needs else 404)
    for page in ("/people/", f"/people/{cast.participant.pk}/"):
        response = browser.get(page, follow=True)
        others_view = who == "participant" and page != "/people/"  # one sees oneself as the network does
        assert (address in response.text) is (seen_by >= (2 if others_view else needs))


def test_is_refused_at_once_to_who_has_left(cast, signed_in, stored, network):
    actions.set_picture(person=cast.participant, content=drawn())
    Profile.objects.filter(user=cast.participant).update(findable=True)
    browser, address = signed_in(cast.convener), f"/people/{cast.participant.pk}/picture/"
    assert browser.get(address).status_code == 200
    actions.leave(person=cast.convener, circle=network)
    assert browser.get(address).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_other_methods_are_refused(cast, signed_in, method):
    address = f"/people/{cast.participant.pk}/picture/"
    assert getattr(signed_in(cast.participant), method)(address).status_code == 405


def test_a_file_that_is_lost_is_not_found(cast, signed_in, stored):
    actions.set_picture(person=cast.participant, content=drawn())
    default_storage.delete(picture_of(cast.participant))
    Profile.objects.get(user=cast.participant).picture.storage.delete(picture_of(cast.participant))
    assert signed_in(cast.participant).get(f"/people/{cast.participant.pk}/picture/").status_code == 404
    assert actions.remove_picture(person=cast.participant) is True
    assert actions.remove_picture(person=cast.participant) is False


def test_too_many_uploads_wait_and_the_form_stays(cast, signed_in, stored, monkeypatch):
    from members import limits

    monkeypatch.setitem(limits.RATES, "upload", "1/h/user")
    browser = signed_in(cast.participant)
    assert browser.post(URL, said(new_picture=sent(drawn()))).status_code == 302
    response = browser.post(URL, said(new_picture=sent(drawn()), offers="My offer"))
    assert (response.status_code, response.context["form"]["offers"].value()) == (429, "My offer")
    assert 0 < int(response["Retry-After"]) <= 3600
    assert Profile.objects.get(user=cast.participant).offers == "A troika"
    assert browser.post(URL, said(offers="Without a picture")).status_code == 302


def test_a_picture_that_fails_to_be_kept_leaves_no_file(cast, stored, monkeypatch):
    def fail(self: Profile, **more: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(Profile, "save", fail)
    with pytest.raises(RuntimeError):
        actions.set_picture(person=cast.participant, content=drawn())
    assert stored() == []
