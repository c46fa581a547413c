"""The way to write a reflection, on the pages of other rooms."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe


def draw_page(page: Any, request: HttpRequest) -> SafeString:
    """Below a page: write about it, and find what one has written. No query."""
    if page is None or not page.pk:
        return mark_safe("")
    return draw_link(request, page=page.pk)


def draw_link(request: HttpRequest, **about: object) -> SafeString:
    """The same about any thing, for whoever is signed in.

    Args:
        request: who looks.
        about: what names the thing in an address, as ``journal.things.named_by`` reads it.
    """
    if not request.user.is_authenticated:
        return mark_safe("")
    named = urlencode(about)
    context = {
        "new_url": f"{reverse('journal:new')}?{named}",
        "own_url": f"{reverse('journal:list')}?{named}",
    }
    return render_to_string("journal/panel_write.html", context)
