"""Links between communities: asked by one side, answered by the other, one for each pair."""

import pytest
from django.db import IntegrityError, transaction

from community_directory import actions
from community_directory.enums import ConnectionState
from community_directory.errors import NotListed, NotYours, WrongState
from community_directory.models import Community, Connection
from members.models import User
from notifications.models import Notification
from tests.community_directory.conftest import needs_threads
from tests.factories import CommunityFactory


@pytest.fixture
def other(cast) -> Community:
    """The facilitator's community; the convener's is ``cast.community``."""
    return CommunityFactory(name="Frailty", slug="frailty", convener=cast.facilitator)


@pytest.fixture
def proposed(cast, other) -> Connection:
    return actions.propose_connection(
        source=cast.community, target=other, person=cast.convener, reason="The same people."
    )


def news(person: User) -> list[str]:
    return list(Notification.objects.filter(recipient=person).order_by("pk").values_list("verb", flat=True))


class TestPropose:
    def test_the_other_side_is_asked(self, cast, other, proposed):
        assert (proposed.state, proposed.reason, proposed.proposed_by) == (
            "proposed",
            "The same people.",
            cast.convener,
        )
        assert news(cast.facilitator) == ["community_directory.connection_proposed"]
        assert news(cast.convener) == []

    def test_twice_is_once(self, cast, other, proposed):
        again = actions.propose_connection(
            source=cast.community, target=other, person=cast.convener, reason="Again."
        )
        assert (again, again.reason) == (proposed, "The same people.")
        assert news(cast.facilitator) == ["community_directory.connection_proposed"]

    def test_when_both_ask_both_have_said_yes(self, cast, other, proposed):
        answer = actions.propose_connection(
            source=other, target=cast.community, person=cast.facilitator, reason="Theirs."
        )
        assert (answer, answer.state, answer.answered_by) == (proposed, "accepted", cast.facilitator)
        assert Connection.objects.count() == 1
        assert news(cast.convener) == ["community_directory.connection_accepted"]

    def test_where_there_is_one_it_changes_nothing(self, cast, other, proposed):
        actions.accept_connection(connection=proposed, person=cast.facilitator)
        again = actions.propose_connection(
            source=other, target=cast.community, person=cast.facilitator, reason="Again."
        )
        assert (again, again.state) == (proposed, "accepted")

    def test_after_a_no_one_may_ask_again(self, cast, other, proposed):
        actions.decline_connection(connection=proposed, person=cast.facilitator)
        again = actions.propose_connection(
            source=cast.community, target=other, person=cast.convener, reason="Things have changed."
        )
        assert again != proposed
        assert news(cast.facilitator) == ["community_directory.connection_proposed"] * 2

    def test_only_for_ones_own(self, cast, other):
        for key in ("participant", "facilitator", "editor", "admin", "outsider"):
            with pytest.raises(NotYours):
                actions.propose_connection(
                    source=cast.community, target=other, person=getattr(cast, key), reason="Mine."
                )

    def test_not_with_itself(self, cast):
        with pytest.raises(NotYours):
            actions.propose_connection(
                source=cast.community, target=cast.community, person=cast.convener, reason="Myself."
            )

    @pytest.mark.parametrize("state", ["draft", "submitted", "ended"])
    def test_only_between_what_is_listed(self, cast, state):
        hidden = CommunityFactory(state=state, convener=cast.convener)
        for source, target in ((hidden, cast.community), (cast.community, hidden)):
            with pytest.raises(NotListed):
                actions.propose_connection(
                    source=source, target=target, person=cast.convener, reason="Shown too early."
                )
        assert Connection.objects.count() == 0


