"""Addresses. Django's own come first; what is left belongs to Wagtail's pages."""

from django.conf import settings
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from home import views as home_views
from members.views import EmailAddresses
from portal import health, sitemaps, views

handler400 = "portal.views.bad_request"
handler403 = "portal.views.forbidden"
handler404 = "portal.views.not_found"
handler500 = "portal.views.broken"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<slug:name>.xml", sitemaps.section, name="sitemap_section"),
    path("theme.css", home_views.theme_css, name="theme"),
    path("accounts/email/", EmailAddresses.as_view()),
    path("accounts/", include("allauth.account.urls")),
    path("admin/login/", views.AdminLogin.as_view()),
    path("admin/reports/", include("portal.report_urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("files/", include("files.urls")),
    path("me/", include("portal.me_urls")),
    path("people/", include("members.urls")),
    path("communities/", include("community_directory.urls")),
    path("discussions/", include("discussion.urls")),
    path("learning/", include("learning.urls")),
    path("", include("cohorts.urls")),
    path("search/", views.search, name="search"),
    path("api/v1/", views.api.urls),
    re_path(wagtail_urls.serve_pattern, home_views.serve, name="wagtail_serve"),
]

if settings.DEBUG:
    urlpatterns.insert(0, path("design/", views.gallery, name="gallery"))
