"""Email addresses that somebody has typed or pasted, one on a line."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

MOST = 100
_LONGEST = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets
_NAMED = re.compile(r"<([^<>]*)>\s*$")


@dataclass(frozen=True, kw_only=True)
class Typed:
    """One line: what was typed, and the address in it in small letters, "" if there is none."""

    text: str
    email: str


def read(text: str) -> list[Typed]:
    """The lines of a text that are not empty; commas and semicolons part addresses too.

    A line as a mail program copies it, ``Pat Lee <pat@example.org>``, is read as the address in it.
    """
    parts = (part.strip() for part in re.split(r"[\n\r,;]+", text))
    return [Typed(text=part[:_LONGEST], email=_address(part)) for part in parts if part]


def _address(part: str) -> str:
    named = _NAMED.search(part)
    email = (named[1] if named else part).strip().lower()
    if len(email) > _LONGEST:
        return ""
    try:
        validate_email(email)
    except ValidationError:
        return ""
    return email
