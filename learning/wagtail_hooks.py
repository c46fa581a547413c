"""How guidance is imported from Wagtail's admin."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button
from wagtail.models import Page
from wagtail.permissions import policy_registry

from learning import import_views
from learning.models import LibraryPage


@hooks.register("register_admin_urls")
def import_urls() -> list[URLPattern]:
    """The screens that import guidance."""
    return [
        path("guidance/import/", import_views.upload, name="guidance_import"),
        path("guidance/import/confirm/", import_views.confirm, name="guidance_import_confirm"),
        path("guidance/import/template.csv", import_views.template, name="guidance_import_template"),
        path("guidance/import/guidance.csv", import_views.export, name="guidance_export"),
    ]


class ImportItem(MenuItem):
    """Shown to those who may add pages somewhere; the screen asks about the library. No query on every screen."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(policy_registry.get_by_type(Page).user_has_any_permission(request.user, ["add"]))


@hooks.register("register_admin_menu_item")
def import_menu_item() -> MenuItem:
    """The way to them."""
    return ImportItem(
        import_views.TITLE, reverse("guidance_import"), name="import-guidance", icon_name="upload", order=890
    )


@hooks.register("register_page_header_buttons")
def import_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """Beside the other things that can be done with the library."""
    if page.specific_class is LibraryPage and page.permissions_for_user(user).can_add_subpage():
        yield Button(import_views.TITLE, reverse("guidance_import"), icon_name="upload", priority=40)
