"""The directory in Wagtail's admin. The portal puts these screens into its menu.

They read through ``visible_to`` (what is in the directory, what waits, what was in it; never a draft of
somebody else's) and write through the actions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import re_path
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail_modeladmin.helpers import ButtonHelper, PermissionHelper
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import (
    CreateView,
    EditView,
    IndexView,
    InspectView,
    InstanceSpecificView,
    ModelFormView,
)

from community_directory import actions
from community_directory.enums import CommunityState
from community_directory.errors import DirectoryError
from community_directory.forms import AskForm, CommunityForm, SendBackForm
from community_directory.history import readable
from community_directory.merge_views import MERGE, MergeView
from community_directory.models import Brought, Community, Connection
from community_directory.rules import may_review
from kit.patient_data import AdminPatientDataGuard
from kit.sheet import defused
from members.enums import Role
from members.models import Membership
from members.requests import person_of
from members.sent import Once, Seen

_FIELDS = CommunityForm.Meta.fields
EARLIER = "earlier"
_TOO_LATE = "This could not be saved: the community has ended, or you may no longer change it."


class CommunityPermissions(PermissionHelper):
    """Who publishes communities works here. Nothing is deleted: a community ends."""

    def user_can_list(self, user: Any) -> bool:
        return may_review(user)

    def user_can_create(self, user: Any) -> bool:
        return may_review(user) and user.is_network_member

    def user_can_inspect_obj(self, user: Any, obj: Community) -> bool:
        return may_review(user) and obj.can_see(user)

    def user_can_edit_obj(self, user: Any, obj: Community) -> bool:
        return self.user_can_inspect_obj(user, obj) and obj.state != CommunityState.ENDED

    def user_can_delete_obj(self, user: Any, obj: Community) -> bool:
        return False


@dataclass(frozen=True)
class Step:
    """Something an editor does to a community: a button, a page that asks, an action."""

    label: str
    states: tuple[str, ...]
    act: Callable[..., Any]
    asks: str
    form: type[forms.Form] = forms.Form
    begins: Callable[[Community], dict[str, Any]] = lambda community: {}
    for_unled: bool = False  # only where nobody convenes it


def _named(community: Community) -> dict[str, Any]:
    """The address that came with it in a file."""
    brought = Brought.objects.filter(community=community).first()
    return {"email": brought.convener_email if brought else ""}


STEPS = {
    "publish": Step(
        "Publish",
        (CommunityState.SUBMITTED,),
        actions.publish_community,
        "Everyone will find it in the directory at once. Its conveners are told.",
    ),
    "send-back": Step(
        "Send back",
        (CommunityState.SUBMITTED,),
        actions.send_back,
        "It becomes a draft again. Its conveners read what you write here.",
        SendBackForm,
    ),
    "rest": Step(
        "Let it rest",
        (CommunityState.PUBLISHED,),
        actions.rest,
        "It stays in the directory, and says that it is resting.",
    ),
    "wake": Step(
        "Wake",
        (CommunityState.DORMANT,),
        actions.wake,
        "It is shown as any other community again.",
    ),
    "end": Step(
        "End",
        (CommunityState.PUBLISHED, CommunityState.DORMANT),
        actions.end_community,
        "It leaves the directory, and its connections end. It can be brought back; its connections can't.",
    ),
    "revive": Step(
        "Bring back",
        (CommunityState.ENDED,),
        actions.revive,
        "Everyone will find it in the directory again. Its conveners are told. Its connections stay ended.",
    ),
    "ask": Step(
        "Invite a convener",
        (CommunityState.SUBMITTED, CommunityState.PUBLISHED, CommunityState.DORMANT),
        actions.ask_to_convene,
        "Nobody convenes it yet. We send an invitation: by their yes they can change its page and let people in.",
        AskForm,
        _named,
        for_unled=True,
    ),
}


class CommunityButtons(ButtonHelper):
    """The package's buttons, and one for each step that can be taken now."""

    def get_buttons_for_obj(
        self,
        obj: Community,
        exclude: Any = None,
        classnames_add: list[str] | None = None,
        classnames_exclude: list[str] | None = None,
    ) -> list[dict[str, Any]]:
        buttons = super().get_buttons_for_obj(obj, exclude, classnames_add, classnames_exclude)
        if not self.permission_helper.user_can_inspect_obj(self.request.user, obj):
            return buttons
        classname = self.finalise_classname([*(classnames_add or []), "button-secondary"], classnames_exclude)
        led = obj.is_led if hasattr(obj, "is_led") else actions.is_convened(obj)
        able = [
            (name, step.label)
            for name, step in STEPS.items()
            if obj.state in step.states and not (step.for_unled and led)
        ]
        if obj.merged_into_id:
            able = []
        if self.permission_helper.user_can_edit_obj(self.request.user, obj):
            able += [(EARLIER, "Earlier texts"), (MERGE, "Merge")]
        return buttons + [
            {
                "url": self.url_helper.get_action_url(name, obj.pk),
                "label": label,
                "classname": classname,
                "title": f"{label}: {obj.name}",
            }
            for name, label in able
        ]


