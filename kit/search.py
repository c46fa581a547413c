"""Text search on whatever database there is: the one place that knows how they differ.

SQLite's FTS5 takes no field list and no boost, has no stemming, and reads operators in the text; PostgreSQL stems. Both come
through Wagtail's search, and its answer is turned into a queryset here, so that facets and counts can be
computed by the database for the same hits.
"""

import re
from typing import Any, TypeVar

from django.db.models import Case, Model, QuerySet, Value, When
from wagtail.search.backends import get_search_backend

Row = TypeVar("Row", bound=Model)
LONGEST = 200
_WORD = re.compile(r"\w+", re.UNICODE)


def words(text: str) -> list[str]:
    """The words of a search text: at most 200 characters are looked at, and punctuation is left out."""
    return _WORD.findall(text.replace("\x00", " ")[:LONGEST])


def _as_queryset(results: Any, queryset: QuerySet[Row]) -> QuerySet[Row]:
    """The database backends answer with a queryset; a search server with its best 1,000 hits."""
    if hasattr(results, "get_queryset"):
        return results.get_queryset()
    keys = [row.pk for row in results[:1000]]
    place = Case(*(When(pk=key, then=Value(index)) for index, key in enumerate(keys)), default=Value(0))
    return queryset.filter(pk__in=keys).order_by(place)


def matching(queryset: QuerySet[Row], text: str) -> QuerySet[Row]:
    """Those rows that hold all words of the text, in no order, as a queryset to count or to filter.

    A text without any word finds nothing.
    """
    found = words(text)
    if not found:
        return queryset.none()
    results = get_search_backend().search(
        " ".join(found), queryset.order_by("pk"), operator="and", order_by_relevance=False
    )
    return _as_queryset(results, queryset).order_by()


def ranked(queryset: QuerySet[Row], text: str) -> QuerySet[Row]:
    """Those rows that hold all words of the text, best first."""
    found = words(text)
    if not found:
        return queryset.none()
    return _as_queryset(get_search_backend().search(" ".join(found), queryset, operator="and"), queryset)


def completing(queryset: QuerySet[Row], text: str) -> QuerySet[Row]:
    """Rows with a word that begins as the last word of the text does, and all words before it.

    Two prefixes at once find nothing on either database, so only the last word is a prefix.
    """
    found = words(text)
    if not found:
        return queryset.none()
    before = matching(queryset, " ".join(found[:-1])) if found[:-1] else queryset
    return _as_queryset(get_search_backend().autocomplete(found[-1], before), before)
