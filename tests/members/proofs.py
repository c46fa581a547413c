"""Signing in, and a second step, as people do it in tests."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from members.models import User
from tests.factories import PASSWORD


def code_of(secret: str, *, later: int = 0) -> str:
    """What an app shows now, or so many half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


def give_app(person: User) -> str:
    """Set up an app for somebody, with recovery codes; returns the app's secret."""
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    RecoveryCodes.activate(person)
    return secret


def recovery_codes(person: User) -> list[str]:
    """Those that are left."""
    own = Authenticator.objects.get(user=person, type=Authenticator.Type.RECOVERY_CODES)
    return own.wrap().get_unused_codes()


def sign_in(person: User, *, user_agent: str = "", password: str = PASSWORD, **more: str) -> Client:
    """A browser in which somebody has signed in with their password."""
    client = Client(HTTP_USER_AGENT=user_agent)
    client.post("/accounts/login/", {"login": person.email, "password": password, **more})
    return client


def who(client: Client) -> str | None:
    """Who is signed in, by number."""
    return client.session.get("_auth_user_id")
