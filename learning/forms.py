"""What people send to this room."""

from django import forms

from learning.tonight import USUAL_START


class StartForm(forms.Form):
    """When a meeting begins."""

    at = forms.TimeField(
        label="When does it start?",
        initial=USUAL_START,
        input_formats=["%H:%M", "%H.%M", "%H:%M:%S"],
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Enter a time, such as 18:30", "required": "Enter a time, such as 18:30"},
    )
