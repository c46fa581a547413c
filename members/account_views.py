"""What we add to the package's pages about signing in: asking for an account, the second step, sessions, single sign-on."""

import unicodedata
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import requests
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from allauth.socialaccount.adapter import get_adapter as get_social_adapter
from allauth.socialaccount.providers.openid_connect import views as openid_views
from allauth.socialaccount.views import ConnectionsView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.generic.base import ContextMixin

from kit.answers import sent
from members import accounts, limits, second_step
from members.devices import device_name
from members.errors import TooOften
from members.forms import SignUpForm
from members.requests import person_of

_ERRORS = (requests.RequestException, KeyError, ValueError)


# -- asking for an account ------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
@never_cache
def sign_up(request: HttpRequest) -> HttpResponse:
    """Ask for an account where anybody may; else say how one gets in."""
    if request.user.is_authenticated:
        return redirect("dashboard")
    if settings.SIGN_UP != "approval":
        return render(request, "account/signup_closed.html")
    form = SignUpForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            _spend_sign_up(request, form.cleaned_data["email"])
        except TooOften as error:
            return _too_often(request, form, error)
        accounts.ask_for_account(**form.cleaned_data)
        return redirect("account_email_verification_sent")
    return render(request, "account/signup.html", {"form": form})


def _spend_sign_up(request: HttpRequest, email: str) -> None:
    limits.spend(request, "sign_up")
    limits.spend(request, "sign_up_for", key=unicodedata.normalize("NFKC", email).casefold())


def _too_often(request: HttpRequest, form: SignUpForm, error: TooOften) -> HttpResponse:
    form.add_error(None, error.words)
    return limits.too_often(render(request, "account/signup.html", {"form": form}), error)


# -- the second step ------------------------------------------------------------


def _onward(request: HttpRequest) -> str:
    """Where somebody wanted to go, "" if nowhere of ours."""
    wanted = request.GET.get("next", "")
    return wanted if wanted and get_adapter().is_safe_url(wanted) else ""


def _with_next(url: str, onward: str) -> str:
    return f"{url}?{urlencode({'next': onward})}" if onward else url


@require_safe
@login_required
def second_step_needed(request: HttpRequest) -> HttpResponse:
    """Ask for the second step, or say why there has to be one and how to set it up."""
    onward = _onward(request)
    if second_step.is_taken(request):
        return HttpResponseRedirect(onward or reverse("mfa_index"))
    if second_step.has_proof(request.user):
        ways = get_adapter().get_reauthentication_methods(request.user)
        return HttpResponseRedirect(_with_next(ways[0]["url"], onward))
    context = {
        "app_url": _with_next(reverse("mfa_activate_totp"), onward),
        "passkey_url": _with_next(reverse("mfa_add_webauthn"), onward),
    }
    return render(request, "mfa/needed.html", context)


class _AndOnward:
    """A page of setting up, which leads on to where somebody wanted to go."""

    request: HttpRequest

    def get_success_url(self) -> str:
        return _with_next(super().get_success_url(), _onward(self.request))  # type: ignore[misc]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"onward": _onward(self.request)}  # type: ignore[misc]


class AddApp(_AndOnward, ActivateTOTPView):
    """Set up an app that gives codes."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        secret = context["form"].secret
        spaced = " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
        return context | {"secret": spaced}


class AddPasskey(_AndOnward, AddWebAuthnView):
    """Set up a passkey."""


@method_decorator(login_required, name="dispatch")
class RecoveryCodes(_AndOnward, ViewRecoveryCodesView):
    """The codes to keep for when the device is lost. Unlike the package's, to look at them changes nothing."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return ContextMixin.get_context_data(self, onward=_onward(self.request), **_codes_of(self.request))


@require_safe
@login_required
def download_codes(request: HttpRequest) -> HttpResponse:
    """The same, as a file."""
    codes = _codes_of(request)["unused_codes"]
    headers = {"Content-Disposition": 'attachment; filename="recovery-codes.txt"'}
    return HttpResponse("\n".join([*codes, ""]), content_type="text/plain; charset=utf-8", headers=headers)


def _codes_of(request: HttpRequest) -> dict[str, Any]:
    """The recovery codes of who asks, for who has lately shown that it is them."""
    own = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.RECOVERY_CODES)
    found = get_object_or_404(own).wrap()
    raise_if_reauthentication_required(request, app="allauth.mfa")
    return {"unused_codes": found.get_unused_codes(), "total_count": len(found.generate_codes())}


# -- where one is signed in -------------------------------------------------------


@require_safe
@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in, each with a way to end it."""
    own = request.session.session_key
    places = [
        {"place": one, "device": device_name(one.user_agent), "is_here": one.session_key == own}
        for one in accounts.live_sessions(person_of(request))
    ]
    others = any(not one["is_here"] for one in places)
    return render(request, "usersessions/sessions.html", {"places": places, "others": others})


@require_POST
@login_required
def end_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out in one place."""
    if accounts.end_session(person=person_of(request), session=pk):
        messages.success(request, "That device is signed out.")
    return redirect("sessions")


@require_POST
@login_required
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    accounts.end_other_sessions(person=person_of(request), but=request.session.session_key)
    messages.success(request, "You are signed out everywhere else.")
    return redirect("sessions")


# -- single sign-on ---------------------------------------------------------------


class Connections(ConnectionsView):
    """The accounts elsewhere that one signs in with; no such page where there is no single sign-on."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.providers = get_social_adapter().list_providers(request)
        if not self.providers:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        linked = list(context["form"].accounts)
        rows = [
            {
                "id": one.app.provider_id,
                "name": one.app.name,
                "url": one.get_login_url(self.request),
                "accounts": [account for account in linked if account.provider == one.app.provider_id],
            }
            for one in self.providers
        ]
        return context | {"rows": rows}


def sso_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Begin single sign-on: the provider's address is a page, not a redirect of a form.

    A form may only lead to ourselves (Content-Security-Policy, ``form-action``), and browsers hold redirects
    to that, those of the provider to one of its own included.
    """
    response = _safely(request, openid_views.login, provider_id)
    if response.status_code != 302 or response["Location"].startswith("/"):
        return response
    if urlsplit(response["Location"]).scheme not in ("https", "http"):
        raise Http404
    provider = get_social_adapter().get_provider(request, provider_id)
    return render(request, "socialaccount/going.html", {"url": response["Location"], "provider": provider})


def sso_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """What the provider answers."""
    return _safely(request, openid_views.callback, provider_id)


def _safely(request: HttpRequest, view: Callable[..., Any], provider_id: str) -> HttpResponse:
    """The package's view; a provider that does not answer, or not what it should, is no fault of ours."""
    try:
        return view(request, provider_id)
    except _ERRORS:
        return render(request, "socialaccount/authentication_error.html", status=502)
