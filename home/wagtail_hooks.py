"""When editors move what visitors see, kept pages are forgotten; nothing takes an address of the portal's."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail import hooks
from wagtail.models import Page

from home.advice import advice_on
from kit.caching import forget_public_pages
from members.admin_forms import check_address


@hooks.register("after_delete_page")
@hooks.register("after_move_page")
@hooks.register("after_edit_page")
@hooks.register("after_create_page")
def forget_what_was_kept(request: HttpRequest, page: Page, *args: Any) -> None:
    """Show it at once. Publishing is listened for in apps.py, since a schedule publishes too."""
    forget_public_pages()


@hooks.register("after_edit_page")
@hooks.register("after_create_page")
def advise(request: HttpRequest, page: Page) -> None:
    """Say what could be better, once it is saved: it is kept and published all the same."""
    for sentence in advice_on(page):
        messages.warning(request, sentence)


@hooks.register("before_move_page")
def refuse_reserved_address(request: HttpRequest, page: Page, target: Page) -> HttpResponse | None:
    """A page that would take an address of the portal itself stays where it is, and a message says why."""
    try:
        check_address(page.slug, target)
    except ValidationError as error:
        messages.error(request, f"The page was not moved. {error.messages[0]}")
        return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None
