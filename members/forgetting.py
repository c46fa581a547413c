"""Taking a person out of this room: their places, and at last their name."""

import uuid
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from kit.personal import FORMER_MEMBER
from members import gate
from members.actions import recount
from members.enums import SeenBy
from members.models import Circle, Membership, Profile, User


@transaction.atomic
def forget_places(*, person: User) -> int:
    """Delete somebody's memberships, also where nobody else leads, and return how many there were."""
    # Whoever writes a reply meanwhile only needs the circle to be there.
    circles = Circle.objects.select_for_update(no_key=True).filter(memberships__person=person).order_by("pk")
    left = {circle.pk: circle for circle in circles}
    deleted = Membership.objects.filter(person=person).delete()[0]
    for circle in left.values():
        recount(circle)
    person.forget_circles()
    return deleted


@transaction.atomic
def forget_name(*, person: User) -> None:
    """Close an account for ever, and leave a row that names nobody: others' rows may point at it.

    The address ends in a name that no address can have (RFC 2606, section 2).
    """
    first, last = FORMER_MEMBER.split(" ")
    User.objects.filter(pk=person.pk).update(
        email=f"former-{uuid.uuid4().hex}@former.invalid",
        first_name=first,
        last_name=last,
        password=make_password(None),
        is_active=False,
        is_staff=False,
        is_superuser=False,
        last_login=None,
        date_joined=timezone.now(),
        unread_notifications=0,
        unread_messages=0,
    )


@transaction.atomic
def hide(*, person: User) -> dict[str, Any]:
    """Let nobody find somebody or read what they say of themself, nor any mail go to them.

    Returns:
        How it was, for ``show_again``.
    """
    profile, _ = Profile.objects.select_for_update().get_or_create(user=person)
    closed: dict[str, Any] = {"findable": False, "no_mails": True}
    closed |= {gate.column(name): SeenBy.NOBODY for name in gate.FIELDS}
    before = {name: getattr(profile, name) for name in closed}
    for name, value in closed.items():
        setattr(profile, name, value)
    profile.save(update_fields=list(before))
    return before


@transaction.atomic
def show_again(*, person: User, before: dict[str, Any]) -> None:
    """Undo ``hide``."""
    Profile.objects.filter(user=person).update(**before)
