"""Sessions in the search over everything."""

from typing import Any

from cohorts.enums import SessionKind
from cohorts.models import Session
from kit import markdown, search
from kit.registry import Hit


def find(user: Any, text: str, limit: int) -> list[Hit]:
    """Sessions that this person may see and that hold all words of the text, best first. Two queries."""
    ids = search.best(Session.objects.visible_to(user), text, limit)
    rows = Session.objects.visible_to(user).in_bulk(ids) if ids else {}
    return [
        Hit(
            title=row.title,
            url=row.get_absolute_url(),
            excerpt=markdown.excerpt(row.description_html),
            meta=f"{SessionKind(row.kind).label}. {row.when}",
        )
        for row in (rows[pk] for pk in ids if pk in rows)
    ]
