"""Reading guidance and progress."""

from typing import TYPE_CHECKING

from django.db import models
from wagtail.models import PageManager

from members.querysets import CirclePageQuerySet, Person

if TYPE_CHECKING:
    pass


class GuidanceQuerySet(CirclePageQuerySet):
    """Guidance pages."""


GuidanceManager = PageManager.from_queryset(GuidanceQuerySet)


class StepDoneQuerySet(models.QuerySet["StepDone"]):
    """Ticks on a module's path."""

    def visible_to(self, user: Person) -> "StepDoneQuerySet":
        """One's own, and nobody else's."""
        return self.filter(person_id=user.pk) if user.is_authenticated else self.none()
