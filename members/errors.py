"""What can go wrong in this room."""


class MembershipError(Exception):
    """A membership can't be changed in the way asked for."""


class NotALead(MembershipError):
    """Only somebody who leads it may do this."""


class LastLead(MembershipError):
    """A community or cohort keeps at least one lead."""


class TermInUse(Exception):
    """A word of a managed list still describes something."""
