"""Reading guidance and progress."""

from collections.abc import Collection
from typing import Any, cast

from django.db import models
from django.db.models import Count, QuerySet, Value
from django.db.models.functions import Coalesce
from wagtail.models import PageManager

from kit import search
from members.querysets import CirclePageQuerySet, Person

# The way from a resource to what each facet counts; a resource has each value once at most.
FACETS = {"themes": "theme_items__tag_id", "kinds": "kind", "stages": "stages__stage"}


class GuidanceQuerySet(CirclePageQuerySet):
    """Guidance pages."""

    def holding(self, text: str) -> "GuidanceQuerySet":
        """Those that hold all words of the text; all of them where there is no word."""
        return cast("GuidanceQuerySet", search.matching(self, text)) if search.words(text) else self

    def narrowed(
        self, *, themes: Collection[int] = (), kinds: Collection[str] = (), stages: Collection[str] = ()
    ) -> "GuidanceQuerySet":
        """Those with one of the themes (ids), one of the kinds and one of the stages; none given, all pass."""
        found = self
        if themes:
            found = found.filter(pk__in=self._with("theme_items", tag_id__in=themes))
        if kinds:
            found = found.filter(kind__in=kinds)
        if stages:
            found = found.filter(pk__in=self._with("stages", stage__in=stages))
        return found

    def _with(self, relation: str, **conditions: Any) -> "QuerySet[Any]":
        """The ids of resources with a row of a relation that meets the conditions."""
        field = self.model._meta.get_field(relation)
        rows = field.related_model._default_manager.filter(**conditions)
        return rows.order_by().values(field.field.attname)

    def counts(self, facet: str) -> dict[Any, int]:
        """How many there are for each theme (by id), kind or stage. One query, grouped by the database.

        Args:
            facet: one of ``FACETS``.
        """
        rows = self.order_by().values_list(FACETS[facet]).annotate(many=Count("pk"))
        return {value: many for value, many in rows if value is not None}

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
