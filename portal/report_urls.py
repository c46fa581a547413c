"""Our own of Wagtail's reports; they stand before Wagtail's at the same addresses."""

from django.urls import path
from wagtail.admin.auth import require_admin_access
from wagtail.utils.urlpatterns import decorate_urlpatterns

from portal.reports import AgingPages, SiteHistory

urlpatterns = decorate_urlpatterns(
    [
        path("site-history/", SiteHistory.as_view()),
        path("site-history/results/", SiteHistory.as_view(results_only=True)),
        path("aging-pages/", AgingPages.as_view()),
        path("aging-pages/results/", AgingPages.as_view(results_only=True)),
    ],
    require_admin_access,
)
