"""What may be kept in a cache that all visitors share."""

import uuid

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse

_VERSION = "public-pages-version"


def public(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Mark a page as the same for every visitor. Nothing is marked for somebody who is signed in."""
    if not request.user.is_authenticated:
        response.is_public_page = True  # type: ignore[attr-defined]
    return response


def version() -> str:
    """What is kept is kept under this; it changes when what visitors see has changed.

    Read it before looking at the database: what is made of an old state is then kept under an old version.
    """
    return str(cache.get_or_set(_VERSION, lambda: uuid.uuid4().hex, timeout=None))


def version_for(request: HttpRequest) -> str:
    """The version as it was when this request first asked for it."""
    if not hasattr(request, "_public_version"):
        request._public_version = version()  # type: ignore[attr-defined]
    return str(request._public_version)  # type: ignore[attr-defined]


def forget_public_pages() -> None:
    """Let no visitor see a page as it was before.

    In a transaction this holds from now on and once more from its end, since others still read, and may keep,
    the state before it.
    """
    _forget()
    if transaction.get_connection().in_atomic_block:
        transaction.on_commit(_forget)


def _forget() -> None:
    cache.set(_VERSION, uuid.uuid4().hex, timeout=None)
