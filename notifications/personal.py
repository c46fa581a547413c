"""What this room holds about people."""

from typing import Any

from kit.personal import Held, Wish, delete_rows, keep_rows, set_to_nobody
from kit.registry import verbs
from members.addresses import addresses_of
from notifications.models import Mail, Unwritten

_DAYS = 180


def _news(row: Any, person: Any) -> str:
    """What it was about, as far as they may still see it; never by whom."""
    verb = verbs.get(row.verb)
    thing = verb.targets([row.target_id], person).get(row.target_id) if verb else None
    return verb.url(thing) if verb and thing is not None else ""


def _go_with_it(held: Held, person: Any, wish: Wish) -> None:
    """A mail goes with its notification."""


def _mails_of(person: Any) -> Any:
    return Mail.objects.filter(notification__recipient=person.pk)


def _letters_to(person: Any) -> Any:
    return Mail.objects.filter(to__in=addresses_of(person)).order_by("pk")


def _asked_not_to(person: Any) -> Any:
    return Unwritten.objects.filter(email__in=addresses_of(person))


HELD = (
    Held(
        key="notifications.Notification",
        by=("recipient",),
        title="Your notifications",
        what="What happened that we told you about, and when you read it.",
        why="So that you do not miss what others say to you.",
        kept=f"{_DAYS} days after you have read it.",
        shows=("verb", ("Where", _news), "created_at", "read_at"),
        erase=delete_rows,
        days=_DAYS,
        dated="read_at",
        order=80,
    ),
    Held(
        key="notifications.Notification.actor",
        by=("actor",),
        title="What others were told about you",
        what="That it was you who replied, or invited them.",
        why="So that they know who it was.",
        kept=f"{_DAYS} days after they have read it. Your name is taken off when your account is deleted.",
        shows=("verb", "created_at"),
        erase=set_to_nobody,
        order=81,
    ),
    Held(
        key="notifications.Mail",
        rows=_mails_of,
        title="Emails that we sent you",
        what="That an email was sent, when, and under which number; not what it said.",
        why="So that no email is sent twice.",
        kept=f"{_DAYS} days after it was sent.",
        shows=("state", "message_id", "sent_at"),
        erase=_go_with_it,
        days=_DAYS,
        dated="sent_at",
        order=82,
    ),
    Held(
        key="notifications.Mail.letters",
        rows=_letters_to,
        title="Emails that asked you something",
        what="That an email with a link was sent to your address, and when; not what it said.",
        why="So that no email is sent twice.",
        kept=f"{_DAYS} days after it was sent.",
        shows=("letter", "to", "state", "sent_at"),
        erase=delete_rows,
        days=_DAYS,
        dated="sent_at",
        order=19,  # before the addresses by which they are found
    ),
    Held(
        key="notifications.Unwritten",
        rows=_asked_not_to,
        title="Your wish not to be written to",
        what="An address to which we send no invitations, because its owner said so.",
        why="So that nobody can have us write there again.",
        kept="Until you say that we may write again; also when you delete your account.",
        shows=("email", "created_at"),
        erase=keep_rows,
        order=84,
    ),
)
