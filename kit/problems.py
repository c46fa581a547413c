"""What is wrong in a file, said so that whoever wrote it can mend it."""

from collections.abc import Sequence
from dataclasses import dataclass

MOST_SHOWN = 50
_LONGEST_VALUE = 80


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong.

    Args:
        row: as a spreadsheet counts: the names of the columns stand in row 1. None for the whole file.
        column: its name; "" for the whole row.
        value: what stands there.
        advice: what is wrong, and what to do.
    """

    row: int | None = None
    column: str = ""
    value: str = ""
    advice: str

    @property
    def place(self) -> str:
        """Where it is, in words."""
        parts = [f"Row {self.row}" if self.row else "", self.column]
        return ", ".join(part for part in parts if part)

    @property
    def shown(self) -> str:
        """What stands there, on one line and no longer than is needed to find it again."""
        line = " ".join(self.value.split())
        return f"{line[:_LONGEST_VALUE]}…" if len(line) > _LONGEST_VALUE else line

    def __str__(self) -> str:
        value = f" “{self.shown}”:" if self.shown else ""
        return f"{self.place}:{value} {self.advice}" if self.place else self.advice


class Unreadable(Exception):
    """A file of which nothing can be imported. Carries what is wrong with it as a whole."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @classmethod
    def because(cls, advice: str) -> "Unreadable":
        """With one reason."""
        return cls([Problem(advice=advice)])


class NotTaken(Exception):
    """What stands in a cell can't be taken; its words say what to do."""
