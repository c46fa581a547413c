"""Reviews that are due: who looks after a resource is told once for each date."""

from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef

from learning.models import GuidancePage, ReviewReminder
from notifications import actions as notifications

REVIEW_DUE = "learning.review_due"
_AT_ONCE = 200  # of those that wait; the others are told of the next day


def remind(*, today: date) -> int:
    """Tell who looks after each published resource whose review is due; done twice, nobody hears twice.

    Args:
        today: in London.

    Returns:
        How many resources somebody was told of.
    """
    told = ReviewReminder.objects.filter(page=OuterRef("pk"), due=OuterRef("review_due"))
    due = GuidancePage.objects.live().filter(~Exists(told), review_due__lte=today, owner__is_active=True)
    return sum(_remind(page) for page in due.select_related("owner").order_by("review_due", "pk")[:_AT_ONCE])


@transaction.atomic
def _remind(page: GuidancePage) -> bool:
    """False where another worker has done it meanwhile."""
    reminder, made = ReviewReminder.objects.get_or_create(page=page, due=page.review_due)
    if made:
        notifications.notify(recipients=[page.owner], verb=REVIEW_DUE, target_id=reminder.pk, actor=None)
    return made
