"""Line 26: nobody learns who has an account, neither by words nor by the work that is done."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import PASSWORD

ASKED = {
    "/accounts/login/": ("login", {"password": "wrong"}),
    "/accounts/password/reset/": ("email", {}),
    "/accounts/signup/": ("email", {"password1": PASSWORD, "password2": PASSWORD}),
}


def _shown(response, asked: str) -> str:
    """A page without what was asked for, and without its token."""
    return re.sub(r'(csrfmiddlewaretoken" value=)"\w+"', r"\1", response.content.decode()).replace(asked, "")


class CountingHasher(MD5PasswordHasher):
    """Counts how often a password is hashed: that is what takes the time."""

    algorithm = "counting"
    done = 0

    def encode(self, password: str, salt: str) -> str:
        """As the fast one, and one more."""
        CountingHasher.done += 1
        return super().encode(password, salt)


@pytest.mark.parametrize("address", ASKED)
def test_the_answer_is_the_same(client, cast, address):
    name, more = ASKED[address]
    answers = []
    for email in ("participant@example.org", "participamt@example.org"):
        response = client.post(address, {name: email, **more}, REMOTE_ADDR=f"10.5.0.{len(answers)}")
        answers.append((response.status_code, response.get("Location"), _shown(response, email)))
    assert answers[0] == answers[1]


def test_a_password_is_hashed_once_for_known_and_unknown(client, cast, settings):
    settings.PASSWORD_HASHERS = ["tests.security.test_line_26_who_has_an_account.CountingHasher"]
    cast.participant.set_password(PASSWORD)
    cast.participant.save()
    counts = []
    for email in ("participant@example.org", "participamt@example.org"):
        CountingHasher.done = 0
        client.post("/accounts/login/", {"login": email, "password": "wrong"})
        counts.append(CountingHasher.done)
    assert counts[0] == counts[1] >= 1


def test_adding_somebody_elses_address_says_nothing(cast, signed_in):
    answers = []
    for email in ("convener@example.org", "comvener@example.org"):
        response = signed_in(cast.participant).post(
            "/accounts/email/", {"action_add": "", "email": email}, follow=True
        )
        answers.append(
            (
                response.redirect_chain,
                response.content.decode().count("is-error"),
                "already" in response.content.decode(),
            )
        )
    assert answers[0] == answers[1]


def test_profiles_by_number_say_nothing_to_strangers(cast, visit):
    for who in ("outsider", "visitor"):
        there = visit(who).get(f"/people/{cast.convener.pk}/")
        nowhere = visit(who).get("/people/999999/")
        assert there.status_code == nowhere.status_code
        number = f"people%2F{cast.convener.pk}"
        assert _shown(there, number) == _shown(nowhere, "people%2F999999")


SIGN_UP = {"first_name": "N", "password": "violin harbour spoon", "reason": "I care."}
# What each form that names an address does, and with which fields besides.
WORK = {
    "/accounts/login/": ("login", {"password": "wrong"}),
    "/accounts/login/code/": ("email", {}),
    "/accounts/password/reset/": ("email", {}),
    "/accounts/signup/": ("email", SIGN_UP),
}
# The package looks for an address among those that are proved, then among people: what it finds at once it looks
# for no further. That is one look-up by an index; a password's hash takes some thousand times as long. A reset makes
# a token of the account besides.
DIFFERENCE = {
    "/accounts/login/": -1,
    "/accounts/login/code/": -1,
    "/accounts/password/reset/": 1,
    "/accounts/signup/": 0,
}


def _kinds(queries) -> list[str]:
    """Each query, without what it is about and the names of savepoints."""
    said = (" ".join(query["sql"].split()[:3]).split("(")[0] for query in queries)
    return sorted(one.split(' "s')[0] if "SAVEPOINT" in one else one for one in said)


@pytest.mark.parametrize("address", WORK)
def test_the_work_is_the_same(client, cast, settings, mailoutbox, address):
    """Passwords hashed, queries of each kind, mails: for an address that has an account and for one that has none."""
    settings.SIGN_UP = "approval"
    settings.PASSWORD_HASHERS = ["tests.security.test_line_26_who_has_an_account.CountingHasher"]
    cast.participant.set_password(PASSWORD)
    cast.participant.save()
    EmailAddress.objects.create(
        user=cast.participant, email=cast.participant.email, primary=True, verified=True
    )
    name, more = WORK[address]
    done = []
    for number, email in enumerate(
        ["warm@example.org", "participant@example.org", "participamt@example.org"]
    ):
        mailoutbox.clear()
        CountingHasher.done = 0
        browser = Client(REMOTE_ADDR=f"10.6.0.{number}")
        with CaptureQueriesContext(connection) as queries:
            browser.post(address, {name: email, **more})
        done.append((CountingHasher.done, _kinds(queries.captured_queries), len(mailoutbox)))
    _, known, unknown = done
    assert known[0] == unknown[0] <= 1
    assert known[2] == unknown[2]
    assert len(known[1]) - len(unknown[1]) == DIFFERENCE[address]
    differing = set(known[1]) ^ set(unknown[1])
    assert {one for one in differing if not one.startswith("SELECT")} == set()


def test_each_gets_one_mail_where_mails_are_sent(
    cast, settings, mailoutbox, django_capture_on_commit_callbacks
):
    settings.SIGN_UP = "approval"
    for address in ("/accounts/login/code/", "/accounts/password/reset/", "/accounts/signup/"):
        name, more = WORK[address]
        for email in ("participant@example.org", "participamt@example.org"):
            mailoutbox.clear()
            with django_capture_on_commit_callbacks(execute=True):
                Client().post(address, {name: email, **more})
            assert [mail.to for mail in mailoutbox] == [[email]]
