"""What the worker does each morning."""

from django.utils import timezone
from django_tasks import task

from learning import reviews


@task()
def remind_of_reviews() -> None:
    """Tell who looks after a resource that its review is due."""
    reviews.remind(today=timezone.localdate())
