"""What can go wrong in this room."""

from datetime import timedelta


class MembershipError(Exception):
    """A membership can't be changed in the way asked for."""


class LastLead(MembershipError):
    """A community or cohort keeps at least one lead."""


class CircleEnded(MembershipError):
    """A community or group that has ended takes nobody new."""


class NotOpen(MembershipError):
    """It was answered, taken back, ended or changed meanwhile, or it does not take what is asked of it."""


class AddressTaken(Exception):
    """Somebody has an account with this address already."""


class NotAGroup(Exception):
    """A cohort or a community is renamed by its own name, not by its circle's."""


class TermInUse(Exception):
    """A word of a managed list still describes something."""


class SameTerm(Exception):
    """A word of a managed list can't be merged into itself."""


class MergedAlready(Exception):
    """One of two words to merge is no longer there."""


class NotAPicture(Exception):
    """A file is no picture that can be shown; its words say why."""


class TooOften(Exception):
    """Something was tried too often.

    Args:
        wait: how long until it may be tried again.
    """

    def __init__(self, *, wait: timedelta) -> None:
        super().__init__(wait)
        self.wait = wait

    @property
    def seconds(self) -> int:
        """The wait, as the header Retry-After says it (RFC 9110, section 10.2.3)."""
        return max(1, round(self.wait.total_seconds()))

    @property
    def words(self) -> str:
        """What to say to who tried."""
        return f"That was too often. Try again in {in_words(self.wait)}."


def in_words(wait: timedelta) -> str:
    """A time to wait as people say it: "1 minute", "3 hours"; rounded up."""
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        number = -(-wait.total_seconds() // size)
        if wait.total_seconds() >= size or name == "minute":
            return f"1 {name}" if number <= 1 else f"{number:.0f} {name}s"
    return "a moment"
