"""Pages in the search over everything."""

from django.db.models import F
from django.db.models.functions import Coalesce

from home.models import HomePage, InformationPage, ReadingListPage, TeamPage
from kit import search
from kit.registry import Hit
from members.pages import addresses, visible_pages
from members.querysets import Person

_KINDS = (HomePage, InformationPage, ReadingListPage, TeamPage)
_INTRODUCTION = Coalesce(*(F(f"{kind._meta.model_name}__introduction") for kind in _KINDS))


def find_pages(user: Person, text: str, limit: int) -> list[Hit]:
    """Pages of information, reading lists and teams that hold all words of the text, best first. Two queries."""
    pages = visible_pages(user).type(*_KINDS)
    ids = search.best(pages, text, limit, kinds=_KINDS)
    if not ids:
        return []
    rows = {
        row[0]: row
        for row in pages.filter(pk__in=ids).values_list("pk", "title", "url_path", _INTRODUCTION).order_by()
    }
    urls = addresses({key: row[2] for key, row in rows.items()})
    return [Hit(title=rows[key][1], url=urls[key], excerpt=rows[key][3] or "") for key in ids if key in rows]
