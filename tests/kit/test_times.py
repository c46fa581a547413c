"""When something was said, in few words, in the portal's own time."""

from datetime import UTC, datetime

import pytest
import time_machine

from kit.times import day_of, moment_of, now_here

NOW = datetime(2026, 7, 2, 8, 30, tzinfo=UTC)  # half past nine in London


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 7, 2, 8, 29, tzinfo=UTC), "Today"),
        (datetime(2026, 7, 1, 23, 0, tzinfo=UTC), "Today"),  # midnight in London
        (datetime(2026, 7, 1, 22, 59, tzinfo=UTC), "Yesterday"),
        (datetime(2026, 6, 30, 22, 59, tzinfo=UTC), "30 June"),
        (datetime(2026, 1, 1, 0, 0, tzinfo=UTC), "1 January"),
        (datetime(2025, 12, 31, 23, 59, tzinfo=UTC), "31 December 2025"),
        (datetime(2027, 3, 4, tzinfo=UTC), "4 March 2027"),
    ],
)
def test_the_day(moment: datetime, day: str) -> None:
    with time_machine.travel(NOW, tick=False):
        assert day_of(moment) == day_of(moment, now_here()) == day


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 7, 2, 8, 14, tzinfo=UTC), "Today, 9:14am"),
        (datetime(2026, 7, 1, 11, 0, tzinfo=UTC), "Yesterday, midday"),
        (datetime(2026, 1, 2, 0, 5, tzinfo=UTC), "2 January, 12:05am"),
        (datetime(2026, 1, 2, 0, 0, tzinfo=UTC), "2 January, midnight"),
        (datetime(2026, 1, 2, 12, 1, tzinfo=UTC), "2 January, 12:01pm"),
        (datetime(2026, 1, 2, 14, 0, tzinfo=UTC), "2 January, 2pm"),
    ],
)
def test_the_moment(moment: datetime, words: str) -> None:
    with time_machine.travel(NOW, tick=False):
        assert moment_of(moment) == words
