"""The directory: what it finds, what it counts, what it says, what it costs."""

from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community_directory import facets, listing
from community_directory.enums import Meets, OpenTo
from community_directory.filters import FILINGS, KINDS, read
from community_directory.models import Community
from members.enums import Stage
from tests.factories import (
    CommunityFactory,
    OrganisationFactory,
    RegionFactory,
    SectorFactory,
    ThemeFactory,
)

ADDRESS = "/communities/"


def page(client: Client, query: str = "") -> BeautifulSoup:
    response = client.get(f"{ADDRESS}?{query}")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def names(soup: BeautifulSoup) -> list[str]:
    return [title.get_text() for title in soup.select(".p-result__title")]


def counts(soup: BeautifulSoup, kind: str) -> dict[str, int]:
    return {
        box["value"]: int(box.find_next(class_="p-facet__count").get_text())
        for box in soup.select(f".p-facet__input[name={kind}]")
    }


@pytest.fixture
def many(db, pages) -> list[Community]:
    """Thirty communities over a few terms, each an hour older than the one before."""
    now = timezone.now()
    sectors, regions = [SectorFactory() for _ in range(3)], [RegionFactory() for _ in range(3)]
    themes = [ThemeFactory() for _ in range(4)]
    return [
        CommunityFactory(
            name=f"Community {number:02}",
            stage=Stage.values[number % 5],
            meets=Meets.values[number % 3],
            open_to=OpenTo.values[number % 2],
            sectors=sectors[: 1 + number % 3],
            regions=[regions[number % 3]],
            themes=themes[number % 3 : number % 3 + 2],
            published_at=now - timedelta(hours=number),
        )
        for number in range(30)
    ]


class TestFind:
    def test_newest_first_in_pages(self, client, many):
        first = page(client)
        assert names(first) == [f"Community {number:02}" for number in range(12)]
        assert first.select_one(".p-results-head__count").get_text() == "30 communities, newest first"
        second = page(client, first.select_one("[rel=next]")["href"].lstrip("?"))
        assert names(second) == [f"Community {number:02}" for number in range(12, 24)]
        back = page(client, second.select_one("[rel=prev]")["href"].lstrip("?"))
        assert names(back) == names(first)

    def test_by_name(self, client, many):
        Community.objects.filter(name="Community 07").update(name="Aardvarks")
        assert names(page(client, "sort=name"))[:2] == ["Aardvarks", "Community 00"]

    def test_pages_keep_the_filters(self, client, many):
        soup = page(client, "sort=name&stage=potential&stage=coalescing&stage=maturing")
        query = parse_qs(urlsplit(soup.select_one("[rel=next]")["href"]).query)
        assert (query["stage"], query["sort"]) == (["potential", "coalescing", "maturing"], ["name"])

    @pytest.mark.parametrize(
        "query",
        [
            "cursor=x",
            "cursor=" + "A" * 600,
            "q=the&page=9",
            "q=the&page=0",
            "q=the&page=x",
            "q=the&page=-1",
            "q=the&page=٣",
            "q=the&page=100",
            "q=the&cursor=x",
            "page=2",
            "sort=name&page=x",
        ],
    )
    def test_a_page_that_is_not_there(self, client, many, query):
        assert client.get(f"{ADDRESS}?{query}").status_code == 404

    def test_resting_ones_are_there_and_say_so(self, client, pages):
        CommunityFactory(state="dormant")
        assert [tag.get_text() for tag in page(client).select(".p-result .p-tag")] == [
            "Getting started",
            "Resting",
        ]

    def test_a_card_says_what_one_wants_to_know(self, client, pages, terms):
        CommunityFactory(
            name="Night walkers",
            summary="People of the night.",
            rhythm="Every Thursday",
            meets="both",
            themes=[terms["theme"]],
        )
        card = page(client).select_one(".p-result")
        assert card.a["href"] == "/communities/" + Community.objects.get().slug + "/"
        assert " ".join(card.get_text(" ").split()) == (
            "Getting started London Night walkers People of the night. "
            "About: Trust Across: Social care Meets: Online and in person. Every Thursday"
        )

    def test_by_organisation(self, client, many):
        mine = OrganisationFactory(slug="harewell", name="Harewell")
        many[3].organisations.add(mine)
        soup = page(client, "organisation=harewell")
        assert names(soup) == ["Community 03"]
        assert soup.select_one(".p-chip").get_text() == "Remove the filter Organisation: Harewell"
        assert soup.select_one("input[name=organisation]")["value"] == "harewell"

    def test_unknown_values_are_left_out(self, client, many):
        soup = page(client, "theme=none&stage=%00&sector=<script>&organisation=x%00&sort=worst&meets=")
        assert len(names(soup)) == 12
        assert soup.select(".p-chip") == []

    @pytest.mark.parametrize(
        "query", ["theme=zzz", "q=%00", "q=" + "x" * 5000, "q=%F0%9F%92%A1&sort=relevance"]
    )
    def test_hostile_addresses(self, client, many, query):
        assert client.get(f"{ADDRESS}?{query}").status_code == 200

    def test_nothing_found_helps(self, client, many):
        soup = page(client, "q=zzzz")
        assert soup.select_one(".p-results-head__count").get_text() == "No communities about “zzzz”"
        assert soup.select_one(".p-empty__title").get_text() == "Nothing matches all of that"
        assert soup.select_one(".p-empty a")["href"] == "/communities/"

    def test_none_yet_helps(self, client, pages):
        soup = page(client)
        assert soup.select_one(".p-results-head__count").get_text() == "No communities"
        assert soup.select_one(".p-empty a")["href"] == "/communities/new/"


