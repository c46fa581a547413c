"""What the worker does by the clock, and after a community or a link came into the directory."""

import logging

from django.utils import timezone
from django_tasks import task

from community_directory import actions, counting
from community_directory.bringing import writing
from members.models import User

logger = logging.getLogger(__name__)


@task()
def refresh_suggestions() -> None:
    """Work out anew which communities are worth meeting."""
    actions.refresh_suggestions()


@task()
def remind_of_connections() -> None:
    """Tell conveners of the links that they wanted to look at again by today."""
    actions.remind_of_connections(today=timezone.localdate())


@task()
def match_exchanges() -> None:
    """Find offers for what is asked; forget what has long been over."""
    actions.match_exchanges(today=timezone.localdate())
    actions.forget_exchanges(today=timezone.localdate())


@task()
def refresh_network() -> None:
    """Work out anew how the communities are linked: each hour, and after a link or a community came or went."""
    counting.refresh_network()


@task()
def take_snapshot() -> None:
    """Keep how the network is, if it has not been kept this month."""
    counting.take_snapshot(today=timezone.localdate())


@task()
def ask_whether_alive() -> None:
    """Ask those who look after communities, remind them, and let those rest of which nobody hears."""
    now = timezone.now()
    actions.let_silent_rest(now=now)
    actions.ask_again(now=now)
    actions.ask_whether_alive(now=now)


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
