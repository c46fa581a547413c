"""What this room holds about people."""

from datetime import datetime
from typing import Any

from community_directory.models import Brought
from kit.personal import Held, set_to_nobody
from members.addresses import addresses_of

_DAYS = 180

_KEPT = "As long as it is listed. Your name is taken off when your account is deleted; what it says belongs to the community."


def _communities(row: Any, person: Any) -> str:
    return f"{row.source.name} – {row.target.name}"


def _named(person: Any) -> Any:
    return Brought.objects.filter(convener_email__in=addresses_of(person)).order_by("pk")


def _community(row: Any, person: Any) -> str:
    return str(row.community)


def _forget_address(held: Held, person: Any, wish: Any) -> None:
    held.rows_of(person).update(convener_email="", named_at=None)


def _forget_old(held: Held, before: datetime) -> int:
    """The address goes; what the file said of the community stays."""
    old = held.model._base_manager.filter(**{f"{held.dated}__lt": before})
    return old.update(convener_email="", named_at=None)


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
        by=("proposed_by", "answered_by"),
        title="Connections that you proposed or answered",
        what="Which communities you linked, and when.",
        why="So that the other community knows who asks.",
        kept=_KEPT,
        shows=(("Communities", _communities), "state", "created_at", "answered_at"),
        erase=set_to_nobody,
        order=61,
    ),
    Held(
        key="community_directory.Import",
        by=("by",),
        title="Files of communities that you imported",
        what="That it was you, the name of the file, and when.",
        why="So that editors know who brought a community in.",
        kept="As long as the portal is. Your name is taken off when your account is deleted.",
        shows=("file_name", "state", "created_at", "ended_at"),
        erase=set_to_nobody,
        for_editors=True,
        order=62,
    ),
    Held(
        key="community_directory.Brought",
        rows=_named,
        title="Communities that you were named for",
        what="Your email address, in a file of communities: as who could take one over.",
        why="So that an editor can ask you.",
        kept=f"Until you are asked, {_DAYS} days at most.",
        shows=(("Community", _community), "convener_email", "named_at"),
        erase=_forget_address,
        days=_DAYS,
        dated="named_at",
        expire=_forget_old,
        order=63,
    ),
)
