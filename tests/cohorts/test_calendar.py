"""The calendar: what is ahead by month, what is to be dated, what is over."""

from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cohorts import actions
from cohorts.enums import SessionKind
from cohorts.models import Session
from members import actions as members_actions
from tests.factories import CohortFactory, SessionFactory


def page(response) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def titles(part) -> list[str]:
    return [heading.get_text() for heading in part.select(".p-session__title")]


def words(part) -> str:
    return " ".join(part.get_text(" ").split())


def test_sessions_stand_under_their_months(cast, pages, now):
    for day in (
        datetime(2026, 4, 2, tzinfo=UTC),
        datetime(2026, 3, 20, tzinfo=UTC),
        datetime(2026, 3, 12, tzinfo=UTC),
    ):
        SessionFactory(title=f"On {day:%d %B}", starts_at=day, ends_at=day + timedelta(hours=1))
    main = page(Client().get("/calendar/")).main
    assert {section.h2.get_text(): titles(section) for section in main.select("section")} == {
        "March 2026": ["On 12 March", "On 20 March"],
        "April 2026": ["On 02 April"],
    }


def test_a_row_says_when_in_london_where_and_how_it_stands(cast, sessions, signed_in):
    actions.change_session(
        session=sessions.private,
        starts_at=datetime(2026, 7, 1, 8, 30, tzinfo=UTC),
        ends_at=datetime(2026, 7, 1, 11, 30, tzinfo=UTC),
    )
    main = page(signed_in(cast.participant).get("/calendar/?kind=half_day")).main
    row = main.select_one(".p-session")
    assert words(row) == (
        "Wed 1 Jul Half-day zwetschge 9:30am to 12:30pm Module half-day. Room zwetschge. Module 1 Provisional"
    )
    assert row.time["datetime"] == "2026-07-01"
    assert row.a["href"] == f"/sessions/{sessions.private.pk}/"


def test_a_row_repeats_nothing_that_its_title_says(cast, sessions, signed_in):
    actions.change_session(session=sessions.private, title="Module 1, first half-day")
    main = page(signed_in(cast.participant).get("/calendar/?kind=half_day")).main
    assert words(main.select_one(".p-session .p-quiet")) == "Room zwetschge"


def test_a_session_shortly_after_midnight_stands_on_londons_day(cast, pages, now):
    starts = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # half past midnight on 1 July in London
    SessionFactory(starts_at=starts, ends_at=starts + timedelta(hours=1))
    main = page(Client().get("/calendar/")).main
    assert main.select_one("section h2").get_text() == "July 2026"
    assert main.select_one("time")["datetime"] == "2026-07-01"


def test_undated_sessions_follow_their_modules(cast, sessions, signed_in):
    main = page(signed_in(cast.participant).get("/calendar/")).main
    section = main.select_one("section[aria-label='Date to be set']")
    assert words(section.select_one(".p-session")) == (
        "Clinic zwetschge Date to be set Coaching clinic. After module 1"
    )


def test_undated_sessions_of_a_cohort_that_has_ended_are_left_out(cast, sessions, signed_in, now):
    actions.change_cohort(cohort=cast.cohort, ends_on=now.date() - timedelta(days=1))
    browser = signed_in(cast.participant)
    assert "Date to be set" not in words(page(browser.get("/calendar/")).main)
    actions.change_cohort(cohort=cast.cohort, ends_on=now.date())
    assert "Date to be set" in words(page(browser.get("/calendar/")).main)


def test_what_is_over_is_folded_away(cast, sessions, signed_in):
    main = page(signed_in(cast.participant).get("/calendar/")).main
    folded = main.select_one("details")
    assert not folded.has_attr("open")
    assert titles(folded) == ["Past zwetschge"]


