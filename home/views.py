"""Serving Wagtail's pages in one query, and the deployment's colours."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from wagtail.url_routing import RouteResult
from wagtail.views import serve as wagtail_serve

from home.frame import frame_for
from home.pages import find_page
from kit import caching


@require_safe
def serve(request: HttpRequest, path: str) -> HttpResponse:
    """A page by its path: one query, whatever its depth. Wagtail's own hooks and previews go on as ever.

    What is the same for all visitors may be kept for them, unless the page's own view has said no.
    """
    frame = frame_for(request)
    page = find_page(frame.root_path, path) if frame.site else None
    if page is None:
        raise Http404
    request._wagtail_site = frame.site  # type: ignore[attr-defined]
    request._wagtail_route_for_request = RouteResult(page, [], {})  # type: ignore[attr-defined]
    response = wagtail_serve(request, path)
    differs = getattr(response, "is_public_page", None) is False
    if page.circle_id is None and response.status_code == 200 and not differs:
        caching.public(request, response)
    return response


@require_safe
def theme_css(request: HttpRequest) -> HttpResponse:
    """The colours that an editor has chosen, as a stylesheet: nothing is written into pages."""
    response = HttpResponse(frame_for(request).theme_css, content_type="text/css")
    response["Cache-Control"] = "public, max-age=3600"
    return response
