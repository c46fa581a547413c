"""The one next thing, what is left behind, and starting from today: rules by themselves, then for somebody."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.actions import tick
from learning.course import Module
from members import actions as members_actions
from study import actions
from study.overview import learning_of
from study.rules import is_away, is_fresh, is_just_back
from study.standing import SMALL, Standing, next_step, small_guidance, standing_of
from tests.factories import ThemeFactory
from tests.study.conftest import NOW, fresh, step

DAY = timedelta(days=1)


# -- rules by themselves --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "behind", "away"),
    [
        (None, False, False),
        (None, True, True),
        (NOW, True, False),
        (NOW - 21 * DAY, True, False),
        (NOW - 21 * DAY - timedelta(seconds=1), True, True),
        (NOW - 400 * DAY, False, True),
    ],
)
def test_three_weeks_without_anything_are_an_absence(last, behind, away):
    assert is_away(last, NOW, behind=behind) is away


@pytest.mark.parametrize(
    ("days", "fresh_start", "just_back"),
    [(0, True, True), (21, True, True), (22, True, False), (365, True, False), (366, False, False)],
)
def test_a_start_holds_for_a_year_and_small_things_for_three_weeks(days, fresh_start, just_back):
    today = date(2026, 3, 10)
    started = today - timedelta(days=days)
    assert (is_fresh(started, today), is_just_back(started, today)) == (fresh_start, just_back)


def test_who_has_never_started_anew_has_not():
    assert (is_fresh(None, date(2026, 3, 10)), is_just_back(None, date(2026, 3, 10))) == (False, False)


class Raw:
    """What a StreamField gives of its raw data."""

    def __init__(self, blocks: list[dict[str, object]]) -> None:
        self.raw_data = blocks


def module(number: int, state: str, *minutes: int | None) -> Module:
    blocks = [step(number * 100 + place, f"S{number}.{place}", takes) for place, takes in enumerate(minutes)]
    return Module(
        pk=number, number=number, title=f"M{number}", summary="", url=f"/m{number}/", state=state or "later",
        when=f"D{number}" if state else "", stream=Raw(blocks),
    )  # fmt: skip


def keys(number: int, *places: int) -> frozenset[UUID]:
    return frozenset(UUID(int=number * 100 + place) for place in places)


def test_it_counts_steps_by_module_and_in_all():
    standing = standing_of(
        [module(1, "done", 5, 5), module(2, "now", 5), module(3, "later")], {1: keys(1, 0)}
    )
    assert [(one.module.number, one.done, one.total) for one in standing.modules] == [(1, 1, 2), (2, 0, 1)]
    assert (standing.done, standing.total, standing.is_running) == (1, 3, True)


def test_ticks_of_steps_that_are_gone_count_for_nothing():
    standing = standing_of([module(1, "now", 5)], {1: keys(1, 0, 7, 8), 9: keys(9, 0)})
    assert (standing.done, standing.total, standing.modules[0].left) == (1, 1, [])


def test_left_behind_is_what_is_over_and_open():
    modules = [module(1, "done", 5), module(2, "done", 5), module(3, "now", 5), module(4, "later", 5)]
    standing = standing_of(modules, {1: keys(1, 0)})
    assert [one.module.number for one in standing.backlog] == [2]


@pytest.mark.parametrize(
    ("states", "done", "here", "running"),
    [
        (["done", "now", "later"], {}, 2, True),
        (["done", "later", "later"], {}, 2, False),
        (["done", "done", "done"], {}, 3, False),
        (["", "", ""], {}, 1, False),
        (["", "", ""], {1: keys(1, 0)}, 2, False),
        (["", ""], {1: keys(1, 0), 2: keys(2, 0)}, 2, False),
        ([], {}, None, False),
    ],
)
def test_where_somebody_is(states, done, here, running):
    standing = standing_of([module(number, state, 5) for number, state in enumerate(states, 1)], done)
    assert (standing.here.module.number if standing.here else None, standing.is_running) == (here, running)


def test_the_next_step_says_where_and_how_long():
    standing = standing_of([module(1, "now", 60, 10)], {})
    thing = next_step(standing.here)
    assert (thing.title, thing.text, thing.action) == (
        "S1.0.", "Before module 1, “M1”. It takes about 1 hour.", "Start here",
    )  # fmt: skip
    assert thing.url == f"/m1/#step-{UUID(int=100)}"
    assert next_step(standing.here, small=True).title == "S1.1."


def test_who_has_begun_goes_on():
    standing = standing_of([module(1, "now", 60, None)], {1: keys(1, 0)})
    thing = next_step(standing.here)
    assert (thing.title, thing.text, thing.action) == ("S1.1.", "Before module 1, “M1”.", "Go on")


@pytest.mark.parametrize(("minutes", "found"), [(1, True), (15, True), (16, False), (None, False)])
def test_small_is_a_quarter_of_an_hour_at_most(minutes, found):
    standing = standing_of([module(1, "now", minutes)], {})
    assert (next_step(standing.here, small=True) is not None) is found


def test_where_nothing_is_left_there_is_no_step():
    standing = standing_of([module(1, "now", 5)], {1: keys(1, 0)})
    assert (next_step(standing.here), next_step(None), Standing(modules=[]).here) == (None, None, None)


YEARS = st.lists(
    st.tuples(
        st.sampled_from(["done", "now", "later", ""]),
        st.lists(st.tuples(st.booleans(), st.one_of(st.none(), st.integers(1, 90))), max_size=4),
    ),
    max_size=6,
)


@given(year=YEARS, small=st.booleans())
def test_whatever_the_year_the_next_thing_is_open_and_never_of_what_is_over(year, small):
    modules = [
        module(number, state, *(minutes for _, minutes in steps))
        for number, (state, steps) in enumerate(year, 1)
    ]
    done = {
        number: keys(number, *(place for place, (is_done, _) in enumerate(steps) if is_done))
        for number, (_, steps) in enumerate(year, 1)
    }
    standing = standing_of(modules, done)
    assert standing.total == sum(len(steps) for _, steps in year)
    assert standing.done == sum(is_done for _, steps in year for is_done, _ in steps)
    assert standing.done + sum(len(one.left) for one in standing.modules) == standing.total
    assert standing.here in [*standing.modules, None]
    thing = next_step(standing.here, small=small)
    if thing is None:
        return
    assert any(state in ("now", "later", "") for state, _ in year) or standing.here is standing.modules[-1]
    if any(one.module.state in ("now", "later") and one.module.has_dates for one in standing.modules):
        assert standing.here not in standing.backlog
    chosen = next(one for one in standing.here.left if f"{one.title}." == thing.title)
    assert chosen.key not in done[standing.here.module.number]
    assert not small or chosen.minutes <= SMALL


# -- for somebody ------------------------------------------------------------------------------------


@pytest.fixture
def me(cast):
    return fresh(cast.participant)


def look(person, now: datetime | None = None):
    from django.utils import timezone

    return learning_of(fresh(person), now or timezone.now())


@pytest.mark.django_db
class TestAway:
    """Starting from today, after an absence or because one wants to."""

    def test_who_comes_back_is_offered_a_start(self, me, year, now):
        modules = year("done", "now", "later")
        tick(person=me, module=modules[0], step=UUID(int=11))
        assert look(me).offers is False
        now.shift(22 * DAY)
        assert (look(me).offers, look(me).can_start) == (True, True)

    def test_nobody_who_does_something_is(self, me, year, write, now):
        modules = year("done", "now")
        for act in (
            lambda: tick(person=me, module=modules[1], step=UUID(int=21)),
            lambda: actions.mark_done(person=me, page=write("Read")),
        ):
            now.shift(22 * DAY)
            assert look(me).offers is True
            act()
            assert look(me).offers is False

    def test_who_has_never_done_anything_is_where_something_is_over(self, me, year, now):
        year("done", "now")
        assert look(me).offers is True
        year("now", "later")
        assert look(me).offers is False

    @pytest.mark.parametrize("states", [("later", "later"), ("done", "done"), ("", "")])
    def test_a_year_that_does_not_run_offers_nothing(self, me, year, now, states):
        modules = year(*states)
        tick(person=me, module=modules[0], step=UUID(int=11))
        now.shift(22 * DAY)
        assert look(me).offers is False

    @pytest.mark.parametrize("who", ["admin", "editor"])
    def test_who_takes_no_part_is_not_behind(self, cast, year, now, who):
        year("done", "now")
        person = getattr(cast, who)
        actions.start_from(person=person, day=NOW.date())
        found = look(person)
        assert (found.offers, found.can_start, found.folded, found.started) == (False, False, [], "")
        assert len(found.modules) == 2

    def test_the_start_folds_away_what_is_over_and_open(self, me, year, now):
        modules = year("done", "done", "now", "later")
        for key in (11, 12):
            tick(person=me, module=modules[0], step=UUID(int=key))
        before = look(me)
        assert ([one.module.number for one in before.modules], before.folded) == ([1, 2, 3, 4], [])
        actions.start_from(person=me, day=NOW.date())
        found = look(me)
        assert [one.module.number for one in found.folded] == [2]
        assert [one.module.number for one in found.modules] == [1, 3, 4]
        assert (found.started, found.offers, found.can_start) == ("10 March 2026", False, False)
        assert (found.standing.done, found.standing.total) == (2, 8)  # the programme is what it was
        actions.start_from(person=me, day=None)
        assert look(me).folded == []

    def test_then_the_next_thing_is_a_small_one(self, me, year, now):
        year("done", "now")
        assert look(me).thing.title == "Long 2."
        actions.start_from(person=me, day=NOW.date())
        assert look(me).thing.title == "Short 2."
        now.shift(22 * DAY)
        assert (look(me).thing.title, look(me).offers, len(look(me).folded)) == ("Long 2.", True, 1)

    def test_when_the_small_steps_are_done_it_is_guidance_that_fits(self, me, year, write, now):
        theme, other = ThemeFactory(slug="trust"), ThemeFactory(slug="money")
        fits, not_this = write("Fits"), write("Not this")
        for page, of in ((fits, theme), (not_this, other)):
            page.themes.set([of])
            page.save()
        module = year("done", "now")[1]
        module.themes.set([theme])
        module.save()
        tick(person=me, module=module, step=UUID(int=22))
        actions.start_from(person=me, day=NOW.date())
        thing = look(me).thing
        assert (thing.title, thing.text, thing.action) == (
            "Read “Fits”.", "About Fits. It takes about 1 minute.", "Read it",
        )  # fmt: skip
        assert thing.url == f"/guidance/{fits.slug}/"
        actions.mark_done(person=me, page=fits)
        assert look(me).thing.title == "Long 2."

    def test_the_start_is_forgotten_after_a_year(self, me, year, now):
        year("done", "now")
        actions.start_from(person=me, day=NOW.date())
        now.shift(366 * DAY)
        assert (look(me).folded, look(me).started) == ([], "")

    def test_a_start_late_in_the_evening_is_of_the_day_in_london(self, me, year):
        """At 23:30 by the world's clock it is the next day in London in summer."""
        year("done", "now")
        actions.start_from(person=me, day=date(2026, 7, 2))
        late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
        assert look(me, late).started == "2 July 2026"


