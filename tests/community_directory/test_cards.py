"""Cards, addresses and the vocabulary: small rules, held for whatever people write."""

import re
from html import unescape

import pytest
from django.core.cache import cache
from django.http import QueryDict
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community_directory import cards, vocabulary, words
from community_directory.enums import RESERVED_SLUGS, CommunityState
from community_directory.filters import KINDS, default_sort, read
from community_directory.models import Community, CommunityTheme
from community_directory.urls import urlpatterns
from kit import search
from members.enums import Stage
from tests.factories import CommunityFactory, OrganisationFactory, ThemeFactory, TopicFactory

TAG = re.compile(r"</?mark>")


class TestMarks:
    @given(
        text=st.text(max_size=300),
        asked=st.lists(st.text(alphabet="abc<&'é日", min_size=1), min_size=1, max_size=4),
    )
    def test_marking_changes_nothing_but_marks(self, text, asked):
        marked = cards._marked(text, cards._pattern(asked))
        assert unescape(TAG.sub("", marked)) == text
        assert TAG.sub("", marked).count("<") == 0
        assert marked.count("<mark>") == marked.count("</mark>")

    @pytest.mark.parametrize(
        ("asked", "text", "marked"),
        [
            ("falls", "Falls and falling", "<mark>Falls</mark> and <mark>falling</mark>"),
            ("care", "Care in careful homes", "<mark>Care</mark> in <mark>careful</mark> homes"),
            ("care", "scare", "scare"),
            ("tea", "a < b & tea", "a &lt; b &amp; <mark>tea</mark>"),
            ("c++ tea", "tea", "<mark>tea</mark>"),
        ],
    )
    def test_words_and_those_that_begin_alike(self, asked, text, marked):
        assert cards._marked(text, cards._pattern(search.words(asked))) == marked

    @given(before=st.text(max_size=400), after=st.text(max_size=400))
    def test_an_excerpt_is_short(self, before, after):
        text = f"{before} lantern {after}"
        start = len(before) + 1
        assert len(cards._around(text, start, start + 7)) <= 2 * cards._AROUND + 9

    def test_an_excerpt_is_cut_between_words_and_loses_markdown(self):
        text = "first " * 30 + "a **lantern** [there](x) " + "last " * 30
        at = text.index("lantern")
        piece = cards._around(text, at, at + 7)
        assert piece.startswith("…first")
        assert piece.endswith("last…")
        assert "a lantern there" in piece


@pytest.mark.django_db
class TestWhy:
    def card(self, community: Community, query: str) -> str:
        rows = Community.objects.filter(pk=community.pk)
        [card] = cards.cards(rows, read(QueryDict(query)))
        return card["why"]

    def test_nothing_where_nothing_is_asked(self, terms):
        assert self.card(CommunityFactory(themes=[terms["theme"]]), "") == ""

    def test_what_it_is_filed_under_of_that_which_was_asked(self, terms):
        community = CommunityFactory(themes=[terms["theme"], ThemeFactory(slug="other")], stage="maturing")
        query = "theme=trust&region=london&stage=maturing&stage=potential"
        assert self.card(community, query) == (
            '<p class="p-result__why">Matches: Trust, London, Finding our stride</p>'
        )

    def test_the_one_organisation_asked_for(self, terms):
        community = CommunityFactory()
        community.organisations.add(terms["organisation"], OrganisationFactory(slug="second"))
        assert "Harewell" in self.card(community, "organisation=harewell")
        assert self.card(community, "organisation=harewell&organisation=second") == ""

    def test_nothing_where_its_sentence_has_the_words_already(self):
        assert self.card(CommunityFactory(summary="Lanterns."), "q=lanterns") == ""

    def test_nothing_where_the_word_is_not_found_again(self):
        assert self.card(CommunityFactory(), "q=zzzz") == ""

    def test_a_hostile_theme_is_text(self):
        community = CommunityFactory(themes=[ThemeFactory(name="<b>Kites</b>", slug="kites")])
        assert "&lt;b&gt;<mark>Kites</mark>" in self.card(community, "q=kites")
        assert "&lt;b&gt;Kites" in self.card(community, "theme=kites")

    def test_a_page_of_cards_reads_no_long_text_unless_it_must(self, django_assert_num_queries):
        CommunityFactory(), CommunityFactory()
        rows = Community.objects.only(*cards.FIELDS)
        vocabulary.terms()
        with django_assert_num_queries(2):
            assert len(cards.cards(rows)) == 2


SLUGS = ["trust", "sleep", "none"]


@pytest.mark.django_db
class TestAddresses:
    @pytest.fixture(autouse=True)
    def _terms(self, terms):
        ThemeFactory(slug="sleep")

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        q=st.text(max_size=250),
        themes=st.lists(st.sampled_from(SLUGS), max_size=4),
        stages=st.lists(st.sampled_from([*Stage.values, "x"]), max_size=4),
        sort=st.sampled_from(["", "name", "newest", "relevance", "x"]),
    )
    def test_an_address_says_what_was_asked(self, q, themes, stages, sort):
        query = QueryDict(mutable=True)
        query.update({"q": q, "sort": sort})
        query.setlist("theme", themes)
        query.setlist("stage", stages)
        asked = read(query)
        again = read(QueryDict(asked.query()))
        assert (again.q, again.chosen, again.ids, again.sort) == (
            asked.q,
            asked.chosen,
            asked.ids,
            asked.sort,
        )
        assert len(asked.q) <= search.LONGEST
        assert set(asked.chosen["theme"]) == set(themes) & {"trust", "sleep"}
        assert set(asked.chosen["stage"]) == set(stages) - {"x"}

    @pytest.mark.parametrize(("q", "sort"), [("", "newest"), ("!!", "newest"), ("falls", "relevance")])
    def test_what_is_usual(self, q, sort):
        assert default_sort(q) == sort

    def test_no_cursor_is_carried_over(self):
        assert read(QueryDict("theme=trust&cursor=abc&page=3")).query() == "theme=trust"

    def test_twenty_organisations_at_most(self):
        asked = "&".join(f"organisation=x{number}" for number in range(30)) + "&organisation=harewell"
        assert read(QueryDict(asked)).organisations == {}
        assert read(QueryDict("organisation=harewell")).organisations == {"harewell": "Harewell"}


