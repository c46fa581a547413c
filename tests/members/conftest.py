"""What the tests of sign-in need until the settings name our forms."""

import pytest

FORMS = {
    "login": "members.forms.SignInForm",
    "reset_password": "members.forms.ForgottenPasswordForm",
    "reset_password_from_key": "members.forms.NewPasswordForm",
    "set_password": "members.forms.SetPasswordForm",
    "change_password": "members.forms.ChangePasswordForm",
    "add_email": "members.forms.AddEmailForm",
    "reauthenticate": "members.forms.ReauthenticateForm",
}


@pytest.fixture(autouse=True)
def _our_forms(settings):
    settings.ACCOUNT_FORMS = FORMS
