"""The way to write to somebody, on the pages of other rooms."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from members.models import User
from members.requests import person_of
from relay.models import Conversation, in_network

NOTHING = mark_safe("")


def draw_actions(person: User, request: HttpRequest) -> SafeString:
    """On somebody's page: write to them, if they can be found, or read what was written. One query.

    Whether they want nothing from who asks is not told here.
    """
    asker = person_of(request)
    if person.pk == asker.pk or not asker.is_network_member:
        return NOTHING
    if person.is_findable:
        offered = bool(in_network([person.pk]))
    else:
        offered = Conversation.objects.between(asker, person).exists()
    return _drawn([person], request) if offered else NOTHING


def draw_conveners(people: Iterable[User], request: HttpRequest) -> SafeString:
    """On a community's page: write to those of its conveners who can be found. One query at most."""
    asker = request.user
    if not asker.is_authenticated or not asker.is_network_member:
        return NOTHING
    found = [person for person in people if person.pk != asker.pk and person.is_findable]
    inside = in_network([person.pk for person in found]) if found else set()
    return _drawn([person for person in found if person.pk in inside], request)


def _drawn(people: list[User], request: HttpRequest) -> SafeString:
    return (
        render_to_string("relay/panel_write.html", {"people": people}, request=request) if people else NOTHING
    )
