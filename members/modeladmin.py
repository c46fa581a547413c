"""The screens on which editors look after groups, who is in them, and the words of the lists.

They are put into the menu by the portal. They read through the querysets and write through the actions.
"""

from typing import Any, ClassVar

from django import forms
from django.contrib.admin import SimpleListFilter
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.db.models.deletion import ProtectedError
from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList, Panel
from wagtail_modeladmin.helpers import PermissionHelper
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import CreateView, DeleteView, EditView, IndexView

from members import accounts, actions, listed_words
from members.enums import AskState, CircleKind, State
from members.errors import CircleEnded, LastLead, NotOpen, TermInUse
from members.merge_views import MERGE, MergeButtons, MergeView
from members.models import AccountRequest, Circle, Membership, Organisation, Region, Sector, Theme, User
from members.seen import saw_list
from members.sent import Once

ENDED = "This has ended. It takes nobody new."
LAST_LEAD = "Nobody else leads it. Let somebody else lead it first."


class NeverDeleted(PermissionHelper):
    """What people have belonged to is ended, not deleted."""

    def user_can_delete_obj(self, user: User, obj: Any) -> bool:
        """Not even an admin."""
        return False


def _handler(form: type[WagtailAdminModelForm], *fields: str) -> ObjectList:
    panels: list[Panel] = [FieldPanel(field) for field in fields]
    return ObjectList(panels, base_form_class=form)


# -- groups ------------------------------------------------------------------


class GroupPermissions(NeverDeleted):
    """A cohort and a community have screens of their own, on which they are named."""

    def user_can_edit_obj(self, user: User, obj: Circle) -> bool:
        """Only a small group."""
        return super().user_can_edit_obj(user, obj) and obj.kind == CircleKind.GROUP


