"""A file between being looked at and being imported: kept in the cache for an hour, for whoever sent it.

A Word file with pictures is too large to go to the browser and back in a field of a form. The name that it is kept under
cannot be guessed, and is of no use to anybody else.
"""

import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core.cache import cache

EXPIRED = "That took longer than an hour, or the form came from somewhere else. Choose the file again."
_AN_HOUR = 60 * 60
_LONGEST_TOKEN = 100


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What was sent.

    Args:
        content: the file.
        name: of the file.
        mark: of the plan that was shown.
    """

    content: bytes
    name: str
    mark: str


def keep(waiting: Waiting, *, user: Any, room: str) -> str:
    """Keep a file.

    Args:
        waiting: what was sent.
        user: who sent it.
        room: what it is for, so that nothing is taken for what it is not.

    Returns:
        The name to ask for it by.
    """
    token = secrets.token_urlsafe(32)
    cache.set(key_of(token, user=user, room=room), (waiting.content, waiting.name, waiting.mark), _AN_HOUR)
    return token


def find(token: str, *, user: Any, room: str) -> Waiting | None:
    """What this person has sent within the hour under this name."""
    found = cache.get(key_of(token, user=user, room=room))
    if found is None:
        return None
    content, name, mark = found
    return Waiting(content=content, name=name, mark=mark)


def key_of(token: str, *, user: Any, room: str) -> str:
    """What stands for a token where it must not be read: nobody makes the token of it."""
    said = f"{user.pk} {token[:_LONGEST_TOKEN]}"
    return f"{room}-import-{sha256(said.encode('utf-8', 'surrogatepass')).hexdigest()}"
