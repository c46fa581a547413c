"""What is open to somebody who has asked us to delete their account."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from kit.answers import see
from privacy.models import Erasure

# Kept in the session, and set where one signs in or asks: nobody else's pages cost a query for it.
MARK = "privacy.closing"


class ClosedToThem:
    """Leads whoever has asked to go to the page that says when, from wherever they are."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.open = frozenset(
            [reverse("privacy:closing"), reverse("privacy:keep"), reverse("account_logout"), reverse("theme")]
        )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or request.path in self.open:
            return self.get_response(request)
        if not request.session.get(MARK):
            return self.get_response(request)
        return see("privacy:closing")


def mark(sender: Any, request: HttpRequest | None, user: Any, **kwargs: Any) -> None:
    """Remember in the session of somebody who signs in that they have asked to go."""
    if request is not None and Erasure.objects.visible_to(user).open().exists():
        request.session[MARK] = True