class TestAnswer:
    def test_yes(self, cast, proposed):
        yes = actions.accept_connection(connection=proposed, person=cast.facilitator)
        assert (yes.state, yes.answered_by_id) == ("accepted", cast.facilitator.pk)
        assert yes.answered_at is not None
        assert news(cast.convener) == ["community_directory.connection_accepted"]

    def test_no(self, cast, proposed):
        no = actions.decline_connection(connection=proposed, person=cast.facilitator)
        assert no.state == "declined"
        assert news(cast.convener) == ["community_directory.connection_declined"]

    @pytest.mark.parametrize("act", [actions.accept_connection, actions.decline_connection])
    def test_twice_does_no_harm(self, cast, proposed, act):
        act(connection=proposed, person=cast.facilitator)
        act(connection=proposed, person=cast.facilitator)
        assert len(news(cast.convener)) == 1

    @pytest.mark.parametrize("act", [actions.accept_connection, actions.decline_connection])
    def test_only_who_was_asked(self, cast, proposed, act):
        for key in ("convener", "participant", "editor", "admin"):
            with pytest.raises(NotYours):
                act(connection=proposed, person=getattr(cast, key))

    def test_a_no_is_not_turned_into_a_yes(self, cast, proposed):
        actions.decline_connection(connection=proposed, person=cast.facilitator)
        with pytest.raises(WrongState):
            actions.accept_connection(connection=proposed, person=cast.facilitator)


class TestEnd:
    @pytest.mark.parametrize("key", ["convener", "facilitator"])
    def test_either_side_may(self, cast, proposed, key):
        actions.accept_connection(connection=proposed, person=cast.facilitator)
        person = getattr(cast, key)
        assert actions.end_connection(connection=proposed, person=person).state == "ended"
        assert actions.end_connection(connection=proposed, person=person).state == "ended"

    def test_a_proposal_is_taken_back(self, cast, proposed):
        assert actions.end_connection(connection=proposed, person=cast.convener).state == "withdrawn"

    def test_nobody_else(self, cast, proposed):
        for key in ("participant", "editor", "admin"):
            with pytest.raises(NotYours):
                actions.end_connection(connection=proposed, person=getattr(cast, key))

    def test_not_what_was_declined(self, cast, proposed):
        actions.decline_connection(connection=proposed, person=cast.facilitator)
        with pytest.raises(WrongState):
            actions.end_connection(connection=proposed, person=cast.convener)


class TestOnePair:
    """The database itself, whatever the actions do."""

    @pytest.mark.postgres
    def test_no_second_open_link_in_either_direction(self, cast, other, proposed):
        for source, target in ((cast.community, other), (other, cast.community)):
            with pytest.raises(IntegrityError), transaction.atomic():
                Connection.objects.create(source=source, target=target, reason="Second.")

    @pytest.mark.postgres
    def test_not_with_itself(self, cast):
        with pytest.raises(IntegrityError), transaction.atomic():
            Connection.objects.create(source=cast.community, target=cast.community, reason="Myself.")

    @needs_threads
    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_both_ask_at_once(self, cast, at_once):
        other = CommunityFactory(convener=cast.facilitator)
        people = {cast.community.pk: cast.convener.pk, other.pk: cast.facilitator.pk}

        def ask(source: Community, target: Community):
            person = User.objects.get(pk=people[source.pk])
            return lambda: actions.propose_connection(
                source=source, target=target, person=person, reason="Both want it."
            )

        for _ in range(5):
            Connection.objects.all().delete()
            Notification.objects.all().delete()
            answers = at_once(
                ask(cast.community, other), ask(other, cast.community), ask(cast.community, other)
            )
            assert len({answer.pk for answer in answers}) == 1
            assert Connection.objects.get().state == ConnectionState.ACCEPTED

    @needs_threads
    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_yes_and_no_at_once(self, cast, at_once):
        other = CommunityFactory(convener=cast.facilitator)
        asked = actions.propose_connection(
            source=cast.community, target=other, person=cast.convener, reason="Either."
        )

        def answer(act):
            person = User.objects.get(pk=cast.facilitator.pk)
            return lambda: act(connection=Connection.objects.get(pk=asked.pk), person=person)

        answers = at_once(answer(actions.accept_connection), answer(actions.decline_connection))
        assert sorted(type(one).__name__ for one in answers) == ["Connection", "WrongState"]
        assert len(news(cast.convener)) == 1
