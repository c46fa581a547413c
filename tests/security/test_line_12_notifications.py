"""Line 12: news goes to the right people, and to nobody who may not see the thing when it is sent."""

from django.core import mail

from discussion import actions as discussion
from members import actions as members
from notifications.models import Mail, MailState, Notification
from notifications.tasks import send_due_mails
from tests.security.conftest import SECRET


def _reply(private, cast):
    return discussion.add_post(person=cast.convener, topic=private.topic, text=f"Reply {SECRET}.")


def test_who_has_left_gets_no_mail_and_reads_no_news(private, cast, visit):
    _reply(private, cast)
    members.leave(person=cast.participant, circle=cast.cohort.circle)
    send_due_mails.func()
    assert mail.outbox == []
    assert Mail.objects.get().state == MailState.DROPPED
    assert SECRET not in visit("participant").get("/me/notifications/").content.decode()
    news = Notification.objects.get()
    response = visit("participant").post(f"/me/notifications/{news.pk}/open/", follow=True)
    assert SECRET not in response.content.decode()


def test_what_was_removed_is_mailed_to_nobody(private, cast):
    post = _reply(private, cast)
    discussion.remove_post(person=cast.convener, post=post)
    send_due_mails.func()
    assert mail.outbox == []


def test_a_closed_account_gets_no_mail(private, cast):
    _reply(private, cast)
    cast.participant.is_active = False
    cast.participant.save()
    send_due_mails.func()
    assert mail.outbox == []


def test_an_author_who_has_left_is_not_told(private, cast):
    members.leave(person=cast.participant, circle=cast.cohort.circle)
    _reply(private, cast)
    assert Notification.objects.count() == 0


def test_a_mail_is_for_one_person(private, cast):
    _reply(private, cast)
    send_due_mails.func()
    [message] = mail.outbox
    assert (message.to, message.cc, message.bcc) == ([cast.participant.email], [], [])
    for person in (cast.convener, cast.facilitator, cast.admin):
        assert person.email not in str(message.message())
