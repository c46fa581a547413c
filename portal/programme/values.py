"""The values that a programme file writes into fields, in a form that can be compared.

Each kind of value has one *plain* form (of texts, numbers, lists and None), the same for what the file wants
and for what stands in the database. Ids of blocks, keys of paragraphs and the way a browser ends its lines are
left out of it, so that an editor who saves a page unchanged has changed nothing.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model
from wagtail.fields import StreamField

from kit.raw_blocks import plain_of, with_ids_of, without_ids
from kit.richtext import Block
from members.models import Theme

Plain = Any
Known = Mapping[str, Model | None]


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
        return plain_of(self.value)

    def current(self, thing: Model) -> Plain:
        return plain_of(getattr(thing, self.field))

    def fields(self, known: Known, thing: Model | None) -> dict[str, Any]:
        return {self.field: self.value}


@dataclass(frozen=True, kw_only=True)
class Span(Value):
    """Two dates or times that only make sense together."""

    names: tuple[str, str]
    values: tuple[Any, Any]

    def wanted(self, known: Known) -> Plain:
        return plain_of(self.values)

    def current(self, thing: Model) -> Plain:
        return [plain_of(getattr(thing, name)) for name in self.names]

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
        return plain_of(without_ids(self._raw(self.field.stream_block.to_python(self.blocks))))

    def current(self, thing: Model) -> Plain:
        return plain_of(without_ids(self._raw(getattr(thing, self.field.name))))

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
