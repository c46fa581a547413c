"""What setting up a year would do: every page, date and link of it. Making a plan writes nothing."""

import hashlib
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify
from wagtail.blocks import StreamValue
from wagtail.models import COMMENTS_RELATION_NAME, Page, ReferenceIndex, Site

from cohorts.enums import SessionKind
from cohorts.models import Cohort, Session
from cohorts.times import day_words, holiday_on, in_london, when_words
from home.models import FooterLink, NavigationLink
from learning.models import ProgrammePage
from members.admin_forms import check_address
from members.enums import CircleKind
from members.models import Circle
from members.pages import addresses
from portal.models import YearCopy
from portal.next_year.errors import Refused
from portal.next_year.links import Link, Ways, rewrite
from portal.next_year.moving import Move, is_of_its_year

FURTHEST = timedelta(days=5 * 366)
_LONGEST_NAME = 120
_LONGEST_SLUG = 255
_TEXT_STAYS = "What is written about it stays behind: it has an address or a year in it."
_PLACE_STAYS = "The place stays behind: it has an address or a year in it."


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that is not as in the year before, in words."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class NextPage:
    """A page that is copied.

    Args:
        page: the one that is copied, as its own kind.
        data: its latest draft, as a revision holds it.
        fields: what the copy has instead.
        address: where the copy will be.
        is_for_cohort: only the people of its cohort see it.
        notes: what else to know of it.
    """

    page: Any
    data: dict[str, Any]
    fields: dict[str, Any]
    address: str
    is_for_cohort: bool
    changes: list[Change]
    links: list[Link] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class NextSession:
    """A session that is made after one of the year before.

    Args:
        session: the one before.
        fields: of the new one; its module, cohort and circle are known when they are made.
        is_for_cohort: only the people of its cohort see it; otherwise everybody will.
        holiday: the bank holiday that it would be on, or "".
        notes: what stays behind.
    """

    session: Session
    fields: dict[str, Any]
    is_for_cohort: bool
    holiday: str
    notes: list[str]

    @property
    def before(self) -> str:
        """When the old one was."""
        return self.session.when

    @property
    def after(self) -> str:
        """When the new one is."""
        starts, ends = self.fields["starts_at"], self.fields["ends_at"]
        return when_words(starts, ends) if starts else "Date to be set"


@dataclass(frozen=True, kw_only=True)
class Left:
    """Something that stays with the year before, and why."""

    what: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that setting up a year would do."""

    source: Cohort
    programme: ProgrammePage
    move: Move
    name: str
    slug: str
    pages: list[NextPage]
    sessions: list[NextSession]
    left: list[Left]
    elsewhere: list[Change]
    cautions: list[str]

    @property
    def starts_on(self) -> date:
        """The cohort's first day."""
        return self.move.day(self.source.starts_on) or self.move.to

    @property
    def ends_on(self) -> date | None:
        """The cohort's last day, if the one before has one."""
        return self.move.day(self.source.ends_on)

    @property
    def titles(self) -> dict[int, str]:
        """Titles of the pages that are copied, by their ids."""
        return {one.page.pk: one.page.title for one in self.pages}

    @property
    def links(self) -> list[tuple[NextPage, Link]]:
        """Every link that leads to a copy from now on, with the page that it is on."""
        return [(one, link) for one in self.pages for link in one.links]

    @property
    def joining_links(self) -> int:
        """How many joining links stay behind."""
        return sum(1 for one in self.sessions if one.session.joining_link)

    @property
    def link_words(self) -> list[Change]:
        """The same in words: on which page, where there, and to which page."""
        titles = self.titles
        return [
            Change(what=one.page.title, before=link.where, after=titles[link.to]) for one, link in self.links
        ]

    def ways(self, copies: dict[int, int]) -> Ways:
        """Where the links of the copies lead.

        Args:
            copies: the id of each copy by that of its page.
        """
        there = addresses({one.page.pk: one.page.url_path for one in self.pages})
        by_address = {there[one.page.pk]: (one.page.pk, one.address) for one in self.pages}
        hosts = {site.hostname for site in Site.objects.all()} | {urlsplit(settings.SITE_URL).hostname or ""}
        return Ways(pages=copies, addresses=by_address, hosts=frozenset(hosts))

    @property
    def lines(self) -> list[str]:
        """The plan in plain text, line by line: the same for two that would do the same."""
        return [
            f"{self.name}: {self.starts_on} to {self.ends_on}",
            *(
                f"{one.page.pk} {one.address} {one.is_for_cohort} {one.changes} {one.links}"
                for one in self.pages
            ),
            *(f"{one.session.pk} {one.fields} {one.is_for_cohort}" for one in self.sessions),
            *(f"{one.what}: {one.why}" for one in self.left),
        ]

    @property
    def mark(self) -> str:
        """Tells one plan from another."""
        return hashlib.sha256("\n".join(self.lines).encode()).hexdigest()


