"""The directory in Wagtail's admin: what editors see, what their buttons do, what their exports hold."""

import csv
import io
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry

from community_directory import actions
from community_directory.forms import CommunityForm
from community_directory.modeladmin import CommunityAdminForm
from community_directory.models import Community, Connection
from kit.sheet import defused
from notifications.models import Notification
from tests import hostile
from tests.factories import CommunityFactory, UserFactory

LIST = "/admin/community_directory/community/"
LINKS = "/admin/community_directory/connection/"
LIST_QUERIES = 20
EARLIER_QUERIES = 13
NAMES = (*CommunityForm.Meta.fields, "seen", "request_key")


@pytest.fixture
def editor(signed_in, cast, pages):
    return signed_in(cast.editor)


def shown(client, address: str) -> dict[str, Any]:
    """What a browser sends back of a form in which nothing was changed."""
    form = client.get(address).context["form"]
    sent = {name: form[name].value() for name in form.fields}
    for name in ("themes", "sectors", "regions", "organisations"):
        sent[name] = [getattr(term, "pk", term) for term in sent[name] or []]
    return {name: value for name, value in sent.items() if value is not None}


def rows(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode())))


class TestWho:
    @pytest.mark.parametrize("key", ["outsider", "participant", "facilitator", "convener"])
    @pytest.mark.parametrize("address", [LIST, LINKS, f"{LIST}create/"])
    def test_nobody_but_editors(self, signed_in, cast, pages, key, address):
        assert signed_in(getattr(cast, key)).get(address).status_code in (302, 403, 404)

    def test_who_works_in_wagtail_but_does_not_publish(self, signed_in, cast, pages, editors):
        person = UserFactory()
        person.user_permissions.set(editors.permissions.exclude(codename="publish_community"))
        client = signed_in(person)
        for address in (
            LIST,
            LINKS,
            f"{LIST}edit/{cast.community.pk}/",
            f"{LIST}publish/{cast.community.pk}/",
        ):
            assert client.get(address).status_code in (302, 403, 404)

    def test_drafts_of_others_are_not_there(self, editor, cast):
        draft = CommunityFactory(name="Unseen", state="draft", published_at=None, convener=cast.convener)
        response = editor.get(LIST)
        assert response.status_code == 200
        assert b"Unseen" not in response.content
        for action in ("edit", "inspect", "history", "publish", "send-back", "rest", "wake", "end", "delete"):
            for method in (editor.get, editor.post):
                assert method(f"{LIST}{action}/{draft.pk}/").status_code in (403, 404)
        for format_ in ("csv", "xlsx"):
            assert b"Unseen" not in b"".join(editor.get(f"{LIST}?export={format_}").streaming_content)
        draft.refresh_from_db()
        assert draft.state == "draft"

    @pytest.mark.parametrize("pk", ["0", "abc", "9" * 40])
    def test_what_is_not_there(self, editor, cast, pk):
        for action in ("edit", "inspect", "publish"):
            assert editor.get(f"{LIST}{action}/{pk}/").status_code == 404

    def test_nothing_is_deleted(self, editor, cast):
        editor.post(f"{LIST}delete/{cast.community.pk}/")
        assert Community.objects.filter(pk=cast.community.pk).exists()


