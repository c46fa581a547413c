"""The directory for programs: what is new as a feed, and all of it as a table. Only what every visitor can read."""

import csv
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse_lazy
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from community_directory.exporting import COLUMNS, FILED, PLAIN, cells
from community_directory.models import Community
from kit.caching import public
from kit.sheet import defused

_MOST = 30
_AT_ONCE = 500


class NewCommunities(Feed):
    """The communities that came into the directory last. Atom, RFC 4287."""

    feed_type = Atom1Feed
    title = "New communities"
    subtitle = "Communities of practice in health and social care, as they come into the directory."
    link = reverse_lazy("community_directory:list")
    feed_url = reverse_lazy("community_directory:new_feed")

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return public(request, super().__call__(request, *args, **kwargs))

    def items(self) -> list[Community]:
        """The newest first."""
        listed = Community.objects.visible_to(AnonymousUser()).order_by("-published_at", "-pk")
        return list(listed.only("slug", "name", "summary", "stage", "published_at", "updated_at")[:_MOST])

    def item_title(self, item: Community) -> str:  # type: ignore[override]
        return item.name

    def item_description(self, item: Community) -> str:  # type: ignore[override]
        return item.summary

    def item_pubdate(self, item: Community) -> datetime | None:
        return item.published_at

    def item_updateddate(self, item: Community) -> datetime | None:
        return max(item.updated_at, item.published_at) if item.published_at else item.updated_at

    def item_categories(self, item: Community) -> list[str]:
        return [item.get_stage_display()]


class Line:
    """What a csv.writer writes to: it gives each line back."""

    def write(self, line: str) -> str:
        return line


@require_safe
def table(request: HttpRequest) -> StreamingHttpResponse:
    """All communities as CSV (RFC 4180), with the texts as they were written. Five queries for each 500."""
    response = StreamingHttpResponse(_lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="communities.csv"'
    response["Cache-Control"] = "public, max-age=60"
    return response


def _lines() -> Iterator[str]:
    writer = csv.writer(Line())
    yield "\ufeff" + writer.writerow(COLUMNS)  # so that spreadsheets read it as UTF-8
    rows = Community.objects.visible_to(AnonymousUser()).order_by("pk").only(*PLAIN, "state", "published_at")
    for row in rows.prefetch_related(*FILED).iterator(chunk_size=_AT_ONCE):
        yield writer.writerow([defused(cell) for cell in cells(row).values()])
