"""An app that gives codes, and recovery codes for when it is lost."""

import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.factories import PASSWORD
from tests.members.proofs import code_of, give_app, recovery_codes, sign_in, who

ACTIVATE = "/accounts/2fa/totp/activate/"
CODE = "/accounts/2fa/authenticate/"
WRONG = {"code": ["That did not work. Try again, with a new code if you use codes."]}


@pytest.fixture
def noon():
    """The middle of one of the half minutes in which an app shows a code."""
    with time_machine.travel(1_900_000_010, tick=False) as clock:
        yield clock


def known(person) -> Client:
    """A browser in which somebody has just given their password twice."""
    client = sign_in(person)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def set_up(person) -> tuple[Client, str]:
    client = known(person)
    secret = client.get(ACTIVATE).context["form"].secret
    response = client.post(ACTIVATE, {"code": code_of(secret)})
    assert response["Location"] == "/accounts/2fa/recovery-codes/"
    return client, secret


def test_it_asks_for_the_password_first(cast):
    response = sign_in(cast.participant).get(ACTIVATE)
    assert response["Location"] == f"/accounts/reauthenticate/?next={ACTIVATE.replace('/', '%2F')}"


def test_the_picture_and_the_text_beside_it_say_the_same(cast):
    page = known(cast.participant).get(ACTIVATE)
    assert page.context["secret"].replace(" ", "") == page.context["form"].secret
    assert page.context["totp_url"].startswith("otpauth://totp/participant%40example.org?secret=")
    assert page.content.decode().count('<img src="data:image/svg+xml;base64,') == 1
    assert "issuer=Learning%20portal" in page.context["totp_url"]


