"""Asking somebody to take over the page of a community that nobody convenes."""

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from wagtail.log_actions import log

from community_directory.actions.communities import is_looked_after
from community_directory.enums import CommunityState
from community_directory.errors import AskedAlready, AskedTooMany, HasConvener, NotYours, WrongState
from community_directory.models import Brought, Community, Import, Steward
from community_directory.rules import may_review
from guests import actions as guests
from kit.queue import after_commit
from members.enums import Role
from members.errors import TooOften
from members.models import Membership, User
from members.rules import keeps_memberships

_TAKES = (CommunityState.SUBMITTED, CommunityState.PUBLISHED, CommunityState.DORMANT)


def may_ask(person: User) -> bool:
    """Whether this person may ask somebody to convene a community that nobody convenes."""
    return may_review(person) and bool(keeps_memberships(person))


@transaction.atomic
def ask_to_convene(*, community: Community, person: User, email: str, message: str = "") -> Community:
    """Invite somebody to convene a community that nobody convenes. Their yes makes them its convener.

    Args:
        community: one that waits or is in the directory.
        person: who reviews the directory and keeps the lists of who is in what.
        email: a proper email address.
        message: what they write to them.

    Raises:
        NotYours: they may not.
        WrongState: it is a draft, or has ended.
        HasConvener: somebody convenes it; they invite others themselves.
        AskedAlready: this address was asked and has not answered, or has said no lately.
        AskedTooMany: this person has invited as many as one may in a day.
    """
    held = Community.objects.select_for_update().get(pk=community.pk)
    if not may_ask(person):
        raise NotYours
    if held.state not in _TAKES:
        raise WrongState
    if is_looked_after(held):
        raise HasConvener
    try:
        made = guests.invite(
            circle=held.circle, by=person, addresses=[email], role=Role.LEAD, message=message
        )
    except TooOften as error:
        raise AskedTooMany from error
    if not made:
        raise AskedAlready
    _forget_name(held)
    log(held, "community_directory.asked_to_convene", user=person)
    return held


def is_convened(community: Community) -> bool:
    """Whether somebody leads it now. One query."""
    return _leads().filter(circle=community.circle_id).exists()


def _leads() -> QuerySet[Membership]:
    return Membership.objects.active().filter(role=Role.LEAD)


def _forget_name(community: Community) -> None:
    """The address is kept where it was asked, and no longer here."""
    Brought.objects.filter(community=community).update(convener_email="", named_at=None)


def named_in(file: Import) -> QuerySet[Brought]:
    """Whom a file names for communities that nobody convenes yet."""
    led = _leads().filter(circle=OuterRef("community__circle"))
    named = Brought.objects.filter(file=file, community__state__in=_TAKES).exclude(convener_email="")
    tended = Steward.objects.live().filter(community=OuterRef("community"))
    return named.filter(~Exists(led), ~Exists(tended)).order_by("pk")


def ask_all_named(*, file: Import, person: User) -> int:
    """Let the worker ask each of those whom a file names; done twice, each is asked once.

    Returns:
        How many will be asked.

    Raises:
        NotYours: they may not.
    """
    if not may_ask(person):
        raise NotYours
    keys = list(named_in(file).values_list("pk", flat=True))
    for key in keys:
        after_commit("community_directory.tasks.ask_named", brought_id=key, person_id=person.pk)
    return len(keys)


@transaction.atomic
def ask_named(*, brought_id: int, person: User) -> bool:
    """Ask whom a file names for one community.

    Returns:
        Whether they were asked now. One who was asked before is forgotten here; past the most in a day they wait.
    """
    # The community first, as everybody else does who takes both: or two would wait for each other.
    community_id = Brought.objects.values_list("community_id", flat=True).get(pk=brought_id)
    Community.objects.select_for_update().get(pk=community_id)
    one = Brought.objects.select_for_update(of=("self",)).select_related("community").get(pk=brought_id)
    if not one.convener_email:
        return False
    try:
        ask_to_convene(community=one.community, person=person, email=one.convener_email)
    except (AskedAlready, HasConvener):
        _forget_name(one.community)
    except (AskedTooMany, NotYours, WrongState):
        return False
    else:
        return True
    return False
