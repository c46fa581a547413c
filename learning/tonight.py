"""A running order for a meeting, made of a resource's exercises."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

WELCOME, CLOSE = 5, 5  # minutes
_MINUTES = re.compile(r"\s*\((\d{1,3}) min(?:ute)?s?\)", re.IGNORECASE)
USUAL_START = time(18, 0)  # if nobody has said
_ANY_DAY = datetime(2000, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One line of the order.

    Args:
        starts: when, on a clock on the wall; None where it is not known how long what comes before takes.
        minutes: how long it takes, None for nobody knows.
        text: what is done.
        within: whether it is a step of an exercise.
    """

    starts: time | None
    minutes: int | None
    text: str
    within: bool = False


@dataclass(frozen=True, kw_only=True)
class RunningOrder:
    """What happens when, what one needs, and when it is over."""

    parts: list[Part]
    materials: list[str]
    minutes: int
    ends: time


def exercises(raw: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The exercises of a StreamField's raw data, in order."""
    return [block["value"] for block in raw if block.get("type") == "exercise" and block.get("value")]


def order_of(raw: Iterable[Mapping[str, Any]], starts: time) -> RunningOrder:
    """The order of a meeting that does these exercises: a welcome, each of them with its steps, and a close.

    A step that names its own minutes, such as "Tell (2 minutes).", has a time of its own as long as all before it do.

    Args:
        raw: a StreamField's ``raw_data``.
        starts: when the meeting begins, on a clock on the wall; it may run past midnight.
    """
    found = exercises(raw)
    minutes = WELCOME + CLOSE + sum(_whole(exercise) for exercise in found)
    return RunningOrder(
        parts=list(_parts(found, starts)),
        materials=list(dict.fromkeys(str(item) for one in found for item in _listed(one.get("materials")))),
        minutes=minutes,
        ends=_after(starts, minutes),
    )


def _parts(found: list[Mapping[str, Any]], starts: time) -> Iterator[Part]:
    yield Part(
        starts=starts,
        minutes=WELCOME,
        text="Welcome. Say why you are here, and what will be different by the end.",
    )
    passed = WELCOME
    for exercise in found:
        whole = _whole(exercise)
        yield Part(
            starts=_after(starts, passed),
            minutes=whole or None,
            text=str(exercise.get("title") or "Exercise"),
        )
        yield from _steps(_listed(exercise.get("steps")), starts, passed)
        passed += whole
    yield Part(
        starts=_after(starts, passed),
        minutes=CLOSE,
        text="Close. Say who does what by when, and when you meet again.",
    )


def _steps(steps: Iterable[Any], starts: time, passed: int) -> Iterator[Part]:
    known: int | None = passed
    for step in steps:
        text = str(step)
        named = _MINUTES.search(text)
        minutes = int(named[1]) if named else None
        at = _after(starts, known) if known is not None and minutes is not None else None
        yield Part(starts=at, minutes=minutes, text=_MINUTES.sub("", text, count=1).strip(), within=True)
        known = known + minutes if known is not None and minutes is not None else None


def _whole(exercise: Mapping[str, Any]) -> int:
    return int(exercise.get("minutes") or 0)


def _listed(value: Any) -> list[Any]:
    """The values of a ListBlock, as it is kept: bare, or each with an id."""
    return [item["value"] if isinstance(item, dict) and "value" in item else item for item in value or ()]


def _after(starts: time, minutes: int) -> time:
    return (datetime.combine(_ANY_DAY, starts) + timedelta(minutes=minutes)).time()


def as_text(title: str, order: RunningOrder) -> str:
    """The order as plain text, to send."""
    lines = [title, ""]
    for part in order.parts:
        clock = f"{part.starts:%H:%M} " if part.starts else ""
        takes = f" ({part.minutes} minutes)" if part.minutes else ""
        lines.append(f"{'  ' if part.within else ''}{clock}{part.text}{takes}")
    lines.append(f"{order.ends:%H:%M} End")
    if order.materials:
        lines += ["", "You need: " + ", ".join(order.materials)]
    return "\n".join(lines)