class TestList:
    def test_shows_filters_and_finds(self, editor, cast):
        CommunityFactory(name="Night walkers", state="submitted", published_at=None)
        assert b"Night walkers" in editor.get(LIST).content
        assert b"Night walkers" in editor.get(f"{LIST}?state__exact=submitted").content
        assert b"Night walkers" not in editor.get(f"{LIST}?state__exact=published").content
        assert b"Falls in care homes" not in editor.get(f"{LIST}?q=walkers").content
        london = cast.community.regions.get()
        assert b"Falls in care homes" in editor.get(f"{LIST}?regions__id__exact={london.pk}").content

    @pytest.mark.parametrize(
        ("state", "labels"),
        [
            ("submitted", ["Inspect", "Edit", "Publish", "Send back", "Earlier texts", "Merge"]),
            ("published", ["Inspect", "Edit", "Let it rest", "End", "Earlier texts", "Merge"]),
            ("dormant", ["Inspect", "Edit", "Wake", "End", "Earlier texts", "Merge"]),
            ("ended", ["Inspect", "Bring back"]),
        ],
    )
    def test_buttons_are_those_that_can_be_pressed_now(self, editor, cast, state, labels):
        Community.objects.filter(pk=cast.community.pk).update(state=state)
        soup = BeautifulSoup(editor.get(f"{LIST}inspect/{cast.community.pk}/").content, "html.parser")
        buttons = [button.get_text(strip=True) for button in soup.select("#steps a")]
        assert ["Inspect", *buttons] == labels

    @pytest.mark.parametrize("number", [1, 30])
    def test_cost(self, editor, cast, django_assert_num_queries, number):
        for _ in range(number):
            CommunityFactory()
        editor.get(LIST)
        with django_assert_num_queries(LIST_QUERIES):
            editor.get(LIST)

    def test_history_names_the_steps(self, editor, cast):
        editor.post(f"{LIST}rest/{cast.community.pk}/")
        response = editor.get(f"{LIST}history/{cast.community.pk}/")
        assert b"Left to rest" in response.content


STEPS = [
    ("publish", "submitted", "published", {}),
    ("send-back", "submitted", "draft", {"reason": "Say when."}),
    ("rest", "published", "dormant", {}),
    ("wake", "dormant", "published", {}),
    ("end", "published", "ended", {}),
    ("revive", "ended", "published", {}),
]


@pytest.mark.parametrize(("step", "start", "then", "data"), STEPS, ids=[step[0] for step in STEPS])
class TestSteps:
    def put(self, cast, state: str) -> Community:
        Community.objects.filter(pk=cast.community.pk).update(state=state)
        return Community.objects.get(pk=cast.community.pk)

    def test_asks_then_does_it_through_the_action(self, editor, cast, step, start, then, data):
        community = self.put(cast, start)
        address = f"{LIST}{step}/{community.pk}/"
        asks = BeautifulSoup(editor.get(address).content, "html.parser")
        assert asks.select_one("form[method=post] button.button").get_text() != ""
        community.refresh_from_db()
        assert community.state == start
        assert editor.post(address, data).url == LIST
        community.refresh_from_db()
        assert community.state == then
        entries = ModelLogEntry.objects.for_instance(community).values_list("action", "user_id")
        assert list(entries) == [(f"community_directory.{then}", cast.editor.pk)]

    def test_too_late_is_said(self, editor, cast, step, start, then, data):
        if step == "end":
            return  # whatever it is by now, it ends
        community = self.put(cast, "submitted" if step == "revive" else "ended")
        response = editor.post(f"{LIST}{step}/{community.pk}/", data, follow=True)
        assert response.status_code == 200
        assert b"has changed since you opened the page" in response.content

    def test_twice_is_once(self, editor, cast, step, start, then, data):
        community = self.put(cast, start)
        codes = [editor.post(f"{LIST}{step}/{community.pk}/", data).status_code for _ in range(2)]
        assert codes == ([302, 404] if step == "send-back" else [302, 302])
        entries = ModelLogEntry.objects.for_instance(community)
        assert (Community.objects.get(pk=community.pk).state, entries.count()) == (then, 1)


class TestSendBack:
    def test_needs_a_reason(self, editor, cast):
        Community.objects.filter(pk=cast.community.pk).update(state="submitted")
        response = editor.post(f"{LIST}send-back/{cast.community.pk}/", {"reason": ""})
        assert b"Say what should be changed" in response.content
        assert Notification.objects.count() == 0


