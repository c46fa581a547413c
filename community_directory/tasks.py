"""What the worker does each night, and after a community came into the directory."""

from django_tasks import task

from community_directory import actions


@task()
def refresh_suggestions() -> None:
    """Work out anew which communities are worth meeting."""
    actions.refresh_suggestions()
