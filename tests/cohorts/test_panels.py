"""What this room shows on other rooms' pages: when modules take place, and one's next session."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from cohorts import actions
from cohorts.enums import SessionKind
from cohorts.panels import draw_module_sessions, draw_next_session, when_modules_are
from kit.registry import cards, panels
from learning.calendars import When, calendars
from learning.models import ModulePage
from members import actions as members_actions
from tests.cohorts.conftest import NOW
from tests.factories import CohortFactory, SessionFactory


@pytest.fixture
def asking():
    """A request by a person, or by a visitor."""

    def make(user=None):
        request = RequestFactory().get("/")
        request.user = user or AnonymousUser()
        return request

    return make


def words(html: str) -> str:
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


# -- half-days on a module's page -----------------------------------------------------


def test_participants_see_the_half_days_with_date_and_state(cast, sessions, pages, asking):
    drawn = draw_module_sessions(pages.module, asking(cast.participant))
    assert words(drawn) == "Wed 11 Mar Half-day zwetschge 9:30am to 12:30pm Room zwetschge Provisional"


def test_a_half_day_that_is_over_says_so_and_is_not_provisional_any_more(cast, sessions, pages, asking):
    with time_machine.travel(sessions.private.ends_at + timedelta(days=1), tick=False):
        drawn = draw_module_sessions(pages.module, asking(cast.participant))
    assert words(drawn) == "Wed 11 Mar Half-day zwetschge 9:30am to 12:30pm Room zwetschge Over"


@pytest.mark.parametrize("who", ["visitor", "outsider", "editor"])
def test_others_see_that_dates_are_for_participants(cast, sessions, pages, asking, who):
    user = None if who == "visitor" else getattr(cast, who)
    assert words(draw_module_sessions(pages.module, asking(user))) == "Dates are shown to participants."


def test_what_is_public_everybody_sees(cast, sessions, pages, asking):
    actions.change_session(session=sessions.private, circle=None)
    assert "Half-day zwetschge" in draw_module_sessions(pages.module, asking())


def test_participants_are_told_that_dates_are_to_be_set(cast, pages, asking, now):
    assert (
        words(draw_module_sessions(pages.module, asking(cast.participant)))
        == "The dates are still to be set."
    )


@pytest.mark.postgres
def test_a_facilitator_of_two_cohorts_sees_both_by_name(cast, sessions, pages, asking, now):
    other = CohortFactory(name="Cohort 2027", starts_on=datetime(2027, 1, 1, tzinfo=UTC).date())
    members_actions.join(person=cast.facilitator, circle=other.circle)
    SessionFactory(cohort=other, circle=other.circle, module=pages.module, kind="half_day", title="Later")
    drawn = draw_module_sessions(pages.module, asking(cast.facilitator))
    headings = [heading.get_text() for heading in BeautifulSoup(drawn, "html.parser").find_all("h3")]
    assert headings == ["Cohort 2027", "Cohort 2021–22"]


def test_it_stands_on_the_modules_page(cast, sessions, pages, signed_in):
    assert (
        "Half-day zwetschge"
        in signed_in(cast.participant).get("/programme/modules/planning/").content.decode()
    )


# -- when modules take place ------------------------------------------------------------


@pytest.fixture
def year(cast, pages, now):
    """Three modules of the cast's cohort, on 1 and 2 of January, April and July 2026."""
    modules = [pages.module]
    for number in (2, 3):
        module = ModulePage(title=f"Module {number}", slug=f"m{number}", number=number, summary="x")
        modules.append(pages.modules.add_child(instance=module))
    for module, month in zip(modules, (1, 4, 7), strict=True):
        for day in (1, 2):
            starts = datetime(2026, month, day, 9, tzinfo=UTC)
            SessionFactory(
                cohort=cast.cohort, circle=cast.cohort.circle, module=module, kind="half_day",
                starts_at=starts, ends_at=starts + timedelta(hours=3),
            )  # fmt: skip
    return [module.pk for module in modules]


def _states(year, user, moment=NOW):
    with time_machine.travel(moment, tick=False):
        found = when_modules_are(year, user)
    return [found[pk].state for pk in year if pk in found]


