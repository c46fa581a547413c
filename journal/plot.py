"""A small drawing of how a score changes over the year: where its lines, points and words stand.

It is drawn on the server as SVG, and needs neither script nor style of its own: a template writes it out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from journal.enums import Moment, Score

WIDTH, HEIGHT = 320, 170
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 300, 16, 132
_BELOW = 156  # the line on which the moments' names stand
_SHORT = {Moment.START: "Start", Moment.MIDDLE: "Middle", Moment.END: "End"}


@dataclass(frozen=True, kw_only=True)
class Point:
    """One place in the drawing, in its own units, with its words."""

    x: int
    y: int
    words: str


@dataclass(frozen=True, kw_only=True)
class Plot:
    """What is drawn.

    Args:
        points: the scores, from the first moment to the last.
        line: the same as SVG writes a line through them.
        rows: a grid line for each score.
        columns: a word for each moment.
        says: the drawing in one sentence.
    """

    points: tuple[Point, ...]
    line: str
    rows: tuple[Point, ...]
    columns: tuple[Point, ...]
    says: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = _RIGHT


def x_of(moment: str) -> int:
    """How far to the right a moment stands."""
    inside = _RIGHT - _LEFT
    return _LEFT + inside * (1 + 2 * Moment.values.index(moment)) // (2 * len(Moment.values))


def y_of(score: int) -> int:
    """How far down a score stands: the highest on top."""
    lowest, highest = Score.values[0], Score.values[-1]
    return _BOTTOM - (_BOTTOM - _TOP) * (score - lowest) // (highest - lowest)


def plot_of(scores: Mapping[str, int], words: str) -> Plot | None:
    """The drawing of one outcome.

    Args:
        scores: by moment; what was not rated is left out, and the line goes over it.
        words: the outcome.
    """
    rated = [(Moment(moment), Score(scores[moment])) for moment in Moment.values if moment in scores]
    if not rated:
        return None
    points = tuple(Point(x=x_of(moment), y=y_of(score), words=str(score.value)) for moment, score in rated)
    return Plot(
        points=points,
        line=" ".join(f"{point.x},{point.y}" for point in points),
        rows=tuple(Point(x=_LEFT - 12, y=y_of(score), words=str(score)) for score in Score.values),
        columns=tuple(
            Point(x=x_of(moment), y=_BELOW, words=_SHORT[Moment(moment)]) for moment in Moment.values
        ),
        says=f"{words}: "
        + ", ".join(f"{moment.label.lower()} {_said(score)}" for moment, score in rated)
        + ".",
    )


def _said(score: Score) -> str:
    return f"{score.value} of {len(Score)} ({score.label.lower()})"
