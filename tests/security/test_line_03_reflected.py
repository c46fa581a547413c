"""Line 3: no parameter comes back as HTML."""

import pytest

from tests.security.conftest import HOSTILE, RUNS

# Addresses with what they read.
ADDRESSES = {
    "/": ("q",),
    "/guidance/": ("q", "cursor", "theme", "kind", "sort"),
    "/communities/": ("q", "theme", "region", "organisation", "sort"),
    "/calendar/": ("kind", "show"),
    "/search/": ("q",),
    "/discussions/search/": ("q",),
    "/people/": ("q", "region"),
    "/me/notifications/": ("cursor",),
    "/accounts/login/": ("next",),
    "/accounts/password/reset/": ("next", "email"),
    "/nowhere/": ("q", "next"),
    "/api/v1/communities": ("q", "theme", "cursor", "limit"),
    "/api/v1/sessions": ("cursor",),
    "/admin/pages/search/": ("q",),
    "/admin/reports/site-history/": ("label", "action", "user"),
    "/admin/discussion/topic/": ("q", "state", "space", "o"),
    "/admin/community_directory/community/": ("q", "state__exact", "p"),
    "/admin/members/membership/": ("q", "state__exact"),
}  # fmt: skip


@pytest.mark.parametrize("who", ["visitor", "editor"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_in_an_address(private, editor, visit, who, address):
    client = editor if who == "editor" else visit(who)
    for sent in ({HOSTILE: HOSTILE}, *({name: HOSTILE} for name in ADDRESSES[address])):
        response = client.get(address, sent)
        assert (sent, response.status_code < 500, RUNS in response.content.decode()) == (sent, True, False)


def test_in_a_path(client, pages):
    for path in (f"/{HOSTILE}/", f"/communities/{HOSTILE}/", f"/documents/1/{HOSTILE}", f"/api/v1/{HOSTILE}"):
        assert RUNS not in client.get(path).content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/login/",
        "/accounts/password/reset/",
        "/me/profile/",
        "/communities/new/",
        "/communities/x/publish/",
    ],
)
def test_in_a_form_that_fails(cast, signed_in, address):
    names = (
        "login",
        "email",
        "password",
        "first_name",
        "name",
        "summary",
        "website",
        "stage",
        "next",
        "region",
    )
    for client in (signed_in(cast.participant), signed_in(cast.outsider)):
        client.handler.enforce_csrf_checks = address.endswith("publish/")
        response = client.post(address, {**dict.fromkeys(names, HOSTILE * 3), "first_name": ""})
        assert RUNS not in response.content.decode()


def test_headers_come_back_nowhere(client, pages):
    headers = {
        "user-agent": HOSTILE,
        "referer": HOSTILE,
        "hx-current-url": HOSTILE,
        "x-forwarded-host": HOSTILE,
    }
    for address in ("/", "/nowhere/", "/accounts/login/"):
        assert RUNS not in client.get(address, headers=headers).content.decode()
