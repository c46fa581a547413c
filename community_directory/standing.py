"""Where one's own communities stand, and what waits for an answer."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from community_directory.enums import ConnectionState
from community_directory.models import Community, Connection
from community_directory.words import NEXT_STEPS, STATE_COLOURS, said_of
from members.models import User


def standing(community: Community) -> dict[str, Any]:
    """A community with its state in words and its next step. No query."""
    return {
        "community": community,
        "url": reverse("community_directory:detail", args=[community.slug]),
        "state": community.get_state_display(),
        "colour": STATE_COLOURS[community.state],
        "next_title": NEXT_STEPS[community.state][0],
        "next_step": NEXT_STEPS[community.state][1],
    }


_PLACES: dict[str, str] = {ConnectionState.INTRODUCED: "introduced", ConnectionState.ACCEPTED: "held"}


def own_connections(user: User) -> dict[str, list[dict[str, Any]]]:
    """The open links of one's own communities. One query.

    Returns:
        "introduced": those that somebody else has thought of; "asked": proposals that wait for this person's answer; "waiting": their own that wait for another's;
        "held": those agreed on.
    """
    found: dict[str, list[dict[str, Any]]] = {
        "introduced": [],
        "asked": [],
        "waiting": [],
        "held": [],
    }
    if not user.led_circle_ids:
        return found
    rows = Connection.objects.visible_to(user).led_by(user).open()
    today = timezone.localdate()
    for row in rows.select_related("source", "target", "introduced_by"):
        asked = row.target.can_edit(user)
        mine, other = (row.target, row.source) if asked else (row.source, row.target)
        place = _PLACES.get(row.state) or ("asked" if asked else "waiting")
        shown = {"said": said_of(row.kind, asked=asked), "due": row.is_due(today)}
        found[place].append({"link": row, "mine": mine, "other": other, **shown})
    return found


def waiting_connections(community: Community) -> list[dict[str, Any]]:
    """What one community has to answer: proposals, and introductions. One query; none while it is not listed."""
    if not community.is_listed:
        return []
    rows = Connection.objects.to_answer(community).select_related("source", "target", "introduced_by")
    return [
        {
            "link": row,
            "other": row.other(community),
            "said": said_of(row.kind, asked=row.target_id == community.pk),
        }
        for row in rows
    ]
