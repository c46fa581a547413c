"""What the worker does: copies, last mails, and what has been kept for long enough."""

import logging
from tempfile import SpooledTemporaryFile
from time import monotonic

from django.utils import timezone
from django_tasks import task

from kit import personal, search
from privacy import actions, archive, mails
from privacy.models import Erasure, Export

logger = logging.getLogger(__name__)
_IN_MEMORY = 5 * 1024 * 1024
_SECONDS_BETWEEN = 1.0


class GivenUp(Exception):
    """Somebody else has called this export a failure meanwhile."""


@task()
def make_export(export_id: int) -> None:
    """Make the copy that somebody has asked for, unless it is being made."""
    export = actions.claim_export(export_id=export_id)
    if export is None:
        return
    try:
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as content:
            archive.write(export.person, content, _Progress(export))
            content.seek(0)
            actions.finish_export(export=export, content=content)
    except GivenUp:
        return
    except Exception:
        actions.fail_export(export=export)
        logger.exception("Export %s could not be made", export.pk)


class _Progress:
    """Says how far it is, once a second at most."""

    def __init__(self, export: Export) -> None:
        self.export, self.last = export, -_SECONDS_BETWEEN

    def __call__(self, percent: int, step: str) -> None:
        if monotonic() - self.last < _SECONDS_BETWEEN:
            return
        self.last = monotonic()
        if not actions.say_how_far(export=self.export, percent=percent, step=step):
            raise GivenUp


@task()
def give_up_left_behind() -> None:
    """Call failed what a worker that was stopped has left."""
    number = actions.fail_left_behind(now=timezone.now())
    if number:
        logger.warning("%s exports were left behind by a worker", number)


@task()
def mail_asked(erasure_id: int) -> None:
    """Confirm that we were asked, once."""
    waiting = Erasure.objects.open().filter(pk=erasure_id, mailed_at=None)
    if waiting.update(mailed_at=timezone.now()):
        mails.asked(Erasure.objects.select_related("person").get(pk=erasure_id)).send()


@task()
def erase_due() -> None:
    """Erase everybody whose day has come. Where one goes wrong, the others go on, and it is tried again tomorrow."""
    now = timezone.now()
    for erasure_id in list(Erasure.objects.due(now).order_by("due_at").values_list("pk", flat=True)):
        try:
            address = actions.erase(erasure_id=erasure_id, now=now)
        except Exception:
            logger.exception("Erasure %s went wrong, and nothing of it was done", erasure_id)
            continue
        if address:
            _say_farewell(address, erasure_id)


def _say_farewell(address: str, erasure_id: int) -> None:
    """Sent at once: a task would keep the address in the database."""
    try:
        mails.done(address).send()
    except Exception as error:  # its words may hold the address
        logger.warning("The last mail of erasure %s was not sent: %s", erasure_id, type(error).__name__)


@task()
def forget_old() -> None:
    """Take away what has been kept for as long as its declaration says."""
    now = timezone.now()
    for held in personal.holdings:
        try:
            personal.expire(held, now)
        except Exception:
            logger.exception("What is old of %s could not be taken away", held.key)
    search.forget_deleted()
