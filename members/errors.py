"""What can go wrong in this room."""


class MembershipError(Exception):
    """A membership can't be changed in the way asked for."""


class LastLead(MembershipError):
    """A community or cohort keeps at least one lead."""


class CircleEnded(MembershipError):
    """A community or group that has ended takes nobody new."""


class NotAGroup(Exception):
    """A cohort or a community is renamed by its own name, not by its circle's."""


class TermInUse(Exception):
    """A word of a managed list still describes something."""
