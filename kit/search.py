"""Text search on whatever database there is: the one place that knows how they differ.

SQLite's FTS5 takes no field list and no boost, has no stemming, and reads operators in the text; PostgreSQL stems. Both come
through Wagtail's search, and its answer is turned into a queryset here, so that facets and counts can be
computed by the database for the same hits.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
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
RANKED_KIND = "kindof"  # how the word of a kind begins that is weighed by relevance
_RANKED = "kit_ranked"
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


def kind_words(models: Sequence[type[Model]]) -> list[str]:
    """The word that stands in the index for each of these kinds; none unless each has one."""
    found = [getattr(model, "search_kind", "") for model in models]
    return found if all(found) else []


def _match(found: list[str], models: Sequence[type[Model]], columns: str) -> str:
    """What FTS5 is asked.

    All kinds of things share one full-text table, in which a thousand communities stand among a million posts. A
    model may therefore have a word of its own, ``search_kind``, and index it with an ``AutocompleteField``: FTS5
    then passes over everything else. It weighs nothing in the ranking. It begins with ``RANKED_KIND`` unless the
    model is found by time alone (``latest``).
    """
    match = f"{{{columns}}} : (" + " AND ".join(f'"{word}"' for word in found) + ")"
    marks = kind_words(models)
    if marks:
        match += " AND {autocomplete} : (" + " OR ".join(f'"{mark}"' for mark in marks) + ")"
    return match


def _table_of(models: Sequence[type[Model]]) -> str:
    """Where FTS5 is asked for these kinds: among what is ranked, if they all are.

    Whenever it weighs, FTS5 asks how many rows of its table hold a word. So that this doesn't grow with talk, of which
    there is most and which goes by time, what is ranked has a table of its own (docs/decisions/0028).
    """
    marks = kind_words(models)
    is_ranked = bool(marks) and all(mark.startswith(RANKED_KIND) for mark in marks)
    return _RANKED if is_ranked else _full_text()


def _fts5(
    models: Sequence[type[Model]], found: list[str], columns: str = "title body"
) -> tuple[str, list[Any]]:
    """What holds all these words, as the rest of a statement after SELECT, and its parameters.

    FTS5 is asked once: the package's own query has an order that lets SQLite ask it again for each row of the
    index. Adding nothing to the content type is what keeps it from that. ``entry.object_id`` is a text.
    """
    table = _table_of(models)
    kinds = sorted({pk for model in models for pk in _content_types(model)})
    places = ", ".join(["%s"] * len(kinds))
    return (
        f"FROM {table} JOIN {get_app_config().get_model('IndexEntry')._meta.db_table} entry "
        f"ON entry.id = {table}.rowid "
        f"WHERE {table} MATCH %s AND entry.content_type_id + 0 IN ({places})"
    ), [_match(found, models, columns), *kinds]


@cache
def _content_types(model: type[Model]) -> list[int]:
    """The ids of what stands in the index for a model and those that inherit from it."""
    return list(get_descendants_content_types_pks(model))


@cache
def _full_text() -> str:
    return str(get_app_config().get_model("SQLiteFTSIndexEntry")._meta.db_table)


def _fts5_matching(queryset: QuerySet[Row], found: list[str]) -> QuerySet[Row]:
    tail, params = _fts5([queryset.model], found)
    return queryset.filter(
        pk__in=RawSQL(f"SELECT CAST(entry.object_id AS integer) {tail}", params)  # noqa: S611
    ).order_by()


@dataclass(frozen=True, kw_only=True)
class Among:
    """The rows that are looked among: the ids of a model's rows, as SQL of one column."""

    model: type[Model]
    sql: str
    params: list[Any]

    @classmethod
    def of(cls, queryset: QuerySet[Any]) -> "Among | None":
        """The rows of a queryset, which may be filtered in any way, by joins too; None if there can be none."""
        rows = queryset if queryset.query.is_sliced else queryset.order_by()
        try:
            sql, params = rows.values("pk").query.sql_with_params()
        except EmptyResultSet:
            return None
        return cls(model=queryset.model, sql=sql, params=list(params))

    @classmethod
    def those(cls, model: type[Model], ids: Iterable[int]) -> "Among":
        """The rows with these ids."""
        return cls(model=model, sql=", ".join(str(int(pk)) for pk in ids) or "NULL", params=[])

    @property
    def rows(self) -> QuerySet[Any]:
        """The same as a queryset."""
        ids = RawSQL(self.sql, self.params)  # noqa: S611
        return self.model._default_manager.filter(pk__in=ids)


