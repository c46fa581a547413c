"""Somebody who knows both introduces two communities; each side is asked, and two yeses make a link."""

import pytest
from django.test import Client

from community_directory import actions
from community_directory.errors import NotListed, NotYours, WrongState
from community_directory.introducing import candidates, may_introduce_to_others
from community_directory.models import Community, Connection, Suggestion
from community_directory.personal import HELD
from community_directory.standing import own_connections
from kit.personal import cells
from members.models import User
from notifications.models import Notification
from tests.community_directory.conftest import needs_threads
from tests.factories import CommunityFactory, UserFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/communities/frailty/introduce/"


@pytest.fixture
def frailty(cast) -> Community:
    return CommunityFactory(name="Frailty", slug="frailty", convener=cast.admin)


@pytest.fixture
def wounds(cast) -> Community:
    return CommunityFactory(name="Wound care", slug="wound-care", convener=cast.editor)


@pytest.fixture
def friend(cast, frailty, wounds) -> User:
    """The convener, whose community is connected with both."""
    for other in (frailty, wounds):
        Connection.objects.create(
            source=cast.community, target=other, reason="Old friends.", state="accepted"
        )
    return cast.convener


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def introduced(cast, frailty, wounds) -> Connection:
    return actions.introduce(
        first=frailty, second=wounds, person=fresh(cast.facilitator), reason="Both see the same skin."
    )


def news(person: User) -> list[str]:
    return list(Notification.objects.filter(recipient=person).order_by("pk").values_list("verb", flat=True))


class TestIntroduce:
    def test_both_are_asked(self, cast, frailty, wounds):
        link = introduced(cast, frailty, wounds)
        assert (link.state, link.introduced_by, link.proposed_by) == ("introduced", cast.facilitator, None)
        assert news(cast.admin) == news(cast.editor) == ["community_directory.connection_introduced"]
        for person, mine in ((cast.admin, frailty), (cast.editor, wounds)):
            [one] = own_connections(fresh(person))["introduced"]
            assert (one["mine"], one["link"]) == (mine, link)

    def test_a_friend_of_both_may(self, friend, frailty, wounds):
        link = actions.introduce(first=frailty, second=wounds, person=fresh(friend), reason="You two!")
        assert link.introduced_by == friend

    def test_a_friend_of_one_may_not(self, cast, friend, frailty, wounds):
        Connection.objects.filter(target=wounds).delete()
        with pytest.raises(NotYours):
            actions.introduce(first=frailty, second=wounds, person=fresh(friend), reason="You two!")

    def test_a_link_that_is_only_asked_for_makes_no_friend(self, friend, frailty, wounds):
        Connection.objects.filter(target=wounds).update(state="proposed")
        with pytest.raises(NotYours):
            actions.introduce(first=frailty, second=wounds, person=fresh(friend), reason="You two!")

    def test_nobody_else_may(self, cast, frailty, wounds):
        for key in ("participant", "convener", "outsider", "editor", "admin"):
            with pytest.raises(NotYours):
                actions.introduce(
                    first=frailty, second=wounds, person=fresh(getattr(cast, key)), reason="You two!"
                )

    def test_nobody_introduces_their_own(self, cast, frailty):
        own = CommunityFactory(convener=cast.facilitator)
        with pytest.raises(NotYours):
            actions.introduce(first=own, second=frailty, person=fresh(cast.facilitator), reason="Me!")

    def test_not_with_itself(self, cast, frailty):
        with pytest.raises(NotYours):
            actions.introduce(
                first=frailty, second=frailty, person=fresh(cast.facilitator), reason="Yourselves."
            )

    def test_only_what_is_listed(self, cast, frailty, wounds):
        Community.objects.filter(pk=wounds.pk).update(state="draft")
        with pytest.raises(NotListed):
            introduced(cast, frailty, wounds)

    def test_twice_is_once(self, cast, frailty, wounds):
        assert introduced(cast, frailty, wounds) == introduced(cast, wounds, frailty)
        assert len(news(cast.admin)) == 1

    @pytest.mark.parametrize("state", ["proposed", "accepted"])
    def test_who_are_linked_stay_as_they_are(self, cast, frailty, wounds, state):
        link = Connection.objects.create(source=wounds, target=frailty, reason="Theirs.", state=state)
        answer = introduced(cast, frailty, wounds)
        assert (answer, answer.state, answer.reason) == (link, state, "Theirs.")
        assert news(cast.admin) == []


