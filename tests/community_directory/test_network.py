"""The network for people and for programs: in words, as a table, as a graph, and to take along. Only what is public."""

import csv
import io
from datetime import date

import networkx
import pytest
from bs4 import BeautifulSoup
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from community_directory.counting import refresh_network
from community_directory.models import Community, Connection, NetworkSnapshot, NetworkState
from community_directory.network_exports import COLUMNS, _plain
from community_directory.plot import plot_of
from tests.community_directory.networks import SINCE, chain, counted, link
from tests.factories import CommunityFactory, RegionFactory, SectorFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
PAGE, GRAPH = "/communities/network/", "/communities/network.json"
LINKS, GRAPHML = "/communities/network.csv", "/communities/network.graphml"
ALL = (PAGE, GRAPH, LINKS, GRAPHML)


def read(query: str = "", reader: Client | None = None) -> BeautifulSoup:
    response = (reader or Client()).get(f"{PAGE}{query}")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def rows(page: BeautifulSoup) -> list[list[str]]:
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")]
        for row in page.select(".p-network-table tbody tr")
    ]


def names(page: BeautifulSoup) -> list[str]:
    return [row[0] for row in rows(page)]


def card(page: BeautifulSoup, title: str) -> list[str]:
    found = page.find("h3", string=title)
    return (
        [item.get_text(" ", strip=True) for item in found.find_parent(class_="p-card").select("li")]
        if found
        else []
    )


