"""The values that a programme file writes into fields, in a form that can be compared.

Each kind of value has one *plain* form (of texts, numbers, lists and None), the same for what the file wants
and for what stands in the database. Ids of blocks, keys of paragraphs and the way a browser ends its lines are
left out of it, so that an editor who saves a page unchanged has changed nothing.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model
from wagtail.fields import StreamField

from members.models import Theme
from portal.programme.richtext import Block, without_keys

Plain = Any
Known = Mapping[str, Model | None]
_UTC = ZoneInfo("UTC")


def digest(plain: Plain) -> str:
    """SHA-256 of a plain form, in hexadecimal."""
    return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _plain(value: Any) -> Plain:
    if isinstance(value, datetime):
        return value.astimezone(_UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return without_keys(value.replace("\r\n", "\n")).strip()
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, Sequence):
        return [_plain(inner) for inner in value]
    return value


def _without_ids(value: Any) -> Any:
    """Raw blocks without their ids, down to the items of lists inside them."""
    if isinstance(value, Mapping):
        is_block = {"type", "value"} <= value.keys()
        return {name: _without_ids(inner) for name, inner in value.items() if not (is_block and name == "id")}
    if isinstance(value, list | tuple):
        return [_without_ids(inner) for inner in value]
    return value


@dataclass(frozen=True, kw_only=True)
class Value:
    """A value for one or more fields of an object.

    Args:
        label: what people call it.
    """

    label: str

    def wanted(self, known: Known) -> Plain:
        """The plain form of what the file says; ``known`` holds the objects that its items stand for."""
        raise NotImplementedError

    def current(self, thing: Model) -> Plain:
        """The plain form of what the object holds."""
        raise NotImplementedError

    def is_empty(self, plain: Plain) -> bool:
        """Whether nobody has written anything there."""
        return plain in (None, "", [], [None, None])

    def fields(self, known: Known, thing: Model | None) -> dict[str, Any]:
        """What to assign, by the name of the field; ``thing`` is the object as it was, if there is one."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Words(Value):
    """A text, number or date in one field."""

    field: str
    value: str | int | bool | date | None

    def wanted(self, known: Known) -> Plain:
        return _plain(self.value)

    def current(self, thing: Model) -> Plain:
        return _plain(getattr(thing, self.field))

    def fields(self, known: Known, thing: Model | None) -> dict[str, Any]:
        return {self.field: self.value}


@dataclass(frozen=True, kw_only=True)
class Span(Value):
    """Two dates or times that only make sense together."""

    names: tuple[str, str]
    values: tuple[Any, Any]

    def wanted(self, known: Known) -> Plain:
        return _plain(self.values)

    def current(self, thing: Model) -> Plain:
        return [_plain(getattr(thing, name)) for name in self.names]

    def fields(self, known: Known, thing: Model | None) -> dict[str, Any]:
        return dict(zip(self.names, self.values, strict=True))


@dataclass(frozen=True, kw_only=True)
class Link(Value):
    """A key to another object: to the one that an item of the file stands for, or to a part of it."""

    field: str
    item: str | None
    part: Callable[[Any], Model] = lambda thing: thing

    def wanted(self, known: Known) -> Plain:
        if self.item and self.item not in known:
            return "to be made"
        thing = self._thing(known)
        return thing.pk if thing else None

    def current(self, thing: Model) -> Plain:
        return getattr(thing, f"{self.field}_id")

    def fields(self, known: Known, thing: Model | None) -> dict[str, Any]:
        return {self.field: self._thing(known)}

    def _thing(self, known: Known) -> Model | None:
        found = known.get(self.item) if self.item else None
        return self.part(found) if found else None


@dataclass(frozen=True, kw_only=True)
class Themes(Value):
    """Themes by slug."""

    slugs: tuple[str, ...]

    def wanted(self, known: Known) -> Plain:
        return sorted(set(self.slugs))

    def current(self, thing: Any) -> Plain:
        return sorted(theme.slug for theme in thing.themes.all())

    def fields(self, known: Known, thing: Model | None) -> dict[str, Any]:
        return {"themes": [ensure_theme(slug) for slug in self.slugs]}


@dataclass(frozen=True, kw_only=True)
class Blocks(Value):
    """The blocks of a StreamField."""

    field: StreamField
    blocks: list[Block]

    def wanted(self, known: Known) -> Plain:
        return _plain(_without_ids(self._raw(self.field.stream_block.to_python(self.blocks))))

    def current(self, thing: Model) -> Plain:
        return _plain(_without_ids(self._raw(getattr(thing, self.field.name))))

    def fields(self, known: Known, thing: Model | None) -> dict[str, Any]:
        old = self._raw(getattr(thing, self.field.name)) if thing else []
        return {self.field.name: json.dumps(with_ids_of(old, self.blocks))}

    @staticmethod
    def _raw(stream: Any) -> list[Any]:
        return list(stream.get_prep_value())


def ensure_theme(slug: str) -> Theme:
    """The theme with this slug, made with a name like it if there is none."""
    name = slug.replace("-", " ").capitalize()
    if Theme.objects.filter(name__iexact=name).exclude(slug=slug).exists():
        name = slug
    theme, _ = Theme.objects.get_or_create(slug=slug, defaults={"name": name})
    return theme


def _likeness(block: Block) -> list[str]:
    """By what a block is known again: all of it; else its title and place; else its text."""
    plain = _plain(_without_ids(block))
    value = plain["value"]
    if not isinstance(value, dict):
        return [digest(plain)]
    parts = [
        [plain["type"], value.get("phase"), name, value.get(name)]
        for name in ("title", "text")
        if value.get(name)
    ]
    return [
        digest({name: inner for name, inner in value.items() if inner not in (None, "")}),
        *map(digest, parts),
    ]


def with_ids_of(old: Sequence[Mapping[str, Any]], new: list[Block]) -> list[Block]:
    """New blocks with the ids of the old ones that they continue, so that ticks on a step stay with it.

    A block continues an old one that says the same; else one with the same title; else one with the same text.
    Each old id is given once.
    """
    ids: dict[int, str] = {}
    for strength in range(3):
        left: dict[str, list[str]] = {}
        for block in old:
            marks = _likeness(dict(block))
            if block.get("id") and block["id"] not in ids.values() and strength < len(marks):
                left.setdefault(marks[strength], []).append(str(block["id"]))
        for place, block in enumerate(new):
            marks = _likeness(block)
            if place not in ids and strength < len(marks) and left.get(marks[strength]):
                ids[place] = left[marks[strength]].pop(0)
    return [{**block, "id": ids[place]} if place in ids else dict(block) for place, block in enumerate(new)]
