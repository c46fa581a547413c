"""What this room holds about people."""

from typing import Any

from kit.personal import Held, delete_rows, set_to_nobody

_KEPT = "As long as it is listed. Your name is taken off when your account is deleted; what it says belongs to the community."


def _communities(row: Any, person: Any) -> str:
    return f"{row.source.name} – {row.target.name}"


def _exchange(row: Any, person: Any) -> str:
    return f"{row.exchange.get_kind_display()} of {row.exchange.community.name}: {row.exchange.text}"


HELD = (
    Held(
        key="community_directory.Exchange",
        by=("created_by",),
        title="Offers and asks that you posted for a community",
        what="That it was you who posted them.",
        why="So that a form that is sent twice posts it once.",
        kept="Until a year after its last day. Your name is taken off when your account is deleted.",
        shows=("kind", "text", "until", "created_at"),
        erase=set_to_nobody,
        order=62,
    ),
    Held(
        key="community_directory.ExchangeAnswer",
        by=("person",),
        title="Your answers to offers and asks",
        what="What you answered, and to what.",
        why="So that the community’s conveners can take it up with you.",
        kept="Until a year after the last day of what you answered.",
        shows=(("What you answered", _exchange), "note", "created_at"),
        erase=delete_rows,
        order=63,
    ),
    Held(
        key="community_directory.Community",
        by=("created_by",),
        title="Communities that you listed",
        what="That it was you who put them into the directory.",
        why="So that a form that is sent twice lists one community.",
        kept=_KEPT,
        shows=("name", "state", "created_at"),
        erase=set_to_nobody,
        order=60,
    ),
    Held(
        key="community_directory.Connection",
        by=("proposed_by", "answered_by", "introduced_by"),
        title="Connections that you proposed, answered or brought about",
        what="Which communities you linked, and when.",
        why="So that the other community knows who asks, or who introduces it.",
        kept=_KEPT,
        shows=(("Communities", _communities), "state", "created_at", "answered_at"),
        erase=set_to_nobody,
        order=61,
    ),
)
