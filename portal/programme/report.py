"""What loading a file did, or would do, for people to read."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from cohorts.models import Cohort, Session
from learning.models import ModulePage, ProgrammePage
from portal.programme.checking import Caution
from portal.programme.plan import Kept, Plan, Planned, Verdict

_NOUNS = {ProgrammePage: "Programme", ModulePage: "Module", Cohort: "Cohort", Session: "Session"}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that was made, updated or kept: what it is, and what about it."""

    label: str
    details: str = ""

    def __str__(self) -> str:
        return f"{self.label}: {self.details}" if self.details else self.label


@dataclass(frozen=True, kw_only=True)
class Report:
    """What one loading did, or would do."""

    title: str
    made: list[Line] = field(default_factory=list)
    updated: list[Line] = field(default_factory=list)
    kept: list[Line] = field(default_factory=list)
    same: int = 0
    cautions: list[Caution] = field(default_factory=list)

    @property
    def changes_nothing(self) -> bool:
        """Whether everything is as in the file already, or stays as it is."""
        return not self.made and not self.updated

    @property
    def mark(self) -> str:
        """The same for two reports that would do the same."""
        lines = "\n".join(str(line) for line in (*self.made, "--", *self.updated))
        return hashlib.sha256(lines.encode()).hexdigest()

    def lines(self, *, would: bool) -> list[str]:
        """The report in plain text, line by line.

        Args:
            would: nothing has been written yet.
        """
        parts: dict[str, Sequence[object]] = {
            f"Warnings ({len(self.cautions)})": self.cautions,
            f"{'Would be made' if would else 'Made'} ({len(self.made)})": self.made,
            f"{'Would be updated' if would else 'Updated'} ({len(self.updated)})": self.updated,
            f"Kept as it is ({len(self.kept)})": self.kept,
        }
        lines = [self.title]
        for heading, rows in parts.items():
            if rows:
                lines += ["", heading, *(f"  {row}" for row in rows)]
        if self.same:
            lines += ["", f"The same as in the file: {self.same}"]
        if self.changes_nothing:
            lines += ["", "Nothing would change." if would else "Nothing has changed."]
        return lines


def report_on(plan: Plan) -> Report:
    """Describe a plan."""
    return Report(
        title=plan.title,
        made=[Line(label=_called(planned)) for planned in _with(plan, Verdict.MAKE)],
        updated=[
            Line(label=_called(planned), details=_names(planned)) for planned in _with(plan, Verdict.UPDATE)
        ],
        kept=_kept(plan),
        same=sum(1 for planned in _with(plan, Verdict.SAME) if not planned.kept),
        cautions=plan.cautions,
    )


def _with(plan: Plan, verdict: Verdict) -> list[Planned]:
    return [planned for planned in plan.items if planned.verdict == verdict]


def _called(planned: Planned) -> str:
    noun = _NOUNS.get(planned.wanted.model, "Page")
    return f"{noun} “{planned.wanted.label}”"


def _names(planned: Planned) -> str:
    return ", ".join(planned.wanted.values[name].label for name in planned.writes)


def _kept(plan: Plan) -> list[Line]:
    """One line for each thing and reason."""
    pairs: list[tuple[str, Kept]] = [
        (_called(planned), kept) for planned in plan.items for kept in planned.kept
    ]
    pairs += [(f"“{kept.label}”", kept) for kept in plan.left]
    lines = []
    for (called, why), group in groupby(pairs, key=lambda pair: (pair[0], pair[1].why)):
        names = ", ".join(kept.what for _, kept in group if kept.what)
        lines.append(Line(label=f"{called}, {names}" if names else called, details=str(why)))
    return lines
