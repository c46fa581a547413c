"""What this room holds about people."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from community_directory.enums import CommunityState, ConnectionState
from community_directory.models import Brought, Community, OutsideListing, Steward
from kit.personal import Held, delete_rows, set_to_nobody
from members.addresses import addresses_of

_DAYS = 180

_KEPT = "As long as it is listed. Your name is taken off when your account is deleted; what it says belongs to the community."


def _communities(row: Any, person: Any) -> str:
    return f"{row.source.name} – {row.target.name}"


def _took_part(row: Any, person: Any) -> bool:
    """Whether they proposed or answered it: who has only introduced the two is not told what came of it."""
    return person.pk in (row.proposed_by_id, row.answered_by_id)


def _state(row: Any, person: Any) -> str:
    return row.get_state_display() if _took_part(row, person) else ConnectionState.INTRODUCED.label


def _answered(row: Any, person: Any) -> Any:
    return row.answered_at if _took_part(row, person) else None


def _exchange(row: Any, person: Any) -> str:
    return f"{row.exchange.get_kind_display()} of {row.exchange.community.name}: {row.exchange.text}"


def _listings_of(person: Any) -> Any:
    return OutsideListing.objects.filter(email__in=addresses_of(person)).order_by("pk")


def _looked_after_by(person: Any) -> Any:
    return Steward.objects.filter(email__in=addresses_of(person)).order_by("pk")


def _community(row: Any, person: Any) -> str:
    return str(row.community_name if isinstance(row, OutsideListing) else row.community.name)


def _forget_stewards(held: Held, person: Any, wish: Any) -> None:
    """They go, and what they looked after is open to whoever takes it over."""
    rows = held.rows_of(person)
    mine = list(rows.values_list("community_id", flat=True))
    rows.delete()
    tended = Steward.objects.live().values("community")
    Community.objects.filter(pk__in=mine).exclude(pk__in=tended).update(convened_outside=False)


def _over(held: Held, before: datetime) -> int:
    """Who looks after it no more, or whose community has ended; and who has not said yes for as long as a link holds."""
    waits = Q(confirmed_at=None, created_at__lt=timezone.now() - timedelta(days=30))
    ended = Q(community__state=CommunityState.ENDED, community__updated_at__lt=before)
    return Steward.objects.filter(waits | ended | Q(ended_at__lt=before)).delete()[0]


def _named(person: Any) -> Any:
    return Brought.objects.filter(convener_email__in=addresses_of(person)).order_by("pk")


def _forget_address(held: Held, person: Any, wish: Any) -> None:
    held.rows_of(person).update(convener_email="", named_at=None)


def _forget_old(held: Held, before: datetime) -> int:
    """The address goes; what the file said of the community stays."""
    old = held.model._base_manager.filter(**{f"{held.dated}__lt": before})
    return old.update(convener_email="", named_at=None)


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
        shows=(("Communities", _communities), ("State", _state), "created_at", ("Answered", _answered)),
        erase=set_to_nobody,
        order=61,
    ),
    Held(
        key="community_directory.OutsideListing",
        rows=_listings_of,
        title="Communities that you listed without an account",
        what="What you wrote about a community, your name and your email address, until you confirm it.",
        why="So that nothing is shown before we know that the address is yours.",
        kept="30 days, if you do not confirm it.",
        shows=(("Community", _community), "name", "email", "texts", "created_at"),
        erase=delete_rows,
        days=30,
        dated="created_at",
        order=62,
    ),
    Held(
        key="community_directory.Steward",
        rows=_looked_after_by,
        title="Communities that you look after by email",
        what="Your name and your email address, and which community. Only editors see it.",
        why="So that we can ask you about it, and you can change it or take it down without an account.",
        kept="180 days after you handed it over, or it ended. An offer that you did not answer: 30 days.",
        shows=(("Community", _community), "name", "email", "created_at", "confirmed_at", "ended_at"),
        erase=_forget_stewards,
        days=180,
        dated="created_at",
        expire=_over,
        order=63,
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
        order=64,
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
        order=65,
    ),
)
