"""Communities in the search over everything."""

from typing import Any

from community_directory.models import Community
from community_directory.words import STAGES
from kit import search
from kit.registry import Hit, Search
from members.prepared import Prepared


def find(user: Any, text: str, limit: int) -> list[Hit]:
    """Communities of the directory, and one's own, that hold the text; best first. Two queries."""
    ids = search.best(_IDS.among(user), text, limit)
    rows = {row.pk: row for row in _ROWS.rows(user, ids)} if ids else {}
    return [
        Hit(title=row.name, url=row.get_absolute_url(), excerpt=row.summary, meta=STAGES[row.stage])
        for row in (rows[pk] for pk in ids if pk in rows)
    ]


def _rows(user: Any, ids: list[int]) -> Any:
    rows = Community.objects.listed_or_led_by(user).filter(pk__in=ids)
    return rows.order_by().only("slug", "name", "summary", "stage")


_ROWS = Prepared(_rows)
_IDS = Prepared(
    lambda user: Community.objects.listed_or_led_by(user).order_by().values_list("pk", named=True)
)

SEARCH = Search(
    key="communities", label="Communities", find=find, more_url="/communities/?q=", queries=2, order=20
)