def make_plan(*, cohort: Cohort, starts_on: date, name: str = "", slug: str = "") -> Plan:
    """Find out what setting up the year after this one would do.

    Args:
        cohort: the year to copy.
        starts_on: the day of the new year's first half-day, in London.
        name: of the new cohort; made from the old one's if it is left out.
        slug: the last part of the new programme's address; made from the old one's if it is left out.

    Raises:
        Refused: it can't be done, with what is wrong by field.
    """
    sessions = list(cohort.sessions.select_related("module", "circle").order_by("starts_at", "pk"))
    move = _move(cohort, sessions, starts_on)
    programme: ProgrammePage = cohort.programme  # type: ignore[assignment]
    name, slug = name or move.named(cohort.name), slug or move.slug(programme.slug)
    parent = programme.get_parent()
    _check_names(name, slug, parent)
    pages, left = _pages(cohort, move, f"{parent.url_path}{slug}/", slug)
    plan = Plan(
        source=cohort, programme=programme, move=move, name=name, slug=slug, pages=pages, left=left,
        sessions=[], elsewhere=[], cautions=[],
    )  # fmt: skip
    copied = plan.titles
    ways = plan.ways({pk: pk for pk in copied})
    for one in pages:
        one.links.extend(rewrite(type(one.page), deepcopy(one.data), ways))
    _add_sessions(plan, sessions)
    plan.elsewhere.extend(_elsewhere(plan))
    plan.cautions.extend(_cautions(plan))
    return plan


# -- what can't be done ---------------------------------------------------------


def half_days(sessions: list[Session]) -> list[date]:
    """The days of the half-days that take place, in London, in order."""
    return sorted(
        in_london(one.starts_at).date()
        for one in sessions
        if one.kind == SessionKind.HALF_DAY and one.starts_at and not one.cancelled_at
    )


def _move(cohort: Cohort, sessions: list[Session], to: date) -> Move:
    days = half_days(sessions)
    if cohort.programme is None:
        raise Refused({"cohort": "This cohort has no programme page to copy. Choose one for it first."})
    if not days:
        raise Refused(
            {"cohort": "This cohort has no half-day with a date, so there is nothing to count from."}
        )
    last = max(in_london(one.ends_at).date() for one in sessions if one.ends_at)
    end = max(cohort.ends_on or last, last)
    problem = _wrong_day(days[0], days[-1], to)
    if problem:
        raise Refused({"starts_on": problem})
    return Move(start=days[0], end=end, to=to)


def _wrong_day(start: date, last: date, to: date) -> str:
    """What is wrong with a new first day: one year's celebration may come after the next has begun, no half-day may."""
    today = timezone.localdate()
    if to <= today:
        return "Choose a day that is still to come."
    if to <= last:
        return f"Choose a day after the last half-day of the year that you copy, {day_words(last)}."
    if to > max(last, today) + FURTHEST:
        return "Choose a day within the next five years."
    if (to - start).days % 7:
        return (
            f"The first half-day is on a {start:%A}, so that every session keeps its day of the week. "
            f"Choose a {start:%A}, such as {' or '.join(day_words(day) for day in _near(start, to, last, today))}."
        )
    return ""


def _near(start: date, to: date, last: date, today: date) -> Iterator[date]:
    """The days before and after this one that can be chosen."""
    before = to - timedelta(days=(to - start).days % 7)
    return (day for day in (before, before + timedelta(days=7)) if day > max(last, today))


