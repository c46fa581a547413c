"""Twenty at once, on PostgreSQL: exactly one result."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from guests import actions
from guests.models import INVITATION, GuestLink, Invitation
from members import actions as members
from members.enums import CircleKind, Role, State
from members.errors import AddressTaken, LastLead, NotOpen
from members.models import Circle, Membership, User
from notifications.models import Mail, Notification
from tests.factories import CircleFactory, CommunityFactory, UserFactory
from tests.guests.conftest import PASSWORD
from tests.members.test_concurrency import all_at_once

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="needs a server"),
]
CROWD = 20


@pytest.fixture
def lead() -> User:
    """Somebody who leads a listed community."""
    return UserFactory()


@pytest.fixture
def circle(lead: User) -> Circle:
    """Its circle."""
    return CommunityFactory(convener=lead).circle


@pytest.fixture
def link(circle: Circle, lead: User) -> GuestLink:
    """That of an invitation to somebody without an account."""
    [one] = actions.invite(circle=circle, by=lead, addresses=["pat@example.org"])
    return GuestLink.objects.get(kind=INVITATION, target_id=one.pk)


def test_an_invitation_accepted_many_times_at_once_makes_one_account_and_one_place(circle, link) -> None:
    def work(place: int) -> None:
        mine = GuestLink.objects.get(pk=link.pk)
        given = {"first_name": f"P{place}", "last_name": "", "password": PASSWORD}
        actions.answer(link=mine, user=AnonymousUser(), yes=True, **given)

    wrong = all_at_once(CROWD, work)
    assert {type(error) for error in wrong} == {NotOpen}
    assert len(wrong) == CROWD - 1
    assert User.objects.filter(email="pat@example.org").count() == 1
    assert Membership.objects.filter(circle=circle, person__email="pat@example.org").count() == 1
    assert (Invitation.objects.get().state, Circle.objects.get(pk=circle.pk).member_count) == ("accepted", 2)
    assert Notification.objects.filter(verb="guests.accepted").count() == 1


def test_of_yes_no_and_taking_back_at_once_one_holds(circle, link, lead) -> None:
    person = UserFactory()
    one = Invitation.objects.get()

    def work(place: int) -> object:
        if place % 3 == 0:
            return actions.accept_invitation(invitation=one, person=User.objects.get(pk=person.pk))
        if place % 3 == 1:
            return actions.answer(link=GuestLink.objects.get(pk=link.pk), user=AnonymousUser(), yes=False)
        return actions.withdraw_invitation(invitation=one, by=lead)

    wrong = all_at_once(CROWD, work)
    assert {type(error) for error in wrong} <= {NotOpen}
    state, link = Invitation.objects.get().state, GuestLink.objects.get()
    inside = Membership.objects.active().filter(person=person).count()
    assert (state, link.answer, link.revoked_at is not None, inside) in {
        ("accepted", "yes", False, 1),
        ("declined", "no", False, 0),
        ("withdrawn", "", True, 0),
    }


def test_one_address_invited_many_times_at_once_is_invited_once(circle, lead) -> None:
    made: list[Invitation] = []
    wrong = all_at_once(
        CROWD,
        lambda place: made.extend(actions.invite(circle=circle, by=lead, addresses=["new@example.org"])),
    )
    assert (wrong, len(made)) == ([], 1)
    assert (Invitation.objects.count(), GuestLink.objects.count(), Mail.objects.count()) == (1, 1, 1)


def test_accounts_made_at_once_for_one_address_are_one() -> None:
    given = {"email": "new@example.org", "first_name": "N", "last_name": "", "password": PASSWORD}
    wrong = all_at_once(CROWD, lambda place: members.make_account(**given))
    assert {type(error) for error in wrong} == {AddressTaken}
    assert (len(wrong), User.objects.filter(email="new@example.org").count()) == (CROWD - 1, 1)


def test_one_person_asking_fifty_times_at_once_asks_once(circle) -> None:
    person = UserFactory()
    wrong = all_at_once(
        50, lambda place: actions.ask_to_join(person=User.objects.get(pk=person.pk), circle=circle)
    )
    assert wrong == []
    assert Membership.objects.filter(person=person, circle=circle).count() == 1
    assert Notification.objects.filter(verb="guests.asked").count() == 1


def test_of_a_yes_and_a_no_at_once_one_holds(circle, lead) -> None:
    asked = actions.ask_to_join(person=UserFactory(), circle=circle)

    def work(place: int) -> None:
        if place % 2:
            actions.accept_request(membership=asked, by=lead)
        else:
            actions.decline_request(membership=asked, by=lead, because="No")

    wrong = all_at_once(CROWD, work)
    assert {type(error) for error in wrong} == {NotOpen}
    asked.refresh_from_db()
    assert (len(wrong), asked.state in (State.ACTIVE, State.ENDED)) == (CROWD // 2, True)
    assert Circle.objects.get(pk=circle.pk).member_count == 1 + (asked.state == State.ACTIVE)


def test_of_leads_who_step_back_at_once_one_stays(circle, lead) -> None:
    places = [members.join(person=UserFactory(), circle=circle, role=Role.LEAD) for _ in range(CROWD - 1)]
    places.append(Membership.objects.get(person=lead, circle=circle))
    wrong = all_at_once(CROWD, lambda place: actions.step_back(membership=places[place]))
    assert [type(error) for error in wrong] == [LastLead]
    assert Membership.objects.leads_of(circle).count() == 1


def test_handing_over_and_stepping_back_at_once_leaves_somebody_who_leads(circle, lead) -> None:
    mine = Membership.objects.get(person=lead, circle=circle)
    others = [members.join(person=UserFactory(), circle=circle) for _ in range(CROWD - 1)]

    def work(place: int) -> None:
        if place == CROWD - 1:
            actions.step_back(membership=mine)
        else:
            actions.hand_over(mine=mine, to=others[place])

    wrong = all_at_once(CROWD, work)
    assert {type(error) for error in wrong} <= {NotOpen, LastLead}
    assert Membership.objects.leads_of(circle).count() == 1


def test_one_question_sent_many_times_at_once_is_one(link) -> None:
    wrong = all_at_once(CROWD, lambda place: actions.ask_question(link=link, text="When?"))
    assert (wrong, link.questions.count()) == ([], 1)


def test_a_group_without_a_community_takes_no_question() -> None:
    group = CircleFactory(kind=CircleKind.GROUP, parent=CircleFactory())
    person = UserFactory()
    wrong = all_at_once(2, lambda place: actions.ask_to_join(person=person, circle=group))
    assert [type(error) for error in wrong] == [NotOpen, NotOpen]
