"""How somebody asks for an end."""

from typing import Any

from django import forms

from members.models import User

WORD = "DELETE"
STAY, GO = "stay", "go"


class EraseForm(forms.Form):
    """What becomes of what they wrote, and that it is really they who ask."""

    posts = forms.ChoiceField(
        label="What you wrote in discussions",
        choices=[
            (STAY, "Keep it, under “Former member” instead of your name"),
            (GO, "Delete it. Replies by others stay"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what happens to what you wrote."},
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        if person.has_usable_password():
            self.fields["password"] = forms.CharField(
                label="Your password",
                max_length=200,
                widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
                error_messages={"required": "Enter your password."},
            )
        else:
            self.fields["word"] = forms.CharField(
                label=f"Write {WORD} to confirm",
                max_length=20,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
                error_messages={"required": f"Write {WORD} to confirm."},
            )

    def clean_password(self) -> str:
        """It must be theirs."""
        password = self.cleaned_data["password"]
        if not self.person.check_password(password):
            raise forms.ValidationError("This is not your password.")
        return str(password)

    def clean_word(self) -> str:
        """In capitals or not."""
        word = self.cleaned_data["word"].strip()
        if word.upper() != WORD:
            raise forms.ValidationError(f"Write {WORD} to confirm.")
        return str(word)

    @property
    def posts_stay(self) -> bool:
        """What they chose."""
        return bool(self.cleaned_data["posts"] == STAY)
