"""What can go wrong in this room."""


class DirectoryError(Exception):
    """A community or a connection can't be changed in the way asked for."""


class NotAMember(DirectoryError):
    """Only members of the network list communities."""


class NotYours(DirectoryError):
    """Only those who convene it, or who review the directory, may do this."""


class WrongState(DirectoryError):
    """It is not, or no longer, in a state from which this can be done."""


class NotListed(DirectoryError):
    """Only communities in the directory can be connected."""


class NoSuchEdit(DirectoryError):
    """There is no such change of this community, or it isn't this person's to see."""


class Closed(DirectoryError):
    """The offer or ask is closed, or has run out."""


class NeedsReason(DirectoryError):
    """A convener is told why their listing came back."""


class NoLongerThere(DirectoryError):
    """What was written is confirmed, refused or deleted, or whoever looked after it does so no more."""
