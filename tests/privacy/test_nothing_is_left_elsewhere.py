"""The same for what is held by address, and for what two people wrote: after an erasure no table holds it."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser

from guests import actions as guests
from guests.models import INVITATION, GuestLink, GuestQuestion, Invitation
from members import accounts
from members import actions as members
from members.models import AccountRequest, Profile, User
from notifications.models import Mail, Notification, Unwritten
from privacy import actions
from relay import actions as relay
from relay.forgetting import GONE
from relay.models import Conversation, Message, Report
from tests.factories import PASSWORD
from tests.privacy.test_nothing_is_left import erase, holding

FIRST, LAST = "Ottoline", "Kæstner-Ó’Brien"
ADDRESS, SECOND = "ottoline.secret@example.org", "second.ottoline@example.org"
NAMES = (FIRST, LAST, ADDRESS, SECOND)
WRITTEN = "coatimessage"
ASKED = ("jerboaquestion", "okapireason")


@pytest.fixture
def person(cast) -> User:
    """Somebody who has asked for an account and has got it, with two addresses that are proved."""
    accounts.ask_for_account(
        email=ADDRESS, first_name=FIRST, last_name=LAST, password=PASSWORD, reason="okapireason"
    )
    asked = AccountRequest.objects.get()
    one = accounts.open_account(asked=asked)
    accounts.let_in(asked=asked, by=cast.admin)
    EmailAddress.objects.filter(user=one).update(verified=True)
    EmailAddress.objects.create(user=one, email=SECOND, verified=True)
    Profile.objects.filter(user__in=[one, cast.participant, cast.convener]).update(findable=True)
    return User.objects.get(pk=one.pk)


@pytest.fixture
def invited(cast, person) -> list[Invitation]:
    """One invitation to each of the two addresses; by the first they have asked something."""
    made = guests.invite(circle=cast.community.circle, by=cast.convener, addresses=[ADDRESS, SECOND])
    link = GuestLink.objects.get(kind=INVITATION, target_id=made[0].pk)
    guests.ask_question(link=link, text="jerboaquestion")
    return made


@pytest.fixture
def conversation(cast, person) -> Conversation:
    """One with the participant, who has reported what they wrote; the last word is the participant's."""
    sent = relay.send(writer=person, recipient=cast.participant, text=WRITTEN)
    relay.report(person=cast.participant, message=sent)
    back = relay.send(writer=User.objects.get(pk=cast.participant.pk), recipient=person, text="Their word")
    relay.report(person=person, message=back)
    return sent.conversation


# -- what is held by address -------------------------------------------------------------


def test_what_is_looked_for_is_there_at_first(person, invited, conversation) -> None:
    assert {word for _, word in holding((*NAMES, *ASKED, WRITTEN))} == {*NAMES, *ASKED, WRITTEN}
    assert Mail.objects.filter(to__in=[ADDRESS, SECOND]).count() == 2


@pytest.mark.parametrize("posts_stay", [True, False])
def test_no_table_holds_an_address_or_what_came_by_it(
    person, invited, committed, time_machine, posts_stay
) -> None:
    erase(person, posts_stay=posts_stay, committed=committed, time_machine=time_machine)
    assert holding((*NAMES, *ASKED)) == set()
    assert (Invitation.objects.count(), GuestLink.objects.count(), GuestQuestion.objects.count()) == (0, 0, 0)
    assert not Mail.objects.filter(letter=INVITATION).exists()


def test_who_is_told_of_what_is_gone_sees_nothing(
    cast, person, invited, committed, time_machine, signed_in
) -> None:
    assert "has a question before they answer you" in signed_in(cast.convener).get("/me/notifications/").text
    erase(person, posts_stay=True, committed=committed, time_machine=time_machine)
    page = signed_in(cast.convener).get("/me/notifications/")
    assert (page.status_code, "has a question" in page.text, ADDRESS in page.text) == (200, False, False)


def test_a_wish_not_to_be_written_to_outlives_the_account(person, committed, time_machine) -> None:
    """It is about an address, and held so that nobody has us write there again."""
    Unwritten.objects.create(email=ADDRESS)
    erase(person, posts_stay=True, committed=committed, time_machine=time_machine)
    assert holding((LAST, ADDRESS, SECOND, *ASKED)) == {("notifications_unwritten", ADDRESS)}


def test_what_they_invited_others_to_names_them_no_more(
    cast, person, committed, time_machine, client, pages
) -> None:
    members.join(person=person, circle=cast.community.circle, role="lead")
    [one] = guests.invite(
        circle=cast.community.circle, by=User.objects.get(pk=person.pk), addresses=["new@example.org"]
    )
    link = GuestLink.objects.get(target_id=one.pk)
    assert f"{FIRST} {LAST} asks you." in client.get(link.path).text
    erase(person, posts_stay=True, committed=committed, time_machine=time_machine)
    page = client.get(link.path).text
    assert ("Somebody asks you." in page, FIRST in page) == (True, False)
    link.refresh_from_db()
    assert (link.asked_by, Invitation.objects.get().invited_by) == (None, None)
    given = {"first_name": "New", "last_name": "", "password": "three quiet herons"}
    done = guests.answer(link=link, user=AnonymousUser(), yes=True, **given)
    assert (done.person.email, done.person.memberships.get().circle) == (
        "new@example.org",
        cast.community.circle,
    )
    assert not Notification.objects.filter(verb="guests.accepted").exists()


