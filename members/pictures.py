"""Pictures of people: told by their content, and made anew, so that nothing but what one sees is kept."""

from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageOps

from members.errors import NotAPicture

LARGEST_FILE = 5 * 1024 * 1024  # bytes
LARGEST_SIDE = 512  # pixels of what is kept
_MOST_PIXELS = 50_000_000  # of what is sent; a camera's pictures have 12 to 50 million
# A camera's JPEG may hold a second, smaller picture (CIPA DC-007), and is then told as MPO.
_KINDS = {"PNG", "JPEG", "MPO", "WEBP"}
_QUALITY = 85


def remade(file: BinaryIO) -> bytes:
    """A picture as a new JPEG, upright, at most 512 pixels on its longer side, without any metadata.

    Size and kind are read from the file's first bytes, and refused there: a small file can claim to be a picture
    that would fill the memory.

    Args:
        file: a PNG, JPEG or WebP, whatever its name says.

    Raises:
        NotAPicture: it is something else, moves, is too large, or is broken. It says so in words.
    """
    file.seek(0, 2)
    if file.tell() > LARGEST_FILE:
        raise NotAPicture("This picture is too large. Choose one of 5 MB or less.")
    file.seek(0)
    try:
        with Image.open(file, formats=("PNG", "JPEG", "WEBP")) as picture:
            _refuse(picture)
            picture.draft("RGB", (LARGEST_SIDE * 2, LARGEST_SIDE * 2))
            return _written(_upright(picture))
    except NotAPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotAPicture(
            "This picture has too many pixels. Make it smaller, then choose it again."
        ) from error
    except Exception as error:  # what a decoder raises at broken data is not told beforehand
        raise NotAPicture("This is not a picture that we can read. Choose a JPEG, PNG or WebP.") from error


def _refuse(picture: Image.Image) -> None:
    if picture.format not in _KINDS:
        raise NotAPicture("This is not a picture that we can read. Choose a JPEG, PNG or WebP.")
    if picture.format != "MPO" and getattr(picture, "is_animated", False):
        raise NotAPicture("This picture moves. Choose one that stands still.")
    if picture.width * picture.height > _MOST_PIXELS:
        raise NotAPicture("This picture has too many pixels. Make it smaller, then choose it again.")


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as its camera was held, small, and on white where it lets one see through."""
    turned = ImageOps.exif_transpose(picture)
    turned.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    if turned.mode in ("RGB", "L"):
        return turned.convert("RGB")
    clear = turned.convert("RGBA")
    ground = Image.new("RGB", clear.size, "white")
    ground.paste(clear, mask=clear.getchannel("A"))
    return ground


def _written(picture: Image.Image) -> bytes:
    """As JPEG. Only the pixels go into a new picture: what else came with them stays behind."""
    fresh = Image.new("RGB", picture.size)
    fresh.paste(picture)
    written = BytesIO()
    fresh.save(written, "JPEG", quality=_QUALITY, optimize=True)
    return written.getvalue()
