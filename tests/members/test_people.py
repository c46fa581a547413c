"""Finding people: who finds whom, by what, and what it costs."""

from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members import actions
from members.models import User
from members.search import find_people
from tests.factories import OrganisationFactory, RegionFactory, SectorFactory, UserFactory

URL = "/people/"


def findable(first_name="Priya", last_name="Raman", **about) -> User:
    person = UserFactory(first_name=first_name, last_name=last_name)
    actions.admit(person=person)
    actions.update_profile(person=person, first_name=first_name, last_name=last_name, findable=True, **about)
    return person


def names(response) -> list[str]:
    return [person.name for person in response.context["page"].rows]


def test_lists_those_who_chose_to_be_found_by_name(signed_in, cast):
    findable("Bea", "Smith")
    findable("Ann", "Zed")
    findable("Ann", "Able")
    assert names(signed_in(cast.participant).get(URL)) == ["Ann Able", "Ann Zed", "Bea Smith"]


def test_nobody_is_listed_who_did_not_choose_it(signed_in, cast):
    response = signed_in(cast.participant).get(URL)
    assert names(response) == []
    assert response.content.decode().count("Nobody is listed yet") == 1


def test_closed_accounts_are_not_listed(signed_in, cast):
    person = findable()
    person.is_active = False
    person.save()
    client = signed_in(cast.participant)
    assert names(client.get(URL)) == []
    assert client.get(f"/people/{person.pk}/").status_code == 404


def test_visitor_is_asked_to_sign_in(client, cast):
    assert client.get(URL)["Location"] == "/accounts/login/?next=/people/"
    person = findable()
    known = client.get(f"/people/{person.pk}/")
    unknown = client.get("/people/999999/")
    assert (known.status_code, unknown.status_code) == (302, 302)


def test_who_is_not_in_the_network_finds_nobody(signed_in, cast):
    person = findable()
    client = signed_in(cast.outsider)
    assert client.get(URL).status_code == 404
    assert client.get(f"/people/{person.pk}/").status_code == 404
    assert client.get(f"/people/{cast.outsider.pk}/").status_code == 404


def test_who_has_left_the_network_finds_nobody(signed_in, cast, network):
    client = signed_in(cast.participant)
    assert client.get(URL).status_code == 200
    actions.leave(person=cast.participant, circle=network)
    assert client.get(URL).status_code == 404


@pytest.mark.parametrize(
    "text",
    [
        "priya",
        "RAMAN",
        "priya raman",
        "raman priya",
        "pharmacist",
        "Leeds",
        "falls",
        "troika",
        "co-convener",
        "pri pharm",
        "  priya  ",
    ],
)
def test_finds_by_every_word_anywhere(signed_in, cast, text):
    findable(
        job_title="Pharmacist",
        organisation=OrganisationFactory(slug="leeds-trust"),
        about="I care about *falls*.",
        offers="A troika",
        looks_for="A co-convener",
    )
    findable("Otto", "Other")
    client = signed_in(cast.participant)
    assert names(client.get(URL, {"q": text})) == ["Priya Raman"]


@pytest.mark.parametrize("text", ["priya otto", "participant@example.org", "_"])
def test_finds_nobody(signed_in, cast, text):
    findable()
    findable("Otto", "Other")
    assert names(signed_in(cast.participant).get(URL, {"q": text})) == []


@pytest.mark.parametrize("text", ["***", "%", "!?", "\x00"])
def test_a_text_without_words_asks_for_nothing_and_stays_in_its_box(signed_in, cast, text):
    findable()
    findable("Otto", "Other")
    response = signed_in(cast.participant).get(URL, {"q": text})
    assert names(response) == ["Otto Other", "Priya Raman"]
    assert response.context["sentence"] == "2 people, by first name"
    assert response.context["q"] == text.replace("\x00", "")


def test_an_email_address_finds_nobody(signed_in, cast):
    person = findable()
    page = signed_in(cast.participant).get(URL, {"q": person.email})
    assert names(page) == []
    own = signed_in(cast.participant).get(f"/people/{person.pk}/").content.decode()
    assert person.email not in own


