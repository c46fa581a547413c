"""The part of the dashboard that says what one belongs to."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from members.models import Membership


def draw_belongings(request: HttpRequest) -> SafeString:
    """One's cohort, communities and the network, each with what one is in it. One query."""
    rows = Membership.objects.visible_to(request.user).shown().filter(person=request.user)
    belongs = [(row, row.can_leave(request.user)) for row in rows]
    if not belongs:
        return mark_safe("")
    return render_to_string("members/belongings.html", {"belongs": belongs}, request=request)
