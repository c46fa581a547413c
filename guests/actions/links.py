"""Links that act for somebody without an account: made, answered, taken back."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from guests.enums import Answer
from guests.models import GuestLink, GuestQuestion
from guests.registry import Done, kinds
from kit.audit import record
from members.errors import NotOpen
from members.models import User
from members.querysets import Person
from notifications.actions import notify

QUESTION = "guests.question"
_MOST_QUESTIONS = 5


@transaction.atomic
def make_link(
    *, kind: str, target_id: int, email: str, asked_by: User | None, expires_at: datetime | None = None
) -> GuestLink:
    """Make a link for one thing and one address.

    Args:
        kind: key of a kind in ``guests.registry.kinds``.
        target_id: the thing, as the kind knows it.
        email: where the link will be sent.
        asked_by: who asks; None if nobody in particular.
        expires_at: until when it holds; 30 days unless given.
    """
    until = {"expires_at": expires_at} if expires_at else {}
    link = GuestLink.objects.create(
        kind=kind, target_id=target_id, email=email.lower(), asked_by=asked_by, **until
    )
    record("guests.made_link", on=link)
    return link


@transaction.atomic
def answer(*, link: GuestLink, user: Person, yes: bool, **given: Any) -> Done | None:
    """Do what a link asks, once, or write down that its reader would rather not.

    What it asks for is locked first, by its kind, and the link last: whoever changes the thing does it in the same
    order, so that nobody waits for each other.

    Args:
        link: by which they answer.
        user: who is signed in, if anybody.
        yes: whether they say yes.
        given: what the form of the kind gave.

    Returns:
        What it led to; None for a no.

    Raises:
        NotOpen: it was answered, revoked or taken back meanwhile, or has ended; nothing has changed.
    """
    kind = kinds.get(link.kind)
    if kind is None:
        raise NotOpen
    said = Answer.YES if yes else Answer.NO
    done = kind.on_yes(link, user, **given) if yes else None
    if not yes:
        kind.on_no(link)
    settle(kind=link.kind, target_id=link.target_id, said=said)
    link.refresh_from_db(fields=["answer", "answered_at", "revoked_at"])
    if link.answer != said:
        raise NotOpen
    record("guests.answered", on=link, answer=said)
    return done


def settle(*, kind: str, target_id: int, said: str) -> int:
    """Write into the open links to a thing what was answered, and return how many there were."""
    now = timezone.now()
    return GuestLink.objects.to(kind, target_id).open(now).update(answer=said, answered_at=now)


@transaction.atomic
def revoke_link(*, link: GuestLink, by: User | None) -> bool:
    """Let a link lead to nothing from now on.

    Returns:
        False where it had been answered or revoked before.
    """
    rows = GuestLink.objects.filter(pk=link.pk, answer="", revoked_at=None)
    revoked = bool(rows.update(revoked_at=timezone.now(), revoked_by=by))
    if revoked:
        record("guests.revoked_link", on=link)
    link.refresh_from_db(fields=["revoked_at", "revoked_by"])
    return revoked


@transaction.atomic
def ask_question(*, link: GuestLink, text: str) -> GuestQuestion:
    """Let whoever asks know what the reader of a link wants to know; done twice, it is one question.

    Args:
        link: about which they ask.
        text: what they ask.

    Raises:
        NotOpen: it can't be answered any more, or has had five questions.
    """
    held = GuestLink.objects.select_for_update().get(pk=link.pk)
    asked = list(held.questions.all())
    same = [question for question in asked if question.text == text]
    if same:
        return same[0]
    kind = kinds.get(held.kind)
    if kind is None or not held.is_open(timezone.now()) or len(asked) >= _MOST_QUESTIONS:
        raise NotOpen
    question = GuestQuestion.objects.create(link=held, text=text)
    notify(recipients=kind.hears(held), verb=QUESTION, target_id=question.pk, actor=None)
    record("guests.asked_question", on=held)
    return question
