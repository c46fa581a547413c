"""The kinds of files that the portal takes, and what each is served as. There is no other."""

import unicodedata
from urllib.parse import quote

PICTURES = {
    "avif": "image/avif",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
}
_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCUMENTS = {
    "csv": "text/csv; charset=utf-8",
    "docx": _OFFICE + "wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "pdf": "application/pdf",
    "pptx": _OFFICE + "presentationml.presentation",
    "rtf": "application/rtf",
    "txt": "text/plain; charset=utf-8",
    "xlsx": _OFFICE + "spreadsheetml.sheet",
    "zip": "application/zip",
}
_LONGEST_NAME = 120
_NOT_IN_NAMES = frozenset('/\\:*?"<>|%;')


def extension_of(name: str) -> str:
    """The last part of a file's name, in small letters and without the dot; "" if it has none."""
    return name.rsplit(".", 1)[1].lower() if "." in name else ""


def safe_name(name: str) -> str:
    """A name that a download may have on anybody's disk.

    Left out is what is not seen or turns the text round (Unicode's categories Cc, Cf and the like: "exe.fdp" must not
    read as "pdf.exe"); what means something to a file system becomes an underscore.

    Args:
        name: the name of a file, without folders.

    Returns:
        At most 120 characters; the ending stays.
    """
    text = unicodedata.normalize("NFC", name)
    text = "".join(
        "_" if char in _NOT_IN_NAMES else char for char in text if unicodedata.category(char)[0] != "C"
    )
    stem, dot, ending = text.strip().rstrip(". ").rpartition(".")
    if not dot:
        stem, ending = ending, ""
    return f"{stem[: _LONGEST_NAME - len(ending) - 1].strip('. ') or 'file'}{dot}{ending}"[:_LONGEST_NAME]


def disposition(name: str, *, inline: bool) -> str:
    """The header Content-Disposition: the name in ASCII for old browsers, and as it is.

    Source: RFC 6266, with the encoding of RFC 5987.
    """
    safe = safe_name(name)
    plain = unicodedata.normalize("NFKD", safe).encode("ascii", "ignore").decode().strip() or "file"
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"
