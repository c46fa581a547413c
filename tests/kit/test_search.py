"""Search says the same on every database."""

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community_directory.models import Community
from kit import search
from tests.factories import CommunityFactory

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
