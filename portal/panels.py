"""What joins rooms, on pages of theirs: what helps a community where it is, and the way to one's record of learning.

Only who convenes a community sees any of the first.
"""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from community_directory.models import Community
from community_directory.panels import own_rows
from kit.registry import Panel
from members.enums import CircleKind
from members.requests import person_of
from portal import stage

_NOTHING = ""


def draw_own(communities: list[Community], request: HttpRequest) -> str:
    """On the dashboard, below one's own communities: what helps one of them. One query."""
    community = stage.first_of(communities)
    if community is None:
        return _NOTHING
    context = {"help": stage.help_for(community, person_of(request)), "level": 3}
    return render_to_string("portal/panel_stage.html", context)


def draw_community(community: Community, request: HttpRequest) -> str:
    """On a community's page, for its conveners; once it has ended, thanks. At most one query."""
    if not community.can_edit(request.user):
        return _NOTHING
    if not stage.is_under_way(community):
        return render_to_string("portal/panel_ended.html", {"community": community})
    context = {"help": stage.help_for(community, person_of(request)), "level": 2}
    return render_to_string("portal/panel_stage.html", context)


def draw_library(page: Any, request: HttpRequest) -> str:
    """On the library, for who convenes something: the way to what helps there. One query; none for others."""
    user = request.user
    if not user.is_authenticated or not user.led_circle_ids & user.circle_ids_of_kind(CircleKind.COMMUNITY):
        return _NOTHING
    community = stage.first_of(own_rows(user))
    if community is None:
        return _NOTHING
    stages = [one for one in (community.stage, stage.after(community.stage)) if one]
    ways = [
        {
            "words": stage.in_words(one),
            "url": stage.library_for(one),
            "number": number,
            "later": one != community.stage,
        }
        for one, number in zip(stages, stage.counts(user, stages), strict=True)
        if number
    ]
    context = {"community": community, "ways": ways}
    return render_to_string("portal/panel_library.html", context) if ways else _NOTHING


def draw_record(learning: Any, request: HttpRequest) -> str:
    """Beside one's learning: what it adds up to, to take away. No query."""
    return render_to_string("portal/panel_record.html", request=request)


PANELS = (
    Panel(key="portal.record", slot="learning.aside", draw=draw_record, queries=0),
    Panel(key="portal.own_stage", slot="community.own", draw=draw_own, queries=1),
    Panel(key="portal.stage", slot="community.tended", draw=draw_community, queries=1),
    Panel(key="portal.library", slot="library.top", draw=draw_library, queries=1),
)
