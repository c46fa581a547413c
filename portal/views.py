"""Pages that join rooms: search, the rules for robots, and the answers when something is wrong."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

from kit import caching
from members import limits
from members.errors import TooOften, in_words
from members.rules import is_editor
from portal.api import api
from portal.search import clean_text, find_everything

__all__ = ["api"]

NOT_FOR_ROBOTS = ("/accounts/", "/admin/", "/discussions/", "/me/", "/people/", "/record/", "/search/")
_SHOWN_AGAIN = 40


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The best of each kind for a text, as far as the asker may see it."""
    text = clean_text(request.GET.get("q", ""))
    found = find_everything(request.user, text) if text else []
    return render(request, "portal/search.html", {"q": text, "found": found})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines leave alone, and where the map is."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS)]
    lines += ["", f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]
    return caching.public(request, HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8"))


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for whoever builds pages."""
    return render(request, "design/gallery.html")


class AdminLogin(RedirectView):
    """Signing in to the admin is signing in. Who is signed in, and does not work there, is not sent round in circles."""

    pattern_name = "account_login"
    query_string = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not is_editor(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


def _for_program(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for what is not there, or not for the asker."""
    if _for_program(request):
        return JsonResponse({"detail": "There is nothing at this address."}, status=404)
    return render(request, "404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for what somebody may see but not do."""
    if _for_program(request):
        return JsonResponse({"detail": "You may not do this."}, status=403)
    return render(request, "403.html", status=403)


def too_often(request: HttpRequest) -> HttpResponse:
    """The page for somebody whom the package for sign-in makes wait."""
    return wait_a_while(request, TooOften(wait=limits.wait_after_refusal()), signing_in=True)


def wait_a_while(request: HttpRequest, error: TooOften, *, signing_in: bool = False) -> HttpResponse:
    """The page for somebody who has to wait, with when to try again (RFC 6585, section 4)."""
    if _for_program(request):
        return limits.too_often(JsonResponse({"detail": error.words}), error)
    page = render(request, "429.html", {"wait": in_words(error.wait), "signing_in": signing_in})
    return limits.too_often(page, error)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for what we could not read; it trusts nothing in the request, not even our name."""
    if _for_program(request):
        return JsonResponse({"detail": "We could not read this request."}, status=400)
    return HttpResponse(render_to_string("400.html"), status=400)


def broken(request: HttpRequest) -> HttpResponse:
    """The page for when we have made a mistake; it needs no database and no cache."""
    if _for_program(request):
        return JsonResponse({"detail": "Something went wrong on our side."}, status=500)
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form whose proof of origin was missing or too old. What was written is shown again."""
    written = [
        (name.replace("_", " "), text)
        for name, text in request.POST.items()
        if len(text) >= _SHOWN_AGAIN and "password" not in name and name != "csrfmiddlewaretoken"
    ]
    context = {"written": written if request.user.is_authenticated else []}
    return render(request, "403_csrf.html", context, status=403)
