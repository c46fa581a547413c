"""Something to put on a record of learning, and PDFs read without a reader."""

import json
import re
import zlib
from datetime import UTC, datetime, timedelta
from uuid import UUID

from cohorts.enums import SessionKind
from cohorts.models import Session
from learning.actions import tick
from learning.models import GuidancePage
from study import actions as study
from tests.factories import SessionFactory
from tests.study.conftest import step

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
RECORD = "/me/record/"
CHECK = "/record/"


def held(cohort, number: int = 1, *, minutes: int = 180, **more) -> list[Session]:
    """Half-days of a cohort that took place, the last of them yesterday."""
    return [
        SessionFactory(
            title=f"Half-day {place + 1}", cohort=cohort, circle=cohort.circle, kind=SessionKind.HALF_DAY,
            starts_at=NOW - timedelta(days=number - place), ends_at=NOW - timedelta(days=number - place, minutes=-minutes),
            **more,
        )
        for place in range(number)
    ]  # fmt: skip


def read(person, pages, titles: list[str], *, minutes: int = 6) -> None:
    """Put guidance into the library, and let somebody have done it."""
    for title in titles:
        library = type(pages.library).objects.get()
        page = library.add_child(
            instance=GuidancePage(title=title, slug=f"g{GuidancePage.objects.count()}", in_short="x")
        )
        GuidancePage.objects.filter(pk=page.pk).update(minutes_to_read=minutes)
        study.mark_done(person=person, page=page)


def ticked(person, module) -> None:
    """One of a module's two steps is done."""
    module.steps = json.dumps([step(11, "Read", 10), step(12, "Write", 10)])
    module.save()
    tick(person=person, module=module, step=UUID(int=11))


class Paper:
    """A PDF: its objects as text, and the words on its pages."""

    def __init__(self, content: bytes) -> None:
        found = re.findall(rb"(\d+) 0 obj\s(.*?)endobj", content, re.DOTALL)
        self._of = {int(number): _head_and_stream(body) for number, body in found}
        for head, stream in [*self._of.values()]:
            if b"/ObjStm" in head:
                self._of |= _inside(stream, int(re.search(rb"/First (\d+)", head)[1]))
        self.objects = b"\n".join(part for both in self._of.values() for part in both)

    def tags(self) -> set[str]:
        """The kinds of things in its structure."""
        return {tag.decode() for tag in re.findall(rb"/S\s*/([A-Za-z0-9]+)", self.objects)}

    def words(self) -> str:
        """What is written in it without the spaces, by the maps from glyphs to characters that it brings along."""
        fonts = dict(re.findall(rb"/([\w.-]+) (\d+) 0 R", self.objects))
        said = []
        for _, stream in self._of.values():
            glyphs: dict[bytes, str] = {}
            for name, shown in re.findall(rb"/([\w.-]+) [\d.]+ Tf|<([0-9a-fA-F]+)>", stream):
                if name:
                    glyphs = self._glyphs(int(fonts[name]))
                else:
                    said += [glyphs.get(shown[at : at + 4], "") for at in range(0, len(shown), 4)]
        return re.sub(r"\s+", "", "".join(said))

    def _glyphs(self, font: int) -> dict[bytes, str]:
        number = re.search(rb"/ToUnicode (\d+) 0 R", self._of[font][0])
        pairs = re.findall(rb"<([0-9a-f]{4})> <([0-9a-f]+)>\n", self._of[int(number[1])][1]) if number else []
        return {glyph: bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs}


def _head_and_stream(body: bytes) -> tuple[bytes, bytes]:
    head, _, rest = body.partition(b"stream")
    stream = rest.strip(b"\r\n").removesuffix(b"endstream").rstrip(b"\r\n")
    return head, zlib.decompressobj().decompress(stream) if b"/FlateDecode" in head else stream


def _inside(stream: bytes, first: int) -> dict[int, tuple[bytes, bytes]]:
    """The objects in a stream of objects: their numbers and places stand before them."""
    places = [int(one) for one in stream[:first].split()]
    starts = [first + place for place in places[1::2]]
    ends = [*starts[1:], len(stream)]
    return {
        number: (stream[start:end], b"") for number, start, end in zip(places[::2], starts, ends, strict=True)
    }
