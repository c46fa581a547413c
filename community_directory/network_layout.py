"""Where each community stands in the drawing of the network: worked out once by a task, so that a browser only draws.

Pure. Within a group communities push each other away and links pull them together (Fruchterman and Reingold, Graph
drawing by force-directed placement, 1991, with their grid, so that each looks only at those that are near). The groups then
stand in rows, the largest first, and those without a link last. The same network always gives the same drawing.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

Id = TypeVar("Id", bound=int)
Point = tuple[float, float]

APART = 120.0  # the length that a link would like to have
_STEPS, _FEWER_STEPS, _MANY = 120, 60, 400
_GOLDEN = math.pi * (3 - math.sqrt(5))
_WIDE = 2.0  # how much wider than high the drawing is


def places(groups: Sequence[Sequence[Id]], pairs: Iterable[tuple[Id, Id]]) -> dict[Id, Point]:
    """Where each stands.

    Args:
        groups: the communities of each group, the largest group first.
        pairs: links between two of the same group.

    Returns:
        x, to the right, and y, downwards, of each; no two within a third of ``APART`` of each other.
    """
    # In one order, whatever that of the rows was: sums of the same numbers in another order differ.
    near: dict[Id, list[Id]] = {one: [] for group in groups for one in group}
    for one, other in pairs:
        near[one].append(other)
        near[other].append(one)
    for others in near.values():
        others.sort()
    ordered = sorted((sorted(group) for group in groups), key=lambda group: (-len(group), group[:1]))
    return _in_rows([_apart(_of_group(group, near)) for group in ordered])


def _of_group(group: Sequence[Id], near: Mapping[Id, Sequence[Id]]) -> dict[Id, Point]:
    """One group, around the middle."""
    start = _spiral(_from_the_centre(group, near))
    if len(group) < 3:
        return start
    x = [start[one][0] for one in group]
    y = [start[one][1] for one in group]
    number = {one: place for place, one in enumerate(group)}
    links = [
        (number[one], number[other]) for one in group for other in near[one] if number[one] < number[other]
    ]
    steps = _FEWER_STEPS if len(group) > _MANY else _STEPS
    furthest = APART * math.sqrt(len(group)) / 4
    for step in range(steps):
        _move(x, y, links, furthest * (1 - step / steps) + 1)
    lying = _lying(x, y)
    return {one: lying[place] for one, place in number.items()}


def _lying(x: Sequence[float], y: Sequence[float]) -> list[Point]:
    """The same, around the middle and turned so that it is as wide as it can be: a page is wider than high."""
    middle_x, middle_y = sum(x) / len(x), sum(y) / len(y)
    around = [(across - middle_x, down - middle_y) for across, down in zip(x, y, strict=True)]
    along = sum(across * across - down * down for across, down in around)
    both = sum(2 * across * down for across, down in around)
    turn = math.atan2(both, along) / 2
    cos, sin = math.cos(turn), math.sin(turn)
    return [(across * cos + down * sin, down * cos - across * sin) for across, down in around]


def _from_the_centre(group: Sequence[Id], near: Mapping[Id, Sequence[Id]]) -> list[Id]:
    """The group as one comes to it from the one with most links: who is near another is near in the list."""
    first = max(group, key=lambda one: len(near[one])) if group else None
    found, seen = ([] if first is None else [first]), {first}
    for one in found:
        fresh = [other for other in near[one] if other not in seen]
        seen.update(fresh)
        found.extend(fresh)
    return found


def _spiral(order: Sequence[Id]) -> dict[Id, Point]:
    """Evenly over a disc, as the seeds of a sunflower (Vogel, 1979)."""
    return {
        one: (
            APART * 0.7 * math.sqrt(place) * math.cos(place * _GOLDEN),
            APART * 0.7 * math.sqrt(place) * math.sin(place * _GOLDEN),
        )
        for place, one in enumerate(order)
    }


def _move(x: list[float], y: list[float], links: Sequence[tuple[int, int]], furthest: float) -> None:
    """One step of all at once, each by so much at most."""
    moved_x, moved_y = [0.0] * len(x), [0.0] * len(y)
    for one, other in _neighbours(x, y):
        dx, dy = x[one] - x[other], y[one] - y[other]
        squared = dx * dx + dy * dy or 1e-6
        if squared < 4 * APART * APART:
            push = APART * APART / squared
            moved_x[one] += dx * push
            moved_y[one] += dy * push
            moved_x[other] -= dx * push
            moved_y[other] -= dy * push
    for one, other in links:
        dx, dy = x[one] - x[other], y[one] - y[other]
        pull = math.hypot(dx, dy) / APART
        moved_x[one] -= dx * pull
        moved_y[one] -= dy * pull
        moved_x[other] += dx * pull
        moved_y[other] += dy * pull
    for place, (dx, dy) in enumerate(zip(moved_x, moved_y, strict=True)):
        length = math.hypot(dx, dy) or 1.0
        part = min(length, furthest) / length
        x[place] += dx * part
        y[place] += dy * part


def _neighbours(x: Sequence[float], y: Sequence[float]) -> Iterable[tuple[int, int]]:
    """Each pair that stands in the same or in adjoining cells of a grid, once."""
    size = 2 * APART
    cells: dict[tuple[int, int], list[int]] = {}
    for place, (across, down) in enumerate(zip(x, y, strict=True)):
        cells.setdefault((int(across // size), int(down // size)), []).append(place)
    for (column, row), inside in cells.items():
        beside = [
            other
            for cell in ((column + 1, row), (column - 1, row + 1), (column, row + 1), (column + 1, row + 1))
            for other in cells.get(cell, ())
        ]
        for index, one in enumerate(inside):
            for other in inside[index + 1 :]:
                yield one, other
            for other in beside:
                yield one, other


def _apart(found: dict[Id, Point]) -> dict[Id, Point]:
    """The same, with those that have come to stand on one another moved to the next free place."""
    size = APART / 2
    taken: set[tuple[int, int]] = set()
    moved = {}
    for one, (x, y) in found.items():
        cell = _free((round(x / size), round(y / size)), taken)
        taken.add(cell)
        moved[one] = (_within(x, cell[0] * size), _within(y, cell[1] * size))
    return moved


def _within(there: float, middle: float) -> float:
    """As near to where it was as leaves a third of ``APART`` to whoever stands in the next cell."""
    most = 0.16 * APART / 2
    return middle + min(most, max(-most, there - middle))


def _free(cell: tuple[int, int], taken: set[tuple[int, int]]) -> tuple[int, int]:
    """The cell, or the first free one around it."""
    column, row = cell
    ring = 0
    while True:
        around = (
            (column + across, row + down)
            for across in range(-ring, ring + 1)
            for down in range(-ring, ring + 1)
            if max(abs(across), abs(down)) == ring
        )
        for candidate in around:
            if candidate not in taken:
                return candidate
        ring += 1


def _in_rows(groups: Sequence[dict[Id, Point]]) -> dict[Id, Point]:
    """The groups beside one another, in rows as wide as makes the whole a little wider than high."""
    boxes = [_box(group) for group in groups]
    area = sum(width * height for _, _, width, height in boxes)
    widest = max([math.sqrt(area * _WIDE), *(box[2] for box in boxes)], default=0.0)
    found: dict[Id, Point] = {}
    left = top = deepest = 0.0
    for group, (from_x, from_y, width, height) in zip(groups, boxes, strict=True):
        if left and left + width > widest:
            left, top, deepest = 0.0, top + deepest, 0.0
        for one, (x, y) in group.items():
            found[one] = (left + x - from_x, top + y - from_y)
        left += width
        deepest = max(deepest, height)
    return found


def _box(group: Mapping[Id, Point]) -> tuple[float, float, float, float]:
    """Left, top, width and height of a group, with room around it."""
    across, down = zip(*group.values(), strict=True)
    return min(across), min(down), max(across) - min(across) + APART, max(down) - min(down) + APART
