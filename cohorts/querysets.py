"""Which cohorts and sessions who sees."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from cohorts.enums import OF_A_COHORT
from members.enums import CircleKind
from members.querysets import CircleOwnedQuerySet, Person, circle_ids, seen_by

if TYPE_CHECKING:
    from cohorts.models import (  # noqa: F401
        Announcement,
        CalendarFeed,
        Cohort,
        Material,
        Session,
        SessionChange,
    )


class CohortQuerySet(models.QuerySet["Cohort"]):
    """Cohorts."""

    def visible_to(self, user: Person) -> "CohortQuerySet":
        """Those that this person is active in."""
        return self.filter(circle_id__in=circle_ids(user))

    def managed_by(self, user: Person) -> "CohortQuerySet":
        """Those that this person sees, and for who may change cohorts in the admin, all."""
        return self if user.has_perm("cohorts.change_cohort") else self.visible_to(user)


class SessionQuerySet(CircleOwnedQuerySet["Session"]):
    """Sessions: public ones, and those of circles."""

    def concerning(self, user: Person) -> "SessionQuerySet":
        """Those that this person sees; for who is in a cohort, without what only another cohort does."""
        seen = self.visible_to(user)
        own = user.circle_ids_of_kind(CircleKind.COHORT) if user.is_authenticated else frozenset()
        if not own:
            return seen
        theirs = Q(circle__isnull=True, cohort__isnull=False, kind__in=sorted(OF_A_COHORT))
        return seen.filter(~theirs | Q(cohort__circle_id__in=own))

    def managed_by(self, user: Person) -> "SessionQuerySet":
        """Those that this person sees, and for who may change sessions in the admin, those of every cohort.

        What a community plans for itself stays with it (docs/decisions/0009).
        """
        seen = self.visible_to(user)
        if not user.has_perm("cohorts.change_session"):
            return seen
        return self.filter(Q(cohort__isnull=False) | Q(pk__in=seen.order_by().values("pk")))

    def dated(self) -> "SessionQuerySet":
        """Those whose date is set."""
        return self.filter(starts_at__isnull=False)

    def undated(self, today: date) -> "SessionQuerySet":
        """Those whose date is still to be set. Of a cohort that has ended, none ever will be."""
        running = Q(cohort__ends_on__isnull=True) | Q(cohort__ends_on__gte=today)
        return self.filter(running, starts_at__isnull=True, cancelled_at__isnull=True)

    def ahead(self, now: datetime) -> "SessionQuerySet":
        """Those that have not ended, cancelled ones too."""
        return self.dated().filter(ends_at__gte=now)

    def upcoming(self, now: datetime) -> "SessionQuerySet":
        """Those that have not ended and take place, the nearest first."""
        return self.ahead(now).filter(cancelled_at__isnull=True).order_by("starts_at", "pk")

    def past(self, now: datetime) -> "SessionQuerySet":
        """Those that have ended."""
        return self.dated().filter(ends_at__lt=now)


class SessionChangeQuerySet(models.QuerySet["SessionChange"]):
    """What has become of sessions."""

    def visible_to(self, user: Person) -> "SessionChangeQuerySet":
        """Those of the sessions that this person may see."""
        return self.filter(seen_by(user, "session__circle_id"))


class MaterialQuerySet(models.QuerySet["Material"]):
    """Slides, recordings and links of sessions."""

    def visible_to(self, user: Person) -> "MaterialQuerySet":
        """Those that are shown: of a cohort's sessions to its people, whoever may know of the session.

        Of a session of no cohort, to who sees the session.
        """
        own = Q(session__cohort__circle_id__in=circle_ids(user))
        of_none = Q(session__cohort__isnull=True) & seen_by(user, "session__circle_id")
        return self.filter(own | of_none, shown_at__isnull=False)

    def managed_by(self, user: Person) -> "MaterialQuerySet":
        """Those of the sessions that this person may change in the admin, shown or not."""
        if not user.has_perm("cohorts.change_session"):
            return self.none()
        return self.filter(Q(session__cohort__isnull=False) | seen_by(user, "session__circle_id"))

    def untold(self) -> "MaterialQuerySet":
        """Those that are shown and that nobody has been told of."""
        return self.filter(shown_at__isnull=False, announcement__isnull=True)


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    """What cohorts were told of modules."""

    def visible_to(self, user: Person) -> "AnnouncementQuerySet":
        """Those to the cohorts that this person is active in."""
        return self.filter(cohort__circle_id__in=circle_ids(user))


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    """Secret addresses of calendars."""

    def visible_to(self, user: Person) -> "CalendarFeedQuerySet":
        """One's own."""
        return self.filter(person_id=user.pk) if user.is_authenticated else self.none()
