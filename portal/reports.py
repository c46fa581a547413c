"""Wagtail's reports, in which nobody reads what their own lists do not show, and whose exports run nothing."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from django.http import HttpRequest
from wagtail.admin.views.reports.aging_pages import AgingPagesView
from wagtail.admin.views.reports.audit_logging import LogEntriesView
from wagtail.models import ModelLogEntry

from community_directory.exporting import defused
from portal.modeladmin import PeopleAndPlaces


class _Defused:
    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        return defused(super().preprocess_field_value(field, value, export_format))  # type: ignore[misc]


class SiteHistory(_Defused, LogEntriesView):
    """Who has changed what.

    Wagtail shows each entry to everybody with any right on its kind: names of others' drafts, titles of topics.
    """

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        entries = super().filter_queryset(queryset)
        return entries.exclude(_out_of_sight(self.request)) if queryset.model is ModelLogEntry else entries


class AgingPages(_Defused, AgingPagesView):
    """Pages that nobody has published for long."""


def _out_of_sight(request: HttpRequest) -> Q:
    """Entries about what may be private, and is in no list of this person's. What is gone is in none."""
    hidden = Q(pk__in=[])
    for screen in (admin() for admin in PeopleAndPlaces.items):
        if hasattr(screen.model._default_manager, "visible_to"):
            listed = (
                screen.get_queryset(request).order_by().annotate(key=Cast("pk", CharField())).values("key")
            )
            kind = ContentType.objects.get_for_model(screen.model)
            hidden |= Q(content_type=kind) & ~Q(object_id__in=listed)
    return hidden
