"""Sessions in the search over everything."""

from typing import Any

from cohorts.enums import SessionKind
from cohorts.models import Session
from kit import markdown, search
from kit.registry import Hit
from members.prepared import Prepared


def find(user: Any, text: str, limit: int) -> list[Hit]:
    """Sessions that this person may see and that hold all words of the text, best first. Two queries."""
    ids = search.best(_IDS.among(user), text, limit)
    rows = {row.pk: row for row in _ROWS.rows(user, ids)} if ids else {}
    return [
        Hit(
            title=row.title,
            url=row.get_absolute_url(),
            excerpt=markdown.excerpt(row.description_html),
            meta=f"{SessionKind(row.kind).label}. {row.when}",
        )
        for row in (rows[pk] for pk in ids if pk in rows)
    ]


_ROWS = Prepared(lambda user, ids: Session.objects.visible_to(user).filter(pk__in=ids).order_by())
_IDS = Prepared(lambda user: Session.objects.visible_to(user).order_by().values_list("pk", named=True))
