"""What the worker does by the clock, and after a community or a link came into the directory."""

from django.utils import timezone
from django_tasks import task

from community_directory import actions, counting


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
