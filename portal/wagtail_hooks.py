"""What Wagtail's admin has of ours that no one room has alone."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from portal import programme_views


@hooks.register("register_admin_urls")
def programme_urls() -> list[URLPattern]:
    """The screens that load a programme."""
    return [
        path("programme/", programme_views.upload, name="programme_upload"),
        path("programme/confirm/", programme_views.confirm, name="programme_confirm"),
    ]


class LoadProgrammeItem(MenuItem):
    """Shown to those who may load one."""

    def is_shown(self, request: HttpRequest) -> bool:
        return programme_views.may_load(request.user)  # type: ignore[arg-type]


@hooks.register("register_admin_menu_item")
def programme_menu_item() -> MenuItem:
    """The way to them."""
    return LoadProgrammeItem(
        "Load a programme", reverse("programme_upload"), name="load-programme", icon_name="upload", order=900
    )
