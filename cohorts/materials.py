"""What happens to slides, recordings and links of sessions, and telling a cohort of them."""

from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cohorts.errors import NothingToTell
from cohorts.models import Announcement, Cohort, Material, Session
from files.models import PortalDocument
from kit.caching import forget_public_pages
from kit.queue import after_commit
from learning.models import ModulePage
from members.models import User


def _locked(session: Session) -> Session:
    return Session.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=session.pk)


@transaction.atomic
def add_material(
    *,
    session: Session,
    person: User,
    file: File | None = None,
    request_key: UUID | None = None,
    **fields: Any,
) -> Material:
    """Put something beside a session. Nobody but editors sees it before it is shown.

    Args:
        session: which.
        person: who adds it.
        file: to be kept as a document of the session's people; or ``document`` among the fields.
        request_key: of the form; the same form sent twice adds one.
        fields: those of Material.
    """
    locked = _locked(session)
    if request_key is not None and (known := Material.objects.filter(uid=request_key).first()):
        return known
    if file is not None:
        fields["document"] = _kept(file, fields["title"], locked, person)
    last = locked.materials.aggregate(last=Max("position"))["last"]
    return Material.objects.create(
        **({"uid": request_key} if request_key else {}),
        **fields,
        session=locked,
        added_by=person,
        position=0 if last is None else last + 1,
    )


def _kept(file: File, title: str, session: Session, person: User) -> PortalDocument:
    document = PortalDocument(title=title, file=file, uploaded_by_user=person, circle_id=audience_id(session))
    document._set_document_file_metadata()
    document.save()
    return document


def audience_id(session: Session) -> int | None:
    """The circle of those who see what a session leaves; None for everybody. Its cohort must be loaded with it."""
    return session.cohort.circle_id if session.cohort is not None else session.circle_id


@transaction.atomic
def change_material(
    *, material: Material, person: User, file: File | None = None, **changes: Any
) -> Material:
    """Change some fields. A recording that has lost its words is shown no longer.

    Args:
        material: which.
        person: who changes it.
        file: takes the place of the document.
        changes: fields with their values.
    """
    session = _locked(material.session)
    locked = Material.objects.select_for_update(of=("self",)).get(pk=material.pk)
    if file is not None:
        changes["document"] = _kept(file, changes.get("title", locked.title), session, person)
    for field, value in changes.items():
        setattr(locked, field, value)
    if locked.waits:
        locked.shown_at = None
    locked.save()
    _forget_if_public(session)
    return locked


def _forget_if_public(session: Session) -> None:
    if audience_id(session) is None:
        transaction.on_commit(forget_public_pages)


@transaction.atomic
def move(*, material: Material, before: Material) -> None:
    """Put it before another of the same session. Done twice, it stays there.

    Args:
        material: what moves.
        before: what comes after it then.
    """
    session = _locked(material.session)
    order = [one for one in session.materials.order_by("position", "pk") if one != material]
    order.insert(order.index(before) if before in order else len(order), material)
    for position, one in enumerate(order):
        one.position = position
    Material.objects.bulk_update(order, ["position"])


@transaction.atomic
def show(*, cohort: Cohort, module: ModulePage) -> int:
    """Show a cohort all that is ready beside a module's sessions. Done twice, the second time shows nothing more.

    Returns:
        How many are shown now that were not before.
    """
    hidden = Material.objects.select_for_update(of=("self",)).filter(
        session__cohort=cohort, session__module=module, shown_at__isnull=True
    )
    ready = [material.pk for material in hidden.order_by("pk") if not material.waits]
    return Material.objects.filter(pk__in=ready, shown_at__isnull=True).update(shown_at=timezone.now())


@transaction.atomic
def hide(*, material: Material) -> None:
    """Take it out of sight again. What is hidden already stays so."""
    Material.objects.filter(pk=material.pk).update(shown_at=None)
    _forget_if_public(material.session)


@transaction.atomic
def remove_material(*, material: Material) -> None:
    """Take it away from its session. A document stays among the documents."""
    Material.objects.filter(pk=material.pk).delete()
    _forget_if_public(material.session)


@transaction.atomic
def tell(
    *, cohort: Cohort, module: ModulePage, person: User, words: str = "", request_key: UUID | None = None
) -> Announcement:
    """Tell a cohort's people of what is new beside a module's sessions, on the page and by mail.

    Args:
        cohort: whose people.
        module: which.
        person: who tells them; they are not told.
        words: a message, Markdown is not read in it.
        request_key: of the form; the same form sent twice tells once.

    Raises:
        NothingToTell: nothing is new, and there is no message.
    """
    Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    if request_key is not None and (known := Announcement.objects.filter(uid=request_key).first()):
        return known
    new = Material.objects.filter(session__cohort=cohort, session__module=module).untold()
    if not words.strip() and not new.exists():
        raise NothingToTell
    announcement = Announcement.objects.create(
        **({"uid": request_key} if request_key else {}),
        cohort=cohort,
        module=module,
        words=words.strip(),
        made_by=person,
    )
    new.update(announcement=announcement)
    after_commit("cohorts.tasks.tell_cohort", announcement_id=announcement.pk)
    return announcement
