"""What the worker does for this room."""

from django_tasks import task

from guests import actions
from guests.models import Invitation


@task()
def tell_invited(invitation_ids: list[int]) -> None:
    """Tell those of the invited who have an account under the bell as well."""
    rows = Invitation.objects.filter(pk__in=invitation_ids).select_related("invited_by")
    for invitation in rows.order_by("pk"):
        actions.tell_invited(invitation=invitation)


@task()
def expire() -> None:
    """Write down which invitations were not answered in time."""
    actions.expire()
