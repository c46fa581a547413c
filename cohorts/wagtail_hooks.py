"""The screens that get modules ready, and the ways to them."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button
from wagtail.models import Page

from cohorts import material_views, preparing
from cohorts.models import Cohort
from cohorts.rules import may_prepare
from learning.models import ModulePage


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    """One module for one cohort, and what stands beside its sessions."""
    views = material_views
    return [
        path("modules/", views.index, name="cohorts_modules"),
        path("modules/<int:module>/for/<int:cohort>/", views.module, name="cohorts_module"),
        path("modules/<int:module>/for/<int:cohort>/show/", views.show, name="cohorts_module_show"),
        path("modules/<int:module>/for/<int:cohort>/tell/", views.tell, name="cohorts_module_tell"),
        path("sessions/<int:session>/add/", views.add, name="cohorts_material_add"),
        path("materials/<int:pk>/", views.edit, name="cohorts_material_edit"),
        path("materials/<int:pk>/move/", views.move, name="cohorts_material_move"),
        path("materials/<int:pk>/hide/", views.hide, name="cohorts_material_hide"),
        path("materials/<int:pk>/remove/", views.remove, name="cohorts_material_remove"),
    ]


class PrepareItem(MenuItem):
    """Shown to those who may change sessions."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_prepare(request.user)  # type: ignore[arg-type]


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    """The way to all modules."""
    return PrepareItem(
        "Get modules ready",
        reverse("cohorts_modules"),
        name="get-modules-ready",
        icon_name="list-ul",
        order=140,
    )


def _cohorts(page: Page, user: Any) -> list[Cohort]:
    """The running cohorts that take this module, for who may prepare it."""
    if not isinstance(page.specific_deferred, ModulePage) or not may_prepare(user):
        return []
    return preparing.running_with(page, user, timezone.localdate())


@hooks.register("register_page_header_buttons")
def header_buttons(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """From the editor of a module to what its cohorts have."""
    for place, cohort in enumerate(_cohorts(page, user)):
        yield Button(
            f"For {cohort.name}",
            preparing.screen_url(cohort.pk, page.pk),
            icon_name="group",
            priority=5 + place,
        )


@hooks.register("after_publish_page")
def offer_to_tell(request: HttpRequest, page: Page) -> None:
    """A module has been published: the cohorts that take it can be told."""
    for cohort in _cohorts(page, request.user):
        url = preparing.screen_url(cohort.pk, page.pk)
        messages.info(request, format_html('<a href="{}#tell">Tell {}</a>', url, cohort.name))
