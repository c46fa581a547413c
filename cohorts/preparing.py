"""One module for one cohort on one screen: what every cohort sees, what only this one does, and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from cohorts import times
from cohorts.enums import SessionKind
from cohorts.models import Announcement, Cohort, Material, Session
from cohorts.querysets import CohortQuerySet
from cohorts.readiness import Readiness, readiness
from home.advice import advice_on
from learning.enums import Phase
from learning.models import ModulePage
from learning.steps import Step
from members.models import Circle
from members.querysets import Person

_MOST_COHORTS = 10


def screen_url(cohort_id: int, module_id: int) -> str:
    """Where the screen of one module for one cohort is."""
    return reverse("cohorts_module", args=[module_id, cohort_id])


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """One session with what stands beside it."""

    session: Session
    is_over: bool
    materials: Sequence[Material]

    @property
    def in_order(self) -> list[tuple[Material, int | None]]:
        """Each with the id of the one before it."""
        before = [None, *(one.pk for one in self.materials)]
        return list(zip(self.materials, before, strict=False))


@dataclass(frozen=True, kw_only=True)
class Screen:
    """All that the screen says.

    Args:
        cohort: for whom.
        module: which.
        stages: what there is to do, before, during and after.
        shelves: the cohort's sessions of this module, half-days and what comes after them.
        ready: what is missing.
        advice: what could be better in the page.
        hidden: how many things can be shown.
        untold: the titles of what the cohort has not been told of.
        told: when and what it was told last; None for never.
        people: how many people there are to tell, in words.
    """

    cohort: Cohort
    module: ModulePage
    stages: Sequence[tuple[str, Sequence[Step]]]
    shelves: Sequence[Shelf]
    ready: Readiness
    advice: Sequence[str]
    hidden: int
    untold: Sequence[str]
    told: Announcement | None
    people: str


def screen(cohort: Cohort, module: ModulePage, user: Person) -> Screen:
    """Everything about one module for one cohort. Six queries at most, however much there is.

    Args:
        cohort: with its circle.
        module: a published page or not.
        user: who prepares it.
    """
    now = timezone.now()
    sessions = list(_sessions(user, cohort))
    own = [one for one in sessions if one.module_id == module.pk]
    materials = list(
        Material.objects.managed_by(user)
        .filter(session__cohort=cohort, session__module=module)
        .select_related("document")
        .defer("transcript_html")
    )
    path = module.path_steps
    return Screen(
        cohort=cohort,
        module=module,
        stages=[
            (phase.label, steps)
            for phase in Phase
            if (steps := [step for step in path if step.phase == phase])
        ],
        shelves=[
            Shelf(
                session=one,
                is_over=one.is_over(now),
                materials=[material for material in materials if material.session_id == one.pk],
            )
            for one in own
        ],
        ready=_ready(module, sessions, materials, now),
        advice=advice_on(module),
        hidden=sum(one.shown_at is None and not one.waits for one in materials),
        untold=[one.title for one in materials if one.shown_at and one.announcement_id is None],
        told=Announcement.objects.filter(cohort=cohort, module=module).select_related("made_by").first(),
        people=_people(cohort.circle),
    )


def _sessions(user: Person, cohort: Cohort) -> Sequence[Session]:
    sessions = Session.objects.managed_by(user).filter(cohort=cohort).select_related("cohort", "circle")
    return list(sessions.order_by(F("starts_at").asc(nulls_last=True), "pk"))


def _ready(
    module: ModulePage, sessions: Sequence[Session], materials: Sequence[Material], now: datetime
) -> Readiness:
    half_days = _half_days(module, sessions)
    keys = {one.pk for one in half_days}
    return readiness(
        module=module,
        half_days=half_days,
        others=[one for one in sessions if one.pk not in keys],
        materials=[one for one in materials if one.session_id in keys],
        now=now,
    )


def _half_days(module: ModulePage, sessions: Sequence[Session]) -> list[Session]:
    mine = (one for one in sessions if one.module_id == module.pk and not one.cancelled_at)
    return [one for one in mine if one.kind == SessionKind.HALF_DAY]


def _people(circle: Circle) -> str:
    count = circle.member_count
    return "the 1 person" if count == 1 else f"the {count:,} people"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One module in the list of what is to be prepared."""

    cohort: Cohort
    module: ModulePage
    ready: Readiness
    when: str
    is_over: bool

    @property
    def url(self) -> str:
        """Where it is prepared."""
        return screen_url(self.cohort.pk, self.module.pk)


@dataclass(frozen=True, kw_only=True)
class Year:
    """A running cohort with its modules."""

    cohort: Cohort
    rows: Sequence[Row]

    @property
    def key(self) -> str:
        """Names its part of the page."""
        return f"cohort-{self.cohort.pk}"


def _running(user: Person, today: date) -> CohortQuerySet:
    running = Q(ends_on__isnull=True) | Q(ends_on__gte=today)
    return (
        Cohort.objects.managed_by(user).filter(running, programme__isnull=False).select_related("programme")
    )


def running_with(module: Page, user: Person, today: date) -> list[Cohort]:
    """The cohorts that have not ended, take this module, and that this person finds in the admin. One query.

    Args:
        module: by its place in the tree.
        user: who prepares it.
        today: in London.
    """
    found = _running(user, today)[:_MOST_COHORTS]
    return [one for one in found if one.programme and module.path.startswith(one.programme.path)]


def years(user: Person) -> list[Year]:
    """The cohorts that this person prepares modules for and that have not ended. Four queries, however many."""
    now = timezone.now()
    cohorts = list(_running(user, times.in_london(now).date())[:_MOST_COHORTS])
    sessions = Session.objects.managed_by(user).filter(cohort__in=cohorts)
    dated = list(sessions.order_by(F("starts_at").asc(nulls_last=True), "pk"))
    materials = list(
        Material.objects.managed_by(user).filter(session__cohort__in=cohorts).select_related("session")
    )
    modules = list(ModulePage.objects.order_by("number", "pk").filter(_below(cohorts))) if cohorts else []
    return [Year(cohort=cohort, rows=_rows(cohort, modules, dated, materials, now)) for cohort in cohorts]


def _below(cohorts: Sequence[Cohort]) -> Q:
    paths = Q(pk__in=[])
    for cohort in cohorts:
        if cohort.programme is not None:
            paths |= Q(path__startswith=cohort.programme.path)
    return paths


def _rows(
    cohort: Cohort,
    modules: Sequence[ModulePage],
    sessions: Sequence[Session],
    materials: Sequence[Material],
    now: datetime,
) -> list[Row]:
    own = [one for one in sessions if one.cohort_id == cohort.pk]
    rows = []
    for module in modules:
        if cohort.programme is None or not module.path.startswith(cohort.programme.path):
            continue
        ready = _ready(module, own, [one for one in materials if one.session.cohort_id == cohort.pk], now)
        half_days = _half_days(module, own)
        days = [times.in_london(one.starts_at).date() for one in half_days if one.starts_at]
        rows.append(
            Row(
                cohort=cohort,
                module=module,
                ready=ready,
                when=times.days_words(days) if days else "Date to be set",
                is_over=bool(half_days) and all(one.is_over(now) for one in half_days),
            )
        )
    return rows


def next_to_prepare(user: Person) -> Row | None:
    """The module whose half-day is the next of all, if anything is missing for it. As many queries as ``years``."""
    now = timezone.now()
    rows = [row for year in years(user) for row in year.rows if row.ready.starts_at]
    row = min(rows, key=lambda row: row.ready.starts_at or now, default=None)
    return row if row is not None and row.ready.missing else None
