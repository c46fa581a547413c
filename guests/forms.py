"""What people fill in to invite, to answer, to ask, and to say why."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from guests.addresses import MOST, Typed, read
from kit.patient_data import PatientDataGuard
from kit.texts import LineField, LinesField
from members.enums import Role, role_name
from members.forms import LONGEST_PASSWORD, PASSWORD_HINT
from members.models import Circle, User

# 100 of the longest addresses, with a name each.
_LONGEST_LIST = 40_000


class InviteForm(PatientDataGuard, forms.Form):
    """Addresses, one on a line; as what; and a few words."""

    unguarded = ("addresses",)

    addresses = LinesField(
        label="Email addresses",
        help_text=f"One on each line, up to {MOST}.",
        max_length=_LONGEST_LIST,
        error_messages={"required": "Enter at least one email address."},
    )
    role = forms.ChoiceField(label="Invite them as", widget=forms.RadioSelect, initial=Role.MEMBER)
    message = LinesField(
        label="A few words from you",
        help_text="People see this in the email and on the page where they answer.",
        max_length=1000,
        required=False,
    )

    def __init__(self, *args: Any, circle: Circle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(role, role_name(circle.kind, role)) for role in (Role.MEMBER, Role.LEAD)]
        self.fields["role"].choices = choices  # type: ignore[attr-defined]
        if circle.kind == "network":
            del self.fields["role"]
        self.typed: list[Typed] = []

    def clean_addresses(self) -> str:
        """Read the lines; a wrong one is shown among the others before anything is sent."""
        text = self.cleaned_data["addresses"]
        self.typed = read(text)
        if not self.typed:
            raise ValidationError("Enter at least one email address.")
        if len(self.typed) > MOST:
            raise ValidationError(f"These are {len(self.typed)} addresses. Enter up to {MOST} at a time.")
        return text

    @property
    def given(self) -> dict[str, Any]:
        """What the action takes."""
        role = self.cleaned_data.get("role") or Role.MEMBER
        addresses = [one.email for one in self.typed if one.email]
        return {"addresses": addresses, "role": role, "message": self.cleaned_data["message"]}


class NewAccountForm(forms.Form):
    """Name and password of somebody who says yes and has no account yet."""

    first_name = LineField(
        label="First name", max_length=150, error_messages={"required": "Enter your first name."}
    )
    last_name = LineField(label="Last name", max_length=150, required=False)
    password = forms.CharField(
        label="Choose a password",
        help_text=PASSWORD_HINT,
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Enter a password."},
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email
        self.fields["first_name"].widget.attrs["autocomplete"] = "given-name"
        self.fields["last_name"].widget.attrs["autocomplete"] = "family-name"

    def clean(self) -> dict[str, Any]:
        """A password that is like their name or address is refused."""
        data = super().clean() or {}
        if data.get("password"):
            someone = User(
                email=self.email,
                first_name=data.get("first_name", ""),
                last_name=data.get("last_name", ""),
            )
            try:
                validate_password(data["password"], someone)
            except ValidationError as error:
                self.add_error("password", error)
        return data


class OtherAddressForm(forms.Form):
    """For somebody signed in whose account has another address than the one that was written to."""

    mine = forms.BooleanField(error_messages={"required": "Confirm that it is for you."})

    def __init__(self, *args: Any, email: str, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mine"].label = f"Yes, {email} is mine too. Say yes as {person.name}, {person.email}."


class QuestionForm(PatientDataGuard, forms.Form):
    """What somebody wants to know before they answer."""

    text = LinesField(
        label="Your question", max_length=1000, error_messages={"required": "Write your question."}
    )


class JoinForm(PatientDataGuard, forms.Form):
    """What somebody says when they ask to join."""

    because = LinesField(
        label="Say a few words about yourself",
        help_text="What you do, and what brings you here.",
        max_length=600,
        required=False,
    )


class ReasonForm(PatientDataGuard, forms.Form):
    """Why: told to whom it concerns."""

    because = LinesField(
        label="Say why", max_length=600, error_messages={"required": "Say why. They will read it."}
    )
