"""What a record of learning is made of: what somebody has done, as far as they may still see it."""

from collections.abc import Iterable, Iterator
from typing import Any, TypedDict

from django.db.models import F

from cohorts import times
from cohorts.enums import SessionKind
from cohorts.models import Cohort, Session
from journal.enums import Moment
from journal.models import Rating, Reflection
from kit.templatetags.kit_tags import duration
from kit.times import date_of, now_here
from learning.models import ModulePage, StepDone
from learning.path import done_steps
from members.models import User
from portal.models import TookPart
from study.models import PageDone

MOST_LISTED = 200  # resources by name; the rest are counted


class CohortPart(TypedDict):
    """A cohort that somebody is in. All but its name may be ""."""

    name: str
    programme: str
    role: str
    dates: str


class SessionPart(TypedDict):
    """A session in which somebody says that they took part."""

    title: str
    kind: str
    day: str
    minutes: int


class ModulePart(TypedDict):
    """A module with how many of its steps are done."""

    number: int
    title: str
    done: int
    total: int


class ResourcePart(TypedDict):
    """Guidance that is done, and how long it takes to read."""

    title: str
    day: str
    minutes: int


class RatedPart(TypedDict):
    """In which cohort somebody rated the outcomes, and when in the year; never how."""

    cohort: str
    moments: list[str]


class More(TypedDict):
    """What is done and not named."""

    count: int
    minutes: int


class Content(TypedDict):
    """What a record says.

    Args:
        issuer: the portal's name.
        name: the person's.
        more: guidance beyond what is listed.
        reflections: how many they wrote; None where that is not to be said.
        session_minutes, reading_minutes: plain sums.
    """

    issuer: str
    name: str
    cohorts: list[CohortPart]
    sessions: list[SessionPart]
    modules: list[ModulePart]
    resources: list[ResourcePart]
    more: More
    outcomes: list[RatedPart]
    reflections: int | None
    session_minutes: int
    reading_minutes: int


def sessions_held(user: User, cohorts: Iterable[Cohort]) -> list[Session]:
    """The sessions of these cohorts that took place, in their order, as far as somebody may see them. One query."""
    own = Session.objects.visible_to(user).past(now_here()).filter(cohort__in=[one.pk for one in cohorts])
    return list(own.filter(cancelled_at__isnull=True).order_by("starts_at", "pk"))


def cohorts_of(user: User) -> list[Cohort]:
    """The cohorts that somebody is in, the first first. One query."""
    return list(
        Cohort.objects.visible_to(user)
        .select_related("programme")
        .order_by(F("starts_on").asc(nulls_last=True), "pk")
    )


def said_of(user: User) -> frozenset[int]:
    """The keys of the sessions in which somebody says that they took part. One query."""
    return frozenset(TookPart.objects.visible_to(user).values_list("session_id", flat=True))


def gather(
    user: User,
    *,
    issuer: str,
    cohorts: Iterable[Cohort],
    sessions: Iterable[Session],
    with_reflections: bool,
) -> Content:
    """What somebody's record would say now. Five queries.

    Args:
        user: whose it is.
        issuer: the portal's name.
        cohorts: of ``cohorts_of``.
        sessions: those in which they say that they took part.
        with_reflections: whether it says how many reflections they wrote.
    """
    listed = [_session(one) for one in sessions]
    resources = _resources(user)
    named, rest = resources[:MOST_LISTED], resources[MOST_LISTED:]
    return Content(
        issuer=issuer,
        name=user.name,
        cohorts=[_cohort(one, user) for one in cohorts],
        sessions=listed,
        modules=_modules(user),
        resources=named,
        more=More(count=len(rest), minutes=minutes_of(rest)),
        outcomes=_outcomes(user),
        reflections=Reflection.objects.own(user).count() if with_reflections else None,
        session_minutes=minutes_of(listed),
        reading_minutes=minutes_of(resources),
    )


def minutes_of(parts: Iterable[Any]) -> int:
    """How long sessions or guidance take, added up."""
    return sum(part["minutes"] for part in parts)


def about_hours(minutes: int) -> str:
    """So many minutes in words that promise no more than they know: "about 24 hours"; "no hours" for none."""
    if minutes < 1:
        return "no hours"
    if minutes < 60:
        return f"about {duration(minutes)}"
    hours = (minutes + 30) // 60
    return f"about {hours:,} hour{'' if hours == 1 else 's'}"


def shown(content: Any) -> dict[str, Any]:
    """What a record says, as templates show it.

    Returns:
        ``content`` as it is; ``facts``, pairs of a name and what is said of it; ``tables`` of what was done; ``others``,
        sentences about the rest.
    """
    return {
        "content": content,
        "facts": _facts(content),
        "tables": [table for table in _tables(content) if table["rows"]],
        "others": _others(content),
    }


