"""What every template gets."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from home.frame import frame_for, trail_for


def frame(request: HttpRequest) -> dict[str, Any]:
    """The page's frame and the sections above it, looked up only where a template asks for them.

    A view that knows its own way here gives its own ``trail``.
    """
    return {
        "frame": SimpleLazyObject(lambda: frame_for(request).at(request.path)),
        "trail": SimpleLazyObject(lambda: trail_for(request)),
    }
