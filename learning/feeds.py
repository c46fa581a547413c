"""What is new in the library, for programs that read feeds."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.feedgenerator import Atom1Feed

from kit.caching import public
from learning.enums import Kind
from learning.models import GuidancePage, LibraryPage
from members.pages import addresses

_MOST = 30


class NewGuidance(Feed):
    """The newest resources that everybody may see, whoever asks: a feed has no reader of its own. Atom, RFC 4287."""

    feed_type = Atom1Feed
    title = "New guidance"
    subtitle = "Short, practical help for people who hold a community together."
    feed_url = reverse_lazy("learning:new")

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return public(request, super().__call__(request, *args, **kwargs))

    def link(self) -> str:
        """Where the library is; the home page if it is not public."""
        library = LibraryPage.objects.visible_to(AnonymousUser()).first()
        return addresses({library.pk: library.url_path})[library.pk] if library else "/"

    def items(self) -> list[Any]:
        """With their addresses."""
        rows = list(
            GuidancePage.objects.visible_to(AnonymousUser())
            .filter(first_published_at__isnull=False)
            .order_by("-first_published_at", "-pk")[:_MOST]
            .only("pk", "title", "in_short", "kind", "url_path", "first_published_at", "last_published_at")
        )
        urls = addresses({row.pk: row.url_path for row in rows})
        for row in rows:  # kept with each: this object answers several at once
            row.address = urls[row.pk]
        return rows

    def item_title(self, item: GuidancePage) -> str:  # type: ignore[override]
        return item.title

    def item_description(self, item: GuidancePage) -> str:  # type: ignore[override]
        return item.in_short

    def item_link(self, item: Any) -> str:
        return str(item.address)

    def item_pubdate(self, item: GuidancePage) -> datetime | None:
        return item.first_published_at

    def item_updateddate(self, item: GuidancePage) -> datetime | None:
        return item.last_published_at or item.first_published_at

    def item_categories(self, item: GuidancePage) -> list[str]:
        return [Kind(item.kind).label]
