"""When something was said, in as few words as do."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.timezone import localtime


def now_here() -> datetime:
    """This moment in the portal's own time zone; pass it on where many moments are put into words."""
    return localtime(timezone.now())


def day_of(moment: datetime, today: datetime | None = None) -> str:
    """The day of a moment: "Today", "Yesterday", "12 March", "12 March 2022".

    Args:
        moment: any aware time.
        today: as ``now_here`` gives it; found out if it is left out.
    """
    local, today = localtime(moment), today or now_here()
    if local.date() == today.date():
        return "Today"
    if local.date() == (today - timedelta(days=1)).date():
        return "Yesterday"
    return f"{local.day} {local:%B}" if local.year == today.year else f"{local.day} {local:%B %Y}"


def date_of(moment: datetime) -> str:
    """The day of a moment with its year, whatever day it is: "3 March 2027"."""
    local = localtime(moment)
    return f"{local.day} {local:%B %Y}"


def moment_of(moment: datetime, today: datetime | None = None) -> str:
    """The same with the time, as the NHS content style has it: "Today, 9:14am", "12 March, 2pm"."""
    return f"{day_of(moment, today)}, {clock_of(moment)}"


def clock_of(moment: datetime) -> str:
    """9:14am, 2pm, midday, midnight, as the NHS content style has it.

    Source: https://service-manual.nhs.uk/content/numbers-measurements-dates-time
    """
    local = localtime(moment)
    if local.minute == 0 and local.hour in (0, 12):
        return "midday" if local.hour else "midnight"
    minutes = f":{local:%M}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"