@pytest.mark.django_db
class TestSmallGuidance:
    """Guidance of a quarter of an hour."""

    @pytest.fixture
    def here(self, me, year, write, restrict):
        """The module of now, whose long step leads to guidance."""
        named = write("Named")
        own = [step(1, "Long", 60, guidance=named.pk)]
        [module] = year("now", steps=own)
        return named, module

    def find(self, person):
        found = look(person)
        return small_guidance(found.standing.here, fresh(person))

    def test_what_a_step_names_fits(self, me, here):
        assert self.find(me).title == "Read “Named”."

    @pytest.mark.parametrize(
        ("change", "fits"),
        [
            ({"minutes_to_read": 15}, True),
            ({"minutes_to_read": 16}, False),
            ({"minutes": 15}, True),
            ({"minutes": 16}, False),
            ({"live": False}, False),
        ],
    )
    def test_it_is_short_to_read_and_to_run_and_published(self, me, here, change, fits):
        type(here[0]).objects.filter(pk=here[0].pk).update(**change)
        assert (self.find(me) is not None) is fits

    def test_the_longer_of_both_times_is_said(self, me, here):
        type(here[0]).objects.filter(pk=here[0].pk).update(minutes_to_read=3, minutes=12)
        assert self.find(me).text == "About Named. It takes about 12 minutes."

    def test_what_one_may_not_read_is_not_offered(self, cast, me, here, restrict):
        restrict(here[0], cast.community.circle)
        assert self.find(me) is None
        assert self.find(cast.convener) is not None
        members_actions.join(person=fresh(me), circle=cast.community.circle)
        assert self.find(me) is not None

    def test_what_one_has_done_is_not_offered_again(self, cast, me, here):
        actions.mark_done(person=cast.convener, page=here[0])
        assert self.find(me) is not None
        actions.mark_done(person=me, page=here[0])
        assert self.find(me) is None

    def test_what_is_named_comes_before_what_shares_a_theme_and_the_shorter_first(self, me, here, write):
        theme = ThemeFactory(slug="trust")
        named, module = here
        module.themes.set([theme])
        module.save()
        for title, minutes in (("Longer", 9), ("Shorter", 2)):
            page = write(title)
            page.themes.set([theme])
            page.save()
            type(page).objects.filter(pk=page.pk).update(minutes_to_read=minutes)
        type(named).objects.filter(pk=named.pk).update(minutes_to_read=14)
        found = []
        for _ in range(3):
            found.append(self.find(me).title)
            title = found[-1].removeprefix("Read “").removesuffix("”.")
            actions.mark_done(person=me, page=type(named).objects.get(title=title))
        assert found == ["Read “Named”.", "Read “Shorter”.", "Read “Longer”."]
        assert self.find(me) is None

    @pytest.mark.parametrize("number", [1, 30])
    def test_it_asks_once(self, me, here, write, number, django_assert_num_queries):
        theme = ThemeFactory(slug="trust")
        here[1].themes.set([theme])
        here[1].save()
        for place in range(number):
            page = write(f"G{place}")
            page.themes.set([theme])
            page.save()
        standing, person = look(me).standing.here, fresh(me)
        assert person.circle_ids
        with django_assert_num_queries(1):
            small_guidance(standing, person)


