"""Telling people, and what becomes of each piece of news: one verb each."""

import uuid
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F

from kit.queue import after_commit
from kit.registry import verbs
from members.models import User
from notifications.errors import UnknownVerb
from notifications.models import Mail, Notification


@transaction.atomic
def notify(*, recipients: Iterable[User], verb: str, target_id: int, actor: User | None) -> int:
    """Tell these people about one thing, once: on the page, and by mail if the verb is mailed.

    Whoever calls this twice in one transaction does so in the order of the recipients' ids, so that two
    transactions never wait for each other.

    Args:
        recipients: whom to tell; the actor and people whose account is closed are left out.
        verb: key of a verb in ``kit.registry.verbs``.
        target_id: the thing that it is about, as the verb's ``targets`` knows it.
        actor: who did it; None if nobody in particular.

    Returns:
        How many were told now; those who had been told before don't count.

    Raises:
        UnknownVerb: no room has registered the verb.
    """
    news = verbs.get(verb)
    if news is None:
        raise UnknownVerb(verb)
    people = _lock({person.pk for person in recipients} - {actor.pk if actor else None})
    told = Notification.objects.filter(recipient__in=people, verb=verb, target_id=target_id)
    fresh = people - set(told.values_list("recipient_id", flat=True))
    made = Notification.objects.bulk_create(
        Notification(recipient_id=pk, actor=actor, verb=verb, target_id=target_id) for pk in sorted(fresh)
    )
    User.objects.filter(pk__in=fresh).update(unread_notifications=F("unread_notifications") + 1)
    if news.mailed:
        _mail_later(made)
    return len(made)


def _lock(people: set[int]) -> set[int]:
    """Hold these people's rows, so that nobody else tells or counts for them meanwhile."""
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=people, is_active=True)
    return set(rows.order_by("pk").values_list("pk", flat=True))


def _mail_later(news: list[Notification]) -> None:
    """A mail for each of those whose recipient wants mails."""
    wanted = User.objects.exclude(profile__mails_replies=False).exclude(email="")
    wanting = set(wanted.filter(pk__in=[item.recipient_id for item in news]).values_list("pk", flat=True))
    mails = Mail.objects.bulk_create(
        Mail(notification=item, message_id=_message_id()) for item in news if item.recipient_id in wanting
    )
    for mail in mails:
        after_commit("notifications.tasks.send_mail", mail_id=mail.pk)


def _message_id() -> str:
    """A name for a mail, unique in the world for ever (RFC 5322, section 3.6.4)."""
    return f"<{uuid.uuid4().hex}@{urlsplit(settings.SITE_URL).hostname}>"
