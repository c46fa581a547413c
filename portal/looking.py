"""Looking at any page as somebody else: an editor adds ``?as=visitor`` to its address."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

from members.requests import person_of
from members.rules import is_editor
from members.stand_ins import PEOPLE, show_no_more_than, stand_in

_ASKED = "as"
_MARK = "has_worked_in_admin"  # in the session
# One's own pages, what changes something, and what is no page have nobody else to look as.
NOT_HERE = ("/admin/", "/me/", "/accounts/", "/guest/", "/groups/", "/api/", "/documents/", "/files/")


class LooksAs:
    """Puts a stand-in in the place of an editor who asks for one: for one page, to read.

    Whatever the page shows is asked as ever, by ``visible_to``, for somebody who is in no more groups than the editor.
    It comes after the second step, so that nobody gets round that.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if hasattr(request, "looks_as"):
            _leave_at_sign_in(request, response)
            response.is_public_page = False  # type: ignore[attr-defined]
            response["Cache-Control"] = "private, no-store"
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Let the view answer the stand-in; and remember who works in the admin, to offer it to them."""
        if request.path.startswith("/admin/") and _MARK not in request.session and is_editor(request.user):
            request.session[_MARK] = True
        kind = request.GET.get(_ASKED, "")
        if request.method != "GET" or kind not in PEOPLE or not can_look_as(request):
            return
        person = stand_in(kind)
        show_no_more_than(person_of(request), person)
        request.user = person  # type: ignore[assignment]
        request.looks_as = PEOPLE[kind]  # type: ignore[attr-defined]
        request.META["HTTP_SEC_PURPOSE"] = "prefetch"  # nobody has read it: no mark is moved


def _leave_at_sign_in(request: HttpRequest, response: HttpResponse) -> None:
    """Come back from signing in as oneself: who is signed in is sent straight back, and it would go on for ever."""
    login = resolve_url(settings.LOGIN_URL)
    if response.status_code == HTTPStatus.FOUND and response["Location"].startswith(login):
        query = urlencode(_others(request))
        back = f"{request.path}?{query}" if query else request.path
        response["Location"] = f"{login}?{urlencode({REDIRECT_FIELD_NAME: back})}"


def _others(request: HttpRequest) -> list[tuple[str, str]]:
    """What an address asks besides as whom one looks."""
    return [(name, value) for name, values in request.GET.lists() for value in values if name != _ASKED]


def can_look_as(request: HttpRequest) -> bool:
    """Whether whoever asks may look at this page as somebody else."""
    return not request.path.startswith(NOT_HERE) and is_editor(request.user)


def ways(request: HttpRequest) -> list[dict[str, str]]:
    """As whom an editor can look at the page that they are on, with the address of each; for others none.

    No query: whoever has been in the admin since they signed in is offered it. Whether they may is asked when they do.
    """
    if (
        not request.user.is_authenticated
        or _MARK not in getattr(request, "session", ())
        or request.path.startswith(NOT_HERE)
    ):
        return []
    query = _others(request)
    return [{"name": name, "url": "?" + urlencode([*query, (_ASKED, kind)])} for kind, name in PEOPLE.items()]
