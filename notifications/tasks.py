"""Mail, sent by the worker: claimed in the database, sent outside any transaction, then written down."""

import logging
from collections.abc import Iterable

from django.core.mail.message import EmailMessage
from django.utils import timezone
from django_tasks import task

from kit.registry import verbs
from members.models import User
from notifications import actions, mails
from notifications.errors import LineBroke, NoMailServer, Refused
from notifications.line import Line
from notifications.models import Mail, Notification

logger = logging.getLogger(__name__)
_AT_ONCE = 200
# A line that breaks twice in a row, each time over another mail, is not to be trusted with a third.
_MOST_BREAKS = 2


@task()
def send_mails(mail_ids: list[int]) -> None:
    """Send those of the mails that are due and that nobody else is sending."""
    _send_all(mail_ids)


@task()
def send_due_mails() -> None:
    """Send what waits, and flag what somebody stopped half-way through."""
    now = timezone.now()
    flagged = actions.flag_left_behind(now=now)
    if flagged:
        logger.warning("%s mails may have gone or not, and will not be sent again", flagged)
    due = Mail.objects.due(now).order_by("not_before", "pk")
    _send_all(list(due.values_list("pk", flat=True)[:_AT_ONCE]))


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


def _send_all(mail_ids: Iterable[int]) -> None:
    """Send mails over one line. What is left when nobody answers waits for the next batch."""
    breaks = 0
    with Line() as line:
        for mail_id in mail_ids:
            try:
                if _send(mail_id, line):
                    breaks = 0
            except NoMailServer:
                return
            except LineBroke:
                breaks += 1
                if breaks == _MOST_BREAKS:
                    return


def _send(mail_id: int, line: Line) -> bool:
    """Claim a mail, send it, and write down what became of it.

    Returns:
        Whether the server has taken it.

    Raises:
        NoMailServer: nobody answers; the mail waits.
        LineBroke: in the middle of it; the mail is flagged.
    """
    mail = actions.claim(mail_id=mail_id, now=timezone.now())
    if mail is None:
        return False
    try:
        message = mails.compose(mail)
        if message is not None:
            message.message()  # what can't be put on the line is found out before the line is open
    except Exception:
        _try_later(mail, "could not be written")
        return False
    if message is None:
        actions.drop(mail=mail)
        return False
    return _hand_over(mail, message, line)


def _hand_over(mail: Mail, message: EmailMessage, line: Line) -> bool:
    try:
        line.open()
        line.send(message)
    except NoMailServer:
        _try_later(mail, "found no mail server")
        raise
    except Refused:
        _try_later(mail, "was refused by the mail server")
        return False
    except LineBroke:
        logger.exception("Mail %s may have gone or not", mail.pk)
        actions.flag(mail=mail)
        raise
    actions.mark_sent(mail=mail)
    return True


def _try_later(mail: Mail, what: str) -> None:
    state = actions.put_back(mail=mail, now=timezone.now())
    logger.warning("Mail %s %s; it is %s", mail.pk, what, state, exc_info=True)
