"""What may be kept in a cache that all visitors share."""

import uuid

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

_VERSION = "public-pages-version"


def public(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Mark a page as the same for every visitor. Nothing is marked for somebody who is signed in."""
    if not request.user.is_authenticated:
        response.is_public_page = True  # type: ignore[attr-defined]
    return response


def version() -> str:
    """Part of the key of every kept page; changes when what visitors see has changed."""
    return str(cache.get_or_set(_VERSION, lambda: uuid.uuid4().hex, timeout=None))


def forget_public_pages() -> None:
    """Let no visitor see a page as it was before."""
    cache.set(_VERSION, uuid.uuid4().hex, timeout=None)
