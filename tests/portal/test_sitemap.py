"""What search engines are told: what a visitor sees, and nothing else."""

from xml.etree import ElementTree

import pytest

from home.models import InformationPage
from portal import sitemaps
from tests.factories import CommunityFactory, SessionFactory

SPACE = {"m": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def addresses(response) -> list[str]:
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml"
    return [node.text for node in ElementTree.fromstring(response.content).iterfind(".//m:loc", SPACE)]


def whole_map(client) -> set[str]:
    maps = addresses(client.get("/sitemap.xml"))
    return {
        address.removeprefix("http://testserver")
        for one in maps
        for address in addresses(client.get(one.removeprefix("http://testserver")))
    }


def test_index_names_the_maps(client, pages):
    assert addresses(client.get("/sitemap.xml")) == [
        "http://testserver/sitemap-pages.xml",
        "http://testserver/sitemap-places.xml",
        "http://testserver/sitemap-communities.xml",
        "http://testserver/sitemap-sessions.xml",
    ]


def test_holds_what_a_visitor_sees(client, cast, pages):
    session = SessionFactory()
    assert whole_map(client) == {
        "/",
        "/programme/",
        "/programme/modules/",
        "/programme/modules/planning/",
        "/guidance/",
        "/guidance/start-with-a-question/",
        "/communities/",
        "/calendar/",
        "/communities/falls-in-care-homes/",
        f"/sessions/{session.pk}/",
    }


def test_holds_nothing_that_is_private(client, cast, pages):
    before = whole_map(client)
    pages.home.add_child(instance=InformationPage(title="Ours", slug="ours", circle=cast.cohort.circle))
    pages.home.add_child(instance=InformationPage(title="Later", slug="later", live=False))
    for state in ("draft", "submitted", "ended"):
        CommunityFactory(state=state)
    SessionFactory(circle=cast.cohort.circle)
    SessionFactory(starts_at=None, ends_at=None)
    assert whole_map(client) == before


def test_is_the_same_for_who_is_signed_in(client, signed_in, cast, pages):
    pages.home.add_child(instance=InformationPage(title="Ours", slug="ours", circle=cast.cohort.circle))
    SessionFactory(circle=cast.cohort.circle)
    assert whole_map(signed_in(cast.participant)) == whole_map(client)


def test_another_name_of_ours_changes_no_address(client, pages, settings):
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "evil.example"]
    response = client.get("/sitemap.xml", headers={"host": "evil.example"})
    assert "evil.example" not in response.content.decode()
    response = client.get("/sitemap-places.xml", headers={"host": "evil.example"})
    assert "evil.example" not in response.content.decode()


def test_a_long_map_comes_in_parts(client, cast, pages, monkeypatch):
    monkeypatch.setattr(sitemaps.CommunitiesSitemap, "limit", 2)
    for _ in range(4):
        CommunityFactory()
    maps = addresses(client.get("/sitemap.xml"))
    assert [one for one in maps if "communities" in one] == [
        "http://testserver/sitemap-communities.xml",
        "http://testserver/sitemap-communities.xml?p=2",
        "http://testserver/sitemap-communities.xml?p=3",
    ]
    assert len(addresses(client.get("/sitemap-communities.xml?p=3"))) == 1


@pytest.mark.parametrize(
    "address", ["/sitemap-nothing.xml", "/sitemap-pages.xml?p=99", "/sitemap-pages.xml?p=x"]
)
def test_what_is_not_there_is_not_found(client, pages, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("number", [1, 30])
def test_queries(client, cast, pages, number, django_assert_num_queries):
    for index in range(number):
        CommunityFactory()
        SessionFactory()
        pages.home.add_child(instance=InformationPage(title=f"P{index}", slug=f"p{index}"))
    client.get("/")
    for address, queries in (
        ("/sitemap.xml", 3),
        ("/sitemap-pages.xml", 2),
        ("/sitemap-communities.xml", 2),
        ("/sitemap-sessions.xml", 2),
        ("/sitemap-places.xml", 0),
    ):
        with django_assert_num_queries(queries):
            client.get(address)


def test_is_only_read(client, pages):
    assert client.post("/sitemap.xml").status_code == 405


class TestRobots:
    def test_says_what_to_leave_alone_and_where_the_map_is(self, client, db):
        response = client.get("/robots.txt")
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        assert response.content.decode() == (
            "User-agent: *\n"
            "Disallow: /accounts/\n"
            "Disallow: /admin/\n"
            "Disallow: /discussions/\n"
            "Disallow: /me/\n"
            "Disallow: /people/\n"
            "Disallow: /record/\n"
            "Disallow: /search/\n"
            "\n"
            "Sitemap: http://testserver/sitemap.xml\n"
        )

    def test_nothing_of_the_map_is_forbidden(self, client, cast, pages):
        from portal.views import NOT_FOR_ROBOTS

        SessionFactory()
        assert [path for path in whole_map(client) if path.startswith(NOT_FOR_ROBOTS)] == []
