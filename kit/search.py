"""Text search on whatever database there is: the one place that knows how they differ.

SQLite's FTS5 takes no field list and no boost, has no stemming, and reads operators in the text; PostgreSQL stems. Both come
through Wagtail's search, and its answer is turned into a queryset here, so that facets and counts can be
computed by the database for the same hits.
"""

import re
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, Model, QuerySet, Value, When
from django.db.models.expressions import RawSQL
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from modelsearch.conf import get_app_config
from modelsearch.utils import get_descendants_content_types_pks
from wagtail.search.backends import get_search_backend

Row = TypeVar("Row", bound=Model)
LONGEST = 200
_WORD = re.compile(r"\w+", re.UNICODE)


def words(text: str) -> list[str]:
    """The words of a search text: at most 200 characters are looked at, and punctuation is left out."""
    return _WORD.findall(text.replace("\x00", " ")[:LONGEST])


def highlight(text: str, sought: str) -> SafeString:
    """A plain text as safe HTML, those of its words marked that begin with a word sought.

    Linear in the length of the text; whatever it holds is shown as text.
    """
    wanted = tuple(word.lower() for word in words(sought))
    if not wanted:
        return escape(text)
    parts, end = [], 0
    for match in _WORD.finditer(text):
        if match[0].lower().startswith(wanted):
            parts += [escape(text[end : match.start()]), f"<mark>{escape(match[0])}</mark>"]
            end = match.end()
    return mark_safe("".join([*parts, escape(text[end:])]))


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


def _fts5(model: type[Model], found: list[str]) -> tuple[str, list[Any]]:
    """What holds all these words, as the rest of a statement after SELECT, and its parameters.

    FTS5 is asked once: the package's own query has an order that lets SQLite ask it again for each row of the
    index. Adding nothing to the content type is what keeps it from that. ``entry.object_id`` is a text.

    All kinds of things share one full-text table, in which a thousand communities stand among a million posts. A
    model may therefore have a word of its own, ``search_kind``, and index it with an ``AutocompleteField``: FTS5
    then passes over everything else. It weighs nothing in the ranking.
    """
    table = get_app_config().get_model("SQLiteFTSIndexEntry")._meta.db_table
    kinds = get_descendants_content_types_pks(model)
    places = ", ".join(["%s"] * len(kinds))
    match = "{title body} : (" + " AND ".join(f'"{word}"' for word in found) + ")"
    marked = getattr(model, "search_kind", None)
    if marked:
        match += f' AND {{autocomplete}} : "{marked}"'
    return (
        f"FROM {table} JOIN {get_app_config().get_model('IndexEntry')._meta.db_table} entry "
        f"ON entry.id = {table}.rowid WHERE {table} MATCH %s AND entry.content_type_id + 0 IN ({places})"
    ), [match, *kinds]


def _fts5_matching(queryset: QuerySet[Row], found: list[str]) -> QuerySet[Row]:
    tail, params = _fts5(queryset.model, found)
    return queryset.filter(
        pk__in=RawSQL(f"SELECT CAST(entry.object_id AS integer) {tail}", params)  # noqa: S611
    ).order_by()


def _fts5_best(queryset: QuerySet[Any], found: list[str], limit: int) -> list[int]:
    tail, params = _fts5(queryset.model, found)
    table = get_app_config().get_model("SQLiteFTSIndexEntry")._meta.db_table
    try:
        among, among_params = queryset.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return []
    # Columns: autocomplete, body, title. A word in a title says more than one in a text.
    sql = (
        f"SELECT CAST(entry.object_id AS integer) {tail} "
        f"AND CAST(entry.object_id AS integer) IN ({among}) "
        f"ORDER BY bm25({table}, 0.0, 1.0, 5.0), 1 DESC LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, *among_params, limit])
        return [pk for (pk,) in cursor.fetchall()]


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
    return list(
        everything.filter(pk__in=queryset.order_by().values("pk")).values_list("pk", flat=True)[:limit]
    )


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