@pytest.mark.django_db
class TestVocabulary:
    def test_a_term_that_appears_later_is_looked_up(self, terms):
        vocabulary.terms()
        late = ThemeFactory(slug="late")
        community = CommunityFactory(themes=[late])
        # As a bulk load leaves it: written past the signals that would have said so.
        kept = vocabulary.terms()
        kept["theme"].pop(late.pk)
        cache.set("community-directory-vocabulary", kept)
        assert vocabulary.filed([community.pk])[community.pk]["theme"] == [("late", "Late")]

    def test_in_the_order_of_the_names(self):
        named = [ThemeFactory(slug=slug, name=slug.upper()) for slug in ("c", "a", "b")]
        community = CommunityFactory(themes=named)
        assert [slug for slug, _ in vocabulary.filed([community.pk])[community.pk]["theme"]] == [
            "a",
            "b",
            "c",
        ]

    def test_nothing_for_nobody(self, django_assert_num_queries):
        vocabulary.terms()
        with django_assert_num_queries(0):
            assert vocabulary.filed([]) == {}

    @pytest.mark.postgres
    def test_kept_until_a_term_changes(self, terms, django_assert_num_queries):
        vocabulary.terms()
        with django_assert_num_queries(0):
            vocabulary.terms()
        terms["theme"].name = "Deep trust"
        terms["theme"].save()
        assert vocabulary.terms()["theme"][terms["theme"].pk] == ("trust", "Deep trust")


class TestSearchOfOneKind:
    """The word of its own that keeps other kinds of things out of the way."""

    @pytest.mark.postgres
    def test_finds_communities_among_everything(self, cast, reindex):
        community = CommunityFactory(name="Lanterns", slug="lanterns")
        TopicFactory(title="Lanterns too", text="lanterns")
        reindex()
        listed = Community.objects.listed()
        assert list(search.matching(listed, "lanterns")) == [community]
        assert search.best(listed, "lanterns", 5) == [community.pk]

    @pytest.mark.postgres
    def test_best_looks_only_among_what_it_is_given(self, db, reindex):
        seen, unseen = CommunityFactory(name="Lanterns", stage="maturing"), CommunityFactory(name="Lanterns")
        reindex()
        assert set(search.best(Community.objects.all(), "lanterns", 5)) == {seen.pk, unseen.pk}
        assert search.best(Community.objects.filter(stage="maturing"), "lanterns", 5) == [seen.pk]
        assert search.best(Community.objects.none(), "lanterns", 5) == []
        assert len(search.best(Community.objects.all(), "lanterns", 1)) == 1

    @pytest.mark.postgres
    def test_the_word_itself_finds_nothing(self, db, reindex):
        CommunityFactory()
        reindex()
        assert list(search.matching(Community.objects.all(), Community.search_kind)) == []


class TestFixedWords:
    def test_every_state_and_stage_has_its_words_and_colour(self):
        assert set(words.NEXT_STEPS) == set(words.STATE_COLOURS) == set(CommunityState.values)
        assert set(words.STAGE_COLOURS) == set(words.STAGES) == set(Stage.values)

    def test_no_community_takes_a_fixed_address(self):
        fixed = {str(pattern.pattern).split("/")[0] for pattern in urlpatterns}
        # A slug has no dot, and so is never a file's name.
        assert {first for first in fixed if first and "<" not in first and "." not in first} <= RESERVED_SLUGS
        assert {"map", "network", "edit"} <= RESERVED_SLUGS

    def test_kinds_are_counted_by_bits_of_their_own(self):
        assert len(KINDS) == len(set(KINDS)) == 6

    def test_a_theme_stands_once_in_the_table_of_themes(self, db):
        community, theme = CommunityFactory(), ThemeFactory()
        community.themes.add(theme)
        community.themes.add(theme)
        assert CommunityTheme.objects.filter(content_object=community).count() == 1


@pytest.mark.parametrize(
    ("query", "kept", "header"),
    [
        ("", True, "max-age=0, must-revalidate"),
        ("stage=maturing", False, "max-age=0, must-revalidate"),
        ("q=falls", False, "private, max-age=0"),
    ],
)
def test_what_somebody_typed_is_not_kept_for_others(pages, query, kept, header):
    CommunityFactory(name="Falls")
    first = Client().get(f"/communities/?{query}")
    CommunityFactory(name="Came later, about falls", stage="maturing")
    again = Client().get(f"/communities/?{query}")
    assert first["Cache-Control"] == again["Cache-Control"] == header
    assert (b"Came later" in again.content) == (not kept)
