"""What happens to people and memberships: one verb each, in one transaction."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone

from kit.caching import forget_public_pages
from members.enums import Role, State
from members.errors import LastLead
from members.models import Circle, Membership, Profile, User


def _recount(circle: Circle) -> None:
    count = Membership.objects.active().filter(circle=circle).count()
    Circle.objects.filter(pk=circle.pk).update(member_count=count)


@transaction.atomic
def join(*, person: User, circle: Circle, role: str = Role.MEMBER) -> Membership:
    """Make somebody active in a circle; done twice, it changes nothing.

    Args:
        person: who joins.
        circle: what they join.
        role: raised to lead if asked for; never lowered here.

    Returns:
        Their one membership that has not ended.
    """
    Circle.objects.select_for_update().get(pk=circle.pk)
    try:
        with transaction.atomic():
            membership, _ = Membership.objects.open().get_or_create(
                person=person,
                circle=circle,
                defaults={"role": role, "state": State.ACTIVE, "started_at": timezone.now()},
            )
    except IntegrityError:
        membership = Membership.objects.open().get(person=person, circle=circle)
    if membership.state != State.ACTIVE or (role == Role.LEAD and membership.role != Role.LEAD):
        membership.state = State.ACTIVE
        membership.started_at = membership.started_at or timezone.now()
        membership.role = Role.LEAD if Role.LEAD in (role, membership.role) else Role.MEMBER
        membership.save()
    _recount(circle)
    person.forget_circles()
    return membership


@transaction.atomic
def leave(*, person: User, circle: Circle) -> bool:
    """End somebody's membership.

    Returns:
        False where there was none to end.

    Raises:
        LastLead: they are the only one who leads it, and others are still in it.
    """
    Circle.objects.select_for_update().get(pk=circle.pk)
    membership = Membership.objects.open().filter(person=person, circle=circle).first()
    if membership is None:
        return False
    left = Membership.objects.active().filter(circle=circle).exclude(pk=membership.pk)
    rest = left.aggregate(all=Count("pk"), leads=Count("pk", filter=Q(role=Role.LEAD)))
    if membership.role == Role.LEAD and rest["all"] and not rest["leads"]:
        raise LastLead
    membership.state = State.ENDED
    membership.ended_at = timezone.now()
    membership.save()
    _recount(circle)
    person.forget_circles()
    transaction.on_commit(forget_public_pages)  # a convener may stand on public pages
    return True


def admit(*, person: User) -> Membership:
    """Make somebody a member of the network. An account alone does not."""
    return join(person=person, circle=Circle.objects.network())


@transaction.atomic
def update_profile(*, person: User, first_name: str, last_name: str, **said: Any) -> Profile:
    """Write down what somebody says about themself; done twice, it changes nothing.

    Args:
        person: who says it.
        first_name: of theirs.
        last_name: of theirs.
        said: fields of their profile with their values.

    Returns:
        Their profile.
    """
    User.objects.select_for_update().get(pk=person.pk)
    person.first_name, person.last_name = first_name, last_name
    person.save(update_fields=["first_name", "last_name"])
    profile, _ = Profile.objects.get_or_create(user=person)
    for field, value in said.items():
        setattr(profile, field, value)
    profile.save()
    transaction.on_commit(forget_public_pages)  # a convener's name stands on public pages
    return profile
