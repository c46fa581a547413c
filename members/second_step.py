"""A second step at sign-in: of whom it is demanded, and whether it was taken.

A password alone opens what is one's own. Whoever can look through other people, which admins, editors and those
who lead a cohort can, shows something else as well: a passkey, or a code of an app (a second factor, in the words
of NIST SP 800-63B, section 2.2).
"""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from members.requests import person_of
from members.rules import is_editor

View = TypeVar("View", bound=Callable[..., Any])

# How long one step lasts for opening pages. What was opened may be sent later: nobody's text is lost.
LASTS = timedelta(hours=12)
PROOFS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
_OPENS = ("GET", "HEAD")
_ADMIN, _PEOPLE = "admin/", "people/"
_WAY_IN_AND_OUT = ("admin/login/", "admin/logout/")


def lists_people(view: View) -> View:
    """Mark a view that shows a list of people, so that it opens only after the second step for who needs one."""
    view.lists_people = True  # type: ignore[attr-defined]
    return view


def is_due(request: HttpRequest) -> bool:
    """Whether this request has to wait until who asks has taken the second step.

    It asks nothing of the database but what the page asks anyway: who somebody is, their circles and, for the
    admin, whether they may enter.
    """
    if not settings.REQUIRE_MFA or not request.user.is_authenticated or is_taken(request):
        return False
    if _route(request).startswith(_ADMIN):
        return bool(person_of(request).needs_second_step or is_editor(request.user))
    return person_of(request).needs_second_step


def guards(request: HttpRequest, view: Callable[..., Any]) -> bool:
    """Whether a view is one that opens only after the second step: the admin, or a list of people."""
    route = _route(request)
    if route.startswith((_ADMIN, _PEOPLE)):
        return route not in _WAY_IN_AND_OUT
    return getattr(view, "lists_people", False)


def _route(request: HttpRequest) -> str:
    return request.resolver_match.route if request.resolver_match else ""


def is_taken(request: HttpRequest) -> bool:
    """Whether this session has the second step: lately, for opening a page; ever, for sending what was opened."""
    since = time.time() - LASTS.total_seconds() if request.method in _OPENS else 0
    records = get_authentication_records(request, person_of(request))
    return any(record["method"] == "mfa" and record["at"] > since for record in records)


def take(request: HttpRequest, authenticator: Authenticator) -> None:
    """Write down that the second step was taken by setting up the first thing that gives it.

    Not where there was something else before: whoever has only a password and an old session of somebody could
    add a passkey of their own.
    """
    person = person_of(request)
    others = Authenticator.objects.filter(user=person, type__in=PROOFS).exclude(pk=authenticator.pk)
    if authenticator.type in PROOFS and (is_taken(request) or not others.exists()):
        record_authentication(request, person, "mfa", id=authenticator.pk, type=authenticator.type)


def forget_removed(request: HttpRequest) -> None:
    """Take back, in this session, what was shown by something that is set up no longer."""
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    left = set(Authenticator.objects.filter(user=person_of(request)).values_list("pk", flat=True))
    kept = [record for record in records if record["method"] != "mfa" or record.get("id") in left]
    if len(kept) != len(records):
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = kept


def has_proof(person: Any) -> bool:
    """Whether somebody has set up a passkey or an app."""
    return Authenticator.objects.filter(user=person, type__in=PROOFS).exists()
