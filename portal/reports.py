"""Wagtail's reports, in which nobody reads what their own lists do not show, and whose exports run nothing."""

from typing import Any, ClassVar

import django_filters
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.views.reports.aging_pages import AgingPagesView
from wagtail.admin.views.reports.audit_logging import LogEntriesView, SiteHistoryReportFilterSet
from wagtail.admin.views.reports.base import PageReportView
from wagtail.models import ModelLogEntry, PageLogEntry

from files.models import PortalDocument, PortalImage
from kit import audit
from kit.sheet import defused
from learning.models import GuidancePage
from members.models import User
from portal.modeladmin import PeopleAndPlaces, note_export
from study.models import Opinion


class Defused:
    """Mixed into a report: its export is noted, and runs nothing in a spreadsheet."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        note_export(request, response, str(self.page_title).lower())  # type: ignore[attr-defined]
        return response

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        return defused(super().preprocess_field_value(field, value, export_format))  # type: ignore[misc]


class HistoryFilters(SiteHistoryReportFilterSet):
    """What one can look for in the history: who and what stands in it for whoever looks."""

    def get_action_choices(self) -> list[tuple[str, str]]:
        """Without what admins alone read about."""
        choices = super().get_action_choices()
        return [choice for choice in choices if self.request.user.is_superuser or choice[0] not in _deeds()]

    def get_users_queryset(self) -> QuerySet[User]:
        """Without those who have only done such things.

        Wagtail asks pages' log and the other one apart, and filters by nobody where somebody is in one alone.
        """
        user, people = self.request.user, set()
        for model in (ModelLogEntry, PageLogEntry):
            seen = model.objects.viewable_by_user(user)
            people |= (seen if user.is_superuser else seen.exclude(action__in=_deeds())).get_user_ids()
        return User.objects.filter(pk__in=[pk for pk in people if pk]).order_by("email")


class SiteHistory(Defused, LogEntriesView):
    """Who has changed what.

    Wagtail shows each entry to everybody with any right on its kind: names of others' drafts, titles of topics. What
    people do that is no change of a page or a list (``kit.audit``) is for admins.
    """

    filterset_class = HistoryFilters

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        entries = super().filter_queryset(queryset)
        if not self.request.user.is_superuser:
            entries = entries.exclude(action__in=_deeds())
        return entries.exclude(_out_of_sight(self.request)) if queryset.model is ModelLogEntry else entries


def _deeds() -> list[str]:
    return [deed.key for deed in audit.deeds]


class WhoDidWhat(Defused, LogEntriesView):
    """Everything that the log has, for admins: signing in, places and parts, lists seen and taken, moderation, settings."""

    page_title = "Who did what"
    header_icon = "view"
    filterset_class = HistoryFilters
    results_template_name = "wagtailadmin/reports/who_did_what_results.html"
    index_url_name = "who_did_what"
    index_results_url_name = "who_did_what_results"
    list_export = [*LogEntriesView.list_export, "details"]
    export_headings = {**LogEntriesView.export_headings, "details": "Details"}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Closed to all but admins."""
        if not request.user.is_superuser:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def decorate_paginated_queryset(self, queryset: Any) -> list[Any]:
        """Each with what else is known of it, in words."""
        entries = super().decorate_paginated_queryset(queryset)
        for entry in entries:
            plain = {name: value for name, value in entry.data.items() if isinstance(value, str | int)}
            entry.details = ", ".join(f"{name}: {value}" for name, value in plain.items())
        return entries


class AgingPages(Defused, AgingPagesView):
    """Pages that nobody has published for long."""


class CareFilters(WagtailFilterSet):
    """Which resources somebody looks for who looks after the library."""

    care = django_filters.ChoiceFilter(
        label="What is missing",
        method="wanting",
        choices=[
            ("due", "Its review is due"),
            ("undated", "No review is planned"),
            ("nobody", "Nobody looks after it"),
            ("not_useful", "More people said No than Yes"),
        ],
    )

    class Meta:
        model = GuidancePage
        fields: ClassVar[list[str]] = []

    def wanting(self, pages: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Those that lack this, or have it against them."""
        return pages.filter(
            {
                "due": Q(review_due__lte=timezone.localdate()),
                "undated": Q(review_due=None),
                "nobody": Q(owner=None) | Q(owner__is_active=False),
                "not_useful": Q(said_no__gt=F("said_yes")),
            }[value]
        )


class GuidanceCare(Defused, PageReportView):
    """Who looks after each resource, when its review is due, and what readers said of it: numbers, never who."""

    page_title = "Care of guidance"
    header_icon = "doc-full-inverse"
    filterset_class = CareFilters
    index_url_name = "guidance_care"
    index_results_url_name = "guidance_care_results"
    results_template_name = "wagtailadmin/reports/guidance_care_results.html"
    any_permission_required: ClassVar = ["add", "change", "publish"]
    list_export: ClassVar = ["title", "owner", "reviewed_on", "review_due", "said_yes", "said_no"]
    export_headings: ClassVar = {
        "owner": "Looked after by",
        "reviewed_on": "Reviewed on",
        "review_due": "Review due",
        "said_yes": "Found it useful",
        "said_no": "Did not",
    }

    def get_queryset(self) -> QuerySet[Any]:
        """The published resources that one may change, what is due first. One query."""
        mine = self.permission_policy.instances_user_has_permission_for(self.request.user, "change")
        return (
            GuidancePage.objects.live()
            .filter(pk__in=mine.order_by().values("pk"))
            .annotate(said_yes=_said(True), said_no=_said(False))
            .select_related("owner")
            .order_by(F("review_due").asc(nulls_first=True), "title", "pk")
        )

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(*args, **kwargs), "today": timezone.localdate()}


def _said(useful: bool) -> Any:
    """How many answered so of a page."""
    answers = Opinion.objects.filter(page_id=OuterRef("pk"), is_useful=useful).order_by().values("page_id")
    return Coalesce(Subquery(answers.annotate(many=Count("pk")).values("many")), 0)


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
    for model in (PortalImage, PortalDocument):
        seen = model.objects.visible_to(request.user).annotate(key=Cast("pk", CharField())).values("key")  # type: ignore[arg-type]
        hidden |= Q(content_type=ContentType.objects.get_for_model(model)) & ~Q(object_id__in=seen)
    return hidden
