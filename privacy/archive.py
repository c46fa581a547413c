"""An export as a file: a page to read, the same for machines, and the files that somebody has put in."""

import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models.fields.files import FieldFile
from django.template.loader import render_to_string
from django.utils import timezone

from kit.personal import Cell, Held, cells, holdings
from kit.times import clock_of, date_of

Progress = Callable[[int, str], None]
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(kw_only=True)
class Section:
    """All that one declaration holds about a person.

    Args:
        held: the declaration.
        rows: what they get of each row, ready to be read.
        records: the same for machines.
    """

    held: Held
    rows: list[list[dict[str, Any]]] = field(default_factory=list)
    records: list[dict[str, Any]] = field(default_factory=list)


def write(person: Any, target: IO[bytes], progress: Progress = lambda percent, step: None) -> None:
    """Write the archive.

    Args:
        person: whose data.
        target: a file open for writing bytes, in which one can go back.
        progress: called with the percentage done and what comes next.
    """
    helds = list(holdings)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        sections = []
        for place, held in enumerate(helds):
            progress(place * 95 // len(helds), held.title)
            sections.append(_section(held, person, archive))
        progress(95, "Putting it together")
        context = _context(person, sections)
        archive.writestr("index.html", render_to_string("privacy/archive/index.html", context))
        archive.writestr("style.css", render_to_string("privacy/archive/style.css"))
        archive.writestr("data.json", _as_json(sections))


def _section(held: Held, person: Any, archive: zipfile.ZipFile) -> Section:
    section = Section(held=held)
    if not held.shows:
        return section
    for row in held.rows_of(person).iterator(chunk_size=500):
        values = [(cell, _file(cell, held, row.pk, archive)) for cell in cells(held, row, person)]
        section.records.append({cell.name: place or _plain(cell.value) for cell, place in values})
        section.rows.append(
            [
                {"label": cell.label, "text": PurePosixPath(place).name if place else _words(cell.value), "file": place}
                for cell, place in values
                if place or _words(cell.value)
            ]
        )  # fmt: skip
    return section


def _file(cell: Cell, held: Held, pk: Any, archive: zipfile.ZipFile) -> str:
    """Put a file in, and say where it lies there; "" for what is none, or is no longer there."""
    if not isinstance(cell.value, FieldFile) or not cell.value:
        return ""
    base = _UNSAFE.sub("-", PurePosixPath(cell.value.name or "").name)[-100:].lstrip(".-") or "file"
    place = f"files/{held.model._meta.model_name}-{pk}-{base}"
    try:
        with cell.value.storage.open(str(cell.value.name)) as source, archive.open(place, "w") as target:
            for chunk in source.chunks():
                target.write(chunk)
    except FileNotFoundError:
        return ""
    return place


def _plain(value: Any) -> Any:
    return (value.name or "") if isinstance(value, FieldFile) else value


def _words(value: Any) -> str:
    """A value as people read it; "" for what is not worth a line."""
    if value is None or isinstance(value, FieldFile):
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return f"{date_of(value)}, {clock_of(value)}"
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return str(value)


def _context(person: Any, sections: list[Section]) -> dict[str, Any]:
    return {
        "person": person,
        "portal": settings.WAGTAIL_SITE_NAME,
        "site_url": settings.SITE_URL,
        "made": _words(timezone.now()),
        "with_rows": [section for section in sections if section.rows],
        "without_rows": [section for section in sections if not section.rows],
    }


def _as_json(sections: list[Section]) -> str:
    data = {
        "site": settings.SITE_URL,
        "made_at": timezone.now(),
        "data": {
            section.held.key: {
                "title": section.held.title,
                "what": section.held.what,
                "why": section.held.why,
                "kept": section.held.kept,
                "records": section.records,
            }
            for section in sections
        },
    }
    return json.dumps(data, cls=_Encoder, ensure_ascii=False, indent=1)


class _Encoder(DjangoJSONEncoder):
    def default(self, value: Any) -> Any:
        try:
            return super().default(value)
        except TypeError:
            return str(value)
