"""Why a year is not set up, or not taken back."""

from typing import Any


class NextYearError(Exception):
    """A year can't be set up, or taken back, as asked for."""


class Refused(NextYearError):
    """What was asked for can't be done. Carries what is wrong, by the name of the field."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__(" ".join(problems.values()))


class NotAsShown(NextYearError):
    """It would do something else by now than somebody was shown. Carries what it would do."""

    def __init__(self, plan: Any) -> None:
        self.plan = plan
        super().__init__("Something has changed since.")


class AlreadySetUp(NextYearError):
    """This year has been set up from this cohort already. Carries it."""

    def __init__(self, year: Any) -> None:
        self.year = year
        super().__init__("It is there already.")


class SomebodyIsIn(NextYearError):
    """Somebody belongs to the cohort, or was invited to it: it is not taken back any more."""


class StillUsed(NextYearError):
    """Something else hangs on what would go. Carries what, in words."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what)


class NotAsSeen(NextYearError):
    """Something has been done here that whoever takes it back has not been told. Carries all of it, in words."""

    def __init__(self, changes: list[str]) -> None:
        self.changes = changes
        super().__init__("Somebody has worked on it.")
