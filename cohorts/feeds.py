"""Calendars that programs ask for: one session, and everything that one person may see."""

import hashlib
import hmac
import re
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from cohorts import ics
from cohorts.models import CalendarFeed, Session

# Part of every ETag: raise it when ics.py says the same sessions in another way.
_EDITION = "1"
_MOST = 2000
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,64}")


def _answer(
    request: HttpRequest, sessions: list[Session], mark: str, build: Callable[[], bytes]
) -> HttpResponse:
    """The calendar, or 304 where the program has it already: then nothing is built."""
    rows = ",".join(f"{session.pk}.{session.updated_at.isoformat()}" for session in sessions)
    etag = f'"{hashlib.sha256(f"{_EDITION}|{mark}|{rows}".encode()).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(build(), content_type=ics.CONTENT_TYPE)
    response["ETag"] = etag
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One session, to add to a calendar. Its joining link is in it for whom it is meant."""
    sessions = Session.objects.visible_to(request.user).dated().select_related("cohort")
    session = get_object_or_404(sessions, pk=pk)
    response = _answer(
        request,
        [session],
        f"one|{session.can_join(request.user)}",
        lambda: ics.calendar([session], name=session.title, reader=request.user),
    )
    response["Content-Disposition"] = f'attachment; filename="session-{session.pk}.ics"'
    return response


@require_safe
def personal(request: HttpRequest, token: str) -> HttpResponse:
    """Everything that the owner of a secret address may see now and that is theirs. No sign-in: the address is the key.

    What they may see is asked each time: whoever has left a cohort no longer gets its sessions, and an account that
    is closed gets nothing.
    """
    if not _TOKEN.fullmatch(token):
        raise Http404
    feed = CalendarFeed.objects.filter(token=token).select_related("person").first()
    if (
        feed is None
        or not hmac.compare_digest(feed.token.encode(), token.encode())
        or not feed.person.is_active
    ):
        raise Http404
    # The newest first, so that the oldest are left out should there ever be too many; then in their order.
    found = Session.objects.concerning(feed.person).dated().select_related("cohort")
    sessions = list(found.order_by("-starts_at", "-pk")[:_MOST])[::-1]
    return _answer(
        request,
        sessions,
        f"personal|{sorted(feed.person.circle_ids)}",
        lambda: ics.calendar(sessions, name="Communities of practice", reader=feed.person),
    )
