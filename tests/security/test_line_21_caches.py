"""Line 21: one person's page is given to nobody else, and no header or cookie changes what others get."""

import pytest
from django.core.cache import caches
from django.test import Client

from tests.security.conftest import HOSTILE, RUNS, SECRET

PAGES = [
    "/",
    "/guidance/",
    "/communities/",
    "/communities/falls-in-care-homes/",
    "/calendar/",
    "/programme/modules/planning/",
]


@pytest.mark.parametrize("address", PAGES)
def test_what_a_member_sees_is_given_to_no_visitor(private, cast, visit, address):
    visitor = visit("visitor").get(address).content
    for who in ("participant", "convener", "admin"):
        own = visit(who).get(address)
        assert own["Cache-Control"] == "private, no-store"
        assert "Cookie" in own["Vary"]
    again = visit("visitor").get(address)
    assert again.content == visitor
    assert SECRET not in again.content.decode()
    assert b"csrfmiddlewaretoken" not in again.content
    assert again.cookies == {}


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-host": "evil.example"},
        {"x-forwarded-proto": "https"},
        {"x-http-method-override": "POST"},
        {"hx-request": "true", "hx-target": "main", "hx-boosted": "true"},
        {"accept-language": "de"},
        {"accept": "application/json"},
        {"cookie": f"theme={HOSTILE}; messages=x; csrftoken=x"},
        {"cookie": "sessionid="},
        {"user-agent": HOSTILE},
        {"x-original-url": "/admin/"},
    ],
)
@pytest.mark.parametrize("address", ["/", "/communities/", "/calendar/"])
def test_no_header_poisons_a_kept_page(private, headers, address):
    clean = Client().get(address).content
    caches["pages"].clear()
    first = Client().get(address, headers=headers)
    second = Client().get(address)
    assert second.content == clean
    assert (second.status_code, RUNS in first.content.decode()) == (200, False)


@pytest.mark.parametrize("who", ["participant", "editor"])
def test_a_path_that_ends_like_a_file_is_kept_no_longer(private, visit, who):
    """A cache that goes by the ending would keep one's own page for everybody."""
    for address in ("/me/x.css", "/me/profile/x.js", "/me/;.css", "/me/%0a.css", "/me/notifications/.ico"):
        response = visit(who).get(address)
        assert (address, response.status_code) == (address, 404)
        assert response["Cache-Control"] == "private, no-store"


def test_ones_own_answers_are_kept_by_nobody(private, cast, visit):
    for address in (
        "/me/",
        "/people/",
        "/discussions/",
        private.topic.get_absolute_url(),
        "/search/?q=x",
        "/nowhere/",
        "/admin/",
    ):
        response = visit("admin").get(address)
        assert (address, "no-store" in response["Cache-Control"]) == (address, True)
    assert "private" in visit("visitor").get("/accounts/login/")["Cache-Control"]


def test_ever_new_addresses_are_not_kept(cast, client, pages):
    """A full cache forgets by chance, so nobody fills one by asking; counts of wrong passwords stand apart anyhow."""
    caches["default"].set("allauth:rl:login", [1.0], 300)
    for number in range(30):
        client.get(f"/?{number}")
        client.get(f"/accounts/login/?{number}", headers={"host": f"testserver:{number + 1}"})
    client.get("/")
    assert len(caches["pages"]._cache) == 1
    assert {key.split(":", 2)[2] for key in caches["default"]._cache} == {
        "allauth:rl:login", "public-pages-version", "wagtail_site_root_paths",
    }  # fmt: skip
    caches["pages"].clear()
    assert caches["default"].get("allauth:rl:login") == [1.0]
