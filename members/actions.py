"""What happens to people and memberships: one verb each, in one transaction."""

from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Model, Q
from django.utils import timezone
from django.utils.text import slugify

from kit.caching import forget_public_pages
from members.enums import CircleKind, Role, State
from members.errors import CircleEnded, LastLead, NotAGroup, TermInUse
from members.models import Circle, Membership, Profile, Term, Theme, User

Word = TypeVar("Word", bound=Term | Theme)


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

    Raises:
        CircleEnded: it has ended, and they were not in it.
    """
    locked = Circle.objects.select_for_update().get(pk=circle.pk)
    if locked.ended_at and not Membership.objects.active().filter(person=person, circle=circle).exists():
        raise CircleEnded
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


def _is_last_lead(membership: Membership) -> bool:
    """Whether others would be left without anybody who leads."""
    left = Membership.objects.active().filter(circle=membership.circle_id).exclude(pk=membership.pk)
    rest = left.aggregate(all=Count("pk"), leads=Count("pk", filter=Q(role=Role.LEAD)))
    return membership.role == Role.LEAD and bool(rest["all"]) and not rest["leads"]


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
    if _is_last_lead(membership):
        raise LastLead
    membership.state = State.ENDED
    membership.ended_at = timezone.now()
    membership.save()
    _recount(circle)
    person.forget_circles()
    return True


@transaction.atomic
def change_role(*, membership: Membership, role: str) -> Membership:
    """Make a member a lead, or a lead a member; done twice, it changes nothing.

    Raises:
        LastLead: they are the only one who leads it, and others are still in it.
    """
    Circle.objects.select_for_update().get(pk=membership.circle_id)
    membership.refresh_from_db(fields=["role", "state"])
    if role == Role.MEMBER and _is_last_lead(membership):
        raise LastLead
    membership.role = role
    membership.save(update_fields=["role"])
    return membership


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
    return profile


def free_slug(model: type[Model], name: str) -> str:
    """A slug made of a name, with a number where another has it."""
    base = slugify(name)[:100] or model._meta.model_name or "word"
    taken = set(model._default_manager.filter(slug__startswith=base).values_list("slug", flat=True))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return base if base not in taken else next(slug for slug in numbered if slug not in taken)


@transaction.atomic
def make_group(*, parent: Circle, name: str, request_key: UUID | None = None) -> Circle:
    """Make a small group inside a cohort or a community.

    Args:
        parent: the circle of the cohort or community.
        name: as people read it.
        request_key: of the form; the same form sent twice makes one group.

    Raises:
        CircleEnded: the cohort or community has ended.
    """
    if Circle.objects.select_for_update().get(pk=parent.pk).ended_at:
        raise CircleEnded
    if request_key and (made := Circle.objects.filter(request_key=request_key).first()):
        return made
    return Circle.objects.create(
        kind=CircleKind.GROUP,
        parent=parent,
        name=name,
        slug=free_slug(Circle, f"group-{name}"),
        request_key=request_key,
    )


@transaction.atomic
def rename_circle(*, circle: Circle, name: str) -> Circle:
    """Give a small group another name; its address stays.

    Raises:
        NotAGroup: it is that of a cohort, a community or the network.
    """
    locked = Circle.objects.select_for_update().get(pk=circle.pk)
    if locked.kind != CircleKind.GROUP:
        raise NotAGroup
    locked.name = name
    locked.save(update_fields=["name"])
    return locked


@transaction.atomic
def end_circle(*, circle: Circle) -> bool:
    """Close a circle and the groups inside: its people stay and can read, and nobody new comes in.

    Returns:
        False where it had ended already.
    """
    locked = Circle.objects.select_for_update().get(pk=circle.pk)
    if locked.ended_at:
        return False
    Circle.objects.of(locked).filter(ended_at=None).update(ended_at=timezone.now())
    return True


@transaction.atomic
def reopen_circle(*, circle: Circle) -> bool:
    """Undo ``end_circle``; a group inside that had ended before stays so.

    Returns:
        False where it had not ended.
    """
    locked = Circle.objects.select_for_update().get(pk=circle.pk)
    return bool(
        locked.ended_at and Circle.objects.of(locked).filter(ended_at=locked.ended_at).update(ended_at=None)
    )


@transaction.atomic
def save_term(*, term: Word) -> Word:
    """Write down a theme, sector, region or organisation; what is addressed by its slug keeps its address."""
    list(type(term)._default_manager.select_for_update().filter(pk=term.pk).values_list("pk"))
    if not term.slug:
        term.slug = free_slug(type(term), term.name)
    term.save()
    transaction.on_commit(forget_public_pages)
    return term


@transaction.atomic
def remove_term(*, term: Term | Theme) -> None:
    """Take a word off its list.

    Raises:
        TermInUse: something is described by it.
    """
    locked = type(term)._default_manager.select_for_update().get(pk=term.pk)
    accessors = [relation.get_accessor_name() or "" for relation in locked._meta.related_objects]
    if any(getattr(locked, name).exists() for name in accessors if hasattr(locked, name)):
        raise TermInUse(str(term))
    locked.delete()
    transaction.on_commit(forget_public_pages)
