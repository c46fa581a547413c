"""Keeping suggestions fresh, and answering them."""

from collections import defaultdict
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone

from community_directory.enums import Answer
from community_directory.errors import NotYours
from community_directory.models import Community, ExchangeMatch, Suggestion
from community_directory.reasons import because
from community_directory.suggesting import Described, Suggested, Suggester
from members.models import User

KEPT = 12  # for each community; those that are answered make room for the next
LATER = timedelta(days=90)
_READ = ("id", "name", "stage", "summary", "domain", "purpose", "practice")


def refresh_suggestions() -> int:
    """Work out anew, for each community in the directory, which others are worth meeting.

    It reads what everybody can read. What was answered stays answered; what no longer fits and has no answer goes.

    Returns:
        How many suggestions there are now that have no answer.
    """
    listed = Community.objects.listed().order_by("pk").only(*_READ)
    rows = {str(row.pk): row for row in listed.prefetch_related("themes", "sectors", "regions")}
    suggester = Suggester(_described(key, row) for key, row in rows.items())
    met = {pair for pair in _met() if rows.keys() >= set(pair)}
    there: dict[str, set[str]] = defaultdict(set)
    for asks, offers in met:
        there[asks].add(offers)
        there[offers].add(asks)
    fresh = [
        Suggestion(
            community_id=row.pk,
            other_id=int(found.id),
            place=place,
            why=_why(row, rows[found.id], found, met),
        )
        for key, row in rows.items()
        for place, found in enumerate(_first_who_meet(suggester, key, there[key]), start=1)
    ]
    with transaction.atomic():
        # One after the other, each in the order of the keys: or two of them would wait for each other.
        list(Suggestion.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
        Suggestion.objects.filter(answer="").delete()
        Suggestion.objects.update(place=None)
        Suggestion.objects.bulk_create(
            fresh,
            batch_size=1000,
            update_conflicts=True,
            unique_fields=["community", "other"],
            update_fields=["place", "why"],
        )
    return Suggestion.objects.filter(answer="").count()


def _met() -> set[tuple[str, str]]:
    """Pairs of communities of which the first asks for what the second may offer. One query."""
    rows = ExchangeMatch.objects.visible_to(AnonymousUser())
    pairs = rows.values_list("ask__community_id", "offer__community_id")
    return {(str(asks), str(offers)) for asks, offers in pairs}


def _first_who_meet(suggester: Suggester, key: str, there: set[str]) -> list[Suggested]:
    """The best few that anything speaks for, those first who ask for what this one offers, or offer what it asks for."""
    first = sorted(
        (suggester.about(key, other) for other in there), key=lambda one: (-one.score, int(one.id))
    )
    ranked = suggester.rank(key, KEPT + len(first))
    rest = [one for one in ranked if one.score > 0 and one.id not in there]
    return [*first, *rest][:KEPT]


def _described(key: str, row: Community) -> Described:
    return Described(
        id=key,
        name=row.name,
        text="\n".join((row.summary, row.domain, row.purpose, row.practice)),
        tags=_names(row.themes),
        sectors=_names(row.sectors),
        region=next(iter(_names(row.regions)), ""),
    )


def _names(terms: Any) -> tuple[str, ...]:
    return tuple(sorted(term.name for term in terms.all()))


def _why(own: Community, other: Community, found: Suggested, met: set[tuple[str, str]]) -> str:
    ours = _names(own.sectors)
    here, there = str(own.pk), str(other.pk)
    return because(
        they_offer=(here, there) in met,
        you_offer=(there, here) in met,
        names=found.names,
        themes=[_within(name) for name in found.tags],
        words=found.words,
        stages=(own.stage, other.stage),
        sectors=[_within(name) for name in _names(other.sectors) if name not in ours],
    )


def _within(name: str) -> str:
    """A theme's name within a sentence: its first letter is small unless the next one is large too."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


@transaction.atomic
def answer_suggestion(*, suggestion: Suggestion, person: User, answer: Answer) -> Suggestion:
    """Put a suggestion off for three months, or for good. Twice does no harm.

    Raises:
        NotYours: they don't convene the community that it is made to.
        Suggestion.DoesNotExist: it is gone.
    """
    fresh = (
        Suggestion.objects.select_for_update(of=("self",)).select_related("community").get(pk=suggestion.pk)
    )
    if not fresh.community.can_edit(person):
        raise NotYours
    fresh.answer = answer
    fresh.later_on = timezone.localdate() + LATER if answer == Answer.LATER else None
    fresh.save(update_fields=["answer", "later_on"])
    return fresh
