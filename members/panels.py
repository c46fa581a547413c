"""The part of the dashboard that says what one belongs to."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from members.models import Membership, User
from members.prepared import Prepared


def _belongings(person: User) -> Any:
    rights = Permission.objects.filter(group__user=OuterRef("person"), codename="access_admin")
    own = Membership.objects.visible_to(person).shown().filter(person=person)
    return own.annotate(edits=Exists(rights))


_BELONGINGS = Prepared(_belongings)


def draw_belongings(request: HttpRequest) -> SafeString:
    """One's cohort, communities and the network, each with what one is in it; and the way to work on the site.

    One query: whether somebody is an editor is asked along with it.
    """
    person = request.user
    belongs = [(row, row.can_leave(person)) for row in _BELONGINGS.rows(person)]
    edits = person.is_superuser or any(row.edits for row, _ in belongs)
    if not belongs and not edits:
        return mark_safe("")
    context = {"belongs": belongs, "edits": edits}
    return render_to_string("members/belongings.html", context, request=request)
