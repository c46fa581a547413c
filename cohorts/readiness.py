"""What is still missing for a module's next half-day, said one thing at a time with where to mend it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from cohorts import times
from cohorts.enums import MaterialKind
from cohorts.models import Material, Session
from learning.enums import Phase
from learning.models import ModulePage


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that a cohort needs.

    Args:
        text: what is there, or what is missing, as a sentence.
        done: whether it is there.
        url: where to mend it; "" for nowhere.
        action: the words of that link.
    """

    text: str
    done: bool
    url: str = ""
    action: str = ""


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """Whether a cohort can begin.

    Args:
        checks: all, what is missing first.
        next_day: the half-day to be ready for; None when all are over or have no date.
    """

    checks: Sequence[Check]
    next_day: Session | None

    @property
    def missing(self) -> list[Check]:
        """What is not there yet."""
        return [check for check in self.checks if not check.done]

    @property
    def there(self) -> list[Check]:
        """What is."""
        return [check for check in self.checks if check.done]

    @property
    def summary(self) -> str:
        """In a few words."""
        count = len(self.missing)
        if not count:
            return "Everything is there"
        return "1 thing is missing" if count == 1 else f"{count} things are missing"

    @property
    def starts_at(self) -> datetime | None:
        """The moment to be ready for."""
        return self.next_day.starts_at if self.next_day else None

    @property
    def title(self) -> str:
        """The question that is answered: "Ready for Thursday 20 January?"."""
        if self.starts_at is None:
            return "Is everything there?"
        day = times.in_london(self.starts_at)
        return f"Ready for {day:%A} {day.day} {day:%B}?"


def readiness(
    *,
    module: ModulePage,
    half_days: Sequence[Session],
    others: Iterable[Session],
    materials: Sequence[Material],
    now: datetime,
) -> Readiness:
    """Look at all that a cohort needs for a module. No query.

    Args:
        module: as it is published.
        half_days: the cohort's for this module, cancelled ones left out, in order of time.
        others: the cohort's other sessions, with which they may clash.
        materials: of the half-days, shown or not.
        now: the moment that parts what is ahead from what is over.
    """
    ahead = [one for one in half_days if not one.is_over(now)]
    checks = [*_of_page(module), *_of_dates(half_days)]
    for session in ahead:
        checks += [
            *_of_place(session), *_of_holiday(session), *_clashes(session, [*half_days, *others])
        ]  # fmt: skip
    checks += _of_materials(half_days, materials, now)
    next_day = next((one for one in ahead if one.starts_at), None)
    return Readiness(checks=sorted(checks, key=lambda check: check.done), next_day=next_day)


def _of_page(module: ModulePage) -> list[Check]:
    edit = {"url": reverse("wagtailadmin_pages:edit", args=[module.pk]), "action": "Edit the page"}
    if not module.live:
        page = Check(text="The module’s page is not published.", done=False, **edit)
    elif module.has_unpublished_changes:
        page = Check(text="The module’s page has changes that nobody sees yet.", done=False, **edit)
    else:
        page = Check(text="The module’s page is published.", done=True)
    before = sum(step.phase == Phase.BEFORE for step in module.path_steps)
    if not before:
        steps = Check(text="There is nothing to do before the first half-day.", done=False, **edit)
    else:
        steps = Check(text=f"{_count(before, 'thing')} to do before the first half-day.", done=True)
    return [page, steps]


def _of_dates(half_days: Sequence[Session]) -> list[Check]:
    if not half_days:
        add = reverse("cohorts_session_modeladmin_create")
        return [Check(text="The module has no half-day yet.", done=False, url=add, action="Add a session")]
    dated = [one for one in half_days if one.starts_at and not one.provisional]
    unsure = [
        Check(
            text=f"{_named(one)} has no date yet."
            if not one.starts_at
            else f"The date of {_named(one)} is provisional.",
            done=False,
            **_edit(one),
        )
        for one in half_days
        if one not in dated
    ]
    if unsure or not dated:
        return unsure
    days = times.days_words(times.in_london(one.starts_at).date() for one in dated if one.starts_at)
    return [Check(text=f"The dates are set: {days}.", done=True)]


def _of_place(session: Session) -> list[Check]:
    online = not session.place or "online" in session.place.lower()
    if online and not session.joining_link:
        return [Check(text=f"{_named(session)} has no joining link.", done=False, **_edit(session))]
    said = "a joining link" if session.joining_link else "a place"
    return [Check(text=f"{_named(session)} has {said}.", done=True)]


def _of_holiday(session: Session) -> list[Check]:
    name = times.holiday_on(times.in_london(session.starts_at).date()) if session.starts_at else ""
    return [Check(text=f"{_named(session)} is on {name}.", done=False, **_edit(session))] if name else []


def _clashes(session: Session, all_of_them: Iterable[Session]) -> list[Check]:
    return [
        Check(text=f"{_named(session)} is at the same time as {_named(other)}.", done=False, **_edit(other))
        for other in all_of_them
        if other.pk != session.pk and overlap(session, other)
    ]


def overlap(one: Any, other: Any) -> bool:
    """Whether two sessions take place at the same time; what ends when the other begins does not."""
    if None in (one.starts_at, other.starts_at) or one.cancelled_at or other.cancelled_at:
        return False
    return bool(one.starts_at < other.ends_at and other.starts_at < one.ends_at)


def _of_materials(half_days: Sequence[Session], materials: Sequence[Material], now: datetime) -> list[Check]:
    checks = []
    for session in half_days:
        own = [one for one in materials if one.session_id == session.pk]
        add = reverse("cohorts_material_add", args=[session.pk])
        if session.is_over(now):
            recorded = any(one.kind == MaterialKind.RECORDING for one in own)
            text = f"{_named(session)} is over, and has {'its' if recorded else 'no'} recording."
            checks.append(
                Check(
                    text=text, done=recorded, url="" if recorded else f"{add}?kind=recording", action="Add it"
                )
            )
        else:
            filed = any(one.kind == MaterialKind.FILE for one in own)
            text = (
                f"{_named(session)} has {'slides or another file' if filed else 'no slides or other file'}."
            )
            checks.append(
                Check(text=text, done=filed, url="" if filed else f"{add}?kind=file", action="Add a file")
            )
    checks += [
        Check(
            text=f"“{one.title}” waits for captions or a transcript. Nobody sees it until then.",
            done=False,
            url=reverse("cohorts_material_edit", args=[one.pk]),
            action="Add them",
        )
        for one in materials
        if one.waits
    ]
    return [*checks, *_of_showing(materials)]


def _of_showing(materials: Sequence[Material]) -> list[Check]:
    hidden = sum(one.shown_at is None and not one.waits for one in materials)
    untold = sum(one.shown_at is not None and one.announcement_id is None for one in materials)
    checks = []
    if hidden:
        waits = "1 thing is" if hidden == 1 else f"{hidden} things are"
        checks.append(Check(text=f"{waits} not shown yet.", done=False, url="#publish", action="Show"))
    if untold:
        text = f"The cohort has not been told of {'1 new thing' if untold == 1 else f'{untold} new things'}."
        checks.append(Check(text=text, done=False, url="#tell", action="Tell the cohort"))
    return checks


def _named(session: Session) -> str:
    return f"“{session.title}”"


def _edit(session: Session) -> dict[str, str]:
    return {
        "url": reverse("cohorts_session_modeladmin_edit", args=[session.pk]),
        "action": "Edit the session",
    }


def _count(number: int, thing: str) -> str:
    return f"1 {thing}" if number == 1 else f"{number} {thing}s"