class OneCommunity(InstanceSpecificView):
    """A screen about one community that the package does not have."""

    def __init__(self, model_admin: ModelAdmin, instance_pk: str) -> None:
        if not instance_pk.isdecimal():
            raise Http404
        super().__init__(model_admin, instance_pk)


class EarlierView(OneCommunity):
    """What a community said before, and a button at each change that brings it back."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.permission_helper.user_can_edit_obj(request.user, self.instance):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        return "Earlier texts"

    def get_template_names(self) -> list[str]:
        return ["community_directory/admin_earlier.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            edits=readable(self.instance, self.request.user),
            earlier_url=self.url_helper.get_action_url(EARLIER, self.pk_quoted),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Through the action, which writes it down as a change of its own."""
        sent = request.POST.get("edit", "")
        edit = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 19 else 0
        try:
            actions.bring_back(community=self.instance, person=person_of(request), edit=edit)
        except DirectoryError:
            messages.error(request, f"That could not be brought back: “{self.instance}” has changed since.")
        else:
            messages.success(request, f"“{self.instance}”: the earlier text is back.")
        return redirect(self.url_helper.get_action_url(EARLIER, self.pk_quoted))


class StepView(OneCommunity):
    """Asks, then does it."""

    step_name = ""

    def __init__(self, model_admin: ModelAdmin, instance_pk: str, step_name: str) -> None:
        super().__init__(model_admin, instance_pk)
        self.step_name = step_name
        self.step = STEPS[step_name]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.permission_helper.user_can_inspect_obj(request.user, self.instance):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        return self.step.label

    def get_template_names(self) -> list[str]:
        return ["community_directory/admin_step.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            step=self.step,
            form=kwargs.pop("form", None) or self.step.form(initial=self.step.begins(self.instance)),
            step_url=self.url_helper.get_action_url(self.step_name, self.pk_quoted),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Through the action; what it refuses is said, not broken."""
        form = self.step.form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        try:
            self.step.act(community=self.instance, person=request.user, **form.cleaned_data)
        except DirectoryError as error:
            why = getattr(error, "words", "it has changed since you opened the page. Look again.")
            messages.error(request, f"“{self.instance}”: {why}")
        else:
            messages.success(request, f"“{self.instance}”: done.")
        return redirect(self.index_url)


class SafeIndexView(IndexView):
    """A list whose export runs nothing."""

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        return defused(super().preprocess_field_value(field, value, export_format))


class CommunityAdminForm(AdminPatientDataGuard, Seen, Once, WagtailAdminModelForm):
    """As on the portal's own page: checked by the same form, written by the same actions."""

    def checked(self) -> dict[str, Any]:
        """What was sent, as the actions take it: of a community that is there, what the sender changed."""
        sent = self.cleaned_data if self.instance.pk is None else self.changes()
        return {name: sent[name] for name in _FIELDS if name in sent}


def _take_fields_over(form: type[WagtailAdminModelForm]) -> type[WagtailAdminModelForm]:
    """The fields that check more than the model does, as people's own form has them."""
    own = {
        name: CommunityForm.declared_fields[name] for name in _FIELDS if name in CommunityForm.declared_fields
    }
    return type(form.__name__, (form,), own)


class CommunityFormView(ModelFormView):
    """What creating and changing share."""

    def get_form_class(self) -> type[WagtailAdminModelForm]:
        return _take_fields_over(super().get_form_class())

    def form_valid(self, form: CommunityAdminForm) -> HttpResponse:
        """Through the action, which also writes the history; what it refuses is said, not broken."""
        try:
            self.instance = self.write(form)
        except DirectoryError:
            form.add_error(None, _TOO_LATE)
            return self.form_invalid(form)
        messages.success(
            self.request,
            self.get_success_message(self.instance),
            buttons=self.get_success_message_buttons(self.instance),
        )
        return redirect(self.get_success_url())

    def write(self, form: CommunityAdminForm) -> Community:
        raise NotImplementedError


class CreateCommunity(CommunityFormView, CreateView):
    """An editor lists a community that they convene until somebody else does."""

    def write(self, form: CommunityAdminForm) -> Community:
        return actions.list_community(person=self.request.user, request_key=form.key, **form.checked())


class EditCommunity(CommunityFormView, EditView):
    """An editor changes what a community says of itself."""

    def write(self, form: CommunityAdminForm) -> Community:
        return actions.edit_community(
            community=Community.objects.get(pk=self.instance.pk), person=self.request.user, **form.checked()
        )


class CommunityAdmin(ModelAdmin):
    """Communities: what waits, what is in the directory, what was."""

    model = Community
    menu_label = "Communities"
    menu_icon = "globe"
    list_display = ("name", "state", "stage", "regions_named", "updated_at")
    list_filter = ("state", "stage", "regions")
    search_fields = ("name", "summary")
    ordering = ("-updated_at",)
    empty_value_display = "–"  # a hyphen would be taken for the beginning of a formula
    list_per_page = 50
    list_export = (
        "name",
        "slug",
        "summary",
        "state",
        "stage",
        "sectors_named",
        "regions_named",
        "themes_named",
        "rhythm",
        "meets",
        "open_to",
        "website",
        "published_at",
    )
    export_filename = "communities"
    inspect_view_enabled = True
    inspect_view_fields = (
        *("name", "slug", "state", "sent_back_because", "summary", "domain", "purpose", "practice"),
        *("stage", "sectors", "regions", "themes", "organisations", "rhythm", "meets", "open_to"),
        *("how_to_join", "website", "created_at", "updated_at", "published_at", "confirmed_at"),
        *("looked_after_by", "left_behind"),
    )
    permission_helper_class = CommunityPermissions
    button_helper_class = CommunityButtons
    index_view_class = SafeIndexView
    index_template_name = "community_directory/admin_list.html"
    create_view_class = CreateCommunity
    edit_view_class = EditCommunity
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldPanel(name) for name in ("name", "summary", "domain", "purpose", "practice")],
                heading="Who they are",
            ),
            MultiFieldPanel(
                [FieldPanel(name) for name in ("themes", "sectors", "regions", "organisations", "stage")],
                heading="How people find them",
            ),
            MultiFieldPanel(
                [FieldPanel(name) for name in ("rhythm", "meets", "open_to", "how_to_join", "website")],
                heading="How they meet, and who may come",
            ),
        ],
        base_form_class=CommunityAdminForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Community]:
        """What this editor may see, with what the list shows of it."""
        leads = Membership.objects.active().filter(circle=OuterRef("circle"), role=Role.LEAD)
        seen = Community.objects.visible_to(request.user).annotate(is_led=Exists(leads))
        return seen.order_by(*self.ordering).prefetch_related("regions", "sectors", "themes")

    def regions_named(self, community: Community) -> str:
        """Its regions."""
        return ", ".join(region.name for region in community.regions.all())

    regions_named.short_description = "regions"  # type: ignore[attr-defined]

    def sectors_named(self, community: Community) -> str:
        """Its sectors."""
        return ", ".join(sector.name for sector in community.sectors.all())

    sectors_named.short_description = "sectors"  # type: ignore[attr-defined]

    def themes_named(self, community: Community) -> str:
        """Its themes."""
        return ", ".join(theme.name for theme in community.themes.all())

    themes_named.short_description = "themes"  # type: ignore[attr-defined]

    def get_admin_urls_for_registration(self) -> tuple[Any, ...]:
        """The package's addresses, one for each step, the earlier texts and merging."""
        views = {name: self._step_view(name) for name in STEPS}
        views |= {EARLIER: self._earlier_view, MERGE: self._merge_view}
        return super().get_admin_urls_for_registration() + tuple(
            re_path(
                self.url_helper.get_action_url_pattern(name),
                view,
                name=self.url_helper.get_action_url_name(name),
            )
            for name, view in views.items()
        )

    def _earlier_view(self, request: HttpRequest, instance_pk: str) -> HttpResponse:
        return EarlierView.as_view(model_admin=self, instance_pk=instance_pk)(request)

    def _merge_view(self, request: HttpRequest, instance_pk: str) -> HttpResponse:
        return MergeView.as_view(model_admin=self, instance_pk=instance_pk)(request)

    def _step_view(self, name: str) -> Callable[..., HttpResponse]:
        def view(request: HttpRequest, instance_pk: str) -> HttpResponse:
            return StepView.as_view(model_admin=self, instance_pk=instance_pk, step_name=name)(request)

        return view


