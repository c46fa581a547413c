"""The steps of a module as they are kept, read without making blocks and without a query."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from learning.enums import Phase

_PHASES = {phase.value: phase for phase in Phase}
_ORDER = {phase: place for place, phase in enumerate(Phase)}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing to do before, during or after a module's sessions.

    Args:
        key: the id of its block; None while an editor is still writing it.
        text: rich text as Wagtail keeps it.
        guidance: the id of a page to read for it, or None.
    """

    key: UUID | None
    phase: Phase
    title: str
    text: str = ""
    minutes: int | None = None
    guidance: int | None = None


def read_steps(raw: Iterable[Mapping[str, Any]]) -> list[Step]:
    """The steps of a StreamField's raw data: before first, then during, then after.

    Args:
        raw: its ``raw_data``.
    """
    steps = [_read(block) for block in raw if block.get("type") == "step"]
    return sorted(steps, key=lambda step: _ORDER[step.phase])


def _read(block: Mapping[str, Any]) -> Step:
    value = block.get("value") or {}
    return Step(
        key=_key(block.get("id")),
        phase=_PHASES.get(str(value.get("phase")), Phase.BEFORE),
        title=value.get("title") or "",
        text=value.get("text") or "",
        minutes=value.get("minutes"),
        guidance=value.get("guidance"),
    )


def _key(value: Any) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None
