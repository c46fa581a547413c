"""What happens to people and memberships: one verb each, in one transaction."""

from typing import Any, TypeVar
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Count, Model, Q
from django.utils import timezone
from django.utils.text import slugify

from kit.audit import record
from members.enums import CircleKind, Role, State
from members.errors import AddressTaken, CircleEnded, LastLead, NotAGroup, NotOpen
from members.models import Circle, Membership, Profile, Term, Theme, User

Word = TypeVar("Word", bound=Term | Theme)


def recount(circle: Circle) -> None:
    """Set a circle's kept counter to what there is."""
    count = Membership.objects.active().filter(circle=circle).count()
    Circle.objects.filter(pk=circle.pk).update(member_count=count)


def _log(deed: str, place: Membership, **data: Any) -> None:
    """The log is read by others, who need not know what a community is called that is not listed yet."""
    record(f"members.{deed}", place, called=f"{place.person} in {place.circle.log_name}", **data)


def make_account(*, email: str, first_name: str, last_name: str, password: str) -> User:
    """Make an account for somebody whose address is known to be theirs. Of two who try at once, one does.

    They belong to nothing yet: ``admit`` makes them a member of the network.

    Args:
        email: proved by whoever calls, such as by a link that was sent there.
        first_name: of theirs.
        last_name: of theirs, or "".
        password: as they typed it.

    Raises:
        AddressTaken: somebody has an account with this address.
    """
    return store_account(
        email=email,
        first_name=first_name,
        last_name=last_name,
        password=make_password(password),
        verified=True,
    )


def store_account(*, email: str, first_name: str, last_name: str, password: str, verified: bool) -> User:
    """As ``make_account``, with the password hashed, and an address that may have to be proved yet.

    Raises:
        AddressTaken: somebody has an account with this address.
    """
    person = User(email=email.strip().lower(), first_name=first_name, last_name=last_name, password=password)
    try:
        with transaction.atomic():
            if EmailAddress.objects.filter(email__iexact=person.email, verified=True).exists():
                raise AddressTaken
            person.save()
            EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=verified)
            Profile.objects.create(user=person)
    except IntegrityError as error:
        raise AddressTaken from error
    record("members.made_account", person, by=person)
    return person


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
            membership, made = Membership.objects.open().get_or_create(
                person=person,
                circle=circle,
                defaults={"role": role, "state": State.ACTIVE, "started_at": timezone.now()},
            )
    except IntegrityError:
        membership, made = Membership.objects.open().get(person=person, circle=circle), False
    if membership.state != State.ACTIVE or (role == Role.LEAD and membership.role != Role.LEAD):
        membership.state = State.ACTIVE
        membership.started_at = membership.started_at or timezone.now()
        membership.role = Role.LEAD if Role.LEAD in (role, membership.role) else Role.MEMBER
        membership.save()
        made = True
    if made:
        _log("joined", membership, role=membership.role)
    recount(circle)
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
    mine = Membership.objects.open().filter(person=person, circle=circle)
    membership = mine.select_related("circle").first()
    if membership is None:
        return False
    if _is_last_lead(membership):
        raise LastLead
    _end(membership)
    _log("left", membership)
    person.forget_circles()
    return True


def _end(membership: Membership, because: str = "") -> None:
    membership.state, membership.ended_at = State.ENDED, timezone.now()
    membership.ended_because = because
    membership.save(update_fields=["state", "ended_at", "ended_because"])
    recount(membership.circle)


def _hold(membership: Membership) -> Membership:
    """Lock the circle that a place is in, and look at the place again."""
    Circle.objects.select_for_update().get(pk=membership.circle_id)
    return Membership.objects.select_related("person", "circle").get(pk=membership.pk)


