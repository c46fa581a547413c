"""Passkeys: what is refused. That they work is shown in a browser, with a device (tests/browser)."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.factories import PASSWORD
from tests.members.proofs import give_app, sign_in, who

ADD, LOGIN = "/accounts/2fa/webauthn/add/", "/accounts/2fa/webauthn/login/"
LIST, AGAIN = "/accounts/2fa/webauthn/", "/accounts/2fa/webauthn/reauthenticate/"
MALFORMED = [
    "",
    "x",
    "null",
    "[]",
    "{}",
    "17",
    '"a"',
    '{"id": 1}',
    '{"id": "a", "rawId": "a", "type": "public-key", "response": {}}',
    '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": []}',
    json.dumps(
        {
            "id": "YQ",
            "rawId": "YQ",
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": "YQ",
                "attestationObject": "YQ",
                "authenticatorData": "YQ",
                "signature": "YQ",
                "userHandle": "YQ",
            },
        }
    ),
    "[" * 5000,
    '{"id": "\ud7ff"}',
    "\x00",
]


def known(person) -> Client:
    client = sign_in(person)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def give_passkey(person, name="work laptop") -> Authenticator:
    return Authenticator.objects.create(user=person, type="webauthn", data={"name": name, "credential": {}})


@pytest.mark.parametrize("sent", MALFORMED)
def test_a_malformed_passkey_is_refused_and_nothing_is_lost(cast, sent):
    client = known(cast.participant)
    client.get(ADD)
    response = client.post(ADD, {"name": "work laptop", "credential": sent})
    assert response.status_code == 200
    assert response.context["form"].errors
    assert response.context["form"]["name"].value() == "work laptop"
    assert Authenticator.objects.count() == 0


@pytest.mark.parametrize("sent", MALFORMED)
def test_nobody_signs_in_with_one(client, cast, sent):
    client.get(LOGIN, headers={"accept": "application/json"})
    response = client.post(LOGIN, {"credential": sent})
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/")
    assert who(client) is None


@pytest.mark.parametrize("sent", MALFORMED)
def test_nor_takes_the_second_step(cast, sent):
    give_app(cast.participant)
    client = sign_in(cast.participant)
    assert client.post("/accounts/2fa/authenticate/", {"credential": sent}).status_code == 200
    assert who(client) is None


def test_the_browser_is_asked_for_one_that_knows_its_owner(client, db):
    asked = client.get(LOGIN, headers={"accept": "application/json"}).json()["request_options"]["publicKey"]
    assert (asked["userVerification"], asked.get("allowCredentials", []), asked["rpId"]) == (
        "required",
        [],
        "testserver",
    )


def test_adding_asks_for_the_password_first(cast):
    assert sign_in(cast.participant).get(ADD)["Location"].startswith("/accounts/reauthenticate/?next=")


def test_pages_run_no_script_but_files(cast):
    for page in (known(cast.participant).get(ADD), Client().get("/accounts/login/")):
        assert "script-src 'self'" in page["Content-Security-Policy"]
        scripts = [part.split(">")[0] for part in page.content.decode().split("<script")[1:]]
        assert [part for part in scripts if "src=" not in part and "application/json" not in part] == []


def test_one_is_renamed(cast):
    passkey = give_passkey(cast.participant)
    client = known_by_code(cast.participant)
    url = f"{LIST}keys/{passkey.pk}/edit/"
    assert client.get(url).context["form"]["name"].value() == "work laptop"
    assert client.post(url, {"name": "old laptop"})["Location"] == LIST
    passkey.refresh_from_db()
    assert passkey.wrap().name == "old laptop"


@pytest.mark.parametrize("name", ["", "x" * 61, "\x00", "\u202e"])
def test_a_bad_name_is_said_beside_the_field(cast, name):
    passkey = give_passkey(cast.participant)
    response = known_by_code(cast.participant).post(f"{LIST}keys/{passkey.pk}/edit/", {"name": name})
    assert list(response.context["form"].errors) == ["name"]


def test_one_is_removed(cast, mailoutbox):
    passkey = give_passkey(cast.participant)
    client = known_by_code(cast.participant)
    url = f"{LIST}keys/{passkey.pk}/remove/"
    assert client.get(url).status_code == 200
    assert client.post(url)["Location"] == LIST
    assert client.post(url)["Location"].startswith("/accounts/reauthenticate/")  # it was the last
    assert Authenticator.objects.count() == 0
    assert mailoutbox[-1].subject == "A passkey was removed"


def known_by_code(person) -> Client:
    """A browser in which somebody with a passkey has shown a recovery code."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    first, second = RecoveryCodes.activate(person).get_unused_codes()[:2]
    client = sign_in(person)
    client.post("/accounts/2fa/authenticate/", {"code": first})
    client.post("/accounts/2fa/reauthenticate/", {"code": second})
    return client


@pytest.mark.parametrize("what", ["edit", "remove"])
def test_nobody_touches_anothers(cast, what):
    passkey = give_passkey(cast.convener)
    client = known(cast.participant)
    for method in ("get", "post"):
        assert getattr(client, method)(f"{LIST}keys/{passkey.pk}/{what}/", {"name": "x"}).status_code == 404
    passkey.refresh_from_db()
    assert passkey.wrap().name == "work laptop"


@pytest.mark.parametrize("many", [1, 30])
def test_the_list_costs_the_same_however_long(cast, many, django_assert_num_queries):
    client = sign_in(cast.participant)
    for number in range(many):
        give_passkey(cast.participant, f"number {number}")
    client.get(LIST)
    with django_assert_num_queries(3):  # session, person, passkeys
        assert client.get(LIST).content.decode().count("Rename") == many


def test_visitors_are_sent_to_sign_in(client, db):
    for path in (LIST, ADD, AGAIN, "/accounts/2fa/"):
        assert client.get(path)["Location"].startswith("/accounts/login/")
