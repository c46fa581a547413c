"""Every link to a page in what Wagtail keeps of a page: found, and led elsewhere."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.db import models
from modelcluster.fields import ParentalKey
from modelcluster.models import get_all_child_relations
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField
from wagtail.models import COMMENTS_RELATION_NAME, Page

Data = dict[str, Any]
_LINK = re.compile(r"<a\b[^>]*>", re.IGNORECASE)
_ID = re.compile(r'(?<=\bid=")\d+(?=")')
_HREF = re.compile(r'(?<=\bhref=")[^"]*(?=")')
_WAGTAILS = ("alias_of", COMMENTS_RELATION_NAME)


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link that has been found.

    Args:
        where: the field, and the blocks in it, in the words of the editor's screen.
        to: the id of the page that it led to.
    """

    where: str
    to: int


@dataclass(frozen=True, kw_only=True)
class Ways:
    """Where links lead from now on. A page that is not among them keeps its links.

    Args:
        pages: by the id of the page that a link leads to, the id of the other.
        addresses: by an address on this site, the id of the page that is there and the other's address.
        hosts: names of this site.
    """

    pages: Mapping[int, int]
    addresses: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    hosts: frozenset[str] = frozenset()


def rewrite(model: type[models.Model], data: Data, ways: Ways) -> list[Link]:
    """Lead the links of a page elsewhere.

    Args:
        model: what the page is.
        data: the page as a revision holds it; it is changed.
        ways: where links lead.

    Returns:
        The links that were changed, in the order of the fields.
    """
    walk = _Walk(ways)
    walk.fields(model, data, "")
    return walk.found


class _Walk:
    def __init__(self, ways: Ways) -> None:
        self.ways = ways
        self.found: list[Link] = []

    def fields(self, model: type[models.Model], data: Data, where: str) -> None:
        for one in model._meta.get_fields():
            if data.get(one.name) and one.name not in _WAGTAILS:
                data[one.name] = self._field(one, data[one.name], where)
        for relation in get_all_child_relations(model):
            name = relation.get_accessor_name()
            if name not in _WAGTAILS:
                for child in data.get(name) or []:
                    label = str(relation.related_model._meta.verbose_name)
                    self.fields(relation.related_model, child, _within(where, label))

    def _field(self, one: Any, value: Any, where: str) -> Any:
        here = _within(where, str(getattr(one, "verbose_name", one.name)))
        if isinstance(one, StreamField):
            stream = json.loads(value) if isinstance(value, str) else value
            stream = self._block(one.stream_block, stream, here)
            return json.dumps(stream) if isinstance(value, str) else stream
        if isinstance(one, RichTextField):
            return self._rich(value, here)
        if isinstance(one, models.URLField):
            return self._address(value, here)
        if _leads_to_a_page(one):
            if one.many_to_many:
                return [self._page(pk, here) for pk in value]
            return self._page(value, here)
        return value

    def _block(self, block: blocks.Block, value: Any, where: str) -> Any:
        for kind, change in _KINDS:
            if isinstance(block, kind) and value:
                return change(self, block, value, where)
        return value

    def _stream(self, block: Any, value: Any, where: str) -> Any:
        return [
            {**child, "value": self._child(block.child_blocks[child["type"]], child["value"], where)}
            if child.get("type") in block.child_blocks
            else child
            for child in value
        ]

    def _list(self, block: Any, value: Any, where: str) -> Any:
        return [
            {**item, "value": self._block(block.child_block, item["value"], where)}
            if _is_an_item(item)
            else self._block(block.child_block, item, where)
            for item in value
        ]

    def _struct(self, block: Any, value: Any, where: str) -> Any:
        return {
            name: self._child(block.child_blocks[name], part, where) if name in block.child_blocks else part
            for name, part in value.items()
        }

    def _child(self, block: blocks.Block, value: Any, where: str) -> Any:
        return self._block(block, value, _within(where, str(block.label)))

    def _page(self, value: Any, where: str) -> Any:
        other = self.ways.pages.get(int(value))
        if other is None:
            return value
        self.found.append(Link(where=where, to=int(value)))
        return other

    def _address(self, value: str, where: str) -> str:
        try:
            parts = urlsplit(value)
            ours = not parts.netloc or parts.hostname in self.ways.hosts
        except ValueError:  # no address at all
            return value
        there = self.ways.addresses.get(f"{parts.path.rstrip('/')}/") if ours else None
        if there is None:
            return value
        self.found.append(Link(where=where, to=there[0]))
        return urlunsplit(parts._replace(path=there[1]))

    def _rich(self, html: str, where: str) -> str:
        def lead(link: re.Match[str]) -> str:
            if 'linktype="page"' in link[0]:
                return _ID.sub(lambda pk: str(self._page(pk[0], where)), link[0])
            return _HREF.sub(lambda href: escape(self._address(unescape(href[0]), where)), link[0])

        return _LINK.sub(lead, html)


_KINDS: tuple[tuple[type[blocks.Block], Callable[[_Walk, Any, Any, str], Any]], ...] = (
    (blocks.BaseStreamBlock, _Walk._stream),
    (blocks.ListBlock, _Walk._list),
    (blocks.BaseStructBlock, _Walk._struct),
    (blocks.PageChooserBlock, lambda walk, block, value, where: walk._page(value, where)),
    (blocks.RichTextBlock, lambda walk, block, value, where: walk._rich(value, where)),
    (blocks.URLBlock, lambda walk, block, value, where: walk._address(value, where)),
)


def _is_an_item(item: Any) -> bool:
    """Lists are kept with ids for their items, and were once kept without."""
    return isinstance(item, dict) and item.get("type") == "item" and "value" in item


def _leads_to_a_page(one: Any) -> bool:
    if not one.is_relation or one.auto_created or isinstance(one, ParentalKey):
        return False
    if getattr(one.remote_field, "parent_link", False):
        return False
    return isinstance(one.related_model, type) and issubclass(one.related_model, Page)


def _within(where: str, label: str) -> str:
    label = label[:1].upper() + label[1:]
    return f"{where} › {label}" if where else label
