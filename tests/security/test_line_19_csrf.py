"""Line 19: every write is a POST with a token; one address does without, and can only stop mails."""

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from notifications.mails import unsubscribe_token


def _patterns(resolver: URLResolver, prefix: str = ""):
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern.callback
        else:
            yield from _patterns(pattern, route)


def test_what_is_exempt_is_known():
    exempt = {route for route, view in _patterns(get_resolver()) if getattr(view, "csrf_exempt", False)}
    # The API has no writes: line 7 holds it to that. Wagtail's, for its own screens, has none either.
    assert {route for route in exempt if not route.startswith(("api/v1/", "admin/api/main/"))} == {
        "me/notifications/unsubscribe/<str:token>/"
    }


def test_wagtails_api_only_reads(pages, cast, signed_in):
    client = signed_in(cast.admin)
    for method in ("post", "put", "patch", "delete"):
        for address in ("/admin/api/main/pages/", f"/admin/api/main/pages/{pages.guidance.pk}/"):
            assert getattr(client, method)(address).status_code == 405


WRITES = [
    "/accounts/login/", "/accounts/logout/", "/accounts/password/change/", "/accounts/password/reset/",
    "/accounts/email/", "/me/profile/", "/me/memberships/1/leave/", "/me/notifications/read/",
    "/me/notifications/1/open/", "/me/notifications/settings/", "/me/notifications/write-again/x/",
    "/groups/community-falls-in-care-homes/invite/", "/groups/community-falls-in-care-homes/join/",
    "/groups/invitations/1/", "/groups/invitations/1/withdraw/", "/groups/places/1/accept/", "/groups/places/1/decline/",
    "/groups/places/1/lead/", "/groups/places/1/hand-over/", "/groups/places/1/step-back/", "/groups/places/1/end/",
    "/guest/x/", "/communities/new/",
    "/communities/falls-in-care-homes/edit/", "/communities/falls-in-care-homes/end/",
    "/communities/falls-in-care-homes/rest/", "/communities/connections/1/accept/", "/communities/connections/1/",
    "/communities/falls-in-care-homes/introduce/", "/communities/falls-in-care-homes/offers/new/", "/communities/offers/1/",
    "/communities/offers/1/close/", "/discussions/x/new/",
    "/discussions/x/read/", "/discussions/x/1-x/reply/", "/discussions/posts/1/remove/",
    "/discussions/topics/1/tend/", "/calendar/feed/new/", "/me/learning/start/", "/me/learning/choices/",
    "/me/learning/forget/", "/me/learning/lists/new/", "/me/learning/lists/1/delete/",
    *(f"/me/learning/pages/1/{verb}/" for verb in ("done", "read", "bookmark", "useful")),
    "/learning/modules/1/steps/00000000-0000-0000-0000-000000000001/", "/admin/programme/",
    "/admin/programme/confirm/", "/admin/guidance/import/", "/admin/guidance/import/confirm/",
    "/admin/members/theme/merge/1/", "/admin/pages/1/delete/", "/admin/members/membership/create/",
    "/admin/community_directory/community/end/1/", "/admin/images/add/", "/admin/documents/multiple/add/",
]  # fmt: skip


@pytest.mark.parametrize(
    "headers", [{}, {"origin": "https://evil.example"}, {"x-csrftoken": "x" * 64}, {"hx-request": "true"}]
)
def test_no_write_without_a_token(cast, pages, headers):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    for address in WRITES:
        assert (address, client.post(address, {"name": "x"}, headers=headers).status_code) == (address, 403)


def test_a_token_in_the_address_is_none(cast, pages):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.participant, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.get("/me/profile/")
    token = client.cookies["csrftoken"].value
    assert client.post(f"/me/profile/?csrfmiddlewaretoken={token}", {"first_name": "x"}).status_code == 403
    assert client.post("/me/profile/", {"first_name": "x", "csrfmiddlewaretoken": token}).status_code == 302


def test_the_cookie_is_kept_from_scripts_and_others(cast, pages, client):
    client.get("/accounts/login/")
    cookie = client.cookies["csrftoken"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_no_other_method_writes(cast, signed_in, method):
    client = signed_in(cast.admin)
    for address in WRITES[5:32]:
        assert getattr(client, method)(address).status_code in (404, 405)


def test_the_exempt_address_stops_mails_and_no_more(cast, client):
    client.post(
        f"/me/notifications/unsubscribe/{unsubscribe_token(cast.participant)}/", {"mails_replies": "on"}
    )
    cast.participant.profile.refresh_from_db()
    assert cast.participant.profile.mails_replies is False
    assert client.session.get("_auth_user_id") is None
    for token in ("x", "1:x:y", unsubscribe_token(cast.participant)[:-2] + "xx"):
        assert client.post(f"/me/notifications/unsubscribe/{token}/").status_code == 404
