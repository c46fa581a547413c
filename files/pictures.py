"""Pictures are taken apart and written anew: what comes out is the picture, upright, and nothing else.

What a camera writes beside it (where it was taken, when, by whose device: EXIF, XMP, IPTC), comments, small copies, a
second file hidden behind the first: none of it is copied. The colour profile is, since without it colours change.
"""

from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile, File
from PIL import Image, ImageOps, ImageSequence

from files.errors import BadFile
from files.kinds import extension_of

LARGEST = 10 * 1024 * 1024  # bytes
MOST_PIXELS = 40_000_000  # of all frames together
MOST_FRAMES = 500
_LARGEST_PROFILE = 1024 * 1024
# What opens a file of each ending. No other decoder is tried, whatever the content says that it is.
_FORMATS = {
    "avif": ("AVIF",),
    "gif": ("GIF",),
    "jpeg": ("JPEG", "MPO"),  # a telephone's picture with a second one behind it; the first is kept
    "jpg": ("JPEG", "MPO"),
    "png": ("PNG",),
    "webp": ("WEBP",),
}
_KEPT = {"transparency", "background"}


class CleanPicture(ContentFile):
    """A picture that has been written anew."""


def cleaned(content: File, name: str) -> CleanPicture:
    """The picture alone.

    Args:
        content: the file as it came; it is read from its beginning.
        name: its name; the ending says what it has to be.

    Returns:
        A new file of the same kind and name.

    Raises:
        BadFile: it is not what its name says, cannot be decoded to its end, or has too many pixels.
    """
    formats = _FORMATS.get(extension_of(name))
    if formats is None:
        raise BadFile(
            "Use a picture that ends in .jpg, .png, .gif, .webp or .avif.", code="invalid_image_extension"
        )
    content.seek(0)
    data = content.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise BadFile("This picture is too large: 10 MB at most.", code="file_too_large")
    try:
        with Image.open(BytesIO(data), formats=formats) as picture:
            return CleanPicture(_written(picture, formats[0], lossless=b"VP8L" in data[:64]), name=name)
    except BadFile:
        raise
    except Exception as error:  # decoders fail in any way they like
        raise BadFile(
            "This is not a whole picture of the kind that its name says. Save it again as JPG or PNG, then try once more.",
            code="invalid_image",
        ) from error


def _written(picture: Any, kind: str, *, lossless: bool) -> bytes:
    frames = getattr(picture, "n_frames", 1) if picture.format != "MPO" else 1
    if picture.width * picture.height * frames > MOST_PIXELS or frames > MOST_FRAMES:
        raise BadFile("This picture has too many pixels: 40 million at most.", code="file_too_many_pixels")
    options = _options(picture, kind, lossless)
    out = BytesIO()
    if frames > 1:
        _write_frames(picture, out, kind, options)
    else:
        _upright(picture).save(out, kind, **options)
    return out.getvalue()


def _options(picture: Any, kind: str, lossless: bool) -> dict[str, Any]:
    """How it is written: as good as it was, and with its colours."""
    profile = picture.info.get("icc_profile") or b""
    options: dict[str, Any] = {"icc_profile": profile if len(profile) <= _LARGEST_PROFILE else b""}
    if kind == "JPEG":
        options |= {"quality": 92, "optimize": True, "progressive": True}
    elif kind == "WEBP":
        options |= {"lossless": True} if lossless else {"quality": 90}
    elif kind == "AVIF":
        options["quality"] = 85
    return options if options["icc_profile"] else {k: v for k, v in options.items() if k != "icc_profile"}


def _upright(picture: Any) -> Any:
    """The one picture, turned as its camera said, with nothing beside it."""
    turned = ImageOps.exif_transpose(picture)
    return _bare(turned)


def _bare(picture: Any) -> Any:
    copy = picture.copy()
    copy.info = {key: value for key, value in picture.info.items() if key in _KEPT}
    if hasattr(copy, "text"):
        copy.text = {}
    return copy


def _write_frames(picture: Any, out: BytesIO, kind: str, options: dict[str, Any]) -> None:
    """All frames of one that moves, each as long as before."""
    loop = picture.info.get("loop")
    frames, durations = [], []
    for frame in ImageSequence.Iterator(picture):
        frame.load()
        durations.append(frame.info.get("duration", 100))
        frames.append(_bare(frame))
    if loop is not None:
        options["loop"] = loop
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=durations, **options)
