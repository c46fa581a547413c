"""The blocks of a page's body from the HTML that a Word file was turned into."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bs4.element import NavigableString, PageElement, Tag
from django.utils.html import escape

from kit import richtext
from kit.blocks import RICH
from kit.richtext import Block
from learning.importing import tables
from learning.importing.tables import line, words_of
from learning.importing.wanted import PICTURE, Picture

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LONGEST_HEADING = 150
_LONGEST_ALT = 250
_LONGEST_CAPTION = 150
_NOTES = ("footnote-", "endnote-")
_SCHEMES = ("http", "https", "mailto")


@dataclass
class Body:
    """Makes blocks, and notes what could not be carried over.

    Args:
        pictures: of the file, by what stands in the text for them.
    """

    pictures: Mapping[str, Picture]
    notes: list[str] = field(default_factory=list)
    used: list[Picture] = field(default_factory=list)
    _before: list[Block] = field(default_factory=list)
    _tables: int = 0

    def keep_pictures_of(self, element: Tag) -> None:
        """Let the pictures that stand in something that is taken out come first."""
        self._before += self._pictures_out_of(element)

    def blocks(self, root: Tag) -> list[Block]:
        """The blocks of everything in it, in order. The tree is used up."""
        top = min((int(heading.name[1]) for heading in root.find_all(_HEADINGS)), default=2)
        _name_notes(root, top)
        self._tidy_links(root)
        made, run = self._before, ""
        for element in list(root.children):
            blocks, html = self._read(element, top)
            if html:
                run += html
            if blocks:
                made, run = made + self.text(run) + blocks, ""
        found = _with_captions(made + self.text(run))
        for block in found:
            if block["type"] == "table" and not block["value"]["caption"]:
                name = ", ".join(item["value"] for item in block["value"]["header"])
                self.notes.append(
                    f"The table “{name[:60]}” has no caption. Write one before it is published."
                )
        return found

    def _read(self, element: PageElement, top: int) -> tuple[list[Block], str]:
        """The blocks that something becomes, or rich text to go on with; pictures in the text come after it."""
        if not isinstance(element, Tag):
            is_text = isinstance(element, NavigableString) and element.strip()
            return [], f"<p>{escape(str(element))}</p>" if is_text else ""
        pictures = self._pictures_out_of(element)
        if element.name == "table":
            return self._table(element) + pictures, ""
        words = words_of(element)
        depth = int(element.name[1]) - top if element.name in _HEADINGS else None
        if not words or (depth is None and "caption" not in (element.get("class") or [])):
            return pictures, str(element)
        if depth is None or (depth == 0 and len(words) <= _LONGEST_HEADING):
            kind = "caption" if depth is None else "heading"
            return [{"type": kind, "value": words}, *pictures], ""
        return pictures, self._small_heading(words, depth)

    def _small_heading(self, words: str, depth: int) -> str:
        if len(words) > _LONGEST_HEADING:
            self.notes.append(f"A heading was too long and became text: “{words[:60]}…”.")
            return f"<p><b>{escape(words)}</b></p>"
        if depth > 1:
            self.notes.append(
                f"The heading “{words[:60]}” was of a lower level than a page has. It moved up."
            )
        return f"<h3>{escape(words)}</h3>"

    @staticmethod
    def text(html: str) -> list[Block]:
        """A block of running text, or none where nothing is left."""
        value = richtext.kept(html, RICH) if html else ""
        return [{"type": "text", "value": value}] if value else []

    def _tidy_links(self, root: Tag) -> None:
        """Links that lead nowhere from a page go, their words stay; the places that they led to go too."""
        for link in root.find_all("a"):
            href = str(link.get("href") or "")
            if href and not href.startswith("#") and _scheme(href) not in _SCHEMES:
                words, where = words_of(link)[:60], href[:80]
                self.notes.append(f"The link of “{words}” to {where} was left out. Its words are there.")
            if not href or href.startswith("#") or _scheme(href) not in _SCHEMES:
                link.unwrap()

    # -- pictures --------------------------------------------------------------

    def _pictures_out_of(self, element: Tag) -> list[Block]:
        images = [element] if element.name == "img" else element.find_all("img")
        return [block for image in images for block in self._picture(image)]

    def _picture(self, image: Tag) -> Iterator[Block]:
        image.extract()
        key = str(image.get("src") or "")
        picture = self.pictures.get(key)
        if picture is None:
            return
        alt = line.to_python(str(image.get("alt") or ""))
        if not alt:
            self.notes.append(
                f"Picture {key} has no description. Write one: the page can’t be published before."
            )
        elif len(alt) > _LONGEST_ALT:
            self.notes.append(
                f"The description of picture {key} was longer than {_LONGEST_ALT} characters and was cut."
            )
        if picture.sha1 not in {other.sha1 for other in self.used}:
            self.used.append(picture)
        value = {"image": PICTURE + picture.sha1, "description": alt[:_LONGEST_ALT].strip(), "caption": ""}
        yield {"type": "picture", "value": value}

    # -- tables -----------------------------------------------------------------

    def _table(self, table: Tag) -> list[Block]:
        self._tables += 1
        rows = tables.rows_of(table)
        if len(rows) == 1 and len(rows[0]) == 1:
            return self.text(rows[0][0].decode_contents())
        first = next((words for cells in rows for cell in cells if (words := words_of(cell))), "")
        name = f"Table {self._tables} (“{first[:40]}”)"
        why = tables.why_not(table, rows)
        if why:
            self.notes.append(f"{name} stands as lines of text: {why}")
            return self.text("".join(tables.as_line(cells) for cells in rows))
        if table.find(["b", "strong", "i", "em", "a", "li"]):
            self.notes.append(
                f"{name} holds plain words only: bold, italics, links and lists in it were left out."
            )
        return [tables.block(rows)]


def _name_notes(root: Tag, top: int) -> None:
    """Let footnotes, which stand at the end by now, have a heading, and no arrows back."""
    notes = [item for item in root.find_all("li") if str(item.get("id") or "").startswith(_NOTES)]
    for item in notes:
        for back in item.find_all("a", href=True):
            if str(back["href"]).startswith("#"):
                back.decompose()
        for paragraph in item.find_all("p"):
            paragraph.insert_after(" ")
            paragraph.unwrap()
    if notes and notes[0].parent is not None:
        heading = Tag(name=f"h{top}")
        heading.string = "Notes"
        notes[0].parent.insert_before(heading)


def _scheme(href: str) -> str:
    try:
        return urlsplit(href.strip()).scheme.lower()
    except ValueError:
        return ""


def _with_captions(blocks: list[Block]) -> list[Block]:
    """What is set as a caption goes to the table or picture beside it, before or after; else it is text."""
    made: list[Block] = []
    for place, block in enumerate(blocks):
        if block["type"] != "caption":
            made.append(block)
            continue
        beside = [*made[-1:], *blocks[place + 1 : place + 2]]
        owner = next((other for other in beside if _lacks_caption(other, block["value"])), None)
        if owner is None:
            made += Body.text(f"<p>{escape(block['value'])}</p>")
        else:
            most = _LONGEST_CAPTION if owner["type"] == "table" else _LONGEST_ALT
            owner["value"]["caption"] = block["value"][:most].strip()
    return made


def _lacks_caption(block: Block, caption: str) -> bool:
    kinds = ("table",) if caption.casefold().startswith("table") else ("picture", "table")
    return block["type"] in kinds and not block["value"]["caption"]
