"""Noticing what looks like a patient's NHS number in a text, and asking its writer before it goes on.

A number is ten digits of which the last is a check digit (NHS Data Dictionary, "NHS Number"). One in eleven of all
numbers of ten digits passes that check, and so does every ISBN of ten digits, so that where a number stands counts
as well: it is grouped 3-3-4, as the NHS writes it, or stands near a word such as "NHS" or "patient".
"""

import re
import unicodedata
from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar

import nhs_number
from django import forms
from django.utils.html import format_html

if TYPE_CHECKING:
    from wagtail.admin.forms import WagtailAdminModelForm as _Form
else:
    _Form = object

_NEAR = 40  # characters between a word and the number that it speaks of
_APART = r"[ \t\u00a0\u2000-\u200d\u202f\u2060\u3000\ufeff\u00ad.\-\u2010-\u2015*_]{0,5}"
_NUMBER = re.compile(rf"(?<![\w+/=#.@-])(\d{{3}})({_APART})(\d{{3}})({_APART})(\d{{4}})(?![\w@]|[.-]\d)")
_LOOSE = re.compile(rf"(?<![\w+/=#.@-])\d(?:{_APART}\d){{9}}(?![\w@]|[.-]\d)")
_COUNTRY = re.compile(r"\+\d{1,3}[ ().-]{0,2}$")
_PERSON = re.compile(
    r"\b(?:nhs|patient|patients|pt|px|service user|resident|client|mrn|chi|hospital n(?:o|umber)|d\.?o\.?b)\b",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:isbn(?:-?1[03])?|issn|doi|pmid|meeting|zoom|teams|webex|conference|passcode|pass code|dial|"
    r"tel|telephone|phone|mobile|call|ring|fax|text|whatsapp|extension|ext|order|invoice|grant|reference|ref)\b",
    re.IGNORECASE,
)
WARNING = (
    "“{number}” looks like an NHS number. Take out anything that could identify a patient: others will read this. "
    "If it is not a patient’s number, tick the box below."
)


def nhs_numbers(text: str) -> list[str]:
    """What in a text looks like a patient's NHS number, each as it is written there, in order, once.

    Args:
        text: any text; Markdown is read as it stands. Linear time.
    """
    plain = _digits_made_plain(text)
    found = [match for match in _candidates(plain) if _speaks_of_a_patient(plain, match)]
    return list(dict.fromkeys(text[match.start() : match.end()].strip() for match in found))


def _digits_made_plain(text: str) -> str:
    """The same text with every digit of any script as 0 to 9: as long as it was."""
    return "".join(
        str(unicodedata.digit(mark)) if mark > "\x7f" and unicodedata.digit(mark, None) is not None else mark
        for mark in text
    )


def _candidates(text: str) -> Iterable[re.Match[str]]:
    """Ten digits, whatever is between them, that pass the check."""
    for match in _LOOSE.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if len(set(digits)) > 1 and nhs_number.is_valid(digits):
            yield match


def _speaks_of_a_patient(text: str, match: re.Match[str]) -> bool:
    """Whether the nearest word around says so; else whether it is grouped as NHS numbers are."""
    before = text[max(0, match.start() - _NEAR) : match.start()]
    said = False if _COUNTRY.search(before) else _said_before(before)
    if said is not None:
        return said
    if _PERSON.search(text[match.end() : match.end() + _NEAR]):
        return True
    grouped = _NUMBER.fullmatch(text, match.start(), match.end()) or _NUMBER.match(text, match.start())
    return bool(grouped and grouped.end() == match.end() and grouped[2] and grouped[4])


def _said_before(before: str) -> bool | None:
    """What the last word before a number says of it: a patient's, something else's, or nothing."""
    last = -1
    said = None
    for pattern, answer in ((_PERSON, True), (_OTHER, False)):
        for word in pattern.finditer(before):
            if word.end() > last:
                last, said = word.end(), answer
    return said


class PatientDataGuard(_Form):
    """Mixed into a form with free text: what looks like an NHS number is asked about before it goes on.

    What was written stays in the form. It goes on once its writer has taken the number out, or has said that it is
    not a patient's, by the box that stands below the field. What stood there before is not asked about again.
    """

    unguarded: ClassVar[tuple[str, ...]] = ()

    def clean(self) -> dict[str, Any]:
        """Ask about each field that holds such a number."""
        super().clean()
        self.asks_about: dict[str, str] = {}
        answered = self._answered()
        for name, numbers in self.new_numbers().items():
            if numbers and _mark(numbers) not in answered:
                self.asks_about[name] = _mark(numbers)
                question = self.question(numbers[0], _mark(numbers))
                self.add_error(name, forms.ValidationError(question, code="patient_data"))
        return self.cleaned_data

    def new_numbers(self) -> dict[str, list[str]]:
        """For each field what in it looks like a number and did not stand there before."""
        return {name: self._new_numbers(name) for name in self._texts()}

    def question(self, number: str, mark: str) -> str:
        """What is asked; the box to answer with is drawn below the field."""
        return WARNING.format(number=number)

    def _texts(self) -> list[str]:
        return [
            name
            for name, field in self.fields.items()
            if isinstance(field, forms.CharField)
            and not isinstance(field, forms.EmailField | forms.URLField)
            and not isinstance(field.widget, forms.PasswordInput | forms.HiddenInput)
            and name not in self.unguarded
        ]

    def _new_numbers(self, name: str) -> list[str]:
        text = self.cleaned_data.get(name)
        if not isinstance(text, str):
            return []
        before = nhs_numbers(str(self.get_initial_for_field(self.fields[name], name) or ""))
        return [number for number in nhs_numbers(text) if number not in before]

    def _answered(self) -> set[str]:
        sent = getattr(self.data, "getlist", lambda name: [self.data.get(name, "")])(
            self.add_prefix("no_patient")
        )
        return set(sent)


def _mark(numbers: list[str]) -> str:
    """What the box stands for: these numbers and no others."""
    return sha256(" ".join(sorted(numbers)).encode()).hexdigest()[:16]


# Beside a title, Wagtail draws what one fills in without an edge.
_SEEN = "border: 2px solid currentColor; width: 1.5rem; height: 1.5rem"


class AdminPatientDataGuard(PatientDataGuard):
    """The same for a form of Wagtail's admin, which draws its fields itself: the box stands in the question."""

    def question(self, number: str, mark: str) -> str:
        return format_html(
            '{} <label style="display: block"><input type="checkbox" name="{}" value="{}" style="{}"> '
            "This is not a patient’s number</label>",
            WARNING.format(number=number),
            self.add_prefix("no_patient"),
            mark,
            _SEEN,
        )
