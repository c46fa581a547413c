"""Guidance and the programme in the search over everything."""

from typing import Any

from django.db.models import F
from django.db.models.functions import Coalesce

from kit import search
from kit.registry import Hit
from learning.enums import Kind
from learning.models import GuidancePage, LibraryPage, ModulePage, ModulesPage, ProgrammePage
from learning.shelf import IDS
from members.pages import addresses, visible_pages
from members.prepared import Prepared
from members.querysets import Person

_COURSE = {
    ProgrammePage: "programmepage__introduction",
    ModulesPage: "modulespage__introduction",
    ModulePage: "modulepage__summary",
    LibraryPage: "librarypage__introduction",
}


def find_guidance(user: Person, text: str, limit: int) -> list[Hit]:
    """Resources that hold all words of the text, best first. Two queries."""
    ids = search.best(IDS.among(user), text, limit)
    rows = _GUIDANCE.rows(user, ids) if ids else []
    return _hits(ids, [(*row[:4], Kind(row.kind).label) for row in rows])


def find_course(user: Person, text: str, limit: int) -> list[Hit]:
    """The programme's pages that hold all words of the text, best first. Two queries."""
    ids = search.best(_COURSE_IDS.among(user), text, limit, kinds=list(_COURSE))
    rows = _COURSE_ROWS.rows(user, ids) if ids else []
    return _hits(ids, [(*row[:4], f"Module {row[4]}" if row[4] else "") for row in rows])


def _guidance(user: Person, ids: list[int]) -> Any:
    rows = GuidancePage.objects.visible_to(user).filter(pk__in=ids).order_by()
    return rows.values_list("pk", "title", "url_path", "in_short", "kind", named=True)


def _course(user: Person, ids: list[int]) -> Any:
    about = Coalesce(*(F(way) for way in _COURSE.values()))
    rows = visible_pages(user).type(*_COURSE).filter(pk__in=ids).order_by().annotate(about=about)
    return rows.values_list("pk", "title", "url_path", "about", "modulepage__number", named=True)


_GUIDANCE = Prepared(_guidance)
_COURSE_ROWS = Prepared(_course)
_COURSE_IDS = Prepared(
    lambda user: visible_pages(user).type(*_COURSE).order_by().values_list("pk", named=True)
)


def _hits(ids: list[int], rows: list[tuple[int, str, str, str, str]]) -> list[Hit]:
    """Rows of id, title, path, words and kind, in the order of the ids."""
    found = {row[0]: row for row in rows}
    urls = addresses({row[0]: row[2] for row in rows})
    return [
        Hit(title=found[pk][1], url=urls[pk], excerpt=found[pk][3], meta=found[pk][4])
        for pk in ids
        if pk in found
    ]
