"""What a person chooses to be told."""

from typing import ClassVar

from django import forms

from members.models import Profile


class MailChoiceForm(forms.ModelForm):
    """Mails about replies or not; or no mails at all."""

    class Meta:
        model = Profile
        fields: ClassVar = ["mails_replies", "no_mails"]
