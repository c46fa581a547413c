"""Communities in the search over everything."""

from typing import Any

from community_directory.models import Community
from community_directory.words import STAGES
from kit import search
from kit.registry import Hit, Search


def find(user: Any, text: str, limit: int) -> list[Hit]:
    """Communities of the directory, and one's own, that hold the text; best first. Two queries."""
    seen = Community.objects.listed_or_led_by(user)
    ids = search.best(seen, text, limit)
    rows = seen.only("slug", "name", "summary", "stage").in_bulk(ids) if ids else {}
    return [
        Hit(title=row.name, url=row.get_absolute_url(), excerpt=row.summary, meta=STAGES[row.stage])
        for row in (rows[pk] for pk in ids if pk in rows)
    ]


SEARCH = Search(
    key="communities", label="Communities", find=find, more_url="/communities/?q=", queries=2, order=20
)
