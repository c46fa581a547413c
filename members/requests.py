"""Who asks."""

from typing import TYPE_CHECKING, cast

from django.http import HttpRequest

if TYPE_CHECKING:
    from members.models import User


def person_of(request: HttpRequest) -> "User":
    """Whoever asks, on a page that only opens for somebody who is signed in."""
    return cast("User", request.user)
