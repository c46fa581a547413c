"""A file as it was sent, whichever kind it is."""

from files.kinds import extension_of
from kit import sheet
from kit.problems import Unreadable
from learning.importing import columns, word
from learning.importing.wanted import Contents

LARGEST = 10 * 1024 * 1024  # bytes, of any kind
_OTHERS = {
    "xlsx": sheet.NOT_CSV,
    "xls": sheet.NOT_CSV,
    "doc": "This is an old Word file. In Word: Save as, then the type “Word document (.docx)”. Import that.",
    "docm": "This Word file can hold macros. In Word: Save as, then the type “Word document (.docx)”. Import that.",
}


def read(content: bytes, name: str, *, pictures: bool = True) -> Contents:
    """What a file asks for.

    Args:
        content: the file.
        name: of the file; its ending says how it is read.
        pictures: whether pictures may be added.

    Raises:
        Unreadable: nothing of it can be imported.
    """
    ending = extension_of(name)
    if ending == "docx":
        found = word.read(content, name=name)
        return found if pictures else Contents(wanted=[one.without_pictures() for one in found.wanted])
    if ending not in ("csv", "txt"):
        raise Unreadable.because(_OTHERS.get(ending, "Use a file that ends in .csv or .docx."))
    text, notes = sheet.decoded(content)
    found = columns.read(sheet.rows(text, columns.NAMES))
    return Contents(wanted=found.wanted, problems=found.problems, notes=notes)
