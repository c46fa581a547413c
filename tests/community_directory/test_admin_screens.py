"""The directory's screens in the admin: for each person and each state, what is there and what is not."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from wagtail.models import ModelLogEntry

from community_directory import actions
from community_directory.modeladmin import EARLIER, STEPS
from community_directory.models import Community, Connection
from members.models import Circle
from tests.factories import CommunityFactory, ThemeFactory

LIST = "/admin/community_directory/community/"
LINKS = "/admin/community_directory/connection/"
PEOPLE = ("admin", "editor", "facilitator", "convener", "participant", "outsider", "visitor")
REVIEWERS = {"admin", "editor"}
STATES = ("draft", "submitted", "published", "dormant", "ended")
SEEN = {"submitted", "published", "dormant", "ended"}  # never a draft of somebody else's
CHANGED = SEEN - {"ended"}


@pytest.fixture
def who(cast, signed_in) -> Callable[[str], Client]:
    return lambda key: Client() if key == "visitor" else signed_in(getattr(cast, key))


@pytest.fixture
def put(cast) -> Callable[[str], Community]:
    """The community, in some state, with everything that its screens show."""

    def into(state: str) -> Community:
        Community.objects.filter(pk=cast.community.pk).update(
            state=state, published_at=None if state in ("draft", "submitted") else cast.community.published_at
        )
        return Community.objects.get(pk=cast.community.pk)

    return into


class TestWhoFindsWhat:
    @pytest.mark.parametrize("state", STATES)
    @pytest.mark.parametrize(
        ("screen", "there"), [("inspect", SEEN), ("history", SEEN), ("edit", CHANGED), (EARLIER, CHANGED)]
    )
    def test_one_community(self, who, put, pages, state, screen, there):
        address = f"{LIST}{screen}/{put(state).pk}/"
        found = {key for key in PEOPLE if who(key).get(address).status_code == 200}
        assert found == (REVIEWERS if state in there else set())

    @pytest.mark.parametrize("state", STATES)
    @pytest.mark.parametrize("step", STEPS)
    def test_a_step_is_asked_about_by_who_may_see_it(self, who, put, pages, state, step):
        address = f"{LIST}{step}/{put(state).pk}/"
        found = {key for key in PEOPLE if who(key).get(address).status_code == 200}
        assert found == (REVIEWERS if state in SEEN else set())

    @pytest.mark.parametrize("address", [LIST, LINKS, f"{LIST}?export=csv", f"{LINKS}?export=xlsx"])
    def test_the_lists(self, who, pages, address):
        assert {key for key in PEOPLE if who(key).get(address).status_code == 200} == REVIEWERS

    def test_a_convener_who_edits_too_sees_their_own_draft(self, cast, editors, put, pages, who):
        cast.convener.groups.add(editors)
        draft = put("draft")
        for screen in ("inspect", "edit", EARLIER):
            assert who("convener").get(f"{LIST}{screen}/{draft.pk}/").status_code == 200
            assert who("editor").get(f"{LIST}{screen}/{draft.pk}/").status_code == 404


class TestHowTheyAreSafe:
    SENT = (("edit", "1"), ("reason", "Say when."))

    @pytest.mark.parametrize("name", [*STEPS, EARLIER])
    def test_each_needs_a_token(self, cast, put, pages, name):
        state = STEPS[name].states[0] if name in STEPS else "published"
        community = put(state)
        client = Client(enforce_csrf_checks=True)
        client.force_login(cast.editor, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert client.post(f"{LIST}{name}/{community.pk}/", dict(self.SENT)).status_code == 403
        assert Community.objects.get(pk=community.pk).state == state
        assert not ModelLogEntry.objects.for_instance(community).exists()

    @pytest.mark.parametrize("name", [*STEPS, EARLIER])
    def test_a_get_changes_nothing(self, who, put, pages, name):
        state = STEPS[name].states[0] if name in STEPS else "published"
        community = put(state)
        for _ in range(2):
            assert who("editor").get(f"{LIST}{name}/{community.pk}/").status_code == 200
        assert Community.objects.get(pk=community.pk).state == state
        assert not ModelLogEntry.objects.for_instance(community).exists()

    @pytest.mark.parametrize("name", [*STEPS, EARLIER])
    @pytest.mark.parametrize("key", ["0", "x", "-1", "9" * 25, "%00", "٣"])
    def test_what_is_not_there(self, who, cast, pages, name, key):
        for ask in (who("editor").get, who("editor").post):
            assert ask(f"{LIST}{name}/{key}/").status_code == 404

    def test_what_people_wrote_is_text(self, who, cast, pages):
        hostile = "<script>alert(1)</script>"
        for text in (hostile, "Short."):
            actions.edit_community(
                community=cast.community,
                person=cast.convener,
                domain=text,
                rhythm=text,
                themes=[ThemeFactory(name=f"{text} theme", slug=str(len(text)))],
            )
        page = who("editor").get(f"{LIST}{EARLIER}/{cast.community.pk}/").text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<script>alert(1)" not in page


class TestRevive:
    def test_an_editor_undoes_an_end_that_was_a_mistake(self, who, cast, pages):
        other = CommunityFactory(convener=cast.facilitator)
        Connection.objects.create(source=cast.community, target=other, reason="x", state="accepted")
        address = f"{LIST}end/{cast.community.pk}/"
        assert who("editor").post(address).url == LIST
        assert Client().get(cast.community.get_absolute_url()).status_code == 404
        asks = BeautifulSoup(who("editor").get(f"{LIST}revive/{cast.community.pk}/").content, "html.parser")
        assert asks.select_one("form[method=post] button.button").get_text() == "Bring back"
        assert who("editor").post(f"{LIST}revive/{cast.community.pk}/").url == LIST
        assert Client().get(cast.community.get_absolute_url()).status_code == 200
        assert Circle.objects.get(pk=cast.community.circle_id).ended_at is None
        assert Connection.objects.get().state == "ended"

    def test_people_read_on_in_what_has_ended(self, who, cast, pages):
        actions.end_community(community=cast.community, person=cast.convener)
        page = who("convener").get(cast.community.get_absolute_url())
        assert (page.status_code, "It has ended" in page.text) == (200, True)
