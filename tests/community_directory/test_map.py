"""The map: in which regions the communities are, as a list that needs no script; nothing is asked of anybody else."""

import json
import re
from collections import Counter

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from community_directory.models import Community
from members.models import Region, Sector
from portal.settings.base import _tile_host
from tests.factories import CommunityFactory, RegionFactory, SectorFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
PAGE = "/communities/map/"
OUTLINES = settings.ROOT / "static" / "js" / "outlines.json"


def read(query: str = "", reader: Client | None = None) -> BeautifulSoup:
    response = (reader or Client()).get(f"{PAGE}{query}")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def regions(page: BeautifulSoup) -> dict[str, int]:
    return {item.a.text: int(item["data-number"]) for item in page.select("[data-region]")}


def community(name: str, *where: Region, **more: object) -> Community:
    return CommunityFactory(name=name, regions=list(where), **more)


@pytest.fixture
def north() -> Region:
    return RegionFactory(slug="north-east", name="North East")


@pytest.fixture
def south() -> Region:
    return RegionFactory(slug="south-west", name="South West")


class TestList:
    def test_how_many_are_where_and_the_first_few(self, north, south):
        for name in ("Dales", "Alders", "Cedars", "Birches"):
            community(name, north)
        community("Elms", north, south)
        RegionFactory(slug="empty", name="Empty")
        page = read()
        assert page.select_one(".p-results-head__count").text == "5 communities in 2 regions"
        assert regions(page) == {"North East": 5, "South West": 1}
        first = page.select_one("[data-region=north-east] .p-regions__firsts")
        assert " ".join(first.text.split()) == "Alders, Birches, Cedars and 2 more"
        assert first.a["href"] == Community.objects.get(name="Alders").get_absolute_url()

    def test_a_region_leads_to_the_list_of_it_with_all_else_that_is_asked(self, north, south):
        community("Alders", north, south, stage="maturing")
        page = read("?stage=maturing&region=south-west&sort=name")
        assert page.select_one("[data-region=north-east] a")["href"] == (
            "/communities/?stage=maturing&sort=name&region=north-east"
        )

    def test_the_filters_of_the_list_narrow_it(self, north, south):
        community("Alders", north, stage="maturing")
        community("Birches", south)
        page = read("?stage=maturing")
        assert regions(page) == {"North East": 1}
        assert page.select_one(".p-results-head__count").text == "1 community in 1 region"
        assert page.select_one(".p-chip")["href"] == "?"

    def test_words_narrow_it(self, north, south, reindex):
        community("Alders", north)
        community("Birches", south)
        reindex()
        assert regions(read("?q=birches")) == {"South West": 1}

    def test_nothing_found_is_said(self):
        page = read("?q=zzzzzz")
        assert page.find("h2", string="Nothing matches all of that") is not None
        assert (regions(page), page.select("script[src*=map]")) == ({}, [])

    @hypothesis(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(
        where=st.lists(
            st.tuples(st.sets(st.integers(0, 3), min_size=1), st.sampled_from("ab"), st.booleans()),
            max_size=8,
        ),
        sector=st.sampled_from(["", "a", "b"]),
    )
    def test_the_numbers_are_those_of_a_plain_loop(self, where, sector):
        Community.objects.all().delete()
        there = [RegionFactory(slug=f"region-{number}", name=f"Region {number}") for number in range(4)]
        sectors = {slug: SectorFactory(slug=slug, name=slug) for slug in "ab"}
        counts: Counter[str] = Counter()
        for numbers, crosses, listed in where:
            CommunityFactory(
                regions=[there[number] for number in numbers],
                sectors=[sectors[crosses]],
                state="published" if listed else "ended",
            )
            if listed and sector in ("", crosses):
                counts.update(f"Region {number}" for number in numbers)
        assert regions(read(f"?sector={sector}" if sector else "?x=1")) == dict(counts)
        assert Sector.objects.filter(slug__in="ab").count() == 2

    @pytest.mark.parametrize("number", [1, 30])
    def test_queries(self, client, number, north, django_assert_num_queries):
        for place in range(number):
            community(f"G{place}", north)
        client.get(f"{PAGE}?x=1")
        with django_assert_num_queries(2):
            client.get(f"{PAGE}?x=1")

    def test_a_visitor_costs_no_query_the_second_time(self, client, north, django_assert_num_queries):
        community("Alders", north)
        first = client.get(PAGE)
        with django_assert_num_queries(0):
            assert client.get(PAGE).content == first.content

    def test_nothing_is_sent_to_it(self, client):
        assert client.post(PAGE).status_code == 405

    @pytest.mark.parametrize("who", ["visitor", "convener", "editor"])
    def test_what_is_not_public_is_not_counted_whoever_asks(self, cast, signed_in, north, who):
        for state in ("draft", "submitted", "ended"):
            community(f"Zwetschge {state}", north, state=state, published_at=None, convener=cast.convener)
        reader = Client() if who == "visitor" else signed_in(getattr(cast, who))
        page = read("", reader)
        assert sum(regions(page).values()) == 1
        assert "Zwetschge" not in page.text


class TestOutlines:
    @pytest.fixture(scope="class")
    def features(self):
        return json.loads(OUTLINES.read_text())["features"]

    def test_every_region_of_the_demo_has_its_place(self, features):
        words = (settings.ROOT / "portal" / "demo" / "vocabulary.toml").read_text()
        slugs = re.findall(r'\[\[regions\]\]\nslug = "([^"]+)"', words)
        assert {feature["properties"]["slug"] for feature in features} == set(slugs)

    def test_each_outline_is_closed_and_its_middle_lies_in_it(self, features):
        for feature in features:
            if feature["geometry"] is None:
                continue
            east, north = feature["properties"]["centre"]
            rings = [polygon[0] for polygon in feature["geometry"]["coordinates"]]
            assert all(ring[0] == ring[-1] and len(ring) > 3 for ring in rings)
            crossed = 0
            for (x, y), (next_x, next_y) in zip(rings[0], rings[0][1:], strict=False):
                if (y > north) != (next_y > north) and east < x + (north - y) * (next_x - x) / (next_y - y):
                    crossed += 1
            assert crossed % 2 == 1, feature["properties"]["slug"]


class TestTiles:
    def test_without_them_nobody_else_is_asked(self, client, north):
        community("Alders", north)
        response = client.get(PAGE)
        assert "img-src 'self' data:;" in f"{response['Content-Security-Policy']};"
        assert b"data-tiles" not in response.content

    def test_with_them_their_host_may_give_pictures_on_this_page_alone(self, client, north, settings):
        settings.TILE_URL = "https://tiles.example.org/{z}/{x}/{y}.png"
        settings.TILE_HOST, settings.TILE_ATTRIBUTION = "https://tiles.example.org", "Maps by <us>"
        community("Alders", north)
        for _ in range(2):  # made, then kept
            response = client.get(PAGE)
            assert (
                "img-src 'self' data: https://tiles.example.org;" in f"{response['Content-Security-Policy']};"
            )
            assert response["Content-Security-Policy"].count("tiles.example.org") == 1
        page = BeautifulSoup(response.content, "html.parser")
        assert page.select_one("[data-map]")["data-thanks"] == "Maps by <us>"
        assert page.find("p", string="Map pictures: Maps by <us>.") is not None
        assert "tiles" not in client.get("/communities/")["Content-Security-Policy"]

    def test_all_else_of_the_policy_stands(self, client, north, settings):
        community("Alders", north)
        without = set(client.get(f"{PAGE}?x=1")["Content-Security-Policy"].split("; "))
        settings.TILE_HOST = "https://tiles.example.org"
        with_them = set(client.get(f"{PAGE}?x=1")["Content-Security-Policy"].split("; "))
        assert without - with_them == {"img-src 'self' data:"}

    @pytest.mark.parametrize(
        ("address", "host"),
        [
            ("", ""),
            ("https://tiles.example.org/{z}/{x}/{y}.png", "https://tiles.example.org"),
            ("https://{s}.tiles.example.org:8443/{z}/{x}/{y}.png", "https://*.tiles.example.org:8443"),
        ],
    )
    def test_its_host(self, address, host):
        assert _tile_host(address, "Somebody") == host

    @pytest.mark.parametrize(
        ("address", "thanks"),
        [
            ("http://tiles.example.org/{z}/{x}/{y}.png", "Somebody"),
            ("https:///{z}/{x}/{y}.png", "Somebody"),
            ("https://a; script-src *@b.example.org/{z}", "Somebody"),
            ("https://tiles.example.org/{z}/{x}/{y}.png", ""),
        ],
    )
    def test_what_is_wrong_or_thanks_nobody_is_refused(self, address, thanks):
        with pytest.raises(ImproperlyConfigured):
            _tile_host(address, thanks)
