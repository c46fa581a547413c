"""When the modules take place: what a higher room knows, since sessions are not of this one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from kit.registry import Registry


@dataclass(frozen=True, kw_only=True)
class When:
    """When a module takes place, for one person.

    Args:
        words: its dates as people read them, such as "23 and 24 September".
        state: "done", "now" or "later", as the line of the year shows it.
    """

    words: str
    state: str = "later"


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """Something that knows when modules take place.

    Args:
        key: unique name, "room.what".
        when: ``when(module_ids, user)`` says it by module id, for those that it knows of.
        queries: how many SQL queries it makes at most.
    """

    key: str
    when: Callable[[Sequence[int], Any], dict[int, When]]
    queries: int = 1
    order: int = 100


calendars: Registry[Calendar] = Registry()


def when_of(modules: Sequence[int], user: Any) -> dict[int, When]:
    """When modules take place for this person, by their ids; the first calendar that knows of one says so."""
    found: dict[int, When] = {}
    for calendar in calendars:
        found = {**calendar.when(modules, user), **found}
    return found
