"""The statement written by hand beside the directory's SQL. No test here looks at a clock."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection

from benchmarks import directory, extras
from benchmarks.__main__ import arguments
from benchmarks.data import Sizes
from benchmarks.directory import Case, Found
from community_directory.models import Community
from tests.factories import CommunityFactory, RegionFactory, ThemeFactory


def _found(**values) -> dict:
    given = {
        "case": Case("text", "tea & cake", {"stage": "maturing"}),
        "hits": 900,
        "statements": 5,
        "ours": 2.6,
        "slow": 4.0,
        "by_hand": 2.0,
        "same": True,
    }
    return Found(**(given | values)).as_json()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, ""),
        ({"ours": 2.63}, "1.3 times at most"),
        ({"slow": 16.0}, ""),
        ({"hits": 1001, "ours": 9.0}, ""),
        ({"hits": 1001, "slow": 15.1}, "15 ms at most"),
        ({"same": False}, "another answer than by hand"),
    ],
)
def test_names_what_is_over(values, said):
    found = _found(**values)
    assert directory.over(found) == said
    assert directory.line(found).endswith(f"over: {said}" if said else "ok")


def test_json_of_a_case():
    assert _found() == {
        "name": "text",
        "query": "q=tea+%26+cake&stage=maturing",
        "hits": 900,
        "statements": 5,
        "sql_ms": 2.6,
        "sql_ms_p95": 4.0,
        "by_hand_ms": 2.0,
        "ratio": 1.3,
        "same_answer": True,
    }


@pytest.mark.parametrize(
    ("values", "expected"), [([3.0], 3.0), (list(map(float, range(1, 101))), 95.0), ([1.0, 2.0], 2.0)]
)
def test_the_95th_percentile(values, expected):
    assert directory.percentile(values, 0.95) == expected


@pytest.mark.django_db
def test_counts_what_is_asked():
    watch = directory.Stopwatch()
    with watch.running():
        Community.objects.exists()
        Community.objects.count()
    Community.objects.count()
    assert watch.statements == 2
    assert watch.seconds > 0


def test_it_has_many_communities_and_little_else():
    assert Sizes(communities=100_000, topics=1000, posts=5000, guidance=60) == extras.MANY_COMMUNITIES
    assert extras.wanted(arguments(["--directory"])) == ["directory"]


def test_texts_are_chosen_by_how_much_they_find():
    class Listed:
        def order_by(self, *names):
            return self

        def values_list(self, *names, flat):
            return ["Tea and falls for nurses, tired nurses"]

    hits = {"falls": 50_000, "nurses": 20_000, "tired": 5000, "falls nurses": 700}
    assert directory._texts(Listed(), lambda text: hits.get(text, 0)) == ("falls nurses", "falls")


# -- the same answer, on PostgreSQL -------------------------------------------


@pytest.fixture
def cases(db) -> list[Case]:
    """Some communities, and what can be asked of them."""
    leeds, falls = RegionFactory(slug="leeds"), ThemeFactory(slug="falls")
    CommunityFactory(name="Falls at home", summary="Fewer falls.", themes=[falls], stage="maturing")
    CommunityFactory(name="Nights", summary="Falls at night.", regions=[leeds], themes=[falls])
    CommunityFactory(name="Draft", summary="Falls.", state="draft")
    CommunityFactory(name="Tea", summary="Tea.", regions=[leeds])
    call_command("update_index", verbosity=0)
    return [
        Case("text", "falls"),
        Case("text and stage", "falls", {"stage": "maturing"}),
        Case("text and theme", "falls", {"theme": "falls"}, {"theme": falls.pk}),
        Case(
            "region and theme",
            "",
            {"region": "leeds", "theme": "falls"},
            {"region": leeds.pk, "theme": falls.pk},
        ),
        Case("landing page"),
        Case("stage alone", "", {"stage": "maturing"}),
    ]


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor == "sqlite", reason="it is PostgreSQL's SQL")
def test_by_hand_is_the_same_answer(cases):
    content_type = ContentType.objects.get_for_model(Community).pk
    found = {}
    for case in cases:
        with connection.cursor() as cursor:
            cursor.execute(*directory.statement(case, content_type))
            found[case.name] = directory.compare(case, cursor.fetchall())
    assert found == {
        "text": (2, True),
        "text and stage": (1, True),
        "text and theme": (2, True),
        "region and theme": (1, True),
        "landing page": (3, True),
        "stage alone": (1, True),
    }
