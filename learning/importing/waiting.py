"""A file between being looked at and being imported: kept in the cache for an hour, for whoever sent it.

A Word file with pictures is too large to go to the browser and back in a field of a form. The name that it is kept under
cannot be guessed, and is of no use to anybody else.
"""

import secrets
from dataclasses import dataclass
from hashlib import sha256

from django.core.cache import cache

from members.models import User

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


def keep(waiting: Waiting, *, user: User) -> str:
    """Keep a file; returns the name to ask for it by."""
    token = secrets.token_urlsafe(32)
    cache.set(_key(token, user), (waiting.content, waiting.name, waiting.mark), _AN_HOUR)
    return token


def find(token: str, *, user: User) -> Waiting | None:
    """What this person has sent within the hour under this name."""
    found = cache.get(_key(token[:_LONGEST_TOKEN], user))
    if found is None:
        return None
    content, name, mark = found
    return Waiting(content=content, name=name, mark=mark)


def _key(token: str, user: User) -> str:
    return f"guidance-import-{sha256(f'{user.pk} {token}'.encode()).hexdigest()}"
