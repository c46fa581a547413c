"""Reading guidance and progress."""

from collections.abc import Collection
from typing import Any

from django.db import models
from django.db.models import Value
from django.db.models.functions import Coalesce
from wagtail.models import PageManager

from members.querysets import CirclePageQuerySet, Person


class GuidanceQuerySet(CirclePageQuerySet):
    """Guidance pages."""

    def labels(self, ids: Collection[int]) -> Any:
        """What resources are about and at which stages they help: rows of place, label, id and which of the two."""
        some = self.model._base_manager.filter(pk__in=ids).order_by()
        themes = some.filter(theme_items__isnull=False).values_list(
            Value(0), "theme_items__tag__name", "pk", Value("themes")
        )
        stages = some.filter(stages__isnull=False).values_list(
            Coalesce("stages__sort_order", 0), "stages__stage", "pk", Value("stages")
        )
        return themes.union(stages, all=True)


GuidanceManager = PageManager.from_queryset(GuidanceQuerySet)


class StepDoneQuerySet(models.QuerySet["StepDone"]):  # type: ignore[name-defined]
    """Ticks on a module's path."""

    def visible_to(self, user: Person) -> "StepDoneQuerySet":
        """One's own, and nobody else's."""
        return self.filter(person_id=user.pk) if user.is_authenticated else self.none()