@transaction.atomic
def change_role(*, membership: Membership, role: str) -> Membership:
    """Make a member a lead, or a lead a member; done twice, it changes nothing.

    Raises:
        NotOpen: it has ended.
        LastLead: they are the only one who leads it, and others are still in it.
    """
    held = _hold(membership)
    if held.state == State.ENDED:
        raise NotOpen
    if role == Role.MEMBER and _is_last_lead(held):
        raise LastLead
    if held.role != role:
        _give_role(held, role)
    membership.role, membership.state = held.role, held.state
    return membership


def _give_role(held: Membership, role: str) -> None:
    held.role = role
    held.save(update_fields=["role"])
    _log("role_changed", held, role=role)


@transaction.atomic
def hand_over(*, mine: Membership, to: Membership) -> Membership:
    """Make another member a lead and step back, in one step; done twice, it changes nothing.

    Args:
        mine: the place of who hands over.
        to: the place of who leads from now on.

    Returns:
        The place of who leads now.

    Raises:
        NotOpen: the two are not in one circle, one of them is no longer in it, or it was not theirs to hand over.
    """
    held, theirs = _hold(mine), Membership.objects.select_related("person", "circle").get(pk=to.pk)
    in_force = {held.state, theirs.state} == {State.ACTIVE} and held.circle_id == theirs.circle_id
    if not in_force or held.pk == theirs.pk:
        raise NotOpen
    if held.role == Role.MEMBER and theirs.role == Role.LEAD:
        return theirs
    if held.role != Role.LEAD:
        raise NotOpen
    if theirs.role != Role.LEAD:
        _give_role(theirs, Role.LEAD)
    _give_role(held, Role.MEMBER)
    mine.person.forget_circles()
    return theirs


@transaction.atomic
def remove_member(*, membership: Membership, because: str) -> Membership:
    """End somebody else's membership; done twice, it changes nothing.

    Args:
        membership: theirs.
        because: what they are told.

    Raises:
        NotOpen: they are not in it, or they lead it.
    """
    held = _hold(membership)
    if held.state == State.ENDED:
        return held
    if held.state != State.ACTIVE or held.role == Role.LEAD:
        raise NotOpen
    _end(held, because)
    _log("removed", held)
    return held


@transaction.atomic
def ask_to_join(*, person: User, circle: Circle, because: str = "") -> Membership:
    """Ask those who lead a community to be let in; done twice, it changes nothing.

    Args:
        person: who asks.
        circle: the community's.
        because: what they say about it.

    Returns:
        Their one membership that has not ended: asked for, or active if they are in it already.

    Raises:
        NotOpen: it takes nobody who asks.
    """
    locked = Circle.objects.select_for_update().get(pk=circle.pk)
    mine = Membership.objects.open().filter(person=person, circle=locked).first()
    if mine is not None:
        return mine
    if not locked.takes_requests:
        raise NotOpen
    try:
        with transaction.atomic():
            mine = Membership.objects.create(
                person=person, circle=locked, state=State.REQUESTED, asked_because=because
            )
    except IntegrityError:
        return Membership.objects.open().get(person=person, circle=locked)
    _log("asked", mine)
    return mine


@transaction.atomic
def accept_request(*, membership: Membership) -> Membership:
    """Let in somebody who has asked; done twice, it changes nothing.

    Raises:
        NotOpen: they have taken it back, or had a no.
        CircleEnded: it has ended.
    """
    held = _hold(membership)
    if held.state == State.ACTIVE:
        return held
    if held.state != State.REQUESTED:
        raise NotOpen
    if held.circle.ended_at:
        raise CircleEnded
    held.state, held.started_at = State.ACTIVE, timezone.now()
    held.save(update_fields=["state", "started_at"])
    recount(held.circle)
    _log("accepted", held)
    return held


@transaction.atomic
def decline_request(*, membership: Membership, because: str = "") -> Membership:
    """Say no to somebody who has asked; done twice, it changes nothing.

    Args:
        membership: what they asked for.
        because: what they are told.

    Raises:
        NotOpen: they have been let in.
    """
    held = _hold(membership)
    if held.state == State.ENDED:
        return held
    if held.state != State.REQUESTED:
        raise NotOpen
    _end(held, because)
    _log("declined", held)
    return held


