"""From a Word file to one resource, with each thing named that could not be carried over."""

from dataclasses import dataclass, field
from hashlib import sha1
from io import BytesIO
from typing import Any

import mammoth
from bs4 import BeautifulSoup
from bs4.element import Tag
from django.core.files.base import ContentFile

from files import pictures
from files.errors import BadFile
from files.kinds import safe_name
from kit import texts
from kit.problems import Unreadable
from learning.importing import package
from learning.importing.body import Body
from learning.importing.package import Census
from learning.importing.wanted import Contents, Picture, Wanted

MOST_PICTURES = 20
_LONGEST_TITLE = 255
_LONGEST_IN_SHORT = 250
_LONGEST_HTML = 400_000  # characters
# Before the package's own, which knows headings, lists, footnotes and the like.
_STYLES = """
p[style-name='Title'] => h1.title:fresh
p[style-name='Subtitle'] => p.subtitle:fresh
p[style-name='caption'] => p.caption:fresh
p[style-name='Caption'] => p.caption:fresh
p[style-name='Quote'] => p:fresh
p[style-name='List Paragraph'] => p:fresh
comment-reference =>
"""
# Elements of the file whose meaning a page has no place for, each with its name, alone and of several.
_LOST = {
    "oMath": ("formula", "formulas"),
    "chart": ("chart", "charts"),
    "relIds": ("diagram", "diagrams"),
    "checkbox": ("tick box", "tick boxes"),
    "checkBox": ("tick box", "tick boxes"),
    "OLEObject": ("embedded object", "embedded objects"),
    "commentReference": ("comment", "comments"),
    "del": ("deleted passage that Word still tracks", "deleted passages that Word still tracks"),
}
_LOOKS = {
    "u": "underlining", "strike": "striking through", "highlight": "highlighting",
    "vertAlign": "raised and lowered letters",
}  # fmt: skip
_ENDINGS = {
    "image/png": "png", "image/jpeg": "jpg", "image/jpg": "jpg", "image/gif": "gif", "image/webp": "webp",
    "image/avif": "avif",
}  # fmt: skip
_line = texts.LineField(required=False)


@dataclass
class _Pictures:
    """Takes the pictures out of a file while it is read; each gets a number by which the text knows it."""

    found: dict[str, Picture] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    seen: int = 0

    def take(self, image: Any) -> list[Any]:
        """What stands in the text in place of a picture of the file."""
        self.seen += 1
        key, alt = str(self.seen), " ".join((image.alt_text or "").split())
        try:
            if self.seen > MOST_PICTURES:
                raise BadFile(f"there are more than {MOST_PICTURES}")
            self.found[key] = self._read(image, key, alt)
        except (BadFile, KeyError) as error:
            why = error.messages[0] if isinstance(error, BadFile) else "it is not in the file"
            self.notes.append(
                f"Picture {key}{f' (“{alt[:60]}”)' if alt else ''} was left out: {why[:1].lower()}{why[1:]}"
            )
            return []
        converted: list[Any] = mammoth.images.img_element(lambda _: {"src": key})(image)
        return converted

    def _read(self, image: Any, key: str, alt: str) -> Picture:
        ending = _ENDINGS.get(image.content_type or "")
        if ending is None:
            raise BadFile(f"we do not take pictures of the type {image.content_type}. Save it as PNG or JPG.")
        with image.open() as source:
            data = source.read(pictures.LARGEST + 1)
        name = safe_name(f"word-picture-{key}.{ending}")
        content = pictures.cleaned(ContentFile(data), name).read()
        title = (alt or f"Picture {key}")[:100]
        return Picture(
            sha1=sha1(content, usedforsecurity=False).hexdigest(), name=name, title=title, content=content
        )


def read(content: bytes, *, name: str = "") -> Contents:
    """The one resource of a Word file.

    Args:
        content: the file.
        name: of the file; the resource is called by it if nothing in the file has a title.

    Raises:
        Unreadable: it is no Word file that can be read.
    """
    census = package.check(content)
    taken = _Pictures()
    soup = BeautifulSoup(_html(content, taken), "html.parser")
    body = Body(pictures=taken.found)
    title = _title(soup, census, name, body)
    in_short = _in_short(soup, body)
    values: dict[str, Any] = {"in_short": in_short} if in_short else {}
    if blocks := body.blocks(soup):
        values["body"] = blocks
    if not title and not blocks:
        raise Unreadable.because("There are no words in this file.")
    wanted = Wanted(
        title=title or "Untitled",
        values=values,
        pictures=tuple(body.used),
        notes=(*_to_do(title, in_short), *taken.notes, *body.notes, *_lost(census)),
    )
    return Contents(wanted=[wanted])


def _html(content: bytes, taken: _Pictures) -> str:
    try:
        result = mammoth.convert_to_html(
            BytesIO(content),
            style_map=_STYLES,
            convert_image=taken.take,
            include_embedded_style_map=False,
            external_file_access=False,
        )
    except Unreadable:
        raise
    except (Exception, RecursionError) as error:  # the package trusts its files
        raise Unreadable.because(package.DAMAGED) from error
    html = str(result.value)
    if len(html) > _LONGEST_HTML:
        raise Unreadable.because(package.TOO_LONG)
    return html


def _title(soup: BeautifulSoup, census: Census, name: str, body: Body) -> str:
    """From what is set as title, the first heading, the file's properties, or its name. It is taken out of the text."""
    found = soup.find("h1", class_="title") or soup.find(["h1", "h2", "h3", "h4", "h5", "h6"])
    words = _line.to_python(found.get_text(" ")) if isinstance(found, Tag) else ""
    if isinstance(found, Tag) and words:
        body.keep_pictures_of(found)
        found.extract()
    else:
        words = _line.to_python(census.title) or _line.to_python(name.rpartition(".")[0].replace("_", " "))
    if len(words) > _LONGEST_TITLE:
        body.notes.append(f"The title was longer than {_LONGEST_TITLE} characters and was cut.")
    return words[:_LONGEST_TITLE].strip()


def _in_short(soup: BeautifulSoup, body: Body) -> str:
    """From what is set as subtitle, if it is short enough."""
    found = soup.find("p", class_="subtitle")
    words = _line.to_python(found.get_text(" ")) if isinstance(found, Tag) else ""
    if not isinstance(found, Tag) or not words or len(words) > _LONGEST_IN_SHORT:
        return ""
    body.keep_pictures_of(found)
    found.extract()
    return words


def _to_do(title: str, in_short: str) -> list[str]:
    notes = []
    if not title:
        notes.append("There is no title. Give it one.")
    if not in_short:
        notes.append("“In short” is still to be written, before it is published.")
    return notes


def _lost(census: Census) -> list[str]:
    notes = []
    for element, (one, many) in _LOST.items():
        if count := census.counts[element]:
            notes.append(f"{count} {one if count == 1 else many} {'was' if count == 1 else 'were'} left out.")
    looks = [words for element, words in _LOOKS.items() if census.counts[element]]
    if looks:
        notes.append(f"Not carried over: {', '.join(looks)}. The words are there.")
    if census.has_header:
        notes.append("The header and footer of the file’s pages were left out.")
    return notes
