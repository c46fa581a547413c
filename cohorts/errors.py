"""What can go wrong in this room."""


class SessionError(Exception):
    """A session can't be changed in the way asked for."""


class EndsBeforeItStarts(SessionError):
    """A session, or a cohort, ends after it starts; a start needs an end."""
