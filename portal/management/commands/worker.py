"""The worker: does what is queued, and ticks the schedule."""

import logging
import threading
from typing import Any

from django.db import close_old_connections
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Command as DatabaseWorker

from kit import schedule
from portal.checks import refuse_demo_accounts

_TICK_SECONDS = 10
logger = logging.getLogger(__name__)


class Command(DatabaseWorker):
    """``db_worker`` with the schedule of ``kit.schedule`` beside it."""

    help = "Run queued tasks and those that come round"

    def handle(self, **options: Any) -> None:
        """Tick in a thread of its own until the worker ends.

        Raises:
            ImproperlyConfigured: this is no demo, and its database has accounts of one.
        """
        refuse_demo_accounts()
        over = threading.Event()
        ticking = threading.Thread(target=_tick_until, args=[over], daemon=True)
        ticking.start()
        try:
            super().handle(**options)
        finally:
            over.set()


def _tick_until(over: threading.Event) -> None:
    while not over.is_set():
        close_old_connections()
        try:
            schedule.tick(timezone.now())
        except Exception:
            # A tick that fails (a locked database, say) is made up for by the next.
            logger.exception("The schedule could not be read")
        over.wait(_TICK_SECONDS)
