"""What every template gets besides the frame."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.looking import ways


def looking(request: HttpRequest) -> dict[str, Any]:
    """As whom an editor can look at this page; looked up only where a template asks."""
    return {"ways_to_look": SimpleLazyObject(lambda: ways(request))}
