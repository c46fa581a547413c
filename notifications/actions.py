"""Telling people, and what becomes of each piece of news and of each mail: one verb each."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from kit.queue import after_commit
from kit.registry import letters, verbs
from members.models import Profile, User
from notifications.enums import MailState
from notifications.errors import UnknownLetter, UnknownVerb
from notifications.models import Mail, Notification, Unwritten

# How long a mail waits after each try that failed; after one more it is given up.
BACK_OFF = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120)]


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
        _mail_later(made, always=news.always)
    return len(made)


def _lock(people: set[int]) -> set[int]:
    """Hold these people's rows, so that nobody else tells or counts for them meanwhile."""
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=people, is_active=True)
    return set(rows.order_by("pk").values_list("pk", flat=True))


def _mail_later(news: list[Notification], *, always: bool) -> None:
    """A mail for each of those whose recipient wants such mails."""
    wanted = User.objects.exclude(profile__no_mails=True).exclude(email="")
    if not always:
        wanted = wanted.exclude(profile__mails_replies=False)
    wanting = set(wanted.filter(pk__in=[item.recipient_id for item in news]).values_list("pk", flat=True))
    mails = Mail.objects.bulk_create(
        Mail(notification=item, message_id=_message_id()) for item in news if item.recipient_id in wanting
    )
    if mails:  # one task for all: they share a line to the mail server
        after_commit("notifications.tasks.send_mails", mail_ids=[mail.pk for mail in mails])


@transaction.atomic
def write_letters(*, letter: str, to: dict[int, str]) -> list[Mail]:
    """Send letters of one kind to addresses, whoever reads there: one about each thing, once.

    Whether it is still wanted is asked of its kind when it goes; so is whether the address wants none.

    Args:
        letter: key of a letter in ``kit.registry.letters``.
        to: the address for each thing, by its id as the letter's ``compose`` knows it.

    Returns:
        The mails that are new; done twice, there are none.

    Raises:
        UnknownLetter: no room has registered it.
    """
    if letters.get(letter) is None:
        raise UnknownLetter(letter)
    names = {_message_id(): (target, address.lower()) for target, address in to.items()}
    Mail.objects.bulk_create(
        (
            Mail(message_id=name, letter=letter, target_id=target, to=address)
            for name, (target, address) in names.items()
        ),
        ignore_conflicts=True,
    )
    fresh = list(Mail.objects.filter(message_id__in=names).order_by("pk"))
    if fresh:
        after_commit("notifications.tasks.send_mails", mail_ids=[mail.pk for mail in fresh])
    return fresh


def stop_writing(*, email: str) -> bool:
    """Send no more letters to this address.

    Returns:
        False where it had asked before.
    """
    try:
        with transaction.atomic():
            return Unwritten.objects.get_or_create(email=email.lower())[1]
    except IntegrityError:
        return False


def write_again(*, email: str) -> bool:
    """Undo ``stop_writing``.

    Returns:
        False where there was nothing to undo.
    """
    return bool(Unwritten.objects.filter(email=email.lower()).delete()[0])


def _message_id() -> str:
    """A name for a mail, unique in the world for ever (RFC 5322, section 3.6.4)."""
    return f"<{uuid.uuid4().hex}@{urlsplit(settings.SITE_URL).hostname}>"


@transaction.atomic
def mark_read(
    *,
    person: User,
    up_to: int | None = None,
    only: int | None = None,
    about: tuple[str, list[int]] | None = None,
) -> int:
    """Call one's notifications read: one, all, all up to one, or those about some things.

    Args:
        person: whose.
        up_to: the newest that they have been shown; what came since stays unread.
        only: the one to mark.
        about: a verb, and the ids of its things that they have looked at.

    Returns:
        How many were unread before.
    """
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    news = Notification.objects.visible_to(person).unread()
    if up_to is not None:
        news = news.filter(pk__lte=up_to)
    if only is not None:
        news = news.filter(pk=only)
    if about is not None:
        news = news.filter(verb=about[0], target_id__in=about[1])
    marked = news.update(read_at=timezone.now())
    recount(person=person)
    return marked


@transaction.atomic
def recount(*, person: User) -> int:
    """Set a person's kept counter to what there is, and return it."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    person.unread_notifications = Notification.objects.visible_to(person).unread().count()
    person.save(update_fields=["unread_notifications"])
    return person.unread_notifications


@transaction.atomic
def choose_mails(*, person: User, **choice: bool) -> bool:
    """Which mails this person wants, from now on.

    Args:
        person: who chooses.
        choice: ``mails_replies``: whether they want mails about replies; ``no_mails``: whether they want
            none at all. What is left out stays as it is.

    Returns:
        False where nothing changed.
    """
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    profile, _ = Profile.objects.get_or_create(user=person)
    different = {name: wanted for name, wanted in choice.items() if getattr(profile, name) != wanted}
    for name, wanted in different.items():
        setattr(profile, name, wanted)
    if different:
        profile.save(update_fields=list(different))
    return bool(different)


def claim(*, mail_id: int, now: datetime) -> Mail | None:
    """Take a mail that is due, so that nobody else sends it.

    Returns:
        The mail; None if it isn't due, or somebody else has taken it.
    """
    taken = (
        Mail.objects.due(now)
        .filter(pk=mail_id)
        .update(state=MailState.SENDING, claimed_at=now, tries=F("tries") + 1)
    )
    if not taken:
        return None
    return Mail.objects.select_related("notification__recipient__profile", "notification__actor").get(
        pk=mail_id
    )


def mark_sent(*, mail: Mail) -> None:
    """Write down that a mail has gone; even one that took so long that it was flagged meanwhile."""
    going = Mail.objects.filter(pk=mail.pk, state__in=[MailState.SENDING, MailState.UNCERTAIN])
    going.update(state=MailState.SENT, sent_at=timezone.now())


def drop(*, mail: Mail) -> None:
    """Write down that a mail is not to be sent."""
    Mail.objects.filter(pk=mail.pk, state=MailState.SENDING).update(state=MailState.DROPPED)


def put_back(*, mail: Mail, now: datetime) -> str:
    """Try a mail again later, since it certainly has not gone; give it up after five tries.

    Returns:
        Its state: waiting or failed.
    """
    if mail.tries > len(BACK_OFF):
        state, again = MailState.FAILED, now
    else:
        state, again = MailState.WAITING, now + BACK_OFF[mail.tries - 1]
    Mail.objects.filter(pk=mail.pk, state=MailState.SENDING).update(state=state, not_before=again)
    return state


def flag(*, mail: Mail) -> None:
    """Write down that a mail may have gone or not: it is never sent again."""
    Mail.objects.filter(pk=mail.pk, state=MailState.SENDING).update(state=MailState.UNCERTAIN)


def flag_left_behind(*, now: datetime) -> int:
    """Flag every mail that its sender never came back from, and return how many there were."""
    return Mail.objects.left_behind(now).update(state=MailState.UNCERTAIN)
