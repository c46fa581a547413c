"""How sign-in behaves here."""

import unicodedata
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from members.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made for people who are invited; nobody signs themself up.

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
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No."""
        return False

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
