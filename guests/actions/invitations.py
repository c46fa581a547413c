"""Invitations: sent to addresses, whoever reads there; answered once."""

from collections.abc import Iterable
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models.functions import Lower
from django.utils import timezone

from guests.actions.links import revoke_link, settle
from guests.enums import Answer, InvitationState
from guests.models import INVITATION, GuestLink, Invitation
from guests.querysets import InvitationQuerySet
from kit.audit import record
from kit.queue import after_commit
from members import actions as members
from members.addresses import addresses_of
from members.enums import Role
from members.errors import CircleEnded, NotOpen, TooOften
from members.models import Circle, Membership, User
from notifications.actions import notify, write_letters

INVITED, ACCEPTED, DECLINED = "guests.invited", "guests.accepted", "guests.declined"
MOST_A_DAY = 200
# Whoever has said no is left alone for so long.
REST = timedelta(days=30)
_DAY = timedelta(days=1)


@transaction.atomic
def invite(
    *, circle: Circle, by: User, addresses: Iterable[str], role: str = Role.MEMBER, message: str = ""
) -> list[Invitation]:
    """Invite these addresses; those that are in it, invited, or have said no not long ago are left out.

    What is done and how much of it does not depend on who has an account: that is looked up later, by the worker.

    Args:
        circle: to which.
        by: who invites.
        addresses: proper email addresses.
        role: what they will be in it.
        message: what the inviter writes to them.

    Returns:
        The new invitations; done twice, there are none.

    Raises:
        CircleEnded: it takes nobody new.
        TooOften: this person has invited as many as one may in a day.
    """
    locked = Circle.objects.select_for_update().get(pk=circle.pk)
    if locked.ended_at:
        raise CircleEnded
    expire(Invitation.objects.filter(circle=locked))
    wanted = sorted({address.lower() for address in addresses} - known(locked).keys())
    _refuse_too_many(by, len(wanted))
    made = Invitation.objects.bulk_create(
        Invitation(circle=locked, email=email, role=role, message=message, invited_by=by) for email in wanted
    )
    if made:
        _send(made, by)
        numbers = [one.pk for one in made]
        record("guests.invited", on=locked, called=_title(locked), invitations=numbers, role=role)
    return made


def known(circle: Circle) -> dict[str, str]:
    """The addresses that need no invitation to a circle, and why: a value of ``Standing`` each. Four queries."""
    now = timezone.now()
    sent = Invitation.objects.filter(circle=circle)
    no = sent.filter(state=InvitationState.DECLINED, answered_at__gt=now - REST)
    people = Membership.objects.active().filter(circle=circle)
    own = people.annotate(small=Lower("person__email")).values_list("small", flat=True)
    others = EmailAddress.objects.filter(verified=True, user__in=people.values("person"))
    return {
        **dict.fromkeys(no.values_list("email", flat=True), "declined"),
        **dict.fromkeys(sent.open(now).values_list("email", flat=True), "invited"),
        **dict.fromkeys(own, "in"),
        **dict.fromkeys(others.values_list(Lower("email"), flat=True), "in"),
    }


def _title(circle: Circle) -> str:
    """The log is read by editors, who need not know what a community is called that is not listed yet."""
    return f"An invitation, {circle.get_kind_display().lower()}"


def _refuse_too_many(by: User, number: int) -> None:
    lately = Invitation.objects.filter(invited_by=by, created_at__gt=timezone.now() - _DAY)
    if lately.count() + number > MOST_A_DAY:
        raise TooOften(wait=_DAY)


def _send(made: list[Invitation], by: User) -> None:
    GuestLink.objects.bulk_create(
        GuestLink(
            kind=INVITATION, target_id=one.pk, email=one.email, asked_by=by, expires_at=one.expires_at
        ).seal()
        for one in made
    )
    write_letters(letter=INVITATION, to={one.pk: one.email for one in made})
    after_commit("guests.tasks.tell_invited", invitation_ids=[one.pk for one in made])


def tell_invited(*, invitation: Invitation) -> int:
    """Let whoever has an account with the confirmed address find the invitation under the bell.

    Returns:
        How many were told: one or none.
    """
    owner = User.objects.filter(
        is_active=True, emailaddress__verified=True, emailaddress__email__iexact=invitation.email
    )
    return notify(
        recipients=owner.distinct(), verb=INVITED, target_id=invitation.pk, actor=invitation.invited_by
    )


