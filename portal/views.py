"""Pages that join rooms: search, the map for search engines, and the answers when something is wrong."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.api import api

__all__ = ["api", "broken", "gallery", "healthz", "not_found", "readyz", "robots", "search", "sitemap"]


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """The database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"database": "ok"})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse("", content_type="text/plain")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    return HttpResponse("", content_type="application/xml")


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/search.html")


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for whoever builds pages."""
    return render(request, "design/gallery.html")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for what is not there, or not for the asker."""
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """The page for when we have made a mistake; it needs no database."""
    return render(request, "500.html", status=500)
