"""The directory as open data against a loop over everything: every row once, whatever is asked for."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community_directory import actions
from community_directory.models import Community
from members.enums import Stage
from tests.factories import CommunityFactory, RegionFactory, SectorFactory, ThemeFactory

ADDRESS = "/api/v1/communities"
KINDS = {"theme": "themes", "sector": "sectors", "region": "regions"}


@pytest.fixture
def many(cast) -> None:
    """Eighteen communities in every state, filed in every way."""
    terms = {
        "themes": [ThemeFactory(slug=f"theme-{number}") for number in range(2)],
        "sectors": [SectorFactory(slug=f"sector-{number}") for number in range(2)],
        "regions": [RegionFactory(slug=f"region-{number}") for number in range(2)],
    }
    for number in range(18):
        CommunityFactory(
            name=f"Community {number:02}",
            stage=Stage.values[number % 5],
            state=("published", "dormant", "published", "draft", "submitted", "ended")[number % 6],
            **{
                name: [term for place, term in enumerate(all_) if (number >> place) & 1]
                for name, all_ in terms.items()
            },
        )


def slugs(kind: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from([f"{kind}-0", f"{kind}-1", f"{kind}-none"]), max_size=2, unique=True)


ASKED = st.fixed_dictionaries(
    {},
    optional={kind: slugs(kind) for kind in KINDS}
    | {"stage": st.lists(st.sampled_from(Stage.values), max_size=2)},
)


def fits(community: Community, asked: dict[str, list[str]]) -> bool:
    """Any of a filter's values, and all filters."""
    if asked.get("stage") and community.stage not in asked["stage"]:
        return False
    for kind, name in KINDS.items():
        having = {term.slug for term in getattr(community, name).all()}
        if asked.get(kind) and not having & set(asked[kind]):
            return False
    return True


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=ASKED, limit=st.integers(1, 20))
def test_every_page_together_is_what_a_loop_finds(many, asked, limit):
    found: list[dict[str, Any]] = []
    address = f"{ADDRESS}?{urlencode({**asked, 'limit': limit}, doseq=True)}"
    while address:
        page = Client().get(address.removeprefix("http://testserver")).json()
        assert len(page["items"]) <= limit
        found += page["items"]
        address = page["next"]
    listed = Community.objects.filter(state__in=["published", "dormant"]).order_by("pk")
    expected = [community for community in listed if fits(community, asked)]
    assert [item["slug"] for item in found] == [community.slug for community in expected]
    assert [item["resting"] for item in found] == [community.state == "dormant" for community in expected]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.dictionaries(
        st.sampled_from(["q", *KINDS, "stage", "cursor", "limit", "x"]), st.text(max_size=40)
    )
)
def test_any_question_gets_an_answer(many, query):
    assert Client().get(ADDRESS, query).status_code in (200, 422)


def test_a_change_shows_at_once_and_a_draft_never(many, cast, client):
    before = {item["slug"] for item in client.get(ADDRESS).json()["items"]}
    assert before == set(Community.objects.listed().values_list("slug", flat=True))
    actions.edit_community(community=cast.community, person=cast.convener, summary="New words.")
    shown = client.get(f"{ADDRESS}/falls-in-care-homes").json()
    assert shown["summary"] == "New words."
    actions.end_community(community=cast.community, person=cast.convener)
    assert client.get(f"{ADDRESS}/falls-in-care-homes").status_code == 404
    actions.revive(community=cast.community, person=cast.editor)
    assert client.get(f"{ADDRESS}/falls-in-care-homes").json() == shown


def test_a_term_that_is_renamed_is_named_anew(many, cast, client):
    theme = ThemeFactory(slug="lamps", name="Lamps")
    cast.community.themes.add(theme)
    cache.clear()
    address = f"{ADDRESS}/falls-in-care-homes"
    assert client.get(address).json()["themes"] == [{"slug": "lamps", "name": "Lamps"}]
    theme.name = "Lanterns"
    theme.save()
    assert client.get(address).json()["themes"] == [{"slug": "lamps", "name": "Lanterns"}]
