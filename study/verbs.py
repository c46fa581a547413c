"""What people are told of: a note about a page that they look after."""

from kit.registry import Verb
from members.querysets import Person
from study.actions import FOUND, NOTED
from study.models import Found, Opinion
from study.places import url_of


def notes(ids: list[int], user: Person) -> dict[int, Opinion]:
    """Those of the answers that have a note to this person. One query, besides their rights."""
    found = Opinion.objects.addressed_to(user).filter(pk__in=ids).select_related("page")
    return {opinion.pk: opinion for opinion in found}


def found(ids: list[int], user: Person) -> dict[int, Found]:
    """Those of the finds that are this person's. One query."""
    return Found.objects.visible_to(user).select_related("search").in_bulk(ids)


def _sentence(actor: str, thing: Found) -> str:
    many = "1 new community matches" if thing.number == 1 else f"{thing.number} new communities match"
    return f"{many} your search “{thing.search.name}”"


VERBS = [
    Verb(
        key=FOUND,
        targets=found,
        sentence=_sentence,
        url=lambda thing: url_of(thing.search.of, thing.search.query),
        excerpt=lambda thing: thing.names,
        mailed=True,
        reason="you saved this search. Delete it in “Your learning” to get no more of these",
        always=True,
    ),
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
