"""Line 18: after signing in or out, and from every form, only to ourselves."""

from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.factories import PASSWORD

ELSEWHERE = [
    "https://evil.example/", "//evil.example/", "///evil.example/", "/\\evil.example/", "\\\\evil.example",
    "https:evil.example", "http:///evil.example", "javascript:alert(1)", "\t//evil.example", "/\t/evil.example",
    "https://testserver@evil.example/", "https://testserver.evil.example/", "//testserver:80@evil.example/",
    "https://evil.example\\@testserver/", "\x00//evil.example", "data:text/html,x", "%2F%2Fevil.example",
]  # fmt: skip


def _is_ours(location: str) -> bool:
    """As a browser reads it: control characters left out, backslashes as slashes."""
    read = location.replace("\t", "").replace("\n", "").replace("\\", "/").strip()
    return (
        urlsplit(read).netloc in ("", "testserver")
        and urlsplit(read).scheme in ("", "http")
        and read[:2] != "//"
    )


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_signing_in_and_out(cast, elsewhere):
    client = Client()
    entered = client.post(
        f"/accounts/login/?next={elsewhere}",
        {"login": cast.participant.email, "password": PASSWORD, "next": elsewhere},
    )
    assert (entered.status_code, _is_ours(entered["Location"])) == (302, True)
    again = client.get("/accounts/login/", {"next": elsewhere})
    assert (again.status_code, _is_ours(again["Location"])) == (302, True)
    left = client.post("/accounts/logout/", {"next": elsewhere})
    assert (left.status_code, _is_ours(left["Location"])) == (302, True)


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_by_way_of_the_admin(cast, editor, pages, client, elsewhere):
    response = client.get("/admin/login/", {"next": elsewhere})
    assert _is_ours(response["Location"])
    page = pages.guidance
    for screen in ("unpublish", "copy", "delete", "edit"):
        sent = {"next": elsewhere, "new_title": "x", "new_slug": "x", "new_parent_page": pages.library.pk}
        response = editor.post(f"/admin/pages/{page.pk}/{screen}/?next={elsewhere}", sent)
        assert (screen, response.status_code != 302 or _is_ours(response["Location"])) == (screen, True)


@pytest.mark.parametrize(
    "path",
    ["//evil.example/", "//evil.example", "/%2F/evil.example", "/\\evil.example/", "//evil.example/%2e%2e"],
)
def test_by_a_path(client, pages, path):
    response = client.get("/", PATH_INFO=path)
    assert response.status_code in (301, 404)
    if response.status_code == 301:
        assert _is_ours(response["Location"])
    assert 'href="//evil' not in response.content.decode()


@pytest.mark.parametrize("referer", ["https://evil.example/", "//evil.example/"])
def test_by_where_one_came_from(cast, signed_in, referer):
    client = signed_in(cast.convener)
    for address in ("/calendar/feed/new/", "/me/notifications/read/", "/me/notifications/settings/"):
        response = client.post(
            address, {"next": referer}, headers={"referer": referer, "hx-current-url": referer}
        )
        assert (address, _is_ours(response["Location"])) == (address, True)


def test_who_does_not_work_in_the_admin_is_told_so_and_not_sent_round(cast, signed_in):
    response = signed_in(cast.participant).get("/admin/pages/", follow=True)
    assert (response.status_code, len(response.redirect_chain)) == (403, 1)
