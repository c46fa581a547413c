"""Reports for those who keep the pages in order: files that nothing uses, links that lead nowhere, what is missing."""

from datetime import timedelta
from typing import Any, ClassVar

from django.db.models import CharField, Value
from django.utils import timezone
from wagtail.admin.views.reports.base import ReportView
from wagtail.models import Page
from wagtail.permissions import policy_registry

from files.models import PortalDocument, PortalImage
from home.dead_links import DeadLink, dead_links
from portal.reports import Defused
from study.models import Missed

_SETTLED = timedelta(days=30)
"""After which a file that nothing uses is unlikely to be waiting for a page that is still a draft."""


class _Upkeep(Defused, ReportView):
    """For everybody who works on pages."""

    any_permission_required: ClassVar = ["add", "change", "publish"]
    permission_policy = policy_registry.get_by_type(Page)
    is_searchable = False


class UnusedFiles(_Upkeep):
    """Documents and pictures that were added more than 30 days ago, and that no page as last saved, and no session, uses."""

    page_title = "Unused files"
    header_icon = "doc-empty"
    index_url_name = "unused_files"
    index_results_url_name = "unused_files_results"
    results_template_name = "wagtailadmin/reports/unused_files_results.html"
    list_export: ClassVar = ["title", "kind", "created_at"]
    export_headings: ClassVar = {"title": "Title", "kind": "Kind", "created_at": "Added"}

    def get_filtered_queryset(self) -> Any:
        """Those that one may see, the oldest first. One query."""
        user, until = self.request.user, timezone.now() - _SETTLED
        documents, images = (
            model.objects.visible_to(user)  # type: ignore[arg-type]
            .unused()
            .filter(created_at__lt=until)
            .order_by()
            .values("pk", "title", "created_at", kind=Value(kind, CharField()))
            for model, kind in ((PortalDocument, "Document"), (PortalImage, "Picture"))
        )
        return documents.union(images, all=True).order_by("created_at", "kind", "pk")


class BrokenLinks(_Upkeep):
    """Links on published pages to pages that are gone or not published."""

    page_title = "Broken links"
    header_icon = "link"
    index_url_name = "broken_links"
    index_results_url_name = "broken_links_results"
    results_template_name = "wagtailadmin/reports/broken_links_results.html"
    list_export: ClassVar = ["title", "words", "problem"]
    export_headings: ClassVar = {"title": "Page", "words": "Words of the link", "problem": "What is wrong"}

    def get_filtered_queryset(self) -> list[DeadLink]:
        """Of the pages that one may change, by title. A query for each kind of page, and two more."""
        mine = self.permission_policy.instances_user_has_permission_for(self.request.user, "change")
        live = Page.objects.live().filter(pk__in=mine.order_by().values("pk"))
        return dead_links(live.order_by("title", "pk").specific())


class NotFound(_Upkeep):
    """What people searched for in vain and let the editors know: words and numbers, never who."""

    page_title = "Searched for, not found"
    header_icon = "search"
    index_url_name = "not_found"
    index_results_url_name = "not_found_results"
    results_template_name = "wagtailadmin/reports/not_found_results.html"
    list_export: ClassVar = ["text", "people", "last"]
    export_headings: ClassVar = {"text": "Words", "people": "People", "last": "Last time"}

    def get_filtered_queryset(self) -> Any:
        """What most people missed first. One query."""
        return Missed.objects.by_text()
