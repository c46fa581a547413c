"""Line 26: nobody learns who has an account, neither by words nor by the work that is done."""

import re

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher

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
