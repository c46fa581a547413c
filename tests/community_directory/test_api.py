"""The directory as open data: what it says, what it keeps to itself, what it costs."""

import json

import pytest
from django.test import Client

from community_directory.models import Community, Connection
from tests.factories import CommunityFactory, ThemeFactory

ADDRESS = "/api/v1/communities"


@pytest.fixture
def full(cast, terms) -> Community:
    community = CommunityFactory(
        name="Night walkers",
        slug="night-walkers",
        summary="People of the night.",
        domain="**Dark**",
        how_to_join="Come.",
        website="https://night.example.org",
        rhythm="Thursdays",
        state="dormant",
        themes=[terms["theme"]],
        convener=cast.convener,
    )
    community.organisations.set([terms["organisation"]])
    Connection.objects.create(source=community, target=cast.community, reason="Same.", state="accepted")
    return community


class TestOne:
    def test_says_what_its_page_says(self, client, full):
        response = client.get(f"{ADDRESS}/night-walkers")
        assert response.status_code == 200
        assert response.json() == {
            "slug": "night-walkers",
            "name": "Night walkers",
            "url": "http://testserver/communities/night-walkers/",
            "summary": "People of the night.",
            "stage": "coalescing",
            "resting": True,
            "themes": [{"slug": "trust", "name": "Trust"}],
            "sectors": [{"slug": "social-care", "name": "Social care"}],
            "regions": [{"slug": "london", "name": "London"}],
            "rhythm": "Thursdays",
            "meets": "online",
            "open_to": "anyone",
            "published_at": response.json()["published_at"],
            "domain": "**Dark**",
            "domain_html": "<p><strong>Dark</strong></p>\n",
            "purpose": "Why we exist.",
            "purpose_html": "<p>Why we exist.</p>\n",
            "practice": "What we share.",
            "practice_html": "<p>What we share.</p>\n",
            "how_to_join": "Come.",
            "website": "https://night.example.org",
            "organisations": [{"slug": "harewell", "name": "Harewell"}],
            "connections": [
                {"slug": "falls-in-care-homes", "name": "Falls in care homes", "reason": "Same."}
            ],
        }

    @pytest.mark.parametrize("state", ["draft", "submitted", "ended"])
    @pytest.mark.parametrize("key", ["visitor", "convener", "editor"])
    def test_only_what_is_listed_whoever_asks(self, cast, signed_in, full, state, key):
        Community.objects.filter(pk=full.pk).update(state=state)
        client = Client() if key == "visitor" else signed_in(getattr(cast, key))
        for slug in ("night-walkers", "no-such", "%00", "a" * 5000):
            response = client.get(f"{ADDRESS}/{slug}")
            assert (response.status_code, response.json()) == (
                404,
                {"detail": "There is nothing at this address."},
            )
        assert [item["slug"] for item in client.get(ADDRESS).json()["items"]] == ["falls-in-care-homes"]

    def test_no_persons_name(self, cast, signed_in, full):
        for address in (ADDRESS, f"{ADDRESS}/night-walkers"):
            content = signed_in(cast.convener).get(address).content.decode()
            for private in ("Convener", "Demo", "@example.org", "created_by", "circle", "sent_back"):
                assert private not in content


