"""Which cohorts and sessions who sees."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from members.querysets import CircleOwnedQuerySet, Person, circle_ids

if TYPE_CHECKING:
    pass


class CohortQuerySet(models.QuerySet["Cohort"]):
    """Cohorts."""

    def visible_to(self, user: Person) -> "CohortQuerySet":
        """Those that this person is active in."""
        return self.filter(circle_id__in=circle_ids(user))


class SessionQuerySet(CircleOwnedQuerySet["Session"]):
    """Sessions."""

    def dated(self) -> "SessionQuerySet":
        """Those whose date is set."""
        return self.filter(starts_at__isnull=False)

    def upcoming(self, now: datetime) -> "SessionQuerySet":
        """Those that have not ended, the nearest first, without the cancelled ones."""
        return self.dated().filter(ends_at__gte=now, cancelled_at__isnull=True).order_by("starts_at", "pk")


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    """Secret addresses of calendars."""

    def visible_to(self, user: Person) -> "CalendarFeedQuerySet":
        """One's own."""
        return self.filter(person_id=user.pk) if user.is_authenticated else self.none()