class TestWrite:
    def test_creates_a_draft_through_the_action(self, editor, cast, filled):
        assert editor.post(f"{LIST}create/", filled).url == LIST
        community = Community.objects.get(slug="night-walkers")
        assert (community.state, community.created_by) == ("draft", cast.editor)
        assert community.can_edit(type(cast.editor).objects.get(pk=cast.editor.pk))
        assert [theme.slug for theme in community.themes.all()] == ["trust"]

    def test_changes_through_the_action(self, editor, cast, filled):
        assert editor.get(f"{LIST}edit/{cast.community.pk}/").status_code == 200
        assert editor.post(f"{LIST}edit/{cast.community.pk}/", filled).url == LIST
        community = Community.objects.get(pk=cast.community.pk)
        assert (community.name, community.slug) == ("Night walkers", "falls-in-care-homes")
        entries = ModelLogEntry.objects.for_instance(community).values_list("action", flat=True)
        assert list(entries) == ["wagtail.edit"]

    def test_sent_twice_makes_one(self, editor, cast, filled):
        page = editor.get(f"{LIST}create/")
        key = page.context["form"]["request_key"].value()
        assert f'<input type="hidden" name="request_key" value="{key}"' in page.text
        for _ in range(2):
            assert editor.post(f"{LIST}create/", filled | {"request_key": key}).url == LIST
        assert Community.objects.filter(name="Night walkers").count() == 1

    def test_two_who_edit_at_once_each_keep_their_own(self, editor, cast):
        address = f"{LIST}edit/{cast.community.pk}/"
        first, second = shown(editor, address), shown(editor, address)
        assert editor.post(address, first | {"domain": "The first wrote this."}).status_code == 302
        assert editor.post(address, second | {"purpose": "The second wrote that."}).status_code == 302
        community = Community.objects.get(pk=cast.community.pk)
        assert (community.domain, community.purpose) == ("The first wrote this.", "The second wrote that.")

    def test_saved_as_it_was_shown_leaves_no_trace(self, editor, cast, terms):
        cast.community.themes.set([terms["theme"]])
        cast.community.organisations.set([terms["organisation"]])
        before = Community.objects.get(pk=cast.community.pk).updated_at
        address = f"{LIST}edit/{cast.community.pk}/"
        assert editor.post(address, shown(editor, address)).status_code == 302
        assert Community.objects.get(pk=cast.community.pk).updated_at == before
        assert not ModelLogEntry.objects.for_instance(cast.community).exists()

    def test_what_ends_while_it_is_changed_is_said_and_the_form_comes_back(
        self, editor, cast, filled, meanwhile
    ):
        meanwhile(
            CommunityAdminForm, lambda: actions.end_community(community=cast.community, person=cast.convener)
        )
        response = editor.post(f"{LIST}edit/{cast.community.pk}/", filled)
        assert response.status_code == 200
        assert "the community has ended, or you may no longer change it" in response.text
        assert filled["purpose"] in response.text
        assert Community.objects.get(pk=cast.community.pk).name == "Falls in care homes"

    def test_who_leaves_the_network_while_listing_is_told(self, editor, cast, filled, meanwhile, monkeypatch):
        monkeypatch.setattr(
            type(cast.editor), "is_network_member", property(lambda person: not meanwhile.done)
        )
        meanwhile(CommunityAdminForm, lambda: None)
        response = editor.post(f"{LIST}create/", filled)
        assert response.status_code == 200
        assert "This could not be saved" in response.text
        assert Community.objects.count() == 1

    def test_checks_as_the_portals_own_form_does(self, editor, cast, filled):
        bad = filled | {"website": "javascript:alert(1)", "sectors": [], "name": "\u202e"}
        response = editor.post(f"{LIST}edit/{cast.community.pk}/", bad)
        assert response.status_code == 200
        for message in (b"Enter a web address", b"Choose at least one sector", b"Enter the name of your"):
            assert message in response.content
        cast.community.refresh_from_db()
        assert cast.community.name == "Falls in care homes"

    def test_names_are_text(self, editor, cast):
        Community.objects.filter(pk=cast.community.pk).update(name="<script>alert(1)</script>")
        for address in (LIST, f"{LIST}inspect/{cast.community.pk}/", f"{LIST}edit/{cast.community.pk}/"):
            assert b"<script>alert(1)" not in editor.get(address).content


