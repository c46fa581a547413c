"""What people fill in: to sign in, to look after their account, and to say who they are."""

import unicodedata
from typing import Any, ClassVar

from allauth.account import forms as account_forms
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.html import format_html

from kit.patient_data import PatientDataGuard
from kit.texts import LineField, LinesField
from members import gate, pictures
from members.enums import SeenBy
from members.errors import NotAPicture
from members.models import Profile, Theme, User

LONGEST_PASSWORD = 1000
_MOST_INTERESTS = 20
_LONGEST_KEY = 18
_CALLED = {
    "job_title": "your role", "organisation": "your organisation", "sector": "your sector", "region": "your region",
    "interests": "what you are interested in", "about": "about you", "offers": "what you can offer",
    "looks_for": "what you are looking for", "picture": "your picture",
}  # fmt: skip
EMAIL_ERRORS = {
    "required": "Enter an email address.",
    "invalid": "Enter an email address in the usual form, like name@example.org.",
}
_PASSWORD_MISSING = {
    "oldpassword": "Enter your current password.",
    "password1": "Enter a new password.",
    "password2": "Enter the new password again.",
}
PASSWORD_HINT = "12 characters or more. Three words that have nothing to do with one another make a good one."  # noqa: S105


class Plain(forms.Form):
    """Labels and hints in our words, beside the field and not inside it; lengths limited before anything."""

    words: ClassVar[dict[str, tuple[str, str]]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label, field.help_text = self.words.get(name, (field.label, ""))
            if isinstance(field.widget, forms.PasswordInput):
                _limit_password(field)
                if name in _PASSWORD_MISSING:
                    field.error_messages["required"] = _PASSWORD_MISSING[name]
            elif isinstance(field, forms.EmailField):
                field.error_messages.update(EMAIL_ERRORS)


def _limit_password(field: forms.Field) -> None:
    """A password of a megabyte is refused before anybody hashes it."""
    field.widget.attrs["maxlength"] = str(LONGEST_PASSWORD)
    field.validators.append(
        MaxLengthValidator(LONGEST_PASSWORD, f"Use {LONGEST_PASSWORD:,} characters or fewer.")
    )
    field.error_messages["required"] = "Enter a password."


class SignInForm(Plain, account_forms.LoginForm):
    """Email address and password."""

    words: ClassVar = {"login": ("Email address", ""), "password": ("Password", "")}

    def clean(self) -> dict[str, Any]:
        """Say what is wrong beside the password; the answer is the same for an address that nobody has."""
        try:
            super().clean()
        except ValidationError as error:
            self.add_error("password", error)
        return self.cleaned_data


class ForgottenPasswordForm(Plain, account_forms.ResetPasswordForm):
    """For whom to set a new password."""

    words: ClassVar = {"email": ("Email address", "The one that you sign in with.")}


class NewPasswordForm(Plain, account_forms.ResetPasswordKeyForm):
    """A new password, by the link in a mail."""

    words: ClassVar = {
        "password1": ("New password", PASSWORD_HINT),
        "password2": ("New password again", ""),
    }


class SetPasswordForm(Plain, account_forms.SetPasswordForm):
    """A first password."""

    words: ClassVar = NewPasswordForm.words


class ChangePasswordForm(Plain, account_forms.ChangePasswordForm):
    """A new password for somebody who knows the old one."""

    words: ClassVar = {"oldpassword": ("Your current password", ""), **NewPasswordForm.words}


class AddEmailForm(Plain, account_forms.AddEmailForm):
    """Another address."""

    words: ClassVar = {"email": ("Another email address", "We will write there, to ask whether it is yours.")}


class ReauthenticateForm(Plain, account_forms.ReauthenticateForm):
    """The password once more."""

    words: ClassVar = {"password": ("Password", "")}


class AskForCodeForm(Plain, account_forms.RequestLoginCodeForm):
    """To which address a code goes."""

    words: ClassVar = {"email": ("Email address", "The one that you sign in with.")}

    def clean_email(self) -> str:
        """The account, however its address is spelt: each spelling would be a count of its own."""
        self.cleaned_data["email"] = unicodedata.normalize("NFKC", self.cleaned_data["email"]).casefold()
        return super().clean_email()


class CodeForm(Plain, account_forms.ConfirmLoginCodeForm):
    """The code of the mail."""

    words: ClassVar = {"code": ("Code", "8 letters. Capitals and the dash do not matter.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit_code(self.fields["code"])


def limit_code(field: forms.Field) -> None:
    """A code is short; what is longer is refused before it is compared."""
    field.widget.attrs.update(maxlength="40", autocapitalize="off", spellcheck="false")
    field.validators.append(MaxLengthValidator(40, "Enter the code alone. It is shorter than that."))
    field.error_messages["required"] = "Enter the code."


class SignUpForm(PatientDataGuard, forms.Form):
    """To ask for an account, where anybody may."""

    first_name = LineField(
        label="First name", max_length=150, error_messages={"required": "Enter your first name."}
    )
    last_name = LineField(label="Last name", max_length=150, required=False)
    email = forms.EmailField(
        label="Email address",
        max_length=254,
        help_text="Your work address, if you have one. We write there, to ask whether it is yours.",
        error_messages=EMAIL_ERRORS,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        help_text=PASSWORD_HINT,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    reason = LinesField(
        label="Why do you want to join?",
        max_length=1000,
        help_text="Where you work, and what you hope to do here. Those who look after the network read it.",
        error_messages={"required": "Say in a sentence or two why you want to join."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _limit_password(self.fields["password"])

    def clean_password(self) -> str:
        """One that is hard to guess."""
        password = self.cleaned_data["password"]
        known = {name: self.cleaned_data.get(name, "") for name in ("first_name", "last_name", "email")}
        validate_password(password, User(**known))
        return password


class AudienceField(forms.TypedChoiceField):
    """Who sees a field of a profile. What is not sent stays as it was: nothing is shown to more by mistake."""

    def __init__(self, *, whose: str) -> None:
        super().__init__(
            label=format_html('Who can see this<span class="nhsuk-u-visually-hidden">: {}</span>', whose),
            choices=SeenBy.choices,
            coerce=int,
            required=False,
            empty_value=None,
        )


class InterestsField(forms.ModelMultipleChoiceField):
    """Themes, read once however often they are drawn or checked."""

    def __init__(self) -> None:
        super().__init__(
            queryset=Theme.objects.all(),
            required=False,
            label="What you are interested in",
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "invalid_choice": "Choose from the list.",
                "invalid_pk_value": "Choose from the list.",
            },
        )

    def clean(self, value: Any) -> Any:
        """Those of the list, so many at most."""
        sent = value or []
        if len(sent) > _MOST_INTERESTS:
            raise ValidationError(f"Choose {_MOST_INTERESTS} or fewer.")
        if any(len(str(key)) > _LONGEST_KEY for key in sent):  # no database counts so far
            raise ValidationError(self.error_messages["invalid_pk_value"])
        return super().clean(value)


class PictureField(forms.FileField):
    """A picture of somebody, made anew: ``clean`` gives its bytes, or None."""

    def __init__(self) -> None:
        super().__init__(
            label="A picture of you",
            required=False,
            help_text="JPEG, PNG or WebP, up to 5 MB. We do not keep where or when it was taken.",
            widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
            error_messages={"empty": "This file is empty. Choose another picture."},
        )

    def clean(self, data: Any, initial: Any = None) -> bytes | None:
        """The picture as it will be kept.

        Raises:
            ValidationError: it is no picture, or one that cannot be taken.
        """
        sent = super().clean(data, initial)
        if not sent:
            return None
        try:
            return pictures.remade(sent)
        except NotAPicture as error:
            raise ValidationError(str(error)) from error


class ProfileForm(PatientDataGuard, forms.ModelForm):
    """What a person says about themself, and who sees each part of it."""

    first_name = LineField(
        label="First name", max_length=150, error_messages={"required": "Enter your first name."}
    )
    last_name = LineField(label="Last name", max_length=150, required=False)
    about = LinesField(
        label="About you",
        max_length=2000,
        required=False,
        help_text="What you do, and what you care about. Do not write anything that could identify a patient.",
    )

    interests = InterestsField()
    new_picture = PictureField()
    remove_picture = forms.BooleanField(label="Take my picture away", required=False)

    class Meta:
        model = Profile
        fields: ClassVar = [
            "first_name",
            "last_name",
            "job_title",
            "organisation",
            "sector",
            "region",
            "interests",
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
            "findable": "You are in the list of people, and they can send you a message. They see your name and what "
            "you show to everyone in the network. Never your email address.",
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
        for name in gate.FIELDS:
            self.fields[gate.column(name)] = AudienceField(whose=_CALLED[name])
            self.initial.setdefault(gate.column(name), getattr(self.instance, gate.column(name)))

    def clean(self) -> dict[str, Any]:
        """Who sees what: where nothing is said, as it was."""
        cleaned = super().clean() or self.cleaned_data
        for name in map(gate.column, gate.FIELDS):
            if cleaned.get(name) is None:
                cleaned[name] = getattr(self.instance, name)
        return cleaned

    @property
    def said(self) -> dict[str, Any]:
        """What ``members.actions.update_profile`` is told."""
        pictures_own = ("new_picture", "remove_picture")
        return {name: value for name, value in self.cleaned_data.items() if name not in pictures_own}

    @property
    def parts(self) -> list[tuple[Any, Any]]:
        """Each field of the profile that has somebody who may see it, with the field that says who."""
        return [(self[name], self[gate.column(name)]) for name in gate.FIELDS if name != "picture"]
