"""Rating outcomes, and letting facilitators see one's ratings: one verb each, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from journal.counting import call_known, count_anew
from journal.enums import Moment, Score
from journal.errors import CannotRate, UnknownOutcome
from journal.models import OpenRatings, Rating, rates_in
from members.models import Circle, Membership, User


@dataclass(frozen=True, kw_only=True)
class Rated:
    """What somebody says of one outcome."""

    score: int
    note: str = ""


@transaction.atomic
def rate(
    *, person: User, place: Membership, moment: str, outcomes: Mapping[UUID, str], rated: Mapping[UUID, Rated]
) -> int:
    """Save how far somebody is with some outcomes at one moment; the same again changes nothing.

    Args:
        person: who rates.
        place: theirs, as a participant of a cohort.
        moment: of the year.
        outcomes: the words of each outcome of the cohort's programme, by its id.
        rated: what they say, by the outcome's id; outcomes that are left out stay as they were.

    Returns:
        How many ratings are new or changed.

    Raises:
        CannotRate: they do not take part in that cohort.
        UnknownOutcome: it is no outcome of the programme.
    """
    if not set(rated) <= set(outcomes):
        raise UnknownOutcome
    if moment not in Moment.values or any(one.score not in Score.values for one in rated.values()):
        raise ValueError(moment)
    circle = _hold(place)
    if not rates_in(person).filter(pk=place.pk).exists():
        raise CannotRate
    by_name = OpenRatings.objects.filter(place=place).exists()
    changed = 0
    for outcome, said in rated.items():
        rating = Rating(
            person=person, circle=circle, outcome=outcome, words=outcomes[outcome], moment=moment,
            score=said.score, note=said.note, score_by_name=by_name,
        )  # fmt: skip
        changed += _save(rating)
        count_anew(circle=circle, outcome=outcome, moment=moment)
    return changed


def _hold(place: Membership) -> Circle:
    """Lock the cohort: its numbers are counted by one at a time."""
    return Circle.objects.select_for_update(no_key=True).get(pk=place.circle_id)


def _save(new: Rating) -> bool:
    """Whether something changed. A score that was known by name and is another now is not."""
    same = {"person": new.person, "circle": new.circle, "outcome": new.outcome, "moment": new.moment}
    own = Rating.objects.filter(**same).first()
    if own is None:
        new.save()
        return True
    if (own.score, own.note) == (new.score, new.note):
        return False
    own.score_by_name = new.score_by_name or (own.score_by_name and own.score == new.score)
    own.score, own.note, own.words, own.rated_at = new.score, new.note, new.words, timezone.now()
    own.save(update_fields=["score", "note", "words", "rated_at", "score_by_name"])
    return True


@transaction.atomic
def open_to_leads(*, person: User, place: Membership) -> bool:
    """Let the facilitators of a cohort see one's ratings and notes.

    Returns:
        False where they could.

    Raises:
        CannotRate: it is not their place, or they do not take part in that cohort.
    """
    circle = _hold(place)
    if not rates_in(person).filter(pk=place.pk).exists():
        raise CannotRate
    made = OpenRatings.objects.get_or_create(place=place, defaults={"person": person})[1]
    if made:
        call_known(circle=circle, person=person)
    return made


@transaction.atomic
def close_to_leads(*, person: User, place: Membership) -> bool:
    """Keep one's ratings for oneself again, at once.

    Returns:
        False where they were.
    """
    _hold(place)
    return bool(OpenRatings.objects.filter(person=person, place=place).delete()[0])


@transaction.atomic
def close_all(*, person: User) -> list[int]:
    """Let no facilitator see them, for a while; returns the places in which this is new, for ``open_again``."""
    places = list(OpenRatings.objects.filter(person=person).order_by("pk").values_list("place_id", flat=True))
    OpenRatings.objects.filter(person=person).delete()
    return places


@transaction.atomic
def open_again(*, person: User, places: list[int]) -> None:
    """Undo ``close_all``, where the place is still theirs."""
    for place in rates_in(person).filter(pk__in=places):
        open_to_leads(person=person, place=place)
