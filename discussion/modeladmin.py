"""Spaces, topics and posts in Wagtail's admin. The portal room puts these into its menu.

What is said in a circle is read by its people alone, so nobody finds anything here of a circle that they are
not in: not even an admin. Nothing is deleted; what is removed can be brought back for 30 days.
"""

from typing import Any, ClassVar

from django import forms
from django.contrib.admin import SimpleListFilter
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList, Panel
from wagtail_modeladmin.helpers import PermissionHelper
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import CreateView, EditView, HistoryView, InspectView

from discussion import actions
from discussion.errors import GroupEnded, NotTheirs
from discussion.models import Post, Space, Topic
from kit.markdown import excerpt
from kit.patient_data import AdminPatientDataGuard
from members.models import Circle
from members.querysets import circle_ids


class _OwnCircles:
    """A screen of one thing: what is of another circle is not there."""

    instance: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.instance.circle_id not in circle_ids(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class _AllOrNothing:
    """A form whose actions are done together. If one is refused none is done, and the page says so."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            with transaction.atomic():
                return super().form_valid(form)  # type: ignore[misc]
        except (NotTheirs, GroupEnded):
            form.add_error(
                None, "Nothing was saved: this cannot be done any more. See how it stands now, and try again."
            )
            return self.form_invalid(form)  # type: ignore[attr-defined]


class OwnEditView(_AllOrNothing, _OwnCircles, EditView):
    """Changing one thing."""


class OwnInspectView(_OwnCircles, InspectView):
    """Reading one thing."""


class OwnHistoryView(_OwnCircles, HistoryView):
    """What was done to one thing."""


class NeverDeleted(PermissionHelper):
    """Wagtail's permissions, for what is of one's own circles; nothing is ever deleted."""

    def user_can_edit_obj(self, user: Any, obj: Any) -> bool:
        return super().user_can_edit_obj(user, obj) and obj.circle_id in circle_ids(user)

    def user_can_inspect_obj(self, user: Any, obj: Any) -> bool:
        return super().user_can_inspect_obj(user, obj) and obj.circle_id in circle_ids(user)

    def user_can_delete_obj(self, user: Any, obj: Any) -> bool:
        """Not even an admin."""
        return False


class NotMadeHere(NeverDeleted):
    """Besides, people say things where they are talked about, not in the admin."""

    def user_can_create(self, user: Any) -> bool:
        """Nobody."""
        return False


# -- spaces -------------------------------------------------------------------


class SpaceForm(AdminPatientDataGuard, WagtailAdminModelForm):
    """How a space is called and where it stands among the others."""

    instance: Space

    class Meta:
        model = Space
        fields: ClassVar = ["name", "slug", "description", "order"]

    def save(self, commit: bool = True) -> Space:
        """Change it."""
        return actions.change_space(space=self.instance, **self._values())

    def _values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("name", "slug", "description", "order")}


class NewSpaceForm(SpaceForm):
    """A new space. Whose it is is said once."""

    class Meta(SpaceForm.Meta):
        fields: ClassVar = [*SpaceForm.Meta.fields, "circle"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = Circle.objects.visible_to(self.for_user) | Circle.objects.managed_by(self.for_user)
        self.fields["circle"] = forms.ModelChoiceField(
            label="Who can read and write in it",
            queryset=there.filter(ended_at=None).order_by("kind", "name"),
            help_text="This cannot be changed later. You will see the space here only if you are one of them.",
        )

    def save(self, commit: bool = True) -> Space:
        """Open it."""
        return actions.open_space(circle=self.cleaned_data["circle"], **self._values())


def _handler(form: type[WagtailAdminModelForm], *fields: str) -> ObjectList:
    panels: list[Panel] = [FieldPanel(field) for field in fields]
    return ObjectList(panels, base_form_class=form)


class CreateSpaceView(_AllOrNothing, CreateView):
    """Opening a space."""

    def get_edit_handler(self) -> Panel:
        fields = ("name", "slug", "circle", "description", "order")
        return _handler(NewSpaceForm, *fields).bind_to_model(self.model)


class SpaceAdmin(ModelAdmin):
    """Where people talk."""

    model = Space
    menu_label = "Discussion spaces"
    menu_icon = "openquote"
    list_display = ("name", "who", "topic_count", "last_post_at")
    search_fields = ("name", "description")
    ordering = ("order", "name")
    list_per_page = 50
    prepopulated_fields: ClassVar = {"slug": ("name",)}
    permission_helper_class = NeverDeleted
    create_view_class = CreateSpaceView
    edit_view_class = OwnEditView
    history_view_class = OwnHistoryView
    edit_handler = _handler(SpaceForm, "name", "slug", "description", "order")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Space]:
        """Those of one's circles."""
        return Space.objects.visible_to(request.user).select_related("circle").order_by(*self.ordering)

    def who(self, space: Space) -> str:
        return space.circle.name

    who.short_description = "Who can read it"  # type: ignore[attr-defined]
    who.admin_order_field = "circle__name"  # type: ignore[attr-defined]


# -- topics and posts -----------------------------------------------------------


class _Moderated(WagtailAdminModelForm):
    """A form of switches, each an action."""

    removed = forms.BooleanField(
        required=False,
        label="Removed",
        help_text="Nobody sees it any more. It can be brought back for 30 days.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["removed"].initial = self.instance.removed_at is not None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        gone = self.instance.removed_at is not None
        if gone and not cleaned.get("removed") and not self.instance.can_restore(self.for_user):
            self.add_error("removed", "It can no longer be brought back.")
        return cleaned

    def save(self, commit: bool = True) -> Any:
        """Do what was changed, in an order in which each can be done: bring back first, remove last.

        Raises:
            NotTheirs: one of the actions does; whoever saves undoes the others.
        """
        for name in sorted(
            self.changed_data, key=lambda name: (name == "removed") == self.cleaned_data["removed"]
        ):
            self.switch(name, on=self.cleaned_data[name])
        return self.instance

    def switch(self, name: str, *, on: bool) -> None:
        """Turn one on or off."""
        raise NotImplementedError


class TopicForm(_Moderated):
    """What may be done to a topic."""

    class Meta:
        model = Topic
        fields: ClassVar = ["pinned", "closed"]

    field_order: ClassVar = ["pinned", "closed", "removed"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("removed") and cleaned.get("pinned"):
            self.add_error("pinned", "What is removed cannot be pinned.")
        if cleaned.get("removed") and self.instance.removed_at and "closed" in self.changed_data:
            self.add_error("closed", "Bring it back before you close it or open it again.")
        return cleaned

    def _post_clean(self) -> None:
        """The actions write; the object stays as it was found until they have."""

    def switch(self, name: str, *, on: bool) -> None:
        person, topic = self.for_user, self.instance
        if name == "pinned":
            actions.pin_topic(person=person, topic=topic, pinned=on)
        elif name == "closed":
            actions.close_topic(person=person, topic=topic, closed=on)
        elif on:
            actions.remove_topic(person=person, topic=topic)
        else:
            actions.restore_topic(person=person, topic=topic)


class PostForm(_Moderated):
    """What may be done to a post."""

    class Meta:
        model = Post
        fields: ClassVar[list[str]] = []

    def switch(self, name: str, *, on: bool) -> None:
        change = actions.remove_post if on else actions.restore_post
        change(person=self.for_user, post=self.instance)


class RemovedFilter(SimpleListFilter):
    """There, or removed."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("there", "There"), ("removed", "Removed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        if self.value() not in ("there", "removed"):
            return queryset
        return queryset.filter(removed_at__isnull=self.value() == "there")


class SpaceFilter(SimpleListFilter):
    """One of the spaces that one may find."""

    title = "space"
    parameter_name = "space"
    field = "space"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(space.slug, space.name) for space in Space.objects.visible_to(request.user)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        return queryset.filter(**{f"{self.field}__slug": self.value()}) if self.value() else queryset


class PostSpaceFilter(SpaceFilter):
    """The space that a post's topic is in."""

    field = "topic__space"


def _state(*, removed: bool, **others: bool) -> str:
    names = [name.capitalize() for name, holds in {"removed": removed, **others}.items() if holds]
    return ", ".join(names) or "There"


class TopicAdmin(ModelAdmin):
    """What people talk about."""

    model = Topic
    menu_label = "Topics"
    menu_icon = "list-ul"
    list_display = ("title", "space", "author", "reply_count", "last_post_at", "how_it_stands")
    list_filter = (RemovedFilter, SpaceFilter, "pinned", "closed")
    search_fields = ("title",)
    ordering = ("-last_post_at", "-pk")
    list_per_page = 50
    permission_helper_class = NotMadeHere
    edit_view_class = OwnEditView
    inspect_view_class = OwnInspectView
    history_view_class = OwnHistoryView
    edit_handler = _handler(TopicForm, "pinned", "closed", "removed")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        """Those of one's circles."""
        topics = Topic.objects.kept_for(request.user).select_related("space", "author")
        return topics.order_by(*self.ordering)

    def how_it_stands(self, topic: Topic) -> str:
        return _state(removed=topic.removed_at is not None, pinned=topic.pinned, closed=topic.closed)

    how_it_stands.short_description = "State"  # type: ignore[attr-defined]


class PostAdmin(ModelAdmin):
    """What people have said."""

    model = Post
    menu_label = "Posts"
    menu_icon = "comment"
    list_display = ("said", "topic", "number", "author", "created_at", "how_it_stands")
    list_filter = (RemovedFilter, PostSpaceFilter)
    search_fields = ("text", "topic__title")
    ordering = ("-created_at", "-pk")
    list_per_page = 50
    permission_helper_class = NotMadeHere
    inspect_view_enabled = True
    inspect_view_fields: ClassVar = ["topic", "number", "author", "created_at", "edited_at", "text"]
    edit_view_class = OwnEditView
    inspect_view_class = OwnInspectView
    history_view_class = OwnHistoryView
    edit_handler = _handler(PostForm, "removed")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        """Those of one's circles."""
        posts = Post.objects.kept_for(request.user).select_related("topic__space", "author")
        return posts.order_by(*self.ordering)

    def said(self, post: Post) -> str:
        return excerpt(post.text_html, 120) or "(nothing)"

    def how_it_stands(self, post: Post) -> str:
        return _state(removed=post.removed_at is not None)

    said.short_description = "What was said"  # type: ignore[attr-defined]
    how_it_stands.short_description = "State"  # type: ignore[attr-defined]
