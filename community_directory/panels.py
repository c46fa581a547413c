"""What this room shows on other rooms' pages."""

from typing import Any

from django.db.models import Count, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.template.loader import render_to_string

from community_directory.cards import FIELDS, cards
from community_directory.models import Community, Connection
from community_directory.standing import standing
from kit.registry import Card, Panel
from members.models import User
from members.prepared import Prepared

_LATEST = 3
_OWN = 4


def latest(thing: Any, request: HttpRequest) -> str:
    """The communities listed last, for the home page. Two queries."""
    rows = Community.objects.listed().order_by("-published_at", "-pk").only(*FIELDS)[:_LATEST]
    shown = cards(rows)
    if not shown:
        return ""
    return render_to_string("community_directory/panel_latest.html", {"cards": shown}, request)


def _own_rows(user: User) -> Any:
    waiting = Connection.objects.visible_to(user).waiting_for(user).order_by()
    asked = waiting.values(all=Value(1)).annotate(number=Count("pk")).values("number")
    own = Community.objects.led_by(user).annotate(asked=Coalesce(Subquery(asked), 0))
    return own.order_by("name")[: _OWN + 1]


_OWN_ROWS = Prepared(_own_rows)


def own_rows(user: User) -> list[Community]:
    """The first few of the communities that somebody convenes, by name. One query.

    Each has ``asked``, how many proposals wait for an answer of this person, to any of theirs.
    """
    return _OWN_ROWS.rows(user)


def own(request: HttpRequest) -> str:
    """One's own communities and what waits for an answer, for the dashboard. One query, none for who has none.

    Rooms above show more of them in the slot "community.own".
    """
    user = request.user
    if not user.is_authenticated or not user.led_circle_ids:
        return ""
    rows = own_rows(user)
    if not rows:
        return ""
    shown = {
        "items": [standing(row) for row in rows[:_OWN]],
        "more": len(rows) > _OWN,
        "asked": rows[0].asked,  # type: ignore[attr-defined]
        "communities": rows,
    }
    return render_to_string("community_directory/card_mine.html", shown, request)


LATEST = Panel(key="community_directory.latest", slot="home.communities", draw=latest, queries=2)
# Its own one, and one of what fills its slot.
OWN = Card(key="directory.mine", draw=own, queries=2, order=60)
