"""Sessions as iCalendar, for the calendar programs that people have (RFC 5545, RFC 7986)."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vRecur, vText

from cohorts.enums import SessionKind
from cohorts.models import Session
from cohorts.times import in_london
from members.querysets import Person

CONTENT_TYPE = "text/calendar; charset=utf-8"
_PRODUCT = "-//Communities of Practice portal//Calendar//EN"
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_HOUR = timedelta(hours=1)
_NONE = timedelta(0)


def calendar(sessions: Iterable[Session], *, name: str, reader: Person) -> bytes:
    """A calendar of sessions. Those without a date are left out: an event has to start some time.

    Args:
        sessions: which this person may see.
        name: of the calendar, as programs show it.
        reader: whose calendar it is; joining links are in it where they are for them.

    Returns:
        The same bytes for the same sessions.
    """
    made = Calendar()
    made.add("prodid", _PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    # The package knows neither name as text, and would not escape them.
    shown = vText(" ".join(_clean(name).split()))
    made.add("name", shown)
    made.add("x-wr-calname", shown)
    made.add("x-wr-timezone", "Europe/London")
    made.add("refresh-interval", _HOUR, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT1H")
    made.add_component(_london())
    for session in sessions:
        if session.starts_at is not None and session.ends_at is not None:
            made.add_component(_event(session, reader=reader))
    return made.to_ical()


def _clean(text: str) -> str:
    """Text as RFC 5545 allows it (3.3.11): lines end alike, and no other control character is in it."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _event(session: Session, *, reader: Person) -> Event:
    event = Event()
    cancelled = session.cancelled_at is not None
    title = _clean(session.title)
    event.add("uid", f"{session.uid}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("sequence", session.sequence)
    # Without METHOD, DTSTAMP says when the event was last changed (3.8.7.2).
    event.add("dtstamp", session.updated_at)
    event.add("last-modified", session.updated_at)
    event.add("created", session.created_at)
    event.add("dtstart", in_london(session.starts_at))  # type: ignore[arg-type]
    event.add("dtend", in_london(session.ends_at))  # type: ignore[arg-type]
    event.add("summary", f"Cancelled: {title}" if cancelled else title)
    event.add("status", "CANCELLED" if cancelled else "TENTATIVE" if session.provisional else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    event.add("class", "PUBLIC" if session.circle_id is None else "PRIVATE")
    event.add("categories", [SessionKind(session.kind).label])
    event.add("description", _description(session, reader=reader))
    event.add("url", settings.SITE_URL + session.get_absolute_url())
    if session.place:
        event.add("location", _clean(session.place))
    return event


def _description(session: Session, *, reader: Person) -> str:
    parts = [
        "This session is cancelled." if session.cancelled_at else "",
        "The date may still change." if session.provisional and not session.cancelled_at else "",
        _clean(session.description),
        f"Join: {session.joining_link}" if session.joining_link and session.can_join(reader) else "",
        settings.SITE_URL + session.get_absolute_url(),
    ]
    return "\n\n".join(part for part in parts if part)


@cache
def _london() -> Timezone:
    """Europe/London by its rule since 1996: the clocks change at 1:00 UTC on the last Sundays of March and October."""
    zone = Timezone()
    zone.add("tzid", "Europe/London")
    summer, winter = TimezoneDaylight(), TimezoneStandard()
    for part, name, start, before, after, month in (
        (summer, "BST", datetime(1996, 3, 31, 1), _NONE, _HOUR, 3),
        (winter, "GMT", datetime(1996, 10, 27, 2), _HOUR, _NONE, 10),
    ):
        part.add("tzname", name)
        part.add("dtstart", start)
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        part.add("rrule", vRecur(freq="yearly", bymonth=month, byday="-1SU"))
        zone.add_component(part)
    return zone
