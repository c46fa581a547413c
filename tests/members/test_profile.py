"""Saying who one is."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members import actions, gate, listed_words
from members.enums import SeenBy
from members.errors import TermInUse
from members.models import Profile, User
from tests.factories import OrganisationFactory, RegionFactory, SectorFactory, ThemeFactory

URL = "/me/profile/"


def said(**changes):
    data = {
        "first_name": "Priya",
        "last_name": "Raman",
        "job_title": "Pharmacist",
        "organisation": "",
        "sector": "",
        "region": "",
        "about": "I care about *falls*.",
        "offers": "A troika",
        "looks_for": "A co-convener",
        "findable": "on",
    }
    return {**data, **changes}


def test_saves_what_was_said(signed_in, cast):
    region, sector = RegionFactory(slug="wales"), SectorFactory(slug="primary-care")
    organisation = OrganisationFactory(slug="a-practice", sector=sector, region=region)
    data = said(organisation=organisation.pk, sector=sector.pk, region=region.pk, mails_replies="on")
    response = signed_in(cast.participant).post(URL, data)
    assert (response.status_code, response["Location"]) == (302, URL)
    person = User.objects.get(pk=cast.participant.pk)
    assert (person.first_name, person.last_name) == ("Priya", "Raman")
    about = person.profile
    assert (about.organisation, about.sector, about.region) == (organisation, sector, region)
    assert (about.job_title, about.offers, about.looks_for) == ("Pharmacist", "A troika", "A co-convener")
    assert (about.findable, about.mails_replies) == (True, True)
    assert about.about_html == "<p>I care about <em>falls</em>.</p>\n"


def test_what_is_unticked_and_emptied_is_taken_back(signed_in, cast):
    client = signed_in(cast.participant)
    client.post(URL, said())
    data = said(about="", offers="")
    del data["findable"]
    client.post(URL, data)
    about = Profile.objects.get(user=cast.participant)
    assert (about.about, about.about_html, about.offers, about.findable) == ("", "", "", False)
    assert about.mails_replies is False


def test_sent_twice_it_is_saved_once(signed_in, cast):
    client = signed_in(cast.participant)
    before = Profile.objects.count()
    assert [client.post(URL, said()).status_code for _ in range(2)] == [302, 302]
    assert Profile.objects.count() == before


def test_is_saved_for_somebody_without_a_profile(signed_in, cast):
    Profile.objects.filter(user=cast.outsider).delete()
    client = signed_in(cast.outsider)
    assert client.get(URL).status_code == 200
    assert client.post(URL, said()).status_code == 302
    assert Profile.objects.get(user=cast.outsider).job_title == "Pharmacist"


def test_changes_nobody_elses(signed_in, cast):
    other = Profile.objects.get(user=cast.editor)
    signed_in(cast.participant).post(URL, said(user=cast.editor.pk, id=other.pk, email="x@example.org"))
    other.refresh_from_db()
    cast.participant.refresh_from_db()
    assert other.job_title == ""
    assert cast.participant.email == "participant@example.org"


def test_visitor_is_asked_to_sign_in(client, cast):
    assert client.post(URL, said())["Location"] == "/accounts/login/?next=/me/profile/"
    assert Profile.objects.get(user=cast.participant).job_title == ""


def test_needs_a_token(cast):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.participant, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(URL, said()).status_code == 403


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(signed_in, cast, method):
    assert getattr(signed_in(cast.participant), method)(URL).status_code == 405


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"first_name": ""}, "first_name"),
        ({"first_name": "x" * 151}, "first_name"),
        ({"job_title": "x" * 121}, "job_title"),
        ({"about": "x" * 2001}, "about"),
        ({"about": "a\x00b"}, "about"),
        ({"about": "x" * 1_000_000}, "about"),
        ({"organisation": "999999"}, "organisation"),
        ({"region": "one"}, "region"),
        ({"sector": "99999999999999999999999999"}, "sector"),
    ],
)
def test_bad_input_is_said_beside_its_field_and_nothing_is_lost(signed_in, cast, changes, field):
    response = signed_in(cast.participant).post(URL, said(**changes))
    assert response.status_code == 200
    form = response.context["form"]
    assert list(form.errors) == [field]
    assert form["offers"].value() == "A troika"
    assert form[field].value() == changes[field]
    assert Profile.objects.get(user=cast.participant).offers == ""


def test_a_new_line_counts_as_one_character(signed_in, cast):
    response = signed_in(cast.participant).post(URL, said(about="\r\n".join("x" * 1000)))
    assert response.status_code == 302
    assert len(Profile.objects.get(user=cast.participant).about) == 1999


def test_html_is_shown_as_text(signed_in, cast):
    client = signed_in(cast.participant)
    client.post(URL, said(first_name="<b>P</b>", about="<script>alert(1)</script>", offers="<img src=x>"))
    page = client.get(f"/people/{cast.participant.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    assert "<b>P</b>" not in page
    assert "&lt;b&gt;P&lt;/b&gt;" in page


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.dictionaries(st.sampled_from(sorted(said())), st.text(max_size=400), min_size=1))
def test_hostile_text_is_never_an_error_of_ours(signed_in, cast, text):
    client = signed_in(cast.participant)
    assert client.post(URL, said(**text)).status_code in (200, 302)
    assert client.get(f"/people/{cast.participant.pk}/").status_code == 200


def test_says_who_can_see_it(signed_in, cast):
    client = signed_in(cast.participant)
    assert client.get(URL).content.decode().count("Nobody can find you in the list of people.") == 1
    client.post(URL, said())
    page = client.get(URL).content.decode()
    assert page.count("Members of the network can find you in the list of people.") == 1


def test_queries(signed_in, cast, django_assert_num_queries):
    client = signed_in(cast.participant)
    for _ in range(30):
        OrganisationFactory()
    client.get(URL)
    with django_assert_num_queries(
        9
    ):  # session, user, circles, profile, its interests, four lists to choose from
        client.get(URL)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"mails_replies": "on"}, (True, False)),
        ({"mails_replies": "on", "no_mails": "on"}, (True, True)),
        ({}, (False, False)),
    ],
)
def test_which_mails_one_wants(signed_in, cast, sent, kept):
    client = signed_in(cast.participant)
    for _ in range(2):
        assert client.post(URL, said(**sent)).status_code == 302
        about = Profile.objects.get(user=cast.participant)
        assert (about.mails_replies, about.no_mails) == kept
    page = client.get(URL).text
    assert page.count("Email me when somebody replies to me") == 1
    assert page.count("Do not email me at all") == 1


def test_who_convenes_stands_on_no_public_page(cast, pages, client):
    page = client.get("/communities/falls-in-care-homes/")
    assert page.status_code == 200
    assert [name for name in ("Convener Demo", "convener@example.org") if name in page.text] == []


def test_public_pages_are_kept_when_somebody_says_something_about_themself(
    cast, django_capture_on_commit_callbacks
):
    from kit.caching import version

    before = version()
    with django_capture_on_commit_callbacks(execute=True):
        actions.update_profile(person=cast.convener, first_name="New", last_name="Name", offers="Tea")
    assert version() == before
    assert Profile.objects.get(user=cast.convener).offers == "Tea"


def test_action_leaves_alone_what_was_not_said(cast):
    actions.update_profile(person=cast.convener, first_name="A", last_name="B", offers="Tea")
    actions.update_profile(person=cast.convener, first_name="A", last_name="B", looks_for="Milk")
    about = Profile.objects.get(user=cast.convener)
    assert (about.offers, about.looks_for) == ("Tea", "Milk")


class TestWhoSees:
    """Each field says who sees it; what is not said stays."""

    def test_is_kept_as_chosen(self, signed_in, cast):
        choices = dict(zip(map(gate.column, gate.FIELDS), (0, 1, 2) * 3, strict=True))
        client = signed_in(cast.participant)
        for _ in range(2):
            assert client.post(URL, said(**choices)).status_code == 302
            about = Profile.objects.get(user=cast.participant)
            assert {name: getattr(about, name) for name in choices} == choices
        form = client.get(URL).context["form"]
        assert {name: form[name].value() for name in choices} == choices

    def test_what_is_not_sent_stays_as_it_was(self, signed_in, cast):
        Profile.objects.filter(user=cast.participant).update(offers_seen_by=SeenBy.NOBODY)
        signed_in(cast.participant).post(URL, said(about_seen_by=SeenBy.GROUPS))
        about = Profile.objects.get(user=cast.participant)
        assert (about.offers_seen_by, about.about_seen_by, about.region_seen_by) == (0, 1, 2)

    @pytest.mark.parametrize("value", ["3", "-1", "x", "2 ", "１", "9" * 40, "None"])
    def test_what_is_no_choice_is_said_beside_it(self, signed_in, cast, value):
        response = signed_in(cast.participant).post(URL, said(offers_seen_by=value))
        assert (response.status_code, list(response.context["form"].errors)) == (200, ["offers_seen_by"])
        assert Profile.objects.get(user=cast.participant).offers == ""

    def test_is_asked_beside_each_field(self, signed_in, cast):
        page = signed_in(cast.participant).get(URL).text
        assert page.count("Who can see this<span") == len(gate.FIELDS)


class TestInterests:
    def test_are_chosen_from_the_list_and_taken_back(self, signed_in, cast):
        themes = [ThemeFactory(slug=f"theme-{number}") for number in range(3)]
        client = signed_in(cast.participant)
        client.post(URL, said(interests=[themes[0].pk, themes[2].pk]))
        about = Profile.objects.get(user=cast.participant)
        assert set(about.interests.all()) == {themes[0], themes[2]}
        assert "What you are interested in: Theme 0, Theme 2" in client.get(URL).text
        client.post(URL, said())
        assert set(about.interests.all()) == set()

    @pytest.mark.parametrize("value", ["999999", "x", "9" * 40, "\x00"])
    def test_what_is_no_theme_is_said_beside_it(self, signed_in, cast, value):
        response = signed_in(cast.participant).post(URL, said(interests=[value]))
        assert (response.status_code, list(response.context["form"].errors)) == (200, ["interests"])

    def test_twenty_at_most(self, signed_in, cast):
        themes = [ThemeFactory().pk for _ in range(21)]
        client = signed_in(cast.participant)
        assert client.post(URL, said(interests=themes[:20])).status_code == 302
        assert list(client.post(URL, said(interests=themes)).context["form"].errors) == ["interests"]

    def test_a_theme_that_somebody_chose_stays_on_its_list(self, cast):
        theme = ThemeFactory()
        actions.update_profile(person=cast.convener, first_name="A", last_name="B", interests=[theme])
        with pytest.raises(TermInUse):
            listed_words.remove_term(term=theme)
