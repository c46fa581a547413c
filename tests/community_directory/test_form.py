"""Listing and changing: what the form takes, what it says, and that nothing breaks it."""

import re

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from community_directory import actions
from community_directory.forms import CommunityForm, ConnectionForm, SendBackForm
from community_directory.models import Community
from members.models import User
from tests import hostile
from tests.factories import CommunityFactory, OrganisationFactory, SectorFactory

NEW = "/communities/new/"


@pytest.fixture
def lister(signed_in, cast, pages):
    return signed_in(cast.participant)


@pytest.fixture
def sent(terms):
    """``sent(client, address)``: what a browser sends back of a form in which nothing was changed."""

    def read(client: Client, address: str) -> dict[str, list[str]]:
        form = BeautifulSoup(client.get(address).content, "html.parser").select_one("main form.p-form")
        found: dict[str, list[str]] = {}
        for field in form.select("input[name], textarea[name], select[name]"):
            if field.get("type") in ("checkbox", "radio") and not field.has_attr("checked"):
                continue
            text = field.get_text().removeprefix("\n") if field.name == "textarea" else field.get("value", "")
            found.setdefault(field["name"], []).append(text)
        return found

    return read


def errors(response) -> dict[str, str]:
    """The message beside each field, and that the summary says the same."""
    soup = BeautifulSoup(response.content, "html.parser")
    beside = {
        message["id"].removeprefix("id_").removesuffix("_error"): re.sub("^Error: ", "", message.get_text())
        for message in soup.select(".nhsuk-error-message")
    }
    summary = [item.get_text() for item in soup.select(".p-error-summary__list li")]
    assert sorted(summary) == sorted(beside.values())
    for link in soup.select(".p-error-summary__list a"):
        assert soup.find(id=link["href"].lstrip("#")) is not None
    return beside


