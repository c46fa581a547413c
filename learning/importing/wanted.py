"""One resource as a file has it, before anybody has looked whether it is there already."""

from dataclasses import dataclass, field, replace
from typing import Any

from kit.problems import Problem

PICTURE = "picture:"  # in place of a picture's id, before its SHA-1: it may not be there yet


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture of a Word file.

    Args:
        sha1: of the picture as it will be stored.
        name: of the file that it will be stored in.
        title: what people call it.
        content: as it will be stored.
    """

    sha1: str
    name: str
    title: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One resource.

    Args:
        row: where it stands in a spreadsheet; 0 for a Word file.
        title: what it is found again by.
        values: by field of the page, only what the file says something about: texts, numbers and dates as they are;
            "themes" as a tuple of ids, "stages" and "audiences" as tuples of values; "body" as raw blocks.
        pictures: those that stand in its body.
        notes: what could not be carried over, and what is still to do, in sentences.
    """

    row: int = 0
    title: str
    values: dict[str, Any] = field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()
    notes: tuple[str, ...] = ()

    def without_pictures(self) -> "Wanted":
        """The same for somebody who may add no pictures."""
        if not self.pictures:
            return self
        body = [block for block in self.values["body"] if block["type"] != "picture"]
        many = len(self.values["body"]) - len(body)
        note = f"You may not add pictures, so {many} {'was' if many == 1 else 'were'} left out."
        return replace(self, values={**self.values, "body": body}, pictures=(), notes=(*self.notes, note))


@dataclass(frozen=True, kw_only=True)
class Contents:
    """Everything that a file holds: what can be imported, and what is wrong with the rest.

    Args:
        notes: about the whole file.
    """

    wanted: list[Wanted] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
