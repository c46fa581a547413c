"""Our own of Wagtail's reports; they stand before Wagtail's at the same addresses."""

from django.urls import path
from wagtail.admin.auth import require_admin_access
from wagtail.utils.urlpatterns import decorate_urlpatterns

from portal.reports import AgingPages, GuidanceCare, SiteHistory, WhoDidWhat
from portal.upkeep_reports import BrokenLinks, NotFound, UnusedFiles

urlpatterns = decorate_urlpatterns(
    [
        path("site-history/", SiteHistory.as_view()),
        path("site-history/results/", SiteHistory.as_view(results_only=True)),
        path("who-did-what/", WhoDidWhat.as_view(), name="who_did_what"),
        path("who-did-what/results/", WhoDidWhat.as_view(results_only=True), name="who_did_what_results"),
        path("aging-pages/", AgingPages.as_view()),
        path("guidance/", GuidanceCare.as_view(), name="guidance_care"),
        path("guidance/results/", GuidanceCare.as_view(results_only=True), name="guidance_care_results"),
        path("unused-files/", UnusedFiles.as_view(), name="unused_files"),
        path("unused-files/results/", UnusedFiles.as_view(results_only=True), name="unused_files_results"),
        path("broken-links/", BrokenLinks.as_view(), name="broken_links"),
        path("broken-links/results/", BrokenLinks.as_view(results_only=True), name="broken_links_results"),
        path("not-found/", NotFound.as_view(), name="not_found"),
        path("not-found/results/", NotFound.as_view(results_only=True), name="not_found_results"),
        path("aging-pages/results/", AgingPages.as_view(results_only=True)),
    ],
    require_admin_access,
)
