"""What can go wrong with a reflection or a rating. Each says why, in the words that are shown."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from journal.models import Reflection


class ChangedMeanwhile(Exception):
    """What is saved is newer than what this text was begun from. Nothing was written.

    Args:
        theirs: the reflection as it is saved.
    """

    def __init__(self, theirs: "Reflection") -> None:
        super().__init__(theirs.pk)
        self.theirs = theirs


class NotThere(Exception):
    """The reflection was removed meanwhile."""

    words = "You removed this reflection. Bring it back first."


class CannotShare(Exception):
    """It is not theirs to share there: they are not in that cohort or community (any more)."""

    words = "You can only share with a cohort or community that you are in. Choose again."


class CannotRate(Exception):
    """Only participants of a cohort rate the outcomes of its programme."""

    words = "Only people who take part in this cohort can rate its outcomes."


class UnknownOutcome(Exception):
    """No outcome of the programme has this id."""
