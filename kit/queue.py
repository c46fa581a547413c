"""Asking for work to be done later, by the worker, once what we wrote is safely in the database."""

from typing import Any

from django.db import transaction
from django.utils.module_loading import import_string


def after_commit(path: str, /, **kwargs: Any) -> None:
    """Enqueue the task at a dotted path when the transaction commits (at once outside one).

    Args:
        path: where the task is, such as "notifications.tasks.send_mails". It is named, not imported,
            so that an action does not know the tasks of its room.
        kwargs: its arguments; they must survive JSON.

    Raises:
        ImportError: there is no such task (raised at once, before anything is committed).
    """
    task = import_string(path)
    transaction.on_commit(lambda: task.enqueue(**kwargs))
