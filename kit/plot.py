"""A small drawing of how a number changes: where its lines, points and words stand. Rooms make them of their own numbers.

It is drawn on the server as SVG, and needs neither script nor style of its own: a template writes it out.
"""

from dataclasses import dataclass


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
        points: the numbers, from the first to the last.
        rows: grid lines, each with the number that it stands for.
        columns: the words below.
        says: the drawing in one sentence.
        width, height: of the whole, in its own units.
        left, right: where the grid lines begin and end.
    """

    points: tuple[Point, ...]
    rows: tuple[Point, ...]
    columns: tuple[Point, ...]
    says: str
    width: int
    height: int
    left: int
    right: int

    @property
    def line(self) -> str:
        """The line through the points, as SVG writes it."""
        return " ".join(f"{point.x},{point.y}" for point in self.points)