class TestAnswer:
    @pytest.mark.parametrize("first", ["admin", "editor"])
    def test_whoever_says_yes_first_asks_the_other(self, cast, frailty, wounds, first):
        link = introduced(cast, frailty, wounds)
        second = {"admin": "editor", "editor": "admin"}[first]
        own = {"admin": frailty, "editor": wounds}
        asked = actions.accept_connection(connection=link, person=fresh(getattr(cast, first)))
        assert (asked.state, asked.source, asked.target) == ("proposed", own[first], own[second])
        assert asked.proposed_by == getattr(cast, first)
        assert news(getattr(cast, second))[1:] == ["community_directory.connection_proposed"]
        yes = actions.accept_connection(connection=asked, person=fresh(getattr(cast, second)))
        assert yes.state == "accepted"
        link.refresh_from_db()
        assert (link.state, link.introduced_by) == ("accepted", cast.facilitator)

    def test_a_second_yes_of_the_same_side_does_no_harm(self, cast, frailty, wounds):
        link = introduced(cast, frailty, wounds)
        for _ in range(2):
            again = Connection.objects.select_related("source", "target").get(pk=link.pk)
            assert actions.accept_connection(connection=again, person=fresh(cast.admin)).state == "proposed"
        again = Connection.objects.select_related("source", "target").get(pk=link.pk)
        with pytest.raises(WrongState):
            actions.decline_connection(connection=again, person=fresh(cast.admin))
        assert news(cast.editor)[1:] == ["community_directory.connection_proposed"]

    def test_who_introduced_them_reads_no_answer_in_their_data(self, cast, frailty, wounds):
        link = introduced(cast, frailty, wounds)
        actions.decline_connection(connection=link, person=fresh(cast.admin))
        link.refresh_from_db()
        [held] = [one for one in HELD if one.key == "community_directory.Connection"]
        said = {
            key: [cell.value for cell in cells(held, link, getattr(cast, key))]
            for key in ("facilitator", "admin")
        }
        assert ("Introduced" in said["facilitator"], "Declined" in said["facilitator"]) == (True, False)
        assert "Declined" in said["admin"]

    def test_a_no_is_told_to_nobody(self, cast, frailty, wounds):
        link = introduced(cast, frailty, wounds)
        no = actions.decline_connection(connection=link, person=fresh(cast.admin))
        assert no.state == "declined"
        assert len(news(cast.editor)) == 1
        assert news(cast.facilitator) == []
        with pytest.raises(WrongState):
            actions.accept_connection(connection=no, person=fresh(cast.editor))

    def test_only_the_two_answer(self, cast, frailty, wounds):
        link = introduced(cast, frailty, wounds)
        for key in ("facilitator", "convener", "participant"):
            for act in (actions.accept_connection, actions.decline_connection):
                with pytest.raises(NotYours):
                    act(connection=link, person=fresh(getattr(cast, key)))

    def test_a_proposal_takes_it_up(self, cast, frailty, wounds):
        link = introduced(cast, frailty, wounds)
        asked = actions.propose_connection(
            source=wounds, target=frailty, person=fresh(cast.editor), reason="We heard of you.", kind="learns"
        )
        assert (asked, asked.state, asked.source, asked.kind) == (link, "proposed", wounds, "learns")
        assert asked.reason == "We heard of you."

    @needs_threads
    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_both_say_yes_at_once(self, cast, at_once):
        frailty = CommunityFactory(convener=cast.admin)
        wounds = CommunityFactory(convener=cast.editor)
        for _ in range(5):
            Connection.objects.all().delete()
            pk = introduced(cast, frailty, wounds).pk

            def yes(person: User, pk: int = pk):
                return lambda: actions.accept_connection(
                    connection=Connection.objects.select_related("source", "target").get(pk=pk),
                    person=fresh(person),
                )

            answers = at_once(yes(cast.admin), yes(cast.editor))
            assert [type(answer).__name__ for answer in answers] == ["Connection", "Connection"]
            assert Connection.objects.get().state == "accepted"


class TestWhom:
    """Whom the page offers."""

    def test_a_facilitator_any_that_is_free(self, cast, frailty, wounds):
        names = [one.name for one in candidates(fresh(cast.facilitator), frailty)]
        assert names == ["Falls in care homes", "Wound care"]
        Connection.objects.create(source=wounds, target=frailty, reason="Theirs.")
        assert [one.name for one in candidates(fresh(cast.facilitator), frailty)] == ["Falls in care homes"]

    def test_those_worth_meeting_come_first(self, cast, frailty, wounds):
        Suggestion.objects.create(community=frailty, other=wounds, place=1, why="Alike.")
        names = [one.name for one in candidates(fresh(cast.facilitator), frailty)]
        assert names == ["Wound care", "Falls in care homes"]

    def test_by_its_words(self, cast, frailty, wounds, reindex):
        reindex()
        assert candidates(fresh(cast.facilitator), frailty, "wound") == [wounds]
        assert candidates(fresh(cast.facilitator), frailty, "frailty") == []

    def test_a_friend_what_they_know(self, friend, frailty, wounds):
        CommunityFactory(name="Unknown")
        assert candidates(fresh(friend), frailty) == [wounds]

    def test_no_more_than_a_dozen(self, cast, frailty, django_assert_num_queries):
        CommunityFactory.create_batch(30)
        person = fresh(cast.facilitator)
        assert person.led_circle_ids
        with django_assert_num_queries(2):
            assert len(candidates(person, frailty)) == 12


