"""The network and the map of the directory: other ways to look at what the list shows."""

from hashlib import sha256

from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import condition, require_safe

from community_directory import mapping
from community_directory import network as networks
from community_directory.filters import read
from kit.caching import public, version_for

KEPT = "public, max-age=60"


@require_safe
def network(request: HttpRequest) -> HttpResponse:
    """How communities are linked: in words, as a table, and with script as a graph."""
    asked = networks.asked_for(request.GET)
    shown = networks.context(asked, cursor=request.GET.get("cursor", ""))
    return public(request, render(request, "community_directory/network.html", shown))


def _etag(request: HttpRequest) -> str:
    """The same as long as nothing that visitors see has changed."""
    return f'"{sha256((version_for(request) + request.get_full_path()).encode()).hexdigest()[:32]}"'


@require_safe
@condition(etag_func=_etag)
def graph(request: HttpRequest) -> HttpResponse:
    """The drawing of the network for the browser. The same for everybody."""
    response = JsonResponse(networks.drawing(networks.asked_for(request.GET)))
    response["Cache-Control"] = KEPT
    return response


@require_safe
def map_of_regions(request: HttpRequest) -> HttpResponse:
    """In which regions they are: as a list, and with script as a map."""
    shown = mapping.context(read(request.GET))
    shown |= {"tile_url": settings.TILE_URL, "tile_attribution": settings.TILE_ATTRIBUTION}
    response = public(request, render(request, "community_directory/map.html", shown))
    if settings.TILE_HOST:
        # Said here, since the page is kept with its headers.
        response["Content-Security-Policy"] = build_policy(update={"img-src": [settings.TILE_HOST]})
    return response
