"""What people write for themselves, with whom they share it, and how they rate outcomes."""

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.text import capfirst

from journal.enums import Readers, Score
from journal.models import NOTE_LONGEST, TEXT_LONGEST, TITLE_LONGEST, Rating, Reflection, shareable_places
from journal.rating import Rated
from journal.rows import leads_of, who_reads
from kit.patient_data import PatientDataGuard, nhs_numbers
from kit.texts import LineField, LinesField
from members.models import Membership, User

_NO_NULL = "There is a character in this text that cannot be kept. Paste it as plain text."
_IN_PRIVATE = (
    "“{number}” looks like an NHS number. Take out anything that could identify a patient, also from what you write "
    "for yourself. If it is not a patient’s number, tick the box below."
)


class ReflectionForm(PatientDataGuard, forms.Form):
    """A reflection. It knows from which version it was begun, what it is about, and when it is sent twice."""

    request_key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    title = LineField(
        label="Title",
        required=False,
        max_length=TITLE_LONGEST,
        error_messages={
            "max_length": "Shorten the title to %(limit_value)d characters. It has %(show_value)d.",
            "null_characters_not_allowed": _NO_NULL,
        },
    )
    text = LinesField(
        label="Your reflection",
        max_length=TEXT_LONGEST,
        help_text="Do not write anything that could identify a patient.",
        error_messages={
            "required": "Write something first.",
            "max_length": "Shorten your text to %(limit_value)d characters. It has %(show_value)d.",
            "null_characters_not_allowed": _NO_NULL,
        },
    )

    def __init__(self, *args: Any, reflection: Reflection | None = None, **kwargs: Any) -> None:
        initial = {"request_key": uuid.uuid4()}
        if reflection is not None:
            initial = {"version": reflection.version, "title": reflection.title, "text": reflection.text}  # type: ignore[dict-item]
        super().__init__(*args, initial=initial, **kwargs)
        self.shared = reflection is not None and reflection.is_shared

    def question(self, number: str, mark: str) -> str:
        """Asked even of what nobody else reads."""
        return super().question(number, mark) if self.shared else _IN_PRIVATE.format(number=number)


class AutosaveForm(ReflectionForm):
    """The same while somebody types: a number is kept and asked about later, unless others would read it at once."""

    def clean(self) -> dict[str, Any]:
        if self.shared:
            return super().clean()
        return self.cleaned_data


class ShareForm(PatientDataGuard, forms.Form):
    """With whom to share. The text is asked about, since others will read it."""

    choice = forms.ChoiceField(
        label="Who can read it?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose who can read it.",
            "invalid_choice": "You can only share with a cohort or community that you are in. Choose again.",
        },
    )

    def __init__(self, *args: Any, reflection: Reflection, **kwargs: Any) -> None:
        shared = reflection.place_id and f"{reflection.place_id}-{reflection.readers}"
        super().__init__(*args, initial={"choice": shared}, **kwargs)
        self.reflection = reflection
        self.places = {place.pk: place for place in shareable_places(reflection.person)}
        self.fields["choice"].choices = [  # type: ignore[attr-defined]
            (f"{place.pk}-{readers}", _in_words(place, readers))
            for place in self.places.values()
            for readers in (Readers.LEADS, Readers.ALL)
        ]

    def new_numbers(self) -> dict[str, list[str]]:
        """What others would read of it."""
        said = f"{self.reflection.title}\n{self.reflection.text}"
        return {"choice": nhs_numbers(said)} if self.cleaned_data.get("choice") else {}

    @property
    def chosen(self) -> tuple[Membership, str]:
        """The place, and who reads there."""
        place, _, readers = self.cleaned_data["choice"].partition("-")
        return self.places[int(place)], readers


def _in_words(place: Membership, readers: str) -> str:
    if readers == Readers.LEADS:
        return f"Only the {leads_of(place.circle)} of {place.circle.name}"
    words = who_reads(place.circle, readers)
    return words[0].upper() + words[1:]


class RatingForm(PatientDataGuard, forms.Form):
    """How far one is with each outcome at one moment. What is left out stays as it was."""

    _prefixes: ClassVar = ("score", "note")

    def __init__(
        self, *args: Any, outcomes: Mapping[UUID, str], before: Mapping[UUID, Rating], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.outcomes = outcomes
        for outcome, words in outcomes.items():
            rated = before.get(outcome)
            self.fields[f"score_{outcome.hex}"] = forms.TypedChoiceField(
                label=capfirst(words),
                choices=Score.choices,
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
                initial=rated.score if rated else None,
                error_messages={"invalid_choice": "Choose one of the five answers."},
            )
            self.fields[f"note_{outcome.hex}"] = LinesField(
                label="Your note",
                required=False,
                max_length=NOTE_LONGEST,
                initial=rated.note if rated else "",
                error_messages={
                    "max_length": "Shorten this note to %(limit_value)d characters. It has %(show_value)d.",
                    "null_characters_not_allowed": _NO_NULL,
                },
            )

    def clean(self) -> dict[str, Any]:
        """A note belongs to an answer."""
        super().clean()
        for outcome in self.outcomes:
            score, note = (self.cleaned_data.get(f"{name}_{outcome.hex}") for name in self._prefixes)
            if note and score is None and f"score_{outcome.hex}" not in self.errors:
                self.add_error(
                    f"score_{outcome.hex}", "Choose how far you are, so that your note can be kept."
                )
        if not self.errors and not self.rated:
            self.add_error(None, "Choose an answer for one outcome at least.")
        return self.cleaned_data

    @property
    def rated(self) -> dict[UUID, Rated]:
        """What was answered, by the outcome's id."""
        said = self.cleaned_data
        return {
            outcome: Rated(score=said[f"score_{outcome.hex}"], note=said.get(f"note_{outcome.hex}") or "")
            for outcome in self.outcomes
            if said.get(f"score_{outcome.hex}") is not None
        }

    @property
    def parts(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The two fields of each outcome."""
        return [(self[f"score_{one.hex}"], self[f"note_{one.hex}"]) for one in self.outcomes]


def may_share(person: User) -> bool:
    """Whether there is anybody to share with."""
    return shareable_places(person).exists()