class TestEarlier:
    @pytest.fixture
    def address(self, cast) -> str:
        return f"{LIST}earlier/{cast.community.pk}/"

    @pytest.fixture
    def edit(self, cast, terms) -> ModelLogEntry:
        actions.edit_community(
            community=cast.community,
            person=cast.convener,
            domain="Something else.",
            stage="maturing",
            themes=[terms["theme"]],
        )
        return ModelLogEntry.objects.for_instance(cast.community).get()

    def test_shows_what_was_there_before(self, editor, address, edit):
        page = BeautifulSoup(editor.get(address).content, "html.parser")
        texts = [(term.get_text(), term.find_next("dd").get_text()) for term in page.select("dt")]
        assert texts == [
            ("What you care about", "What we care about."),
            ("Where you are", "Getting started"),
            ("What it is about", "–"),
        ]
        assert page.select_one("section h2").get_text().startswith("Before Convener Demo changed it: Today")

    def test_with_nothing_it_says_so(self, editor, address):
        assert "Nothing has been changed" in editor.get(address).text

    def test_brings_it_back_and_that_can_be_taken_back(self, editor, cast, address, edit):
        for _ in range(2):
            assert editor.post(address, {"edit": edit.pk}).url == address
        community = Community.objects.get(pk=cast.community.pk)
        assert (community.domain, community.stage, list(community.themes.all())) == (
            "What we care about.",
            "coalescing",
            [],
        )
        back = ModelLogEntry.objects.for_instance(community).order_by("pk").last()
        assert (ModelLogEntry.objects.for_instance(community).count(), back.user) == (2, cast.editor)
        editor.post(address, {"edit": back.pk})
        community.refresh_from_db()
        assert (community.domain, community.stage) == ("Something else.", "maturing")

    @pytest.mark.parametrize("edit_sent", ["", "x", "0", "-1", "٣", "9" * 40, "\x00"])
    def test_what_is_no_edit_is_said(self, editor, cast, address, edit, edit_sent):
        response = editor.post(address, {"edit": edit_sent}, follow=True)
        assert "could not be brought back" in response.text
        assert Community.objects.get(pk=cast.community.pk).domain == "Something else."

    def test_an_edit_of_another_community_is_not_brought_back_here(self, editor, cast, edit):
        other = CommunityFactory(domain="Other.")
        editor.post(f"{LIST}earlier/{other.pk}/", {"edit": edit.pk})
        other.refresh_from_db()
        assert other.domain == "Other."

    def test_what_was_changed_as_a_draft_is_its_conveners_own(self, editor, cast, address):
        Community.objects.filter(pk=cast.community.pk).update(state="draft", published_at=None)
        actions.edit_community(community=cast.community, person=cast.convener, domain="A secret.")
        actions.edit_community(community=cast.community, person=cast.convener, domain="No secret.")
        actions.submit_community(community=cast.community, person=cast.convener)
        assert "A secret." not in editor.get(address).text
        secret = ModelLogEntry.objects.for_instance(cast.community).order_by("-pk")[1]
        assert secret.data["before"] == {"domain": "A secret."}
        editor.post(address, {"edit": secret.pk})
        assert Community.objects.get(pk=cast.community.pk).domain == "No secret."

    @pytest.mark.parametrize("key", ["outsider", "participant", "facilitator", "convener"])
    def test_others_are_not_let_in(self, signed_in, cast, pages, address, edit, key):
        client = signed_in(getattr(cast, key))
        assert client.get(address).status_code in (302, 403, 404)
        assert client.post(address, {"edit": edit.pk}).status_code in (302, 403, 404)
        assert Community.objects.get(pk=cast.community.pk).domain == "Something else."

    @pytest.mark.parametrize("state", ["draft", "ended"])
    def test_what_may_not_be_changed_has_no_such_screen(self, editor, cast, address, edit, state):
        Community.objects.filter(pk=cast.community.pk).update(state=state)
        assert [editor.get(address).status_code, editor.post(address, {"edit": edit.pk}).status_code] == [
            404,
            404,
        ]

    @pytest.mark.parametrize("number", [1, 30])
    def test_cost(self, editor, cast, address, django_assert_num_queries, number):
        for place in range(number):
            actions.edit_community(community=cast.community, person=cast.convener, rhythm=f"Day {place}")
        editor.get(address)
        with django_assert_num_queries(EARLIER_QUERIES):
            page = editor.get(address)
        assert page.text.count("Bring this back") == number


