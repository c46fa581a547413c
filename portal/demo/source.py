"""Reading the demo's files, and moving their dates to the present."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cohorts.times import holiday_on

HERE = Path(__file__).parent
PROGRAMME = HERE.parent / "programmes" / "2021-22.toml"
LONDON = ZoneInfo("Europe/London")
_LAST_TALK = date(2022, 9, 21)
_FIRST_SESSION = date(2021, 9, 23)
_DAYS_INTO_THE_YEAR = 56  # at least, and at most 62: module 2 begins on day 63


def read(name: str) -> dict[str, Any]:
    """One of the demo's files."""
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Clock:
    """How the files' dates are moved, so that the demo is alive on the day that it is loaded.

    Args:
        today: the day of loading, in London.
    """

    today: date

    @property
    def _since_last_talk(self) -> timedelta:
        """Whole weeks, so that a first Tuesday stays a Tuesday; the last of the talk was in the past seven days."""
        return timedelta(weeks=(self.today - _LAST_TALK).days // 7)

    @property
    def now(self) -> datetime:
        """Noon of the day of loading."""
        return datetime.combine(self.today, time(12), LONDON)

    def talk(self, at: datetime) -> datetime:
        """A moment of the talk."""
        moved = at.date() + self._since_last_talk
        return datetime.combine(moved, at.time(), LONDON)

    def listed(self, on: date) -> datetime:
        """The day on which a community was listed; the last of them lately."""
        return datetime.combine(on + self._since_last_talk, time(10), LONDON)

    @property
    def weeks(self) -> timedelta:
        """Whole weeks between the programme's real year and one of which module 2 begins within seven days.

        So the demo shows the same on whatever day it is loaded: module 1 is over, module 2 is next.
        """
        days = (self.today - timedelta(days=_DAYS_INTO_THE_YEAR) - _FIRST_SESSION).days
        return timedelta(weeks=days // 7)

    def session(self, on: date, at: time) -> datetime:
        """A session of this year's cohort: the same weekday and the same time in London."""
        return datetime.combine(on + self.weeks, at, LONDON)

    def no_holiday(self, on: date) -> date:
        """The same day, or the next of its weekday that is no bank holiday once it is moved to the present."""
        while holiday_on(on + self.weeks):
            on += timedelta(weeks=1)
        return on

    def year(self, programme: dict[str, Any]) -> tuple[date, date]:
        """The first and the last day of this year's cohort.

        Args:
            programme: the programme's file.
        """
        starts = programme["modules"][0]["sessions"][0]["date"] + self.weeks
        ends = max(row["date"] for row in programme["sessions"] if "date" in row) + self.weeks
        return starts, ends
