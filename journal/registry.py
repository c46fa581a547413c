"""Things of rooms above that a reflection can be about. They register here in ``apps.ready()``; nothing imports them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from kit.registry import Registry
from members.querysets import Person


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A kind of thing.

    Args:
        key: unique name, as it stands in addresses: "session".
        describe: ``describe(ids, user)`` returns title and address, by id, of those that this person may see now.
            What is missing from the answer is named nowhere.
        queries: how many SQL queries it makes at most.
    """

    key: str
    describe: Callable[[Collection[int], Person], dict[int, tuple[str, str]]]
    queries: int = 1
    order: int = 100


subjects: Registry[Subject] = Registry()
