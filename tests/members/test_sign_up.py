"""Asking for an account, where anybody may, and what comes of it."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings

from members import accounts, actions, tasks
from members.enums import AskState
from members.errors import AddressTaken
from members.models import AccountRequest, Profile, User
from portal.editors import ensure_editor_group
from tests.factories import PASSWORD, UserFactory
from tests.hostile import TEXT
from tests.members.proofs import sign_in, who

SIGN_UP = "/accounts/signup/"
ASKS = {
    "first_name": "Nia",
    "last_name": "Ball",
    "email": "New@Example.org",
    "password": "violin harbour spoon",
    "reason": "I run falls clinics in Leeds.",
}


@pytest.fixture
def open_to_all(request):
    request.getfixturevalue("settings").SIGN_UP = "approval"


@pytest.fixture
def ask(client, db, open_to_all, django_capture_on_commit_callbacks):
    def send(browser: Client = client, **changes: str):
        with django_capture_on_commit_callbacks(execute=True):
            return browser.post(SIGN_UP, {**ASKS, **changes})

    return send


def link_in(mail) -> str:
    return re.search(r"http://testserver(/accounts/confirm-email/\S+)", mail.body).group(1)


def confirm(client: Client, mail) -> None:
    client.post(link_in(mail))


class TestAsking:
    def test_an_account_is_made_that_belongs_to_nothing(self, ask, mailoutbox):
        response = ask()
        assert (response.status_code, response["Location"]) == (302, "/accounts/confirm-email/")
        made = User.objects.get(email="new@example.org")
        assert (made.name, made.circle_ids, made.is_active) == ("Nia Ball", frozenset(), True)
        assert EmailAddress.objects.get(user=made).verified is False
        assert [mail.subject for mail in mailoutbox] == ["Is this your email address?"]

    def test_the_hash_is_kept_in_one_place_only(self, ask):
        ask()
        asked = AccountRequest.objects.get()
        assert (asked.password, asked.state, asked.reason) == ("", AskState.WAITING, ASKS["reason"])
        assert asked.person.check_password(ASKS["password"]) is True

    def test_nobody_gets_in_before_the_address_is_proved(self, ask, client, mailoutbox):
        ask()
        data = {"login": "new@example.org", "password": ASKS["password"]}
        assert client.post("/accounts/login/", data)["Location"] == "/accounts/confirm-email/"
        assert who(client) is None
        confirm(client, mailoutbox[0])
        assert client.post("/accounts/login/", data)["Location"] == "/me/"

    def test_who_did_not_sign_up_by_themself_gets_in_as_ever(self, cast):
        """The package notes an address as unproved when its page is looked at."""
        client = sign_in(cast.participant)
        client.get("/accounts/email/")
        assert EmailAddress.objects.get(user=cast.participant).verified is False
        assert who(sign_in(cast.participant)) == str(cast.participant.pk)

    def test_reading_the_link_proves_nothing(self, ask, client, mailoutbox):
        ask()
        for _ in range(100):
            assert client.get(link_in(mailoutbox[0])).status_code == 200
        assert EmailAddress.objects.get().verified is False

    def test_a_known_address_is_told_so_by_mail_alone(self, ask, cast, mailoutbox):
        before = User.objects.count()
        response = ask(email=cast.participant.email)
        assert response["Location"] == "/accounts/confirm-email/"
        assert (User.objects.count(), AccountRequest.objects.count()) == (before, 0)
        assert [mail.subject for mail in mailoutbox] == ["You have an account already"]

    def test_twice_makes_one(self, ask, mailoutbox):
        ask()
        ask(email="NEW@example.org", password="another violin harbour")
        made = User.objects.get(email="new@example.org")
        assert made.check_password(ASKS["password"]) is True
        assert AccountRequest.objects.count() == 1

    def test_a_worker_that_comes_twice_does_nothing_twice(self, ask, mailoutbox):
        ask()
        tasks.answer_new.call(AccountRequest.objects.get().pk)
        assert len(mailoutbox) == 1
        assert accounts.open_account(asked=AccountRequest.objects.get()) is None

    @pytest.mark.parametrize(
        ("changes", "fields"),
        [
            ({"email": "nobody"}, ["email"]),
            ({"email": ""}, ["email"]),
            ({"first_name": "\u202e"}, ["first_name"]),
            ({"password": "short"}, ["password"]),
            ({"password": "x" * 1_000_000}, ["password"]),
            ({"password": "new@example.org"}, ["password"]),
            ({"reason": ""}, ["reason"]),
            ({"reason": "x" * 1001}, ["reason"]),
            ({"reason": "a\x00b"}, ["reason"]),
        ],
    )
    def test_bad_input_is_said_beside_its_field_and_nothing_is_lost(self, ask, changes, fields):
        response = ask(**changes)
        assert response.status_code == 200
        assert list(response.context["form"].errors) == fields
        assert response.context["form"]["last_name"].value() == "Ball"
        assert AccountRequest.objects.count() == 0

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(text=TEXT)
    def test_any_text_is_taken_or_refused(self, ask, text):
        assert ask(first_name=text, last_name=text, reason=text).status_code in (200, 302, 429)

    def test_four_for_one_address_are_too_many(self, ask, mailoutbox):
        for number in range(3):
            assert ask(REMOTE_ADDR=f"10.1.1.{number}").status_code == 302
        response = ask(email="new@ｅxample.org")
        assert response.status_code == 429
        assert int(response["Retry-After"]) > 0
        assert response.context["form"].non_field_errors() == ["That was too often. Try again in 60 minutes."]
        assert response.context["form"]["reason"].value() == ASKS["reason"]

    def test_who_is_signed_in_has_no_need(self, open_to_all, signed_in, cast):
        assert signed_in(cast.participant).get(SIGN_UP)["Location"] == "/me/"

    def test_a_form_without_its_token_is_refused(self, open_to_all, db):
        assert Client(enforce_csrf_checks=True).post(SIGN_UP, ASKS).status_code == 403

    def test_by_invitation_nothing_is_asked(self, client, db):
        assert client.post(SIGN_UP, ASKS).templates[0].name == "account/signup_closed.html"
        assert AccountRequest.objects.count() == 0


class TestWaiting:
    def test_the_dashboard_says_so_kindly(self, ask, client, mailoutbox, pages):
        ask()
        confirm(client, mailoutbox[0])
        client = sign_in(User.objects.get(email="new@example.org"), password=ASKS["password"])
        step = client.get("/me/").context["dashboard"].step
        assert step.title == "Thank you for asking to join. Somebody reads what you wrote."

    def test_being_signed_in_is_not_being_a_member(self, ask, client, mailoutbox):
        ask()
        confirm(client, mailoutbox[0])
        client = sign_in(User.objects.get(email="new@example.org"), password=ASKS["password"])
        assert client.get("/people/").status_code == 404


@pytest.fixture
def asked(ask, cast, mailoutbox) -> AccountRequest:
    ensure_editor_group()
    ask()
    confirm(Client(), mailoutbox[0])
    mailoutbox.clear()
    return AccountRequest.objects.get()


def edit(asked: AccountRequest) -> str:
    return reverse("members_accountrequest_modeladmin_edit", args=[asked.pk])


LIST = "members_accountrequest_modeladmin_index"


class TestAnswering:
    def test_an_editor_sees_who_waits(self, asked, cast, signed_in):
        page = signed_in(cast.editor).get(reverse(LIST)).content.decode()
        assert (page.count("new@example.org"), page.count("I run falls clinics in Leeds.")) == (1, 1)

    def test_who_has_not_proved_the_address_is_not_listed(self, asked, cast, signed_in):
        EmailAddress.objects.update(verified=False)
        assert "new@example.org" not in signed_in(cast.editor).get(reverse(LIST)).content.decode()
        assert signed_in(cast.editor).get(edit(asked)).status_code == 404

    def test_letting_in_makes_a_member_and_says_so(
        self, asked, cast, signed_in, mailoutbox, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            response = signed_in(cast.editor).post(edit(asked), {"answer": "admitted"})
        assert response.status_code == 302
        asked.refresh_from_db()
        assert (asked.state, asked.decided_by) == (AskState.ADMITTED, cast.editor)
        assert asked.person.is_network_member is True
        assert [(mail.subject, mail.to) for mail in mailoutbox] == [
            ("Welcome: you are in", ["new@example.org"])
        ]

    def test_turning_down_closes_the_account_and_says_so(
        self, asked, cast, signed_in, mailoutbox, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            signed_in(cast.editor).post(edit(asked), {"answer": "refused"})
        asked.refresh_from_db()
        assert (asked.state, asked.person.is_active, asked.person.is_network_member) == (
            AskState.REFUSED,
            False,
            False,
        )
        assert [mail.subject for mail in mailoutbox] == ["You asked to join"]

    def test_it_is_answered_once(self, asked, cast, signed_in, mailoutbox):
        assert accounts.let_in(asked=asked, by=cast.admin) is True
        assert accounts.turn_down(asked=asked, by=cast.editor) is False
        assert signed_in(cast.editor).post(edit(asked), {"answer": "refused"}).status_code == 302
        asked.refresh_from_db()
        assert (asked.state, asked.person.is_active) == (AskState.ADMITTED, True)

    def test_no_answer_is_said_beside_the_question(self, asked, cast, signed_in):
        for sent in ({}, {"answer": "new"}, {"answer": "x" * 1000}):
            response = signed_in(cast.editor).post(edit(asked), sent)
            assert list(response.context["form"].errors) == ["answer"]

    @pytest.mark.parametrize("who", ["facilitator", "participant", "outsider"])
    def test_nobody_else_answers(self, asked, cast, signed_in, who):
        client = signed_in(getattr(cast, who))
        assert client.get(reverse(LIST)).status_code == 302
        assert client.post(edit(asked), {"answer": "admitted"}).status_code == 302
        asked.refresh_from_db()
        assert asked.state == AskState.WAITING

    @pytest.mark.parametrize("number", [999_999, "x"])
    def test_one_that_is_not_there(self, asked, cast, signed_in, number):
        asked.pk = number
        assert signed_in(cast.editor).get(edit(asked)).status_code == 404

    @pytest.mark.parametrize("many", [1, 30])
    def test_the_list_costs_the_same_however_long(self, asked, cast, signed_in, many):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        for number in range(many - 1):
            person = actions.make_account(
                email=f"n{number}@example.org", first_name="N", last_name="", password="x"
            )
            AccountRequest.objects.create(
                email=person.email, first_name="N", reason="Why", state="waiting", person=person
            )
        client = signed_in(cast.editor)
        client.get(reverse(LIST))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(LIST))
        assert len(queries) == 14

    def test_one_sees_ones_own_and_nobody_elses(self, asked, cast):
        seen = AccountRequest.objects.visible_to
        assert list(seen(asked.person)) == list(seen(cast.editor)) == [asked]
        assert list(seen(cast.participant)) == []


class TestMakingOne:
    def test_it_is_ready_to_sign_in_with(self, db):
        made = actions.make_account(
            email=" Nia@Example.org ", first_name="Nia", last_name="Ball", password=PASSWORD
        )
        assert who(sign_in(made)) == str(made.pk)
        address = EmailAddress.objects.get(user=made)
        assert (address.email, address.verified, address.primary) == ("nia@example.org", True, True)
        assert Profile.objects.filter(user=made).count() == 1
        assert made.circle_ids == frozenset()

    def test_a_taken_address_is_refused(self, db):
        UserFactory(email="nia@example.org")
        with pytest.raises(AddressTaken):
            actions.make_account(email="NIA@example.org", first_name="N", last_name="", password="x")
        assert User.objects.filter(email__iexact="nia@example.org").count() == 1

    def test_so_is_one_that_somebody_has_proved_as_their_other(self, db):
        EmailAddress.objects.create(user=UserFactory(), email="nia@example.org", verified=True)
        with pytest.raises(AddressTaken):
            actions.make_account(email="nia@example.org", first_name="N", last_name="", password="x")
        assert User.objects.filter(email="nia@example.org").count() == 0


class TestTidying:
    def test_what_nobody_proved_goes_after_two_weeks(self, ask, mailoutbox):
        ask()
        ask(email="proved@example.org")
        confirm(Client(), mailoutbox[1])
        tasks.forget_unproved.call()
        assert User.objects.count() == 2
        AccountRequest.objects.update(created_at="2021-01-01T00:00Z")
        tasks.forget_unproved.call()
        assert [user.email for user in User.objects.all()] == ["proved@example.org"]


def test_whoever_asked_with_anothers_address_is_out_once_its_owner_comes_in_by_a_code(ask, mailoutbox):
    """The owner might be invited, find that there is an account, and sign in by a code: two would have it."""
    ask()
    mailoutbox.clear()
    owner = Client()
    owner.post("/accounts/login/code/", {"email": ASKS["email"]})
    code = re.search(r"^[A-Z]{4}-[A-Z]{4}$", mailoutbox[0].body, re.M).group()
    owner.post("/accounts/login/code/confirm/", {"code": code})
    person = User.objects.get(email="new@example.org")
    assert owner.get("/me/").status_code == 200
    assert who(owner) == str(person.pk)
    assert EmailAddress.objects.get(user=person).verified
    other = Client()
    other.post("/accounts/login/", {"login": ASKS["email"], "password": ASKS["password"]})
    assert who(other) is None


def test_whoever_has_followed_the_link_keeps_their_password_when_they_use_a_code(ask, client, mailoutbox):
    ask()
    confirm(client, mailoutbox[0])
    mailoutbox.clear()
    client.post("/accounts/login/code/", {"email": ASKS["email"]})
    code = re.search(r"^[A-Z]{4}-[A-Z]{4}$", mailoutbox[0].body, re.M).group()
    client.post("/accounts/login/code/confirm/", {"code": code})
    assert User.objects.get(email="new@example.org").check_password(ASKS["password"])
