"""The numbers that facilitators see of a cohort's ratings: never so that one person's answer can be worked out.

A number that is shown changes only when the answers of at least five people have: whoever compares what they saw
before with what they see now learns of five at once (docs/decisions/0021). Answers that facilitators could read by
name do not count towards the five, or they could be taken out of the sum.
"""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q

from journal.enums import Score
from journal.models import Rating
from members.models import Circle, User

AT_LEAST = 5


@dataclass(frozen=True, kw_only=True)
class Spread:
    """How a cohort's answers fall at one moment.

    Args:
        counts: how many gave each score, from the lowest to the highest.
    """

    counts: tuple[int, ...]

    @property
    def answers(self) -> int:
        """How many there are."""
        return sum(self.counts)

    @property
    def middle(self) -> int:
        """The score in the middle: half of the answers are as high or higher."""
        seen = 0
        for score, count in zip(Score.values, self.counts, strict=True):
            seen += count
            if 2 * seen > self.answers:
                return score
        return Score.values[-1]


def count_anew(*, circle: Circle, outcome: UUID, moment: str) -> bool:
    """Take what has changed into the numbers, once it is the answers of enough people. The circle is held.

    Returns:
        Whether the numbers are new.
    """
    group = Rating.objects.filter(circle=circle, outcome=outcome, moment=moment)
    changed = group.filter(Q(counted__isnull=True) | ~Q(counted=F("score")))
    if changed.filter(score_by_name=False).count() < AT_LEAST:
        return False
    changed.update(counted=F("score"), counted_by_name=F("score_by_name"))
    return True


def call_known(*, circle: Circle, person: User) -> None:
    """Write down that facilitators can read somebody's scores by name. The circle is held."""
    own = Rating.objects.filter(circle=circle, person=person)
    own.filter(counted=F("score")).update(counted_by_name=True)
    own.update(score_by_name=True)


def spreads_of(circle: Circle) -> dict[tuple[UUID, str], Spread]:
    """By outcome and moment what can be shown; what cannot is left out. One query."""
    rows = Rating.objects.filter(circle=circle, counted__isnull=False).order_by()
    found: dict[tuple[UUID, str], Counter[int]] = {}
    unnamed: Counter[tuple[UUID, str]] = Counter()
    for outcome, moment, counted, by_name in rows.values_list(
        "outcome", "moment", "counted", "counted_by_name"
    ):
        found.setdefault((outcome, moment), Counter())[counted or 0] += 1
        unnamed[outcome, moment] += not by_name
    return {
        key: Spread(counts=tuple(counter[score] for score in Score.values))
        for key, counter in found.items()
        if unnamed[key] >= AT_LEAST
    }