@transaction.atomic
def take_back_request(*, membership: Membership) -> bool:
    """Ask to join no more.

    Returns:
        False where it had been answered or taken back before.
    """
    held = _hold(membership)
    if held.state != State.REQUESTED:
        return False
    _end(held)
    _log("took_back", held)
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
        said: fields of their profile with their values, and who sees each (``members.gate.column``). ``interests``
            are themes. A picture is set by ``set_picture``.

    Returns:
        Their profile.
    """
    profile = _lock_profile(person)
    person.first_name, person.last_name = first_name, last_name
    person.save(update_fields=["first_name", "last_name"])
    interests = said.pop("interests", None)
    for field, value in said.items():
        setattr(profile, field, value)
    profile.save()
    if interests is not None:
        profile.interests.set(interests)
    return profile


def _lock_profile(person: User) -> Profile:
    """Their profile as it is now, made if there is none. Their own row holds whoever else changes it."""
    User.objects.select_for_update().get(pk=person.pk)
    return Profile.objects.get_or_create(user=person)[0]


@transaction.atomic
def set_picture(*, person: User, content: bytes) -> Profile:
    """Give somebody a picture in place of the one that they had, whose file goes once this is sure.

    Args:
        person: whose.
        content: as ``members.pictures.remade`` gives it.

    Returns:
        Their profile.
    """
    profile = _lock_profile(person)
    before = profile.picture.name
    profile.picture.save("picture.jpg", ContentFile(content), save=False)
    try:
        with transaction.atomic():
            profile.save(update_fields=["picture"])
    except Exception:
        profile.picture.storage.delete(profile.picture.name or "")
        raise
    _delete_after_commit(profile, before)
    return profile


@transaction.atomic
def remove_picture(*, person: User) -> bool:
    """Take somebody's picture away; its file goes once this is sure.

    Returns:
        False where there was none.
    """
    profile = _lock_profile(person)
    before = profile.picture.name
    if not before:
        return False
    profile.picture = ""
    profile.save(update_fields=["picture"])
    _delete_after_commit(profile, before)
    return True


def _delete_after_commit(profile: Profile, name: str | None) -> None:
    if name:
        storage = profile.picture.storage
        transaction.on_commit(lambda: storage.delete(name))


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
def move_people(*, gone: Circle, stays: Circle) -> int:
    """Give everybody who is in one circle, or asks to be, that place in another. Who has both keeps one.

    Of two places of one person the stronger counts: being in before asking, leading before being in.

    Args:
        gone: theirs until now; places that have ended stay with it.
        stays: theirs from now on.

    Returns:
        How many people had a place.
    """
    list(Circle.objects.select_for_update().filter(pk__in=[gone.pk, stays.pk]).order_by("pk"))
    there = {place.person_id: place for place in Membership.objects.open().filter(circle=stays)}
    places = list(
        Membership.objects.open().filter(circle=gone).select_related("person", "circle").order_by("pk")
    )
    for place in places:
        twin = there.get(place.person_id)
        if twin is None:
            place.circle = stays
            place.save(update_fields=["circle"])
        else:
            _strengthen(twin, place)
            _end(place)
        _log("moved", place)
        place.person.forget_circles()
    recount(gone)
    recount(stays)
    return len(places)


def _strengthen(twin: Membership, place: Membership) -> None:
    if place.state != State.ACTIVE:
        return
    if twin.state != State.ACTIVE:
        twin.state, twin.started_at = State.ACTIVE, place.started_at
    twin.role = Role.LEAD if Role.LEAD in (twin.role, place.role) else twin.role
    twin.save()


def move_groups(gone: Circle, stays: Circle) -> None:
    """Let the small groups inside one circle stand inside another."""
    Circle.objects.filter(parent=gone).update(parent=stays)


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
