"""What bringing a file in would do, before anything is done: what of it is new, changed, the same or wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from kit.problems import Problem


class Verdict(StrEnum):
    """What would become of one row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


class Judged(Protocol):
    """A row with its verdict."""

    @property
    def verdict(self) -> Verdict:
        """What would become of it."""


Item = TypeVar("Item", bound=Judged)


@dataclass(frozen=True, kw_only=True)
class DryRun(Generic[Item]):
    """Everything that bringing a file in would do.

    Args:
        items: rows with nothing wrong.
        problems: what is wrong, row by row; such a row is brought in by no choice.
        notes: about the file.
    """

    items: Sequence[Item]
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def of(self, verdict: Verdict) -> list[Item]:
        """Those with one verdict."""
        return [planned for planned in self.items if planned.verdict == verdict]

    @property
    def new(self) -> list[Item]:
        """Those that are not here yet."""
        return self.of(Verdict.NEW)

    @property
    def changed(self) -> list[Item]:
        """Those that are here, with something else in them."""
        return self.of(Verdict.CHANGED)

    @property
    def same(self) -> list[Item]:
        """Those that are here as the file has them."""
        return self.of(Verdict.SAME)

    @property
    def wrong_rows(self) -> int:
        """How many rows have something wrong with them."""
        return len({problem.row for problem in self.problems})

    @property
    def changes_nothing(self) -> bool:
        """Whether there is nothing to bring in, whatever is chosen."""
        return not self.new and not self.changed
