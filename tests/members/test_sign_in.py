"""Signing in and out: by email address and password, and only ever within this site."""

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import PASSWORD

LOGIN = "/accounts/login/"
WRONG = "That email address and password do not belong together. Check both, or set a new password."


def sign_in(client: Client, email="participant@example.org", password=PASSWORD, **more):
    return client.post(LOGIN, {"login": email, "password": password, **more})


def who(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def test_right_password_leads_to_ones_own_page(client, cast):
    response = sign_in(client)
    assert (response.status_code, response["Location"]) == (302, "/me/")
    assert who(client) == str(cast.participant.pk)


def test_address_is_known_in_capitals_and_with_spaces_around_it(client, cast):
    response = sign_in(client, email=" Participant@Example.org ")
    assert response.status_code == 302
    assert who(client) == str(cast.participant.pk)


def test_no_message_is_left_behind_and_no_mail_sent(client, cast, mailoutbox):
    response = client.post(LOGIN, {"login": cast.participant.email, "password": PASSWORD}, follow=True)
    assert [str(message) for message in response.context["messages"]] == []
    assert mailoutbox == []


def test_page_has_fields_that_a_password_manager_knows(client, db):
    form = client.get(LOGIN).context["form"]
    assert [(name, field.label) for name, field in form.fields.items()] == [
        ("login", "Email address"),
        ("password", "Password"),
    ]
    assert form.fields["login"].widget.attrs["autocomplete"] == "email"
    assert form.fields["password"].widget.attrs["autocomplete"] == "current-password"
    assert [field.help_text for field in form.fields.values()] == ["", ""]
    assert "placeholder" not in form.fields["login"].widget.attrs


def test_wrong_password_is_said_beside_the_password(client, cast):
    response = sign_in(client, password="not this one at all")
    assert response.status_code == 200
    assert response.context["form"].errors == {"password": [WRONG]}
    assert response.context["form"]["login"].value() == "participant@example.org"
    assert "not this one at all" not in response.content.decode()
    assert response.content.decode().count("<title>Error: Sign in") == 1
    assert who(client) is None


def test_unknown_address_gets_the_same_answer(client, cast):
    known = sign_in(client, email="participant@example.org", password="wrong")
    unknown = sign_in(client, email="particip4nt@example.org", password="wrong")
    assert unknown.context["form"].errors == known.context["form"].errors == {"password": [WRONG]}
    same = known.content.decode().replace("participant@", "particip4nt@")
    assert _without_token(same) == _without_token(unknown.content.decode())


def _without_token(html: str) -> list[str]:
    return [line for line in html.splitlines() if "csrfmiddlewaretoken" not in line]


@pytest.mark.parametrize(
    ("data", "errors"),
    [
        ({}, {"login": ["Enter an email address."], "password": ["Enter a password."]}),
        (
            {"login": "nobody", "password": "x"},
            {"login": ["Enter an email address in the usual form, like name@example.org."]},
        ),
        (
            {"login": "a@b.example", "password": "x" * 1_000_000},
            {"password": ["Use 1,000 characters or fewer."]},
        ),
        (
            {"login": "a@b.example", "password": "x\x00y"},
            {"password": ["Null characters are not allowed."]},
        ),
    ],
)
def test_bad_input_is_named_beside_its_field(client, db, data, errors):
    response = client.post(LOGIN, data)
    assert response.status_code == 200
    assert response.context["form"].errors == errors


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(email=st.text(max_size=300), password=st.text(max_size=300), then=st.text(max_size=300))
def test_hostile_text_is_never_an_error_of_ours(client, db, settings, email, password, then):
    settings.ACCOUNT_RATE_LIMITS = False
    response = client.post(LOGIN, {"login": email, "password": password, "next": then})
    assert response.status_code == 200


@pytest.mark.parametrize("path", ["/people/", "/me/profile/?a=b&c=d", "/discussions/a/1-b/#post-3"])
def test_goes_on_to_the_page_that_was_asked_for(client, cast, path):
    response = sign_in(client, next=path)
    assert (response.status_code, response["Location"]) == (302, path)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "https://localhost/",  # an allowed host, but not the one that was asked
        "ftp://testserver/",
        "\x00/people/",
        "",
    ],
)
def test_never_leads_elsewhere(client, cast, elsewhere):
    response = sign_in(client, next=elsewhere)
    assert (response.status_code, response["Location"]) == (302, "/me/")


def test_next_survives_a_wrong_password(client, cast):
    response = client.post(LOGIN + "?next=/people/", {"login": cast.participant.email, "password": "wrong"})
    assert response.context["redirect_field_value"] == "/people/"
    again = client.post(LOGIN + "?next=/people/", {"login": cast.participant.email, "password": PASSWORD})
    assert again["Location"] == "/people/"


