"""What one's own pages ask, as querysets whose SQL is written once (docs/decisions/0012). None is asked for a visitor."""

from typing import Any

from django.db.models import BigIntegerField, BooleanField, Exists, F, Max, OuterRef, TextField, Value

from learning.models import GuidancePage, StepDone
from members.prepared import Prepared
from members.querysets import Person
from study.models import Bookmark, BookmarkList, Choices, Opinion, PageDone, SavedSearch, Visit

LAST = 5  # pages where one was
DONE_SHOWN = 10
_OF_THE_PAGE = ("title", "url_path", "in_short", "summary", "number", "minutes", "is_done")


def about_page(rows: Any) -> Any:
    """Marks, visits or bookmarks with what a list shows of their page, in the same query."""
    done = PageDone.objects.filter(person_id=OuterRef("person_id"), page_id=OuterRef("page_id"))
    return rows.annotate(
        title=F("page__title"),
        url_path=F("page__url_path"),
        in_short=F("page__guidancepage__in_short"),
        summary=F("page__modulepage__summary"),
        number=F("page__modulepage__number"),
        minutes=F("page__guidancepage__minutes_to_read"),
        is_done=Exists(done),
    )


def _rows_about_page(rows: Any, moment: str, *more: str) -> Any:
    return about_page(rows).values_list("pk", "page_id", moment, *_OF_THE_PAGE, *more, named=True)


def _done(user: Person) -> Any:
    """One more than is shown tells whether there are more."""
    return _rows_about_page(PageDone.objects.visible_to(user), "done_at")[: DONE_SHOWN + 1]


def _read(user: Person) -> Any:
    return _rows_about_page(Visit.objects.visible_to(user), "read_at")[:LAST]


def _kept(user: Person) -> Any:
    return _rows_about_page(Bookmark.objects.visible_to(user), "created_at", "note")


def _in_lists(user: Person) -> Any:
    own = BookmarkList.objects.visible_to(user).order_by()
    return own.filter(bookmarks__isnull=False).values_list("bookmarks", "pk", named=True)


def _searches(user: Person) -> Any:
    return SavedSearch.objects.visible_to(user).values_list("pk", "name", "of", "query", named=True)


def _ticked(user: Person) -> Any:
    """When somebody last ticked a step of each module."""
    own = StepDone.objects.visible_to(user).order_by().values("module_id").annotate(last=Max("done_at"))
    return own.values_list("module_id", "last", named=True)


def _undone(user: Person, ids: list[int]) -> Any:
    """Those of some resources that somebody may see and has not marked as done."""
    done = PageDone.objects.filter(person_id=user.pk, page_id=OuterRef("pk"))
    pages = GuidancePage.objects.visible_to(user).filter(~Exists(done), pk__in=ids).order_by()
    return pages.values_list("pk", "title", "url_path", "in_short", "minutes", "minutes_to_read", named=True)


DONE = Prepared(_done)
READ = Prepared(_read)
KEPT = Prepared(_kept)
IN_LISTS = Prepared(_in_lists)
SEARCHES = Prepared(_searches)
TICKED = Prepared(_ticked)
UNDONE = Prepared(_undone)


def _about_page(user: Person, page: int) -> Any:
    """Rows of what, key, whether, and text. Each of them through ``visible_to``."""
    done = PageDone.objects.visible_to(user).filter(page_id=page)
    kept = Bookmark.objects.visible_to(user).filter(page_id=page)
    said = Opinion.objects.visible_to(user).filter(page_id=page)
    wish = Choices.objects.visible_to(user)
    return _rows(done, "done").union(
        _rows(kept, "kept", key=F("pk")),
        _rows(said, "said", flag=F("is_useful"), text=F("note")),
        _rows(wish, "wish", flag=F("mark_at_end")),
        all=True,
    )


def _rows(found: Any, what: str, **given: Any) -> Any:
    columns: dict[str, Any] = {
        "what": Value(what, TextField()),
        "key": Value(0, BigIntegerField()),
        "flag": Value(True, BooleanField()),
        "text": Value("", TextField()),
    }
    return found.order_by().annotate(**columns | given).values_list(*columns, named=True)


ABOUT_PAGE = Prepared(_about_page)
