"""Signing in by a code that is sent by mail."""

import re
import time

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client

from tests.members.proofs import give_app, who

ASK, ENTER = "/accounts/login/code/", "/accounts/login/code/confirm/"
WRONG = {"code": ["That code is not right. Check it, or ask for another."]}


def code_in(mail) -> str:
    return re.search(r"^[A-Z]{4}-[A-Z]{4}$", mail.body, re.M).group()


@pytest.fixture
def asked(client, cast, mailoutbox) -> tuple[Client, str]:
    response = client.post(ASK, {"email": cast.participant.email})
    assert response["Location"] == ENTER
    return client, code_in(mailoutbox[0])


def test_the_code_signs_in(asked, cast):
    client, code = asked
    response = client.post(ENTER, {"code": code})
    assert (response["Location"], who(client)) == ("/me/", str(cast.participant.pk))


def test_the_mail_says_what_it_is_in_text_and_html(asked, mailoutbox):
    (mail,) = mailoutbox
    assert (mail.subject, mail.to) == ("Your code to sign in", ["participant@example.org"])
    html = mail.alternatives[0][0]
    assert html.count(code_in(mail)) == 1
    assert html.count("http://testserver/") == 2
    assert mail.body.count("Give it to nobody") == 1


@pytest.mark.parametrize("spell", [str.lower, str.upper, lambda code: code.replace("-", " ")])
def test_capitals_dash_and_spaces_do_not_matter(asked, spell):
    client, code = asked
    client.post(ENTER, {"code": spell(code)})
    assert who(client) is not None


def test_the_form_survives_wrong_tries(asked):
    client, code = asked
    for _ in range(4):
        response = client.post(ENTER, {"code": "WRONG-ONE"})
        assert response.status_code == 200
        assert response.context["verify_form"].errors == WRONG
    client.post(ENTER, {"code": code})
    assert who(client) is not None


def test_the_fifth_ends_it(asked):
    client, code = asked
    for _ in range(5):
        response = client.post(ENTER, {"code": "WRONG-ONE"})
    assert response["Location"] == ASK
    assert client.post(ENTER, {"code": code})["Location"] == ASK
    assert who(client) is None


def test_it_works_once_and_for_its_asker_alone(asked, cast):
    client, code = asked
    assert Client().post(ENTER, {"code": code})["Location"] == ASK
    client.post(ENTER, {"code": code})
    client.post("/accounts/logout/")
    assert client.post(ENTER, {"code": code})["Location"] == ASK
    assert who(client) is None


def test_it_ends_after_a_quarter_of_an_hour(asked):
    client, code = asked
    with time_machine.travel(time.time() + 15 * 60 + 5):
        assert client.post(ENTER, {"code": code})["Location"] == ASK
    assert who(client) is None


def test_another_can_be_asked_for_and_replaces_it(asked, mailoutbox):
    client, code = asked
    client.post(ENTER, {"action": "resend"})
    assert len(mailoutbox) == 2
    assert client.post(ENTER, {"code": code}).context["verify_form"].errors == WRONG
    client.post(ENTER, {"code": code_in(mailoutbox[1])})
    assert who(client) is not None


def test_it_leads_on_to_the_page_that_was_asked_for(client, cast, mailoutbox):
    response = client.post(ASK + "?next=/calendar/", {"email": cast.participant.email, "next": "/calendar/"})
    assert response["Location"] == ENTER + "?next=%2Fcalendar%2F"
    code = code_in(mailoutbox[0])
    response = client.post(response["Location"], {"code": code, "next": "/calendar/"})
    assert response["Location"] == "/calendar/"


def test_a_second_step_is_still_asked_for(client, cast, mailoutbox):
    give_app(cast.participant)
    client.post(ASK, {"email": cast.participant.email})
    response = client.post(ENTER, {"code": code_in(mailoutbox[0])})
    assert (response["Location"], who(client)) == ("/accounts/2fa/authenticate/", None)


def test_a_closed_account_gets_no_code(client, cast, mailoutbox):
    cast.participant.is_active = False
    cast.participant.save()
    client.post(ASK, {"email": cast.participant.email})
    assert [mail.subject for mail in mailoutbox] == ["There is no account with this address"]


def test_the_code_proves_the_address(client, cast, mailoutbox):
    EmailAddress.objects.create(user=cast.participant, email=cast.participant.email, primary=True)
    client.post(ASK, {"email": cast.participant.email})
    client.post(ENTER, {"code": code_in(mailoutbox[0])})
    assert EmailAddress.objects.get(user=cast.participant).verified is True
    assert who(client) == str(cast.participant.pk)


def test_three_mails_a_minute_for_an_address_however_it_is_spelt(client, cast, mailoutbox):
    for number, email in enumerate(
        [
            "participant@example.org",
            "PARTICIPANT@example.org",
            "participant@ｅxample.org",
            "Participant@EXAMPLE.org",
        ]
    ):
        response = Client().post(ASK, {"email": email}, REMOTE_ADDR=f"10.7.0.{number}")
    assert response.context["form"].errors == {
        "email": ["There were too many tries. Wait 5 minutes, then try again."]
    }
    assert len(mailoutbox) == 3


@pytest.mark.parametrize("email", ["", "nobody", "x" * 100_000, "a\x00@example.org", "<script>@example.org"])
def test_bad_addresses_are_said_beside_the_field(client, db, email):
    response = client.post(ASK, {"email": email})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["email"]


@pytest.mark.parametrize("code", ["", "\x00", "Ω" * 8, "x" * 1_000_000])
def test_bad_codes_are_said_beside_the_field(asked, code):
    client, _ = asked
    response = client.post(ENTER, {"code": code})
    assert list(response.context["verify_form"].errors) == ["code"]


def test_without_having_asked_there_is_nothing_to_enter(client, db):
    assert client.get(ENTER)["Location"] == ASK


def test_to_look_sends_nothing(client, cast, mailoutbox):
    assert client.get(ASK).status_code == 200
    assert mailoutbox == []


def test_it_is_offered_beside_the_password(client, db):
    assert client.get("/accounts/login/").content.decode().count(f'href="{ASK}"') == 1


def test_who_is_signed_in_needs_none(signed_in, cast):
    assert signed_in(cast.participant).get(ASK)["Location"] == "/me/"
