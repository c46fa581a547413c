"""Days and times are said as people in the NHS read them, by London's clock."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohorts import times
from kit.times import clock_of
from tests.factories import SessionFactory

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC))


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (at(2026, 1, 5, 9, 30), "9:30am"),
        (at(2026, 1, 5, 9, 0), "9am"),
        (at(2026, 1, 5, 12, 0), "midday"),
        (at(2026, 1, 5, 12, 5), "12:05pm"),
        (at(2026, 1, 5, 0, 0), "midnight"),
        (at(2026, 1, 5, 0, 10), "12:10am"),
        (at(2026, 1, 5, 16, 0), "4pm"),
        (at(2026, 7, 5, 8, 30), "9:30am"),  # summer time
        (at(2026, 7, 5, 11, 0), "midday"),
    ],
)
def test_the_clock(moment, words):
    assert clock_of(moment) == words


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [
        (at(2021, 9, 23, 8, 30), at(2021, 9, 23, 11, 30), "Thursday 23 September 2021, 9:30am to 12:30pm"),
        (at(2026, 1, 5, 22), at(2026, 1, 6, 1), "Monday 5 January 2026, 10pm to Tuesday 6 January 2026, 1am"),
        # The night on which the clocks go back: half past midnight UTC is half past one, twice.
        (at(2026, 10, 25, 0, 30), at(2026, 10, 25, 1, 30), "Sunday 25 October 2026, 1:30am to 1:30am"),
    ],
)
def test_when(starts, ends, words):
    assert times.when_words(starts, ends) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([date(2022, 5, 5)], "5 May 2022"),
        ([date(2022, 5, 6), date(2022, 5, 5), date(2022, 5, 5)], "5 and 6 May 2022"),
        ([date(2022, 5, 4), date(2022, 5, 5), date(2022, 5, 6)], "4, 5 and 6 May 2022"),
        ([date(2022, 6, 30), date(2022, 7, 1)], "30 June and 1 July 2022"),
        ([date(2021, 12, 31), date(2022, 1, 1)], "31 December 2021 and 1 January 2022"),
    ],
)
def test_days(days, words):
    assert times.days_words(days) == words


@given(MOMENTS)
def test_the_clock_can_be_read_back(moment):
    words = clock_of(moment)
    words = {"midday": "12pm", "midnight": "12am"}.get(words, words)
    shape = "%I:%M%p" if ":" in words else "%I%p"
    local = times.in_london(moment)
    assert datetime.strptime(words, shape).time() == local.time().replace(second=0, microsecond=0)


@given(st.lists(st.dates(date(2000, 1, 1), date(2099, 12, 31)), min_size=1, max_size=6))
def test_days_name_every_day_once(days):
    words = times.days_words(days)
    assert sum(part.isdigit() and len(part) < 3 for part in words.replace(",", " ").split()) == len(set(days))


def test_a_session_says_when_and_how_long(db):
    session = SessionFactory.build(
        starts_at=at(2026, 1, 5, 9, 30), ends_at=at(2026, 1, 5, 12, 30), provisional=True
    )
    assert (session.when, session.minutes, session.state) == (
        "Monday 5 January 2026, 9:30am to 12:30pm",
        180,
        "Provisional",
    )
    assert session.is_over(at(2026, 1, 5, 12, 31))
    assert not session.is_over(at(2026, 1, 5, 12, 30))
    session.cancelled_at = at(2026, 1, 1)
    assert session.state == "Cancelled"


def test_a_session_without_a_date_says_so(db):
    session = SessionFactory.build(starts_at=None, ends_at=None)
    assert (session.when, session.minutes, session.state) == ("Date to be set", None, "")
    assert not session.is_over(at(2026, 1, 5) + timedelta(days=10_000))


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2021, 4, 2), "Good Friday"),
        (date(2026, 12, 25), "Christmas Day"),
        (date(2022, 12, 27), "Christmas Day (observed)"),
        (date(2026, 9, 24), ""),
        (date(2026, 11, 30), ""),  # Saint Andrew's Day: in Scotland alone
    ],
)
def test_bank_holidays_are_those_of_england(day, name):
    assert times.holiday_on(day) == name
