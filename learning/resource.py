"""What stands around a resource's text: what it is about, when it helps, what to read next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Coalesce
from django.http import HttpRequest
from wagtail.documents import get_document_model

from learning.enums import Audience, Kind
from learning.models import (
    CollectionItem,
    CollectionPage,
    GuidanceAudience,
    GuidanceDownload,
    GuidancePage,
    GuidanceStage,
    GuidanceTheme,
    RelatedGuidance,
)
from learning.shelf import shelf
from members.enums import Stage
from members.pages import addresses
from members.prepared import Prepared
from members.querysets import Person

_LIKE = 3  # resources that are shown where an editor has chosen none


@dataclass(frozen=True, kw_only=True)
class About:
    """What an editor has said about a resource.

    Args:
        themes: slug and name of each.
        stages: value and label of each.
        audiences: value and label of each.
        downloads: id of each document, and its name here, "" for its own.
        related: ids of other resources, in their order.
    """

    themes: list[tuple[str, str]]
    stages: list[tuple[str, str]]
    audiences: list[tuple[str, str]]
    downloads: list[tuple[int, str]]
    related: list[int]


@dataclass(frozen=True, kw_only=True)
class Related:
    """A resource to read next."""

    pk: int
    title: str
    url: str
    in_short: str
    kind: str
    minutes: int | None
    minutes_to_read: int


def _said_about(page: int) -> Any:
    """Five tables in one answer: what it is, its place, what it stands for, its name."""
    order = Coalesce(F("sort_order"), 0)
    key, document = Cast("other_id", CharField()), Cast("document_id", CharField())

    def rows(model: Any, what: str, order: Any, value: Any, name: Any, **page: int) -> Any:
        found = model.objects.filter(**page).order_by()
        found = found.annotate(what=Value(what), order=order, value=value, name=name)
        return found.values_list("what", "order", "value", "name", named=True)

    return rows(GuidanceTheme, "theme", Value(0), F("tag__slug"), F("tag__name"), content_object=page).union(
        rows(GuidanceStage, "stage", order, F("stage"), F("stage"), page=page),
        rows(GuidanceAudience, "audience", order, F("audience"), F("audience"), page=page),
        rows(GuidanceDownload, "download", order, document, F("title"), page=page),
        rows(RelatedGuidance, "related", order, key, key, page=page),
        all=True,
    )


_SAID_ABOUT = Prepared(_said_about)


def as_published(page: GuidancePage) -> About:
    """What is said about a resource that is published. One query."""
    found: dict[str, list[tuple[str, str]]] = {
        what: [] for what in ("theme", "stage", "audience", "download", "related")
    }
    for what, _, value, name in sorted(_SAID_ABOUT.rows(page.pk)):
        found[what].append((value, name))
    return About(
        themes=sorted(found["theme"], key=lambda theme: theme[1]),
        stages=[(value, Stage(value).label) for value, _ in found["stage"]],
        audiences=[(value, Audience(value).label) for value, _ in found["audience"]],
        downloads=[(int(value), name) for value, name in found["download"]],
        related=[int(value) for value, _ in found["related"]],
    )


def as_written(page: GuidancePage) -> About:
    """The same for a preview: as an editor has it on the screen, saved or not."""
    return About(
        themes=[(theme.slug, theme.name) for theme in page.themes.all()],
        stages=[(row.stage, row.get_stage_display()) for row in page.stages.all()],
        audiences=[(row.audience, row.get_audience_display()) for row in page.audiences.all()],
        downloads=[(row.document_id, row.title) for row in page.downloads.all()],
        related=[row.other_id for row in page.related.all()],
    )


def read_next(page: GuidancePage, about: About, user: Person) -> "list[Related]":
    """What to read next: what an editor has chosen, else what is about the same themes and stages. One query."""
    if about.related:
        return related_to(about.related, user)
    held = shelf()
    return related_to(held.like(page.pk, held.seen_by(user), most=_LIKE), user)


def downloads_of(about: About, request: HttpRequest) -> list[tuple[str, Any]]:
    """The files of a resource that whoever asks may have: name and document. One query if there are any."""
    if not about.downloads:
        return []
    keys = [pk for pk, _ in about.downloads]
    documents = get_document_model().objects.visible_to(request.user).filter(pk__in=keys).in_bulk()
    return [(name or documents[pk].title, documents[pk]) for pk, name in about.downloads if pk in documents]


@dataclass(frozen=True, kw_only=True)
class OnTheWay:
    """A resource of a collection, with why it comes there."""

    resource: "Related"
    why: str


def way_of(page: CollectionPage, user: Person, *, is_preview: bool = False) -> list[OnTheWay]:
    """The resources of a collection that a person may see, in order. Two queries."""
    items = page.items.all() if is_preview else CollectionItem.objects.filter(collection=page)
    rows = [(item.guidance_id, item.why) for item in items.order_by("sort_order", "pk")]
    found = {related.pk: related for related in related_to([pk for pk, _ in rows], user)}
    return [OnTheWay(resource=found[pk], why=why) for pk, why in rows if pk in found]


def related_to(ids: Sequence[int], user: Person) -> list[Related]:
    """Those of some resources that a person may see, in the order of the ids. One query."""
    if not ids:
        return []
    pages = GuidancePage.objects.visible_to(user).filter(pk__in=ids).order_by()
    columns = ("pk", "url_path", "title", "in_short", "kind", "minutes", "minutes_to_read")
    rows = {row.pk: row for row in pages.values_list(*columns, named=True)}
    urls = addresses({pk: row.url_path for pk, row in rows.items()})
    return [
        Related(
            pk=pk,
            title=rows[pk].title,
            url=urls[pk],
            in_short=rows[pk].in_short,
            kind=Kind(rows[pk].kind).label,
            minutes=rows[pk].minutes,
            minutes_to_read=rows[pk].minutes_to_read,
        )
        for pk in ids
        if pk in rows
    ]


def library_address(page: GuidancePage | CollectionPage) -> str:
    """Where the library is that a resource stands in. No query."""
    above = page.url_path.rstrip("/").rsplit("/", 1)[0] + "/"
    return addresses({page.pk: above})[page.pk]
