"""Each verb: what it writes, that doing it twice does no harm, and who may not."""

import uuid

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from wagtail.models import ModelLogEntry

from members import actions as members_actions
from members.models import Circle, Profile, User
from notifications.models import Notification
from relay import actions
from relay.errors import MayNotWrite, NotTheirs, StoppedByYou, TakesNoMessages
from relay.models import Conversation, Message, Report
from tests.factories import UserFactory
from tests.relay.conftest import fresh, unread

pytestmark = pytest.mark.django_db


# -- writing ------------------------------------------------------------------------


def test_a_first_message_begins_a_conversation(pair, message):
    conversation = message.conversation
    assert (conversation.first, conversation.second) == tuple(
        sorted((pair.convener, pair.participant), key=lambda person: person.pk)
    )
    assert (message.number, message.author, message.text_html) == (
        1,
        pair.participant,
        "<p>Would you tell me about <em>your</em> huddle?</p>\n",
    )
    assert (fresh(conversation).last, fresh(conversation).last_number) == (message, 1)
    assert (unread(pair.convener), unread(pair.participant)) == (1, 0)


def test_both_write_in_one_conversation(pair, message, say):
    answer = say("convener", "participant", "Gladly.")
    assert (answer.conversation, answer.number) == (message.conversation, 2)
    assert Conversation.objects.count() == 1
    # Who answers has read what was there.
    assert (unread(pair.convener), unread(pair.participant)) == (0, 1)
    say("convener", "participant", "Ask me anything.")
    assert unread(pair.participant) == 1  # conversations are counted


def test_the_same_form_twice_is_one_message(pair, say):
    key = uuid.uuid4()
    sent = [say("participant", "convener", request_key=key) for _ in range(2)]
    assert sent[0] == sent[1]
    assert (Message.objects.count(), Notification.objects.count(), unread(pair.convener)) == (1, 1, 1)


def test_two_people_may_have_the_same_key(pair, say):
    key = uuid.uuid4()
    say("participant", "convener", request_key=key)
    say("convener", "participant", request_key=key)
    assert Message.objects.count() == 2


def test_the_recipient_is_told_once_for_each(pair, message, say):
    say("participant", "convener", "And when?")
    told = Notification.objects.filter(recipient=pair.convener, verb=actions.RECEIVED)
    assert told.count() == 2
    assert fresh(pair.convener).unread_notifications == 2
    assert not Notification.objects.filter(recipient=pair.participant).exists()


