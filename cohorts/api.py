"""Public sessions as open data: what every visitor can read in the calendar."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import conditional_page
from ninja import Field, Query, Router, Schema
from ninja.decorators import decorate_view
from ninja.errors import ValidationError

from cohorts.enums import SessionKind
from cohorts.models import Session
from kit import keyset, markdown

router = Router(tags=["Sessions"])
_MOST = 100
_KEEP = "public, max-age=60"


class SessionRow(Schema):
    """A session that everybody may come to."""

    uid: UUID = Field(description="Stays the same when the session changes; also in its iCalendar UID")
    title: str
    kind: SessionKind
    starts_at: datetime = Field(description="In UTC")
    ends_at: datetime = Field(description="In UTC")
    provisional: bool = Field(description="Whether the date may still change")
    place: str = Field(description="Online, or where in person")
    description: str = Field(description="What happens, as plain text")
    url: str = Field(description="Its page")


class SessionPage(Schema):
    """Some sessions, the nearest first."""

    items: list[SessionRow]
    next: str | None = Field(None, description="The address of the next page; null on the last")


class SessionsNotUnderstood(Schema):
    """Which parameters could not be used."""

    detail: str
    errors: list[dict[str, str]]


class AskedSessions(Schema):
    """What may be asked for."""

    cursor: str = Field("", max_length=500, description="Where the page begins; comes with next")
    limit: int = Field(50, ge=1, le=_MOST, description="Sessions on a page")


@router.get(
    "/sessions",
    response={200: SessionPage, 304: None, 422: SessionsNotUnderstood},
    summary="Public sessions ahead",
)
@decorate_view(conditional_page)
def list_sessions(request: HttpRequest, response: HttpResponse, asked: Query[AskedSessions]) -> Any:
    """Sessions that are open to everybody, have a date and have not ended. Send the ETag back in If-None-Match to hear only of changes."""
    response["Cache-Control"] = _KEEP
    public = Session.objects.visible_to(AnonymousUser()).upcoming(timezone.now())
    try:
        page = keyset.page(public, order=("starts_at", "id"), cursor=asked.cursor, size=asked.limit)
    except keyset.BadCursor as error:
        wrong = {"loc": ("query", "cursor"), "msg": "This is not a cursor that came with next"}
        raise ValidationError([wrong]) from error
    return {"items": [_row(session) for session in page.rows], "next": _next(asked, page.next)}


def _row(session: Session) -> dict[str, Any]:
    plain = ("uid", "title", "kind", "starts_at", "ends_at", "provisional", "place")
    return {
        **{name: getattr(session, name) for name in plain},
        "description": markdown.plain(session.description_html),
        "url": settings.SITE_URL + session.get_absolute_url(),
    }


def _next(asked: AskedSessions, cursor: str) -> str | None:
    if not cursor:
        return None
    sent = asked.dict(exclude_defaults=True, exclude={"cursor"}) | {"cursor": cursor}
    return f"{settings.SITE_URL}{reverse('api-v1:list_sessions')}?{urlencode(sent)}"
