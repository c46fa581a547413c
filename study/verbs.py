"""What people are told of: a note about a page that they look after."""

from kit.registry import Verb
from members.querysets import Person
from study.actions import NOTED
from study.models import Opinion


def notes(ids: list[int], user: Person) -> dict[int, Opinion]:
    """Those of the answers that have a note to this person. One query, besides their rights."""
    found = Opinion.objects.addressed_to(user).filter(pk__in=ids).select_related("page")
    return {opinion.pk: opinion for opinion in found}


VERBS = [
    Verb(
        key=NOTED,
        targets=notes,
        sentence=lambda actor, opinion: f"{actor} wrote you a note about “{opinion.page.title}”",
        url=lambda opinion: opinion.get_absolute_url(),
        excerpt=lambda opinion: opinion.note,
        mailed=True,
        reason="you look after this page",
    ),
]
