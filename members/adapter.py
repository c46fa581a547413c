"""How sign-in behaves here."""

import base64
import unicodedata
from hashlib import sha256
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.email_verification import send_verification_email_to_address
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import EmailAddress
from allauth.core import context as allauth_context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, _build_apps_from_settings
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from members.models import User

_WAYS = {
    "reauthenticate": "Use your password",
    "mfa_reauthenticate": "Use a code",
    "mfa_reauthenticate:webauthn": "Use a passkey",
}


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made for people who are invited, or who ask (``members.accounts``); never by the package.

    Addresses in mails are made from ``SITE_URL``, never from what a browser says that our name is.
    """

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": (
            "That email address and password do not belong together. Check both, or set a new password."
        ),
        "too_many_login_attempts": "There were too many tries. Wait 5 minutes, then try again.",
        "rate_limited": "That was too often. Wait a few minutes, then try again.",
        "enter_current_password": "That is not your password now. Enter it again.",
        "incorrect_password": "That is not your password. Enter it again.",
        "duplicate_email": "You have this email address already.",
        "email_taken": "Somebody has this email address already.",
        "incorrect_code": "That code is not right. Check it, or ask for another.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No."""
        return False

    def pre_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse | None:  # type: ignore[override]
        """Nobody gets in before the address that they signed up with is known to be theirs.

        Of an account that an admin made, the package may note an address as unproved: its owner gets in.
        """
        response = super().pre_login(request, user, **more)
        own = EmailAddress.objects.filter(user=user, email__iexact=user.email)
        unproved = own.filter(verified=False, user__account_request__isnull=False).first()
        if response is not None or unproved is None:
            return response
        clear_login(request)
        send_verification_email_to_address(request, unproved)
        return HttpResponseRedirect(reverse("account_email_verification_sent"))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """How somebody can show that it is still them: by the second step, where they have one."""
        methods = super().get_reauthentication_methods(user)
        for method in methods:
            method["description"] = _WAYS[method["id"]]
        return [method for method in methods if method["id"] != "reauthenticate"] or methods

    def is_safe_url(self, url: str) -> bool:
        """Whether to go on to this address after signing in or out: only ever within this site."""
        request = allauth_context.request
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whose tries are counted together; behind a socket, where nobody has an address, everybody's are."""
        if not request.META.get("REMOTE_ADDR"):
            return "0.0.0.0"  # noqa: S104 - a name for "unknown", nothing is opened
        return super().get_client_ip(request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Under what wrong passwords are counted: the account alone, however its address is spelt.

        The package puts our name as the browser says it before the address, port and all: each port gave
        five more tries.
        """
        return unicodedata.normalize("NFKC", credentials.get("email", "")).casefold()

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The address in the mail for somebody who has forgotten their password."""
        user, _, token = key.partition("-")
        return settings.SITE_URL + reverse("account_reset_password_from_key", args=[user, token])

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """The address in the mail that asks whether an email address is theirs."""
        return settings.SITE_URL + reverse("account_confirm_email", args=[emailconfirmation.key])

    def can_delete_email(self, email_address: Any) -> bool:
        """Any but the one that they sign in with."""
        return email_address.email.lower() != email_address.user.email.lower()

    def should_send_confirmation_mail(self, request: HttpRequest, email_address: Any, signup: bool) -> bool:
        """Not at sign-in: an address is confirmed when somebody gives it, or by setting a password."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail about somebody's account, as text and as HTML."""
        own = {
            "email": email,
            "site_name": settings.WAGTAIL_SITE_NAME,
            "site_url": settings.SITE_URL,
            "request": allauth_context.request,
        }
        self.render_mail(template_prefix, email, {**own, **context}).send()

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,  # type: ignore[override]
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell somebody that their account was changed: where is what they can do about it."""
        self.send_mail(template_prefix, email or user.email, {"user": user, **(context or {})})


class SecondStepAdapter(DefaultMFAAdapter):
    """Passkeys, and codes of an app. What the app shares with us is not kept in plain text."""

    error_messages: ClassVar = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "That did not work. Try again, with a new code if you use codes.",
        "cannot_generate_recovery_codes": "Add a passkey or an app first.",
    }

    def _get_site_name(self) -> str:
        return settings.WAGTAIL_SITE_NAME

    def generate_authenticator_name(self, user: User, type: Any) -> str:
        """What a passkey is called whose owner gives it no name."""
        number = Authenticator.objects.filter(user=user, type=type).count()
        return f"Passkey {number + 1}"

    def encrypt(self, text: str) -> str:
        """Lock a secret with a key made of SECRET_KEY."""
        return _lock().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Unlock a secret; also one that was locked with a key of SECRET_KEY_FALLBACKS."""
        return _lock().decrypt(encrypted_text.encode()).decode()


def _lock() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [sha256(b"second step" + str(key).encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


class BoundProvider(OpenIDConnectProvider):
    """A provider of single sign-on whose people are known by their id *and* who gave it.

    Ids are unique only among those of one issuer (OpenID Connect Core 1.0, section 2): if another provider takes
    its place in the settings, its "1234" is somebody else.
    """

    def extract_uid(self, data: dict[str, Any]) -> str:
        """What an account is linked on, in place of an address, which can change or be given to another.

        Raises:
            OAuth2Error: the provider has said nothing to link on.
        """
        claims = data.get("id_token") or {}
        if not claims.get("iss") or not claims.get("sub"):
            raise OAuth2Error("The provider did not say who it is.")
        return sha256(f"{claims['iss']} {claims['sub']}".encode()).hexdigest()


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Signing in with an account of one's employer: only the settings say which, and it makes no account here."""

    error_messages: ClassVar = {
        **DefaultSocialAccountAdapter.error_messages,
        "no_password": "Set a password first. Without one you could not sign in any more.",
        "connected_other": "Somebody else signs in with that account.",
    }

    def list_apps(
        self, request: HttpRequest | None, provider: str | None = None, client_id: str | None = None
    ) -> list[Any]:
        """Those of the settings; no query is spent on rows that there are none of."""
        found = _build_apps_from_settings(provider=provider, client_id=client_id)
        return [app for apps in found.values() for app in apps]

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Any:
        """The provider of this id.

        Raises:
            SocialApp.DoesNotExist: the settings have none.
        """
        return BoundProvider(request, app=self.get_app(request, provider=provider, client_id=client_id))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """No: who is not linked is told how to be."""
        context = {"provider": sociallogin.account.get_provider(request)}
        raise ImmediateHttpResponse(render(request, "socialaccount/not_linked.html", context, status=403))
