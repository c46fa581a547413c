"""What every template gets."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from home.frame import frame_for, trail_for
from members import audience

_OWN = ("/me/", "/accounts/")


def frame(request: HttpRequest) -> dict[str, Any]:
    """The page's frame and the sections above it, looked up only where a template asks for them.

    A view that knows its own way here gives its own ``trail``, and one whose page is not everybody's says ``who``
    can see it.
    """
    return {
        "frame": SimpleLazyObject(lambda: frame_for(request).at(request.path)),
        "trail": SimpleLazyObject(lambda: trail_for(request)),
        "who": SimpleLazyObject(lambda: _who(request)),
    }


def _who(request: HttpRequest) -> audience.Audience:
    """Who sees a page that does not say so itself: one's own pages oneself, what a visitor sees everybody.

    Any other is put together for whoever asks, through ``visible_to``.
    """
    if not request.user.is_authenticated:
        return audience.EVERYBODY
    return audience.ONLY_YOU if request.path.startswith(_OWN) else audience.MADE_FOR_YOU
