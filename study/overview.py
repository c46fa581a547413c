"""What "Your learning" is made of."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from kit.times import date_of, day_of, now_here
from learning.course import Module, this_year
from learning.path import done_steps
from members.enums import CircleKind
from members.models import User
from study import asked
from study.enums import Of
from study.models import BookmarkList, Choices
from study.places import LIBRARY, url_of
from study.rows import Row, bookmarks_of, latest, rows_of
from study.rules import can_study, is_away, is_fresh, is_just_back
from study.standing import Progress, Standing, Thing, next_step, small_guidance, standing_of

_OF_A_LIST = 5


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """One of one's lists, with the first of what is in it. Of no list: what is in none."""

    of: BookmarkList | None
    rows: list[Row]

    @property
    def first(self) -> list[Row]:
        """As many as the page shows."""
        return self.rows[:_OF_A_LIST]


@dataclass(frozen=True, kw_only=True)
class Search:
    """A saved search: where it is changed, where it leads, and what it looks through."""

    pk: int
    name: str
    url: str
    of: str


@dataclass(frozen=True, kw_only=True)
class Learning:
    """The page.

    Args:
        offers: whether to offer to start from today, because somebody has been away.
        started: the day that they started from, in words; "" if what came before is not folded away.
        folded: modules that are over and folded away.
        modules: the others.
        can_start: whether there is anything to fold away.
        more_done: whether more is done than is shown.
    """

    may_study: bool
    standing: Standing
    modules: list[Progress]
    folded: list[Progress]
    offers: bool
    can_start: bool
    started: str
    thing: Thing
    were: list[Row]
    knows_visits: bool
    shelves: list[Shelf]
    bookmarks: int
    searches: list[Search]
    done: list[Row]
    more_done: bool
    mark_at_end: bool


def learning_of(user: User, now: datetime) -> Learning:
    """What somebody has done, kept and read, and the one thing that comes next.

    Eleven queries, those of the calendars, and one more where something small is looked for.
    """
    modules = this_year(user)
    standing = standing_of(modules, done_steps([module.pk for module in modules], user))
    choices = Choices.objects.visible_to(user).first() or Choices()
    takes_part = bool(user.circle_ids_of_kind(CircleKind.COHORT))
    today = now.astimezone(timezone.get_current_timezone()).date()
    started = choices.started_on if takes_part and is_fresh(choices.started_on, today) else None
    backlog = standing.backlog if takes_part else []
    ticked = {row.module_id: row.last for row in asked.TICKED.rows(user)}
    done = rows_of(asked.DONE.rows(user), "done_at")
    visits = rows_of(asked.READ.rows(user), "read_at")
    kept = bookmarks_of(user)
    acts = [*ticked.values(), *(row.at for row in done[:1]), *([_beginning(started)] if started else [])]
    away = is_away(max(acts, default=None), now, behind=bool(backlog))
    were = latest([*visits, *done, *kept, *_modules_ticked(modules, ticked)], asked.LAST)
    return Learning(
        may_study=can_study(user),
        standing=standing,
        modules=[one for one in standing.modules if not (started and one in backlog)],
        folded=backlog if started else [],
        offers=takes_part and standing.is_running and away,
        can_start=bool(backlog) and not started,
        started=date_of(_beginning(started)) if started else "",
        thing=_thing(standing, user, were, small=is_just_back(started, today)),
        were=were,
        knows_visits=bool(visits),
        shelves=_shelves(user, kept),
        bookmarks=len(kept),
        searches=[
            Search(pk=row.pk, name=row.name, url=url_of(row.of, row.query), of=Of(row.of).label)
            for row in asked.SEARCHES.rows(user)
        ],
        done=done[: asked.DONE_SHOWN],
        more_done=len(done) > asked.DONE_SHOWN,
        mark_at_end=choices.mark_at_end,
    )


def _beginning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _modules_ticked(modules: list[Module], ticked: dict[int, datetime]) -> list[Row]:
    """The modules of this year as somebody last ticked something in them; no query."""
    today = now_here()
    return [
        Row(
            page=module.pk,
            title=module.title,
            url=module.url,
            text=module.summary,
            at=ticked[module.pk],
            when=day_of(ticked[module.pk], today),
            number=module.number,
        )
        for module in modules
        if module.pk in ticked
    ]


def _thing(standing: Standing, user: User, were: list[Row], *, small: bool) -> Thing:
    """The one next thing: after a fresh start something small, else the next step, else what one was reading."""
    here = standing.here
    if small and here:
        found = next_step(here, small=True) or small_guidance(here, user)
        if found:
            return found
    return next_step(here) or _reading(were) or _LIBRARY


def _reading(were: list[Row]) -> Thing | None:
    for row in were:
        if row.number is None and not row.is_done:
            return Thing(title=f"Go on with “{row.title}”.", text=row.text, action="Go on", url=row.url)
    return None


_LIBRARY = Thing(
    title="Read one piece of guidance.",
    text="Nothing is due. Choose what helps with your next meeting.",
    action="Look through the guidance",
    url=LIBRARY,
)


def _shelves(user: User, kept: list[Row]) -> list[Shelf]:
    """One's lists with what is in them, then what is in none. One query."""
    own = [
        Shelf(of=one, rows=[row for row in kept if one.pk in row.lists])
        for one in BookmarkList.objects.visible_to(user)
    ]
    loose = [row for row in kept if not row.lists]
    return [*own, Shelf(of=None, rows=loose)] if loose else own
