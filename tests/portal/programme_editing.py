"""An editor who opens a page in Wagtail and presses Publish."""

from typing import Any

from django.test import Client
from django.urls import reverse
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, querydict_from_html


def _items(rows: list[tuple[str, str, Any]]) -> dict[str, Any]:
    """Form data of the children of a stream or a list: type, id and data of each."""
    data: dict[str, Any] = {
        str(place): {"type": kind, "id": key or "", "value": value, "order": str(place), "deleted": ""}
        for place, (kind, key, value) in enumerate(rows)
    }
    return data | {"count": str(len(rows))}


def _field_data(block: Any, value: Any) -> Any:
    shown = block.field.prepare_value(block.value_for_form(value))
    if isinstance(block, blocks.RichTextBlock):
        return block.field.widget.format_value(shown)
    return "" if shown is None else str(getattr(shown, "pk", shown))


def _data(block: Any, value: Any) -> Any:
    """What the browser would send for a block's value."""
    if isinstance(block, blocks.StreamBlock):
        return _items([(child.block_type, child.id, _data(child.block, child.value)) for child in value])
    if isinstance(block, blocks.StructBlock):
        return {name: _data(child, value[name]) for name, child in block.child_blocks.items()}
    if isinstance(block, blocks.ListBlock):
        return _items(
            [("item", child.id, _data(block.child_block, child.value)) for child in value.bound_blocks]
        )
    return _field_data(block, value)


def publish_unchanged(client: Client, page: Page) -> None:
    """Open the page in the editor and publish it as it is."""
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    sent = querydict_from_html(client.get(address).content.decode(), form_id="page-edit-form").dict()
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            stream = getattr(page, field.name)
            sent |= nested_form_data({field.name: _data(field.stream_block, stream)})
    response = client.post(address, sent | {"action-publish": "1"})
    assert response.status_code == 302, response.context["form"].errors
