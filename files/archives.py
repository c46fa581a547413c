"""What may be in a file that is a ZIP inside: an Office or OpenDocument file, or a folder packed into one.

Sources: ECMA-376 part 2 (Open Packaging Conventions), [MS-OFFMACRO], OASIS OpenDocument 1.3 part 2.
"""

import zipfile
from typing import BinaryIO

from files.errors import BadFile
from files.kinds import DOCUMENTS, PICTURES, extension_of

MOST_ENTRIES = 5000
LARGEST_UNPACKED = 200 * 1024 * 1024  # bytes
MOST_PACKED = 100  # how many times larger than the file what is in it may be, once it is above 20 MB
_SMALL = 20 * 1024 * 1024
_LARGEST_LIST = 1024 * 1024
_ENCRYPTED = 0x1
# Folder and main part of each kind of Office file.
_OFFICE = {
    "docx": ("word/", "wordprocessingml.document.main+xml"),
    "pptx": ("ppt/", "presentationml.presentation.main+xml"),
    "xlsx": ("xl/", "spreadsheetml.sheet.main+xml"),
}
_MACRO_NAMES = ("vbaproject.bin", "vbadata.xml", "vbaprojectsignature.bin")
_MACRO_FOLDERS = ("/macrosheets/", "/activex/", "/dialogsheets/")
_MACRO_ENDINGS = {"docm", "dotm", "xlsm", "xltm", "xlam", "xlsb", "pptm", "potm", "ppsm", "ppam"}
_ODF_SCRIPTS = ("basic/", "scripts/", "dialogs/")
MACROS = (
    "This file holds macros: small programs that run when it is opened. Save it without them (in Word, Excel or "
    "PowerPoint: Save as, then the type that ends in x, not m), then upload that."
)
LOCKED = (
    "This file is locked with a password. Take the password off, then upload it: who may see it is set here."
)


def check(content: BinaryIO, extension: str) -> None:
    """Refuse what does not open, unfolds to more than is sensible, or can do something by itself.

    Args:
        content: the file.
        extension: docx, odt, pptx, xlsx or zip.

    Raises:
        BadFile: with the reason in words. Nothing is unpacked but one list of at most 1 MB.
    """
    try:
        with zipfile.ZipFile(content) as archive:
            entries = archive.infolist()
            _check_size(entries)
            _check_names(entries)
            if extension == "zip":
                _check_folder(entries)
            elif extension == "odt":
                _check_open_document(archive, entries)
            else:
                _check_office(archive, entries, extension)
    except BadFile:
        raise
    except Exception as error:  # a damaged archive fails in many ways
        raise BadFile(f"This {extension.upper()} file is damaged, or it is something else.") from error


def _check_size(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    too_much = unpacked > LARGEST_UNPACKED or (unpacked > _SMALL and unpacked / packed > MOST_PACKED)
    if too_much or len(entries) > MOST_ENTRIES:
        raise BadFile("There is too much packed into this file. Upload its parts one by one.")


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    for entry, name in zip(entries, names, strict=True):
        if entry.flag_bits & _ENCRYPTED:
            raise BadFile(LOCKED)
        if name.startswith("/") or "\\" in name or ":" in name or "\x00" in name or ".." in name.split("/"):
            raise BadFile("This file holds names that lead out of it. Make it again, then upload that.")
    if len(set(names)) != len(names):
        raise BadFile("This file holds the same name twice. Make it again, then upload that.")


def _check_folder(entries: list[zipfile.ZipInfo]) -> None:
    """A packed folder holds what could be uploaded by itself, and nothing packed again."""
    allowed = (DOCUMENTS.keys() | PICTURES.keys()) - {"zip"}
    for entry in entries:
        if not entry.is_dir() and extension_of(entry.filename) not in allowed:
            raise BadFile(
                "This ZIP file holds something other than documents and pictures. Take that out first."
            )


def _check_office(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], extension: str) -> None:
    folder, main = _OFFICE[extension]
    names = [entry.filename.lower() for entry in entries]
    if any(_is_macro(name) for name in names):
        raise BadFile(MACROS)
    kinds = _read(archive, "[Content_Types].xml")
    if b"macroEnabled" in kinds:
        raise BadFile(MACROS)
    if main.encode() not in kinds or not any(name.startswith(folder) for name in names):
        raise BadFile(f"This is not a {extension.upper()} file.")


def _is_macro(name: str) -> bool:
    return (
        name.rsplit("/", 1)[-1] in _MACRO_NAMES
        or any(folder in f"/{name}" for folder in _MACRO_FOLDERS)
        or extension_of(name) in _MACRO_ENDINGS
    )


def _check_open_document(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    if _read(archive, "mimetype").strip() != DOCUMENTS["odt"].encode():
        raise BadFile("This is not an ODT file.")
    if any(entry.filename.lower().startswith(_ODF_SCRIPTS) and not entry.is_dir() for entry in entries):
        raise BadFile(MACROS)


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(_LARGEST_LIST)
