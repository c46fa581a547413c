"""Who may keep an answer: nobody but the one who asked, unless it is the same for everybody."""

import pytest
from django.test import Client

from members import actions
from tests.factories import CommunityFactory

OWN = [
    "/me/",
    "/me/profile/",
    "/people/",
    "/search/?q=falls",
    "/accounts/email/",
    "/accounts/password/change/",
]
FOR_ALL = ["/robots.txt", "/sitemap.xml", "/sitemap-communities.xml", "/api/v1/docs"]
SIGN_IN = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"]


@pytest.mark.parametrize("path", OWN)
def test_what_is_ones_own_is_kept_by_nobody(signed_in, cast, pages, path):
    response = signed_in(cast.participant).get(path)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert "Cookie" in response["Vary"]


@pytest.mark.parametrize("path", SIGN_IN)
def test_sign_in_is_kept_by_nobody(client, pages, path):
    response = client.get(path)
    assert "public" not in response["Cache-Control"]
    assert response.has_header("Vary")


@pytest.mark.parametrize("path", FOR_ALL)
def test_what_is_the_same_for_all_is_asked_for_once(client, pages, django_assert_num_queries, path):
    first = client.get(path)
    with django_assert_num_queries(0):
        again = client.get(path)
    assert (again.status_code, again.content) == (200, first.content)


@pytest.mark.parametrize("path", FOR_ALL)
def test_a_signed_in_page_is_never_given_to_others(signed_in, client, cast, pages, path):
    actions.join(person=cast.participant, circle=CommunityFactory().circle)
    own = signed_in(cast.participant).get(path)
    visitors = client.get(path)
    assert "Participant" not in visitors.content.decode()
    assert "public" not in own["Cache-Control"]


@pytest.mark.parametrize("path", [*FOR_ALL, *SIGN_IN, "/search/?q=x", "/nothing/"])
def test_headers_that_keep_a_page_to_itself(client, pages, path):
    response = client.get(path)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy or "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", ["/", "/search/", "/api/v1/docs", "/nothing/"])
def test_pages_for_visitors_carry_no_token_and_set_no_cookie(client, pages, path):
    response = client.get(path)
    assert "csrfmiddlewaretoken" not in response.content.decode()
    assert dict(response.cookies) == {}


def test_session_cookie_is_out_of_scripts_reach(cast):
    client = Client()
    response = client.post(
        "/accounts/login/", {"login": "participant@example.org", "password": "correct horse battery"}
    )
    cookie = response.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_signing_in_changes_the_session_key(cast):
    client = Client()
    session = client.session
    session["before"] = "kept"
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    client.post("/accounts/login/", {"login": "participant@example.org", "password": "correct horse battery"})
    assert client.session.session_key != before