class TestNew:
    def test_becomes_a_draft(self, lister, cast, filled):
        response = lister.post(NEW, filled, follow=True)
        assert response.redirect_chain == [("/communities/night-walkers/", 302)]
        assert b"Saved as a draft." in response.content
        community = Community.objects.get(slug="night-walkers")
        assert (community.state, community.created_by) == ("draft", cast.participant)
        plain = ("name", "summary", "domain", "purpose", "practice", "stage", "rhythm", "meets", "open_to")
        assert {name: getattr(community, name) for name in plain} == {name: filled[name] for name in plain}
        for name in ("themes", "sectors", "regions", "organisations"):
            assert [term.pk for term in getattr(community, name).all()] == filled[name]

    def test_what_must_be_there(self, lister, terms):
        assert errors(lister.post(NEW, {})) == {
            "name": "Enter the name of your community",
            "summary": "Say in one sentence what your community is about",
            "domain": "Say what you care about",
            "purpose": "Say why you exist",
            "sectors": "Choose at least one sector",
            "regions": "Choose at least one region",
            "stage": "Choose where you are",
            "meets": "Choose how you meet",
            "open_to": "Choose who can join",
        }

    def test_comes_back_as_it_was_typed(self, lister, filled):
        soup = BeautifulSoup(lister.post(NEW, filled | {"name": " "}).content, "html.parser")
        assert soup.title.get_text().startswith("Error: List your community")
        assert soup.find(id="id_domain").get_text().strip() == filled["domain"]
        assert soup.find(id="id_summary").get_text().strip() == filled["summary"]
        checked = {(box["name"], box["value"]) for box in soup.select("input[checked]")}
        assert checked == {
            *((name, str(filled[name][0])) for name in ("themes", "sectors", "regions", "organisations")),
            *((name, filled[name]) for name in ("stage", "meets", "open_to")),
        }
        assert soup.select_one("details[open] input[name=organisations][checked]") is not None
        assert Community.objects.count() == 1

    def test_sent_twice_makes_one(self, lister, filled):
        soup = BeautifulSoup(lister.get(NEW).content, "html.parser")
        key = soup.find("input", {"name": "request_key"})["value"]
        first = lister.post(NEW, filled | {"request_key": key})
        second = lister.post(NEW, filled | {"request_key": key})
        assert first.url == second.url == "/communities/night-walkers/"
        assert Community.objects.filter(name="Night walkers").count() == 1

    @pytest.mark.parametrize(
        ("field", "value", "message"),
        [
            ("website", "javascript:alert(1)", "Enter a web address, such as https://www.example.org"),
            ("website", "ftp://files.example.org", "Enter a web address, such as https://www.example.org"),
            ("website", "https://x.example.org/" + "a" * 200, None),
            ("name", "a" * 141, None),
            ("name", "\u202e\u200f", "Enter the name of your community"),
            ("name", "a\x00b", "Null characters are not allowed."),
            ("domain", "a" * 3001, None),
            ("stage", "ripe", "Choose where you are"),
            ("sectors", ["999999"], "One of these is no longer on the list. Choose again."),
            ("sectors", ["9" * 40], "One of these is no longer on the list. Choose again."),
            ("themes", ["x"], "One of these is no longer on the list. Choose again."),
            ("organisations", ["1\x00"], "One of these is no longer on the list. Choose again."),
        ],
    )
    def test_what_cannot_be(self, lister, filled, field, value, message):
        found = errors(lister.post(NEW, filled | {field: value}))
        assert set(found) == {field}
        if message:
            assert found[field] == message

    def test_a_line_is_made_one_line(self, db, filled):
        form = CommunityForm(
            filled | {"name": "  Night\n \u202ewalkers\u2066\t\x07 ", "domain": "a\r\nb\x0b"}
        )
        assert form.is_valid()
        assert (form.cleaned_data["name"], form.cleaned_data["domain"]) == ("Night walkers", "a\nb")

    def test_line_ends_count_once(self, db, filled):
        assert CommunityForm(filled | {"domain": "a\r\n" * 1499 + "a"}).is_valid()

    @pytest.mark.parametrize("typed", ["www.example.org", "https://www.example.org", "http://example.org"])
    def test_addresses_as_people_type_them(self, db, filled, typed):
        form = CommunityForm(filled | {"website": typed})
        assert form.is_valid()
        assert form.cleaned_data["website"] == (typed if "//" in typed else f"https://{typed}")

    def test_a_megabyte_is_refused_and_kept(self, lister, filled):
        response = lister.post(NEW, filled | {"practice": "word " * 200_000})
        assert set(errors(response)) == {"practice"}
        assert response.content.count(b"word ") >= 199_999

    def test_three_hundred_organisations(self, lister, cast, django_assert_num_queries):
        sectors = [SectorFactory() for _ in range(6)]
        for number in range(300):
            OrganisationFactory(sector=sectors[number % 6], region=cast.community.regions.first())
        lister.get(NEW)
        with django_assert_num_queries(7):
            soup = BeautifulSoup(lister.get(NEW).content, "html.parser")
        assert len(soup.select("details input[name=organisations]")) == 300
        assert len(soup.select("fieldset#id_organisations details")) == 6
        labelled = {label["for"] for label in soup.select("label[for]")}
        assert {box["id"] for box in soup.select("input[name=organisations]")} <= labelled


class TestWho:
    def test_visitor_may_sign_in_or_list_it_without_an_account(self, client, pages, filled):
        for response in (client.get(NEW), client.post(NEW, filled)):
            assert response.status_code == 200
            soup = BeautifulSoup(response.content, "html.parser")
            assert soup.select_one("main a.nhsuk-button")["href"] == "/accounts/login/?next=/communities/new/"
            assert soup.find(id="id_steward_email").get("value") is None
        assert Community.objects.count() == 0

    def test_who_is_in_no_network_lists_it_by_their_address(self, signed_in, cast, pages, filled):
        soup = BeautifulSoup(signed_in(cast.outsider).get(NEW).content, "html.parser")
        assert soup.find(id="id_steward_email")["value"] == "outsider@example.org"
        assert soup.find(id="id_steward_name")["value"] == "Outsider Demo"
        assert signed_in(cast.outsider).post(NEW, filled).status_code == 200
        assert Community.objects.count() == 1