def test_dates_of_a_whole_year_in_one_query(year, cast, django_assert_num_queries):
    assert cast.participant.circle_ids
    with django_assert_num_queries(1):
        found = when_modules_are(year, cast.participant)
    assert found == {
        year[0]: When(words="1 and 2 January 2026", state="done"),
        year[1]: When(words="1 and 2 April 2026", state="now"),
        year[2]: When(words="1 and 2 July 2026", state="later"),
    }


@pytest.mark.parametrize(
    ("moment", "states"),
    [
        (datetime(2025, 12, 31, tzinfo=UTC), ["later", "later", "later"]),
        (datetime(2026, 1, 1, 9, tzinfo=UTC), ["now", "later", "later"]),
        (datetime(2026, 1, 1, 20, tzinfo=UTC), ["now", "later", "later"]),
        (datetime(2026, 1, 2, 13, tzinfo=UTC), ["done", "now", "later"]),
        (datetime(2026, 7, 2, 11, tzinfo=UTC), ["done", "done", "now"]),
        (datetime(2026, 7, 3, tzinfo=UTC), ["done", "done", "done"]),
    ],
)
def test_where_the_year_stands(year, cast, moment, states):
    assert _states(year, cast.participant, moment) == states


@pytest.mark.parametrize("who", ["visitor", "outsider", "editor"])
def test_others_learn_nothing_of_the_dates(year, cast, who):
    user = AnonymousUser() if who == "visitor" else getattr(cast, who)
    assert when_modules_are(year, user) == {}


def test_provisional_undated_and_cancelled_half_days(year, cast):
    from cohorts.models import Session

    first, second = Session.objects.filter(module_id=year[0]).order_by("starts_at")
    actions.change_session(session=first, provisional=True)
    assert when_modules_are(year, cast.participant)[year[0]].words == "1 and 2 January 2026 (provisional)"
    actions.cancel_session(session=first)
    assert when_modules_are(year, cast.participant)[year[0]].words == "2 January 2026"
    actions.change_session(session=second, starts_at=None, ends_at=None)
    assert when_modules_are(year, cast.participant)[year[0]] == When(words="Dates to be set", state="later")


@pytest.mark.postgres
def test_who_is_in_two_cohorts_reads_the_dates_of_the_newest(year, cast, pages):
    actions.change_cohort(cohort=cast.cohort, starts_on=datetime(2026, 1, 1, tzinfo=UTC).date())
    other = CohortFactory(starts_on=datetime(2027, 1, 1, tzinfo=UTC).date())
    members_actions.join(person=cast.participant, circle=other.circle)
    starts = datetime(2027, 1, 7, 9, tzinfo=UTC)
    SessionFactory(
        cohort=other, circle=other.circle, module=pages.module, kind="half_day",
        starts_at=starts, ends_at=starts + timedelta(hours=3),
    )  # fmt: skip
    assert when_modules_are(year, cast.participant) == {
        pages.module.pk: When(words="7 January 2027", state="later")
    }


# -- one's next session -------------------------------------------------------------------


def test_the_next_session_is_a_sentence_with_one_button(cast, sessions, asking):
    drawn = draw_next_session(asking(cast.participant))
    assert words(drawn) == (
        "Your next session Half-day zwetschge is tomorrow, 9:30am to 12:30pm. "
        "Room zwetschge. The date may still change. See this session"
    )
    links = BeautifulSoup(drawn, "html.parser").find_all("a")
    assert [link["href"] for link in links] == [f"/sessions/{sessions.private.pk}/"]


@pytest.mark.parametrize(
    ("before", "said", "joins"),
    [
        (timedelta(days=6), "is on Wednesday 11 March 2026, 9:30am to 12:30pm.", False),
        (timedelta(days=1), "is tomorrow, 9:30am to 12:30pm.", False),
        (timedelta(minutes=16), "is today, 9:30am to 12:30pm.", False),
        (timedelta(minutes=15), "is today, 9:30am to 12:30pm.", True),
        (-timedelta(hours=1), "is on now, until 12:30pm.", True),
    ],
)
def test_how_near_it_is(cast, sessions, asking, before, said, joins):
    with time_machine.travel(sessions.private.starts_at - before, tick=False):
        drawn = draw_next_session(asking(cast.participant))
    assert said in words(drawn)
    assert ("Join now" in drawn) == joins
    assert ("https://meet.example.org/zwetschge" in drawn) == joins


