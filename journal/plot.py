"""A small drawing of how a score changes over the year: where its lines, points and words stand.

See ``kit.plot``.
"""

from collections.abc import Mapping

from journal.enums import Moment, Score
from kit.plot import Plot, Point

WIDTH, HEIGHT = 320, 170
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 300, 16, 132
_BELOW = 156  # the line on which the moments' names stand
_SHORT = {Moment.START: "Start", Moment.MIDDLE: "Middle", Moment.END: "End"}


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
        width=WIDTH,
        height=HEIGHT,
        left=_LEFT,
        right=_RIGHT,
        points=points,
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
