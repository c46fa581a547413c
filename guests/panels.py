"""What this room shows on a community's page: the way in, and the way to its people."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from guests.verbs import people_url
from kit.registry import Panel
from members.models import Membership


def joining(community: Any, request: HttpRequest) -> str:
    """For its people the list of them, for its conveners also who asks; for other members a way to ask.

    One query, besides their circles; none for a visitor, whose page is the same for all.
    """
    user, circle = request.user, community.circle
    if not user.is_authenticated:
        return ""
    belongs = circle.can_see_people(user)
    if not belongs and not circle.can_ask(user):
        return ""
    asking = Membership.objects.visible_to(user).asking().filter(circle=circle)
    context = {
        "circle": circle,
        "belongs": belongs,
        "can_invite": belongs and circle.can_invite(user),
        "asking": asking.count() if circle.can_lead(user) or not belongs else 0,
        "people_url": people_url(circle),
        "invite_url": reverse("guests:invite", args=[circle.slug]),
        "join_url": reverse("guests:join", args=[circle.slug]),
    }
    return render_to_string("guests/panel_joining.html", context, request)


JOINING = Panel(key="guests.joining", slot="community.side", draw=joining, queries=1, order=10)
