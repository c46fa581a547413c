"""What the worker does each hour, and once somebody has agreed to it."""

import logging

from django_tasks import task

from community_directory import actions
from community_directory.bringing import writing
from members.models import User

logger = logging.getLogger(__name__)


@task()
def refresh_suggestions() -> None:
    """Work out anew which communities are worth meeting."""
    actions.refresh_suggestions()


@task()
def bring_in(import_id: int) -> None:
    """Bring in a file of communities that an editor has agreed to."""
    try:
        writing.bring_in(import_id=import_id)
    except Exception:
        writing.give_up(import_id=import_id)
        logger.exception("Import %s could not be brought in", import_id)


@task()
def ask_named(brought_id: int, person_id: int) -> None:
    """Ask whom a file names to take over one community."""
    actions.ask_named(brought_id=brought_id, person=User.objects.get(pk=person_id))
