"""What people come to by a link in a mail, before they belong, or when there is no page: no fault either."""

import json
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, manage
from tests.browser.dresses import faults
from tests.browser.reading import main, press, see_title

_MAKE = """
import json
from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.shortcuts import render
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from members.models import User
from notifications.mails import unsubscribe_token

def session(person):
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value

participant = User.objects.get(email="participant@example.org")
address = EmailAddress.objects.create(user=participant, email="other@example.org")
outsider = User.objects.create(email="outsider@example.org", first_name="Out")
outsider.set_password("any password at all")
outsider.save()
nameless = User.objects.create(email="no-password@example.org", first_name="No")
nameless.set_unusable_password()
nameless.save()
forgetful = User.objects.create(email="forgetful@example.org", first_name="For")
forgetful.set_password("what was it again")
forgetful.save()
key = user_pk_to_url_str(forgetful) + "-" + default_token_generator.make_token(forgetful)
request = RequestFactory(SERVER_NAME="127.0.0.1").get("/")
request.user = AnonymousUser()
print(json.dumps({
    "cookie": settings.SESSION_COOKIE_NAME,
    "outsider": session(outsider),
    "no password": session(nameless),
    "confirm": get_adapter().get_email_confirmation_url(None, EmailConfirmationHMAC(address)),
    "reset": get_adapter().get_reset_password_from_key_url(key),
    "stop replies": "/me/notifications/unsubscribe/" + unsubscribe_token(participant) + "/",
    "stop all": "/me/notifications/unsubscribe/" + unsubscribe_token(participant, every=True) + "/",
    "200": render(request, "members/not_for_them.html", {"kind": "visitor"}).content.decode(),
    "400": render_to_string("400.html"),
    "429": render(request, "429.html").content.decode(),
    "413": render(request, "files/too_large.html").content.decode(),
    "500": render_to_string("500.html"),
}))
"""


@pytest.fixture(scope="module")
def made(site: Site) -> dict[str, str]:
    """Links as mails have them, sessions of people whom the demo does not have, answers that are no pages."""
    return json.loads(manage(site.var, "shell", "--verbosity", "0", "-c", _MAKE))


def as_somebody(enter: Callable[..., Page], site: Site, made: dict[str, str], who: str) -> Page:
    page = enter()
    page.context.add_cookies([{"name": made["cookie"], "value": made[who], "url": site.url}])
    return page


@pytest.mark.parametrize("status", ["200", "400", "413", "429", "500"])
def test_answer_of_no_page_has_no_fault(enter: Callable[..., Page], made: dict[str, str], status: str):
    """They are hard to come by: what is made of their templates is put at an address of the site."""
    page = enter()
    page.route(
        "**/answer/",
        lambda route: route.fulfill(status=int(status), content_type="text/html", body=made[status]),
    )
    page.goto("/answer/")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert faults(page) == {}


@pytest.mark.parametrize(
    ("which", "title"), [("stop replies", "Stop emails about replies?"), ("stop all", "Stop all emails?")]
)
def test_mails_are_stopped_by_a_link(
    enter: Callable[..., Page], made: dict[str, str], which: str, title: str
):
    page = enter()
    page.goto(made[which])
    see_title(page, title)
    assert faults(page) == {}
    press(main(page), "Stop these emails")
    see_title(page, "The emails have stopped")
    assert faults(page) == {}


def test_address_that_cannot_be_one(enter: Callable[..., Page]):
    page = enter("participant")
    page.goto("/accounts/email/")
    main(page).get_by_role("textbox", name="Another email address").fill("participant@example.org")
    main(page).get_by_role("textbox", name="Another email address").press("Enter")
    expect(main(page).get_by_role("alert").first).to_be_visible()
    assert faults(page) == {}


def test_password_once_more_and_wrong(enter: Callable[..., Page]):
    page = enter("participant")
    page.goto("/accounts/reauthenticate/")
    main(page).get_by_label("Password", exact=True).fill("not the password")
    press(main(page), "Go on")
    expect(main(page).get_by_role("alert")).to_be_visible()
    assert faults(page) == {}


def test_new_password_by_a_link(enter: Callable[..., Page], made: dict[str, str]):
    page = enter()
    page.goto(urlsplit(made["reset"]).path)
    see_title(page, "Choose a new password")
    assert faults(page) == {}
    for label in ("New password", "New password again"):
        main(page).get_by_label(label, exact=True).fill("short")
    press(main(page), "Set my password")
    expect(main(page).get_by_role("alert")).to_be_visible()
    assert faults(page) == {}


def test_first_password(enter: Callable[..., Page], site: Site, made: dict[str, str]):
    page = as_somebody(enter, site, made, "no password")
    page.goto("/accounts/password/set/")
    see_title(page, "Set a password")
    assert faults(page) == {}
    press(main(page), "Set my password")
    expect(main(page).get_by_role("alert")).to_be_visible()
    assert faults(page) == {}


def test_who_is_no_member_yet(enter: Callable[..., Page], site: Site, made: dict[str, str]):
    page = as_somebody(enter, site, made, "outsider")
    page.goto("/communities/new/")
    see_title(page, "List your community")
    assert faults(page) == {}
    page.goto("/me/")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert faults(page) == {}


def test_address_is_confirmed(enter: Callable[..., Page], made: dict[str, str]):
    """The last here: after it the participant has another address."""
    page = enter("participant")
    page.goto(urlsplit(made["confirm"]).path)
    see_title(page, "Is other@example.org your address?")
    assert faults(page) == {}
    press(main(page), "Yes, it is mine")
    page.goto("/accounts/email/")
    expect(main(page).get_by_text("other@example.org").first).to_be_visible()
    assert faults(page) == {}
