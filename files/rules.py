"""Whether a file is what its name says."""

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_STARTS = {
    "pdf": (b"%PDF-",),
    "docx": _ZIP,
    "pptx": _ZIP,
    "xlsx": _ZIP,
    "odt": _ZIP,
    "zip": _ZIP,
    "rtf": (b"{\\rtf",),
}
_TEXTS = {"csv", "txt"}


def fits_its_name(extension: str, beginning: bytes) -> bool:
    """Whether a file begins as files of its kind do.

    Args:
        extension: without the dot, in lower case.
        beginning: its first bytes, some hundred of them.

    Returns:
        False for a kind that we do not know, too. Source of the beginnings: PRONOM,
        https://www.nationalarchives.gov.uk/PRONOM/.
    """
    if extension in _TEXTS:
        return b"\x00" not in beginning
    return beginning.startswith(_STARTS.get(extension, ()))
