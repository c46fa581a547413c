"""What can go wrong between two people who write to each other. Each says why, in the words that are shown."""


class RelayError(Exception):
    """A message can't be sent.

    Args:
        name: of the person that it was for.
    """

    text = ""

    def __init__(self, name: str = "") -> None:
        super().__init__(name)
        self.name = name

    @property
    def words(self) -> str:
        """What to say to who tried."""
        return self.text.format(name=self.name)


class TakesNoMessages(RelayError):
    """They can't be found any more, have left, or want none from this person: the answer is the same."""

    text = "{name} does not take messages at the moment."


class MayNotWrite(RelayError):
    """Only members of the network write; who has left it can still read."""

    text = "You can read your messages. To send one, you need to be a member of the network."


class StoppedByYou(RelayError):
    """The writer has asked that the other does not write to them."""

    text = "You asked that {name} does not write to you. Let them write again first, so that they can answer."


class NotTheirs(Exception):
    """A message is not theirs to report: it is not to them, or it is their own."""
