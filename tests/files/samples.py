"""Real files, made here: pictures with what a camera writes into them, documents of every kind."""

import io
import zipfile

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from PIL import Image, ImageCms, PngImagePlugin
from PIL.TiffImagePlugin import IFDRational

from files.models import PortalDocument, PortalImage

PLACE = "51 deg 30' N"
SECRETS = (
    b"Nikon of Erika",
    b"Erika Mustermann",
    b"behind the ward",
    b"GPSLatitude",
    b"2026:01:02 03:04:05",
    b"<x:xmpmeta",
)
_XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>behind the ward</x:xmpmeta>"
_MAIN = {
    "docx": ("word/document.xml", "wordprocessingml.document.main+xml"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation.main+xml"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
}


def image_bytes(kind: str = "PNG", size: tuple[int, int] = (8, 8), mode: str = "RGB", **more) -> bytes:
    """A plain picture."""
    content = io.BytesIO()
    Image.new(mode, size, "teal" if mode == "RGB" else None).save(content, kind, **more)
    return content.getvalue()


def exif(orientation: int = 6) -> Image.Exif:
    """What a telephone writes: who, when, where, which way up."""
    written = Image.Exif()
    written[0x010F] = "Nikon of Erika"
    written[0x0112] = orientation
    written[0x013B] = "Erika Mustermann"
    written[0x0132] = "2026:01:02 03:04:05"
    place = written.get_ifd(0x8825)
    place[1], place[2] = "N", (IFDRational(51), IFDRational(30), IFDRational(0))
    place[3], place[4] = "W", (IFDRational(0), IFDRational(7), IFDRational(0))
    return written


def profile() -> bytes:
    """A colour profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def photo(kind: str = "JPEG", size: tuple[int, int] = (40, 20), orientation: int = 6) -> bytes:
    """A picture, lying on its side, red at its left, with all that a camera writes."""
    picture = Image.new("RGB", size, "white")
    picture.paste("red", (0, 0, size[0] // 4, size[1]))
    more: dict = {"exif": exif(orientation), "icc_profile": profile()}
    if kind == "JPEG":
        more |= {"comment": b"behind the ward", "quality": 95, "xmp": _XMP}
    if kind == "WEBP":
        more |= {"xmp": _XMP, "lossless": True}
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Author", "Erika Mustermann")
        text.add_itxt("XML:com.adobe.xmp", _XMP.decode())
        more["pnginfo"] = text
    content = io.BytesIO()
    picture.save(content, kind, **more)
    return content.getvalue() + b"Erika Mustermann, behind the ward"


def moving(kind: str = "GIF") -> bytes:
    """Three frames of different lengths."""
    frames = [Image.new("RGB", (10, 10), colour) for colour in ("red", "green", "blue")]
    content = io.BytesIO()
    more = {"comment": b"behind the ward"} if kind == "GIF" else {}
    frames[0].save(
        content, kind, save_all=True, append_images=frames[1:], duration=[100, 200, 300], loop=0, **more
    )
    return content.getvalue()


def packed(entries: dict[str, bytes], **more) -> bytes:
    """A ZIP file."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, **more) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return content.getvalue()


def office(extension: str = "docx", kinds: str = "", **more: bytes) -> bytes:
    """The least that is an Office file; more entries by their name, "__" for a slash and "_dot_" for a dot."""
    part, main = _MAIN[extension]
    kinds = kinds or f'<Types><Override PartName="/{part}" ContentType="application/x.{main}"/></Types>'
    extra = {name.replace("__", "/").replace("_dot_", "."): data for name, data in more.items()}
    return packed({"[Content_Types].xml": kinds.encode(), part: b"<document/>", **extra})


def open_document(**more: bytes) -> bytes:
    """The least that is an OpenDocument text."""
    extra = {name.replace("__", "/").replace("_dot_", "."): data for name, data in more.items()}
    return packed(
        {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<office/>", **extra}
    )


GOOD = {
    "plan.pdf": b"%PDF-1.7 plan",
    "plan.docx": office("docx"),
    "plan.pptx": office("pptx"),
    "plan.xlsx": office("xlsx"),
    "plan.odt": open_document(),
    "plan.zip": packed({"a/plan.pdf": b"%PDF-1.7", "a/tea.png": b"x"}),
    "plan.rtf": b"{\\rtf1 plan}",
    "plan.txt": "Plan – für alle".encode(),
    "plan.csv": b"a,b\r\n1,2\r\n",
}


def picture(name: str = "tea.png", kind: str = "PNG", **fields) -> PortalImage:
    """A picture in the portal."""
    content = ImageFile(io.BytesIO(image_bytes(kind, (64, 48))), name=name)
    return PortalImage.objects.create(title="Tea", file=content, **fields)


def document(name: str = "plan.pdf", content: bytes = b"%PDF-1.7 plan", **fields) -> PortalDocument:
    """A document in the portal."""
    return PortalDocument.objects.create(title="Plan", file=ContentFile(content, name=name), **fields)