class TestList:
    @pytest.fixture
    def several(self, db) -> list[Community]:
        return [CommunityFactory(name=f"Community {number}") for number in range(5)]

    def test_pages_lead_from_one_to_the_next(self, client, several):
        address, seen = f"{ADDRESS}?limit=2&stage=coalescing", []
        for expected in (2, 2, 1):
            answer = client.get(address).json()
            assert len(answer["items"]) == expected
            seen += [item["name"] for item in answer["items"]]
            address = (answer["next"] or "").removeprefix("http://testserver")
        assert seen == [community.name for community in several]
        assert address == ""

    def test_a_page_stays_when_something_is_added(self, client, several):
        after = client.get(f"{ADDRESS}?limit=2").json()["next"].removeprefix("http://testserver")
        before = client.get(after).json()["items"]
        CommunityFactory()
        assert client.get(after).json()["items"] == before

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("theme=lamps", ["Community 1"]),
            ("theme=lamps&theme=none", ["Community 1"]),
            ("theme=none", []),
            ("sector=social-care&region=london&stage=maturing", ["Community 2"]),
            ("stage=maturing&stage=coalescing", [f"Community {number}" for number in range(5)]),
            ("region=%00", []),
            ("q=%00", []),
        ],
    )
    def test_filters(self, client, several, query, names):
        several[1].themes.add(ThemeFactory(slug="lamps"))
        Community.objects.filter(pk=several[2].pk).update(stage="maturing")
        # A text without a word finds nothing; no text asks for nothing.
        found = [item["name"] for item in client.get(f"{ADDRESS}?{query}").json()["items"]]
        assert found == names

    @pytest.mark.postgres
    def test_text(self, client, several, reindex):
        CommunityFactory(name="Lanterns")
        reindex()
        found = client.get(f"{ADDRESS}?q=lanterns&limit=1").json()
        assert [item["name"] for item in found["items"]] == ["Lanterns"]
        assert found["next"] is None

    @pytest.mark.parametrize(
        ("query", "parameter"),
        [
            ("limit=0", "limit"),
            ("limit=101", "limit"),
            ("limit=x", "limit"),
            ("cursor=-1", "cursor"),
            (f"cursor={2**63}", "cursor"),
            ("stage=ripe", "0"),
            ("q=" + "x" * 201, "q"),
            ("&".join(["theme=x"] * 51), "theme"),
        ],
    )
    def test_what_is_not_understood_is_said(self, client, db, query, parameter):
        response = client.get(f"{ADDRESS}?{query}")
        assert response.status_code == 422
        assert [error["parameter"] for error in response.json()["errors"]] == [parameter]

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_only_read(self, client, full, method):
        assert getattr(client, method)(ADDRESS).status_code == 405
        assert getattr(client, method)(f"{ADDRESS}/night-walkers").status_code == 405


class TestUnchanged:
    @pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}/night-walkers"])
    def test_hears_only_of_changes(self, client, full, address):
        first = client.get(address)
        again = client.get(address, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        Community.objects.filter(pk=full.pk).update(summary="Changed.")
        changed = client.get(address, headers={"If-None-Match": first["ETag"]})
        assert changed.status_code == 200
        assert changed["ETag"] != first["ETag"]

    def test_may_be_kept_a_minute(self, client, full):
        assert client.get(ADDRESS)["Cache-Control"] == "public, max-age=60"


class TestDescription:
    def test_answers_are_typed_and_refusals_named(self, client, db):
        described = client.get("/api/v1/openapi.json").json()["paths"]
        answers = {
            path: set(described[path]["get"]["responses"])
            for path in ("/api/v1/communities", "/api/v1/communities/{slug}")
        }
        assert answers == {
            "/api/v1/communities": {"200", "304", "422"},
            "/api/v1/communities/{slug}": {"200", "304", "404"},
        }
        parameters = described["/api/v1/communities"]["get"]["parameters"]
        assert [one["name"] for one in parameters] == [
            "q",
            "theme",
            "sector",
            "region",
            "stage",
            "cursor",
            "limit",
        ]
        assert all(one["description"] for one in parameters)
        assert "CommunityDetail" in json.dumps(described["/api/v1/communities/{slug}"])


class TestCost:
    @pytest.mark.parametrize("number", [1, 30])
    def test_list(self, client, terms, django_assert_num_queries, number):
        for _ in range(number):
            CommunityFactory(themes=[terms["theme"]])
        client.get(ADDRESS)
        with django_assert_num_queries(2):
            client.get(f"{ADDRESS}?theme=trust&sector=social-care&region=london")

    @pytest.mark.parametrize("number", [1, 30])
    def test_one(self, client, full, django_assert_num_queries, number):
        for _ in range(number):
            Connection.objects.create(
                source=full, target=CommunityFactory(), reason="Same.", state="accepted"
            )
        client.get(ADDRESS)
        with django_assert_num_queries(4):
            client.get(f"{ADDRESS}/night-walkers")
