"""Whose marks, bookmarks and answers are whose."""

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models
from django.db.models import Count, Exists, Max, OuterRef, Q

from learning.models import GuidancePage, ModulePage
from members.querysets import Person
from members.rules import is_editor

if TYPE_CHECKING:
    from study.models import BookmarkList, Choices, Found, Missed, Opinion, SavedSearch  # noqa: F401

Row = TypeVar("Row", bound=models.Model)


def shown_to(user: Person, page: str = "page_id") -> Q:
    """Rows about a page that somebody may read now.

    Args:
        page: the field with the page's key.
    """
    here = OuterRef(page)
    guidance = GuidancePage.objects.visible_to(user).filter(pk=here)
    modules = ModulePage.objects.visible_to(user).filter(pk=here)
    return Q(Exists(guidance)) | Q(Exists(modules))


class OwnQuerySet(models.QuerySet[Row]):
    """Rows of one person each."""

    def visible_to(self, user: Person) -> Any:
        """One's own, and nobody else's."""
        return self.filter(person_id=user.pk) if user.is_authenticated else self.none()


class FoundQuerySet(models.QuerySet["Found"]):
    """What was found for saved searches."""

    def visible_to(self, user: Person) -> "FoundQuerySet":
        """What was found for one's own."""
        return self.filter(search__person=user.pk) if user.is_authenticated else self.none()


class OfPageQuerySet(OwnQuerySet[Row]):
    """Rows about one page each."""

    def visible_to(self, user: Person) -> Any:
        """One's own, of pages that one may still read: of others not even the title is left."""
        return super().visible_to(user).filter(shown_to(user))


class MissedQuerySet(OwnQuerySet["Missed"]):
    """What people did not find."""

    def by_text(self) -> Any:
        """For reports: words, how many people missed them, and when the last did; never who. What most missed first."""
        found = self.order_by().values("text").annotate(people=Count("pk"), last=Max("said_at"))
        return found.order_by("-people", "-last", "text")


class OpinionQuerySet(OfPageQuerySet["Opinion"]):
    """Answers to "Was this useful?"."""

    def addressed_to(self, user: Person) -> Any:
        """Those with a note to somebody, who looks after the page; editors read of all pages that are their own."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        notes = self.filter(page__owner_id=user.pk).exclude(note="").exclude(person_id=user.pk)
        return notes if is_editor(user) else notes.filter(shown_to(user))

    def counts(self) -> dict[int, tuple[int, int]]:
        """How many found a page useful, and how many did not, by the page's id. One query; for reports."""
        said = (
            self.order_by()
            .values("page_id")
            .annotate(yes=Count("pk", filter=Q(is_useful=True)), no=Count("pk", filter=Q(is_useful=False)))
        )
        return {row["page_id"]: (row["yes"], row["no"]) for row in said}