class TestEdit:
    @pytest.fixture
    def address(self, cast, pages) -> str:
        return f"{cast.community.get_absolute_url()}edit/"

    def test_shows_what_is_there(self, signed_in, cast, address, terms):
        cast.community.themes.set([terms["theme"]])
        cast.community.organisations.set([terms["organisation"]])
        soup = BeautifulSoup(signed_in(cast.convener).get(address).content, "html.parser")
        assert soup.h1.get_text() == "Change Falls in care homes"
        assert soup.find(id="id_name")["value"] == "Falls in care homes"
        assert {box["name"] for box in soup.select("input[checked]")} == {
            *("themes", "sectors", "regions", "organisations", "stage", "meets", "open_to"),
        }
        assert soup.find("input", {"name": "request_key"}).get("value") is None
        assert "everyone sees your changes as soon as you save" in soup.get_text()

    @pytest.mark.parametrize("key", ["convener", "editor"])
    def test_saves(self, signed_in, cast, address, filled, key):
        response = signed_in(getattr(cast, key)).post(address, filled)
        assert response.url == "/communities/falls-in-care-homes/"
        community = Community.objects.get(pk=cast.community.pk)
        assert (community.name, community.slug) == ("Night walkers", "falls-in-care-homes")

    def test_an_error_keeps_the_name_that_it_has(self, signed_in, cast, address, filled):
        response = signed_in(cast.convener).post(address, filled | {"summary": ""})
        assert errors(response) == {"summary": "Say in one sentence what your community is about"}
        assert BeautifulSoup(response.content, "html.parser").h1.get_text() == "Change Falls in care homes"
        cast.community.refresh_from_db()
        assert cast.community.name == "Falls in care homes"

    def test_what_has_ended_is_not_changed(self, signed_in, cast, address, filled):
        Community.objects.filter(pk=cast.community.pk).update(state="ended")
        assert signed_in(cast.convener).get(address).status_code == 404
        assert signed_in(cast.convener).post(address, filled).status_code == 404

    def test_two_conveners_who_edit_at_once_each_keep_their_own(self, signed_in, cast, address, sent):
        first, second = sent(signed_in(cast.convener), address), sent(signed_in(cast.editor), address)
        first |= {"domain": "The convener wrote this.\r\nTwo lines."}
        second |= {"purpose": "The editor wrote that."}
        assert signed_in(cast.convener).post(address, first).status_code == 302
        assert signed_in(cast.editor).post(address, second).status_code == 302
        community = Community.objects.get(pk=cast.community.pk)
        assert (community.domain, community.purpose) == (
            "The convener wrote this.\nTwo lines.",
            "The editor wrote that.",
        )

    def test_what_was_typed_before_an_error_is_compared_with_what_was_shown_first(
        self, signed_in, cast, address, sent
    ):
        client = signed_in(cast.convener)
        first = sent(client, address) | {"purpose": "Mine.", "summary": ""}
        Community.objects.filter(pk=cast.community.pk).update(domain="Somebody else wrote this.")
        page = client.post(address, first)
        seen = BeautifulSoup(page.content, "html.parser").find("input", {"name": "seen"})["value"]
        assert client.post(address, first | {"summary": "Short.", "seen": seen}).status_code == 302
        community = Community.objects.get(pk=cast.community.pk)
        assert (community.domain, community.purpose) == ("Somebody else wrote this.", "Mine.")

    def test_twice_is_one_change(self, signed_in, cast, address, filled):
        for _ in range(2):
            assert signed_in(cast.convener).post(address, filled).status_code == 302
        assert ModelLogEntry.objects.for_instance(cast.community).count() == 1

    @pytest.mark.parametrize("key", ["outsider", "participant", "facilitator"])
    def test_who_does_not_convene_it_finds_nothing(self, signed_in, cast, address, filled, key):
        client = signed_in(getattr(cast, key))
        assert [client.get(address).status_code, client.post(address, filled).status_code] == [404, 404]
        assert Community.objects.get(pk=cast.community.pk).name == "Falls in care homes"

    def test_a_visitor_finds_nothing(self, client, cast, address, filled):
        assert [client.get(address).status_code, client.post(address, filled).status_code] == [404, 404]

    def test_one_that_is_not_there(self, signed_in, cast, address, filled):
        for client in (signed_in(cast.convener), signed_in(cast.editor)):
            assert client.post("/communities/no-such/edit/", filled).status_code == 404

    def test_needs_a_token(self, cast, address, filled):
        client = Client(enforce_csrf_checks=True)
        client.force_login(cast.convener, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert client.post(address, filled).status_code == 403
        assert Community.objects.get(pk=cast.community.pk).name == "Falls in care homes"

    def test_what_ends_meanwhile_is_said_and_nothing_typed_is_lost(
        self, signed_in, cast, address, filled, meanwhile
    ):
        meanwhile(CommunityForm, lambda: actions.end_community(community=cast.community, person=cast.editor))
        response = signed_in(cast.convener).post(address, filled)
        assert response.status_code == 409
        assert "This could not be saved: the community has ended" in response.text
        assert filled["purpose"] in response.text
        assert Community.objects.get(pk=cast.community.pk).name == "Falls in care homes"

    def test_who_is_no_longer_a_member_lists_nothing(
        self, signed_in, cast, pages, filled, meanwhile, network
    ):
        meanwhile(CommunityForm, lambda: None)
        client, member = signed_in(cast.participant), property(lambda person: not meanwhile.done)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(User, "is_network_member", member)
            response = client.post(NEW, filled)
        assert errors(response).keys() == {"steward_name", "steward_email", "may_speak"}
        assert BeautifulSoup(response.content, "html.parser").find(id="id_name")["value"] == "Night walkers"
        assert Community.objects.count() == 1


FIELDS = (*CommunityForm.Meta.fields, "request_key")


class TestNothingBreaksIt:
    @settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(changes=st.dictionaries(st.sampled_from(FIELDS), hostile.TEXT, max_size=4))
    def test_new(self, lister, filled, changes):
        response = lister.post(NEW, filled | changes)
        assert response.status_code in (200, 302)
        if response.status_code == 302:
            shown = lister.get(response.url)
            assert shown.status_code == 200
            assert b"<script>alert" not in shown.content
            assert b'href="javascript:' not in shown.content
            assert lister.get("/communities/mine/").status_code == 200
        elif "request_key" not in changes:
            assert errors(response)

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(changes=st.dictionaries(st.sampled_from((*FIELDS, "seen")), hostile.TEXT, max_size=4))
    def test_edit(self, signed_in, cast, pages, filled, changes):
        client, address = signed_in(cast.convener), cast.community.get_absolute_url()
        response = client.post(f"{address}edit/", filled | changes)
        assert response.status_code in (200, 302)
        shown = client.get(address)
        assert shown.status_code == 200
        assert b"<script>alert" not in shown.content
        assert b'href="javascript:' not in shown.content

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(reason=hostile.TEXT, source=hostile.TEXT)
    def test_connect_and_send_back(self, signed_in, cast, pages, reason, source):
        target = Community.objects.filter(slug="target").first() or CommunityFactory(
            slug="target", convener=cast.facilitator
        )
        own = cast.community.pk
        client = signed_in(cast.convener)
        address = f"{target.get_absolute_url()}connections/new/"
        for chosen in (source, own):
            sent = client.post(address, {"source": chosen, "reason": reason})
            assert sent.status_code in (200, 302, 429)  # forty in a day are enough
        waiting = Community.objects.filter(slug="waiting").first() or CommunityFactory(
            slug="waiting", convener=cast.convener
        )
        Community.objects.filter(pk=waiting.pk).update(state="submitted")
        sent = signed_in(cast.editor).post(f"{waiting.get_absolute_url()}send-back/", {"reason": reason})
        assert sent.status_code in (200, 302)

    def test_the_other_forms_have_their_words(self, cast):
        assert SendBackForm({"reason": " "}).errors == {"reason": ["Say what should be changed"]}
        target = CommunityFactory()
        form = ConnectionForm({}, person=cast.convener, target=target)
        assert form.errors == {
            "source": ["Choose one of your communities"],
            "reason": ["Say why the two of you should talk"],
        }