@pytest.mark.django_db
class TestNextThing:
    """Where there is no step to do."""

    def test_who_has_done_all_goes_on_with_what_they_were_reading(self, me, year, write, now):
        [module] = year("now")
        for key in (11, 12):
            tick(person=me, module=module, step=UUID(int=key))
        page = write("Trust")
        actions.note_reading(person=me, page=page)
        thing = look(me).thing
        assert (thing.title, thing.text, thing.url) == (
            "Go on with “Trust”.",
            "About Trust.",
            f"/guidance/{page.slug}/",
        )
        actions.mark_done(person=me, page=page)
        assert look(me).thing.url == "/guidance/"

    def test_who_has_read_nothing_is_shown_the_library(self, me, pages):
        thing = look(me).thing
        assert (thing.title, thing.action, thing.url) == (
            "Read one piece of guidance.", "Look through the guidance", "/guidance/",
        )  # fmt: skip

    def test_a_page_done_long_ago_is_not_gone_on_with(self, me, write, now, pages):
        first = write("First")
        actions.mark_done(person=me, page=first)
        for number in range(12):
            now.shift(DAY)
            actions.mark_done(person=me, page=write(f"G{number}"))
        actions.note_reading(person=me, page=first)
        assert look(me).thing.url == "/guidance/"
