"""Notifications as people read them: each verb is asked once which of its things may still be seen."""

from dataclasses import dataclass
from typing import Any

from kit.registry import verbs
from kit.times import moment_of
from members.models import User
from notifications.models import Notification


@dataclass(frozen=True, kw_only=True)
class News:
    """One notification, ready to show."""

    pk: int
    sentence: str
    excerpt: str
    url: str
    said: str
    unread: bool


def readable(rows: list[Notification], person: User) -> list[News]:
    """Those of the notifications whose thing this person may see now, in their order.

    Args:
        rows: notifications with their actors.
        person: their recipient.
    """
    wanted: dict[str, set[int]] = {}
    for row in rows:
        wanted.setdefault(row.verb, set()).add(row.target_id)
    things: dict[tuple[str, int], Any] = {}
    for key, ids in wanted.items():
        verb = verbs.get(key)
        for target, thing in (verb.targets(sorted(ids), person) if verb else {}).items():
            things[key, target] = thing
    return [
        _news(row, things[row.verb, row.target_id]) for row in rows if (row.verb, row.target_id) in things
    ]


def _news(row: Notification, thing: Any) -> News:
    verb = verbs.get(row.verb)
    assert verb is not None  # noqa: S101 - it answered just before
    return News(
        pk=row.pk,
        sentence=verb.sentence(row.actor.name if row.actor else "Somebody", thing),
        excerpt=verb.excerpt(thing),
        url=verb.url(thing),
        said=moment_of(row.created_at),
        unread=row.read_at is None,
    )
