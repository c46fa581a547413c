"""Every kind of page with every kind of block in it: copied, aliased, moved, taken back, hidden, carried as JSON.

Nothing of it is lost, and it is still shown.
"""

import json
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page, get_page_models
from wagtail.rich_text import RichText

from files.models import PortalDocument, PortalImage
from learning.models import (
    CollectionItem,
    CollectionPage,
    GuidanceAudience,
    GuidanceDownload,
    GuidancePage,
    GuidanceStage,
    ModulePage,
    RelatedGuidance,
)
from members.models import CirclePage
from tests.factories import ThemeFactory

KINDS = [kind for kind in get_page_models() if issubclass(kind, CirclePage)]
# What says where a page stands, since when, and who has it open; not what is in it.
NOT_CONTENT = {
    "pk", "path", "depth", "numchild", "translation_key", "slug", "url_path", "live", "draft_title",
    "has_unpublished_changes", "first_published_at", "last_published_at", "latest_revision",
    "latest_revision_created_at", "live_revision", "alias_of", "owner",
}  # fmt: skip
PARENTS = {"homepage": None, "modulespage": "programme", "modulepage": "modules", "guidancepage": "library",
           "collectionpage": "library"}  # fmt: skip


class Shelf:
    """What pages and blocks point at."""

    def __init__(self, pages: Any) -> None:
        self.pages = pages
        self.document = PortalDocument.objects.create(
            title="A form", file=SimpleUploadedFile("form.txt", b"form"), file_size=4
        )
        self.image = PortalImage.objects.create(
            title="Two people", description="Two people talk.", file=get_test_image_file()
        )
        self.theme = ThemeFactory(name="Trust")

    def value(self, block: blocks.Block) -> Any:
        """Something that this block can hold, with something in each of its parts."""
        made = self._chosen(block)
        if made is None and isinstance(block, blocks.StructBlock):
            return {name: self.value(child) for name, child in block.child_blocks.items()}
        if made is None and isinstance(block, blocks.StreamBlock):
            return self.stream(block)
        if made is None and isinstance(block, blocks.ListBlock):
            return [self.value(block.child_block)] * 2
        return made if made is not None else self._plain(block)

    def _chosen(self, block: blocks.Block) -> Any:
        if isinstance(block, blocks.PageChooserBlock):
            return self.pages.module if ModulePage in block.target_models else self.pages.guidance
        if isinstance(block, DocumentChooserBlock):
            return self.document
        return self.image if isinstance(block, ImageChooserBlock) else None

    @staticmethod
    def _plain(block: blocks.Block) -> Any:
        if isinstance(block, blocks.ChoiceBlock):
            return next(value for value, _ in block.field.choices if value)
        for kind, value in (
            (blocks.RichTextBlock, RichText("<p>Ask <b>one</b> question.</p>")),
            (blocks.IntegerBlock, 1999),
            (blocks.BooleanBlock, True),
            (blocks.URLBlock, "https://vimeo.com/123456789"),
            (blocks.CharBlock, "Some words"),
            (blocks.TextBlock, "Some more words"),
        ):
            if isinstance(block, kind):
                return value
        return block.get_preview_value()

    def stream(self, block: blocks.StreamBlock) -> blocks.StreamValue:
        """One of each of its blocks."""
        filled = [(name, child.normalize(self.value(child))) for name, child in block.child_blocks.items()]
        return blocks.StreamValue(block, filled)


def own_fields(kind: type[Page]) -> list[models.Field]:
    return [field for field in kind._meta.local_concrete_fields if field.editable and not field.is_relation]


def plain_value(field: models.Field) -> Any:
    if field.choices:
        return field.choices[-1][0]
    if isinstance(field, models.IntegerField):
        return 3
    if isinstance(field, models.DateField):
        return date(2026, 3, 10)
    return "<p>Some words</p>" if "Rich" in type(field).__name__ else "Some words"


@pytest.fixture
def shelf(cast, pages) -> Shelf:
    return Shelf(pages)


def parent_of(kind: type[Page], shelf: Shelf) -> Page:
    name = PARENTS.get(kind._meta.model_name, "home")
    return Page.get_first_root_node() if name is None else getattr(shelf.pages, name)


def full(kind: type[Page], shelf: Shelf) -> Any:
    """A published page of this kind with something in every field and one of every block."""
    page = kind(title="A full page", slug="full", search_description="Found by this")
    for field in own_fields(kind):
        value = shelf.stream(field.stream_block) if isinstance(field, StreamField) else plain_value(field)
        setattr(page, field.name, value)
    if kind is GuidancePage:
        page.group_min = page.group_max = 3
        page.stages = [GuidanceStage(stage="maturing")]
        page.audiences = [GuidanceAudience(audience="convener")]
        page.downloads = [GuidanceDownload(document=shelf.document, title="The form")]
        page.related = [RelatedGuidance(other=shelf.pages.guidance)]
    if kind is CollectionPage:
        page.items = [CollectionItem(guidance=shelf.pages.guidance, why="First")]
    parent_of(kind, shelf).add_child(instance=page)
    if hasattr(page, "themes"):
        page.themes.add(shelf.theme)
    page.save_revision().publish()
    return kind.objects.get(pk=page.pk)


