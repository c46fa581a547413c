"""Who reads which reflections and ratings."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from journal.enums import Readers
from kit import search
from members.enums import Role, State
from members.querysets import Person

if TYPE_CHECKING:
    from journal.models import OpenRatings, Rating, Reflection  # noqa: F401
    from members.models import User

RESTORABLE = timedelta(days=30)
# Ratings are open while their person takes part: who leads by now has no switch to close them with.
_IN_FORCE = Q(place__state=State.ACTIVE, place__role=Role.MEMBER)


def since_restorable() -> datetime:
    """What was removed after this can be brought back."""
    return timezone.now() - RESTORABLE


class ReflectionQuerySet(models.QuerySet["Reflection"]):
    """Reflections."""

    def visible_to(self, user: Person) -> "ReflectionQuerySet":
        """One's own, and those shared with a cohort or community that one is in, or leads."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(person_id=user.pk) | _shared_with(user), removed_at__isnull=True)

    def shared_with(self, user: Person) -> "ReflectionQuerySet":
        """Those of others that this person may read."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(_shared_with(user), removed_at__isnull=True).exclude(person_id=user.pk)

    def own(self, user: Person) -> "ReflectionQuerySet":
        """What this person has written and not removed."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(person_id=user.pk, removed_at__isnull=True)

    def restorable_by(self, user: Person) -> "ReflectionQuerySet":
        """What this person has removed and can still bring back."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(person_id=user.pk, removed_at__gt=since_restorable())

    def holding(self, text: str) -> "ReflectionQuerySet":
        """Those with each of the words in their title, their text, or the question that they answer."""
        found = self
        for word in search.words(text):
            found = found.filter(
                Q(title__icontains=word) | Q(text__icontains=word) | Q(prompt__icontains=word)
            )
        return found


def _shared_with(user: "User") -> Q:
    """Shared by somebody who is still in that cohort or community, and whose account is not suspended.

    A share hangs on the place that its author has there: it ends with that place, and does not come back with another.
    """
    read = Q(readers=Readers.ALL, place__circle_id__in=user.circle_ids)
    if user.led_circle_ids:
        read |= Q(readers=Readers.LEADS, place__circle_id__in=user.led_circle_ids)
    return Q(place__state=State.ACTIVE, person__is_active=True) & read


class RatingQuerySet(models.QuerySet["Rating"]):
    """Ratings of outcomes."""

    def visible_to(self, user: Person) -> "RatingQuerySet":
        """One's own, and in a cohort that one leads those of people who let its facilitators see them."""
        if not user.is_authenticated:
            return self.none()
        opened = apps.get_model("journal.OpenRatings").objects.filter(
            _IN_FORCE, person=OuterRef("person"), place__circle=OuterRef("circle")
        )
        led = Q(Exists(opened), circle_id__in=user.led_circle_ids, person__is_active=True)
        return self.filter(Q(person_id=user.pk) | led)


class OpenRatingsQuerySet(models.QuerySet["OpenRatings"]):
    """Who lets their facilitators see their ratings."""

    def visible_to(self, user: Person) -> "OpenRatingsQuerySet":
        """One's own, and those opened to the facilitators of a cohort that one leads."""
        if not user.is_authenticated:
            return self.none()
        led = Q(_IN_FORCE, place__circle_id__in=user.led_circle_ids, person__is_active=True)
        return self.filter(Q(person_id=user.pk) | led)
