"""Cohorts and sessions in Wagtail's admin. The portal room puts these into its menu.

It also closes what the package leaves open: a screen about something that its list does not show is not found.
"""

from typing import Any, ClassVar

from django.contrib.admin import SimpleListFilter
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.widgets import AdminDateTimeInput
from wagtail_modeladmin.helpers import PermissionHelper
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import DeleteView

from cohorts import actions
from cohorts.forms import CohortForm, SessionForm
from cohorts.models import Cohort, Session

_TO_THE_MINUTE = "%Y-%m-%d %H:%M"


class SessionDeleteView(DeleteView):
    """Taking out a session."""

    def delete_instance(self) -> None:
        """Through the action."""
        actions.remove_session(session=self.instance)


class SessionPermissions(PermissionHelper):
    """Wagtail's permissions, and only for what one may find."""

    def user_can_edit_obj(self, user: Any, obj: Session) -> bool:
        return super().user_can_edit_obj(user, obj) and obj.can_manage(user)

    def user_can_delete_obj(self, user: Any, obj: Session) -> bool:
        return super().user_can_delete_obj(user, obj) and obj.can_manage(user)


class CohortPermissions(PermissionHelper):
    """Wagtail's permissions; a cohort is never deleted here: people's talk and sessions would go with it."""

    def user_can_edit_obj(self, user: Any, obj: Cohort) -> bool:
        return super().user_can_edit_obj(user, obj) and obj.can_manage(user)

    def user_can_delete_obj(self, user: Any, obj: Cohort) -> bool:
        return False


class WhenFilter(SimpleListFilter):
    """Ahead, over, or without a date."""

    title = "date"
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("ahead", "Ahead"), ("undated", "Date to be set"), ("past", "Over")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        now = timezone.now()
        conditions: dict[str | None, dict[str, Any]] = {
            "ahead": {"ends_at__gte": now},
            "undated": {"starts_at__isnull": True},
            "past": {"ends_at__lt": now},
        }
        return queryset.filter(**conditions.get(self.value(), {}))


class CohortFilter(SimpleListFilter):
    """One cohort of those that one may find."""

    title = "cohort"
    parameter_name = "cohort"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(cohort.slug, cohort.name) for cohort in Cohort.objects.managed_by(request.user)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        return queryset.filter(cohort__slug=self.value()) if self.value() else queryset


class SessionAdmin(ModelAdmin):
    """Everything that has a date, or will have one."""

    model = Session
    menu_label = "Sessions"
    menu_icon = "date"
    list_display = ("title", "kind", "day", "cohort", "seen_by", "how_it_stands")
    list_filter = (WhenFilter, "kind", CohortFilter)
    search_fields = ("title", "description")
    ordering = ("-starts_at", "pk")
    list_per_page = 50
    permission_helper_class = SessionPermissions
    delete_view_class = SessionDeleteView
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldPanel("kind"),
            MultiFieldPanel(
                [
                    FieldRowPanel(
                        [
                            FieldPanel(name, widget=AdminDateTimeInput(format=_TO_THE_MINUTE))
                            for name in ("starts_at", "ends_at")
                        ]
                    ),
                    FieldPanel("provisional"),
                    FieldPanel("cancelled"),
                ],
                "Date and time",
            ),
            MultiFieldPanel([FieldPanel("place"), FieldPanel("joining_link")], "Where"),
            MultiFieldPanel([FieldPanel("cohort"), FieldPanel("circle"), FieldPanel("module")], "For whom"),
            FieldPanel("description"),
        ],
        base_form_class=SessionForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        """What ``managed_by`` lets through: all that this person sees, and the sessions of cohorts."""
        sessions = Session.objects.managed_by(request.user).select_related("cohort", "circle")
        return sessions.order_by(*self.ordering)

    def day(self, session: Session) -> str:
        return session.when

    def seen_by(self, session: Session) -> str:
        return str(session.circle) if session.circle else "Everybody"

    def how_it_stands(self, session: Session) -> str:
        return session.state

    day.short_description = "Date"  # type: ignore[attr-defined]
    day.admin_order_field = "starts_at"  # type: ignore[attr-defined]
    seen_by.short_description = "Who can see it"  # type: ignore[attr-defined]
    how_it_stands.short_description = "State"  # type: ignore[attr-defined]


class CohortAdmin(ModelAdmin):
    """Runs of the programme."""

    model = Cohort
    menu_label = "Cohorts"
    menu_icon = "group"
    list_display = ("name", "programme", "starts_on", "ends_on")
    search_fields = ("name",)
    ordering = ("-starts_on", "name")
    prepopulated_fields: ClassVar = {"slug": ("name",)}
    permission_helper_class = CohortPermissions
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("slug"),
            FieldPanel("programme"),
            FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
        ],
        base_form_class=CohortForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cohort]:
        """What ``managed_by`` lets through."""
        return Cohort.objects.managed_by(request.user).select_related("programme").order_by(*self.ordering)
