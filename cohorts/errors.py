"""What can go wrong in this room."""


class SessionError(Exception):
    """A session can't be changed in the way asked for."""


class EndsBeforeItStarts(SessionError):
    """A session, or a cohort, ends after it starts; a start needs an end."""


class NothingToTell(SessionError):
    """There is neither something new nor a message."""


class CohortError(Exception):
    """A cohort can't be taken back."""


class HasPeople(CohortError):
    """Somebody belongs, or has belonged, to it or to a group inside; or was invited to it."""


class CohortUsed(CohortError):
    """Something else belongs to it. Carries what, in words."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what)
