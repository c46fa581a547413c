"""Line 23: tries are counted for the account and the place, however either is spelt."""

import pytest

from tests.factories import PASSWORD

LOGIN = "/accounts/login/"
TOO_MANY = {"password": ["There were too many tries. Wait 5 minutes, then try again."]}


def _try(client, number: int, email: str, password: str = "wrong", **headers: str):
    """Each from another place, so that only the account is counted."""
    return client.post(
        LOGIN,
        {"login": email, "password": password},
        headers=headers,
        REMOTE_ADDR=f"10.1.{number // 250}.{number % 250}",
    )


@pytest.mark.parametrize(
    "spellings",
    [
        ["participant@example.org"],
        ["PARTICIPANT@EXAMPLE.ORG", "Participant@example.org", " participant@example.org "],
        ["partıcıpant@example.org", "ｐarticipant@example.org", "participant@example.org"],
    ],
)
def test_the_account_is_counted_from_wherever(client, cast, spellings):
    for number in range(18):
        _try(client, number, spellings[number % len(spellings)])
    assert _try(client, 99, cast.participant.email, PASSWORD).context["form"].errors == TOO_MANY


def test_a_port_after_our_name_gives_no_more_tries(client, cast):
    """Any port may be said; each was a count of its own."""
    for number in range(6):
        _try(client, number, cast.participant.email, host=f"testserver:{number + 1}")
    last = _try(client, 99, cast.participant.email, PASSWORD, host="testserver:4711")
    assert last.context["form"].errors == TOO_MANY
    assert (
        _try(client, 98, cast.participant.email, PASSWORD, host="localhost").context["form"].errors
        == TOO_MANY
    )


def test_letters_that_look_alike_to_the_database_are_counted_as_one(rf):
    """PostgreSQL takes ſ for s and K for k when it ignores case; SQLite does not."""
    from members.adapter import AccountAdapter

    def key(email: str) -> str:
        return AccountAdapter()._get_login_attempts_cache_key(rf.get("/"), email=email)

    assert key("ſuſan@example.org") == key("SUSAN@example.org") == key("susan@example.org")
    assert key("\u212aim@example.org") == key("kim@example.org")
    assert key("ann@example.org") != key("anne@example.org")


@pytest.mark.parametrize(
    "header", ["x-forwarded-for", "forwarded", "x-real-ip", "client-ip", "true-client-ip", "cf-connecting-ip"]
)
def test_a_place_is_not_what_a_header_says(client, cast, header):
    for number in range(12):
        client.post(
            LOGIN,
            {"login": f"p{number}@example.org", "password": "wrong"},
            headers={header: f"10.2.0.{number}"},
        )
    last = client.post(
        LOGIN, {"login": cast.participant.email, "password": PASSWORD}, headers={header: "10.3.3.3"}
    )
    assert last.context["form"].errors == TOO_MANY


@pytest.mark.parametrize("sent", ["10.9.9.9, 10.0.0.1", "10.8.8.8,10.7.7.7, 10.0.0.1"])
def test_behind_one_proxy_its_own_word_counts(client, cast, settings, sent):
    """The last address is what our proxy saw; what stands before it is what the browser made up."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(12):
        client.post(
            LOGIN,
            {"login": f"p{number}@example.org", "password": "wrong"},
            headers={"x-forwarded-for": f"10.2.0.{number}, 10.0.0.1"},
        )
    last = client.post(
        LOGIN, {"login": cast.participant.email, "password": PASSWORD}, headers={"x-forwarded-for": sent}
    )
    assert last.context["form"].errors == TOO_MANY


def test_asking_for_mails_is_counted_for_the_account(client, cast, mailoutbox):
    for number in range(12):
        client.post(
            "/accounts/password/reset/",
            {"email": "Participant@example.org" if number % 2 else "participant@example.org"},
            headers={"host": f"testserver:{number + 1}"},
            REMOTE_ADDR=f"10.4.0.{number}",
        )
    assert len(mailoutbox) == 5