@pytest.mark.parametrize(("days", "shown"), [(2, True), (7, True), (7.01, False), (30, False)])
def test_what_else_is_on_within_a_week_stands_below(cast, sessions, asking, now, days, shown):
    starts = now + timedelta(days=days)
    clinic = SessionFactory(
        cohort=cast.cohort, circle=cast.cohort.circle, kind=SessionKind.CLINIC, title="Clinic 2",
        starts_at=starts, ends_at=starts + timedelta(hours=1),
    )  # fmt: skip
    drawn = BeautifulSoup(draw_next_session(asking(cast.participant)), "html.parser")
    links = [link["href"] for link in drawn.select(".p-next__also a")]
    assert links == ([clinic.get_absolute_url()] if shown else [])
    assert "Half-day zwetschge" in drawn.select_one("h2").get_text()


@pytest.mark.parametrize("number", [1, 30])
def test_the_next_session_costs_one_query(cast, sessions, asking, number, django_assert_num_queries):
    for _ in range(number):
        SessionFactory(cohort=cast.cohort, circle=cast.cohort.circle)
    request = asking(cast.participant)
    request.user.circle_ids  # noqa: B018 — looked up once a request
    with django_assert_num_queries(1):
        drawn = BeautifulSoup(draw_next_session(request), "html.parser")
    assert len(drawn.select(".p-next__also li")) == min(number, 4)


def test_cancelled_and_over_sessions_are_not_next(cast, sessions, asking):
    actions.cancel_session(session=sessions.private)
    assert draw_next_session(asking(cast.participant)) == ""


def test_a_public_session_of_ones_cohort_is_ones_own(cast, sessions, asking):
    actions.cancel_session(session=sessions.private)
    actions.change_session(session=sessions.public, cohort=cast.cohort)
    assert "Open webinar" in draw_next_session(asking(cast.participant))
    assert draw_next_session(asking(cast.outsider)) == ""


@pytest.mark.parametrize("who", ["outsider", "editor"])
def test_others_have_no_next_session(cast, sessions, asking, who):
    assert draw_next_session(asking(getattr(cast, who))) == ""


def test_titles_are_text(cast, sessions, asking):
    actions.change_session(session=sessions.private, title="<script>alert(1)</script>")
    assert "<script>" not in draw_next_session(asking(cast.participant))


# -- what each declares -------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 30])
def test_each_makes_as_many_queries_as_it_declares(
    cast, sessions, pages, asking, django_assert_num_queries, number
):
    for _ in range(number):
        SessionFactory(cohort=cast.cohort, circle=cast.cohort.circle, module=pages.module, kind="half_day")
    request = asking(cast.participant)
    assert cast.participant.circle_ids
    with django_assert_num_queries(2):
        panels.get("cohorts.module_sessions").draw(pages.module, request)
    with django_assert_num_queries(1):
        cards.get("cohorts.next_session").draw(request)
    with django_assert_num_queries(1):
        calendars.get("cohorts.modules").when([pages.module.pk], cast.participant)
    declared = (
        panels.get("cohorts.module_sessions"),
        cards.get("cohorts.next_session"),
        calendars.get("cohorts.modules"),
    )
    assert [one.queries for one in declared] == [2, 1, 1]


@pytest.mark.parametrize("number", [1, 30])
def test_the_search_makes_two_queries(cast, sessions, django_assert_num_queries, number):
    from kit.registry import searches

    for _ in range(number):
        SessionFactory(cohort=cast.cohort, circle=cast.cohort.circle, title="Half-day zwetschge")
    assert cast.participant.circle_ids
    kind = searches.get("sessions")
    kind.find(cast.participant, "zwetschge", 6)
    with django_assert_num_queries(2):
        hits = kind.find(cast.participant, "zwetschge", 6)
    assert kind.queries == 2
    assert 4 <= len(hits) <= 6


def test_a_hit_says_what_and_when(cast, sessions):
    from kit.registry import searches

    [hit] = searches.get("sessions").find(AnonymousUser(), "webinar", 6)
    assert (hit.title, hit.url, hit.excerpt, hit.meta) == (
        "Open webinar",
        f"/sessions/{sessions.public.pk}/",
        "For everybody.",
        "Reflective webinar. Tuesday 17 March 2026, midday to 1pm",
    )