def test_facets_count_what_one_would_find(signed_in, cast):
    london, wales = RegionFactory(slug="london"), RegionFactory(slug="wales")
    RegionFactory(slug="nobody-is-here")
    social = SectorFactory(slug="social-care")
    findable("A", region=london, sector=social)
    findable("B", region=london)
    findable("C", region=wales, sector=social)
    hidden = UserFactory()
    actions.admit(person=hidden)
    actions.update_profile(person=hidden, first_name="Hidden", last_name="", region=london)

    def facets(**query):
        response = signed_in(cast.participant).get(URL, query)
        counts = {
            facet["name"]: {option["value"]: option["count"] for option in facet["options"]}
            for facet in response.context["facets"]
        }
        return names(response), counts

    assert facets() == (
        ["A Raman", "B Raman", "C Raman"],
        {
            "region": {"london": 2, "wales": 1},
            "sector": {"social-care": 2},
            "organisation": {},
            "interests": {},
        },
    )
    assert facets(region="london") == (
        ["A Raman", "B Raman"],
        {
            "region": {"london": 2, "wales": 1},
            "sector": {"social-care": 1},
            "organisation": {},
            "interests": {},
        },
    )
    assert facets(region=["london", "wales"], sector="social-care") == (
        ["A Raman", "C Raman"],
        {
            "region": {"london": 1, "wales": 1},
            "sector": {"social-care": 2},
            "organisation": {},
            "interests": {},
        },
    )
    assert facets(region="nobody-is-here")[0] == []


def test_a_long_facet_shows_where_most_people_are_and_what_is_chosen(signed_in, cast):
    for number in range(15):
        organisation = OrganisationFactory(slug=f"org-{number:02}")
        for _ in range(2 if number >= 5 else 1):
            findable(organisation=organisation)
    response = signed_in(cast.participant).get(URL, {"organisation": "org-00"})
    facet = next(one for one in response.context["facets"] if one["name"] == "organisation")
    shown = [option["value"] for option in facet["options"]]
    assert shown == ["org-00", *(f"org-{number:02}" for number in range(5, 12))]
    assert [option["checked"] for option in facet["options"]] == [True] + [False] * 7


def test_weighs_little(signed_in, cast):
    regions = [RegionFactory() for _ in range(10)]
    sectors = [SectorFactory() for _ in range(12)]
    for number in range(30):
        findable(
            job_title="Falls prevention lead",
            offers="Tips for running meetings with people who are sitting in their cars.",
            looks_for="Other rural teams who want to compare notes on travel time.",
            region=regions[number % 10],
            sector=sectors[number % 12],
            organisation=OrganisationFactory(sector=sectors[0], region=regions[0]),
        )
    assert len(signed_in(cast.participant).get(URL).content) <= 30_000


def test_chips_take_one_filter_off_each(signed_in, cast):
    findable("A", region=RegionFactory(slug="london"), sector=SectorFactory(slug="social-care"))
    response = signed_in(cast.participant).get(
        URL, {"q": "A", "region": "london", "sector": "social-care", "cursor": ""}
    )
    assert response.context["chips"] == [
        {"text": "London", "label": "Region", "url": "?q=A&sector=social-care"},
        {"text": "Social care", "label": "Sector", "url": "?q=A&region=london"},
    ]
    assert response.context["sentence"] == "1 person for “A”, by first name"


def test_pages_go_on_and_back(signed_in, cast):
    for number in range(30):
        findable(f"P{number:02}", "")
    client = signed_in(cast.participant)
    first = client.get(URL + "?q=P")
    assert names(first) == [f"P{number:02}" for number in range(14)]
    assert (first.context["sentence"], first.context["previous_url"]) == (
        "30 people for “P”, by first name",
        "",
    )
    second = client.get(URL + first.context["next_url"])
    assert names(second) == [f"P{number:02}" for number in range(14, 28)]
    third = client.get(URL + second.context["next_url"])
    assert names(third) == ["P28", "P29"]
    assert third.context["next_url"] == ""
    back = client.get(URL + second.context["previous_url"])
    assert names(back) == names(first)


@pytest.mark.parametrize("cursor", ["x", "%00", "🐙", "e30", "W10", "x" * 5000])
def test_forged_cursor_is_not_found(signed_in, cast, cursor):
    assert signed_in(cast.participant).get(f"{URL}?cursor={quote(cursor)}").status_code == 404


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.dictionaries(
        st.sampled_from(["q", "region", "sector", "organisation"]), st.text(max_size=300), min_size=1
    )
)
def test_hostile_filters_are_never_an_error_of_ours(signed_in, cast, query):
    assert signed_in(cast.participant).get(URL, query).status_code == 200


def test_a_megabyte_is_cut_before_it_is_looked_at(signed_in, cast):
    response = signed_in(cast.participant).get(URL, {"q": "a" * 1_000_000, "region": "b" * 1_000_000})
    assert response.status_code == 200
    assert response.context["q"] == "a" * 200
    assert response.context["wanted"].chosen["region"] == []


@pytest.mark.parametrize("number", [1, 30])
def test_queries(signed_in, cast, django_assert_num_queries, number):
    for index in range(number):
        findable(
            f"P{index}",
            region=RegionFactory(),
            sector=SectorFactory(),
            organisation=OrganisationFactory(),
        )
    client = signed_in(cast.participant)
    client.get(URL)
    # 3 for the person; people, interests, count, 4 facets; whether one is listed
    with django_assert_num_queries(11):
        assert len(names(client.get(URL))) == min(number, 14)


