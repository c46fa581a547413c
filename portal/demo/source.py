"""Reading the demo's files, and moving their dates to the present."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

HERE = Path(__file__).parent
PROGRAMME = HERE.parent / "programmes" / "2021-22.toml"
LONDON = ZoneInfo("Europe/London")
_LAST_TALK = date(2022, 9, 21)
_FIRST_SESSION = date(2021, 9, 23)
_DAYS_INTO_THE_YEAR = 63


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
        """Whole weeks between the programme's real year and one that is nine weeks old today."""
        days = (self.today - timedelta(days=_DAYS_INTO_THE_YEAR) - _FIRST_SESSION).days
        return timedelta(weeks=round(days / 7))

    def session(self, on: date, at: time) -> datetime:
        """A session of this year's cohort: the same weekday and the same time in London."""
        return datetime.combine(on + self.weeks, at, LONDON)