def test_setting_it_up_gives_recovery_codes_and_a_mail(
    cast, noon, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        client, _ = set_up(cast.participant)
    page = client.get("/accounts/2fa/recovery-codes/")
    assert page.context["unused_codes"] == recovery_codes(cast.participant)
    assert len(recovery_codes(cast.participant)) == 10
    assert [mail.subject for mail in mailoutbox] == ["You now sign in with codes of an app"]
    text, html = mailoutbox[0].body, mailoutbox[0].alternatives[0][0]
    for version in (text, html):
        assert "http://testserver/accounts/password/reset/" in version


def test_the_secret_is_not_kept_in_plain_text(cast):
    secret = give_app(cast.participant)
    kept = Authenticator.objects.get(user=cast.participant, type="totp").data["secret"]
    assert secret not in kept
    assert cast.participant.authenticator_set.get(type="totp").wrap().validate_code(code_of(secret)) is True


def test_a_secret_outlives_a_new_key_of_the_portal(cast, settings):
    secret = give_app(cast.participant)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 10
    assert cast.participant.authenticator_set.get(type="totp").wrap().validate_code(code_of(secret)) is True


def test_sign_in_asks_for_a_code_after_the_password(cast, noon):
    secret = give_app(cast.participant)
    client = sign_in(cast.participant, next="/calendar/")
    assert who(client) is None
    assert client.get("/me/").status_code == 302
    response = client.post(CODE, {"code": code_of(secret)})
    assert (response["Location"], who(client)) == ("/calendar/", str(cast.participant.pk))


@pytest.mark.parametrize("later", [-1, 0, 1])
def test_a_clock_may_be_half_a_minute_off(cast, noon, later):
    secret = give_app(cast.participant)
    client = sign_in(cast.participant)
    client.post(CODE, {"code": code_of(secret, later=later)})
    assert who(client) == str(cast.participant.pk)


@pytest.mark.parametrize("later", [-2, 2])
def test_but_no_more(cast, noon, later):
    secret = give_app(cast.participant)
    client = sign_in(cast.participant)
    assert client.post(CODE, {"code": code_of(secret, later=later)}).context["form"].errors == WRONG


@pytest.mark.parametrize("seconds", [0, 15, 35])
def test_a_code_is_taken_once(cast, noon, seconds):
    """As long as it would be good, also when the app shows another."""
    secret = give_app(cast.participant)
    code = code_of(secret)
    first, second = sign_in(cast.participant), sign_in(cast.participant)
    first.post(CODE, {"code": code})
    noon.shift(seconds)
    assert second.post(CODE, {"code": code}).context["form"].errors == WRONG
    assert (who(first), who(second)) == (str(cast.participant.pk), None)


def test_the_code_that_set_it_up_is_used_up(cast, noon):
    _, secret = set_up(cast.participant)
    client = sign_in(cast.participant)
    assert client.post(CODE, {"code": code_of(secret)}).context["form"].errors == WRONG


def test_that_a_code_was_used_is_not_kept_in_files(cast, noon):
    from django.core.cache import caches

    secret = give_app(cast.participant)
    code = code_of(secret)
    sign_in(cast.participant).post(CODE, {"code": code})
    caches["default"].clear()
    second = sign_in(cast.participant)
    second.post(CODE, {"code": code})
    assert who(second) is None


def test_a_recovery_code_works_once(cast):
    give_app(cast.participant)
    code = recovery_codes(cast.participant)[3]
    clients = [sign_in(cast.participant), sign_in(cast.participant)]
    for client in clients:
        client.post(CODE, {"code": code})
    assert [who(client) for client in clients] == [str(cast.participant.pk), None]
    assert len(recovery_codes(cast.participant)) == 9


def test_five_wrong_codes_stop_more(cast, noon):
    secret = give_app(cast.participant)
    client = sign_in(cast.participant)
    for _ in range(5):
        client.post(CODE, {"code": "000000"})
    response = client.post(CODE, {"code": code_of(secret)})
    assert response.context["form"].errors == {
        "code": ["There were too many tries. Wait 5 minutes, then try again."]
    }
    assert who(client) is None


@pytest.mark.parametrize("code", ["", " ", "\x00", "１２３４５６", "x" * 1_000_000, "'; --"])
def test_bad_codes_are_said_beside_the_field(cast, code):
    give_app(cast.participant)
    response = sign_in(cast.participant).post(CODE, {"code": code})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["code"]


def test_to_look_at_recovery_codes_changes_nothing(cast):
    client, _ = set_up(cast.participant)
    own = Authenticator.objects.get(user=cast.participant, type="recovery_codes")
    for path in ("/accounts/2fa/recovery-codes/", "/accounts/2fa/recovery-codes/download/"):
        assert client.get(path).status_code == 200
    assert Authenticator.objects.get(pk=own.pk).data == own.data
    file = client.get("/accounts/2fa/recovery-codes/download/")
    assert file.content.decode().split() == recovery_codes(cast.participant)
    assert file["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'


@pytest.mark.parametrize("path", ["/accounts/2fa/recovery-codes/", "/accounts/2fa/recovery-codes/download/"])
def test_recovery_codes_are_shown_to_nobody_else(client, cast, path):
    assert client.get(path)["Location"] == f"/accounts/login/?next={path}"
    assert sign_in(cast.participant).get(path).status_code == 404
    give_app(cast.convener)
    assert sign_in(cast.participant).get(path).status_code == 404


def test_they_are_asked_for_again_after_a_while(cast):
    client, _ = set_up(cast.participant)
    with time_machine.travel(time.time() + 3600):
        response = client.get("/accounts/2fa/recovery-codes/")
    assert response["Location"].startswith("/accounts/2fa/reauthenticate/?next=")


def test_new_ones_replace_them(cast):
    client, _ = set_up(cast.participant)
    old = recovery_codes(cast.participant)
    assert client.get("/accounts/2fa/recovery-codes/generate/").status_code == 200
    assert recovery_codes(cast.participant) == old
    client.post("/accounts/2fa/recovery-codes/generate/")
    assert set(recovery_codes(cast.participant)).isdisjoint(old)


def test_it_can_be_taken_off(cast, mailoutbox):
    client, _ = set_up(cast.participant)
    assert client.get("/accounts/2fa/totp/deactivate/").status_code == 200
    assert Authenticator.objects.filter(user=cast.participant).count() == 2
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=cast.participant).count() == 0
    assert client.post("/accounts/2fa/totp/deactivate/").status_code == 404
    assert mailoutbox[-1].subject == "You no longer sign in with codes of an app"


def test_who_has_one_can_still_change_their_address(cast, mailoutbox):
    client, _ = set_up(cast.participant)
    client.post("/accounts/email/", {"action_add": "", "email": "new@example.org"})
    assert mailoutbox[-1].to == ["new@example.org"]


def test_the_overview_says_what_one_has(cast):
    client = sign_in(cast.participant)
    page = client.get("/accounts/2fa/").content.decode()
    assert (page.count("Set up an app"), page.count("Recovery codes")) == (1, 0)
    give_app(cast.participant)
    page = client.get("/accounts/2fa/").content.decode()
    assert (page.count("Stop using the app"), page.count("10 of 10 are left")) == (1, 1)


def test_it_is_reached_from_the_profile(signed_in, cast):
    page = signed_in(cast.participant).get("/me/profile/").content.decode()
    for path in ("/accounts/2fa/", "/accounts/sessions/"):
        assert page.count(f'href="{path}"') == 1