class TestPage:
    @pytest.fixture
    def as_who(self, cast, pages, signed_in):
        return lambda key: Client() if key == "visitor" else signed_in(getattr(cast, key))

    def send(
        self, client: Client, other: Community | None, reason: str = "Both see the same skin.", q: str = ""
    ):
        sent = {"other": other.pk if other else "", "reason": reason}
        return client.post(f"{ADDRESS}?q={q}", sent, follow=True)

    def test_works_and_says_so(self, as_who, frailty, wounds):
        response = self.send(as_who("facilitator"), wounds)
        assert response.redirect_chain == [("/communities/frailty/", 302)]
        assert "If both say yes, they are connected." in response.text
        assert Connection.objects.get().state == "introduced"

    def test_twice_is_once(self, as_who, frailty, wounds):
        client = as_who("facilitator")
        self.send(client, wounds)
        again = self.send(client, wounds)
        assert "Choose one of these communities" in again.text
        assert Connection.objects.count() == 1

    @pytest.mark.parametrize("key", ["visitor", "outsider", "participant", "editor", "admin", "convener"])
    def test_nobody_else(self, as_who, frailty, wounds, key):
        client = as_who(key)
        assert client.get(ADDRESS).status_code == 404
        assert self.send(client, wounds).status_code == 404
        assert Connection.objects.count() == 0

    def test_a_friend_may(self, as_who, friend, frailty, wounds):
        client = as_who("convener")
        page = client.get("/communities/frailty/")
        assert "Introduce them to another community" in page.text
        assert self.send(client, wounds).redirect_chain == [("/communities/frailty/", 302)]

    def test_the_link_is_shown_to_whom_it_opens(self, as_who, cast, frailty):
        for key, shown in (
            ("facilitator", True),
            ("convener", False),
            ("participant", False),
            ("visitor", False),
        ):
            text = as_who(key).get("/communities/frailty/").text
            assert ("Introduce them to another community" in text) is shown
            assert may_introduce_to_others(fresh(cast.facilitator), frailty)

    def test_what_is_missing_is_said_and_nothing_is_lost(self, as_who, frailty, wounds):
        response = self.send(as_who("facilitator"), None)
        assert response.context["form"].errors == {"other": ["Choose a community"]}
        assert "Both see the same skin." in response.text
        response = self.send(as_who("facilitator"), wounds, reason=" ")
        assert response.context["form"].errors == {"reason": ["Say why the two of them should talk"]}
        assert Connection.objects.count() == 0

    def test_a_number_that_looks_like_a_patients(self, as_who, frailty, wounds):
        response = self.send(as_who("facilitator"), wounds, reason="Patient 943 476 5919")
        assert "This is not a patient’s number" in response.text
        assert Connection.objects.count() == 0

    def test_found_by_text_and_then_sent(self, as_who, frailty, wounds, reindex):
        reindex()
        client = as_who("facilitator")
        page = client.get(ADDRESS, {"q": "wound"})
        assert list(page.context["form"].found) == [str(wounds.pk)]
        assert self.send(client, wounds, q="wound").redirect_chain == [("/communities/frailty/", 302)]

    def test_nothing_found_is_said(self, as_who, frailty, reindex):
        reindex()
        page = as_who("facilitator").get(ADDRESS, {"q": "zebra"})
        assert "No community that you could introduce them to matches “zebra”." in page.text

    def test_not_what_is_not_listed(self, as_who, frailty, wounds):
        for state in ("draft", "submitted", "ended"):
            Community.objects.filter(pk=frailty.pk).update(state=state)
            assert as_who("facilitator").get(ADDRESS).status_code == 404
            assert self.send(as_who("facilitator"), wounds).status_code == 404

    def test_answers_on_the_page_of_ones_own(self, as_who, cast, frailty, wounds):
        link = introduced(cast, frailty, wounds)
        client = as_who("admin")
        page = client.get("/communities/mine/")
        assert "Somebody thinks that you should meet" in page.text
        assert f"Introduced by {cast.facilitator.name}" in page.text
        answer = client.post(f"/communities/connections/{link.pk}/accept/", follow=True)
        assert "Sent. If they say yes too, you are connected." in answer.text
        answer = as_who("editor").post(f"/communities/connections/{link.pk}/accept/", follow=True)
        assert "You are connected. Both pages show it." in answer.text

    def test_a_no_on_the_page_of_ones_own(self, as_who, cast, frailty, wounds):
        link = introduced(cast, frailty, wounds)
        answer = as_who("admin").post(f"/communities/connections/{link.pk}/decline/", follow=True)
        assert "Declined. Nobody is told." in answer.text
        assert UserFactory._meta.model.objects.get(pk=cast.editor.pk).unread_notifications == 1