def _check_names(name: str, slug: str, parent: Page) -> None:
    problems = {}
    if len(name) > _LONGEST_NAME:
        problems["name"] = f"Write a name of at most {_LONGEST_NAME} characters."
    elif not slug_of(name):
        problems["name"] = "Write a name with letters or numbers in it."
    elif Cohort.objects.filter(Q(name__iexact=name) | Q(slug=slug_of(name))).exists():
        problems["name"] = f"There is already a cohort called “{name}”. Give the new one another name."
    if len(slug) > _LONGEST_SLUG:
        problems["slug"] = f"Write an address of at most {_LONGEST_SLUG} characters."
    elif parent.get_children().filter(slug=slug).exists():
        problems["slug"] = f"There is already a page at “{slug}”. Give the new one another address."
    else:
        problems |= _taken_by_the_portal(slug, parent)
    if problems:
        raise Refused(problems)


def slug_of(name: str) -> str:
    """The cohort's part of an address."""
    return slugify(name.replace("–", "-"))[:_LONGEST_NAME]


def _taken_by_the_portal(slug: str, parent: Page) -> dict[str, str]:
    try:
        check_address(slug, parent)
    except ValidationError as error:
        return {"slug": str(error.message)}
    return {}


# -- pages ------------------------------------------------------------------------


def _pages(cohort: Cohort, move: Move, root: str, slug: str) -> tuple[list[NextPage], list[Left]]:
    found = cohort.programme.get_descendants(inclusive=True).order_by("path").specific()  # type: ignore[union-attr]
    pages: list[NextPage] = []
    left: list[Left] = []
    gone: list[str] = []
    for page in found:
        if any(page.path.startswith(path) for path in gone):
            continue
        if _is_for_others(page.circle, cohort):
            gone.append(page.path)
            left.append(
                Left(
                    what=f"Page “{page.title}”",
                    why="It is for a group of its own, as are the pages below it.",
                )
            )
            continue
        pages.append(_page(page, cohort, move, root, slug))
    return pages, left


def _is_for_others(circle: Circle | None, cohort: Cohort) -> bool:
    """Whether what belongs to it is for neither everybody, nor the network, nor the whole cohort."""
    return circle is not None and circle.pk != cohort.circle_id and circle.kind != CircleKind.NETWORK


def _page(page: Any, cohort: Cohort, move: Move, root: str, slug: str) -> NextPage:
    is_first = page.pk == cohort.programme_id
    latest = page.get_latest_revision_as_object()
    data = latest.serializable_data()
    data.pop(COMMENTS_RELATION_NAME, None)
    data["slug"] = page.slug
    is_for_cohort = page.circle_id == cohort.circle_id
    fields: dict[str, Any] = {
        "go_live_at": None,
        "expire_at": None,
        "locked": False,
        "locked_by": None,
        "locked_at": None,
    }
    changes = []
    if is_first:
        fields |= {"slug": slug, "title": move.words(latest.title), "year": move.words(latest.year)}
        fields["applications_close"] = _still_to_come(move.day(latest.applications_close))
        changes = _changes(latest, fields)
    path = root + page.url_path.removeprefix(cohort.programme.url_path)  # type: ignore[union-attr]
    return NextPage(
        page=page,
        data=data,
        fields=fields,
        address=addresses({page.pk: path})[page.pk],
        is_for_cohort=is_for_cohort,
        changes=changes,
        notes=list(_notes(page, latest, move)),
    )


def _still_to_come(day: date | None) -> date | None:
    """A day that was never moved along with its year would only say that all is over."""
    return day if day and day > timezone.localdate() else None


def _changes(latest: ProgrammePage, fields: dict[str, Any]) -> list[Change]:
    words = {
        name: (getattr(latest, name), fields[name])
        for name in ("title", "year", "applications_close")
        if getattr(latest, name) != fields[name]
    }
    return [
        Change(
            what=str(latest._meta.get_field(name).verbose_name).capitalize(),
            before=_in_words(before),
            after=_in_words(after),
        )
        for name, (before, after) in words.items()
    ]


def _in_words(value: Any) -> str:
    return day_words(value) if isinstance(value, date) else value or ""


