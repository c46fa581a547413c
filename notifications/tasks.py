"""Mail, sent by the worker: claimed in the database, sent outside any transaction, then written down."""

import logging
import smtplib

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.message import EmailMessage
from django.utils import timezone
from django_tasks import task

from kit.registry import verbs
from members.models import User
from notifications import actions, mails
from notifications.models import Mail, Notification

logger = logging.getLogger(__name__)
_AT_ONCE = 200
_PATIENCE_SECONDS = 60


@task()
def send_mail(mail_id: int) -> None:
    """Send one mail, if it is due and nobody else is sending it."""
    _send(mail_id)


@task()
def send_due_mails() -> None:
    """Send what waits, and flag what somebody stopped half-way through."""
    now = timezone.now()
    flagged = actions.flag_left_behind(now=now)
    if flagged:
        logger.warning("%s mails may have gone or not, and will not be sent again", flagged)
    due = Mail.objects.due(now).order_by("not_before", "pk")
    for mail_id in list(due.values_list("pk", flat=True)[:_AT_ONCE]):
        _send(mail_id)


@task()
def tidy() -> None:
    """Take out of people's counters what they can't see any more, and set the counters right."""
    for person in User.objects.filter(unread_notifications__gt=0).order_by("pk").iterator():
        for key in _unseen(person):
            actions.mark_read(person=person, only=key)
        actions.recount(person=person)


def _unseen(person: User) -> list[int]:
    """The unread notifications about what is gone, or no longer this person's to see."""
    by_verb: dict[str, dict[int, int]] = {}
    for news in Notification.objects.visible_to(person).unread():
        by_verb.setdefault(news.verb, {})[news.target_id] = news.pk
    unseen: list[int] = []
    for key, places in by_verb.items():
        verb = verbs.get(key)
        seen = verb.targets(list(places), person) if verb else {}
        unseen += [pk for target, pk in places.items() if target not in seen]
    return unseen


def _send(mail_id: int) -> None:
    mail = actions.claim(mail_id=mail_id, now=timezone.now())
    if mail is None:
        return
    try:
        message = mails.compose(mail)
        if message is not None:
            message.message()  # what can't be put on the line is found out before the line is open
    except Exception:
        _try_later(mail, "could not be written")
        return
    if message is None:
        actions.drop(mail=mail)
        return
    _hand_over(mail, message)


def _hand_over(mail: Mail, message: EmailMessage) -> None:
    """Give a mail to the mail server.

    Until the server is reached, and where it answers with a refusal, nothing has gone: it is tried again
    later. Where the line breaks in the middle, it may have gone, so it is not.
    """
    try:
        connection = get_connection(timeout=settings.EMAIL_TIMEOUT or _PATIENCE_SECONDS)
        connection.open()
    except (smtplib.SMTPException, OSError):
        _try_later(mail, "found no mail server")
        return
    try:
        connection.send_messages([message])
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError):
        _try_later(mail, "was refused by the mail server")
        return
    except Exception:
        logger.exception("Mail %s may have gone or not", mail.pk)
        actions.flag(mail=mail)
        return
    actions.mark_sent(mail=mail)
    _hang_up(connection)


def _hang_up(connection: object) -> None:
    """Say goodbye; the mail has gone, so it does not matter if nobody answers."""
    try:
        connection.close()  # type: ignore[attr-defined]
    except (smtplib.SMTPException, OSError):
        logger.info("The mail server did not say goodbye")


def _try_later(mail: Mail, what: str) -> None:
    state = actions.put_back(mail=mail, now=timezone.now())
    logger.warning("Mail %s %s; it is %s", mail.pk, what, state, exc_info=True)