def test_the_mail_has_the_text_and_nobodys_address(pair, say, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        message = say("participant", "convener", "Would you tell me about your huddle?\n\nOn Friday?")
    [sent] = mail.outbox
    assert sent.subject == "Participant Demo sent you a message"
    assert sent.to == [pair.convener.email]
    assert (sent.reply_to, sent.cc, sent.bcc) == ([], [], [])
    whole = sent.message().as_string()
    assert "participant@example.org" not in whole
    assert "Reply-To" not in sent.message()
    assert "Would you tell me about your huddle?\n\nOn Friday?" in sent.body
    assert f"http://testserver{message.get_absolute_url()}" in sent.body


@pytest.mark.parametrize("choice", [{"no_mails": True}, {"mails_replies": False}])
def test_who_wants_no_mail_reads_it_here(pair, say, choice, django_capture_on_commit_callbacks):
    Profile.objects.filter(user=pair.convener).update(**choice)
    with django_capture_on_commit_callbacks(execute=True):
        say("participant", "convener")
    assert (mail.outbox, unread(pair.convener)) == ([], 1)


# -- who may ------------------------------------------------------------------------


def leaves(person: User) -> None:
    members_actions.leave(person=person, circle=Circle.objects.network())


def closes(person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)


def hides(person: User) -> None:
    Profile.objects.filter(user=person).update(findable=False)


@pytest.mark.parametrize("change", [leaves, closes, hides])
def test_no_first_message_to_who_cannot_be_found(pair, say, change):
    change(pair.convener)
    with pytest.raises(TakesNoMessages):
        say("participant", "convener")
    assert (Conversation.objects.count(), Notification.objects.count()) == (0, 0)


@pytest.mark.parametrize(("change", "goes"), [(leaves, False), (closes, False), (hides, True)])
def test_who_has_written_can_be_answered_while_they_are_here(pair, message, say, change, goes):
    change(pair.participant)
    if goes:
        assert say("convener", "participant").number == 2
    else:
        with pytest.raises(TakesNoMessages):
            say("convener", "participant")


def test_who_hides_after_a_message_that_they_never_answered_gets_no_more(pair, message, say):
    hides(pair.convener)
    with pytest.raises(TakesNoMessages):
        say("participant", "convener")


@pytest.mark.parametrize("change", [leaves, closes])
def test_who_has_left_writes_no_more(pair, message, say, change):
    change(pair.participant)
    with pytest.raises(MayNotWrite):
        say("participant", "convener")


def test_who_never_was_a_member_writes_to_nobody(pair, say):
    with pytest.raises(MayNotWrite):
        say("outsider", "convener")


def test_nobody_writes_to_themself(pair, say):
    with pytest.raises(TakesNoMessages):
        say("convener", "convener")


# -- stopping -----------------------------------------------------------------------


def test_who_is_stopped_is_told_what_others_are_told(pair, message, say):
    assert actions.stop(person=pair.convener, conversation=message.conversation) is True
    assert actions.stop(person=pair.convener, conversation=message.conversation) is False
    with pytest.raises(TakesNoMessages) as stopped:
        say("participant", "convener")
    hides(pair.editor)
    with pytest.raises(TakesNoMessages) as hidden:
        say("participant", "editor")
    assert stopped.value.words.replace("Convener", "X") == hidden.value.words.replace("Editor", "X")
    assert Message.objects.count() == 1


def test_who_stops_somebody_writes_to_them_after_letting_them_again(pair, message, say):
    actions.stop(person=pair.convener, conversation=message.conversation)
    with pytest.raises(StoppedByYou):
        say("convener", "participant")
    assert actions.allow(person=pair.convener, conversation=message.conversation) is True
    assert actions.allow(person=pair.convener, conversation=message.conversation) is False
    assert say("convener", "participant").number == 2
    assert say("participant", "convener").number == 3


def test_stopping_is_logged_without_what_was_written(pair, message):
    actions.stop(person=pair.convener, conversation=message.conversation)
    entry = ModelLogEntry.objects.get(action="relay.blocked")
    assert (entry.user, entry.label, entry.data) == (
        pair.convener,
        f"Conversation {message.conversation_id}",
        {},
    )


# -- reading ------------------------------------------------------------------------


def test_reading_sets_the_counters_and_the_bell(pair, message, say):
    say("participant", "convener")
    conversation = message.conversation
    assert actions.mark_read(person=pair.convener, conversation=conversation, up_to=1) is True
    assert (unread(pair.convener), fresh(pair.convener).unread_notifications) == (1, 1)
    assert actions.mark_read(person=pair.convener, conversation=conversation, up_to=10**8) is True
    assert (unread(pair.convener), fresh(pair.convener).unread_notifications) == (0, 0)
    assert actions.mark_read(person=pair.convener, conversation=conversation, up_to=2) is False
    assert fresh(conversation).read_by(pair.convener) == 2


# -- reporting ----------------------------------------------------------------------


def test_whoever_wrote_it_is_not_told_who_has_reported_it(cast, findable, say):
    findable("admin", "participant")
    other = UserFactory(is_superuser=True)
    report = actions.report(person=cast.participant, message=say("admin", "participant"))
    told = Notification.objects.filter(verb="relay.reported").values_list("recipient", flat=True)
    assert list(told) == [other.pk]
    for person, may in ((cast.admin, False), (other, True)):
        assert Report.objects.visible_to(person).exists() is may
        assert report.can_see(person) is may


def test_a_report_tells_the_team_once(pair, message):
    made = [actions.report(person=pair.convener, message=message) for _ in range(2)]
    assert made[0] == made[1]
    [told] = Notification.objects.filter(verb=actions.REPORTED)
    assert (told.recipient, told.target_id) == (pair.admin, made[0].pk)
    entry = ModelLogEntry.objects.get(action="relay.reported")
    assert (entry.user, entry.label, entry.data) == (
        pair.convener,
        f"Report {made[0].pk}",
        {"message": message.pk},
    )


@pytest.mark.parametrize("who", ["participant", "editor", "admin", "outsider"])
def test_nobody_else_reports_it(pair, message, who):
    with pytest.raises(NotTheirs):
        actions.report(person=getattr(pair, who), message=message)
    assert not Report.objects.exists()


# -- what the database refuses ----------------------------------------------------------


def test_two_people_have_one_conversation_in_one_order(pair, conversation):
    first, second = conversation.first, conversation.second
    for wrong in (
        {"first": first, "second": second},
        {"first": second, "second": first},
        {"first": first, "second": first},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Conversation.objects.create(**wrong)


def test_a_number_is_one_messages(message):
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(conversation=message.conversation, number=1, text="x")


def test_what_was_written_stays_when_an_account_is_gone(pair, message, say):
    say("convener", "participant")
    pair.participant.delete()
    conversation = fresh(message.conversation)
    assert conversation.can_see(pair.convener)
    assert conversation.other(pair.convener) is None
    assert conversation.messages.count() == 2
    # Others whose account goes leave theirs as well; none of them stands in the way of another.
    other = UserFactory()
    members_actions.admit(person=other)
    actions.send(writer=other, recipient=fresh(pair.convener), text="Hello.")
    other.delete()
    assert Conversation.objects.visible_to(pair.convener).count() == 2


class TestWhileAnAccountCloses:
    """In the 14 days in which somebody may change their mind."""

    @pytest.fixture(autouse=True)
    def _findable(self, cast):
        Profile.objects.filter(user=cast.convener).update(findable=True)

    def test_nobody_writes_to_them_and_all_is_as_it_was_if_they_stay(self, cast):
        from privacy import actions as privacy

        actions.send(writer=cast.participant, recipient=cast.convener, text="May I come?")
        actions.send(writer=cast.convener, recipient=cast.participant, text="Do.")
        privacy.ask_erasure(person=cast.participant, posts_stay=True)
        with pytest.raises(TakesNoMessages):
            actions.send(writer=cast.convener, recipient=cast.participant, text="Are you there?")
        privacy.keep_account(person=cast.participant)
        assert actions.send(writer=cast.convener, recipient=cast.participant, text="Good.").number == 3

    def test_one_that_they_had_stopped_stays_so(self, cast):
        from privacy import actions as privacy

        first = actions.send(writer=cast.participant, recipient=cast.convener, text="May I come?")
        actions.stop(person=cast.participant, conversation=first.conversation)
        privacy.ask_erasure(person=cast.participant, posts_stay=True)
        privacy.keep_account(person=cast.participant)
        with pytest.raises(TakesNoMessages):
            actions.send(writer=cast.convener, recipient=cast.participant, text="Hello?")


def test_a_form_that_was_turned_to_somebody_else_is_another_message(cast):
    key = uuid.uuid4()
    for one in (cast.convener, cast.facilitator):
        one.profile.findable = True
        one.profile.save()
        actions.send(writer=cast.participant, recipient=one, text="Hello", request_key=key)
        actions.send(writer=cast.participant, recipient=cast.convener, text="Hello", request_key=key)
    assert Message.objects.filter(author=cast.participant).count() == 2
