"""Taking back a year that was set up, while nobody is in it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Page

from cohorts import actions
from cohorts.errors import CohortUsed, HasPeople
from cohorts.models import Cohort, Session
from cohorts.times import day_words, in_london
from kit.audit import record
from kit.caching import forget_public_pages
from learning.models import ModulePage, StepDone
from members.models import User
from portal.models import YearCopy
from portal.next_year.errors import NotAsSeen, SomebodyIsIn, StillUsed
from study.models import Bookmark, Opinion, PageDone


@dataclass(frozen=True, kw_only=True)
class Gone:
    """What went."""

    pages: int
    sessions: int


def pages_of(year: YearCopy) -> Any:
    """The pages of a year, its programme first."""
    if year.programme is None:
        return Page.objects.none()
    return year.programme.get_descendants(inclusive=True).order_by("path")


def sessions_of(year: YearCopy) -> Any:
    """The sessions of a year, the earliest first."""
    return Session.objects.filter(cohort=year.cohort_id, cohort__isnull=False)


def changes_since(year: YearCopy) -> list[str]:
    """What has been done to a year since it was set up, in words: it would go with the rest."""
    return [*_of_pages(year), *_of_sessions(year), *_of_readers(year)]


def mark_of(changes: list[str]) -> str:
    """The same for the same changes; "" for none."""
    return hashlib.sha256("\n".join(changes).encode()).hexdigest() if changes else ""


def _of_pages(year: YearCopy) -> Iterator[str]:
    for page in pages_of(year):
        edited = page.latest_revision_created_at
        if page.live:
            yield f"Page “{page.title}” is published."
        elif page.first_published_at:
            yield f"Page “{page.title}” was published, and taken down again."
        if edited and edited > year.made_at:
            yield f"Page “{page.title}” was written on, last on {day_words(in_london(edited).date())}."


def _of_sessions(year: YearCopy) -> Iterator[str]:
    if year.shown_at:
        yield f"Everybody can see its dates since {day_words(in_london(year.shown_at).date())}."
    for session in sessions_of(year):
        shown = year.shown_at and str(session.pk) in year.held_back and session.updated_at <= year.shown_at
        if session.updated_at > year.made_at and not shown:
            what = "was added" if session.created_at > year.made_at else "was changed"
            yield f"Session “{session.title}” {what}."


def _of_readers(year: YearCopy) -> Iterator[str]:
    pages = list(pages_of(year).values_list("pk", flat=True))
    kept = any(model._base_manager.filter(page__in=pages).exists() for model in (PageDone, Bookmark, Opinion))
    if kept or StepDone._base_manager.filter(module__in=pages).exists():
        yield "Readers have kept, marked or ticked off something on its pages. Nothing of that stays."


@transaction.atomic
def undo(*, year: YearCopy, user: User, as_seen: str = "") -> Gone | None:
    """Delete what was made: pages, sessions, cohort, and its place to talk. The year before stays as it is.

    Args:
        year: which.
        user: in whose name.
        as_seen: ``mark_of`` the changes that they have been told of; "" for none.

    Returns:
        How much went; None where it had been taken back already.

    Raises:
        SomebodyIsIn: somebody belongs to the cohort, or was invited.
        NotAsSeen: there are changes that they have not been told of.
        StillUsed: something else hangs on it.
    """
    locked = (
        YearCopy.objects.select_for_update(of=("self",)).select_related("programme", "cohort").get(pk=year.pk)
    )
    if locked.undone_at:
        return None
    _refuse_if_in(locked.cohort)
    changes = changes_since(locked)
    if mark_of(changes) != as_seen:
        raise NotAsSeen(changes)
    pages = list(pages_of(locked).values_list("pk", flat=True))
    gone = Gone(pages=len(pages), sessions=sessions_of(locked).count())
    _refuse_if_used(locked.cohort, pages)
    if pages:  # before the cohort: some are for its people alone
        Page.objects.get(pk=pages[0]).specific.delete(user=user)
    try:
        if locked.cohort is not None:
            actions.remove_cohort(cohort=locked.cohort)
    except HasPeople as error:
        raise SomebodyIsIn from error
    except CohortUsed as error:
        raise StillUsed(error.what) from error
    YearCopy.objects.filter(pk=locked.pk).update(undone_at=timezone.now(), held_back={})
    record("portal.undid_year", locked, by=user, pages=gone.pages, sessions=gone.sessions)
    forget_public_pages()
    return gone


def _refuse_if_in(cohort: Cohort | None) -> None:
    if cohort is not None and actions.has_people(cohort):
        raise SomebodyIsIn


def _refuse_if_used(cohort: Cohort | None, pages: list[int]) -> None:
    """What would lose its programme or its module without saying so."""
    own = Q(pk=cohort.pk) if cohort else Q(pk__in=[])
    other = Cohort.objects.filter(programme__in=pages).exclude(own).first()
    if other is not None:
        raise StillUsed(f"“{other.name}” follows its programme")
    modules = ModulePage.objects.filter(pk__in=pages).values("pk")
    session = Session.objects.filter(module__in=modules).exclude(cohort=cohort).first()
    if session is not None:
        raise StillUsed(f"the session “{session.title}” belongs to one of its modules")