class TestText:
    @pytest.fixture
    def written(self, pages, reindex) -> dict[str, Community]:
        made = {
            "title": CommunityFactory(name="Lanterns at night", summary="We walk."),
            "text": CommunityFactory(
                name="Walkers", purpose="Once we lost our way, and " + "so " * 40 + "carried lanterns home."
            ),
            "theme": CommunityFactory(name="Kites", themes=[ThemeFactory(name="Lanterns", slug="lanterns")]),
            "hidden": CommunityFactory(name="Lanterns unseen", state="draft", published_at=None),
            "none": CommunityFactory(name="Candles"),
        }
        reindex()
        return made

    @pytest.mark.postgres
    def test_best_match_first_and_why(self, client, written):
        soup = page(client, "q=lanterns")
        assert names(soup)[0] == "Lanterns at night"
        assert set(names(soup)) == {"Lanterns at night", "Walkers", "Kites"}
        assert soup.select_one(".p-results-head__count").get_text() == (
            "3 communities about “lanterns”, best match first"
        )
        why = {
            result.h3.get_text(): result.select_one(".p-result__why").get_text()
            for result in soup.select(".p-result")
            if result.select_one(".p-result__why")
        }
        assert set(why) == {"Walkers", "Kites"}
        assert why["Kites"] == "It is about Lanterns"
        assert why["Walkers"].startswith("…")
        assert why["Walkers"].endswith("so carried lanterns home.")
        assert {mark.get_text().lower() for mark in soup.select("mark")} == {"lanterns"}

    @pytest.mark.postgres
    def test_other_orders_find_the_same(self, client, written):
        best = names(page(client, "q=lanterns"))
        assert names(page(client, "q=lanterns&sort=name")) == sorted(best)
        assert set(names(page(client, "q=lanterns&sort=newest"))) == set(best)

    @pytest.mark.postgres
    def test_all_words_must_be_there(self, client, written):
        assert names(page(client, "q=lanterns+candles")) == []
        assert names(page(client, "q=night+lanterns")) == ["Lanterns at night"]

    @pytest.mark.postgres
    @pytest.mark.parametrize("text", ['"', "a AND", "NEAR(x y)", "title:x", "*", "-", "'); DROP", "%", "\\"])
    def test_operators_are_words(self, client, written, text):
        response = client.get(ADDRESS, {"q": text})
        assert response.status_code == 200

    @pytest.mark.parametrize("text", ["!!", "%", "*", "-", "\\", "“”"])
    def test_a_text_without_words_asks_for_nothing_and_stays_in_its_box(self, client, written, text):
        everything, soup = names(page(client)), page(client, urlencode({"q": text}))
        assert names(soup) == everything
        assert len(everything) > 1
        assert text in [box.get("value") for box in soup.select("main input[name=q]")]
        assert text not in soup.select_one(".p-results-head__count").get_text()

    def test_what_is_searched_for_comes_back_as_text(self, client, written):
        response = client.get(ADDRESS, {"q": "<b>lanterns</b>\"'"})
        assert b"<b>lanterns" not in response.content

    @pytest.mark.postgres
    def test_markup_in_what_people_write_stays_text(self, client, pages, reindex):
        CommunityFactory(
            name="<i>Otters</i> otters", summary="Otters <script>alert(1)</script>", slug="otters"
        )
        CommunityFactory(name="Swim", practice="With <img src=x onerror=alert(1)> otters", slug="swim")
        reindex()
        soup = page(client, "q=otters")
        assert len(names(soup)) == 2
        assert soup.select(".p-results i, .p-results script, .p-results img") == []

    @pytest.mark.postgres
    def test_relevance_shows_the_best_hundred(self, client, pages, reindex):
        for number in range(101):
            CommunityFactory(name=f"Lanterns {number}")
        reindex()
        soup = page(client, "q=lanterns")
        said = soup.select_one(".p-results-head__count").get_text()
        assert said == "101 communities about “lanterns”, the best 100 first"
        seen = names(soup)
        while link := soup.select_one("[rel=next]"):
            soup = page(client, link["href"].lstrip("?"))
            seen += names(soup)
        assert (len(seen), len(set(seen))) == (100, 100)
        assert len(names(page(client, soup.select_one("[rel=prev]")["href"].lstrip("?")))) == 12