class TestNothingBreaksIt:
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(changes=st.dictionaries(st.sampled_from(NAMES), hostile.TEXT, max_size=5))
    def test_new_and_changed(self, editor, cast, filled, changes):
        for address in (f"{LIST}create/", f"{LIST}edit/{cast.community.pk}/"):
            response = editor.post(address, filled | changes)
            assert response.status_code in (200, 302)
            assert "<img src=x>" not in response.text


class TestConnections:
    def test_only_what_both_agreed_on(self, editor, cast):
        other, third = CommunityFactory(name="Frailty"), CommunityFactory(name="Third")
        agreed = Connection.objects.create(
            source=cast.community, target=other, reason="Agreed reason", state="accepted"
        )
        private = Connection.objects.create(source=cast.community, target=third, reason="Private reason")
        content = editor.get(LINKS).content
        assert b"Agreed reason" in content
        assert b"Private reason" not in content
        assert editor.get(f"{LINKS}inspect/{agreed.pk}/").status_code == 200
        assert editor.get(f"{LINKS}inspect/{private.pk}/").status_code == 404
        for action in ("edit", "delete"):
            assert editor.post(f"{LINKS}{action}/{agreed.pk}/").status_code in (302, 403, 404)
        assert Connection.objects.filter(pk=agreed.pk, state="accepted").exists()


class TestExport:
    @pytest.mark.parametrize("begins", ["=1+1", "  =1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\xa0=1", "＝1"])
    def test_a_formula_is_defused(self, editor, cast, begins):
        Community.objects.filter(pk=cast.community.pk).update(name=begins, rhythm=f"{begins} x")
        table = rows(editor.get(f"{LIST}?export=csv"))
        row = dict(zip(table[0], table[1], strict=True))
        assert (row["Name"], row["When You Meet"]) == (f"'{begins}", f"'{begins} x")
        content = b"".join(editor.get(f"{LIST}?export=xlsx").streaming_content)
        sheet = load_workbook(io.BytesIO(content)).active
        assert [cell.data_type for cell in sheet[2]].count("f") == 0
        assert sheet["A2"].value.startswith("'")

    def test_what_is_no_formula_stays_as_it_is(self, editor, cast, terms):
        Community.objects.filter(pk=cast.community.pk).update(website="", rhythm="1 = one")
        cast.community.themes.set([terms["theme"]])
        table = rows(editor.get(f"{LIST}?export=csv"))
        row = dict(zip(table[0], table[1], strict=True))
        assert (row["Name"], row["Website"], row["When You Meet"]) == ("Falls in care homes", "–", "1 = one")
        assert (row["Sectors"], row["Regions"], row["Themes"]) == ("Social care", "London", "Trust")

    def test_connections_too(self, editor, cast):
        other = CommunityFactory(name="=2+2")
        Connection.objects.create(source=other, target=cast.community, reason="@x", state="accepted")
        table = rows(editor.get(f"{LINKS}?export=csv"))
        assert table[1][:3] == ["'=2+2", "Falls in care homes", "'@x"]

    @given(st.text())
    def test_no_text_begins_a_formula(self, text):
        cell = defused(text)
        assert cell in (text, f"'{text}")
        assert cell.lstrip()[:1] not in ("=", "+", "-", "@")
        assert cell[:1] not in ("\t", "\r", "\n")

    @given(st.one_of(st.integers(), st.none(), st.dates()))
    def test_what_is_no_text_is_left_alone(self, value):
        assert defused(value) is value
