"""Who may do what with what they read, and when somebody has been away."""

from datetime import date, datetime, timedelta

from members.rules import is_active, is_network_member

can_study = is_active & is_network_member
"""Keep one's own marks, lists and answers, which nobody else sees: a member of the network."""

AWAY = timedelta(days=21)
FRESH = timedelta(days=365)


def is_away(last: datetime | None, now: datetime, *, behind: bool) -> bool:
    """Whether nothing was done for three weeks.

    Args:
        last: when something was done last; None for never.
        behind: whether anything of the year that is over is still open. Who has never done anything has not been
            away unless there is.
    """
    return behind if last is None else last < now - AWAY


def is_fresh(started_on: date | None, today: date) -> bool:
    """Whether somebody has started from a day of this year: what was over by then is folded away."""
    return started_on is not None and today - started_on <= FRESH


def is_just_back(started_on: date | None, today: date) -> bool:
    """Whether that was in the last three weeks, in which small things come first."""
    return started_on is not None and today - started_on <= AWAY
