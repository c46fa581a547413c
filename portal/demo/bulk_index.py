"""Search index rows for what was seeded, in bulk, equal to those that Wagtail's own indexer writes.

Wagtail indexes one object after the other, 1 ms each. Here the database fills the index from its own
tables: one INSERT … SELECT for each model. tests/portal/test_bulk.py holds that both write the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.db.models import Model
from modelsearch.backends.database.postgres.weights import get_weight
from modelsearch.index import AutocompleteField, Indexed, RelatedFields, SearchField
from wagtail.search.backends import get_search_backend
from wagtail.search.models import IndexEntry

from community_directory.models import Community, CommunityTheme
from discussion.models import Post, Topic
from members.models import Theme
from portal.demo.bulk_rows import execute

# The most themes that a seeded community has: each becomes a text of its own in the index.
MOST_THEMES = 3
_TABLE = IndexEntry._meta.db_table


@dataclass(frozen=True)
class _Words:
    """One text of an indexed object, as SQL, with its weight on PostgreSQL."""

    sql: str
    weight: str


def _theme(place: int) -> str:
    """The name of a community's first, second … theme, in the order in which they were added."""
    return (
        f"(SELECT t.name FROM {Theme._meta.db_table} t JOIN {CommunityTheme._meta.db_table} i ON i.tag_id = t.id"  # noqa: S608
        # Adding nothing keeps the database from walking all of them in order to find a few.
        f" WHERE i.content_object_id = o.id ORDER BY i.id + 0 LIMIT 1 OFFSET {place})"
    )


# How the database reads what is not a column.
_READ: dict[tuple[type[Model], str], list[str]] = {
    (Topic, "first_text"): [
        f"COALESCE((SELECT p.text FROM {Post._meta.db_table} p"  # noqa: S608
        " WHERE p.topic_id = o.id AND p.number = 1 AND p.removed_at IS NULL), '')"
    ],
    (Community, "title"): ['o."name"'],
    (Community, "themes"): [_theme(place) for place in range(MOST_THEMES)],
}


def _column(model: type[Any], name: str) -> str:
    """How the database reads one field; the word for a kind is the same for all of its rows."""
    return f"'{model.search_kind}'" if name == "search_kind" else f'o."{name}"'


def _texts(model: type[Any], kind: type[Any]) -> list[tuple[str, _Words]]:
    """The texts of one kind of search field, with their field names, in the order of the indexer."""
    found: list[tuple[str, _Words]] = []
    for field in model.get_search_fields():
        inner = field.fields if isinstance(field, RelatedFields) else [field]
        texts = [one for one in inner if isinstance(one, kind)]
        if not texts:
            continue
        reads = _READ.get((model, field.field_name)) or [_column(model, field.field_name)]
        name = texts[0].field_name
        # Only PostgreSQL knows weights; elsewhere the package can't say them.
        weight = get_weight(getattr(texts[0], "boost", None)) if connection.vendor == "postgresql" else ""
        found += [(name, _Words(sql, weight)) for sql in reads]
    return found


def _columns(model: type[Indexed]) -> dict[str, list[_Words]]:
    searched, completed = _texts(model, SearchField), _texts(model, AutocompleteField)
    return {
        "title": [words for name, words in searched if name == "title"],
        "body": [words for name, words in searched if name != "title"],
        "autocomplete": [words for _, words in completed],
    }


def _spaced(texts: list[_Words]) -> str:
    """Texts as one text with spaces between; what is NULL is left out with its space."""
    if not texts:
        return "''"
    first, *others = (words.sql for words in texts)
    return " || ".join([f"COALESCE({first}, '')", *(f"COALESCE(' ' || {sql}, '')" for sql in others)])


def _vector(texts: list[_Words], config: str) -> str:
    """Texts as a tsvector, made and weighed one by one."""
    if not texts:
        return "''::tsvector"
    return " || ".join(
        f"setweight(to_tsvector({config}COALESCE({words.sql}, '')), '{words.weight}')" for words in texts
    )


def _plain(texts: list[_Words]) -> str:
    parts = ", ".join(f"NULLIF(btrim({words.sql}), '')" for words in texts)
    return f"concat_ws(' ', {parts})" if parts else "''"


def _expressions(model: type[Indexed], backend: Any) -> dict[str, str]:
    """What each column of the index is filled with."""
    columns = _columns(model)
    if connection.vendor == "sqlite":
        return {name: _spaced(texts) for name, texts in columns.items()}
    config = f"'{backend.config}'::regconfig, " if backend.config else ""
    complete = f"'{backend.autocomplete_config}'::regconfig, "
    return {
        "title": _vector(columns["title"], config),
        "body": _vector(columns["body"], config),
        "autocomplete": _vector(columns["autocomplete"], complete),
        "title_text": _plain(columns["title"]),
        "body_text": _plain(columns["body"]),
    }


def is_in_database() -> bool:
    """Whether the search index is a table of ours rather than a search server."""
    return hasattr(get_search_backend().get_index_for_model(IndexEntry), "entries")


def add(model: type[Any], *, first: int) -> None:
    """Index all rows of a model from this key on; none of them may be in the index.

    Args:
        model: an indexed model with a table of its own.
        first: the lowest key of what is new.
    """
    if not is_in_database():
        return
    content_type = ContentType.objects.get_for_model(model).pk
    expressions = _expressions(model, get_search_backend())
    if connection.vendor == "postgresql":
        # Let the GIN indexes take what is new in few large helpings.
        execute(
            "SELECT set_config('gin_pending_list_limit', '262144', true), set_config('work_mem', '262144', true)"
        )
    source = f"FROM {model._meta.db_table} o WHERE o.id >= %s"
    mean = _mean_title_length(f"UNION ALL SELECT LENGTH({expressions['title']}) {source}", [first])
    norm = f"COALESCE({mean!r} / NULLIF(LENGTH({expressions['title']}), 0), 1.0)"
    execute(
        f"INSERT INTO {_TABLE} (content_type_id, object_id, title_norm, {', '.join(expressions)})"
        f" SELECT %s, CAST(o.id AS VARCHAR), {norm}, {', '.join(expressions.values())} {source} ORDER BY o.id",
        [content_type, first],
    )


def _mean_title_length(more: str = "", parameters: Sequence[Any] = ()) -> float:
    """Of all titles in the index, and of those that are about to come."""
    lengths = f"SELECT LENGTH(title) AS n FROM {_TABLE} {more}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT AVG(n) FROM ({lengths}) AS lengths WHERE n > 0", parameters)  # noqa: S608
        return float(cursor.fetchone()[0] or 1.0)


def settle() -> None:
    """Weigh each title by its length against the mean, as a rebuilt index does; a search server indexes anew."""
    if not is_in_database():
        call_command("update_index", verbosity=0)
        return
    mean = _mean_title_length()
    execute(
        f"UPDATE {_TABLE} SET title_norm = %s / LENGTH(title)"  # noqa: S608
        " WHERE LENGTH(title) > 0 AND ABS(title_norm - %s / LENGTH(title)) > 1e-9",
        [mean, mean],
    )
