"""What every answer carries: who may keep it, and what it may load."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from wagtail.log_actions import LogContext

from kit import caching
from members import second_step

_KEPT_SECONDS = 60
_REVALIDATE = "max-age=0, must-revalidate"


class SafeHeaders:
    """What every answer carries, from whatever stands inside; each may say it more strictly, and none can leave it out.

    Sources: W3C Permissions Policy; the Fetch Standard on Cross-Origin-Resource-Policy.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        for name in ("Server", "X-Powered-By"):
            response.headers.pop(name, None)
        return response


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


class SecondStep:
    """The admin, and any list of people, opens for those who look after others only after their second step.

    It decides when Django has found the view and checked where a form came from, whatever the way there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Send who has yet to take it to where they can; they return to where they wanted to be."""
        if not second_step.guards(request, view) or not second_step.is_due(request):
            return None
        wanted = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('second_step')}?{wanted}")


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


class _Asker(LogContext):
    """Who asks, looked up only when something is logged: most answers ask nothing of who reads them."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        super().__init__()

    @property
    def user(self) -> Any:
        """The person, None for a visitor."""
        return self.request.user if self.request.user.is_authenticated else None

    @user.setter
    def user(self, value: Any) -> None:
        """The person is that of the request."""


class WhoActs:
    """Whatever is logged while a request is answered is logged as done by who sent it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with _Asker(request):
            return self.get_response(request)


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
