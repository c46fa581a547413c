"""What search engines may know of: what a visitor sees, and nothing else."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap as section_view
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from wagtail.models import Page

from cohorts.models import Session
from community_directory.models import Community
from home.frame import frame_for
from kit import caching
from members.pages import visible_pages

VISITOR = AnonymousUser()


class OwnSitemap(Sitemap):
    """Addresses begin with ``SITE_URL``, whatever name the asker used for us."""

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme


class PagesSitemap(OwnSitemap):
    """Published pages that belong to nobody in particular, and the lists that are no pages."""

    def __init__(self, root_path: str) -> None:
        self.root_path = root_path

    def items(self) -> QuerySet[Page]:
        pages = visible_pages(AnonymousUser()).filter(url_path__startswith=self.root_path)
        return pages.order_by("pk").only("url_path", "last_published_at")

    def location(self, item: Page) -> str:
        return "/" + item.url_path.removeprefix(self.root_path)

    def lastmod(self, item: Page) -> datetime | None:
        return item.last_published_at


class PlacesSitemap(OwnSitemap):
    """Lists that are drawn, not written."""

    def items(self) -> list[str]:
        return ["/communities/", "/calendar/"]

    def location(self, item: str) -> str:
        return item


class CommunitiesSitemap(OwnSitemap):
    """The public directory."""

    def __init__(self) -> None:
        self.start = reverse("community_directory:detail", args=["-"]).removesuffix("-/")

    def items(self) -> QuerySet[Community]:
        return Community.objects.visible_to(VISITOR).order_by("pk").only("slug", "updated_at")

    def location(self, item: Community) -> str:
        return f"{self.start}{item.slug}/"

    def lastmod(self, item: Community) -> datetime:
        return item.updated_at


class SessionsSitemap(OwnSitemap):
    """Public sessions."""

    def __init__(self) -> None:
        self.start = reverse("cohorts:session", args=[0]).removesuffix("0/")

    def items(self) -> QuerySet[Session]:
        return Session.objects.visible_to(VISITOR).dated().order_by("pk").only("pk", "updated_at")

    def location(self, item: Session) -> str:
        return f"{self.start}{item.pk}/"

    def lastmod(self, item: Session) -> datetime:
        return item.updated_at


def _sections(request: HttpRequest) -> dict[str, Sitemap | type[Sitemap]]:
    return {
        "pages": PagesSitemap(frame_for(request).root_path),
        "places": PlacesSitemap(),
        "communities": CommunitiesSitemap(),
        "sessions": SessionsSitemap(),
    }


def _map_address(name: str, page: int) -> str:
    address = settings.SITE_URL + reverse("sitemap_section", args=[name])
    return address if page == 1 else f"{address}?p={page}"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The list of maps: one for each section and each 50,000 of its addresses. One query for each section."""
    addresses = [
        {"location": _map_address(name, page)}
        for name, part in _sections(request).items()
        for page in part.paginator.page_range  # type: ignore[union-attr]
    ]
    response = TemplateResponse(
        request, "sitemap_index.xml", {"sitemaps": addresses}, content_type="application/xml"
    )
    return caching.public(request, response.render())


@require_safe
def section(request: HttpRequest, name: str) -> HttpResponse:
    """One map. Two queries."""
    response = section_view(request, _sections(request), section=name)
    return caching.public(request, response.render())
