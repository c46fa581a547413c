"""Sessions as lists show them: everything of a row ready as text, in as few queries as there are lists."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from types import MappingProxyType

from django.db.models import F
from django.urls import reverse

from cohorts import times
from cohorts.enums import SessionKind
from cohorts.models import Material, Session
from cohorts.querysets import SessionQuerySet
from kit import keyset
from members.enums import CircleKind
from members.querysets import Person, circle_ids

_COLUMNS = (
    "module", "cohort", "kind", "title", "starts_at", "ends_at", "provisional", "cancelled_at", "place", "circle_id",
    "module__number", "module__live", "module__circle_id", "cohort__name", "cohort__circle_id",
)  # fmt: skip
_COLOURS = {"Cancelled": "red", "Provisional": "yellow", "Over": "grey"}
AHEAD, UNDATED, PAST = 20, 15, 10
PAGE = 25


@dataclass(frozen=True, kw_only=True)
class Row:
    """One session of a list."""

    url: str
    title: str
    day: datetime | None
    hours: str
    facts: list[str]
    state: str
    colour: str
    month: str
    is_past: bool
    materials: Sequence[Material] = ()


@dataclass(frozen=True, kw_only=True)
class Overview:
    """What the calendar shows first."""

    months: list[tuple[str, list[Row]]]
    undated: list[Row]
    past: list[Row]
    more_ahead: str
    more_undated: bool
    more_past: bool

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing at all."""
        return not (self.months or self.undated or self.past)


def seen(user: Person, kind: str = "") -> SessionQuerySet:
    """The sessions that this person may see, with what a row needs; of one kind if it is given."""
    sessions = Session.objects.concerning(user).select_related("module", "cohort").only(*_COLUMNS)
    return sessions.filter(kind=kind) if kind else sessions


def overview(user: Person, now: datetime, kind: str = "") -> Overview:
    """The sessions ahead by month, those to be dated, and the last that are over. Three queries."""
    sessions = seen(user, kind)
    ahead = keyset.page(sessions.ahead(now), order=("starts_at", "id"), size=AHEAD)
    undated = list(
        sessions.undated(times.in_london(now).date()).order_by(
            F("module__number").asc(nulls_last=True), "pk"
        )[: UNDATED + 1]
    )
    past = list(sessions.past(now).order_by("-starts_at", "-pk")[: PAST + 1])
    return Overview(
        months=by_month(rows(ahead.rows, user, now)),
        undated=rows(undated[:UNDATED], user, now),
        past=rows(past[:PAST], user, now),
        more_ahead=ahead.next,
        more_undated=len(undated) > UNDATED,
        more_past=len(past) > PAST,
    )


def part(user: Person, now: datetime, show: str, cursor: str, kind: str = "") -> keyset.Page[Session]:
    """A page of one of the lists. One query.

    Args:
        user: who looks.
        now: the moment that parts what is ahead from what is over.
        show: "ahead", "undated" or "past".
        cursor: of ``kit.keyset``.
        kind: of session, "" for all.

    Raises:
        keyset.BadCursor: the cursor is not one of ours.
    """
    sessions = seen(user, kind)
    chosen, order = {
        "ahead": (sessions.ahead(now), ("starts_at", "id")),
        "undated": (sessions.undated(times.in_london(now).date()), ("id",)),
        "past": (sessions.past(now), ("-starts_at", "-id")),
    }[show]
    return keyset.page(chosen, order=order, cursor=cursor, size=PAGE)


def by_month(listed: list[Row]) -> list[tuple[str, list[Row]]]:
    """Rows under the names of their months, as they come."""
    return [(month, list(group)) for month, group in groupby(listed, key=lambda row: row.month)]


def rows(
    sessions: Iterable[Session],
    user: Person,
    now: datetime,
    *,
    with_module: bool = True,
    materials: Mapping[int, Sequence[Material]] = MappingProxyType({}),
) -> list[Row]:
    """What a list shows of each session.

    Args:
        sessions: with their cohort, and their module if it is shown.
        user: who looks.
        now: the moment that parts what is ahead from what is over.
        with_module: whether kind and module are said; not on the module's page, where what is over is said instead.
        materials: what this person may see beside each, by its id.
    """
    base = reverse("cohorts:session", args=[0]).removesuffix("0/")
    facts = _Facts(user, with_module=with_module)
    over = "" if with_module else "Over"
    listed = []
    for session in sessions:
        row = _row(session, f"{base}{session.pk}/", facts.of(session), now, over)
        beside = materials.get(session.pk)
        listed.append(replace(row, materials=beside) if beside else row)
    return listed


def _row(session: Session, url: str, facts: list[str], now: datetime, over: str) -> Row:
    starts, ends = session.starts_at, session.ends_at
    local = times.in_london(starts) if starts else None
    is_past = session.is_over(now)
    # A date that has been cannot change any more.
    state = over if is_past and not session.cancelled_at else session.state
    return Row(
        url=url,
        title=session.title,
        day=local,
        hours=times.hours_words(starts, ends) if starts and ends else "Date to be set",
        facts=facts,
        state=state,
        colour=_COLOURS.get(state, ""),
        month=f"{local:%B %Y}" if local else "",
        is_past=is_past,
    )


def _words(text: str) -> set[str]:
    return set(text.lower().replace(",", " ").split())


class _Facts:
    """Kind, place, module and cohort of sessions: as far as the title does not say it, and a person may know it."""

    def __init__(self, user: Person, *, with_module: bool) -> None:
        self.circles = circle_ids(user)
        cohorts = user.circle_ids_of_kind(CircleKind.COHORT) if user.is_authenticated else ()
        # Who is in one cohort knows which.
        self.cohorts = frozenset(cohorts if len(cohorts) > 1 else ())
        self.with_module = with_module

    def of(self, session: Session) -> list[str]:
        """What a list says of a session below its title."""
        cohort = session.cohort
        facts = [
            *self._of_the_year(session),
            cohort.name if cohort is not None and cohort.circle_id in self.cohorts else "",
        ]
        return [fact for fact in facts if fact]

    def _of_the_year(self, session: Session) -> list[str]:
        """Kind, place and module; the first and the last only where the title leaves them open."""
        if not self.with_module:
            return [session.place]
        kind, module = SessionKind(session.kind).label, self._module(session)
        said = _words(session.title)
        return [
            "" if _words(kind) <= said else kind,
            session.place,
            "" if _words(module) <= said else module,
        ]

    def _module(self, session: Session) -> str:
        module = session.module
        if module is None or not module.live or module.circle_id not in (None, *self.circles):
            return ""
        return session.stands_to_module
