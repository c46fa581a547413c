"""Merging two words of a managed list: choose the one that stays, see what moves, agree."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.admin import messages
from wagtail_modeladmin.helpers import ButtonHelper
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import InstanceSpecificView

from members.errors import MergedAlready
from members.merging import merge, what_moves
from members.requests import person_of

MERGE = "merge"


class MergeButtons(ButtonHelper):
    """The package's buttons, and one that leads to merging."""

    def get_buttons_for_obj(
        self,
        obj: Any,
        exclude: Any = None,
        classnames_add: list[str] | None = None,
        classnames_exclude: list[str] | None = None,
    ) -> list[dict[str, Any]]:
        buttons: list[dict[str, Any]] = super().get_buttons_for_obj(
            obj, exclude, classnames_add, classnames_exclude
        )
        if not self.permission_helper.user_can_edit_obj(self.request.user, obj):
            return buttons
        button = {
            "url": self.url_helper.get_action_url(MERGE, obj.pk),
            "label": "Merge",
            "classname": self.finalise_classname(
                [*(classnames_add or []), "button-secondary"], classnames_exclude
            ),
            "title": f"Merge {obj} into another",
        }
        return [*buttons, button]


class StaysForm(forms.Form):
    """Which of the others stays."""

    into: Any = forms.ModelChoiceField(
        queryset=None,
        label="The one that stays",
        empty_label="Choose one",
        widget=forms.Select(attrs={"style": "width: 100%"}),  # else a long name makes it wider than a phone
        error_messages={
            "required": "Choose the one that stays.",
            "invalid_choice": "Choose one from the list.",
        },
    )

    def __init__(self, *args: Any, gone: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = type(gone)._default_manager.exclude(pk=gone.pk).order_by("name")
        self.fields["into"].queryset = others  # type: ignore[attr-defined]


class MergeView(InstanceSpecificView):
    """Asks which one stays, shows what moves, then merges. Nothing is written before the last step."""

    page_title = "Merge"
    form_class: type[StaysForm] = StaysForm

    def __init__(self, model_admin: ModelAdmin, instance_pk: str) -> None:
        if not instance_pk.isascii() or not instance_pk.isdecimal() or len(instance_pk) > 18:
            raise Http404
        super().__init__(model_admin, instance_pk)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.permission_helper.user_can_edit_obj(request.user, self.instance):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        return self.page_title

    def get_template_names(self) -> list[str]:
        return ["members/admin_merge.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.pop("form", None) or self.form_class(
            self.request.GET if "into" in self.request.GET else None, gone=self.instance
        )
        stays = form.cleaned_data["into"] if form.is_bound and form.is_valid() else None
        return super().get_context_data(
            form=form,
            stays=stays,
            merge_url=self.url_helper.get_action_url(MERGE, self.pk_quoted),
            **(self.shown(stays) if stays else {}),
            **kwargs,
        )

    def shown(self, stays: Any) -> dict[str, Any]:
        """What is shown before one agrees."""
        return {"moves": what_moves(self.instance)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Through the action; sent twice, the second time finds that it is done."""
        form = self.form_class(request.POST, gone=self.instance)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        stays = form.cleaned_data["into"]
        why = self.merge(stays)
        if why:
            messages.error(request, f"Nothing was merged: {why}")
        else:
            messages.success(request, f"“{self.instance}” is now part of “{stays}”.")
        return redirect(self.index_url)

    def merge(self, stays: Any) -> str:
        """Do it; returns why it can't be done, "" if it was."""
        try:
            merge(gone=self.instance, stays=stays, by=person_of(self.request))
        except MergedAlready:
            return f"“{self.instance}” or “{stays}” is gone. Look again."
        return ""
