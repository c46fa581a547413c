"""What happens to accounts: who asks for one, who gets one, and where they are signed in.

An account comes by invitation (``members.actions.make_account``) or, where ``settings.SIGN_UP`` says "approval",
by asking. It makes nobody a member: ``members.actions.admit`` does.
"""

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from kit import audit
from kit.queue import after_commit
from members import actions
from members.enums import AskState
from members.errors import AddressTaken
from members.models import AccountRequest, User


def ask_for_account(
    *, email: str, first_name: str, last_name: str, password: str, reason: str
) -> AccountRequest:
    """Take down that somebody asks for an account.

    Whether the address has one already is not looked at here, so that the work is the same: the worker does.

    Args:
        email: not proved.
        first_name: of theirs.
        last_name: of theirs, or "".
        password: as they typed it; only its hash is kept, until the account is there.
        reason: why they ask.
    """
    hashed = make_password(password)
    with transaction.atomic():
        asked = AccountRequest.objects.create(
            email=email.strip().lower(),
            first_name=first_name,
            last_name=last_name,
            password=hashed,
            reason=reason,
        )
        after_commit("members.tasks.answer_new", request_id=asked.pk)
    return asked


@transaction.atomic
def open_account(*, asked: AccountRequest) -> User | None:
    """Make the account that somebody asked for, with an address that they have yet to prove.

    Returns:
        The account; None where the address has one already, which forgets that they asked, or where this was
        done before.
    """
    locked = AccountRequest.objects.select_for_update().filter(pk=asked.pk, state=AskState.NEW).first()
    if locked is None:
        return None
    try:
        person = actions.store_account(
            email=locked.email,
            first_name=locked.first_name,
            last_name=locked.last_name,
            password=locked.password,
            verified=False,
        )
    except AddressTaken:
        locked.delete()
        return None
    locked.person, locked.password, locked.state = person, "", AskState.WAITING
    locked.save(update_fields=["person", "password", "state"])
    return person


def forget_unproved_password(*, person: User) -> bool:
    """Take away the password of somebody who asked for an account and comes in for the first time without it.

    Whoever asked may have typed another's address: what proves it now is a code that its owner has got by mail, and
    the password is not known to be theirs.

    Returns:
        False where they have been in before, or did not ask.
    """
    if person.last_login is not None or not AccountRequest.objects.filter(person=person).exists():
        return False
    person.set_unusable_password()
    person.save(update_fields=["password"])
    return True


def let_in(*, asked: AccountRequest, by: User) -> bool:
    """Make somebody who asked a member of the network, and tell them.

    Returns:
        False where somebody has answered already.
    """
    return _answer(asked=asked, by=by, state=AskState.ADMITTED)


def turn_down(*, asked: AccountRequest, by: User) -> bool:
    """Close the account of somebody who asked, and tell them.

    Returns:
        False where somebody has answered already.
    """
    return _answer(asked=asked, by=by, state=AskState.REFUSED)


@transaction.atomic
def _answer(*, asked: AccountRequest, by: User, state: AskState) -> bool:
    locked = AccountRequest.objects.select_for_update().get(pk=asked.pk)
    if locked.state != AskState.WAITING or locked.person is None:
        return False
    if state == AskState.ADMITTED:
        actions.admit(person=locked.person)
    else:
        User.objects.filter(pk=locked.person.pk).update(is_active=False)
    locked.state, locked.decided_by, locked.decided_at = state, by, timezone.now()
    locked.save(update_fields=["state", "decided_by", "decided_at"])
    audit.record(f"members.{state}", on=locked.person, by=by)
    after_commit("members.tasks.tell_answer", request_id=locked.pk)
    return True


# -- where somebody is signed in ----------------------------------------------


def live_sessions(person: User) -> QuerySet[UserSession]:
    """Where somebody is signed in now, the newest first. One query, however many there are."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return UserSession.objects.filter(user=person, session_key__in=alive).order_by("-created_at", "-pk")


def end_session(*, person: User, session: int) -> bool:
    """Sign somebody out in one of the places where they are signed in, at once.

    Args:
        person: whose it must be.
        session: number of the place.

    Returns:
        False where it had ended already, or is not theirs.
    """
    return bool(_end(person, UserSession.objects.filter(user=person, pk=session)))


def end_other_sessions(*, person: User, but: str | None) -> int:
    """Sign somebody out everywhere else.

    Args:
        person: whose.
        but: key of the session that stays; None ends all.

    Returns:
        How many have ended.
    """
    return _end(person, UserSession.objects.filter(user=person).exclude(session_key=but or ""))


@transaction.atomic
def _end(person: User, places: QuerySet[UserSession]) -> int:
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    keys: list[Any] = list(places.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    ended = UserSession.objects.filter(user=person, session_key__in=keys).delete()[0]
    if ended:
        audit.record("members.session_ended", on=person, count=ended)
    return ended