def _hold(invitation: Invitation) -> Invitation:
    """Lock the circle that an invitation is to, and look at it again: the circle first, as ``invite`` does."""
    Circle.objects.select_for_update().get(pk=invitation.circle_id)
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("circle", "invited_by")
    held = rows.get(pk=invitation.pk)
    if not held.is_open(timezone.now()):
        raise NotOpen
    return held


def _hold_to_accept(invitation: Invitation) -> Invitation:
    held = _hold(invitation)
    if not held.stands(timezone.now()):
        raise NotOpen
    return held


def _close(held: Invitation, state: str, *, by: User | None = None) -> None:
    held.state, held.answered_at, held.accepted_by = state, timezone.now(), by
    held.save(update_fields=["state", "answered_at", "accepted_by"])


@transaction.atomic
def accept_invitation(*, invitation: Invitation, person: User) -> Membership:
    """Take the place that an invitation gives: in that circle, in that role, and nothing else.

    Args:
        invitation: one that this person holds the link of, or that went to a confirmed address of theirs.
        person: who accepts.

    Raises:
        NotOpen: it was answered, taken back or has ended; nothing has changed.
    """
    held = _hold_to_accept(invitation)
    place = members.join(person=person, circle=held.circle, role=held.role)
    _close(held, InvitationState.ACCEPTED, by=person)
    settle(kind=INVITATION, target_id=held.pk, said=Answer.YES)
    record("guests.accepted", on=held, by=person, called=_title(held.circle))
    if held.invited_by:
        notify(recipients=[held.invited_by], verb=ACCEPTED, target_id=held.pk, actor=person)
    return place


@transaction.atomic
def accept_as_new(*, invitation: Invitation, first_name: str, last_name: str, password: str) -> User:
    """Accept for somebody who has no account, and make them one.

    Args:
        invitation: whose link they hold, which proves that its address is theirs.
        first_name: of theirs.
        last_name: of theirs.
        password: checked by the form.

    Raises:
        NotOpen: it was answered, taken back or has ended; no account has been made.
        AddressTaken: there is an account with that address.
    """
    held = _hold_to_accept(invitation)
    person = members.make_account(
        email=held.email, first_name=first_name, last_name=last_name, password=password
    )
    accept_invitation(invitation=held, person=person)
    return person


@transaction.atomic
def decline_invitation(*, invitation: Invitation) -> Invitation:
    """Say no to an invitation.

    Raises:
        NotOpen: it was answered, taken back or has ended; nothing has changed.
    """
    held = _hold(invitation)
    _close(held, InvitationState.DECLINED)
    settle(kind=INVITATION, target_id=held.pk, said=Answer.NO)
    record("guests.declined", on=held, called=_title(held.circle))
    if held.invited_by:
        notify(recipients=[held.invited_by], verb=DECLINED, target_id=held.pk, actor=None)
    return held


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User) -> bool:
    """Take an invitation back; its link leads to nothing from then on.

    Returns:
        False where it had been answered or taken back before.
    """
    try:
        held = _hold(invitation)
    except NotOpen:
        return False
    _close(held, InvitationState.WITHDRAWN)
    for link in GuestLink.objects.to(INVITATION, held.pk).order_by("pk"):
        revoke_link(link=link, by=by)
    record("guests.withdrew", on=held, called=_title(held.circle))
    return True


def withdraw_from(*, person: User, circle: Circle, by: User) -> int:
    """Take back the invitations to a circle that wait at somebody's addresses, and return how many there were."""
    waiting = Invitation.objects.filter(circle=circle, email__in=addresses_of(person)).open(timezone.now())
    return sum(withdraw_invitation(invitation=one, by=by) for one in waiting.order_by("pk"))


def waiting(circle: Circle) -> InvitationQuerySet:
    """The invitations to a circle that have no answer yet."""
    return Invitation.objects.filter(circle=circle, state=InvitationState.OPEN)


def move_invitations(gone: Circle, stays: Circle) -> None:
    """Let the invitations to one circle that wait be to another; who is asked to both is asked once."""
    twice = waiting(gone).filter(email__in=waiting(stays).values("email"))
    for one in twice.select_for_update().order_by("pk"):
        _close(one, InvitationState.WITHDRAWN)
    waiting(gone).update(circle=stays)


def expire(invitations: InvitationQuerySet | None = None) -> int:
    """Write down of invitations that they were not answered in time, and return how many there were."""
    now = timezone.now()
    rows = Invitation.objects.all() if invitations is None else invitations
    return rows.overdue(now).update(state=InvitationState.EXPIRED, answered_at=now)
