"""Whether communities are alive: asked each half year, reminded once, and left to rest if nobody answers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from wagtail.log_actions import log

from community_directory.actions.communities import account_of, alive_now, conveners, lock
from community_directory.actions.letters import write_to_steward
from community_directory.enums import LISTED, Alive, CommunityState
from community_directory.errors import WrongState
from community_directory.models import Actor, Community
from community_directory.querysets import CommunityQuerySet
from community_directory.rules import looks_after
from kit.caching import forget_public_pages
from notifications.actions import notify

# In one night, so that a directory that is new to this does not send everything at once.
AT_ONCE = 200


@transaction.atomic
def say_alive(*, community: Community, person: Actor, answer: Alive) -> Community:
    """Answer "still alive?", whether it was asked or not.

    Args:
        community: one that is in the directory.
        person: who convenes it, or looks after it by a link.
        answer: that it is alive, which wakes it, or that it rests.

    Raises:
        NotYours: they do not look after it.
        WrongState: it is not in the directory.
    """
    held = lock(community, person, looks_after)
    if held.state not in LISTED:
        raise WrongState
    state = CommunityState.PUBLISHED if answer == Alive.YES else CommunityState.DORMANT
    moved = held.state != state
    _write(held, alive_now() | ({"state": state} if moved else {}))
    log(held, "community_directory.confirmed", user=account_of(person))
    if moved:
        log(held, f"community_directory.{state}", user=account_of(person))
    transaction.on_commit(forget_public_pages)
    return held


def ask_whether_alive(*, now: datetime) -> int:
    """Ask those who look after communities of which nobody has heard for half a year; return of how many.

    Two workers that do it at once ask once: each community is locked, and looked at again.
    """
    return _each(Community.objects.quiet, now, "asked", {"alive_asked_at": now, "alive_reminded_at": None})


def ask_again(*, now: datetime) -> int:
    """Remind those who have not answered for 30 days; return of how many communities."""
    return _each(Community.objects.unanswered, now, "asked_again", {"alive_reminded_at": now})


def let_silent_rest(*, now: datetime) -> int:
    """Let those rest that have not answered for 60 days, and tell their people; return how many.

    They stay in the directory, and can be woken by one click.
    """
    return _each(Community.objects.silent, now, "rests_unasked", {"state": CommunityState.DORMANT})


def _each(
    rows: Callable[[datetime], CommunityQuerySet], now: datetime, verb: str, changes: dict[str, Any]
) -> int:
    due = rows(now).order_by("confirmed_at", "pk").values_list("pk", flat=True)
    return sum(_take(rows, now, pk, f"community_directory.{verb}", changes) for pk in list(due[:AT_ONCE]))


@transaction.atomic
def _take(
    rows: Callable[[datetime], CommunityQuerySet], now: datetime, pk: int, verb: str, changes: dict[str, Any]
) -> bool:
    """Do it to one, unless somebody else has, or it was answered meanwhile."""
    Community.objects.select_for_update().get(pk=pk)
    held = rows(now).filter(pk=pk).first()
    if held is None:
        return False
    _write(held, changes)
    entry = log(held, verb)
    notify(recipients=conveners(held), verb=verb, target_id=entry.pk, actor=None)
    write_to_steward(held, verb)
    if "state" in changes:
        transaction.on_commit(forget_public_pages)
    return True


def _write(held: Community, changes: dict[str, Any]) -> None:
    """What its page says in other words is a change of it; that it was asked or confirmed is none."""
    for name, value in changes.items():
        setattr(held, name, value)
    held.save(update_fields=[*changes, *(["updated_at"] if "state" in changes else [])])
