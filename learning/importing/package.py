"""What a Word file is made of, looked through before it is read: that it is one, is small enough, and what is in it.

The reader after this one builds whole trees in memory. So each part is parsed once before it by the same parser (expat),
which keeps nothing, and a file that declares a document type is refused: with none, there are no entities to expand and
none to fetch from elsewhere. Source: ECMA-376 part 1, 5.1 ("Markup shall not contain a DTD").
"""

import zipfile
from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO
from xml.parsers import expat

from django.core.files.base import ContentFile

from files import documents
from files.errors import BadFile
from kit.problems import Unreadable

LARGEST = 10 * 1024 * 1024  # bytes
LARGEST_XML = 8 * 1024 * 1024  # bytes of one part, unpacked
MOST_ELEMENTS = 40_000
DEEPEST = 100
_MAIN = "word/document.xml"
DAMAGED = "We can’t read this Word file. Open it in Word, save it again as .docx, and import that."
TOO_LONG = "This Word file is too long. Divide it into several resources."


@dataclass(kw_only=True)
class Census:
    """What stands in a Word file's main part.

    Args:
        counts: by local name of an element, how often it stands there.
        title: from the file's properties.
        has_header: whether a header or footer has words in it.
    """

    counts: Counter[str] = field(default_factory=Counter)
    title: str = ""
    has_header: bool = False


def check(content: bytes) -> Census:
    """Look through a Word file.

    Args:
        content: the file.

    Raises:
        Unreadable: it is too large or too long, no Word file, has a password or macros, or declares a document type.
    """
    if len(content) > LARGEST:
        raise Unreadable.because(
            "The file is larger than 10 MB. Make its pictures smaller in Word (Compress pictures)."
        )
    try:
        documents.check(ContentFile(content), "file.docx")
        return _census(content)
    except BadFile as error:
        raise Unreadable.because(error.messages[0]) from error
    except Unreadable:
        raise
    except Exception as error:  # a damaged archive fails in many ways
        raise Unreadable.because(DAMAGED) from error


def _census(content: bytes) -> Census:
    census = Census()
    elements = 0
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for entry in archive.infolist():
            if entry.filename.lower().endswith((".xml", ".rels")):
                found = _Looker().look(_unpacked(archive, entry))
                elements += sum(found.counts.values())
                if elements > MOST_ELEMENTS:
                    raise Unreadable.because(TOO_LONG)
                _note(census, entry.filename, found)
        if _MAIN not in archive.namelist():
            raise Unreadable.because(DAMAGED)
    return census


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as part:
        data = part.read(LARGEST_XML + 1)
    if len(data) > LARGEST_XML:
        raise Unreadable.because(TOO_LONG)
    return data


def _note(census: Census, name: str, found: "_Looker") -> None:
    if name == _MAIN:
        census.counts = found.counts
    elif name == "docProps/core.xml":
        census.title = " ".join(found.texts.get("title", "").split())
    elif name.startswith(("word/header", "word/footer")):
        census.has_header = census.has_header or bool(found.texts.get("t", "").strip())


class _Looker:
    """Counts the elements of one part, and keeps its title and words."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.texts: dict[str, str] = {}
        self.above: list[str] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._words

    def look(self, part: bytes) -> "_Looker":
        """Read a part to its end."""
        self.parser.Parse(part, True)
        return self

    def _refuse(self, *declared: object) -> None:
        raise Unreadable.because(DAMAGED)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        off = any(
            key.endswith(" val") and value in ("none", "0", "false") for key, value in attributes.items()
        )
        self.counts[f"{local} off" if off else local] += 1
        self.above.append(local)
        if len(self.above) > DEEPEST:
            raise Unreadable.because(DAMAGED)

    def _end(self, name: str) -> None:
        self.above.pop()

    def _words(self, words: str) -> None:
        where = self.above[-1]
        if where in ("title", "t") and len(self.texts.get(where, "")) < 500:
            self.texts[where] = self.texts.get(where, "") + words[:500]
