"""Telling people what has become of a session, and what is new beside a module."""

from django.utils import timezone
from django_tasks import task

from cohorts.models import Announcement, Session, SessionChange
from cohorts.verbs import ANNOUNCED, CHANGED
from members.models import Membership, User
from notifications.actions import notify


@task()
def tell_of_change(change_id: int, person_id: int | None) -> None:
    """Tell a session's people of one change, unless the session is over by now. Done twice, it tells once.

    Args:
        change_id: of the ``SessionChange``.
        person_id: who changed it; they know.
    """
    change = SessionChange.objects.select_related("session__cohort").filter(pk=change_id).first()
    if change is None or change.session.is_over(timezone.now()):
        return
    actor = User.objects.filter(pk=person_id).first()
    notify(recipients=_people(change.session), verb=CHANGED, target_id=change.pk, actor=actor)


@task()
def tell_cohort(announcement_id: int) -> None:
    """Tell a cohort's people of what is new beside a module. Done twice, it tells once.

    Args:
        announcement_id: of the ``Announcement``.
    """
    announcement = Announcement.objects.select_related("cohort").filter(pk=announcement_id).first()
    if announcement is not None:
        people = _people_of(announcement.cohort.circle_id)
        actor = User.objects.filter(pk=announcement.made_by_id).first()
        notify(recipients=people, verb=ANNOUNCED, target_id=announcement.pk, actor=actor)


def _people(session: Session) -> list[User]:
    """Those of its circle; of a cohort's session that everybody sees, those of the cohort."""
    return _people_of(session.circle_id or (session.cohort.circle_id if session.cohort else None))


def _people_of(circle_id: int | None) -> list[User]:
    members = Membership.objects.active().filter(circle_id=circle_id)
    return list(User.objects.filter(memberships__in=members).only("pk"))
