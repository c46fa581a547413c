"""Whether a document is what its name says, and does nothing by itself."""

import re
from typing import BinaryIO

import filetype
from django.core.files.base import File

from files import archives
from files.errors import BadFile
from files.kinds import DOCUMENTS, extension_of

LARGEST = 20 * 1024 * 1024  # bytes
_BEGINNING = 4096
_PDF = re.compile(rb"%PDF-\d\.\d")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB]: old Office files, and new ones with a password
_MARKUP = re.compile(
    rb"\s*<(!doctype|\?xml|html|svg|head|body|script|iframe|math|!--|xsl|rss|feed)", re.IGNORECASE
)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_RTF_OBJECTS = (b"\\objdata", b"\\objocx", b"\\objupdate")
_ZIPPED = frozenset({"docx", "odt", "pptx", "xlsx", "zip"})


def check(content: File, name: str) -> None:
    """Refuse what is too large, what is not what its name says, and what can do something by itself.

    Args:
        content: the file; it is left at its beginning.
        name: its name.

    Raises:
        BadFile: it says why, to who put it in. Sources of what files begin with: PRONOM,
            https://www.nationalarchives.gov.uk/PRONOM/, and the package filetype.
    """
    extension = extension_of(name)
    if extension not in DOCUMENTS:
        raise BadFile(f"Use a file that ends in {', '.join(f'.{ending}' for ending in sorted(DOCUMENTS))}.")
    if content.size > LARGEST:
        raise BadFile("This file is too large: 20 MB at most.", code="file_too_large")
    content.seek(0)
    try:
        _check_content(content, extension)  # type: ignore[arg-type]
    finally:
        content.seek(0)


def _check_content(content: BinaryIO, extension: str) -> None:
    beginning = content.read(_BEGINNING)
    if beginning.startswith(_OLE):
        raise BadFile(archives.LOCKED if extension in _ZIPPED else _not_a(extension))
    content.seek(0)
    if extension in _ZIPPED:
        if not beginning.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            raise BadFile(_not_a(extension))
        archives.check(content, extension)
    elif extension == "pdf":
        if not _PDF.match(beginning):
            raise BadFile(_not_a(extension))
    elif extension == "rtf":
        _check_rich_text(content.read())
    else:
        _check_text(content.read(), extension)


def _not_a(extension: str) -> str:
    return f"This is not a {extension.upper()} file."


def _check_rich_text(whole: bytes) -> None:
    if not whole.startswith(b"{\\rtf"):
        raise BadFile(_not_a("rtf"))
    if any(mark in whole.lower() for mark in _RTF_OBJECTS):
        raise BadFile("This file holds another file inside. Save it as a PDF or DOCX, then upload that.")


def _check_text(whole: bytes, extension: str) -> None:
    """Plain text is neither a page nor a program, whatever its name."""
    if b"\x00" in whole and not whole.startswith(_MARKS[1:]):
        raise BadFile(_not_a(extension))
    if filetype.guess(whole[:_BEGINNING]) is not None:
        raise BadFile(_not_a(extension))
    for mark in _MARKS:
        whole = whole.removeprefix(mark)
    if _MARKUP.match(whole.replace(b"\x00", b"")[:_BEGINNING]):
        raise BadFile("This is a web page, not plain text. Save it as a PDF, then upload that.")
