"""What people say for their record of learning."""

from collections.abc import Collection, Iterable
from typing import Any

from django import forms

from cohorts.models import Session
from kit.templatetags.kit_tags import duration
from portal.codes import LONGEST_TYPED


class RecordForm(forms.Form):
    """In which sessions somebody took part, and whether their reflections are counted."""

    sessions = forms.TypedMultipleChoiceField(
        label="Which of these did you take part in?",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "One of these sessions is gone. Look at the list again."},
    )
    reflections = forms.BooleanField(
        label="Say how many reflections I wrote",
        help_text="Only their number. Nobody reads what you wrote.",
        required=False,
    )

    def __init__(
        self, data: Any, *, held: Iterable[Session], said: Collection[int], with_reflections: bool
    ) -> None:
        super().__init__(data, initial={"sessions": sorted(said), "reflections": with_reflections})
        self.fields["sessions"].choices = [(one.pk, _described(one)) for one in held]  # type: ignore[attr-defined]


class CodeForm(forms.Form):
    """The code of a record, as it stands on paper."""

    code = forms.CharField(
        label="Code on the record",
        help_text="Twelve letters and numbers, for example 7K3M-PQ90-XW2D. Capitals and dashes do not matter.",
        max_length=LONGEST_TYPED,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={
            "required": "Enter the code.",
            "max_length": "The code has twelve letters and numbers.",
            "null_characters_not_allowed": "The code has twelve letters and numbers.",
        },
    )


def _described(session: Session) -> str:
    return f"{session.title}, {session.day} ({duration(session.minutes)})"
