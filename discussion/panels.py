"""What other rooms' pages show of discussions."""

from typing import Any, cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from discussion import addresses, overview
from members.models import Circle, User
from members.querysets import circle_ids

_ON_THE_DASHBOARD = 5
_ON_A_COMMUNITY = 5


def draw_unread(request: HttpRequest) -> SafeString:
    """The dashboard's topics that are new to one. Two queries, besides one's circles."""
    if not circle_ids(request.user):
        return mark_safe("")
    person = cast(User, request.user)
    spaces = overview.spaces_of(person)
    if not spaces:
        return mark_safe("")
    # One more than is shown tells whether there are more.
    found = overview.latest(spaces, person, limit=_ON_THE_DASHBOARD + 1, only_new=True)
    context = {"topics": found[:_ON_THE_DASHBOARD], "more": len(found) > _ON_THE_DASHBOARD}
    return render_to_string("discussion/card_unread.html", context, request=request)


def draw_community(community: Any, request: HttpRequest) -> SafeString:
    """What a community talks about, for its members; for others, that it does. At most two queries.

    Args:
        community: anything with a ``circle`` and a ``name``.
        request: by whom it is looked at.
    """
    circle: Circle = community.circle
    if circle.pk not in circle_ids(request.user):
        return render_to_string("discussion/panel_outside.html", {"community": community}, request=request)
    person = cast(User, request.user)
    spaces = [space for space in overview.spaces_of(person) if space.circle_id == circle.pk]
    context = {
        "spaces": spaces,
        "can_start": any(space.can_start_topic(person) for space in spaces[:1]),
        "topics": overview.latest(spaces, person, limit=_ON_A_COMMUNITY) if spaces else [],
    }
    return render_to_string("discussion/panel_community.html", context, request=request)


def draw_page(page: Any, request: HttpRequest) -> SafeString:
    """Below a page: what is said about it, fetched once somebody comes near; without script a link. No query."""
    if page is None or not page.pk or getattr(request, "is_preview", False):
        return mark_safe("")
    signed_in = request.user.is_authenticated
    if signed_in and not circle_ids(request.user):
        return mark_safe("")  # nobody hears them yet
    context = {"url": addresses.about(page.pk), "signed_in": signed_in}
    return render_to_string("discussion/panel_page.html", context)
