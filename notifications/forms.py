"""What a person chooses to be told."""

from django import forms


class MailChoiceForm(forms.Form):
    """Mails about replies, or none."""

    mails_replies = forms.BooleanField(
        label="Email me when somebody replies to me",
        help_text="When somebody answers a topic that you started, or something that you wrote.",
        required=False,
    )
