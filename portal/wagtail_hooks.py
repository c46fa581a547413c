"""What Wagtail's admin has of ours that no one room has alone."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import DismissibleMenuItem, MenuItem
from wagtail.admin.ui.components import Component
from wagtail.models import Page
from wagtail.permissions import policy_registry
from wagtail_modeladmin.options import modeladmin_register

from portal import admin_home, next_year_views, programme_views, rules
from portal.modeladmin import PeopleAndPlaces

modeladmin_register(PeopleAndPlaces)


@hooks.register("register_admin_urls")
def programme_urls() -> list[URLPattern]:
    """The screens that load a programme."""
    return [
        path("programme/", programme_views.upload, name="programme_upload"),
        path("programme/confirm/", programme_views.confirm, name="programme_confirm"),
    ]


def _may_load(request: HttpRequest) -> bool:
    """Whether they may load a programme, asked once for all of the menu."""
    if not hasattr(request, "_may_load"):
        request._may_load = rules.may_load(request.user)  # type: ignore[attr-defined, arg-type]
    return bool(request._may_load)  # type: ignore[attr-defined]


class LoadProgrammeItem(MenuItem):
    """Shown to those who may load one."""

    def is_shown(self, request: HttpRequest) -> bool:
        return _may_load(request)


@hooks.register("register_admin_menu_item")
def programme_menu_item() -> MenuItem:
    """The way to them."""
    return LoadProgrammeItem(
        "Load a programme", reverse("programme_upload"), name="load-programme", icon_name="upload", order=900
    )


@hooks.register("register_admin_urls")
def next_year_urls() -> list[URLPattern]:
    """The screens that set up the next year."""
    return [
        path("next-year/", next_year_views.choose, name="next_year"),
        path("next-year/confirm/", next_year_views.confirm, name="next_year_confirm"),
        path("next-year/<int:pk>/", next_year_views.made, name="next_year_made"),
        path("next-year/<int:pk>/show/", next_year_views.show, name="next_year_show"),
        path("next-year/<int:pk>/undo/", next_year_views.take_back, name="next_year_undo"),
    ]


class NextYearItem(MenuItem):
    """Shown to those who may set one up."""

    def is_shown(self, request: HttpRequest) -> bool:
        return rules.may_start(request.user) and _may_load(request)  # type: ignore[arg-type]


@hooks.register("register_admin_menu_item")
def next_year_menu_item() -> MenuItem:
    """The way to them."""
    return NextYearItem(
        "Set up next year", reverse("next_year"), name="set-up-next-year", icon_name="date", order=901
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


class ForAdmins(MenuItem):
    """Shown to admins alone."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)  # type: ignore[union-attr]


class ForEditors(MenuItem):
    """Shown to those who write pages."""

    def is_shown(self, request: HttpRequest) -> bool:
        policy = policy_registry.get_by_type(Page)
        return bool(policy.user_has_any_permission(request.user, ["add", "change", "publish"]))


@hooks.register("register_reports_menu_item")
def who_did_what_menu_item() -> MenuItem:
    """Everything that the log has."""
    return ForAdmins(
        "Who did what", reverse("who_did_what"), name="who-did-what", icon_name="view", order=1010
    )


@hooks.register("register_reports_menu_item")
def guidance_care_menu_item() -> MenuItem:
    """Who looks after what in the library."""
    return ForEditors(
        "Care of guidance",
        reverse("guidance_care"),
        name="guidance-care",
        icon_name="doc-full-inverse",
        order=1005,
    )


@hooks.register("register_reports_menu_item")
def unused_files_menu_item() -> MenuItem:
    """Files that nothing uses."""
    return ForEditors(
        "Unused files", reverse("unused_files"), name="unused-files", icon_name="doc-empty", order=1006
    )


@hooks.register("register_reports_menu_item")
def broken_links_menu_item() -> MenuItem:
    """Links that lead nowhere."""
    return ForEditors(
        "Broken links", reverse("broken_links"), name="broken-links", icon_name="link", order=1007
    )


@hooks.register("register_reports_menu_item")
def not_found_menu_item() -> MenuItem:
    """What people searched for in vain."""
    return ForEditors(
        "Searched for, not found", reverse("not_found"), name="not-found", icon_name="search", order=1008
    )


@hooks.register("construct_help_menu")
def no_news_of_wagtail(request: HttpRequest, items: list[MenuItem]) -> None:
    """What is new in Wagtail, with a badge that counts it, is no news for those who write here."""
    items[:] = [item for item in items if not isinstance(item, DismissibleMenuItem)]


@hooks.register("construct_homepage_panels")
def say_what_to_do_first(request: HttpRequest, panels: list[Component]) -> None:
    """The first thing on the first screen."""
    panels.insert(0, admin_home.FirstThings())
