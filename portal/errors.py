"""What can go wrong with a record of learning."""


class RecordError(Exception):
    """A record cannot be made; its words say why."""

    words = ""


class NothingYet(RecordError):
    """There is nothing that it could say."""

    words = "There is nothing on your record yet. Mark a page as done, tick a step, or say which sessions you took part in."


class NoName(RecordError):
    """Nobody can tell whose it would be."""

    words = "A record needs your name. Add it to your profile first."


class TooManyRecords(RecordError):
    """As many are kept as may be."""

    words = "You have 20 records. Withdraw one that nobody needs any more, then make a new one."
