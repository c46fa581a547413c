"""The outcomes of a cohort's programme, and what somebody, or a cohort, has said of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from journal import plot
from journal.counting import Spread, spreads_of
from journal.enums import Moment, Score
from journal.models import Rating
from learning.models import ProgrammePage
from members.models import Circle
from members.querysets import Person


def outcomes_of(circle: Circle, user: Person) -> dict[UUID, str]:
    """The outcomes of the programme that a cohort follows, in their order: words by id. Two queries at most.

    A cohort that names no programme follows the first that there is.
    """
    seen = ProgrammePage.objects.visible_to(user).only("outcomes").order_by("path")
    programme = seen.filter(cohorts__circle=circle).first() or seen.first()
    if programme is None:
        return {}
    return {
        UUID(raw["id"]): str(raw["value"])
        for raw in programme.outcomes.raw_data
        if raw["type"] == "outcome" and raw.get("id") and raw["value"]
    }


@dataclass(frozen=True, kw_only=True)
class Change:
    """One outcome over the year, as one person sees it.

    Args:
        words: the outcome.
        rated: their rating at each moment, None where there is none.
        plot: the same as a drawing; None where there is nothing to draw.
    """

    words: str
    rated: dict[str, Rating | None]
    plot: plot.Plot | None

    @property
    def cells(self) -> list[str]:
        """The same in words, moment by moment."""
        return [
            f"{one.score}. {one.get_score_display()}" if one else "Not rated" for one in self.rated.values()
        ]

    @property
    def notes(self) -> list[tuple[str, str]]:
        """The moments that have a note, with it."""
        return [(one.get_moment_display(), one.note) for one in self.rated.values() if one and one.note]


def changes(outcomes: dict[UUID, str], rated: Iterable[Rating]) -> list[Change]:
    """How one person's ratings have changed, outcome by outcome.

    Args:
        outcomes: those of the programme.
        rated: one person's ratings in one cohort.
    """
    found = {(one.outcome, one.moment): one for one in rated}
    rows = []
    for outcome, words in outcomes.items():
        own = {moment: found.get((outcome, moment)) for moment in Moment.values}
        scores = {moment: one.score for moment, one in own.items() if one}
        rows.append(Change(words=words, rated=own, plot=plot.plot_of(scores, words)))
    return rows


def done_at(rows: Iterable[Change]) -> dict[str, int]:
    """How many outcomes somebody has rated at each moment."""
    every = list(rows)
    return {moment: sum(row.rated[moment] is not None for row in every) for moment in Moment.values}


def cohort_tables(circle: Circle, outcomes: dict[UUID, str]) -> list[dict[str, Any]]:
    """For each outcome how the cohort's answers fall at each moment, as far as it can be shown. One query."""
    spreads = spreads_of(circle)
    return [
        {
            "words": words,
            "rows": [_row(Moment(moment), spreads.get((outcome, moment))) for moment in Moment.values],
        }
        for outcome, words in outcomes.items()
    ]


def _row(moment: Moment, spread: Spread | None) -> dict[str, Any]:
    if spread is None:
        return {"moment": moment.label, "shown": False}
    return {
        "moment": moment.label,
        "shown": True,
        "answers": spread.answers,
        "counts": spread.counts,
        "middle": Score(spread.middle).label,
    }
