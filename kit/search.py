"""Text search on whatever database there is: the one place that knows how they differ.

SQLite's FTS5 takes no field list and no boost, has no stemming, and reads operators in the text; PostgreSQL stems. Both come
through Wagtail's search, and its answer is turned into a queryset here, so that facets and counts can be
computed by the database for the same hits.
"""

import re
from typing import Any, TypeVar

from django.db import connection
from django.db.models import BigIntegerField, Case, F, Func, Model, QuerySet, Value, When
from django.db.models.functions import Cast
from modelsearch.utils import get_descendants_content_types_pks
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


def _uses_fts5() -> bool:
    """Whether SQLite itself is asked."""
    return connection.vendor == "sqlite" and type(get_search_backend()).__name__ == "SQLiteSearchBackend"


def _fts5_entries(found: list[str]) -> QuerySet[Any]:
    """The entries of SQLite's full-text table that hold all these words, whatever they are entries of."""
    from modelsearch.backends.database.sqlite import query

    lexemes = query.Lexeme(found[0])
    for word in found[1:]:
        lexemes &= query.Lexeme(word)
    match = query.MatchExpression(["title", "body"], query.SearchQueryExpression(lexemes))
    return query.SQLiteFTSIndexEntry.objects.filter(match)


def _fts5_matching(queryset: QuerySet[Row], found: list[str]) -> QuerySet[Row]:
    """Asks the full-text table once. The package's own query asks it again for each row of the index."""
    entries = _fts5_entries(found)
    index = entries.model._meta.get_field("index_entry").related_model
    ids = index.objects.filter(
        content_type_id__in=get_descendants_content_types_pks(queryset.model), pk__in=entries.values("pk")
    ).values(key=Cast("object_id", BigIntegerField()))
    return queryset.filter(pk__in=ids).order_by()


def _fts5_best(queryset: QuerySet[Any], found: list[str], limit: int) -> list[int]:
    entries = _fts5_entries(found)
    # Adding nothing keeps SQLite from walking the index by content type and asking FTS5 once for each row.
    own = entries.annotate(
        key=Cast("index_entry__object_id", BigIntegerField()), kind=F("index_entry__content_type_id") + 0
    ).filter(
        kind__in=get_descendants_content_types_pks(queryset.model), key__in=queryset.order_by().values("pk")
    )
    # Columns: autocomplete, body, title. A word in a title says more than one in a text.
    rank = Func(template=f"bm25({entries.model._meta.db_table}, 0.0, 1.0, 5.0)")
    return list(own.order_by(rank, "-key").values_list("key", flat=True)[:limit])


def best(queryset: QuerySet[Any], text: str, limit: int) -> list[int]:
    """Ids of those rows that hold all words of the text, best first: the fast way when only the best count.

    Args:
        queryset: the rows to look among; it may be filtered in any way, by joins too.
        text: what to look for.
        limit: how many ids at most.
    """
    found = words(text)
    if not found:
        return []
    if _uses_fts5():
        return _fts5_best(queryset, found, limit)
    everything = ranked(queryset.model._default_manager.all(), text)
    return list(everything.filter(pk__in=queryset.order_by().values("pk")).values_list("pk", flat=True)[:limit])


def matching(queryset: QuerySet[Row], text: str) -> QuerySet[Row]:
    """Those rows that hold all words of the text, in no order, as a queryset to count or to filter.

    A text without any word finds nothing.
    """
    found = words(text)
    if not found:
        return queryset.none()
    if _uses_fts5():
        return _fts5_matching(queryset, found)
    results = get_search_backend().search(
        " ".join(found), queryset.order_by("id"), operator="and", order_by_relevance=False
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
    hits = _as_queryset(get_search_backend().autocomplete(found[-1], queryset), queryset)
    if len(found) > 1:
        hits = hits.filter(pk__in=matching(queryset, " ".join(found[:-1])).values("pk"))
    return hits