def _fts5_best(among: Among, models: Sequence[type[Model]], found: list[str], limit: int) -> list[int]:
    tail, params = _fts5(models, found)
    # Columns: autocomplete, body, title. A word in a title says more than one in a text.
    sql = (
        f"SELECT CAST(entry.object_id AS integer) {tail} "
        f"AND CAST(entry.object_id AS integer) IN ({among.sql}) "
        f"ORDER BY bm25({_table_of(models)}, 0.0, 1.0, 5.0), 1 DESC LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, *among.params, limit])
        return [pk for (pk,) in cursor.fetchall()]


def best(
    rows: QuerySet[Any] | Among, text: str, limit: int, *, kinds: Sequence[type[Model]] = ()
) -> list[int]:
    """Ids of those rows that hold all words of the text, best first: the fast way when only the best count.

    Args:
        rows: what to look among.
        text: what to look for.
        limit: how many ids at most.
        kinds: the models that the rows are of, if they are told by a model that they share.
    """
    found = words(text)
    among = rows if isinstance(rows, Among) else Among.of(rows)
    if not found or among is None:
        return []
    if _uses_fts5():
        return _fts5_best(among, kinds or [among.model], found, limit)
    everything = ranked(among.model._default_manager.all(), text)
    inside = everything.filter(pk__in=among.rows.order_by().values("pk"))
    return list(inside.values_list("pk", flat=True)[:limit])


def holding(model: type[Model], text: str, limit: int) -> list[int]:
    """Ids of a model's rows that hold all words of the text, in no order and **whoever may see them**.

    For what is held in a process and narrowed there: finding is cheap, weighing what is found is not.
    """
    found = words(text)
    if not found:
        return []
    if not _uses_fts5():
        return list(matching(model._default_manager.all(), text).values_list("pk", flat=True)[:limit])
    tail, params = _fts5([model], found)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT CAST(entry.object_id AS integer) {tail} LIMIT %s", [*params, limit])
        return [pk for (pk,) in cursor.fetchall()]


def _fts5_latest(among: Among, found: list[str], limit: int, columns: str) -> tuple[str, list[Any]]:
    """Goes through the hits from the newest on and looks each up, until there are enough."""
    tail, params = _fts5([among.model], found, columns)
    head, _, conditions = tail.partition(" WHERE ")
    head = head.replace(" JOIN ", " CROSS JOIN ")  # which keeps SQLite to this order
    sql = (
        f"SELECT among.id {head} CROSS JOIN ({among.sql}) among "
        f"ON among.id = CAST(entry.object_id AS integer) WHERE {conditions} "
        f"ORDER BY {_table_of([among.model])}.rowid DESC LIMIT %s"
    )
    return sql, [*among.params, *params, limit]


def latest(among: Among, text: str, limit: int, *, titles_first: bool = False) -> Among | None:
    """The newest rows that hold all words of the text: for what is so much that weighing every hit takes long.

    Args:
        among: what to look among; its one column is called "id".
        text: what to look for.
        limit: how many rows at most.
        titles_first: give as many again whose title alone holds all words.

    Returns:
        Their ids as SQL, in no order; None for a text without words.
    """
    found = words(text)
    if not found:
        return None
    if not _uses_fts5():
        return Among.of(matching(among.rows, text).order_by("-pk")[:limit].values("pk"))
    parts = [_fts5_latest(among, found, limit, "title body")]
    if titles_first:
        parts.append(_fts5_latest(among, found, limit, "title"))
    sql = " UNION ".join(f"SELECT * FROM ({part})" for part, _ in parts)  # noqa: S608
    return Among(model=among.model, sql=sql, params=[value for _, values in parts for value in values])


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


def forget_deleted() -> None:
    """Let the index drop the words of what is no longer in it.

    SQLite's FTS5 marks an entry as deleted, and keeps its words until it merges its parts by and by. Takes a second
    for 100,000 entries. (https://www.sqlite.org/fts5.html, section 6.8)
    """
    if _uses_fts5():
        with connection.cursor() as cursor:
            for table in (_full_text(), _RANKED):
                cursor.execute(f"INSERT INTO {table}({table}) VALUES('optimize')")
