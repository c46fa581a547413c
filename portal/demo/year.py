"""This year's cohort: the programme's calendar, moved to the present by whole weeks."""

import tomllib
from datetime import date, time, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from cohorts import materials
from cohorts.enums import OF_A_COHORT, SessionKind
from cohorts.models import Cohort, Session
from learning.models import ModulePage, ProgrammePage
from members.enums import CircleKind, Role
from members.models import Circle, User
from portal.demo.directory import enrol
from portal.demo.source import PROGRAMME, Clock, read

# After a module's second day: co-consulting three weeks on, a clinic six, a webinar four.
_AFTER = {
    "co_consulting": (timedelta(weeks=3), time(12, 30), time(13, 30)),
    "clinic": (timedelta(weeks=6), time(16), time(17)),
    "webinar": (timedelta(weeks=4), time(17, 30), time(18, 30)),
}
_JOINING = "https://meet.example.org/cohort"


def load_year(people: dict[str, User], members: list[str], clock: Clock) -> Cohort:
    """The running cohort with its people and dated sessions."""
    source = tomllib.loads(PROGRAMME.read_text(encoding="utf-8"))
    starts, ends = clock.year(source)
    name = f"Cohort {starts.year}–{ends.year % 100:02}"
    slug = f"{starts.year}-{ends.year % 100:02}"
    circle = Circle.objects.create(kind=CircleKind.COHORT, name=name, slug=f"cohort-{slug}-demo")
    cohort = Cohort.objects.create(
        circle=circle,
        programme=ProgrammePage.objects.first(),
        name=name,
        slug=slug,
        starts_on=starts,
        ends_on=ends,
    )
    roles: dict[User, str] = {people[key]: Role.MEMBER for key in (*members, "convener", "participant")}
    roles[people["facilitator"]] = Role.LEAD
    enrol(circle, roles, clock)
    _load_sessions(cohort, source, clock)
    _load_materials(cohort, people["facilitator"])
    return cohort


def _load_materials(cohort: Cohort, facilitator: User) -> None:
    """What module 1 has left for the cohort; and for module 2 what is not shown yet."""
    for row in read("materials.toml")["materials"]:
        session = cohort.sessions.get(title=row.pop("session"))
        shown, file = row.pop("shown"), row.pop("file", "")
        if file:
            row["file"] = SimpleUploadedFile(row.pop("name"), file.encode())
        materials.add_material(session=session, person=facilitator, **row)
        if shown and session.module:
            materials.show(cohort=cohort, module=session.module)


def _load_sessions(cohort: Cohort, source: dict[str, Any], clock: Clock) -> None:
    modules = {module.number: module for module in ModulePage.objects.all()}
    last_day: dict[int, date] = {}
    for module in source["modules"]:
        page = modules.get(module["number"])
        for row in module["sessions"]:
            last_day[module["number"]] = row["date"]
            _make(cohort, clock, {**row, "kind": SessionKind.HALF_DAY, "form": "Online"}, page)
    for row in source["sessions"]:
        page = modules.get(row.get("after_module", 0))
        _make(cohort, clock, row if "date" in row else _dated(row, last_day, clock), page)


def _dated(row: dict[str, Any], last_day: dict[int, date], clock: Clock) -> dict[str, Any]:
    """A session whose date the file leaves open, put after its module."""
    after, starts, ends = _AFTER[row["kind"]]
    on = clock.no_holiday(last_day[row["after_module"]] + after)
    return {**row, "date": on, "starts": starts, "ends": ends}


def _make(cohort: Cohort, clock: Clock, row: dict[str, Any], module: ModulePage | None) -> None:
    public = row["kind"] not in (SessionKind.CO_CONSULTING, SessionKind.CLINIC)
    Session.objects.create(
        cohort=cohort,
        circle=None if public else cohort.circle,
        kind=row["kind"],
        module=module,
        title=row["title"],
        description=row.get("description", ""),
        place=row["form"],
        joining_link=_JOINING if row["kind"] in OF_A_COHORT else "",
        starts_at=clock.session(row["date"], row["starts"]),
        ends_at=clock.session(row["date"], row["ends"]),
    )
