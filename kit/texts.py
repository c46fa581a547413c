"""Texts as people send them: what cannot be seen, or turns what follows, is not kept."""

import unicodedata
from typing import Any

from django import forms

# Control characters that no text needs; a null is left for the field to refuse.
_CONTROLS = dict.fromkeys([*range(0x01, 0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0)])
# Marks that give others their direction (UAX 9): they can make a name read as another (UTS 39). The last is of no width.
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x061C, 0x200E, 0x200F, 0xFEFF])
_EMPTY_PATTERN = "\u2800"  # of Braille: a symbol that looks like a space
_FAR_TOO_LONG = 10  # times what may be kept: it will be refused, and is not worth reading


def shows(text: str) -> bool:
    """Whether anything of a text can be seen: neither space, nor control, joining or combining marks alone."""
    return any(unicodedata.category(mark)[0] in "LNPS" and mark != _EMPTY_PATTERN for mark in text)


class LinesField(forms.CharField):
    """Several lines, counted as people count them: a new line is one character."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        """The text with plain line ends; "" where nothing of it can be seen. A null is left for the field to refuse."""
        text = (super().to_python(value) or "").replace("\r\n", "\n")
        if _is_far_too_long(text, self.max_length):
            return text
        text = text.translate(_CONTROLS)
        return text if shows(text) or "\x00" in text else ""


class LineField(forms.CharField):
    """One line among others' words: no line end, and no mark that turns the direction of what follows."""

    def to_python(self, value: Any) -> str:
        """The text on one line; "" where nothing of it can be seen. A null is left for the field to refuse."""
        text = super().to_python(value) or ""
        if _is_far_too_long(text, self.max_length):
            return text
        line = " ".join(text.split()).translate(_CONTROLS | _TURNING)
        line = " ".join(line.split())
        return line if shows(line) or "\x00" in line else ""


def _is_far_too_long(text: str, most: int | None) -> bool:
    return most is not None and len(text) > _FAR_TOO_LONG * most