def test_a_session_that_is_on_is_not_over(cast, pages, now):
    SessionFactory(title="On now", starts_at=now - timedelta(minutes=30), ends_at=now + timedelta(minutes=1))
    main = page(Client().get("/calendar/")).main
    assert titles(main) == ["On now"]
    assert main.select("details") == []


def test_a_cancelled_session_shows_that_it_is(cast, sessions, signed_in):
    row = page(signed_in(cast.participant).get("/calendar/?kind=co_consulting")).main.select_one(".p-session")
    assert row.select_one(".p-tag").get_text() == "Cancelled"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("webinar", ["Open webinar"]),
        ("clinic", ["Clinic zwetschge", "Past zwetschge"]),
        ("meeting", []),
        (
            "nonsense",
            [
                "Half-day zwetschge",
                "Called off zwetschge",
                "Open webinar",
                "Clinic zwetschge",
                "Past zwetschge",
            ],
        ),
    ],
)
def test_one_kind_at_a_time(cast, sessions, signed_in, kind, expected):
    main = page(signed_in(cast.participant).get(f"/calendar/?kind={kind}")).main
    assert titles(main) == expected
    chosen = [link.get_text() for link in main.select(".p-tabs [aria-current]")]
    assert chosen == [SessionKind(kind).label if kind in SessionKind.values else "All"]


def test_an_empty_calendar_says_so(cast, pages, now, signed_in):
    assert "Nothing is planned that you can see." in words(page(Client().get("/calendar/")).main)
    for browser, said in (
        (Client(), "None of this kind is open to everybody. If you take part, sign in to see yours."),
        (signed_in(cast.participant), "There are no sessions of this kind."),
    ):
        empty = page(browser.get("/calendar/?kind=clinic")).main.select_one(".p-empty p")
        assert words(empty) == said


def test_visitors_are_asked_to_sign_in_and_members_offered_a_feed(cast, pages, now, signed_in):
    visitor = page(Client().get("/calendar/")).main
    assert visitor.select_one("a[href='/accounts/login/?next=%2Fcalendar%2F']") is not None
    assert visitor.select("form, a[href='/calendar/feed/']") == []
    member = page(signed_in(cast.outsider).get("/calendar/")).main
    assert member.select_one("a[href='/calendar/feed/']") is not None


def test_who_is_in_two_cohorts_is_told_which(cast, sessions, signed_in):
    browser = signed_in(cast.participant)
    assert "Cohort 2021–22" not in words(page(browser.get("/calendar/")).main)
    members_actions.join(person=cast.participant, circle=CohortFactory().circle)
    assert "Cohort 2021–22" in words(page(browser.get("/calendar/")).main)


def _follow(browser, address, link):
    """All titles of a list, page by page."""
    found = []
    while address:
        main = page(browser.get(address)).main
        found.append(titles(main))
        onward = main.select_one(f"a[rel='{link}']")
        address = onward["href"] if onward else ""
    return found


@pytest.mark.postgres
@pytest.mark.parametrize(("show", "step"), [("ahead", 1), ("past", -1)])
def test_long_lists_go_page_by_page_and_back(cast, pages, now, show, step):
    Session.objects.bulk_create(
        SessionFactory.build(
            title=f"Session {number}",
            starts_at=now + timedelta(days=step * number),
            ends_at=now + timedelta(days=step * number, hours=1),
        )
        for number in range(1, 61)
    )
    expected = [f"Session {number}" for number in range(1, 61)]
    browser = Client()
    forth = _follow(browser, f"/calendar/?show={show}", "next")
    assert [len(part) for part in forth] == [25, 25, 10]
    assert list(chain(*forth)) == expected
    overview = page(browser.get("/calendar/")).main
    onward = overview.select_one(f"a[href^='/calendar/?show={show}']")
    assert onward is not None
    if show == "ahead":
        assert titles(page(browser.get(onward["href"])).main)[0] == "Session 21"


