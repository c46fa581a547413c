"""What can be wrong with a file that somebody puts in."""

from django.core.exceptions import ValidationError


class BadFile(ValidationError):
    """A file that is not taken; its message says why, to who put it in."""

    def __init__(self, message: str, code: str = "bad_file") -> None:
        super().__init__(message, code=code)
