"""The directory for programs: what is new, and all of it as a table. Nothing that visitors can't read."""

import csv
import io
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from django.test import Client

from community_directory.feeds import COLUMNS
from tests.factories import CommunityFactory, SectorFactory, ThemeFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

FEED, TABLE, ATOM = "/communities/new.atom", "/communities/communities.csv", "{http://www.w3.org/2005/Atom}"


def entries(reader: Client | None = None) -> list[ElementTree.Element]:
    response = (reader or Client()).get(FEED)
    assert (response.status_code, response["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    return ElementTree.fromstring(response.content).findall(f"{ATOM}entry")


def table(reader: Client | None = None) -> list[dict[str, str]]:
    response = (reader or Client()).get(TABLE)
    assert (response.status_code, response["Content-Type"]) == (200, "text/csv; charset=utf-8")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def listed(name: str, day: int, **more):
    moment = datetime(2026, 3, day, 9, tzinfo=UTC)
    return CommunityFactory(name=name, slug=name.lower(), published_at=moment, **more)


class TestFeed:
    def test_the_newest_comes_first_with_its_address(self):
        listed("Older", 1, summary="First <of> two.", stage="maturing")
        listed("Newer", 2)
        found = entries()
        assert [entry.find(f"{ATOM}title").text for entry in found] == ["Newer", "Older"]
        assert found[1].find(f"{ATOM}summary").text == "First <of> two."
        assert found[1].find(f"{ATOM}link").get("href").endswith("/communities/older/")
        assert found[1].find(f"{ATOM}category").get("term") == "Finding our stride"
        assert found[1].find(f"{ATOM}published").text == "2026-03-01T09:00:00+00:00"

    def test_there_are_thirty_at_most(self):
        for day in range(1, 32):
            listed(f"Group{day}", day)
        assert len(entries()) == 30

    @pytest.mark.parametrize("number", [1, 30])
    def test_queries(self, client, number, django_assert_num_queries):
        for place in range(number):
            listed(f"Group{place}", 1)
        client.get(FEED)
        client.cookies["sessionid"] = "none"
        with django_assert_num_queries(1):
            client.get(FEED)


class TestTable:
    def test_a_line_for_each_with_all_it_says(self):
        theme = ThemeFactory(name="Falls", slug="falls")
        listed("Falls", 1, domain='One,\n"two" – é', stage="maturing", state="dormant").themes.add(
            theme, ThemeFactory(name="Care", slug="care")
        )
        [row] = table()
        assert tuple(row) == COLUMNS
        assert (row["slug"], row["name"], row["domain"]) == ("falls", "Falls", 'One,\n"two" – é')
        assert (row["stage"], row["resting"], row["published_at"]) == ("maturing", "yes", "2026-03-01")
        assert row["themes"] == "Care; Falls"
        assert row["sectors"] == SectorFactory(slug="social-care").name

    def test_no_cell_is_run_by_a_spreadsheet(self):
        listed("Sums", 1, summary="=1+1", purpose="@x")
        [row] = table()
        assert (row["summary"], row["purpose"]) == ("'=1+1", "'@x")

    @pytest.mark.parametrize("number", [1, 30])
    def test_queries(self, number, django_assert_num_queries):
        for place in range(number):
            listed(f"Group{place}", 1)
        # the communities, and four kinds of what they are filed under
        with django_assert_num_queries(5):
            assert len(table()) == number

    def test_none_is_a_table_of_names(self):
        assert table() == []


@pytest.mark.parametrize("who", ["visitor", "convener", "editor", "admin"])
def test_what_is_not_in_the_directory_is_in_neither_whoever_asks(cast, signed_in, who):
    for state in ("draft", "submitted", "ended"):
        CommunityFactory(name=f"Hidden {state}", state=state, published_at=None, convener=cast.convener)
    reader = Client() if who == "visitor" else signed_in(getattr(cast, who))
    assert [row["name"] for row in table(reader)] == [cast.community.name]
    assert len(entries(reader)) == 1


@pytest.mark.parametrize("url", [FEED, TABLE])
def test_nothing_is_sent_to_it(url):
    assert Client().post(url).status_code == 405


def test_neither_names_a_person(cast):
    text = b"".join(Client().get(TABLE).streaming_content).decode() + Client().get(FEED).text
    assert cast.convener.last_name not in text
    assert cast.convener.email not in text


def test_the_directory_leads_to_both_and_a_search_does_not(client, cast):
    html = client.get("/communities/").text
    assert (f'href="{FEED}"' in html, f'href="{TABLE}" download' in html) == (True, True)
    assert f'href="{TABLE}"' not in client.get("/communities/?stage=maturing").text
