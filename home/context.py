"""What every template gets."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from home.frame import frame_for


def frame(request: HttpRequest) -> dict[str, Any]:
    """The page's frame, looked up only where a template asks for it."""
    return {"frame": SimpleLazyObject(lambda: frame_for(request))}
