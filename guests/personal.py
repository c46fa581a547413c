"""What this room holds about people, with an account or without."""

from datetime import datetime
from typing import Any

from guests.models import GuestLink, Invitation
from kit.personal import Held, delete_rows, set_to_nobody
from members.addresses import addresses_of

_DAYS = 365
_KEPT = f"{_DAYS} days."


def _links_to(person: Any) -> Any:
    return GuestLink.objects.filter(email__in=addresses_of(person)).order_by("pk")


def _invitations_to(person: Any) -> Any:
    return Invitation.objects.filter(email__in=addresses_of(person)).order_by("pk")


def _circle(row: Any, person: Any) -> str:
    return str(row.circle)


def _old(held: Held, before: datetime) -> int:
    """Their questions and letters go along."""
    return held.model._base_manager.filter(**{f"{held.dated}__lt": before}).delete()[0]


HELD = (
    Held(
        key="guests.Invitation",
        rows=_invitations_to,
        title="Invitations to you",
        what="What you were invited to by email, as what, and what you answered.",
        why="So that an invitation is sent and answered once.",
        kept=_KEPT,
        shows=(("To", _circle), "role", "email", "state", "created_at", "answered_at"),
        erase=delete_rows,
        days=_DAYS,
        dated="created_at",
        expire=_old,
        order=15,
    ),
    Held(
        key="guests.GuestLink",
        rows=_links_to,
        title="Links that were sent to you",
        what="Links by which you could answer without signing in, what you answered, and what you asked.",
        why="So that a link opens one thing for one person, and ends.",
        kept=_KEPT,
        shows=("email", "answer", "created_at", "expires_at", "answered_at"),
        erase=delete_rows,
        days=_DAYS,
        dated="created_at",
        expire=_old,
        order=16,
    ),
    Held(
        key="guests.Invitation.made",
        by=("invited_by", "accepted_by"),
        title="Invitations that you sent, or said yes to",
        what="That it was you.",
        why="So that people know who asks, and you hear what they answer.",
        kept=_KEPT,
        shows=(("To", _circle), "message", "state", "created_at"),
        erase=set_to_nobody,
        order=17,
    ),
    Held(
        key="guests.GuestLink.made",
        by=("asked_by", "revoked_by"),
        title="Links that you had sent",
        what="That it was you who asked, or took the link back.",
        why="So that people know who asks, and you hear what they answer.",
        kept=_KEPT,
        shows=("kind", "created_at", "revoked_at"),
        erase=set_to_nobody,
        order=18,
    ),
)
