"""A small drawing of how a number changed from month to month: where its lines, points and words stand.

See ``kit.plot``.
"""

from collections.abc import Sequence
from datetime import date

from kit.plot import Plot, Point

WIDTH, HEIGHT = 480, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 460, 16, 160
_BELOW = 186  # the line on which the months' names stand
_MOST_WORDS = 5


def plot_of(months: Sequence[tuple[date, int]]) -> Plot | None:
    """The drawing of the links of some months, or None if there are fewer than two.

    Args:
        months: the first day of each, and its number, from the first to the last.
    """
    if len(months) < 2:
        return None
    most = max(number for _, number in months) or 1
    points = tuple(
        Point(
            x=_LEFT + (_RIGHT - _LEFT) * place // (len(months) - 1),
            y=_BOTTOM - (_BOTTOM - _TOP) * number // most,
            words=f"{number:,}",
        )
        for place, (_, number) in enumerate(months)
    )
    every = -(-len(months) // _MOST_WORDS)
    (first, before), (last, now) = months[0], months[-1]
    return Plot(
        width=WIDTH,
        height=HEIGHT,
        left=_LEFT,
        right=_RIGHT,
        points=points,
        rows=(Point(x=_LEFT - 10, y=_BOTTOM, words="0"), Point(x=_LEFT - 10, y=_TOP, words=f"{most:,}")),
        columns=tuple(
            Point(x=points[place].x, y=_BELOW, words=f"{month:%b %Y}")
            for place, (month, _) in enumerate(months)
            if place % every == 0
        ),
        says=f"From {first:%B %Y} to {last:%B %Y} the number of links went from {before:,} to {now:,}.",
    )