def content(page: Any) -> dict[str, Any]:
    """What is in it."""
    data = type(page).objects.get(pk=page.pk).serializable_data()
    return {name: _bare(value) for name, value in data.items() if name not in NOT_CONTENT}


def _bare(value: Any) -> Any:
    """Rows of another table without their own keys."""
    if isinstance(value, list):
        keys = ("pk", "page", "collection", "content_object")
        return [
            {k: v for k, v in row.items() if k not in keys} if isinstance(row, dict) else row for row in value
        ]
    return value


def without_ids(found: dict[str, Any]) -> dict[str, Any]:
    """The same, whatever the names of its blocks."""

    def strip(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: strip(v) for k, v in value.items() if k != "id" or "type" not in value}
        return [strip(one) for one in value] if isinstance(value, list) else value

    streams = {name: json.loads(v) for name, v in found.items() if isinstance(v, str) and v.startswith("[{")}
    return found | {name: strip(value) for name, value in streams.items()}


def test_the_page_that_is_tried_holds_every_block(shelf):
    """The net holds: nothing is empty in it."""
    held = content(full(GuidancePage, shelf))
    types = [block["type"] for block in json.loads(held["body"])]
    assert types == list(GuidancePage._meta.get_field("body").stream_block.child_blocks)
    lists = ("stages", "audiences", "downloads", "related", "theme_items")
    assert {name: len(held[name]) for name in lists} == dict.fromkeys(lists, 1)
    assert [name for name, value in held.items() if value == ""] == ["seo_title"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_and_an_alias_have_all_of_it(shelf, client, kind):
    page = full(kind, shelf)
    before = content(page)
    copy = page.copy(update_attrs={"slug": "copy"})
    alias = page.create_alias(update_slug="alias", parent=parent_of(kind, shelf))
    assert without_ids(content(copy)) == without_ids(before)
    assert content(alias) == before == content(page)
    for one in (page, copy, alias):
        shown = client.get(one.get_url() or "/")
        assert shown.status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_moving_it_moves_all_of_it(shelf, client, kind):
    page = full(kind, shelf)
    before, old = content(page), page.get_url()
    parent = parent_of(kind, shelf)
    there_is_another = parent.depth > 2  # there is one root, and one home page of a site
    if there_is_another:
        parent = parent.copy(recursive=False, update_attrs={"slug": "elsewhere"})
    page.move(parent, pos="first-child")
    moved = kind.objects.get(pk=page.pk)
    assert content(moved) == before
    assert (moved.get_url() != old) == there_is_another
    if moved.get_url():
        assert client.get(moved.get_url()).status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_an_earlier_version_comes_back_whole(shelf, kind):
    page = full(kind, shelf)
    before, version = content(page), page.latest_revision
    for field in own_fields(kind):
        if isinstance(field, StreamField):
            setattr(page, field.name, [])
    page.title = "An empty page"
    for name in ("stages", "audiences", "downloads", "related", "items"):
        if hasattr(page, name):
            setattr(page, name, [])
    page.save_revision().publish()
    assert content(page) != before
    version.as_object().save_revision(previous_revision=version).publish()
    assert content(page) == before


@pytest.mark.parametrize("kind", KINDS)
def test_unpublishing_it_loses_nothing(shelf, client, kind):
    page = full(kind, shelf)
    before = content(page)
    page.unpublish()
    assert content(page) == before
    assert kind.objects.get(pk=page.pk).live is False
    if not parent_of(kind, shelf).is_root():
        assert client.get(page.get_url()).status_code == 404
    page.get_latest_revision().publish()
    assert content(page) == before
    assert kind.objects.get(pk=page.pk).live is True


@pytest.mark.parametrize("kind", KINDS)
def test_carried_as_json_it_is_the_same(shelf, kind):
    page = full(kind, shelf)
    before = content(page)
    carried = kind.from_json(page.to_json())
    page.delete()
    carried.pk = carried.id = carried.page_ptr_id = None
    carried.path, carried.depth, carried.numchild = "", None, 0
    carried.latest_revision = carried.live_revision = None
    carried._state.adding = True
    parent = parent_of(kind, shelf)
    type(parent).objects.get(pk=parent.pk).add_child(instance=carried)
    assert content(carried) == before
