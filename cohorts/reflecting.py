"""Sessions as something to write a reflection about."""

from collections.abc import Collection

from django.http import HttpRequest
from django.utils.safestring import SafeString

from cohorts.models import Session
from journal.panels import draw_link
from journal.registry import Subject
from members.querysets import Person


def _describe(ids: Collection[int], user: Person) -> dict[int, tuple[str, str]]:
    found = Session.objects.visible_to(user).filter(pk__in=list(ids)).only("title")
    return {session.pk: (session.title, session.get_absolute_url()) for session in found}


SESSIONS = Subject(key="session", describe=_describe)


def draw_session(session: Session, request: HttpRequest) -> SafeString:
    """Below a session: write about it. No query."""
    return draw_link(request, about=SESSIONS.key, id=session.pk)
