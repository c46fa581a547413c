"""What Wagtail's admin has of ours that no one room has alone."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import DismissibleMenuItem, MenuItem
from wagtail.admin.ui.components import Component
from wagtail_modeladmin.options import modeladmin_register

from portal import admin_home, programme_views
from portal.modeladmin import PeopleAndPlaces

modeladmin_register(PeopleAndPlaces)


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


@hooks.register("register_admin_urls")
def guide_urls() -> list[URLPattern]:
    """The editor's guide."""
    return [path("guide/", admin_home.guide, name="editors_guide")]


@hooks.register("register_help_menu_item")
def guide_menu_item() -> MenuItem:
    """The guide, where people look for help."""
    return MenuItem(
        "The editor’s guide", reverse("editors_guide"), name="editors-guide", icon_name="help", order=1
    )


@hooks.register("construct_help_menu")
def no_news_of_wagtail(request: HttpRequest, items: list[MenuItem]) -> None:
    """What is new in Wagtail, with a badge that counts it, is no news for those who write here."""
    items[:] = [item for item in items if not isinstance(item, DismissibleMenuItem)]


@hooks.register("construct_homepage_panels")
def say_what_to_do_first(request: HttpRequest, panels: list[Component]) -> None:
    """The first thing on the first screen."""
    panels.insert(0, admin_home.FirstThings())