class TestPerson:
    def test_shows_what_they_say(self, signed_in, cast):
        person = findable(
            job_title="Pharmacist",
            organisation=OrganisationFactory(slug="leeds-trust"),
            about="I care about *falls*.",
            offers="A troika",
        )
        response = signed_in(cast.participant).get(f"/people/{person.pk}/")
        page = response.content.decode()
        assert '<h1 class="p-title">Priya Raman</h1>' in page
        assert [page.count(text) for text in ("Pharmacist", "Leeds trust", "<em>falls</em>", "A troika")] == [
            1,
            1,
            1,
            1,
        ]

    def test_who_did_not_choose_to_be_found_is_not(self, signed_in, cast):
        client = signed_in(cast.participant)
        assert client.get(f"/people/{cast.editor.pk}/").status_code == 404
        assert client.get("/people/999999/").status_code == 404

    def test_oneself_sees_oneself(self, signed_in, cast):
        page = signed_in(cast.participant).get(f"/people/{cast.participant.pk}/").content.decode()
        assert page.count("you have not said that they can find you") == 1

    def test_tells_what_they_convene_and_what_both_are_in(self, signed_in, cast):
        actions.update_profile(person=cast.convener, first_name="Cora", last_name="", findable=True)

        def belongs(asker):
            response = signed_in(asker).get(f"/people/{cast.convener.pk}/")
            return [(str(one.circle), one.role_name) for one in response.context["belongs"]]

        convenes = ("Falls in care homes", "Convener")
        assert belongs(cast.participant) == [("Cohort 2021–22", "Participant"), convenes]
        assert belongs(cast.editor) == [convenes]

    def test_does_not_tell_who_is_a_plain_member_of_a_community(self, signed_in, cast):
        person = findable()
        actions.join(person=person, circle=cast.community.circle)
        stranger = signed_in(cast.editor).get(f"/people/{person.pk}/")
        assert stranger.context["belongs"] == []
        fellow = signed_in(cast.convener).get(f"/people/{person.pk}/")
        assert [str(one.circle) for one in fellow.context["belongs"]] == ["Falls in care homes"]

    def test_does_not_tell_of_a_community_that_is_not_published(self, signed_in, cast):
        cast.community.state = "draft"
        cast.community.save()
        actions.update_profile(person=cast.convener, first_name="Cora", last_name="", findable=True)
        assert signed_in(cast.editor).get(f"/people/{cast.convener.pk}/").context["belongs"] == []

    @pytest.mark.parametrize("number", [1, 30])
    def test_queries(self, signed_in, cast, django_assert_num_queries, number):
        from members.enums import Role
        from tests.factories import CommunityFactory

        person = findable()
        for _ in range(number):
            actions.join(person=person, circle=CommunityFactory().circle, role=Role.LEAD)
        client = signed_in(cast.participant)
        client.get(URL)
        # 3 for the person; whom they look at, their interests, what they belong to, whether they take messages
        with django_assert_num_queries(7):
            response = client.get(f"/people/{person.pk}/")
        assert len(response.context["belongs"]) == number


class TestInTheSearchOverEverything:
    def test_members_find_people(self, cast, django_assert_num_queries):
        person = findable(job_title="Pharmacist", offers="A troika")
        cast.participant.circle_ids  # noqa: B018 - looked up once a request
        with django_assert_num_queries(1):
            hits = find_people(cast.participant, "troika", 5)
        assert [(hit.title, hit.url, hit.excerpt, hit.meta) for hit in hits] == [
            ("Priya Raman", f"/people/{person.pk}/", "A troika", "Pharmacist")
        ]

    def test_others_find_nobody(self, cast):
        from django.contrib.auth.models import AnonymousUser

        findable(offers="A troika")
        assert find_people(cast.outsider, "troika", 5) == []
        assert find_people(AnonymousUser(), "troika", 5) == []

    def test_signs_are_looked_for_as_they_are(self, cast):
        """An underscore is a word's own; to LIKE it means any letter."""
        findable(job_title="Lead nurse")
        assert len(find_people(cast.participant, "lead", 5)) == 1
        assert find_people(cast.participant, "le_d", 5) == []

    def test_no_words_find_nobody(self, cast):
        findable()
        assert find_people(cast.participant, "***", 5) == []

    def test_no_more_than_asked_for(self, cast):
        for _ in range(4):
            findable(offers="A troika")
        assert len(find_people(cast.participant, "troika", 3)) == 3


def test_who_has_no_profile_yet_has_a_page_and_finds_others(signed_in, cast):
    from members.models import Profile

    findable()
    Profile.objects.filter(user=cast.participant).delete()
    client = signed_in(cast.participant)
    assert names(client.get(URL)) == ["Priya Raman"]
    assert client.get(f"/people/{cast.participant.pk}/").status_code == 200
    assert client.get("/me/").status_code == 200