def table() -> list[dict[str, str]]:
    text = b"".join(Client().get(LINKS).streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


class TestPage:
    def test_it_is_said_in_words(self):
        counted("A", "B", "C", "D")
        CommunityFactory(name="E")
        refresh_network()
        page = read()
        assert page.h1.text == "How communities are linked"
        assert page.select_one(".p-results-head__count").text == "5 communities, 3 links"
        said = "The links make 1 group of 4. 1 community stands alone. On average a community has 1.2 links."
        assert page.find("p", string=said) is not None
        assert (
            card(page, "Bridges")
            == [
                "C It is linked with 2 communities. Without it, its group would fall into 2 parts.",
                "B It is linked with 2 communities. Without it, its group would fall into 2 parts.",
            ][::-1]
        )
        assert card(page, "Islands") == ["E"]

    def test_a_bridge_that_no_group_needs_says_how_many_ways_lead_through_it(self):
        made = counted("A", "B", "C", "D")
        link(made[3], made[0])
        refresh_network()
        [first, *_] = card(read(), "Bridges")
        assert (
            first
            == "A It is linked with 2 communities, and 17 in 100 of the shortest ways between two others lead through it."
        )

    def test_sectors_that_nobody_linked_crosses(self):
        SectorFactory(slug="pharmacy", name="Pharmacy")
        counted("A", "B")
        page = read()
        assert card(page, "Missing sectors") == ["Pharmacy"]
        assert page.find("a", string="Pharmacy")["href"] == "/communities/?sector=pharmacy"

    def test_without_any_link_nothing_is_missing(self):
        SectorFactory(slug="pharmacy", name="Pharmacy")
        counted("A")
        page = read()
        assert (card(page, "Missing sectors"), card(page, "Islands")) == ([], ["A"])
        assert page.find("p", string="Nobody is linked yet. 1 community stands alone.") is not None

    def test_the_table_begins_with_most_links_or_goes_by_name(self):
        counted("Alders", "Birches", "Cedars")
        assert rows(read())[0] == [
            "Birches",
            "Getting started",
            "London",
            "Social care",
            "2",
            "2 : around Birches",
        ]
        assert names(read()) == ["Birches", "Cedars", "Alders"]
        assert names(read("?order=name")) == ["Alders", "Birches", "Cedars"]
        assert names(read("?order=zzz")) == ["Birches", "Cedars", "Alders"]

    @pytest.mark.parametrize("order", ["links", "name"])
    def test_its_pages_show_each_once_there_and_back(self, order):
        counted(*(f"G{place:02}" for place in range(60)))
        page, seen = read(f"?order={order}"), []
        seen += names(page)
        while older := page.find("a", rel="next"):
            before = page
            page = read(older["href"].split("#")[0])
            assert names(read(page.find("a", rel="prev")["href"].split("#")[0])) == names(before)
            seen += names(page)
        assert sorted(seen) == [f"G{place:02}" for place in range(60)]

    @pytest.mark.parametrize(
        "query", ["?cursor=zzz", "?around=nobody", "?around=%00", "?order=name&cursor=WyJuIiwxXQ"]
    )
    def test_what_is_not_there_is_not_found(self, client, query):
        counted("A")
        assert client.get(f"{PAGE}{query}").status_code == 404

    def test_before_it_is_counted_it_says_so_and_counts_nothing(self, client, django_assert_max_num_queries):
        chain("A", "B")
        page = read()
        assert page.find("h2", string="The links have not been counted yet") is not None
        assert (page.select("[data-network]"), rows(page)) == ([], [])
        with django_assert_max_num_queries(6):
            client.get(f"{PAGE}?x=1")

    def test_who_ended_is_gone_before_the_next_count(self):
        one, _ = counted("A", "B")
        Community.objects.filter(pk=one.pk).update(state="ended")
        page = read()
        assert names(page) == ["B"]
        assert "A" not in card(page, "Bridges") + card(page, "Islands")

    def test_how_it_grew(self):
        counted("A", "B")
        for month in (3, 4, 5):
            NetworkSnapshot.objects.create(month=date(2026, month, 1), communities=10, connections=5 * month)
        page = read()
        growth = page.find(id="growth-title").find_parent("section")
        assert [cell.text for cell in growth.select("tbody th")] == ["March 2026", "April 2026", "May 2026"]
        assert [cell.text for cell in growth.select("tbody tr:last-child td")] == [
            "10",
            "25",
            "0",
            "0",
            "0",
            "5.0",
        ]
        assert (
            growth.find("desc").text == "From March 2026 to May 2026 the number of links went from 15 to 25."
        )

    @pytest.mark.parametrize("number", [1, 30])
    def test_queries(self, client, number, django_assert_num_queries):
        counted(*(f"G{place}" for place in range(number)))
        client.get(f"{PAGE}?warm=1")
        # The state; a page of the table and what it is filed under; bridges, islands, months.
        with django_assert_num_queries(6):
            client.get(f"{PAGE}?x=1")

    @pytest.mark.parametrize("number", [1, 30])
    def test_queries_of_a_part(self, client, number, django_assert_num_queries):
        counted(*(f"G{place}" for place in range(number)))
        client.get(f"{PAGE}?stage=coalescing")
        # The state; a page of the table and what it is filed under; how many communities and links.
        with django_assert_num_queries(5):
            client.get(f"{PAGE}?stage=coalescing")

    def test_a_visitor_costs_no_query_the_second_time(self, client, django_assert_num_queries):
        counted("A", "B")
        first = client.get(PAGE)
        with django_assert_num_queries(0):
            assert client.get(PAGE).content == first.content


class TestPart:
    def test_the_filters_of_the_list_narrow_it(self):
        counted("A", "B", "C")
        Community.objects.filter(name="C").update(stage="maturing")
        page = read("?stage=coalescing")
        assert names(page) == ["B", "A"]
        assert page.select_one(".p-results-head__count").text == "2 communities, 1 link between them"
        assert (
            page.select_one("[data-network]")["data-network"] == "/communities/network.json?stage=coalescing"
        )
        assert page.find("h2", string="What stands out") is None

    def test_words_narrow_it(self, reindex):
        counted("Alders", "Birches")
        reindex()
        page = read("?q=alders")
        assert names(page) == ["Alders"]
        assert page.select_one(".p-chip")["href"] == "?"

    def test_around_one_is_two_steps(self):
        counted("A", "B", "C", "D", "E")
        page = read("?around=b&order=name")
        assert page.h1.text == "Around B"
        assert [(row[0], row[1]) for row in rows(page)] == [("A", "1"), ("B", "0"), ("C", "1"), ("D", "2")]
        assert page.select_one(".p-results-head__count").text == "4 communities, 3 links between them"

    @pytest.mark.parametrize("number", [1, 30])
    def test_queries_around_one(self, client, number, django_assert_num_queries):
        made = counted(*(f"G{place}" for place in range(number + 2)))
        for other in made[2:]:
            link(made[0], other)
        refresh_network()
        client.get(f"{PAGE}?around=g0")
        # The community, its links and those of the others besides.
        with django_assert_num_queries(8):
            client.get(f"{PAGE}?around=g0")

    def test_a_community_leads_to_what_is_around_it_if_it_is_linked(self, client):
        counted("A", "B")
        CommunityFactory(slug="alone")
        address = f"{PAGE}?around="
        assert f'href="{address}a"' in client.get("/communities/a/").text
        assert address not in client.get("/communities/alone/").text

    @pytest.mark.parametrize("state", ["draft", "submitted", "ended"])
    def test_around_what_is_not_public_is_nothing_for_nobody(self, cast, signed_in, state):
        counted("A")
        CommunityFactory(slug="hidden", state=state, published_at=None, convener=cast.convener)
        for reader in (Client(), signed_in(cast.convener), signed_in(cast.editor)):
            assert reader.get(f"{PAGE}?around=hidden").status_code == 404
            assert reader.get(f"{GRAPH}?around=hidden").status_code == 404


class TestWays:
    @pytest.mark.parametrize(("address", "here"), [("", "List"), ("map/", "Map"), ("network/", "Network")])
    def test_each_leads_to_the_others_with_the_same_query(self, address, here):
        SectorFactory(slug="social-care")
        counted("A", "B")
        page = BeautifulSoup(
            Client().get(f"/communities/{address}?q=x&sector=social-care").content, "html.parser"
        )
        ways = page.find("nav", {"aria-label": "Ways to look at this"}).find_all("a")
        assert [(way.text, way["href"]) for way in ways] == [
            ("List", "/communities/?q=x&sector=social-care"),
            ("Map", "/communities/map/?q=x&sector=social-care"),
            ("Network", "/communities/network/?q=x&sector=social-care"),
        ]
        assert [way.text for way in ways if way.get("aria-current") == "page"] == [here]


class TestGraph:
    def test_all_that_is_drawn(self):
        north = RegionFactory(slug="north", name="North")
        _, two = chain("A", "B")
        two.regions.set([north])
        refresh_network()
        found = Client().get(GRAPH).json()
        assert [[*node[:2], *node[4:]] for node in found["nodes"]] == [
            ["b", "B", 1, 1, 0, 1, None],
            ["a", "A", 1, 0, 0, 1, None],
        ]
        assert found["edges"] == [[1, 0]]
        assert found["terms"]["region"] == ["London", "North"]
        assert found["terms"]["stage"][1] == "Getting started"
        assert found["left_out"] == 0

    def test_around_one_it_says_how_many_steps_away(self):
        counted("A", "B", "C", "D")
        found = Client().get(f"{GRAPH}?around=a").json()
        assert {node[1]: node[8] for node in found["nodes"]} == {"A": 0, "B": 1, "C": 2}
        assert len(found["edges"]) == 2

    def test_the_least_linked_of_too_many_are_left_out(self, monkeypatch):
        monkeypatch.setattr("community_directory.network.MOST", 2)
        counted("A", "B", "C", "D")
        found = Client().get(GRAPH).json()
        assert [node[1] for node in found["nodes"]] == ["C", "B"]
        assert (found["left_out"], found["edges"]) == (2, [[1, 0]])

    @pytest.mark.parametrize("number", [1, 30])
    def test_queries(self, client, number, django_assert_num_queries):
        counted(*(f"G{place}" for place in range(number)))
        client.get(GRAPH)
        with django_assert_num_queries(4):
            assert len(client.get(GRAPH).json()["nodes"]) == number

    def test_who_has_it_hears_only_of_changes(self, client, django_assert_num_queries):
        counted("A", "B")
        first = client.get(GRAPH)
        assert first["Cache-Control"] == "public, max-age=60"
        with django_assert_num_queries(0):
            again = client.get(GRAPH, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        link(Community.objects.get(name="A"), CommunityFactory(name="C"))
        refresh_network()
        changed = client.get(GRAPH, headers={"If-None-Match": first["ETag"]})
        assert (changed.status_code, len(changed.json()["nodes"])) == (200, 3)

    def test_another_query_is_another_answer(self, client):
        counted("A", "B")
        tags = {client.get(f"{GRAPH}{query}")["ETag"] for query in ("", "?around=a", "?around=b")}
        assert len(tags) == 3


class TestExports:
    def test_a_line_for_each_link(self):
        chain("A", "B")
        [row] = table()
        assert tuple(row) == COLUMNS
        assert row == {
            "source": "A", "target": "B", "reason": "A and B", "since": "2026-03-01", "source_slug": "a", "target_slug": "b",
        }  # fmt: skip

    def test_no_cell_is_run_by_a_spreadsheet(self):
        one, two = CommunityFactory(name="=A()"), CommunityFactory(name="+B")
        link(one, two, reason="@SUM(1)")
        [row] = table()
        assert (row["source"], row["target"], row["reason"]) == ("'=A()", "'+B", "'@SUM(1)")

    @pytest.mark.parametrize("number", [2, 30])
    def test_queries_of_the_table(self, number, django_assert_num_queries):
        chain(*(f"G{place}" for place in range(number)))
        with django_assert_num_queries(1):
            assert len(table()) == number - 1

    def test_networkx_reads_what_it_is_given(self):
        one, _ = chain("A", "B")
        CommunityFactory(name="C & <co>", slug="c")
        one.sectors.add(SectorFactory(slug="pharmacy", name="Pharmacy"))
        response = Client().get(GRAPHML)
        assert response["Content-Type"] == "application/graphml+xml; charset=utf-8"
        graph = networkx.parse_graphml(response.content.decode())
        assert set(graph.nodes) == {"a", "b", "c"}
        assert graph.nodes["c"]["name"] == "C & <co>"
        assert (graph.nodes["a"]["sectors"], graph.nodes["a"]["regions"]) == (
            "Pharmacy; Social care",
            "London",
        )
        assert graph.nodes["a"]["stage"] == "coalescing"
        assert graph.nodes["a"]["url"].endswith("/communities/a/")
        assert dict(graph.edges) == {("a", "b"): {"reason": "A and B", "since": SINCE.date().isoformat()}}

    @pytest.mark.parametrize("number", [1, 30])
    def test_queries_of_graphml(self, client, number, django_assert_num_queries):
        chain(*(f"G{place}" for place in range(number)))
        client.get(GRAPHML)
        with django_assert_num_queries(4):
            client.get(GRAPHML)

    @given(st.text())
    def test_any_text_stands_in_xml(self, text):
        graph = networkx.Graph()
        graph.add_node("a", name=_plain(text))
        lines = "\n".join(networkx.generate_graphml(graph))
        assert networkx.parse_graphml(lines).nodes["a"]["name"].replace("\n", "") == _plain(text).replace(
            "\r\n", "\n"
        ).replace("\r", "\n").replace("\n", "")


@pytest.mark.parametrize("who", ["visitor", "convener", "editor", "admin"])
@pytest.mark.parametrize("url", ALL)
def test_what_is_not_public_is_nowhere_whoever_asks(cast, signed_in, who, url):
    one, _ = chain("Shown", "Also shown")
    hidden = [
        CommunityFactory(name=f"Zwetschge {state}", slug=f"zwetschge-{state}", state=state, published_at=None, convener=cast.convener)
        for state in ("draft", "submitted", "ended")
    ]  # fmt: skip
    for other in hidden:
        link(one, other, reason="Zwetschge")
    for state in ("proposed", "declined", "ended"):
        link(
            cast.community,
            one if state == "proposed" else CommunityFactory(),
            state=state,
            reason="Zwetschge",
        )
    refresh_network()
    reader = Client() if who == "visitor" else signed_in(getattr(cast, who))
    response = reader.get(url)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    assert (b"Shown" in content, b"wetschge" in content) == (True, False)
    assert Connection.objects.filter(reason="Zwetschge").count() == 6
    assert NetworkState.objects.get().connections == 1


@pytest.mark.parametrize("url", ALL)
def test_nothing_is_sent_to_it(client, url):
    assert client.post(url).status_code == 405


@pytest.mark.parametrize("url", ALL)
def test_nobody_is_named(cast, url):
    refresh_network()
    response = Client().get(url)
    content = (b"".join(response.streaming_content) if response.streaming else response.content).decode()
    assert (cast.convener.last_name in content, cast.convener.email in content) == (False, False)


class TestPlot:
    @given(st.lists(st.integers(0, 10_000), min_size=2, max_size=40))
    def test_it_lies_within_its_frame_and_keeps_the_order(self, numbers):
        plot = plot_of(
            [(date(2020 + place // 12, place % 12 + 1, 1), number) for place, number in enumerate(numbers)]
        )
        assert [point.words for point in plot.points] == [f"{number:,}" for number in numbers]
        assert [point.x for point in plot.points] == sorted(point.x for point in plot.points)
        assert all(plot.left <= point.x <= plot.right and 0 < point.y < plot.height for point in plot.points)
        for one, other, point, next_point in zip(
            numbers, numbers[1:], plot.points, plot.points[1:], strict=False
        ):
            assert (point.y >= next_point.y) if one <= other else (point.y <= next_point.y)
        assert len(plot.columns) <= 5

    def test_one_month_is_no_line(self):
        assert plot_of([(date(2026, 1, 1), 3)]) is None
