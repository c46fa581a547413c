"""Who is in a community or a group: the verbs of ``members.actions``, with those told whom it concerns."""

from django.db import transaction

from guests.actions.invitations import withdraw_from
from members import actions as members
from members.enums import Role, State
from members.models import Circle, Membership, User
from notifications.actions import notify

ASKED, LET_IN, NOT_LET_IN = "guests.asked", "guests.let_in", "guests.not_let_in"
MADE_LEAD, REMOVED = "guests.made_lead", "guests.removed"


def _tell(place: Membership, verb: str, by: User) -> None:
    notify(recipients=[place.person], verb=verb, target_id=place.pk, actor=by)


@transaction.atomic
def ask_to_join(*, person: User, circle: Circle, because: str = "") -> Membership:
    """Ask to be let in, and tell those who lead; done twice, it changes nothing.

    Raises:
        NotOpen: it takes nobody who asks.
    """
    place = members.ask_to_join(person=person, circle=circle, because=because)
    if place.state == State.REQUESTED:
        leads = User.objects.filter(pk__in=Membership.objects.leads_of(circle).values("person"))
        notify(recipients=leads, verb=ASKED, target_id=place.pk, actor=person)
    return place


@transaction.atomic
def accept_request(*, membership: Membership, by: User) -> Membership:
    """Let somebody in who has asked, and tell them.

    Raises:
        NotOpen: they have taken it back, or had a no.
        CircleEnded: it has ended.
    """
    place = members.accept_request(membership=membership)
    _tell(place, LET_IN, by)
    return place


@transaction.atomic
def decline_request(*, membership: Membership, by: User, because: str) -> Membership:
    """Say no to somebody who has asked, and tell them why.

    Raises:
        NotOpen: they have been let in.
    """
    place = members.decline_request(membership=membership, because=because)
    _tell(place, NOT_LET_IN, by)
    return place


@transaction.atomic
def make_lead(*, membership: Membership, by: User) -> Membership:
    """Let a member lead too, and tell them."""
    place = members.change_role(membership=membership, role=Role.LEAD)
    _tell(place, MADE_LEAD, by)
    return place


@transaction.atomic
def step_back(*, membership: Membership) -> Membership:
    """Lead no more, and stay a member.

    Raises:
        LastLead: nobody else leads it, and others are in it.
    """
    return members.change_role(membership=membership, role=Role.MEMBER)


@transaction.atomic
def hand_over(*, mine: Membership, to: Membership) -> Membership:
    """Let somebody else lead in one's place, and tell them.

    Raises:
        NotOpen: one of the two is no longer what they were.
    """
    place = members.hand_over(mine=mine, to=to)
    _tell(place, MADE_LEAD, mine.person)
    return place


@transaction.atomic
def remove_member(*, membership: Membership, by: User, because: str) -> Membership:
    """End somebody's membership, and tell them why. What they were invited by before opens it no more.

    Raises:
        NotOpen: they lead it, or only ask to join.
    """
    place = members.remove_member(membership=membership, because=because)
    withdraw_from(person=place.person, circle=place.circle, by=by)
    _tell(place, REMOVED, by)
    return place
