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


class NobodyConvenes(DirectoryError):
    """There is nobody to whom it could be given back."""

    words = "nobody convenes it who could change it. Change it yourself, or invite a convener."


class StaysBehind(DirectoryError):
    """Something hangs on a community that can't be given to another. Carries what it is, counted, in words."""

    def __init__(self, things: list[str]) -> None:
        self.things = things
        super().__init__("; ".join(things))


class NotAsShown(DirectoryError):
    """Bringing a file in would do something else by now than somebody has agreed to."""


class WrongRows(DirectoryError):
    """Some rows can't be brought in, and nobody has agreed to leave them out."""


class HasConvener(DirectoryError):
    """Somebody convenes it."""

    words = "somebody convenes it already, and can invite others."


class AskedAlready(DirectoryError):
    """This address needs no other invitation."""

    words = "this address was asked already and has not answered, or has said no lately."


class AskedTooMany(DirectoryError):
    """They have invited as many as one may in a day."""

    words = "you have invited as many people as one may in a day. Go on tomorrow."
