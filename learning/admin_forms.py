"""What the form of a resource checks besides what every page's does."""

from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import Q

from members.admin_forms import CirclePageForm
from members.enums import CircleKind, Role

_TOO_SMALL = "The largest group can’t be smaller than the smallest."
_TOO_EARLY = "The next review can’t come before the last one."


def keepers() -> Any:
    """Who can look after a page: those who may work in the admin, and those who lead a cohort."""
    people = get_user_model().objects
    editors = people.with_perm("wagtailadmin.access_admin", include_superusers=True)
    leads = (
        apps.get_model("members", "Membership")
        ._default_manager.active()
        .filter(role=Role.LEAD, circle__kind=CircleKind.COHORT)
    )
    one_of = Q(pk__in=editors.values("pk")) | Q(pk__in=leads.values("person_id"))
    return people.filter(one_of, is_active=True)


class GuidancePageForm(CirclePageForm):
    """The form of a resource. What contradicts itself is kept in a draft, and refused on publishing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if owner := self.fields.get("owner"):
            owner.queryset = self._keepers()
            owner.label_from_instance = str
            owner.required = False
            owner.help_text = (
                "Editors and facilitators can look after a page. They are asked when its review is due."
            )

    def _keepers(self) -> Any:
        """They, and whoever looks after it now."""
        return get_user_model().objects.filter(
            Q(pk__in=keepers().values("pk")) | Q(pk=self.instance.owner_id)
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.is_deferred_validation:
            return cleaned
        smallest, largest = cleaned.get("group_min"), cleaned.get("group_max")
        if smallest and largest and largest < smallest:
            self.add_error("group_max", _TOO_SMALL)
        reviewed, due = cleaned.get("reviewed_on"), cleaned.get("review_due")
        if reviewed and due and due < reviewed:
            self.add_error("review_due", _TOO_EARLY)
        return cleaned
