"""Days and times in the words that people read, in London's time.

The style is that of the NHS content style guide: 9:30am, 9am, midday, 23 September 2021.
Source: https://service-manual.nhs.uk/content/numbers-measurements-dates-time
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from holidays import HolidayBase, country_holidays

from kit.times import clock_of

LONDON = ZoneInfo("Europe/London")


def in_london(moment: datetime) -> datetime:
    """The same moment on a clock in London."""
    return moment.astimezone(LONDON)


@cache
def _england() -> HolidayBase:
    return country_holidays("GB", subdiv="ENG", language="en_GB")


def holiday_on(day: date) -> str:
    """The name of the bank holiday that a day is in England; "" for any other day. Source: the package holidays."""
    return _england().get(day, "")


def day_words(day: date) -> str:
    """23 September 2021."""
    return f"{day.day} {day:%B %Y}"


def days_words(days: Iterable[date]) -> str:
    """5 and 6 May 2022; 30 June and 1 July 2022; 31 December 2021 and 1 January 2022."""
    ordered = sorted(set(days))
    words = []
    for day, later in zip(ordered, [*ordered[1:], None], strict=True):
        if later is None or later.year != day.year:
            words.append(day_words(day))
        elif later.month != day.month:
            words.append(f"{day.day} {day:%B}")
        else:
            words.append(str(day.day))
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def hours_words(starts: datetime, ends: datetime) -> str:
    """9:30am to 12:30pm; with the day of the end where it is another."""
    first, last = in_london(starts), in_london(ends)
    until = "" if first.date() == last.date() else f"{last:%A} {day_words(last.date())}, "
    return f"{clock_of(starts)} to {until}{clock_of(ends)}"


def when_words(starts: datetime, ends: datetime) -> str:
    """Thursday 23 September 2021, 9:30am to 12:30pm."""
    first = in_london(starts)
    return f"{first:%A} {day_words(first.date())}, {hours_words(starts, ends)}"
