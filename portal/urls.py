"""Addresses. Django's own come first; what is left belongs to Wagtail's pages."""

from django.conf import settings
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from files import views as files_views
from home import views as home_views
from portal import health, record_views, sitemaps, views

handler400 = "portal.views.bad_request"
handler403 = "portal.views.forbidden"
handler404 = "portal.views.not_found"
handler429 = "portal.views.too_often"  # asked for by django-allauth, not by Django
handler500 = "portal.views.broken"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<slug:name>.xml", sitemaps.section, name="sitemap_section"),
    path("theme.css", home_views.theme_css, name="theme"),
    path("accounts/", include("members.account_urls")),
    path("admin/login/", views.AdminLogin.as_view()),
    path("admin/reports/", include("portal.report_urls")),
    path("admin/", include(wagtailadmin_urls)),
    # Wagtail makes addresses of documents by this name.
    path("documents/<int:pk>/<str:name>", files_views.document, name="wagtaildocs_serve"),
    path("files/", include("files.urls")),
    path("me/", include("portal.me_urls")),
    path("people/", include("members.urls")),
    path("people/", include("relay.urls")),
    path("communities/", include("community_directory.urls")),
    path("discussions/", include("discussion.urls")),
    path("outcomes/", include("journal.urls")),
    path("learning/", include("learning.urls")),
    path("", include("guests.urls")),
    path("", include("cohorts.urls")),
    path("search/", views.search, name="search"),
    path("record/", record_views.check, name="check_record"),
    path("api/v1/", views.api.urls),
    re_path(wagtail_urls.serve_pattern, home_views.serve, name="wagtail_serve"),
]

if settings.DEBUG:
    urlpatterns.insert(0, path("design/", views.gallery, name="gallery"))
