"""What this room shows on pages of others: when modules take place, and one's next session."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from cohorts import times
from cohorts.enums import SessionKind
from cohorts.listing import rows
from cohorts.models import Material, Session
from kit.times import clock_of
from learning.calendars import When
from members.enums import CircleKind
from members.models import User
from members.prepared import Prepared
from members.querysets import Person, circle_ids

_MOST = 20
_SOON = timedelta(minutes=15)
_WEEK = timedelta(days=7)
_ALSO = 4
_NEWEST_COHORT = (F("cohort__starts_on").desc(nulls_last=True), F("cohort_id").desc(nulls_last=True))


def _half_days(user: Person, module: int) -> Any:
    half_days = Session.objects.concerning(user).filter(module_id=module, kind=SessionKind.HALF_DAY)
    with_cohort = half_days.select_related("cohort").defer("description", "description_html")
    return with_cohort.order_by(*_NEWEST_COHORT, "starts_at", "pk")[:_MOST]


_HALF_DAYS = Prepared(_half_days)


def _materials(user: Person, module: int) -> Any:
    seen = Material.objects.visible_to(user).filter(
        session__module_id=module, session__kind=SessionKind.HALF_DAY
    )
    return seen.select_related("document").defer("transcript", "transcript_html")


_MATERIALS = Prepared(_materials)


def _materials_of(user: Person, module: int) -> dict[int, list[Material]]:
    """What stands beside the half-days of a module, by session. One query; none for who is in no cohort."""
    found: dict[int, list[Material]] = {}
    if user.is_authenticated and user.circle_ids_of_kind(CircleKind.COHORT):
        for material in _MATERIALS.rows(user, module):
            if material.is_open_to(user):
                found.setdefault(material.session_id, []).append(material)
    return found


def draw_module_sessions(module: Any, request: HttpRequest) -> str:
    """A module's half-days, with date and state, for who may see them; for others, that they are there.

    One query; for who is in a cohort one more, for slides, recordings and links.
    """
    half_days = _HALF_DAYS.rows(request.user, module.pk)
    materials = _materials_of(request.user, module.pk)
    now = timezone.now()
    groups = [
        {
            "name": cohort.name if cohort and cohort.can_see(request.user) else "",
            "rows": rows(group, request.user, now, with_module=False, materials=materials),
        }
        for cohort, group in groupby(half_days, key=lambda session: session.cohort)
    ]
    user = request.user
    takes_part = user.is_authenticated and bool(user.circle_ids_of_kind(CircleKind.COHORT))
    if not takes_part:
        del groups[1:]  # one year is enough for who is in none
    context = {
        "groups": groups,
        "several": len(groups) > 1,
        "takes_part": takes_part,
        "request": request,
    }
    return render_to_string("cohorts/_module_sessions.html", context)


def _when(user: Person, modules: list[int]) -> Any:
    half_days = Session.objects.concerning(user).filter(
        module_id__in=modules, kind=SessionKind.HALF_DAY, cancelled_at__isnull=True
    )
    columns = ("module_id", "cohort_id", "starts_at", "ends_at", "provisional")
    return half_days.order_by(*_NEWEST_COHORT).values_list(*columns, named=True)


_WHEN = Prepared(_when)


def when_modules_are(modules: Sequence[int], user: Person) -> dict[int, When]:
    """When modules take place for this person: in their newest cohort, if they are in several. One query."""
    found = _WHEN.rows(user, list(modules))
    newest = found[0][1] if found else None
    spans: dict[int, list[Any]] = {}
    for module, cohort, *span in found:
        if cohort == newest:
            spans.setdefault(module, []).append(span)
    return _placed(spans, timezone.now())


def _placed(spans: dict[int, list[Any]], now: datetime) -> dict[int, When]:
    """Words and states. The year stands at the first module that is not over, once the first of all has begun."""
    dated = {
        module: (min(row[0] for row in rows), max(row[1] for row in rows))
        for module, rows in spans.items()
        if all(row[0] for row in rows)
    }
    begun = any(starts <= now for starts, _ in dated.values())
    ahead = sorted((starts, module) for module, (starts, ends) in dated.items() if ends >= now)
    here = ahead[0][1] if begun and ahead else None
    return {
        module: When(words=_words(rows), state=_state(module, dated.get(module), here, now))
        for module, rows in spans.items()
    }


def _state(module: int, span: tuple[datetime, datetime] | None, here: int | None, now: datetime) -> str:
    if module == here:
        return "now"
    return "done" if span is not None and span[1] < now else "later"


def _words(spans: list[Any]) -> str:
    days = [times.in_london(starts).date() for starts, _, _ in spans if starts]
    if not days:
        return "Dates to be set"
    return times.days_words(days) + (" (provisional)" if any(span[2] for span in spans) else "")


def _next(user: User, now: datetime) -> Any:
    circles = circle_ids(user)
    own = Q(circle_id__in=circles) | Q(cohort__circle_id__in=circles)
    sessions = Session.objects.concerning(user).upcoming(now).filter(own)
    return sessions.select_related("cohort")[: 1 + _ALSO]


_NEXT = Prepared(_next)


def draw_next_session(request: HttpRequest) -> str:
    """One's next session, as a sentence with one button, and what else is on within a week.

    One query; none for who is in no cohort or group.
    """
    circles = circle_ids(request.user)
    if not circles:
        return ""
    now = timezone.now()
    session, *others = _NEXT.rows(request.user, now) or [None]
    if session is None:
        return ""
    also = [(other, _soon(other, now)) for other in others if other.starts_at <= now + _WEEK]
    near = session.starts_at - _SOON <= now
    joins = bool(session.joining_link) and near and session.can_join(request.user)
    context = {
        "session": session, "when": _soon(session, now), "joins": joins, "also": also, "request": request,
    }  # fmt: skip
    return render_to_string("cohorts/_next_session.html", context)


def _soon(session: Session, now: datetime) -> str:
    """When, as one would say it: "is on now, until 12:30pm", "is tomorrow, 9:30am to 12:30pm"."""
    starts, ends = session.starts_at, session.ends_at
    if starts is None or ends is None:
        return "has no date yet"
    if starts <= now:
        return f"is on now, until {clock_of(ends)}"
    days = (times.in_london(starts).date() - times.in_london(now).date()).days
    near = {0: "today", 1: "tomorrow"}.get(days)
    if near:
        return f"is {near}, {times.hours_words(starts, ends)}"
    return f"is on {times.when_words(starts, ends)}"
