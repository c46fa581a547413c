"""What happens to cohorts, sessions and calendar addresses: one verb each, in one transaction."""

import hmac
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model, ProtectedError
from django.utils import timezone

from cohorts.errors import CohortUsed, EndsBeforeItStarts, HasPeople
from cohorts.models import CalendarFeed, Cohort, Session, SessionChange, new_token
from discussion.actions import open_space
from discussion.models import Space
from guests.models import Invitation
from kit.caching import forget_public_pages
from kit.queue import after_commit
from learning.models import ProgrammePage
from members.actions import free_slug
from members.enums import CircleKind
from members.models import Circle, Membership, User

# A calendar program has to be told again, by a higher SEQUENCE, when one of these changes (RFC 5545, 3.8.7.4).
_CALENDARS_SHOW = ("starts_at", "ends_at", "place", "cancelled_at")


def _check_order(starts: date | datetime | None, ends: date | datetime | None, *, together: bool) -> None:
    if together and (starts is None) != (ends is None):
        raise EndsBeforeItStarts
    if starts is not None and ends is not None and (ends <= starts if together else ends < starts):
        raise EndsBeforeItStarts


@transaction.atomic
def start_cohort(
    *,
    name: str,
    slug: str,
    programme: ProgrammePage | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Cohort:
    """Make a cohort, the circle that its people share, and their space to talk in.

    Args:
        name: as people read it.
        slug: unique among cohorts.
        programme: the course that they take.
        starts_on: the first day, in London.
        ends_on: the last day; not before the first.

    Raises:
        EndsBeforeItStarts: the last day lies before the first.
        IntegrityError: another cohort has this slug.
    """
    _check_order(starts_on, ends_on, together=False)
    circle = Circle.objects.create(
        kind=CircleKind.COHORT, name=name, slug=free_slug(Circle, f"cohort-{slug}")
    )
    cohort = Cohort.objects.create(
        circle=circle, name=name, slug=slug, programme=programme, starts_on=starts_on, ends_on=ends_on
    )
    open_space(
        circle=circle,
        name=name,
        slug=free_slug(Space, circle.slug),
        description="Only the people of this cohort and its facilitators can read what is said here.",
    )
    return cohort


@transaction.atomic
def change_cohort(*, cohort: Cohort, **changes: Any) -> Cohort:
    """Change some fields of a cohort; its circle takes its name.

    Raises:
        EndsBeforeItStarts: the last day would lie before the first.
    """
    locked = Cohort.objects.select_for_update().get(pk=cohort.pk)
    for field, value in changes.items():
        setattr(locked, field, value)
    _check_order(locked.starts_on, locked.ends_on, together=False)
    locked.save()
    if "name" in changes:
        Circle.objects.filter(pk=locked.circle_id).update(name=locked.name)
    return locked


def has_people(cohort: Cohort) -> bool:
    """Whether anybody belongs, or has belonged, to it or to a group inside, or was invited to one of them."""
    groups = Circle.objects.of(cohort.circle)
    return (
        Membership.objects.filter(circle__in=groups).exists()
        or Invitation.objects.filter(circle__in=groups).exists()
    )


@transaction.atomic
def remove_cohort(*, cohort: Cohort) -> None:
    """Take back a cohort that nobody has been in: its sessions, its space and the circle that people would share.

    Raises:
        HasPeople: somebody belongs to it, or was invited.
        CohortUsed: something else belongs to it, such as a small group, a topic, a page or a file.
    """
    # Who would join, or be invited, at the same moment waits here, and then finds nothing.
    circle = Circle.objects.select_for_update().get(pk=cohort.circle_id)
    if has_people(cohort):
        raise HasPeople
    try:
        with transaction.atomic():
            Session.objects.filter(cohort=cohort).delete()
            Space.objects.filter(circle=circle).delete()
            cohort.delete()
            circle.delete()
    except ProtectedError as error:
        raise CohortUsed(_kinds(error.protected_objects)) from error
    _told(visitors=True)


def _kinds(things: Iterable[Model]) -> str:
    return ", ".join(sorted({str(thing._meta.verbose_name_plural) for thing in things}))


def _told(*, visitors: bool) -> None:
    if visitors:
        transaction.on_commit(forget_public_pages)


@transaction.atomic
def schedule_session(*, request_key: UUID | None = None, **fields: Any) -> Session:
    """Put a session into the calendar, with a date or with its date to be set.

    Args:
        request_key: of the form; the same form sent twice makes one session.
        fields: those of Session: kind, title, and what else is known. ``starts_at`` and ``ends_at`` come together.
            Without ``circle`` everybody sees it.

    Raises:
        EndsBeforeItStarts: it ends before it starts, or has only one of the two.
    """
    _check_order(fields.get("starts_at"), fields.get("ends_at"), together=True)
    if request_key is None:
        session = Session.objects.create(**fields)
    else:
        session, _ = Session.objects.get_or_create(uid=request_key, defaults=fields)
    _told(visitors=session.circle_id is None)
    return session


@transaction.atomic
def change_session(
    *, session: Session, person: User | None = None, cancelled: bool | None = None, **changes: Any
) -> Session:
    """Change some fields of a session. What changes nothing writes nothing.

    A new time, place or state raises its SEQUENCE, so that calendars show it; and its people are told, once
    for all that was changed at a time.

    Args:
        session: which.
        person: who changes it; they are not told.
        cancelled: whether it takes place no longer; None to leave that as it is.
        changes: fields with their values.

    Returns:
        The session as it is now.

    Raises:
        EndsBeforeItStarts: it would end before it starts, or have only one of the two.
    """
    locked = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    if cancelled is not None and cancelled != bool(locked.cancelled_at):
        changes["cancelled_at"] = timezone.now() if cancelled else None
    different = {field: value for field, value in changes.items() if getattr(locked, field) != value}
    if not different:
        return locked
    was_public, was = locked.circle_id is None, locked.facts
    for field, value in different.items():
        setattr(locked, field, value)
    _check_order(locked.starts_at, locked.ends_at, together=True)
    if any(field in different for field in _CALENDARS_SHOW):
        locked.sequence += 1
    locked.save()
    _told(visitors=was_public or locked.circle_id is None)
    _tell(locked, was, person)
    return locked


def _tell(session: Session, was: dict[str, str], person: User | None) -> None:
    """Let the people of a session that is not over hear what has become of it."""
    said = {name: [was[name], now] for name, now in session.facts.items() if was[name] != now}
    if not said or session.is_over(timezone.now()):
        return
    change = SessionChange.objects.create(session=session, said=said)
    after_commit("cohorts.tasks.tell_of_change", change_id=change.pk, person_id=person.pk if person else None)


def _set_cancelled(session: Session, person: User | None, *, cancelled: bool) -> bool:
    locked = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    if bool(locked.cancelled_at) == cancelled:
        return False
    change_session(session=locked, person=person, cancelled=cancelled)
    return True


@transaction.atomic
def cancel_session(*, session: Session, person: User | None = None) -> bool:
    """Say that a session does not take place. It stays in calendars, marked as cancelled. Its people are told.

    Returns:
        False where it was cancelled already.
    """
    return _set_cancelled(session, person, cancelled=True)


@transaction.atomic
def restore_session(*, session: Session, person: User | None = None) -> bool:
    """Say that a cancelled session takes place after all. Its people are told.

    Returns:
        False where it was not cancelled.
    """
    return _set_cancelled(session, person, cancelled=False)


@transaction.atomic
def renew_feed(*, person: User, instead_of: str = "") -> CalendarFeed:
    """Give a person a new calendar address. The one before stops working at once.

    Args:
        person: whose calendar it is.
        instead_of: the ``mark`` of the address that they saw when they asked, "" for none. If it has been
            replaced since, as when a form is sent twice, nothing changes.
    """
    User.objects.select_for_update().get(pk=person.pk)
    feed = CalendarFeed.objects.filter(person=person).first()
    if feed is None:
        return CalendarFeed.objects.create(person=person)
    if hmac.compare_digest(feed.mark.encode(), instead_of.encode()):
        feed.token = new_token()
        feed.created_at = timezone.now()
        feed.save()
    return feed


@transaction.atomic
def remove_session(*, session: Session) -> None:
    """Take out a session that should never have been there. Calendars forget it when they next ask."""
    Session.objects.filter(pk=session.pk).delete()
    _told(visitors=session.circle_id is None)