def _notes(page: Any, latest: Any, move: Move) -> Iterator[str]:
    if page.live and page.has_unpublished_changes:
        yield "Its latest draft is copied, which is not published yet."
    if latest.go_live_at or latest.expire_at:
        yield "When it is published or taken down by itself stays behind."
    years = sorted({found for text in _texts(latest) for found in move.years_in(text)})
    if years:
        yield f"Its words name {' and '.join(years)}. They stay so: read them through."


def _texts(latest: Any) -> Iterator[str]:
    """What people read on a page, but for its title and its year, which are moved."""
    for one in type(latest)._meta.local_fields:
        value = getattr(latest, one.attname)
        if isinstance(value, StreamValue):
            yield from map(str, value.stream_block.get_searchable_content(value))
        elif isinstance(value, str) and one.name != "year":
            yield value


# -- sessions -----------------------------------------------------------------------


def _add_sessions(plan: Plan, sessions: list[Session]) -> None:
    for session in sessions:
        if session.cancelled_at:
            plan.left.append(Left(what=f"Session “{session.title}”", why="It was cancelled."))
        elif _is_for_others(session.circle, plan.source):
            plan.left.append(Left(what=f"Session “{session.title}”", why="It is for a small group."))
        else:
            plan.sessions.append(_session(session, plan))


def _session(session: Session, plan: Plan) -> NextSession:
    starts, ends = session.starts_at, session.ends_at
    if starts and ends:
        starts, ends = plan.move.hours(starts, ends)
    notes: list[str] = []
    kept = {}
    for name, stays in (("description", _TEXT_STAYS), ("place", _PLACE_STAYS)):
        text = getattr(session, name)
        kept[name] = "" if is_of_its_year(text) else text
        if text and not kept[name]:
            notes.append(stays)
    return NextSession(
        session=session,
        fields={
            "kind": session.kind,
            "title": plan.move.words(session.title),
            "starts_at": starts,
            "ends_at": ends,
            "provisional": True,
            **kept,
        },
        is_for_cohort=session.circle_id == plan.source.circle_id,
        holiday=holiday_on(in_london(starts).date()) if starts else "",
        notes=notes,
    )


# -- what to know -----------------------------------------------------------------------


def _elsewhere(plan: Plan) -> Iterator[Change]:
    """Links on other pages, in the navigation and in the footer, that lead to the pages of this year and stay so."""
    titles = plan.titles
    kind = ContentType.objects.get_for_model(Page)
    own = [str(pk) for pk in titles]
    found = ReferenceIndex.objects.filter(base_content_type=kind, to_content_type=kind, to_object_id__in=own)
    pairs = set(found.exclude(object_id__in=own).values_list("object_id", "to_object_id"))
    names = dict(Page.objects.filter(pk__in={int(pk) for pk, _ in pairs}).values_list("pk", "title"))
    lines = [(names[int(pk)], titles[int(to)]) for pk, to in pairs if int(pk) in names]
    for model, where in ((NavigationLink, "Navigation"), (FooterLink, "Footer")):
        linked = model.objects.filter(page__in=titles).values_list("page", flat=True)
        lines += [(where, titles[to]) for to in linked]
    return (Change(what=where, before=to, after=to) for where, to in sorted(lines))


def _cautions(plan: Plan) -> Iterator[str]:
    for one in plan.sessions:
        if one.holiday:
            yield f"“{one.fields['title']}” would be on {one.holiday}, {day_words(in_london(one.fields['starts_at']).date())}."
    if plan.move.to <= plan.move.end:
        yield f"“{plan.source.name}” ends on {day_words(plan.move.end)}, after the new year has begun."
    for other in Cohort.objects.filter(starts_on=plan.starts_on):
        yield f"There is already a cohort that starts on {day_words(plan.starts_on)}: “{other.name}”."
    undated = sum(1 for one in plan.sessions if not one.fields["starts_at"])
    if undated:
        yield f"{undated} session{' has' if undated == 1 else 's have'} no date this year, and will have none."
    several = YearCopy.objects.standing().filter(source=plan.source).first()
    if several:
        yield f"“{several.name}” has been set up from this cohort already, for another date."
