"""What this room holds about people."""

from typing import Any

from kit.personal import Held, set_to_nobody

_KEPT = "As long as it is listed. Your name is taken off when your account is deleted; what it says belongs to the community."


def _communities(row: Any, person: Any) -> str:
    return f"{row.source.name} – {row.target.name}"


HELD = (
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
