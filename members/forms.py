"""What people fill in: to sign in, to look after their account, and to say who they are."""

import unicodedata
from typing import Any, ClassVar

from allauth.account import forms as account_forms
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

from members.models import Profile

LONGEST_PASSWORD = 1000
EMAIL_ERRORS = {
    "required": "Enter an email address.",
    "invalid": "Enter an email address in the usual form, like name@example.org.",
}
PASSWORD_HINT = "12 characters or more. Three words that have nothing to do with one another make a good one."  # noqa: S105


class _Plain(forms.Form):
    """Labels and hints in our words, beside the field and not inside it; lengths limited before anything."""

    words: ClassVar[dict[str, tuple[str, str]]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label, field.help_text = self.words.get(name, (field.label, ""))
            if isinstance(field.widget, forms.PasswordInput):
                _limit_password(field)
            elif isinstance(field, forms.EmailField):
                field.error_messages.update(EMAIL_ERRORS)


def _limit_password(field: forms.Field) -> None:
    """A password of a megabyte is refused before anybody hashes it."""
    field.widget.attrs["maxlength"] = str(LONGEST_PASSWORD)
    field.validators.append(
        MaxLengthValidator(LONGEST_PASSWORD, f"Use {LONGEST_PASSWORD:,} characters or fewer.")
    )
    field.error_messages["required"] = "Enter a password."


class SignInForm(_Plain, account_forms.LoginForm):
    """Email address and password."""

    words: ClassVar = {"login": ("Email address", ""), "password": ("Password", "")}

    def clean(self) -> dict[str, Any]:
        """Say what is wrong beside the password; the answer is the same for an address that nobody has."""
        try:
            super().clean()
        except ValidationError as error:
            self.add_error("password", error)
        return self.cleaned_data


class ForgottenPasswordForm(_Plain, account_forms.ResetPasswordForm):
    """For whom to set a new password."""

    words: ClassVar = {"email": ("Email address", "The one that you sign in with.")}


class NewPasswordForm(_Plain, account_forms.ResetPasswordKeyForm):
    """A new password, by the link in a mail."""

    words: ClassVar = {
        "password1": ("New password", PASSWORD_HINT),
        "password2": ("The same password again", ""),
    }


class SetPasswordForm(_Plain, account_forms.SetPasswordForm):
    """A first password."""

    words: ClassVar = NewPasswordForm.words


class ChangePasswordForm(_Plain, account_forms.ChangePasswordForm):
    """A new password for somebody who knows the old one."""

    words: ClassVar = {"oldpassword": ("Your password now", ""), **NewPasswordForm.words}


class AddEmailForm(_Plain, account_forms.AddEmailForm):
    """Another address."""

    words: ClassVar = {"email": ("Another email address", "We will write there, to ask whether it is yours.")}


class ReauthenticateForm(_Plain, account_forms.ReauthenticateForm):
    """The password once more."""

    words: ClassVar = {"password": ("Password", "")}


class LinesField(forms.CharField):
    """Several lines, counted as people count them: a new line is one character."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        """The text with plain line ends."""
        return (super().to_python(value) or "").replace("\r\n", "\n")


class LineField(forms.CharField):
    """One line among others' words: no line end, and no mark that turns the direction of what follows."""

    def to_python(self, value: Any) -> str:
        """The text on one line; "" where nothing of it can be seen. A null is left for the field to refuse."""
        text = super().to_python(value) or ""
        line = "".join(mark for mark in text if mark == "\x00" or not _turns(mark))
        seen = any(unicodedata.category(mark)[0] in "LNPS" for mark in line)
        return " ".join(line.split()) if seen or "\x00" in line else ""


def _turns(mark: str) -> bool:
    """Whether a character gives others their direction (UAX 9), or is a control character and no space."""
    turns = mark in "\u061c\u200e\u200f" or "\u202a" <= mark <= "\u202e" or "\u2066" <= mark <= "\u2069"
    return turns or (unicodedata.category(mark) == "Cc" and not mark.isspace())


class ProfileForm(forms.ModelForm):
    """What a person says about themself."""

    first_name = LineField(
        label="First name", max_length=150, error_messages={"required": "Enter your first name."}
    )
    last_name = LineField(label="Last name", max_length=150, required=False)
    about = LinesField(
        label="About you",
        max_length=2000,
        required=False,
        help_text="What you do, and what you care about. Never anything by which a patient could be known.",
    )

    class Meta:
        model = Profile
        fields: ClassVar = [
            "first_name",
            "last_name",
            "job_title",
            "organisation",
            "sector",
            "region",
            "about",
            "offers",
            "looks_for",
            "findable",
            "mails_replies",
            "no_mails",
        ]
        # All of a sentence is seen as it is written.
        widgets: ClassVar = {"offers": forms.Textarea, "looks_for": forms.Textarea}
        help_texts: ClassVar = {
            "offers": "For example: I can show how we run a troika.",
            "looks_for": "For example: somebody who has merged two communities.",
            "findable": "They see your name and what you write on this page. Never your email address.",
        }
        field_classes: ClassVar = dict.fromkeys(("job_title", "offers", "looks_for"), LineField)
        labels: ClassVar = {
            "job_title": "Your role",
            "offers": "What you can offer",
            "looks_for": "What you are looking for",
            "findable": "Members of the network can find me",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = self.instance.user
        self.initial.setdefault("first_name", person.first_name)
        self.initial.setdefault("last_name", person.last_name)
        for name in ("organisation", "sector", "region"):
            field = self.fields[name]
            field.empty_label = "Not said"  # type: ignore[attr-defined]
            # A list is read once; an iterator would ask the database each time that it is drawn.
            field.widget.choices = [choice for choice in field.choices]  # type: ignore[attr-defined]  # noqa: C416 - list() would count
