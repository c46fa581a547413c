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
def asker(db) -> User:
    """A member of the network, who shares no group with anybody."""
    person = UserFactory(first_name="Asker", last_name="Asker")
    actions.admit(person=person)
    return person


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
def test_a_facet_counts_what_choosing_it_would_show(crowd, asker, text, chosen):
    """For every choice: its count is the number of people found with it alone chosen in its facet."""
    everybody = User.objects.listed()
    wanted = PeopleFilter(text=text, chosen=chosen)
    found = set(wanted.apply(everybody, asker))
    assert found <= set(everybody)
    for name in FACETS:
        for option in wanted.facet(name, everybody, asker):
            alone = PeopleFilter(text=text, chosen={**chosen, name: [option["value"]]})
            assert option["count"] == alone.apply(everybody, asker).count()
            assert option["checked"] == (option["value"] in chosen[name])


def test_choices_in_one_facet_add_and_facets_narrow(crowd, asker):
    everybody = User.objects.listed()

    def number(**chosen) -> int:
        return PeopleFilter(chosen=chosen).apply(everybody, asker).count()

    assert number(region=["london"]) + number(region=["wales"]) == number(region=["london", "wales"]) == 8
    assert number(region=["london"], sector=["social-care"]) == 2
    assert number(region=["nowhere"]) == 0


def test_a_choice_with_nobody_stays_to_be_taken_off(crowd, asker):
    RegionFactory(slug="scotland")
    wanted = PeopleFilter(chosen={"region": ["scotland"], "sector": [], "organisation": []})
    options = {option["value"]: option for option in wanted.facet("region", User.objects.listed(), asker)}
    assert (options["scotland"]["count"], options["scotland"]["checked"]) == (0, True)
    assert (options["london"]["count"], options["london"]["checked"]) == (4, False)


class TestAgainstALoop:
    """The same answers as a loop over everybody gives, for any filter."""

    WORDS = ("otters", "kites", "lamps")

    @pytest.fixture
    def many(self, db):
        regions = [RegionFactory(slug=f"r{number}") for number in range(2)]
        sectors = [SectorFactory(slug=f"s{number}") for number in range(2)]
        trusts = [OrganisationFactory(slug=f"o{number}") for number in range(2)]
        for number in range(18):
            profile = UserFactory(first_name=f"P{number:02}").profile
            profile.findable = number % 5 != 4
            profile.offers = " ".join(self.WORDS[: number % 4])
            profile.region = regions[number % 2] if number % 3 else None
            profile.sector = sectors[number % 3 % 2]
            profile.organisation = trusts[number % 2] if number % 4 else None
            profile.save()

    @staticmethod
    def fits(person: User, wanted: PeopleFilter, but: str = "") -> bool:
        text = f"{person.first_name} {person.last_name} {person.profile.offers}".lower()
        trust = person.profile.organisation
        text += f" {trust.name.lower()}" if trust else ""
        if not all(word.lower() in text for word in wanted.words):
            return False
        for name, slugs in wanted.chosen.items():
            there = getattr(person.profile, name)
            if slugs and name != but and (there is None or there.slug not in slugs):
                return False
        return True

    @given(
        text=st.lists(st.sampled_from(["otters", "kites", "lamps", "!!", "P0", "organisation"]), max_size=2),
        chosen=st.fixed_dictionaries(
            {
                "region": st.lists(st.sampled_from(["r0", "r1", "none"]), unique=True, max_size=2),
                "sector": st.lists(st.sampled_from(["s0", "s1"]), unique=True, max_size=2),
                "organisation": st.lists(st.sampled_from(["o0", "o1"]), unique=True, max_size=2),
            }
        ),
    )
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_who_is_found_and_how_many_are_counted(self, many, asker, text, chosen):
        wanted = PeopleFilter(text=" ".join(text), chosen=chosen)
        everybody = User.objects.filter(profile__findable=True)
        people = list(everybody.select_related("profile__region", "profile__sector", "profile__organisation"))
        assert set(wanted.apply(everybody, asker)) == {one for one in people if self.fits(one, wanted)}
        for name in FACETS:
            counted = {option["value"]: option["count"] for option in wanted.facet(name, everybody, asker)}
            expected: dict[str, int] = {}
            for one in people:
                there = getattr(one.profile, name) if name != "interests" else None
                if there is not None and self.fits(one, wanted, but=name):
                    expected[there.slug] = expected.get(there.slug, 0) + 1
            assert {value: count for value, count in counted.items() if count} == expected
