"""What somebody looks for, read from an address that anybody may have written."""

from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.search import LONGEST
from members import actions
from members.filters import FACETS, MOST_CHOICES, PeopleFilter
from members.models import User
from tests.factories import OrganisationFactory, RegionFactory, SectorFactory, UserFactory

QUERY = st.lists(
    st.tuples(
        st.sampled_from(["q", "region", "sector", "organisation", "cursor", "x"]), st.text(max_size=300)
    ),
    max_size=40,
)


def read(*pairs: tuple[str, str]) -> PeopleFilter:
    return PeopleFilter.read(QueryDict(urlencode(pairs, errors="replace")))


@given(pairs=QUERY)
@settings(max_examples=200, deadline=None)
def test_whatever_it_says_what_is_read_is_short_and_plain(pairs):
    wanted = read(*pairs)
    assert len(wanted.text) <= LONGEST
    assert "\x00" not in wanted.text
    assert set(wanted.chosen) == set(FACETS)
    for slugs in wanted.chosen.values():
        assert len(slugs) <= MOST_CHOICES
        assert all(slug.replace("-", "").replace("_", "").isalnum() for slug in slugs)


@pytest.mark.parametrize(
    ("pairs", "on"),
    [
        ([], False),
        ([("q", "")], False),
        ([("q", "  \x00 ")], False),
        ([("region", "")], False),
        ([("region", "a b")], False),
        ([("x", "y")], False),
        ([("q", "a")], True),
        ([("region", "london")], True),
    ],
)
def test_is_on_where_something_is_asked_for(pairs, on):
    assert read(*pairs).is_on is on


@pytest.fixture
def crowd(db):
    """People of two regions, two sectors and no organisation or one, all to be found."""
    regions = [RegionFactory(slug="london"), RegionFactory(slug="wales")]
    sectors = [SectorFactory(slug="social-care"), SectorFactory(slug="primary-care")]
    organisation = OrganisationFactory(slug="a-trust", sector=sectors[0], region=regions[0])
    for number in range(8):
        person = UserFactory(first_name=f"P{number}", last_name="Raman" if number % 2 else "Hale")
        actions.update_profile(
            person=person,
            first_name=person.first_name,
            last_name=person.last_name,
            findable=True,
            region=regions[number % 2],
            sector=sectors[number // 2 % 2],
            organisation=organisation if number < 3 else None,
        )


CHOICES = {
    "region": ["london", "wales", "nowhere"],
    "sector": ["social-care", "primary-care", "nothing"],
    "organisation": ["a-trust", "nobody"],
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.sampled_from(["", "raman", "p", "p1 raman", "zzz"]),
    chosen=st.fixed_dictionaries(
        {name: st.lists(st.sampled_from(slugs), max_size=2, unique=True) for name, slugs in CHOICES.items()}
    ),
)
def test_a_facet_counts_what_choosing_it_would_show(crowd, text, chosen):
    """For every choice: its count is the number of people found with it alone chosen in its facet."""
    everybody = User.objects.listed()
    wanted = PeopleFilter(text=text, chosen=chosen)
    found = set(wanted.apply(everybody))
    assert found <= set(everybody)
    for name in FACETS:
        for option in wanted.facet(name, everybody):
            alone = PeopleFilter(text=text, chosen={**chosen, name: [option["value"]]})
            assert option["count"] == alone.apply(everybody).count()
            assert option["checked"] == (option["value"] in chosen[name])


def test_choices_in_one_facet_add_and_facets_narrow(crowd):
    everybody = User.objects.listed()

    def number(**chosen) -> int:
        return PeopleFilter(chosen=chosen).apply(everybody).count()

    assert number(region=["london"]) + number(region=["wales"]) == number(region=["london", "wales"]) == 8
    assert number(region=["london"], sector=["social-care"]) == 2
    assert number(region=["nowhere"]) == 0


def test_a_choice_with_nobody_stays_to_be_taken_off(crowd):
    RegionFactory(slug="scotland")
    wanted = PeopleFilter(chosen={"region": ["scotland"], "sector": [], "organisation": []})
    options = {option["value"]: option for option in wanted.facet("region", User.objects.listed())}
    assert (options["scotland"]["count"], options["scotland"]["checked"]) == (0, True)
    assert (options["london"]["count"], options["london"]["checked"]) == (4, False)
