"""What can go wrong in this room."""


class LearningError(Exception):
    """Something about learning can't be done as asked."""


class UnknownStep(LearningError):
    """The module has no such step, or no longer."""
