"""Telling the people of a session what has become of it."""

from django.utils import timezone
from django_tasks import task

from cohorts.models import Session, SessionChange
from cohorts.verbs import CHANGED
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


def _people(session: Session) -> list[User]:
    """Those of its circle; of a cohort's session that everybody sees, those of the cohort."""
    circle = session.circle_id or (session.cohort.circle_id if session.cohort else None)
    members = Membership.objects.active().filter(circle_id=circle)
    return list(User.objects.filter(memberships__in=members).only("pk"))
