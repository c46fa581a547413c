"""Search says the same on every database."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community_directory.models import Community
from discussion.models import Topic
from kit import search
from tests.factories import CommunityFactory, TopicFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def communities() -> dict[str, Community]:
    made = {
        "falls": CommunityFactory(name="Falls in care homes", summary="Fewer falls."),
        "wounds": CommunityFactory(name="Wounds at home", summary="Care of legs."),
        "cafe": CommunityFactory(name="Café for carers", summary="Tea."),
    }
    call_command("update_index", verbosity=0)
    return made


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("falls", ["falls"]),
        ("FALLS care", ["falls"]),
        ("home wounds", ["wounds"]),
        ("falls wounds", []),
        ("", []),
        ("   ", []),
        ("***", []),
        ("carers", ["cafe"]),
    ],
)
def test_all_words_must_be_there(communities, text, expected):
    found = search.matching(Community.objects.all(), text)
    assert [key for key, made in communities.items() if made in found] == expected


def test_what_is_filtered_out_is_not_found(communities):
    queryset = Community.objects.filter(state="draft")
    assert list(search.matching(queryset, "falls")) == []
    assert list(search.ranked(queryset, "falls")) == []


def test_ranked_finds_the_same(communities):
    assert set(search.ranked(Community.objects.all(), "care")) == set(
        search.matching(Community.objects.all(), "care")
    )


def test_matching_can_be_counted_and_filtered_further(communities):
    found = search.matching(Community.objects.all(), "home")
    assert found.filter(name__startswith="Wounds").count() == 1
    assert Community.objects.filter(pk__in=found.values("pk")).count() == found.count()


def test_a_long_text_is_cut():
    assert len(" ".join(search.words("a " * 100_000))) <= search.LONGEST


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(max_size=60)
    | st.sampled_from(['"', "NEAR(", "a OR b", "a*", "-", "col:x", "a\x00b", "(", "AND", "NOT x", "'; --"])
)
def test_nothing_that_people_type_breaks_it(db, text):
    list(search.matching(Community.objects.all(), text))
    list(search.ranked(Community.objects.all(), text)[:5])


class TestHolding:
    def test_finds_whatever_holds_the_words_whoever_may_see_it(self, communities):
        Community.objects.filter(pk=communities["falls"].pk).update(state="draft")
        assert search.holding(Community, "falls", 10) == [communities["falls"].pk]
        assert sorted(search.holding(Community, "home", 10)) == sorted(
            search.matching(Community.objects.all(), "home").values_list("pk", flat=True)
        )

    def test_finds_no_more_than_asked_for_and_nothing_without_words(self, communities):
        assert len(search.holding(Community, "care", 1)) == 1
        assert search.holding(Community, "***", 10) == []

    def test_the_best_of_some_ids(self, communities):
        falls, wounds = communities["falls"].pk, communities["wounds"].pk
        assert search.best(search.Among.those(Community, [falls, wounds]), "care", 5) == [falls, wounds]
        assert search.best(search.Among.those(Community, [wounds]), "care", 5) == [wounds]
        assert search.best(search.Among.those(Community, []), "care", 5) == []


class TestWhatIsRankedStandsApartFromTalk:
    """On SQLite in a table of its own, which the database keeps up (docs/decisions/0028)."""

    @pytest.fixture(autouse=True)
    def only_sqlite(self):
        if connection.vendor != "sqlite":
            pytest.skip("PostgreSQL has one table for all")

    def rows(self, word: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM kit_ranked WHERE kit_ranked MATCH %s", [word])
            return cursor.fetchone()[0]

    def test_it_follows_each_change(self, communities):
        falls = communities["falls"]
        assert (self.rows("falls"), self.rows("lanterns")) == (1, 0)
        falls.name = falls.summary = "Lanterns"
        falls.save()
        assert (self.rows("falls"), self.rows("lanterns")) == (0, 1)
        falls.delete()
        assert (self.rows("falls"), self.rows("lanterns")) == (0, 0)

    def test_talk_is_not_in_it_and_is_found_all_the_same(self, communities):
        topic = TopicFactory(title="Falls after dark")
        assert self.rows("dark") == 0
        assert search.holding(Topic, "dark", 5) == [topic.pk]

    def test_it_holds_no_text_of_its_own(self):
        with connection.cursor() as cursor:
            assert "kit_ranked_content" not in connection.introspection.table_names(cursor)

    def test_it_can_be_taken_away_and_made_again_from_what_is_there(self, communities):
        """What the migration does."""
        migration = import_module("kit.migrations.0001_rank_apart_from_talk")
        with connection.cursor() as cursor:
            editor = SimpleNamespace(
                connection=connection, execute=lambda sql, params=None: cursor.execute(sql, params)
            )
            migration.take_away(None, editor)
            assert "kit_ranked" not in connection.introspection.table_names(cursor)
            migration.make(None, editor)
        assert self.rows("falls") == 1
        assert search.best(Community.objects.all(), "falls", 5) == [communities["falls"].pk]
