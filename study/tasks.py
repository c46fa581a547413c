"""What the worker does each morning."""

from django.utils import timezone
from django_tasks import task

from study import actions
from study.enums import Of
from study.models import SavedSearch


@task()
def tell_of_communities() -> None:
    """Tell people of new communities that match the searches that they saved."""
    for search in (
        SavedSearch.objects.filter(of=Of.COMMUNITIES).select_related("person").order_by("pk").iterator()
    ):
        actions.tell_of_communities(search=search, now=timezone.now())