class NewGroupForm(Once, WagtailAdminModelForm):
    """A small group inside a cohort or a community; those two come with their own screens."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = Circle.objects.filter(kind__in=(CircleKind.COHORT, CircleKind.COMMUNITY), ended_at=None)
        self.fields["parent"] = forms.ModelChoiceField(
            label="Inside", queryset=inside.order_by("kind", "name"), help_text="The cohort or community."
        )
        self.instance.kind = CircleKind.GROUP

    def save(self, commit: bool = True) -> Circle:
        """Make it."""
        return actions.make_group(
            parent=self.cleaned_data["parent"], name=self.cleaned_data["name"], request_key=self.key
        )


class GroupNameForm(WagtailAdminModelForm):
    """Its name."""

    def save(self, commit: bool = True) -> Circle:
        """Rename it."""
        return actions.rename_circle(circle=self.instance, name=self.cleaned_data["name"])


class _UnlessEnded(CreateView):
    """Something inside a cohort, community or group, which may end while the form is open."""

    inside = ""

    def form_valid(self, form: WagtailAdminModelForm) -> HttpResponse:
        """Make it, or say what has ended meanwhile."""
        try:
            return super().form_valid(form)
        except CircleEnded:
            form.add_error(self.inside, ENDED)
            return self.form_invalid(form)


class CreateGroup(_UnlessEnded):
    inside = "parent"

    def get_edit_handler(self) -> Panel:
        return _handler(NewGroupForm, "name", "parent").bind_to_model(self.model)


class CircleAdmin(ModelAdmin):
    """Groups: the network, cohorts, communities, and the small groups inside."""

    model = Circle
    menu_label = "Groups"
    menu_icon = "group"
    list_display = ("name", "kind_name", "member_count", "ended_at")
    list_filter = ("kind",)
    search_fields = ("name",)
    ordering = ("kind", "name")
    list_per_page = 50
    permission_helper_class = GroupPermissions
    create_view_class = CreateGroup
    edit_handler = _handler(GroupNameForm, "name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Circle]:
        """All, for who keeps them."""
        return Circle.objects.managed_by(request.user)

    def kind_name(self, circle: Circle) -> str:
        """What sort of group."""
        return circle.get_kind_display()

    kind_name.short_description = "kind"  # type: ignore[attr-defined]
    kind_name.admin_order_field = "kind"  # type: ignore[attr-defined]


# -- who is in them -----------------------------------------------------------


class NewMembershipForm(WagtailAdminModelForm):
    """Somebody's place in a group."""

    email = forms.EmailField(label="Email address", help_text="The one that they sign in with.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["circle"].label = "Group"
        self.fields["circle"].queryset = Circle.objects.filter(ended_at=None)  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        """Find the person; nobody puts themself into a group."""
        email = self.cleaned_data["email"]
        person = User.objects.filter(email__iexact=email, is_active=True).first()
        if person is None:
            raise ValidationError("Nobody has an account with this address.")
        if person == self.for_user and not person.is_superuser:
            raise ValidationError("You cannot add yourself. Ask another editor.")
        self.instance.person = person
        return email

    def save(self, commit: bool = True) -> Membership:
        """Let them join, unless they are in it already."""
        return actions.join(
            person=self.instance.person, circle=self.cleaned_data["circle"], role=self.cleaned_data["role"]
        )

    def validate_constraints(self) -> None:
        """Somebody who is in it already stays in it, and gets the role: that is no mistake."""


class MembershipForm(WagtailAdminModelForm):
    """What somebody is in a group, or that they are in it no longer."""

    ended = forms.BooleanField(label="They are no longer in it", required=False)

    def clean(self) -> dict[str, Any]:
        """An ended place stays as it is, and nobody changes their own."""
        data = super().clean()
        if self.instance.state == State.ENDED:
            raise ValidationError("This has ended. Add them again instead.")
        if self.instance.person == self.for_user and not self.for_user.is_superuser:
            raise ValidationError("This is your own place. Ask another editor.")
        return data

    def save(self, commit: bool = True) -> Membership:
        """End it, or change the role."""
        place = Membership.objects.select_related("person", "circle").get(pk=self.instance.pk)
        if self.cleaned_data["ended"]:
            actions.leave(person=place.person, circle=place.circle)
            return place
        return actions.change_role(membership=place, role=self.cleaned_data["role"])


class EditMembership(EditView):
    def form_valid(self, form: MembershipForm) -> HttpResponse:
        """Change it, unless nobody would be left to lead."""
        try:
            return super().form_valid(form)
        except LastLead:
            form.add_error("ended" if form.cleaned_data["ended"] else "role", LAST_LEAD)
            return self.form_invalid(form)
        except NotOpen:
            form.add_error("role", ENDED)
            return self.form_invalid(form)


class CreateMembership(_UnlessEnded):
    inside = "circle"

    def get_edit_handler(self) -> Panel:
        return _handler(NewMembershipForm, "email", "circle", "role").bind_to_model(self.model)


class WhoIsWhere(IndexView):
    """A list of people: who looks at it is written down."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        saw_list(request, "who is in which group")
        return super().get(request, *args, **kwargs)


class MembershipAdmin(ModelAdmin):
    """Who is in which group, as what, since when."""

    model = Membership
    menu_label = "Who is in which group"
    menu_icon = "user"
    list_display = ("person", "circle", "role", "state", "started_at", "ended_at")
    list_select_related = ("person", "circle")
    list_filter = ("state", "role", "circle__kind")
    search_fields = ("person__first_name", "person__last_name", "person__email", "circle__name")
    ordering = ("-started_at", "-pk")
    list_per_page = 50
    permission_helper_class = NeverDeleted
    index_view_class = WhoIsWhere
    create_view_class = CreateMembership
    edit_view_class = EditMembership
    edit_handler = _handler(MembershipForm, "role", "ended")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """All, for who keeps them."""
        return Membership.objects.managed_by(request.user)


# -- who asks to join ----------------------------------------------------------


class JoiningPermissions(NeverDeleted):
    """People ask by themselves; each is answered once."""

    def user_can_create(self, user: User) -> bool:
        """Nobody asks for another."""
        return False

    def user_can_edit_obj(self, user: User, obj: AccountRequest) -> bool:
        """As long as they wait."""
        return super().user_can_edit_obj(user, obj) and obj.state == AskState.WAITING


class AnswerForm(WagtailAdminModelForm):
    """What the answer is."""

    answer = forms.ChoiceField(
        choices=[
            (AskState.ADMITTED, "Let them in: they become a member of the network"),
            (AskState.REFUSED, "Turn them down: their account is closed"),
        ],
        widget=forms.RadioSelect,
        help_text="They are told by email.",
    )

    def save(self, commit: bool = True) -> AccountRequest:
        """Give it, unless somebody else has."""
        admits = self.cleaned_data["answer"] == AskState.ADMITTED
        answer = accounts.let_in if admits else accounts.turn_down
        answer(asked=self.instance, by=self.for_user)
        self.instance.refresh_from_db()
        return self.instance


class AccountRequestAdmin(ModelAdmin):
    """Who asks to join, where anybody may: those who have said that the address is theirs."""

    model = AccountRequest
    menu_label = "Who asks to join"
    menu_icon = "user"
    list_display = ("__str__", "email", "reason", "state", "created_at")
    list_filter = ("state",)
    search_fields = ("first_name", "last_name", "email", "reason")
    ordering = ("-created_at", "-pk")
    list_per_page = 50
    empty_value_display = "–"
    permission_helper_class = JoiningPermissions
    edit_handler = ObjectList(
        [
            *(
                FieldPanel(name, read_only=True)
                for name in ("first_name", "last_name", "email", "reason", "created_at")
            ),
            FieldPanel("answer"),
        ],
        base_form_class=AnswerForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[AccountRequest]:
        """All, for who answers them."""
        return AccountRequest.objects.managed_by(request.user)


# -- words of the lists ---------------------------------------------------------


class TermForm(WagtailAdminModelForm):
    """A word of a list; its address is made from it, once."""

    def save(self, commit: bool = True) -> Any:
        """Write it down."""
        return listed_words.save_term(term=self.instance)


class RemoveTerm(DeleteView):
    """What describes something is not taken away under it."""

    def delete_instance(self) -> None:
        try:
            listed_words.remove_term(term=self.instance)
        except TermInUse as error:
            raise ProtectedError(str(error), set()) from error


class TermAdmin(ModelAdmin):
    """What the screens of all lists have in common."""

    menu_icon = "tag"
    list_display: ClassVar[tuple[str, ...]] = ("name",)
    search_fields: ClassVar = ("name",)
    ordering = ("name",)
    list_per_page = 100
    delete_view_class = RemoveTerm
    button_helper_class = MergeButtons
    edit_handler = _handler(TermForm, "name")

    def get_admin_urls_for_registration(self) -> tuple[Any, ...]:
        """The package's addresses, and that of merging."""
        where = self.url_helper.get_action_url_pattern(MERGE)
        merging = re_path(where, self._merge_view, name=self.url_helper.get_action_url_name(MERGE))
        return (*super().get_admin_urls_for_registration(), merging)

    def _merge_view(self, request: HttpRequest, instance_pk: str) -> HttpResponse:
        return MergeView.as_view(model_admin=self, instance_pk=instance_pk)(request)


class _WhereFilter(SimpleListFilter):
    """Those of one sector or region. Django's own filter on a relation asks for Django's own admin."""

    terms: type[Sector] | type[Region]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(self.terms.objects.values_list("slug", "name"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**{f"{self.parameter_name}__slug": self.value()}) if self.value() else queryset


class SectorFilter(_WhereFilter):
    title = parameter_name = "sector"
    terms = Sector


class RegionFilter(_WhereFilter):
    title = parameter_name = "region"
    terms = Region


class OrganisationAdmin(TermAdmin):
    """Organisations."""

    model = Organisation
    menu_icon = "home"
    list_display = ("name", "sector", "region")
    list_select_related = ("sector", "region")
    list_filter = (SectorFilter, RegionFilter)
    edit_handler = _handler(TermForm, "name", "sector", "region")


class ThemeAdmin(TermAdmin):
    """Themes."""

    model = Theme
    list_display = ("name", "description")
    edit_handler = _handler(TermForm, "name", "description")


class SectorAdmin(TermAdmin):
    """Sectors."""

    model = Sector


class RegionAdmin(TermAdmin):
    """Regions."""

    model = Region
    menu_icon = "site"


MODEL_ADMINS = (
    AccountRequestAdmin,
    CircleAdmin,
    MembershipAdmin,
    OrganisationAdmin,
    ThemeAdmin,
    SectorAdmin,
    RegionAdmin,
)
