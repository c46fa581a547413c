"""Guidance and the programme in the search over everything."""

from django.db.models import F
from django.db.models.functions import Coalesce

from kit import search
from kit.registry import Hit
from learning.enums import Kind
from learning.models import GuidancePage, LibraryPage, ModulePage, ModulesPage, ProgrammePage
from members.pages import addresses, visible_pages
from members.querysets import Person

_COURSE = {
    ProgrammePage: "programmepage__introduction",
    ModulesPage: "modulespage__introduction",
    ModulePage: "modulepage__summary",
    LibraryPage: "librarypage__introduction",
}


def find_guidance(user: Person, text: str, limit: int) -> list[Hit]:
    """Resources that hold all words of the text, best first. Two queries."""
    seen = GuidancePage.objects.visible_to(user)
    ids = search.best(seen, text, limit)
    rows = seen.filter(pk__in=ids).order_by().values_list("pk", "title", "url_path", "in_short", "kind")
    return _hits(ids, [(*row[:4], Kind(row[4]).label) for row in rows] if ids else [])


def find_course(user: Person, text: str, limit: int) -> list[Hit]:
    """The programme's pages that hold all words of the text, best first. Two queries."""
    seen = visible_pages(user).type(*_COURSE)
    ids = search.best(seen, text, limit, kinds=list(_COURSE))
    about = Coalesce(*(F(way) for way in _COURSE.values()))
    rows = (
        seen.filter(pk__in=ids).order_by().values_list("pk", "title", "url_path", about, "modulepage__number")
    )
    return _hits(ids, [(*row[:4], f"Module {row[4]}" if row[4] else "") for row in rows] if ids else [])


def _hits(ids: list[int], rows: list[tuple[int, str, str, str, str]]) -> list[Hit]:
    """Rows of id, title, path, words and kind, in the order of the ids."""
    found = {row[0]: row for row in rows}
    urls = addresses({row[0]: row[2] for row in rows})
    return [
        Hit(title=found[pk][1], url=urls[pk], excerpt=found[pk][3], meta=found[pk][4])
        for pk in ids
        if pk in found
    ]
