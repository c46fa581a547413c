"""Where one is signed in, and how to end it."""

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore

from members.devices import device_name
from tests.factories import PASSWORD
from tests.members.proofs import sign_in, who

LIST = "/accounts/sessions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)


def session_of(client) -> UserSession:
    return UserSession.objects.get(session_key=client.session.session_key)


def end(number: int) -> str:
    return f"{LIST}{number}/end/"


@pytest.fixture
def two(cast):
    """Two browsers of one person."""
    return sign_in(cast.participant, user_agent=FIREFOX), sign_in(cast.participant, user_agent=IPHONE)


def test_each_is_listed_in_words_the_newest_first(two):
    here, _ = two
    places = here.get(LIST).context["places"]
    assert [(one["device"], one["is_here"], one["place"].ip) for one in places] == [
        ("Safari on an iPhone", False, "127.0.0.1"),
        ("Firefox on Windows", True, "127.0.0.1"),
    ]


def test_one_is_ended_at_once(two):
    here, phone = two
    response = here.post(end(session_of(phone).pk))
    assert (response.status_code, response["Location"]) == (302, LIST)
    assert (who(here) is None, phone.get("/me/").status_code) == (False, 302)
    assert len(here.get(LIST).context["places"]) == 1


def test_all_others_are_ended_at_once(two, cast):
    here, phone = two
    other = sign_in(cast.convener)
    tablet = sign_in(cast.participant)
    here.post(LIST + "others/end/")
    assert [client.get("/me/").status_code for client in (here, phone, tablet, other)] == [200, 302, 302, 200]
    assert here.get(LIST).context["others"] is False


def test_twice_does_no_harm(two):
    here, phone = two
    number = session_of(phone).pk
    for _ in range(2):
        assert here.post(end(number)).status_code == 302
        assert here.post(LIST + "others/end/").status_code == 302
    assert here.get("/me/").status_code == 200


def test_nobody_ends_anothers(cast):
    mine, theirs = sign_in(cast.participant), sign_in(cast.convener)
    assert mine.post(end(session_of(theirs).pk)).status_code == 302
    assert theirs.get("/me/").status_code == 200
    assert len(mine.get(LIST).context["places"]) == 1


@pytest.mark.parametrize("number", [0, 999_999])
def test_one_that_is_not_there_says_nothing(two, number):
    here, _ = two
    response = here.post(end(number), follow=True)
    assert [str(message) for message in response.context["messages"]] == []


def test_visitors_are_sent_to_sign_in(client, db):
    assert client.get(LIST)["Location"] == f"/accounts/login/?next={LIST}"
    for path in (end(1), LIST + "others/end/"):
        assert client.post(path)["Location"].startswith("/accounts/login/")


def test_a_get_ends_nothing(two):
    here, phone = two
    for path in (end(session_of(phone).pk), LIST + "others/end/"):
        assert here.get(path).status_code == 405
    assert phone.get("/me/").status_code == 200
    assert here.post(LIST).status_code == 405


def test_signing_out_takes_it_off_the_list(two):
    here, phone = two
    phone.post("/accounts/logout/")
    assert len(here.get(LIST).context["places"]) == 1


def test_a_new_password_ends_all_others(two):
    here, phone = two
    new = "violin harbour spoon"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert [client.get("/me/").status_code for client in (here, phone)] == [200, 302]
    assert len(here.get(LIST).context["places"]) == 1


@pytest.mark.parametrize("many", [1, 30])
def test_the_list_costs_the_same_however_long(cast, many, django_assert_num_queries):
    client = sign_in(cast.participant)
    own = session_of(client)
    for _ in range(many - 1):
        store = SessionStore()
        store.create()
        UserSession.objects.create(
            user=cast.participant, ip=own.ip, user_agent=FIREFOX, session_key=store.session_key
        )
    client.get(LIST)
    with django_assert_num_queries(3):  # session, person, places
        assert len(client.get(LIST).context["places"]) == many


def test_nothing_is_written_while_one_reads(two, django_assert_num_queries):
    here, _ = two
    before = session_of(here).last_seen_at
    here.get("/accounts/password/change/")
    with django_assert_num_queries(2):
        here.get("/accounts/password/change/")
    assert session_of(here).last_seen_at == before


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox on Windows"),
        (IPHONE, "Safari on an iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/18.0 Safari/605.1.15", "Safari on a Mac"),
        ("curl/8", "A device that we do not know"),
        ("", "A device that we do not know"),
        ("<script>alert(1)</script>", "A device that we do not know"),
    ],
)
def test_a_device_is_named_in_words(agent, name):
    assert device_name(agent) == name
