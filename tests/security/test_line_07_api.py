"""Line 7: the API shows what the page shows, and no more; a fingerprint tells of no file."""

import pytest

from tests.security.conftest import SECRET

OPEN = [
    "/api/v1/communities",
    "/api/v1/sessions",
    "/api/v1/communities/falls-in-care-homes",
    "/api/v1/openapi.json",
]


@pytest.mark.parametrize("who", ["visitor", "convener", "editor", "admin"])
def test_says_the_same_to_everybody(private, visit, who):
    for address in OPEN:
        response = visit(who).get(address)
        assert response.status_code == 200
        assert response.content == visit("visitor").get(address).content
        assert SECRET not in response.content.decode()


def test_names_no_person(private, cast, client):
    for address in OPEN:
        content = client.get(address).content.decode()
        for person in (cast.convener, cast.facilitator, cast.participant):
            assert person.email not in content
            assert person.last_name not in content
        assert "joining" not in content
        assert "circle" not in content


def test_wagtails_own_is_closed(private, client):
    for address in ("/api/v2/pages/", "/api/main/pages/", "/admin/api/main/pages/", "/api/v1/pages/"):
        response = client.get(address)
        assert response.status_code in (302, 404)
        assert SECRET not in response.content.decode()


@pytest.mark.parametrize("who", ["visitor", "outsider"])
def test_a_known_fingerprint_or_date_tells_nothing(private, visit, who):
    known = {
        "if-none-match": f'"{private.document.get_file_hash()}"',
        "if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT",
    }
    rendition = private.picture.get_rendition("width-8")
    for address in (private.document.url, rendition.url, f"/sessions/{private.session.pk}.ics"):
        assert (address, visit(who).get(address, headers=known).status_code) == (address, 404)
        assert (address, visit(who).get(address, headers={"if-none-match": "*"}).status_code) == (
            address,
            404,
        )


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
def test_is_only_read(private, visit, method):
    for address in OPEN[:3]:
        assert getattr(visit("admin"), method)(address).status_code == 405
