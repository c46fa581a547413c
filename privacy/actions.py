"""A copy of one's data, and its end: one verb each.

What is erased, how, is said by the declarations in ``kit.personal``.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from django.core.files import File
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from kit import audit, search
from kit.personal import Wish, holdings, pauses
from kit.queue import after_commit
from members.enums import Role
from members.models import Circle, Membership, User
from notifications.actions import notify
from privacy.enums import ErasureState, ExportState
from privacy.errors import LastAdmin, UnderWay
from privacy.forgetting import end_sessions
from privacy.models import Erasure, Export

KEPT_FOR = timedelta(days=7)
TIME_TO_THINK = timedelta(days=14)
EXPORT_READY = "privacy.export_ready"
LEAD_GOES = "privacy.lead_goes"
# Whatever else points at somebody, the row that says when they were erased need not.
_POINTS_ALL_THE_SAME = frozenset({"privacy.Erasure", "members.User"})


# -- a copy -------------------------------------------------------------------------


@transaction.atomic
def start_export(*, person: User) -> Export:
    """Ask for a copy of what is held about somebody; the worker makes it.

    Raises:
        UnderWay: one is being made.
    """
    fail_left_behind(now=timezone.now(), of=person)
    try:
        with transaction.atomic():
            export = Export.objects.create(person=person)
    except IntegrityError as error:
        raise UnderWay from error
    audit.record("privacy.export_asked", export, by=person)
    after_commit("privacy.tasks.make_export", export_id=export.pk)
    return export


def claim_export(*, export_id: int) -> Export | None:
    """Take an export that waits, so that nobody else makes it; None if it does not wait (any more)."""
    waiting = Export.objects.filter(pk=export_id, state=ExportState.WAITING)
    if not waiting.update(state=ExportState.MAKING, touched_at=timezone.now()):
        return None
    return Export.objects.select_related("person").get(pk=export_id)


def say_how_far(*, export: Export, percent: int, step: str) -> bool:
    """Write down how far it is; False if it is not ours to make any more."""
    mine = Export.objects.filter(pk=export.pk, state=ExportState.MAKING)
    return bool(mine.update(percent=percent, step=step, touched_at=timezone.now()))


@transaction.atomic
def finish_export(*, export: Export, content: IO[bytes]) -> bool:
    """Keep the file for a week, and tell whose it is.

    Returns:
        False where it was given up meanwhile: nothing is kept.
    """
    locked = Export.objects.select_for_update().filter(pk=export.pk, state=ExportState.MAKING).first()
    if locked is None:
        return False
    locked.file.save(Path(f"{export.pk}.zip").name, File(content), save=False)
    locked.state, locked.percent, locked.step = ExportState.READY, 100, ""
    locked.size, locked.ends_at = locked.file.size, timezone.now() + KEPT_FOR
    locked.touched_at = timezone.now()
    locked.save()
    audit.record("privacy.export_made", locked, by=export.person)
    notify(recipients=[export.person], verb=EXPORT_READY, target_id=export.pk, actor=None)
    return True


def fail_export(*, export: Export) -> None:
    """Write down that it did not work; another can be asked for."""
    Export.objects.under_way().filter(pk=export.pk).update(state=ExportState.FAILED, step="")


def fail_left_behind(*, now: datetime, of: User | None = None) -> int:
    """Give up what a worker began and never came back to, and return how many there were."""
    left = Export.objects.left_behind(now)
    if of is not None:
        left = left.filter(person=of)
    return left.update(state=ExportState.FAILED, step="")


# -- an end -------------------------------------------------------------------------


def _hold_with_admins(person: User) -> User:
    """Lock somebody's row; an admin's with those of all admins, so that the last two do not go at once."""
    people = User.objects.filter(pk=person.pk)
    if person.is_superuser:
        people |= User.objects.filter(is_superuser=True)
    return next(one for one in people.select_for_update().order_by("pk") if one.pk == person.pk)


def _is_last_admin(person: User) -> bool:
    """Whether nobody could look after the portal without them; who has asked to go as well will not."""
    going = Erasure.objects.open().filter(person__isnull=False).values("person")
    others = (
        User.objects.filter(is_superuser=True, is_active=True).exclude(pk=person.pk).exclude(pk__in=going)
    )
    return person.is_superuser and not others.exists()


@transaction.atomic
def ask_erasure(*, person: User, posts_stay: bool, session_key: str = "") -> Erasure:
    """Write down that somebody wants to go, and close their account to others meanwhile; twice is once.

    Args:
        person: who goes.
        posts_stay: what they wrote in discussions stays, without their name.
        session_key: of the browser in which they ask; they are signed out of all others.

    Returns:
        The wish, with the day on which it is fulfilled.

    Raises:
        LastAdmin: they are the only one who can look after the portal.
    """
    locked = _hold_with_admins(person)
    asked = Erasure.objects.open().filter(person=locked).first()
    if asked is not None:
        return asked
    if _is_last_admin(locked):
        raise LastAdmin
    now = timezone.now()
    erasure = Erasure.objects.create(
        person=locked,
        posts_stay=posts_stay,
        asked_at=now,
        due_at=now + TIME_TO_THINK,
        before={pause.key: pause.close(locked) for pause in pauses},
    )
    end_sessions(person=locked, but=session_key)
    audit.record("privacy.erasure_asked", erasure, by=person)
    _tell_who_leads_with(locked, erasure)
    after_commit("privacy.tasks.mail_asked", erasure_id=erasure.pk)
    return erasure


@transaction.atomic
def keep_account(*, person: User) -> bool:
    """Take the wish back: everything is as it was.

    Returns:
        False where there was none.
    """
    erasure = Erasure.objects.select_for_update().open().filter(person=person).first()
    if erasure is None:
        return False
    for pause in pauses:
        if pause.key in erasure.before:
            pause.reopen(person, erasure.before[pause.key])
    erasure.state, erasure.ended_at, erasure.before = ErasureState.WITHDRAWN, timezone.now(), {}
    erasure.save()
    audit.record("privacy.erasure_withdrawn", erasure, by=person)
    return True


@transaction.atomic
def erase(*, erasure_id: int, now: datetime) -> str:
    """Erase somebody whose day has come: all of it, or, if anything goes wrong, nothing.

    The row of the wish is locked, not that of the person: whoever writes a reply locks its topic first and people
    last, and so does this.

    Returns:
        The address to which a last mail goes; "" where there was nothing to do.
    """
    erasure = Erasure.objects.select_for_update(of=("self",)).due(now).filter(pk=erasure_id).first()
    if erasure is None or erasure.person is None:
        return ""
    person, address = erasure.person, erasure.person.email
    wish = Wish(posts_stay=erasure.posts_stay)
    for held in holdings:
        held.erase(held, person, wish)
    erasure.state, erasure.ended_at, erasure.before = ErasureState.DONE, now, {}
    erasure.save()
    if not _anything_points_at(person):
        User.objects.filter(pk=person.pk).delete()
    search.forget_deleted()
    audit.record("privacy.erased", erasure)
    return address


def _anything_points_at(person: User) -> bool:
    return any(
        held.model._base_manager.filter(**{name: person.pk}).exists()
        for held in holdings
        if held.label not in _POINTS_ALL_THE_SAME
        for name in held.by
    )


# -- who is left --------------------------------------------------------------------


def led_by(person: User) -> QuerySet[Circle]:
    """The circles that somebody leads."""
    leads = Membership.objects.active().filter(person=person, role=Role.LEAD)
    return Circle.objects.filter(memberships__in=leads).order_by("pk")


def led_by_nobody_else(person: User) -> list[Circle]:
    """Those that would be left without a lead, though others are in them."""
    others = Membership.objects.active().exclude(person=person)
    alone = led_by(person).exclude(pk__in=others.filter(role=Role.LEAD).values("circle"))
    return list(alone.filter(pk__in=others.values("circle")))


def _tell_who_leads_with(person: User, erasure: Erasure) -> None:
    """The other leads of each circle, or, where there are none, the editors. The order is that of people's ids."""
    alone = {circle.pk for circle in led_by_nobody_else(person)}
    for circle in led_by(person):
        leads = Membership.objects.active().filter(circle=circle, role=Role.LEAD).exclude(person=person)
        others = User.objects.filter(memberships__in=leads)
        told = User.objects.given("wagtailadmin.access_admin") if circle.pk in alone else others
        entry = audit.record(
            LEAD_GOES, circle, called=circle.log_name, erasure=erasure.pk, alone=circle.pk in alone
        )
        notify(recipients=told, verb=LEAD_GOES, target_id=entry.pk, actor=None)
