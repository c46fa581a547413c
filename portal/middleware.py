"""What every answer carries: who may keep it, and what it may load."""

from collections.abc import Callable
from hashlib import sha256

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from kit import caching

_KEPT_SECONDS = 60
_REVALIDATE = "max-age=0, must-revalidate"


class PublicPageCache:
    """Keeps pages marked by ``kit.caching.public`` for a minute, and gives them to visitors without a session.

    A page is forgotten at once when something that visitors see is published. An address with a query is not
    kept: there are as many of those as somebody cares to make up.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.pages = caches["pages"]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = self._key(request) if self._may_be_kept(request) else ""
        kept = self.pages.get(key) if key else None
        if kept is not None:
            content, headers = kept
            return HttpResponse(content, headers=headers)
        response = self.get_response(request)
        if getattr(response, "is_public_page", False):
            response["Cache-Control"] = _REVALIDATE
            patch_vary_headers(response, ["Cookie"])
            if key and request.method == "GET" and response.status_code == 200 and not response.cookies:
                self.pages.set(key, (response.content, dict(response.items())), _KEPT_SECONDS)
        return response

    @staticmethod
    def _may_be_kept(request: HttpRequest) -> bool:
        asks = request.method in ("GET", "HEAD") and not request.META.get("QUERY_STRING")
        return asks and settings.SESSION_COOKIE_NAME not in request.COOKIES

    @staticmethod
    def _key(request: HttpRequest) -> str:
        """Of what a page can depend on for a visitor: its address, and whether it is asked for whole."""
        is_part = "HX-Request" in request.headers
        address = f"{is_part} {request.scheme}://{request.get_host()}{request.path}"
        return caching.version_for(request) + sha256(address.encode()).hexdigest()


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