# -- what two people wrote ------------------------------------------------------------------


def test_where_it_goes_the_other_keeps_their_own_words(
    cast, person, conversation, committed, time_machine, signed_in
) -> None:
    erase(person, posts_stay=False, committed=committed, time_machine=time_machine)
    assert holding((*NAMES, WRITTEN)) == set()
    page = signed_in(cast.participant).get(conversation.get_absolute_url()).text
    assert ("Their word" in page, "Someone who has left" in page) == (True, True)
    assert page.count(f"<em>{GONE.strip('*')}</em>") == 1
    assert list(Message.objects.values_list("number", "author")) == [(1, None), (2, cast.participant.pk)]


def test_where_it_stays_it_is_nobodys(cast, person, conversation, committed, time_machine, signed_in) -> None:
    erase(person, posts_stay=True, committed=committed, time_machine=time_machine)
    assert holding((*NAMES, WRITTEN)) == {("relay_message", WRITTEN)}
    page = signed_in(cast.participant).get(conversation.get_absolute_url()).text
    assert (WRITTEN in page, "Their word" in page, "Someone who has left" in page) == (True, True, True)


def test_reports_say_no_more_who_made_them(
    cast, person, conversation, committed, time_machine, signed_in
) -> None:
    theirs = Report.objects.get(person=person)
    erase(person, posts_stay=True, committed=committed, time_machine=time_machine)
    assert set(Report.objects.values_list("person", flat=True)) == {None, cast.participant.pk}
    page = signed_in(cast.admin).get(theirs.get_absolute_url()).text
    assert ("Their word" in page, FIRST in page) == (True, False)


def test_a_conversation_that_is_nobodys_any_more_goes(
    cast, person, conversation, committed, time_machine
) -> None:
    for one in (person, cast.participant):
        actions.ask_erasure(person=one, posts_stay=True)
    for one in (person, cast.participant):
        assert Conversation.objects.count() == 1
        erasure = one.erasures.get()
        actions.erase(erasure_id=erasure.pk, now=erasure.due_at)
    assert (Conversation.objects.count(), Message.objects.count(), Report.objects.count()) == (0, 0, 0)


def test_nothing_is_counted_for_who_is_gone(cast, person, conversation, committed, time_machine) -> None:
    """What is new to somebody is kept on their row, which may outlive their account."""
    assert User.objects.get(pk=person.pk).unread_messages == 1
    erase(person, posts_stay=True, committed=committed, time_machine=time_machine)
    left = User.objects.get(pk=person.pk)
    assert (left.unread_messages, left.unread_notifications) == (0, 0)


# -- the copy --------------------------------------------------------------------------------


def test_a_copy_has_what_came_by_either_address(person, invited, copy_of) -> None:
    mine = copy_of(person)
    invitations = mine.records("guests.Invitation")
    assert [(one["to"], one["role"], one["email"], one["state"]) for one in invitations] == [
        ("Falls in care homes", "Member", ADDRESS, "Waiting for an answer"),
        ("Falls in care homes", "Member", SECOND, "Waiting for an answer"),
    ]
    assert [one["email"] for one in mine.records("guests.GuestLink")] == [ADDRESS, SECOND]
    assert [one["to"] for one in mine.records("notifications.Mail.letters")] == [ADDRESS, SECOND]
    assert mine.records("members.AccountRequest")[0]["reason"] == "okapireason"


def test_a_copy_has_ones_own_messages_and_not_the_others(cast, person, conversation, copy_of) -> None:
    mine = copy_of(person)
    assert [(one["in"], one["text"]) for one in mine.records("relay.Message")] == [
        (f"Conversation {conversation.pk}", WRITTEN)
    ]
    assert [one["with"] for one in mine.records("relay.Conversation")] == ["Participant Demo"]
    assert len(mine.records("relay.Report")) == 1
    assert ("Their word" in mine.page, cast.participant.email in mine.page) == (False, False)


def test_a_copy_names_nobody_who_is_gone(
    cast, person, conversation, copy_of, committed, time_machine
) -> None:
    erase(person, posts_stay=True, committed=committed, time_machine=time_machine)
    theirs = copy_of(cast.participant)
    assert [one["with"] for one in theirs.records("relay.Conversation")] == ["Former member"]
    assert (FIRST in theirs.page, WRITTEN in theirs.page) == (False, False)
