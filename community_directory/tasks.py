"""What the worker does each hour, and once somebody has agreed to it."""

import logging

from django_tasks import task

from community_directory import actions
from community_directory.bringing import writing

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
