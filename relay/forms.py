"""What people write to each other."""

import uuid
from typing import Any

from django import forms

from kit.patient_data import PatientDataGuard
from kit.texts import LinesField
from relay.models import TEXT_LONGEST


class MessageForm(PatientDataGuard, forms.Form):
    """A message. It knows when it is sent twice."""

    request_key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    text = LinesField(
        label="Your message",
        max_length=TEXT_LONGEST,
        help_text="Do not write anything that could identify a patient.",
        error_messages={
            "required": "Write your message first.",
            "max_length": "Shorten your message to %(limit_value)d characters. It has %(show_value)d.",
            "null_characters_not_allowed": "There is a character in this text that cannot be kept. Paste it as plain "
            "text.",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"request_key": uuid.uuid4()}, **kwargs)
