"""What editors fill in about cohorts and sessions. Saving goes through the room's actions."""

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from wagtail.admin.forms import WagtailAdminModelForm

from cohorts import actions
from cohorts.models import Cohort, Session
from kit.patient_data import AdminPatientDataGuard
from members.enums import CircleKind
from members.models import Circle
from members.sent import Once, Seen


def _check_span(form: Any, first: str, last: str, *, together: bool) -> None:
    """Say beside the field what is wrong with a beginning and an end."""
    starts, ends = form.cleaned_data.get(first), form.cleaned_data.get(last)
    for name, value, other in ((first, starts, ends), (last, ends, starts)):
        if together and value is None and other is not None and name not in form.errors:
            form.add_error(name, "Fill in both, or neither while the date is to be set.")
    if starts is not None and ends is not None and (ends <= starts if together else ends < starts):
        form.add_error(last, "This has to come after the start.")


def _find_by_id(form: Any, name: str) -> None:
    """Look a page up by its own id. By the key of its kind, a number too large for the database breaks SQLite."""
    if name in form.fields:
        form.fields[name].to_field_name = "id"


class SessionForm(AdminPatientDataGuard, Seen, Once, WagtailAdminModelForm):
    """A session."""

    instance: Session

    cancelled = forms.BooleanField(
        required=False,
        label="This session is cancelled",
        help_text="It stays in people’s calendars, marked as cancelled.",
    )

    class Meta:
        model = Session
        fields: ClassVar = [
            "title", "kind", "cohort", "circle", "module", "starts_at", "ends_at", "provisional", "place",
            "joining_link", "description",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cancelled"].initial = bool(self.instance.cancelled_at)
        _find_by_id(self, "module")
        user = self.for_user
        if "cohort" in self.fields:
            self.fields["cohort"].queryset = Cohort.objects.managed_by(user)
        if "circle" in self.fields:
            self.fields["circle"].queryset = self._circles(user)
            self.fields["circle"].empty_label = "Everybody"

    def _circles(self, user: Any) -> Any:
        """Who may be shown a session: the people of a cohort, those one is with oneself, and who sees it now."""
        own = Circle.objects.visible_to(user) | Circle.objects.filter(pk=self.instance.circle_id)
        if user.has_perm("cohorts.change_cohort"):
            own |= Circle.objects.filter(kind__in=(CircleKind.COHORT, CircleKind.NETWORK))
        return own.order_by("kind", "name")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        _check_span(self, "starts_at", "ends_at", together=True)
        return cleaned

    def save(self, commit: bool = True) -> Session:
        """Write through the actions: only what was changed, so that two editors at once keep each their own."""
        if self.instance.pk:
            self.instance = actions.change_session(
                session=self.instance, person=self.for_user, **self.changes()
            )
        else:
            self.instance = self._schedule()
        return self.instance

    def _schedule(self) -> Session:
        asked = (name for name in self.changed_data if name not in ("cancelled", "request_key"))
        sent = {name: self.cleaned_data[name] for name in asked}
        if self.cleaned_data.get("cancelled"):
            sent["cancelled_at"] = timezone.now()
        return actions.schedule_session(request_key=self.key, **sent)


class CohortForm(AdminPatientDataGuard, Seen, WagtailAdminModelForm):
    """A cohort."""

    instance: Cohort

    class Meta:
        model = Cohort
        fields: ClassVar = ["name", "slug", "programme", "starts_on", "ends_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _find_by_id(self, "programme")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        _check_span(self, "starts_on", "ends_on", together=False)
        return cleaned

    def save(self, commit: bool = True) -> Cohort:
        """Write through the actions: a new cohort gets the circle that its people share."""
        if self.instance.pk:
            self.instance = actions.change_cohort(cohort=self.instance, **self.changes())
        else:
            self.instance = actions.start_cohort(**self.cleaned_data)
        return self.instance
