"""What the worker does each night, and after a community came into the directory."""

from django.utils import timezone
from django_tasks import task

from community_directory import actions


@task()
def refresh_suggestions() -> None:
    """Work out anew which communities are worth meeting."""
    actions.refresh_suggestions()


@task()
def ask_whether_alive() -> None:
    """Ask those who look after communities, remind them, and let those rest of which nobody hears."""
    now = timezone.now()
    actions.let_silent_rest(now=now)
    actions.ask_again(now=now)
    actions.ask_whether_alive(now=now)