class ConnectionPermissions(PermissionHelper):
    """Editors look; connections are made and ended by those whom they link."""

    def user_can_list(self, user: Any) -> bool:
        return may_review(user)

    def user_can_create(self, user: Any) -> bool:
        return False

    def user_can_inspect_obj(self, user: Any, obj: Connection) -> bool:
        return may_review(user) and obj.can_see(user)

    def user_can_edit_obj(self, user: Any, obj: Connection) -> bool:
        return False

    def user_can_delete_obj(self, user: Any, obj: Connection) -> bool:
        return False


class ConnectionAdmin(ModelAdmin):
    """Connections that both sides agreed on, and those of one's own communities."""

    model = Connection
    menu_label = "Connections"
    menu_icon = "link"
    list_display = ("source", "target", "reason", "state", "answered_at")
    list_filter = ("state",)
    list_select_related = ("source", "target")
    search_fields = ("source__name", "target__name", "reason")
    list_per_page = 50
    list_export = ("source", "target", "reason", "state", "created_at", "answered_at")
    export_filename = "connections"
    inspect_view_enabled = True
    inspect_view_fields = ("source", "target", "reason", "state", "created_at", "answered_at")
    history_view_enabled = False
    permission_helper_class = ConnectionPermissions
    index_view_class = SafeIndexView
    inspect_view_class = InspectView

    def get_queryset(self, request: HttpRequest) -> QuerySet[Connection]:
        """What this editor may see."""
        return Connection.objects.visible_to(request.user).select_related("source", "target")
