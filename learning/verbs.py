"""What people are told of: that what they look after is due to be reviewed."""

from kit.registry import Verb
from learning.models import GuidancePage, ReviewReminder
from learning.reviews import REVIEW_DUE
from members.pages import addresses
from members.querysets import Person


def due(ids: list[int], user: Person) -> dict[int, GuidancePage]:
    """The resources of these reminders that this person may see and still looks after. Two queries."""
    pages = dict(ReviewReminder.objects.filter(pk__in=ids).values_list("pk", "page_id"))
    seen = GuidancePage.objects.visible_to(user).filter(pk__in=pages.values(), owner_id=user.pk).in_bulk()
    return {pk: seen[page] for pk, page in pages.items() if page in seen}


VERBS = [
    Verb(
        key=REVIEW_DUE,
        targets=due,
        sentence=lambda actor, page: f"It is time to review “{page.title}”",
        url=lambda page: addresses({page.pk: page.url_path})[page.pk],
        excerpt=lambda page: (
            "Is it still right, and do its links still work? When you have been through it, note the day under "
            "“Upkeep” and set the next one."
        ),
        mailed=True,
        always=True,
        reason="you look after this page",
    ),
]
