"""What is written down of sign-ins: the packages say that it happened, here it is logged.

Signals only log here. Of who tried in vain nothing is kept that tells an address with an account from one without.
"""

from collections.abc import Callable
from typing import Any

from allauth.account import signals as account
from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
)
from allauth.mfa import signals as mfa
from allauth.socialaccount import signals as social
from django.contrib.auth import signals as auth
from django.dispatch import Signal
from django.http import HttpRequest

from kit import audit
from members import accounts, second_step
from members.models import User

DEEDS = {
    "members.signed_in": "Signed in",
    "members.sign_in_failed": "Tried to sign in, in vain",
    "members.signed_out": "Signed out",
    "members.password_changed": "Changed their password",
    "members.email_changed": "Changed the address that they sign in with",
    "members.second_step_added": "Added a passkey, an app or recovery codes",
    "members.second_step_removed": "Removed a passkey, an app or recovery codes",
    "members.second_step_failed": "Tried a passkey or a code, in vain",
    "members.session_ended": "Ended a session",
    "members.sso_linked": "Linked an account of their employer",
    "members.sso_unlinked": "Unlinked an account of their employer",
    "members.admitted": "Let in somebody who asked to join",
    "members.refused": "Turned down somebody who asked to join",
}


def signed_in(*, request: HttpRequest, user: User, **more: Any) -> None:
    """Log how."""
    ways = [record["method"] for record in get_authentication_records(request, user)]
    audit.record("members.signed_in", on=user, by=user, by_means_of=sorted(set(ways)))


def sign_in_failed(*, credentials: dict[str, Any], request: HttpRequest | None = None, **more: Any) -> None:
    """Log it, on the account that has the address; for one that has none, as much work is done."""
    address = str(credentials.get("email") or "").replace("\x00", "")[:254]
    nobody = User(pk=0, email="", first_name="Nobody", last_name="known")
    found = User.objects.filter(email=address.lower()).first()
    audit.record("members.sign_in_failed", on=found or nobody)


def code_rejected(*, user: User, **more: Any) -> None:
    """Log a wrong code of a mail."""
    audit.record("members.sign_in_failed", on=user, by_means_of=["code"])


def proved(*, request: HttpRequest, email_address: Any, **more: Any) -> None:
    """An address is proved: by a code, whoever asked for the account need not be who has the address."""
    ways = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    if any(record["method"] == "code" for record in ways):
        accounts.forget_unproved_password(person=email_address.user)


def signed_out(*, user: User | None, **more: Any) -> None:
    """Log it; a session that had ended already says nobody."""
    if user is not None:
        audit.record("members.signed_out", on=user, by=user)


def password_changed(*, request: HttpRequest, user: User, **more: Any) -> None:
    """Log it, and clear away where else somebody was signed in: a new password ends that anyway."""
    audit.record("members.password_changed", on=user, by=user)
    own = request.session.session_key if request.user.is_authenticated else None
    accounts.end_other_sessions(person=user, but=own)


def email_changed(*, user: User, **more: Any) -> None:
    """Log it."""
    audit.record("members.email_changed", on=user, by=user)


def added(*, request: HttpRequest, user: User, authenticator: Any, **more: Any) -> None:
    """Log it; who sets up the first has just used it."""
    audit.record("members.second_step_added", on=user, by=user, kind=authenticator.type)
    second_step.take(request, authenticator)


def renewed(*, user: User, authenticator: Any, **more: Any) -> None:
    """Log new recovery codes."""
    audit.record("members.second_step_added", on=user, by=user, kind=authenticator.type)


def removed(*, request: HttpRequest, user: User, authenticator: Any, **more: Any) -> None:
    """Log it; what it had shown in this session counts no more."""
    audit.record("members.second_step_removed", on=user, by=user, kind=authenticator.type)
    second_step.forget_removed(request)


def second_step_failed(*, user: User, **more: Any) -> None:
    """Log it."""
    audit.record("members.second_step_failed", on=user)


def linked(*, sociallogin: Any, **more: Any) -> None:
    """Log it."""
    user = sociallogin.user
    audit.record("members.sso_linked", on=user, by=user, provider=sociallogin.account.provider)


def unlinked(*, socialaccount: Any, **more: Any) -> None:
    """Log it."""
    user = socialaccount.user
    audit.record("members.sso_unlinked", on=user, by=user, provider=socialaccount.provider)


_WATCHED: list[tuple[Signal, Callable[..., None]]] = [
    (account.user_logged_in, signed_in),
    (auth.user_login_failed, sign_in_failed),
    (account.login_code_rejected, code_rejected),
    (account.email_confirmed, proved),
    (auth.user_logged_out, signed_out),
    (account.password_changed, password_changed),
    (account.password_set, password_changed),
    (account.password_reset, password_changed),
    (account.email_changed, email_changed),
    (mfa.authenticator_added, added),
    (mfa.authenticator_reset, renewed),
    (mfa.authenticator_removed, removed),
    (mfa.authentication_failed, second_step_failed),
    (social.social_account_added, linked),
    (social.social_account_removed, unlinked),
]


def start() -> None:
    """Name what is logged, and listen."""
    for key, label in DEEDS.items():
        audit.deeds.add(audit.Deed(key=key, label=label))
    for signal, handler in _WATCHED:
        signal.connect(handler, dispatch_uid=f"members.watching.{handler.__name__}")