class TestSentences:
    @pytest.mark.parametrize(
        ("query", "total", "said"),
        [
            ("", 0, "No communities"),
            ("", 1, "1 community"),
            ("", 38, "38 communities, newest first"),
            ("sort=name", 1234, "1,234 communities, by name"),
            ("q=falls", 2, "2 communities about “falls”, best match first"),
            ("q=falls&sort=newest", 2, "2 communities about “falls”, newest first"),
            ("q=falls", 101, "101 communities about “falls”, the best 100 first"),
        ],
    )
    @pytest.mark.django_db
    def test_how_many_and_in_what_order(self, query, total, said):
        assert listing.sentence(read(QueryDict(query)), total) == said

    @pytest.mark.django_db
    def test_adding_a_text_changes_what_is_usual(self):
        without, with_text = listing.sorts(read(QueryDict(""))), listing.sorts(read(QueryDict("q=falls")))
        assert [(sort["value"], sort["label"]) for sort in without] == [
            ("", "Newest first"),
            ("name", "By name"),
        ]
        assert [sort["value"] for sort in with_text] == ["newest", "name", ""]
        assert [sort["selected"] for sort in with_text] == [False, False, True]

    @pytest.mark.django_db
    def test_each_chip_takes_off_itself(self, terms):
        filters = read(QueryDict("q=falls&theme=trust&stage=maturing&stage=potential&sort=name"))
        assert [(chip["label"], chip["text"], chip["url"]) for chip in listing.chips(filters)] == [
            ("What it is about", "Trust", "?q=falls&stage=potential&stage=maturing&sort=name"),
            ("Where it is in its life", "Just an idea", "?q=falls&theme=trust&stage=maturing&sort=name"),
            (
                "Where it is in its life",
                "Finding our stride",
                "?q=falls&theme=trust&stage=potential&sort=name",
            ),
        ]


