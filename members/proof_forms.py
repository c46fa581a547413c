"""What people fill in, or their device fills in for them, to take a second step: codes and passkeys."""

import struct
from typing import Any, ClassVar

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as code_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms

from kit.texts import LineField
from members.forms import Plain, limit_code

_CODE = ("Code", "From your app, or one of your recovery codes.")
# What the package lets through when a browser, or somebody in its place, sends something malformed.
_MALFORMED = (AttributeError, IndexError, KeyError, LookupError, TypeError, ValueError, struct.error)


_LONGEST = 20_000


class _ShortCode(Plain):
    """A code, which is short."""

    words: ClassVar = {"code": _CODE}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit_code(self.fields["code"])


class SecondStepForm(_ShortCode, code_forms.AuthenticateForm):
    """A code, to sign in."""


class SecondStepAgainForm(_ShortCode, code_forms.ReauthenticateForm):
    """A code, to go on."""


class AddAppForm(_ShortCode, totp_forms.ActivateTOTPForm):
    """The first code of an app; it is used up by that."""

    words: ClassVar = {"code": ("The code that the app shows now", "6 digits.")}

    def clean_code(self) -> str:
        """The code, good for once."""
        code = super().clean_code()
        if not TOTP(Authenticator(user=self.user))._mark_code_used(code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class _Answer(forms.JSONField):
    """JSON of a device: short, and not deep."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        """What it says.

        Raises:
            ValidationError: it is not JSON, or more than any device says.
        """
        try:
            return super().to_python(str(value or "")[:_LONGEST])
        except RecursionError as error:
            raise get_adapter().validation_error("incorrect_code") from error

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Nothing: an answer is used once."""
        return initial


class _Device(forms.Form):
    """What a device answers, as JSON that its browser made and that anybody could have written."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wrong = str(get_adapter().error_messages["incorrect_code"])
        self.fields["credential"] = _Answer(error_messages={"invalid": wrong, "required": wrong})

    def clean(self) -> dict[str, Any]:
        """Answer malformed JSON as any other that proves nothing."""
        try:
            return super().clean() or {}
        except _MALFORMED as error:
            raise get_adapter().validation_error("incorrect_code") from error

    def _clean_fields(self) -> None:
        try:
            super()._clean_fields()  # type: ignore[misc]
        except _MALFORMED:
            self.add_error("credential", get_adapter().validation_error("incorrect_code"))


class _Named(forms.Form):
    """What somebody calls a passkey, so that they know it among theirs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = LineField(
            label="What do you want to call it?",
            max_length=60,
            required=False,
            help_text="For example: work laptop, or my phone.",
        )


class AddPasskeyForm(_Named, _Device, webauthn_forms.AddWebAuthnForm):
    """A new passkey. Each can be used to sign in with it alone, so the device asks who holds it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].widget = forms.HiddenInput()
        self.initial["passwordless"] = "on"

    def clean_passwordless(self) -> bool:
        """Always."""
        return True


class RenamePasskeyForm(_Named, webauthn_forms.EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields["name"].error_messages["required"] = "Enter a name."


class PasskeyForm(_Device, webauthn_forms.AuthenticateWebAuthnForm):
    """A passkey, as the second step of signing in."""


class PasskeySignInForm(_Device, webauthn_forms.LoginWebAuthnForm):
    """A passkey, to sign in with it alone."""


class PasskeyAgainForm(_Device, webauthn_forms.ReauthenticateWebAuthnForm):
    """A passkey, to go on."""