@pytest.mark.postgres
def test_the_pages_of_undated_sessions(cast, pages, now):
    Session.objects.bulk_create(
        SessionFactory.build(title=f"Session {number}", starts_at=None, ends_at=None) for number in range(30)
    )
    main = page(Client().get("/calendar/")).main
    assert len(titles(main)) == 15
    onward = main.select_one("a[href='/calendar/?show=undated']")
    assert onward is not None
    assert list(chain(*_follow(Client(), "/calendar/?show=undated", "next"))) == [
        f"Session {number}" for number in range(30)
    ]


@pytest.mark.parametrize("cursor", ["x", "é", "%00", "W10", "a" * 600])
def test_a_cursor_of_nobodys_making_is_not_found(cast, pages, now, cursor):
    for query in (f"show=past&cursor={cursor}", f"cursor={cursor}", f"show=x&cursor={cursor}"):
        assert Client().get(f"/calendar/?{query}").status_code == 404


def test_a_post_is_refused(cast, pages, now):
    assert Client().post("/calendar/").status_code == 405


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.text(max_size=30) | st.sampled_from(SessionKind.values),
    show=st.text(max_size=30) | st.sampled_from(["ahead", "undated", "past"]),
    cursor=st.text(max_size=30),
)
def test_any_question_gets_an_answer(cast, pages, now, kind, show, cursor):
    response = Client().get("/calendar/", {"kind": kind, "show": show, "cursor": cursor})
    assert response.status_code in (200, 404)


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", "x" * 160, "\u202eabc", "😀 & “quotes”"])
def test_titles_are_text(cast, pages, now, title):
    session = SessionFactory(title=title, place=title)
    for address in ("/calendar/", f"/sessions/{session.pk}/"):
        response = Client().get(address)
        assert "<script>alert" not in response.content.decode()
        assert title in words(page(response).main)


# -- what it costs ------------------------------------------------------------------


def _many(cast, pages, now, number):
    """So many sessions ahead, past and undated, of the cohort and public."""
    built = []
    for place in range(number):
        own = {"cohort": cast.cohort, "circle": cast.cohort.circle, "module": pages.module}
        for starts in (now + timedelta(days=place + 1), now - timedelta(days=place + 1), None):
            built += [SessionFactory.build(**own, starts_at=starts), SessionFactory.build(starts_at=starts)]
    Session.objects.bulk_create(built)


@pytest.mark.parametrize("number", [1, 30])
def test_the_calendar_of_a_member_costs_six_queries(
    cast, pages, now, signed_in, django_assert_num_queries, number
):
    _many(cast, pages, now, number)
    browser = signed_in(cast.participant)
    browser.get("/calendar/")
    with django_assert_num_queries(6):  # session, person, circles; ahead, undated, past
        browser.get("/calendar/")


@pytest.mark.parametrize("number", [1, 30])
def test_the_calendar_of_a_visitor_costs_three_queries_and_then_none(
    cast, pages, now, django_assert_num_queries, number
):
    _many(cast, pages, now, number)
    Client().get("/guidance/")
    with django_assert_num_queries(3):
        Client().get("/calendar/")
    with django_assert_num_queries(0):
        Client().get("/calendar/")


@pytest.mark.parametrize("show", ["ahead", "undated", "past"])
@pytest.mark.parametrize("number", [1, 30])
def test_a_list_costs_four_queries(cast, pages, now, signed_in, django_assert_num_queries, show, number):
    _many(cast, pages, now, number)
    browser = signed_in(cast.participant)
    browser.get("/calendar/")
    with django_assert_num_queries(4):  # session, person, circles; the list
        browser.get(f"/calendar/?show={show}")


def test_a_full_calendar_weighs_little(cast, pages, now, signed_in):
    _many(cast, pages, now, 40)
    assert Session.objects.count() == 240
    assert len(signed_in(cast.participant).get("/calendar/").content) < 30_000
    assert len(signed_in(cast.participant).get("/calendar/?show=past").content) < 30_000
