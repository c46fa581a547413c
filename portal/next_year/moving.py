"""Moving a year: its dates by whole weeks, and the years that stand in its words."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cohorts.times import LONDON, in_london

_MONTHS = list(calendar.month_name)[1:]
_YEARS = re.compile(
    rf"(?:\b(?P<month>{'|'.join(_MONTHS)}) )?(?<!\d)(?P<year>20\d\d)"
    r"(?:(?P<between>[-–/])(?P<next>\d\d)(?![-\d]))?(?!\d)"
)
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_ITS_OWN = re.compile(r"https?://|\bwww\.|(?<!\d)20\d\d(?!\d)", re.IGNORECASE)
_MIDDLE_OF_MONTH = 15


@dataclass(frozen=True, kw_only=True)
class Move:
    """From one year to another.

    Args:
        start: the day of the first half-day, in London.
        end: the last day of that year, in London.
        to: the new day of the first half-day, whole weeks later.
    """

    start: date
    end: date
    to: date

    @property
    def by(self) -> timedelta:
        """How far."""
        return self.to - self.start

    @property
    def last(self) -> date:
        """The last day of the new year."""
        return self.end + self.by

    @property
    def span(self) -> str:
        """The new year as part of a name: "2026–27"."""
        return str(self.to.year) + (f"–{self.last.year % 100:02}" if self.last.year > self.to.year else "")

    def day(self, day: date | None) -> date | None:
        """The day that stands for this one in the new year."""
        return day + self.by if day else None

    def moment(self, moment: datetime) -> datetime:
        """The same time on a London clock, on the day that stands for this one."""
        local = in_london(moment)
        return datetime.combine(local.date() + self.by, local.time(), LONDON)

    def hours(self, starts: datetime, ends: datetime) -> tuple[datetime, datetime]:
        """The same for a beginning and an end, which stays after it where clocks are changed between the two."""
        first, last = self.moment(starts), self.moment(ends)
        return first, last if last > first else first + (ends - starts)

    def words(self, text: str) -> str:
        """Words in which years of the old year are those of the new: "Cohort 2021–22" is "Cohort 2026–27"."""
        return _YEARS.sub(self._moved, text)

    def years_in(self, text: str) -> list[str]:
        """Years of the old year that a text names."""
        return [found for found in _YEAR.findall(text) if self.start.year <= int(found) <= self.end.year]

    def named(self, name: str) -> str:
        """The same, with the new year put after a name that has none."""
        moved = self.words(name)
        return moved if moved != name else f"{name} {self.span}"

    def slug(self, slug: str) -> str:
        """The same for a part of an address."""
        moved = self.words(slug)
        return moved if moved != slug else f"{slug}-{self.span.replace('–', '-')}"

    def _moved(self, found: re.Match[str]) -> str:
        year, more = int(found["year"]), self.to.year - self.start.year
        if not self.start.year <= year <= self.end.year:
            return found[0]
        if found["month"]:
            middle = date(year, _MONTHS.index(found["month"]) + 1, _MIDDLE_OF_MONTH) + self.by
            return f"{middle:%B %Y}" + found[0].removeprefix(f"{found['month']} {year}")
        if not found["next"]:
            return str(year + more)
        after = (int(found["next"]) + more) % 100 if int(found["next"]) == (year + 1) % 100 else found["next"]
        return f"{year + more}{found['between']}{after:>02}"


def is_of_its_year(text: str) -> bool:
    """Whether a text holds for one year alone: it has an address in it, or a year."""
    return bool(_ITS_OWN.search(text))