class TestCounts:
    def test_a_kind_is_counted_as_if_it_were_not_chosen(self, client, many):
        everything, chosen = page(client), page(client, "stage=potential")
        assert counts(everything, "stage") == dict.fromkeys(Stage.values, 6)
        assert counts(chosen, "stage") == dict.fromkeys(Stage.values, 6)
        assert sum(counts(chosen, "meets").values()) == 6
        assert sum(counts(everything, "meets").values()) == 30

    def test_what_would_find_nothing_is_left_out_unless_it_is_on(self, client, many):
        Community.objects.filter(stage="potential").update(meets="online")
        soup = page(client, "stage=potential&meets=both")
        assert counts(soup, "meets") == {"online": 6, "both": 0}
        assert names(soup) == []

    def test_chosen_terms_come_first(self, client, many):
        last = list(counts(page(client), "theme"))[-1]
        assert next(iter(counts(page(client, f"theme={last}"), "theme"))) == last


def plain_counts(filters, found: list[Community]) -> tuple[int, dict[str, dict[str, int]]]:
    """What a loop over everything counts."""

    def values(community: Community, kind: str) -> set[str]:
        if kind in FILINGS:
            return {term.slug for term in getattr(community, f"{kind}s").all()}
        return {getattr(community, kind)}

    def passes(community: Community, but: str = "") -> bool:
        return all(
            not filters.chosen[kind] or values(community, kind) & set(filters.chosen[kind])
            for kind in KINDS
            if kind != but
        )

    counted: dict[str, dict[str, int]] = {kind: {} for kind in KINDS}
    for kind in KINDS:
        for community in found:
            if passes(community, but=kind):
                for value in values(community, kind):
                    counted[kind][value] = counted[kind].get(value, 0) + 1
    return sum(passes(community) for community in found), counted


SLUGS = {"theme": ["t0", "t1", "t2"], "sector": ["s0", "s1"], "region": ["r0", "r1"]}


@st.composite
def asked_for(draw) -> str:
    query = QueryDict(mutable=True)
    for kind, slugs in SLUGS.items():
        query.setlist(kind, draw(st.lists(st.sampled_from(slugs), unique=True)))
    for kind, words in (("stage", Stage), ("open_to", OpenTo), ("meets", Meets)):
        query.setlist(kind, draw(st.lists(st.sampled_from(words.values), unique=True, max_size=2)))
    query["q"] = draw(st.sampled_from(["", "", "lanterns", "kites", "lanterns kites"]))
    query["sort"] = draw(st.sampled_from(["", "name", "newest"]))
    return query.urlencode()


