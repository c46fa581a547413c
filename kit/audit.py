"""Who did what, and when: kept in Wagtail's log, for admins to read.

A room names its deeds in ``apps.ready()``; its actions then record them. Whoever sent the request is the one who
did it, unless somebody is named.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from wagtail.log_actions import log

from kit.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Deed:
    """A kind of thing that is logged.

    Args:
        key: unique name, "room.what", as it stands in the log.
        label: what was done, as a verb in the past: "Invited somebody".
    """

    key: str
    label: str
    order: int = 100


deeds: Registry[Deed] = Registry()


def record(deed: str, on: Model, *, by: Any = None, called: str = "", **data: Any) -> Any:
    """Write down that something was done. It is undone with the transaction that it stands in.

    Args:
        deed: key of a deed.
        on: what it was done to.
        by: who did it, unless it is who sent the request.
        called: what the log calls it, where its own name is not for those who read the log.
        data: what else is worth knowing, as JSON takes it; never what somebody wrote in private.

    Returns:
        The entry of the log.

    Raises:
        KeyError: no room has named the deed.
    """
    if deeds.get(deed) is None:
        raise KeyError(deed)
    return log(on, deed, user=by, title=called or None, data=data or None)
