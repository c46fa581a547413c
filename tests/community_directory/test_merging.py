"""Two communities that are one: what moves, what stops it, where the old address leads."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from wagtail.models import ModelLogEntry

from community_directory import actions
from community_directory.errors import DirectoryError, NotYours, StaysBehind, WrongState
from community_directory.models import Community, Connection, Suggestion
from discussion import actions as discussion
from discussion.models import Post, Space, Topic
from guests import actions as guests
from guests.models import Invitation
from members import actions as members
from members.enums import Role, State
from members.merging import relations_of
from members.models import Circle, Membership
from notifications.models import Notification
from tests.community_directory.conftest import needs_threads
from tests.factories import (
    CommunityFactory,
    OrganisationFactory,
    RegionFactory,
    SectorFactory,
    ThemeFactory,
    UserFactory,
)
from tests.files.samples import document

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

LIST = "/admin/community_directory/community/"


@pytest.fixture
def gone(cast) -> Community:
    """The one that becomes part of the other: led by the facilitator."""
    return CommunityFactory(name="Falls again", slug="falls-again", convener=cast.facilitator)


@pytest.fixture
def stays(cast) -> Community:
    return cast.community


@pytest.fixture
def merge(cast, gone, stays):
    return lambda: actions.merge_communities(gone=gone, stays=stays, person=cast.editor)


def link(source: Community, target: Community, state: str = "accepted") -> Connection:
    return Connection.objects.create(source=source, target=target, reason="x", state=state)


def links() -> list[tuple[str, str, str]]:
    rows = Connection.objects.order_by("pk").values_list("source__slug", "target__slug", "state")
    return list(rows)


def places(community: Community) -> dict[str, tuple[str, str]]:
    """By first name, the part and state of everybody who has an open place."""
    rows = Membership.objects.open().filter(circle=community.circle_id)
    return {row.person.first_name: (row.role, row.state) for row in rows.select_related("person")}


class TestWhatMoves:
    def test_texts_stay_and_terms_are_those_of_both(self, cast, gone, stays, merge, terms):
        gone.themes.set([terms["theme"], ThemeFactory(name="Sleep", slug="sleep")])
        gone.sectors.set([SectorFactory(name="Housing", slug="housing")])
        gone.regions.set([RegionFactory(name="North", slug="north")])
        gone.organisations.set([terms["organisation"], OrganisationFactory(name="Night House", slug="night")])
        stays.themes.set([terms["theme"]])
        assert merge().pk == stays.pk
        found = Community.objects.get(pk=stays.pk)
        assert (found.name, found.domain, found.state) == (
            "Falls in care homes",
            "What we care about.",
            "published",
        )
        assert {kind: sorted(term.name for term in getattr(found, kind).all()) for kind in actions.MANY} == {
            "themes": ["Sleep", "Trust"],
            "sectors": ["Housing", "Social care"],
            "regions": ["London", "North"],
            "organisations": ["Harewell", "Night House"],
        }
        ended = Community.objects.get(pk=gone.pk)
        assert (ended.state, ended.merged_into, ended.circle.ended_at is None) == ("ended", found, False)

    def test_history_says_what_was_done(self, cast, gone, stays, merge):
        merge()
        said = [(entry.action, entry.user) for entry in ModelLogEntry.objects.for_instance(gone)]
        assert said == [("community_directory.merged", cast.editor)]
        entry = ModelLogEntry.objects.for_instance(stays).get()
        assert (entry.action, entry.message) == (
            "community_directory.took_in", "“Falls again” became part of it",
        )  # fmt: skip

    def test_conveners_of_both_are_told(self, cast, gone, merge):
        merge()
        told = Notification.objects.filter(verb="community_directory.took_in")
        assert {one.recipient for one in told} == {cast.convener, cast.facilitator}

    def test_people_keep_the_stronger_of_two_places(self, cast, gone, stays, merge):
        for name in ("Both", "Only", "Asks", "Gone"):
            setattr(cast, name, UserFactory(first_name=name))
        members.join(person=cast.Both, circle=gone.circle, role=Role.LEAD)
        members.join(person=cast.Both, circle=stays.circle)
        members.join(person=cast.Only, circle=gone.circle)
        members.join(person=cast.convener, circle=gone.circle)
        members.ask_to_join(person=cast.Asks, circle=gone.circle)
        members.join(person=cast.participant, circle=gone.circle)
        members.ask_to_join(person=cast.participant, circle=stays.circle)
        members.join(person=cast.Gone, circle=gone.circle)
        members.leave(person=cast.Gone, circle=gone.circle)
        merge()
        assert places(stays) == {
            "Convener": (Role.LEAD, State.ACTIVE),
            "Facilitator": (Role.LEAD, State.ACTIVE),
            "Both": (Role.LEAD, State.ACTIVE),
            "Only": (Role.MEMBER, State.ACTIVE),
            "Asks": (Role.MEMBER, State.REQUESTED),
            "Participant": (Role.MEMBER, State.ACTIVE),
        }
        assert places(gone) == {}
        assert [Circle.objects.get(pk=one.circle_id).member_count for one in (stays, gone)] == [5, 0]

    @pytest.mark.parametrize("theirs", ["proposed", "accepted"])
    @pytest.mark.parametrize("ours", ["proposed", "accepted"])
    @pytest.mark.parametrize("turned", [False, True])
    def test_of_two_links_the_agreed_one_is_kept(self, gone, stays, merge, ours, theirs, turned):
        other = CommunityFactory(slug="other")
        link(*((other, gone) if turned else (gone, other)), ours)
        link(stays, other, theirs)
        merge()
        left = Connection.objects.open().get()
        assert {left.source_id, left.target_id} == {stays.pk, other.pk}
        assert left.state == ("accepted" if "accepted" in (ours, theirs) else "proposed")

    def test_a_link_of_its_own_moves_and_one_between_the_two_ends(self, gone, stays, merge):
        other = CommunityFactory(slug="other")
        link(gone, stays)
        link(other, gone, "proposed")
        link(gone, CommunityFactory(slug="third"), "declined")
        merge()
        assert links() == [
            ("falls-again", "falls-in-care-homes", "ended"),
            ("other", "falls-in-care-homes", "proposed"),
            ("falls-again", "third", "declined"),
        ]

    def test_answers_to_suggestions_move_once(self, gone, stays, merge):
        other, third = CommunityFactory(slug="other"), CommunityFactory(slug="third")
        for community, about, answer in (
            (gone, other, "no"), (stays, other, ""), (gone, third, "no"), (gone, stays, "no"),
            (third, gone, "no"), (other, gone, ""),
        ):  # fmt: skip
            Suggestion.objects.create(community=community, other=about, place=1, why="x", answer=answer)
        merge()
        rows = Suggestion.objects.order_by("pk").values_list("community__slug", "other__slug", "answer")
        assert list(rows) == [
            ("falls-in-care-homes", "other", ""),
            ("falls-in-care-homes", "third", "no"),
            ("third", "falls-in-care-homes", "no"),
        ]

    def test_invitations_spaces_and_groups_move(self, cast, gone, stays, merge):
        for circle, addresses in (
            (gone.circle, ["a@example.org", "b@example.org"]),
            (stays.circle, ["b@example.org"]),
        ):
            guests.invite(circle=circle, by=cast.facilitator, addresses=addresses)
        space = discussion.open_space(circle=gone.circle, name="Talk", slug="falls-talk")
        topic = discussion.start_topic(person=cast.facilitator, space=space, title="One", text="Words")
        members.make_group(parent=gone.circle, name="Small")
        merge()
        waiting = Invitation.objects.filter(state="open").order_by("email")
        assert [(one.email, one.circle_id) for one in waiting] == [
            ("a@example.org", stays.circle_id), ("b@example.org", stays.circle_id),
        ]  # fmt: skip
        assert {model.objects.get().circle_id for model in (Space, Topic, Post)} == {stays.circle_id}
        assert Topic.objects.visible_to(type(cast.convener).objects.get(pk=cast.convener.pk)).get() == topic
        assert Circle.objects.get(name="Small").parent_id == stays.circle_id

    def test_what_was_merged_into_it_before_leads_on(self, cast, gone, stays, merge):
        first = CommunityFactory(slug="first")
        actions.merge_communities(gone=first, stays=gone, person=cast.editor)
        merge()
        assert Client().get("/communities/first/").url == stays.get_absolute_url()

    def test_every_way_to_point_at_a_community_is_known(self):
        """One that is new here moves by itself; look whether it should, then add it."""
        assert sorted(relation.model._meta.label for relation in relations_of(Community)) == [
            "community_directory.Brought",
            "community_directory.Community",
            "community_directory.CommunityTheme",
            "community_directory.Community_organisations",
            "community_directory.Community_regions",
            "community_directory.Community_sectors",
            "community_directory.Connection",
            "community_directory.Connection",
            "community_directory.Exchange",
            "community_directory.NetworkPlace",
            "community_directory.Steward",
            "community_directory.Suggestion",
            "community_directory.Suggestion",
        ]


class TestWhatStopsIt:
    def test_what_cannot_move_is_named(self, gone, stays, merge):
        document(circle=gone.circle)
        with pytest.raises(StaysBehind) as stopped:
            merge()
        assert stopped.value.things == ["1 document"]
        assert Community.objects.get(pk=gone.pk).state == "published"

    @pytest.mark.parametrize("state", ["draft", "submitted", "ended"])
    def test_one_that_not_everybody_finds_takes_no_listed_one_in(self, gone, stays, merge, state):
        Community.objects.filter(pk=stays.pk).update(state=state)
        with pytest.raises(DirectoryError):
            merge()
        assert Community.objects.get(pk=gone.pk).state == "published"

    def test_two_that_wait_may_be_one(self, cast, gone, stays, merge):
        Community.objects.update(state="submitted", published_at=None)
        merge()
        assert Client().get(gone.get_absolute_url()).status_code == 404  # nobody was ever told of it
        for person in (cast.editor, *actions.conveners(stays)):
            client = Client()
            client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
            assert client.get(gone.get_absolute_url()).status_code == 301

    def test_itself_and_others_drafts(self, cast, gone, stays):
        with pytest.raises(NotYours):
            actions.merge_communities(gone=stays, stays=stays, person=cast.editor)
        Community.objects.filter(pk=gone.pk).update(state="draft", published_at=None)
        with pytest.raises(NotYours):
            actions.merge_communities(gone=gone, stays=stays, person=cast.editor)

    @pytest.mark.parametrize("key", ["convener", "facilitator", "participant", "outsider"])
    def test_others_do_not(self, cast, gone, stays, key):
        with pytest.raises(NotYours):
            actions.merge_communities(gone=gone, stays=stays, person=getattr(cast, key))

    def test_done_twice_it_changes_nothing(self, cast, gone, stays, merge):
        merge()
        before = ModelLogEntry.objects.count()
        assert (merge().pk, ModelLogEntry.objects.count()) == (stays.pk, before)

    def test_it_is_not_brought_back(self, cast, gone, stays, merge):
        merge()
        with pytest.raises(WrongState):
            actions.revive(community=gone, person=cast.editor)
        with pytest.raises(WrongState):
            actions.merge_communities(gone=gone, stays=CommunityFactory(), person=cast.editor)


class TestItsAddress:
    @pytest.mark.parametrize("key", ["visitor", "participant", "convener", "facilitator", "editor", "admin"])
    def test_leads_everybody_on(self, cast, gone, stays, merge, signed_in, key):
        merge()
        client = Client() if key == "visitor" else signed_in(getattr(cast, key))
        response = client.get(gone.get_absolute_url())
        assert (response.status_code, response.url) == (301, stays.get_absolute_url())
        assert client.get(f"{gone.get_absolute_url()}edit/").status_code == 404

    def test_one_that_ended_by_itself_is_not_there(self, cast, gone):
        actions.end_community(community=gone, person=cast.editor)
        assert Client().get(gone.get_absolute_url()).status_code == 404

    def test_cost(self, gone, merge, django_assert_num_queries):
        merge()
        client = Client()
        client.cookies["sessionid"] = "none"
        with django_assert_num_queries(3):
            client.get(gone.get_absolute_url())


class TestScreens:
    @pytest.fixture
    def editor(self, cast, pages, signed_in) -> Client:
        return signed_in(cast.editor)

    @pytest.fixture
    def address(self, gone) -> str:
        return f"{LIST}merge/{gone.pk}/"

    def test_choose_see_both_agree(self, editor, gone, stays, address):
        assert f'href="{address}"' in editor.get(LIST).text
        assert "See both" in editor.get(address).text
        page = BeautifulSoup(editor.get(address, {"into": stays.pk}).content, "html.parser")
        cells = [cell.get_text() for cell in page.select_one("tbody tr").select("th, td")]
        assert cells == ["Name", "Falls again", "Falls in care homes"]
        assert [line.get_text() for line in page.select("main ul.w-list-disc li")] == ["1 person"]
        assert Community.objects.get(pk=gone.pk).state == "published"
        response = editor.post(address, {"into": stays.pk}, follow=True)
        assert "“Falls again” is now part of “Falls in care homes”." in response.text
        assert Community.objects.get(pk=gone.pk).merged_into_id == stays.pk
        assert editor.post(address, {"into": stays.pk}).status_code == 404
        ended = editor.get(f"{LIST}?state__exact=ended").text
        assert ("Falls again" in ended, "Bring back" in ended) == (True, False)

    def test_what_cannot_move_is_said(self, editor, gone, stays, address):
        document(circle=gone.circle)
        page = BeautifulSoup(editor.get(address, {"into": stays.pk}).content, "html.parser")
        assert "“Falls again” has 1 document, which can’t move." in page.select_one("[role=alert]").get_text()
        assert page.find("button", string="Merge them") is None
        said = editor.post(address, {"into": stays.pk}, follow=True).text
        assert "Nothing was merged: “Falls again” has 1 document, which can’t move." in said

    @pytest.mark.parametrize("sent", [{}, {"into": ""}, {"into": "x"}, {"into": "0"}, {"into": "9" * 30}])
    def test_without_one_that_stays_it_asks_again(self, editor, gone, address, sent):
        assert editor.post(address, sent).status_code == 200
        assert Community.objects.get(pk=gone.pk).state == "published"

    def test_drafts_and_ended_ones_are_not_offered(self, editor, gone, stays, address):
        for state in ("draft", "ended", "submitted"):
            CommunityFactory(name=f"A {state}", state=state)
        options = BeautifulSoup(editor.get(address).content, "html.parser").select("select[name=into] option")
        assert [option.get_text() for option in options] == ["Choose one", "Falls in care homes"]

    @pytest.mark.parametrize("key", ["participant", "convener", "facilitator", "outsider", "visitor"])
    def test_others_do_not_get_in(self, cast, pages, signed_in, gone, stays, address, key):
        client = Client() if key == "visitor" else signed_in(getattr(cast, key))
        assert client.get(address).status_code in (302, 403, 404)
        assert client.post(address, {"into": stays.pk}).status_code in (302, 403, 404)
        assert Community.objects.get(pk=gone.pk).state == "published"

    def test_it_needs_a_token(self, cast, pages, gone, stays, address):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(cast.editor, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert strict.post(address, {"into": stays.pk}).status_code == 403

    @pytest.mark.parametrize("number", [1, 30])
    def test_cost(self, editor, gone, stays, address, number, django_assert_num_queries):
        for place in range(number):
            CommunityFactory(name=f"Other {place}")
        editor.get(address)
        with django_assert_num_queries(12):
            editor.get(address)


@needs_threads
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_each_into_the_other_leaves_one(self, cast, gone, stays, at_once):
        other = CommunityFactory(slug="other")
        link(gone, other, "proposed")
        link(other, stays)

        def into(one: Community, another: Community) -> Any:
            return lambda: actions.merge_communities(gone=one, stays=another, person=cast.editor)

        answers = at_once(into(gone, stays), into(stays, gone))
        assert sorted(type(answer).__name__ for answer in answers) == ["Community", "WrongState"]
        left = Community.objects.exclude(pk=other.pk).listed().get()
        ended = Community.objects.exclude(pk__in=[other.pk, left.pk]).get()
        assert (ended.merged_into, Connection.objects.open().count()) == (left, 1)
        assert set(places(left)) == {"Convener", "Facilitator"}
        assert places(ended) == {}