@pytest.mark.postgres
@pytest.mark.django_db
class TestAgreesWithALoop:
    @pytest.fixture(autouse=True)
    def _communities(self, reindex):
        terms = {
            "themes": [ThemeFactory(slug=slug) for slug in SLUGS["theme"]],
            "sectors": [SectorFactory(slug=slug) for slug in SLUGS["sector"]],
            "regions": [RegionFactory(slug=slug) for slug in SLUGS["region"]],
        }
        for number in range(24):
            CommunityFactory(
                name=("Lanterns", "Kites", "Lanterns and kites")[number % 3],
                stage=Stage.values[number % 4],
                open_to=OpenTo.values[number % 3],
                meets=Meets.values[number % 2],
                state=("published", "published", "dormant", "draft", "submitted", "ended")[number % 6],
                published_at=timezone.now() - timedelta(minutes=number // 2),
                **{
                    name: [term for place, term in enumerate(all_) if (number >> place) & 1]
                    for name, all_ in terms.items()
                },
            )
        reindex()

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(query=asked_for())
    def test_counts_and_results(self, query):
        filters = read(QueryDict(query))
        words = filters.q.split()
        listed = Community.objects.listed().prefetch_related("themes", "sectors", "regions")
        holding = [one for one in listed if all(word in one.name.lower() for word in words)]
        total, expected = plain_counts(filters, holding)
        counted = facets.count(filters)
        shown = listing.facets(filters, counted)
        assert counted.total == total
        for facet in shown:
            got = {option["value"]: int(option["count"]) for option in facet["shown"] + facet["more"]}
            assert {value: number for value, number in got.items() if number} == expected[facet["name"]]
        found = self._all_pages(filters)
        assert len(found) == total
        assert set(found) <= {one.pk for one in holding}

    def _all_pages(self, filters) -> list[int]:
        found, where = [], {}
        while True:
            rows = listing.find(filters, **where)
            found += [row.pk for row in rows.rows]
            if not rows.older:
                return found
            query = parse_qs(rows.older)
            where = {name: query[name][0] for name in ("cursor", "page") if name in query}


class TestCost:
    """Queries are counted, and don't depend on how much there is."""

    EVERYTHING = (
        "q=people&theme=trust&sector=social-care&region=london&stage=coalescing&open_to=anyone&meets=online"
    )

    def fill(self, number: int, terms, reindex) -> None:
        for _ in range(number):
            CommunityFactory(themes=[terms["theme"]], summary="People who learn.")
        reindex()

    @pytest.mark.postgres
    @pytest.mark.parametrize("number", [1, 30])
    @pytest.mark.parametrize(("query", "queries"), [("", 3), (EVERYTHING, 4), (EVERYTHING + "&sort=name", 3)])
    def test_visitor(self, client, pages, terms, reindex, django_assert_num_queries, number, query, queries):
        self.fill(number, terms, reindex)
        page(client, query)
        with django_assert_num_queries(queries):
            client.get(f"{ADDRESS}?{query}&fresh=1")

    @pytest.mark.parametrize("number", [1, 30])
    def test_with_an_organisation_one_more(
        self, client, pages, terms, reindex, django_assert_num_queries, number
    ):
        self.fill(number, terms, reindex)
        for community in Community.objects.all():
            community.organisations.add(terms["organisation"])
        page(client)
        with django_assert_num_queries(4):
            client.get(f"{ADDRESS}?organisation=harewell")

    @pytest.mark.parametrize("number", [1, 30])
    def test_signed_in(self, signed_in, cast, pages, terms, reindex, django_assert_num_queries, number):
        self.fill(number, terms, reindex)
        client = signed_in(cast.participant)
        client.get(ADDRESS)
        with django_assert_num_queries(7):  # one for their circles: only members can save the search
            client.get(f"{ADDRESS}?{self.EVERYTHING}")

    @pytest.mark.slow
    def test_at_a_thousand(self, client, pages, terms, django_assert_num_queries, reindex):
        self.fill(1, terms, reindex)
        one = Community.objects.get()
        from members.models import Circle

        circles = Circle.objects.bulk_create(
            Circle(kind="community", name=str(number), slug=f"c-{number}") for number in range(1000)
        )
        made = Community.objects.bulk_create(
            Community(
                circle=circle, name=f"People {circle.slug}", slug=circle.slug, summary="x", domain="x",
                purpose="x", state="published", published_at=one.published_at, confirmed_at=one.published_at,
            )
            for circle in circles
        )  # fmt: skip
        for filing, term in ((FILINGS[kind], terms[kind]) for kind in FILINGS):
            filing.through._default_manager.bulk_create(
                filing.through(**{filing.community_id: row.pk, filing.term_id: term.pk}) for row in made
            )
        reindex()
        soup = page(client, self.EVERYTHING)
        assert soup.select_one(".p-results-head__count").get_text().startswith("1,001 communities")
        with django_assert_num_queries(4):
            response = client.get(f"{ADDRESS}?{self.EVERYTHING}&fresh=1")
        assert len(response.content) < 30_000


def test_visitors_get_a_page_without_a_token_that_may_be_kept(client, pages):
    CommunityFactory()
    response = client.get(ADDRESS)
    assert b"csrfmiddlewaretoken" not in response.content
    assert response["Cache-Control"] == "max-age=0, must-revalidate"
    assert not response.cookies


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_only_read(client, pages, method):
    assert getattr(client, method)(ADDRESS).status_code == 405