def test_a_page_of_ones_own_sends_to_sign_in_and_back(client, cast):
    response = client.get("/me/profile/")
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/me/profile/")


def test_who_is_signed_in_is_not_asked_again(signed_in, cast):
    response = signed_in(cast.participant).get(LOGIN)
    assert (response.status_code, response["Location"]) == (302, "/me/")


def test_a_closed_account_does_not_open(client, cast):
    cast.participant.is_active = False
    cast.participant.save()
    response = sign_in(client)
    assert response.status_code == 302
    assert response["Location"] == reverse("account_inactive")
    assert who(client) is None
    assert client.get(response["Location"]).context["request"].path == "/accounts/inactive/"


def test_five_wrong_passwords_stop_more_tries_for_that_address(client, cast):
    for _ in range(5):
        assert sign_in(client, password="wrong").context["form"].errors == {"password": [WRONG]}
    right = sign_in(client)
    assert right.context["form"].errors == {
        "password": ["There were too many tries. Wait 5 minutes, then try again."]
    }
    assert who(client) is None


def test_capitals_and_dots_do_not_give_more_tries(client, cast):
    for email in ("participant@example.org", "PARTICIPANT@example.org", "Participant@Example.ORG"):
        sign_in(client, email=email, password="wrong")
        sign_in(client, email=email, password="wrong")
    assert sign_in(client).context["form"].errors == {
        "password": ["There were too many tries. Wait 5 minutes, then try again."]
    }


def test_a_forged_forwarding_header_gives_no_more_tries(client, cast):
    for number in range(10):
        client.post(
            LOGIN,
            {"login": f"p{number}@example.org", "password": "wrong"},
            headers={"X-Forwarded-For": f"10.0.0.{number}"},
        )
    response = client.post(
        LOGIN,
        {"login": cast.participant.email, "password": PASSWORD},
        headers={"X-Forwarded-For": "10.9.9.9"},
    )
    assert response.context["form"].errors == {
        "password": ["There were too many tries. Wait 5 minutes, then try again."]
    }


def test_thirty_tries_a_minute_from_one_place_get_a_page_that_says_so(client, cast):
    for number in range(30):
        sign_in(client, email=f"p{number}@example.org", password="wrong")
    response = sign_in(client)
    assert response.status_code == 429
    assert response.content.decode().count("You have tried too many times") == 1


def test_behind_a_socket_sign_in_still_works(cast):
    client = Client(REMOTE_ADDR="")
    assert sign_in(client).status_code == 302


def test_sign_in_needs_a_token(cast):
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client).status_code == 403
    assert who(client) is None


def test_admin_sign_in_is_ours(client, cast):
    response = client.get("/admin/login/?next=/admin/pages/")
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/admin/pages/")
    response = client.get("/admin/")
    assert response["Location"] == "/admin/login/?next=/admin/"


class TestSignOut:
    def test_get_only_asks(self, signed_in, cast):
        client = signed_in(cast.participant)
        response = client.get("/accounts/logout/")
        assert response.status_code == 200
        assert who(client) == str(cast.participant.pk)

    def test_post_signs_out_and_says_so(self, signed_in, cast):
        client = signed_in(cast.participant)
        response = client.post("/accounts/logout/")
        assert (response.status_code, response["Location"]) == (302, "/")
        assert who(client) is None

    def test_twice_does_no_harm(self, signed_in, cast):
        client = signed_in(cast.participant)
        client.post("/accounts/logout/")
        assert client.post("/accounts/logout/").status_code == 302

    def test_never_leads_elsewhere(self, signed_in, cast):
        response = signed_in(cast.participant).post("/accounts/logout/", {"next": "https://evil.example/"})
        assert response["Location"] == "/"


class TestSignUp:
    def test_says_how_one_gets_in(self, client, db):
        page = client.get("/accounts/signup/").content.decode()
        assert page.count('<h1 class="p-title">How to join</h1>') == 1
        assert "<form class" not in page.split("<main")[1]

    def test_makes_no_account(self, client, cast):
        from members.models import User

        before = User.objects.count()
        data = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
        assert client.post("/accounts/signup/", data).status_code == 200
        assert User.objects.count() == before

    def test_answers_the_same_for_a_known_address(self, client, cast):
        data = {"email": cast.participant.email, "password1": PASSWORD, "password2": PASSWORD}
        known = client.post("/accounts/signup/", data).content
        assert known == client.post("/accounts/signup/", {**data, "email": "new@example.org"}).content
