"""Pages in the search over everything."""

from typing import Any

from django.db.models import F
from django.db.models.functions import Coalesce

from home.models import HomePage, InformationPage, ReadingListPage, TeamPage
from kit import search
from kit.registry import Hit
from members.pages import addresses, visible_pages
from members.prepared import Prepared
from members.querysets import Person

_KINDS = (HomePage, InformationPage, ReadingListPage, TeamPage)
_INTRODUCTION = Coalesce(*(F(f"{kind._meta.model_name}__introduction") for kind in _KINDS))


def find_pages(user: Person, text: str, limit: int) -> list[Hit]:
    """Pages of information, reading lists and teams that hold all words of the text, best first. Two queries."""
    ids = search.best(_IDS.among(user), text, limit, kinds=_KINDS)
    rows = {row.pk: row for row in _ROWS.rows(user, ids)} if ids else {}
    urls = addresses({key: row.url_path for key, row in rows.items()})
    return [
        Hit(title=rows[key].title, url=urls[key], excerpt=rows[key].about or "") for key in ids if key in rows
    ]


def _pages(user: Person) -> Any:
    return visible_pages(user).type(*_KINDS).order_by()


def _rows(user: Person, ids: list[int]) -> Any:
    rows = _pages(user).filter(pk__in=ids).annotate(about=_INTRODUCTION)
    return rows.values_list("pk", "title", "url_path", "about", named=True)


_ROWS = Prepared(_rows)
_IDS = Prepared(lambda user: _pages(user).values_list("pk", named=True))
