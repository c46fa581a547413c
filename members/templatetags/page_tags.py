"""Showing what an editor has written, for whoever reads it.

``{% linked %} … {% endlinked %}`` stands around a page's text: the links inside it are looked up all at
once, whatever the number of blocks. ``{% stream %}`` draws the blocks of a StreamField, inside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import template
from django.db.models import Prefetch, prefetch_related_objects
from django.template import Context, NodeList, RequestContext
from django.template.base import Parser, Token
from django.utils.safestring import SafeString, mark_safe
from wagtail.blocks import BoundBlock, StreamValue
from wagtail.rich_text import RichText

from kit.blocks import anchor_of
from members.links import with_addresses

register = template.Library()

_SIZES = ("width-640", "width-1280")


@dataclass(frozen=True)
class Pointer:
    """A page that a block points at, of which nothing but its key is known."""

    pk: int


# Blocks that point at a page, and in which of their fields.
_POINTING = {"resource_link": "page", "document": "page", "session_dates": "module"}
_PASSED_ON = ("page", "request", "frame", "icons")


@register.tag
def linked(parser: Parser, token: Token) -> "LinkedNode":
    """Give the links of what stands inside their addresses."""
    inside = parser.parse(("endlinked",))
    parser.delete_first_token()
    return LinkedNode(inside)


class LinkedNode(template.Node):
    """What stands inside, with its links resolved."""

    child_nodelists = ("nodelist",)

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        return mark_safe(with_addresses(self.nodelist.render(context), context["request"].user))


@register.simple_tag(takes_context=True)
def stream(context: RequestContext, value: Any, level: int = 2) -> SafeString:
    """The blocks of a StreamField; or a single block, as in its preview.

    Args:
        value: a StreamField's value, or one bound block.
        level: of the headings inside blocks, until a heading block has come: then one below its own.
    """
    blocks = _blocks(value) if isinstance(value, StreamValue) else [value]
    _fetch_renditions(blocks)
    passed_on = {name: context.get(name) for name in _PASSED_ON}
    return mark_safe("".join(_rendered(blocks, passed_on, level)))


def _blocks(value: StreamValue) -> list[BoundBlock]:
    light = {
        place: block
        for name, field in _POINTING.items()
        for place, block in _without_page(value, name, field)
    }
    return [light.get(place) or value[place] for place in range(len(value.raw_data))]


def _without_page(value: StreamValue, name: str, field: str) -> Iterator[tuple[int, BoundBlock]]:
    """Blocks that point at a page, without the page: ``linked`` looks up where it is, for those who may see it."""
    places = [place for place, raw in enumerate(value.raw_data) if raw["type"] == name]
    if not places:  # to make none costs as much as to make a page's text
        return
    kind = value.stream_block.child_blocks[name]
    raws = [value.raw_data[place]["value"] for place in places]
    made = kind.bulk_to_python([{**raw, field: None} for raw in raws])
    for place, raw, block in zip(places, raws, made, strict=True):
        block[field] = Pointer(raw[field]) if raw.get(field) else None
        yield place, BoundBlock(kind, block)


def _rendered(blocks: list[BoundBlock], passed_on: dict[str, Any], level: int) -> Iterator[str]:
    for block in blocks:
        if block.block.name == "heading":
            level = 3
        yield block.render({**passed_on, "level": level, "block_id": getattr(block, "id", None)})


def _fetch_renditions(blocks: list[BoundBlock]) -> None:
    """All pictures' files in one query instead of one each."""
    images = [block.value["image"] for block in blocks if block.block.name == "picture" and block.value]
    images = [image for image in images if image is not None]
    if images:
        renditions = images[0].get_rendition_model()._default_manager.filter(filter_spec__in=_SIZES)
        prefetch_related_objects(images, Prefetch("renditions", renditions, to_attr="prefetched_renditions"))


@register.filter
def headings(value: StreamValue) -> list[tuple[str, str]]:
    """The anchors and the words of a text's heading blocks, read without making the blocks."""
    texts = [str(block["value"]) for block in value.raw_data if block["type"] == "heading"]
    return [(anchor_of(text), text) for text in texts]


@register.filter
def prose(value: RichText | str) -> SafeString:
    """An editor's rich text as it is kept, for use inside ``{% linked %}``; Wagtail's editor has cleaned it."""
    return mark_safe(value.source if isinstance(value, RichText) else value or "")


@register.simple_tag(takes_context=True)
def may_have(context: Context, document: Any) -> bool:
    """Whether the reader may download a document."""
    return document is not None and document.can_see(context["request"].user)


@register.simple_tag(takes_context=True)
def sizes_of(context: Context, image: Any) -> list[Any]:
    """A picture in its sizes, the smallest first; none if the reader may not see it, or its file is lost."""
    if image is None or not image.can_see(context["request"].user):
        return []
    try:
        return [_in_size(image, size) for size in _SIZES]
    except OSError:  # Wagtail's SourceImageIOError is one
        return []


def _in_size(image: Any, size: str) -> Any:
    """The one that ``stream`` has fetched; Wagtail's own way writes into the cache each time it is asked."""
    fetched = getattr(image, "prefetched_renditions", ())
    return next((one for one in fetched if one.filter_spec == size), None) or image.get_rendition(size)
