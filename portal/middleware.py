"""What every answer carries: who may keep it, and what it may load."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.cache import CacheMiddleware
from django.utils.cache import patch_vary_headers

from kit import caching

_KEPT_SECONDS = 60
_REVALIDATE = "max-age=0, must-revalidate"


class PublicPageCache(CacheMiddleware):
    """Keeps pages marked by ``kit.caching.public`` for a minute, and gives them to visitors without a session.

    A page is forgotten at once when something that visitors see is published. Pages have a cache of their own:
    whoever asks for ever new addresses pushes out pages, and nothing else.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__(get_response, cache_timeout=_KEPT_SECONDS, cache_alias="pages")

    def _is_visitor(self, request: HttpRequest) -> bool:
        return settings.SESSION_COOKIE_NAME not in request.COOKIES

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        if request.method not in ("GET", "HEAD") or not self._is_visitor(request):
            return None
        if len(request.get_full_path()) > 500:
            return None
        self.key_prefix = caching.version()
        kept: HttpResponse | None = super().process_request(request)
        if kept is not None:
            kept["Cache-Control"] = _REVALIDATE
            kept.headers.pop("Expires", None)
        return kept

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        if getattr(response, "is_public_page", False) and self._is_visitor(request):
            self.key_prefix = caching.version()
            super().process_response(request, response)
            response["Cache-Control"] = _REVALIDATE
            response.headers.pop("Expires", None)
        return response


class PrivateByDefault:
    """Nobody keeps an answer for somebody who is signed in; everything varies by cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control") and not getattr(response, "is_public_page", False):
            response["Cache-Control"] = (
                "private, no-store" if request.user.is_authenticated else "private, max-age=0"
            )
        patch_vary_headers(response, ["Cookie"])
        return response


class AdminContentPolicy:
    """Wagtail's own screens need a looser Content-Security-Policy than the pages that people read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith("/admin/"):
            response._csp_config = {  # type: ignore[attr-defined]
                name: list(values) for name, values in settings.ADMIN_CONTENT_SECURITY_POLICY.items()
            }
            response["X-Frame-Options"] = "SAMEORIGIN"
            # A preview is a page's own answer, made by a request inside this one: its policy stands, but for the frame.
            if "Content-Security-Policy" in response:
                policy = response["Content-Security-Policy"]
                response["Content-Security-Policy"] = policy.replace(
                    "frame-ancestors 'none'", "frame-ancestors 'self'"
                )
        return response