def _facts(content: Any) -> list[tuple[str, str]]:
    facts = []
    for one in content["cohorts"]:
        facts += [("Programme", one["programme"])] if one["programme"] else []
        facts.append(("Cohort", _joined(one["name"], one["dates"], one["role"].lower())))
    return [*facts, ("Time", _time(content["session_minutes"], content["reading_minutes"]))]


def _time(sessions: int, reading: int) -> str:
    parts = [
        f"{about_hours(minutes)} of {what}"
        for minutes, what in ((sessions, "sessions"), (reading, "reading"))
        if minutes
    ]
    if len(parts) > 1:
        return f"{about_hours(sessions + reading).capitalize()}: {' and '.join(parts)}"
    return (parts or [about_hours(0)])[0].capitalize()


def _tables(content: Any) -> Iterator[dict[str, Any]]:
    yield {
        "id": "sessions",
        "title": "Sessions",
        "note": f"{content['name']} states that they took part in these. The programme keeps no register.",
        "head": ["Session", "Date", "Length"],
        "rows": [[one["title"], one["day"], duration(one["minutes"])] for one in content["sessions"]],
    }
    yield {
        "id": "modules",
        "title": "Modules",
        "note": "What there is to do before, during and after the sessions.",
        "head": ["Module", "Steps done"],
        "rows": [
            [f"{one['number']}. {one['title']}", f"{one['done']} of {one['total']}"]
            for one in content["modules"]
        ],
    }
    more = content["more"]
    rest = [[f"{more['count']} more", "", duration(more["minutes"])]] if more["count"] else []
    yield {
        "id": "guidance",
        "title": "Guidance",
        "note": f"{content['name']} marked these as done.",
        "head": ["Guidance", "Done on", "To read"],
        "rows": [
            *([one["title"], one["day"], duration(one["minutes"])] for one in content["resources"]),
            *rest,
        ],
    }


def _others(content: Any) -> list[str]:
    number = content["reflections"]
    return [
        *(
            f"Rated the learning outcomes of {one['cohort']}: {', '.join(one['moments']).lower()}."
            for one in content["outcomes"]
        ),
        *([f"Wrote {number} reflection{'' if number == 1 else 's'} on what they learned."] if number else []),
    ]


def lines(content: Any) -> list[str]:
    """What a record says, line by line, for the copy of one's data."""
    return [
        content["name"],
        *(_joined(one["name"], one["programme"], one["role"], one["dates"]) for one in content["cohorts"]),
        *(_joined(one["title"], one["day"], duration(one["minutes"])) for one in content["sessions"]),
        *(f"{one['title']}: {one['done']} of {one['total']} steps" for one in content["modules"]),
        *(_joined(one["title"], one["day"], duration(one["minutes"])) for one in content["resources"]),
        *_others(content),
    ]


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _cohort(cohort: Cohort, user: User) -> CohortPart:
    programme = cohort.programme
    shown_programme = programme is not None and programme.live and programme.can_see(user)
    days = [times.day_words(day) for day in (cohort.starts_on, cohort.ends_on) if day]
    return CohortPart(
        name=cohort.name,
        programme=programme.title if programme is not None and shown_programme else "",
        role="Facilitator" if cohort.circle_id in user.led_circle_ids else "Participant",
        dates=" to ".join(days) if len(days) == 2 else "".join(f"from {day}" for day in days),
    )


def _session(session: Session) -> SessionPart:
    return SessionPart(
        title=session.title,
        kind=SessionKind(session.kind).label,
        day=session.day,
        minutes=session.minutes or 0,
    )


def _modules(user: User) -> list[ModulePart]:
    """Modules with something done in them, in order. Two queries."""
    begun = StepDone.objects.visible_to(user).values("module_id")
    modules = list(ModulePage.objects.visible_to(user).filter(pk__in=begun).order_by("path"))
    done = done_steps([module.pk for module in modules], user)
    parts = [
        ModulePart(
            number=module.number,
            title=module.title,
            done=len(module.step_keys & done.get(module.pk, frozenset())),
            total=len(module.step_keys),
        )
        for module in modules
    ]
    return [part for part in parts if part["done"]]


def _resources(user: User) -> list[ResourcePart]:
    """Guidance that is done, the first first. One query."""
    done = PageDone.objects.visible_to(user).filter(page__guidancepage__isnull=False)
    rows = done.order_by("done_at", "pk").values_list(
        "page__title", "page__guidancepage__minutes_to_read", "done_at"
    )
    return [ResourcePart(title=title, day=date_of(at), minutes=minutes) for title, minutes, at in rows]


def _outcomes(user: User) -> list[RatedPart]:
    """Where and when somebody rated the outcomes. One query."""
    rated = Rating.objects.visible_to(user).filter(person=user)
    found: dict[str, set[str]] = {}
    for cohort, moment in rated.order_by("circle__name").values_list("circle__name", "moment").distinct():
        found.setdefault(cohort, set()).add(moment)
    return [
        RatedPart(cohort=cohort, moments=[one.label for one in Moment if one in moments])
        for cohort, moments in found.items()
    ]
