"""Guidance in bulk, below the library's page."""

import json
import random
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils.text import slugify
from wagtail.models import Page
from wagtail.search.backends import get_search_backend

from learning.enums import Audience, Kind
from learning.models import GuidanceAudience, GuidancePage, GuidanceStage, GuidanceTheme, LibraryPage
from members.enums import Stage
from members.models import Theme
from portal.demo.bulk_rows import Report, continue_numbering, execute, insert, moment, next_pk
from portal.demo.bulk_words import Text, Writer, chance, often

_PAGE = (
    "id", "path", "depth", "title", "draft_title", "slug", "content_type_id", "live", "url_path", "locale_id",
    "translation_key", "first_published_at", "last_published_at",
)  # fmt: skip
_GUIDANCE = (
    "page_ptr_id", "in_short", "kind", "minutes", "group_size", "group_min", "group_max", "licence", "credit",
    "minutes_to_read", "body",
)  # fmt: skip
_INDEXED_AT_ONCE = 500


def seed_guidance(*, total: int, anchor: datetime, report: Report) -> int:
    """Make guidance pages until there are so many.

    Returns:
        How many were made.

    Raises:
        LookupError: there is no library to put them in.
    """
    missing = total - GuidancePage.objects.count()
    if missing <= 0:
        return 0
    library = LibraryPage.objects.order_by("pk").first()
    if library is None:
        raise LookupError("There is no guidance library: load the demo first.")
    report(f"Guidance: {missing:,}")
    first = next_pk(Page)
    keys = range(first, first + missing)
    rng = chance(f"guidance {first}")
    writer = Writer(rng)
    insert(Page, _PAGE, _pages(rng, writer, library, keys, anchor), report)
    insert(GuidancePage, _GUIDANCE, _resources(rng, writer, keys))
    _file_under(rng, keys)
    execute(f"UPDATE {Page._meta.db_table} SET numchild = numchild + %s WHERE id = %s", [missing, library.pk])  # noqa: S608
    continue_numbering(Page)
    _index(first)
    return missing


def _pages(
    rng: random.Random, writer: Writer, library: LibraryPage, keys: range, anchor: datetime
) -> Iterator[tuple[Any, ...]]:
    last = library.get_last_child()
    step = Page._str2int(last.path[-Page.steplen :]) if last else 0
    content_type = ContentType.objects.get_for_model(GuidancePage).pk
    key_field = Page._meta.get_field("translation_key")
    for place, key in enumerate(keys, start=1):
        title = writer.write("guidance_titles")
        slug = f"{slugify(title)[:200]}-{key}"
        at = moment(anchor - timedelta(minutes=rng.randint(60, 3 * 365 * 24 * 60)))
        path = Page._get_path(library.path, library.depth + 1, step + place)
        translation = key_field.get_db_prep_save(_uuid(rng), connection)
        yield (
            key, path, library.depth + 1, title, title, slug, content_type, True,
            f"{library.url_path}{slug}/", library.locale_id, translation, at, at,
        )  # fmt: skip


def _uuid(rng: random.Random) -> uuid.UUID:
    return uuid.UUID(int=rng.getrandbits(128), version=4)


def _resources(rng: random.Random, writer: Writer, keys: range) -> Iterator[tuple[Any, ...]]:
    paragraphs = often(rng, writer.paragraphs(400, len(keys)), 0.1)
    kinds = often(rng, list(Kind), 0.7)
    for key in keys:
        body = _body(rng, writer, paragraphs)
        minutes = rng.choice((None, 5, 10, 15, 20, 30, 45, 60, 90))
        size, low, high = rng.choice(
            (("", None, None), ("3 to 12", 3, 12), ("5 to 8", 5, 8), ("Up to 30", None, 30))
        )
        words = sum(len(str(block["value"]).split()) for block in body)
        yield (
            key, writer.sentences(1)[:250], str(next(kinds)), minutes, size, low, high, "ogl", "", max(1, round(words / 200)),
            json.dumps(body),
        )  # fmt: skip


def _body(rng: random.Random, writer: Writer, paragraphs: Iterator[Text]) -> list[dict[str, Any]]:
    """Four parts of a heading with two texts: 400 words or so."""
    values: list[tuple[str, Any]] = []
    for _ in range(4):
        values.append(("heading", writer.fill("Begin with {thing}")))
        values += [("text", next(paragraphs).html.strip()) for _ in range(2)]
    values.append(("reflection", {"prompt": writer.write("topic_titles")}))
    return [{"type": kind, "value": value, "id": str(_uuid(rng))} for kind, value in values]


def _file_under(rng: random.Random, keys: range) -> None:
    """Give each resource themes, stages, and those whom it is for."""
    themes = often(rng, list(Theme.objects.order_by("pk").values_list("pk", flat=True)) or [0])
    pairs = (
        (key, theme)
        for key in keys
        for theme in dict.fromkeys(next(themes) for _ in range(rng.randint(1, 3)))
        if theme
    )
    insert(GuidanceTheme, ("content_object_id", "tag_id"), pairs)
    stages = (
        (key, str(stage), place)
        for key in keys
        for place, stage in enumerate(rng.sample(list(Stage), rng.randint(1, 3)))
    )
    insert(GuidanceStage, ("page_id", "stage", "sort_order"), stages)
    audiences = (
        (key, str(audience), place)
        for key in keys
        for place, audience in enumerate(rng.sample(list(Audience), rng.randint(1, 2)))
    )
    insert(GuidanceAudience, ("page_id", "audience", "sort_order"), audiences)


def _index(first: int) -> None:
    """Pages are few, and their texts lie inside blocks: Wagtail's own indexer reads them."""
    index = get_search_backend().get_index_for_model(GuidancePage)
    pages = GuidancePage.get_indexed_objects().filter(pk__gte=first).order_by("pk")
    for begin in range(0, pages.count(), _INDEXED_AT_ONCE):
        index.add_items(GuidancePage, list(pages[begin : begin + _INDEXED_AT_ONCE]))
