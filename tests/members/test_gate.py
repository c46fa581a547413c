"""Who sees what of a profile: shown, found and counted agree with one rule, for every field and everybody."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from discussion import actions as discussion
from members import actions, gate
from members.enums import CircleKind, SeenBy, State
from members.filters import PeopleFilter
from members.models import Membership, Profile, User
from members.search import find_people
from tests.factories import (
    CircleFactory,
    OrganisationFactory,
    RegionFactory,
    SectorFactory,
    SpaceFactory,
    ThemeFactory,
    UserFactory,
)

SECRET = "zwetschge"
TEXTS = ("job_title", "about", "offers", "looks_for")
FACETS = ("region", "sector", "organisation", "interests")
SEARCHED = (*TEXTS, "organisation", "interests")
# Where each stands to the owner, as the rule counts it.
RELATIONS = {
    "self": 0,
    "fellow": 1,
    "both": 1,
    "ended": 2,
    "asked": 2,
    "member": 2,
    "outsider": 3,
    "visitor": 3,
}


def sees(seen_by: int, relation: str) -> bool:
    """The rule said in words, apart from the code: nobody, people of my groups, the network."""
    if relation == "self":
        return True
    if seen_by == SeenBy.GROUPS:
        return relation in ("fellow", "both")
    return seen_by == SeenBy.NETWORK and relation not in ("outsider", "visitor")


@pytest.fixture
def owner(db) -> User:
    """Somebody who can be found, and in each field of whose profile the secret stands."""
    person = UserFactory(first_name="Ona", last_name="Owner")
    actions.admit(person=person)
    sector, region = SectorFactory(slug=f"{SECRET}-sector"), RegionFactory(slug=f"{SECRET}-region")
    actions.update_profile(
        person=person,
        first_name="Ona",
        last_name="Owner",
        findable=True,
        sector=sector,
        region=region,
        organisation=OrganisationFactory(
            slug=f"{SECRET}-trust", sector=SectorFactory(), region=RegionFactory()
        ),
        interests=[ThemeFactory(slug=f"{SECRET}-theme")],
        **{name: f"{SECRET} {name}" for name in TEXTS},
    )
    return person


@pytest.fixture
def people(owner) -> dict[str, User]:
    """One in each relation to the owner."""
    made = {name: UserFactory(first_name=name) for name in RELATIONS if name not in ("self", "visitor")}
    cohort, group = CircleFactory(kind=CircleKind.COHORT), CircleFactory()
    for circle in (cohort, group):
        actions.join(person=owner, circle=circle)
    for name in ("fellow", "both", "ended"):
        actions.join(person=made[name], circle=cohort)
    actions.join(person=made["both"], circle=group)
    actions.leave(person=made["ended"], circle=cohort)
    Membership.objects.create(person=made["asked"], circle=group, state=State.REQUESTED)
    for name, person in made.items():
        if name != "outsider":
            actions.admit(person=person)
    return {**made, "self": owner, "visitor": AnonymousUser()}


def fresh(person):
    return User.objects.get(pk=person.pk) if person.pk else person


def choose(owner: User, seen_by: int, *names: str) -> None:
    """Show some fields to these, and all others to nobody."""
    hidden = {gate.column(name): SeenBy.NOBODY for name in gate.FIELDS}
    Profile.objects.filter(user=owner).update(**hidden | {gate.column(name): seen_by for name in names})


def shown(owner: User, viewer) -> set[str]:
    """The fields that somebody is given, by each way to get them."""
    alone = fresh(owner).shown_to(viewer)
    listed = User.objects.near(viewer).get(pk=owner.pk).shown_to(viewer)
    assert alone == listed
    given = {name for name in (*FACETS, "job_title", "offers", "looks_for") if getattr(alone, name)}
    given |= {"about"} if alone.about_html else set()
    return given | ({"picture"} if alone.has_picture else set())


@pytest.mark.postgres
@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("seen_by", SeenBy)
@pytest.mark.parametrize("name", [*FACETS, *TEXTS])
def test_shown_found_and_counted_agree_with_the_rule(owner, people, name, seen_by, relation):
    choose(owner, seen_by, name)
    viewer, may = fresh(people[relation]), sees(seen_by, relation)
    expected = set(gate.FIELDS) - {"picture"} if relation == "self" else {name} if may else set()
    assert shown(owner, viewer) == expected
    inside = relation not in ("outsider", "visitor")  # finding people is for members of the network
    everybody = User.objects.visible_to(viewer).listed()
    found = may and (name in SEARCHED or relation == "self")
    assert set(PeopleFilter(text=SECRET).apply(everybody, viewer)) == ({owner} if found and inside else set())
    assert bool(find_people(viewer, SECRET, 5)) is (found and inside)
    for facet in FACETS:
        counted = PeopleFilter().facet(facet, everybody, viewer)
        tells = inside and (relation == "self" or (may and facet == name))
        slug = next(one.slug for one in [*_values(owner, facet)])
        assert [(one["value"], one["count"]) for one in counted] == ([(slug, 1)] if tells else [])
        chosen = PeopleFilter(chosen={facet: [slug]}).apply(everybody, viewer)
        assert set(chosen) == ({owner} if tells else set())


def _values(owner: User, facet: str):
    value = getattr(Profile.objects.get(user=owner), facet)
    return value.all() if facet == "interests" else [value]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    choices=st.fixed_dictionaries({name: st.sampled_from(SeenBy) for name in gate.FIELDS}),
    relation=st.sampled_from(sorted(RELATIONS)),
)
def test_any_mixture_of_choices_is_shown_by_the_rule(owner, people, choices, relation):
    Profile.objects.filter(user=owner).update(
        picture="people/x.jpg", **{gate.column(name): seen_by for name, seen_by in choices.items()}
    )
    viewer = fresh(people[relation])
    assert shown(owner, viewer) == {name for name, seen_by in choices.items() if sees(seen_by, relation)}
    said = {name for name in SEARCHED if sees(choices[name], relation)}
    found = User.objects.filter(pk=owner.pk).holding([SECRET], viewer)
    assert list(found) == ([owner] if said else [])


@pytest.mark.parametrize("relation", ["fellow", "member", "ended", "asked", "outsider", "visitor"])
def test_no_page_tells_a_word_that_is_hidden(owner, people, relation, client, signed_in):
    """The word stands in every field; hidden, it is on no page and in no list, whoever asks."""
    hides = SeenBy.NOBODY if relation == "fellow" else SeenBy.GROUPS
    choose(owner, hides, *gate.FIELDS)
    browser = client if relation == "visitor" else signed_in(people[relation])
    space = SpaceFactory()
    topic = discussion.start_topic(person=owner, space=space, title="Tea", text="Who brings it?")
    addresses = [
        f"/people/{owner.pk}/", f"/people/{owner.pk}/?as=groups", "/people/", "/people/?q=Ona",
        topic.get_absolute_url(), "/search/?q=Ona", "/me/", f"/people/{owner.pk}/picture/",
    ]  # fmt: skip
    for address in addresses:
        page = browser.get(address, follow=True).content.decode().lower()
        assert (address, SECRET in page) == (address, False)
    for address in (f"/people/?q={SECRET}", f"/search/?q={SECRET}"):
        assert f"/people/{owner.pk}/" not in browser.get(address, follow=True).content.decode()


def test_and_a_word_that_is_shown_is_found(owner, people, signed_in):
    """The test above would find it."""
    choose(owner, SeenBy.GROUPS, *gate.FIELDS)
    page = signed_in(people["fellow"]).get(f"/people/{owner.pk}/").content.decode()
    assert page.lower().count(SECRET) >= len(gate.FIELDS) - 1


def test_who_leaves_the_group_sees_it_no_more(owner, people, signed_in):
    choose(owner, SeenBy.GROUPS, "offers")
    browser = signed_in(people["both"])
    assert f"{SECRET} offers" in browser.get("/people/").content.decode()
    for membership in (
        Membership.objects.active().filter(person=people["both"]).exclude(circle__kind="network")
    ):
        actions.leave(person=people["both"], circle=membership.circle)
    assert SECRET not in browser.get("/people/").content.decode()


@pytest.mark.parametrize(("findable", "relation", "opens"), [
    (True, "member", True), (True, "fellow", True), (True, "outsider", False),
    (False, "member", False), (False, "fellow", True), (False, "ended", False), (False, "self", True),
    (False, "asked", False),
])  # fmt: skip
def test_whose_page_opens(owner, people, signed_in, findable, relation, opens):
    Profile.objects.filter(user=owner).update(findable=findable)
    viewer = fresh(people[relation])
    assert fresh(owner).can_see(viewer) is opens
    assert User.objects.visible_to(viewer).filter(pk=owner.pk).exists() is opens
    assert (signed_in(viewer).get(f"/people/{owner.pk}/").status_code == 200) is opens
    listed = owner in User.objects.visible_to(viewer).listed()
    assert listed is (findable and relation != "outsider")


def test_the_beginning_is_people_in_my_groups(db):
    person = UserFactory.build()
    person.save()
    profile = Profile.objects.create(user=person)
    assert {getattr(profile, gate.column(name)) for name in gate.FIELDS} == {SeenBy.GROUPS}


@pytest.mark.parametrize("value", [-1, 3, 32000])
def test_the_database_knows_three_answers(owner, value):
    if value < 0:
        value = 4
    with pytest.raises(IntegrityError), transaction.atomic():
        Profile.objects.filter(user=owner).update(about_seen_by=value)


def test_every_field_of_a_profile_that_says_something_is_behind_the_gate():
    settings_of_ones_own = {"id", "user", "findable", "mails_replies", "no_mails", "about_html"}
    said = {field.name for field in Profile._meta.get_fields()} - settings_of_ones_own
    assert said == {*gate.FIELDS, *map(gate.column, gate.FIELDS)}


def test_what_was_found_for_one_is_not_shown_to_another(owner, people):
    """Somebody is annotated for who asked; shown to anybody else, it is asked anew."""
    choose(owner, SeenBy.GROUPS, "offers")
    found = User.objects.near(people["fellow"]).get(pk=owner.pk)
    assert found.shown_to(people["fellow"]).offers == f"{SECRET} offers"
    assert found.shown_to(people["member"]).offers == ""
    assert found.shown_to(AnonymousUser()).offers == ""


def test_who_has_no_profile_shows_nothing(people):
    Profile.objects.filter(user=people["member"]).delete()
    assert fresh(people["member"]).shown_to(people["self"]) == gate.Shown()


class TestAsOthersSeeIt:
    @pytest.fixture
    def look(self, owner, signed_in):
        def get(key: str):
            return signed_in(owner).get(f"/people/{owner.pk}/?as={key}")

        Profile.objects.filter(user=owner).update(
            offers_seen_by=SeenBy.GROUPS, looks_for_seen_by=SeenBy.NETWORK, about_seen_by=SeenBy.NOBODY
        )
        return get

    @pytest.mark.parametrize(
        ("key", "offers", "looks_for"),
        [
            ("network", "", f"{SECRET} looks_for"),
            ("groups", f"{SECRET} offers", f"{SECRET} looks_for"),
            ("nobody", "", ""),
        ],
    )
    def test_shows_what_they_would_see(self, look, key, offers, looks_for):
        response = look(key)
        about = response.context["about"]
        assert (about.offers, about.looks_for, about.about_html) == (offers, looks_for, "")
        assert f"{SECRET} about" not in response.text
        assert (f"{SECRET} offers" in response.text) is bool(offers)

    @pytest.mark.parametrize("key", ["", "x", "NETWORK", "%00", "🐙"])
    def test_what_is_no_place_is_the_network(self, look, key):
        assert look(key).context["look"].key == "network"

    @pytest.mark.parametrize(("relation", "key"), [("fellow", "groups"), ("member", "network")])
    def test_is_what_they_do_see(self, owner, people, look, signed_in, relation, key):
        theirs = signed_in(people[relation]).get(f"/people/{owner.pk}/").context["about"]
        assert look(key).context["about"] == theirs

    def test_says_that_it_is_closed_to_the_network(self, owner, look):
        Profile.objects.filter(user=owner).update(findable=False, job_title_seen_by=SeenBy.NETWORK)
        response = look("network")
        assert response.text.count("cannot open this page") == 1
        assert response.context["about"].job_title == f"{SECRET} job_title"
        assert response.context["about"].looks_for == ""

    def test_is_for_oneself_alone(self, owner, people, signed_in):
        choose(owner, SeenBy.GROUPS, "offers")
        response = signed_in(people["member"]).get(f"/people/{owner.pk}/?as=groups")
        assert (response.context["look"], response.context["about"].offers) == (None, "")


@pytest.mark.parametrize("findable", [True, False])
def test_what_was_there_before_keeps_what_its_owner_was_told(owner, findable):
    """Who could be found had shown everything; who could not had been told that only their name shows."""
    from importlib import import_module

    from django.apps import apps

    beginning = {gate.column(name): SeenBy.GROUPS for name in gate.FIELDS}
    Profile.objects.filter(user=owner).update(findable=findable, looks_for="", **beginning)
    import_module("members.migrations.0008_see_what_was_seen").keep_what_was_promised(apps, None)
    profile = Profile.objects.get(user=owner)
    said = {name: getattr(profile, gate.column(name)) for name in gate.FIELDS}
    if findable:
        assert said == {**dict.fromkeys(gate.FIELDS, SeenBy.NETWORK), "picture": SeenBy.GROUPS}
    else:
        nothing_said = dict.fromkeys(("looks_for", "interests", "picture"), SeenBy.GROUPS)
        assert said == {**dict.fromkeys(gate.FIELDS, SeenBy.NOBODY), **nothing_said}
