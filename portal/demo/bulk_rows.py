"""Writing many rows at once, past the ORM, on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.core.management.color import no_style
from django.db import connection
from django.db.models import AutoField, Max, Model

Report = Callable[[str], None]
CHUNK = 5000
_LINE_EVERY = 100_000


def next_pk(model: type[Model]) -> int:
    """The first key that no row has had."""
    return (model._default_manager.aggregate(last=Max("pk"))["last"] or 0) + 1


def moment(value: datetime) -> Any:
    """A moment as the database keeps it."""
    return connection.ops.adapt_datetimefield_value(value)


def _constants(model: type[Model], columns: Sequence[str]) -> dict[str, Any]:
    """The defaults of those columns that were not named, so that a new field with a default needs no change here."""
    return {
        field.column: field.get_db_prep_save(field.get_default(), connection)
        for field in model._meta.local_concrete_fields
        if field.attname not in columns and not (field.primary_key and isinstance(field, AutoField))
    }


def insert(
    model: type[Model],
    columns: Sequence[str],
    rows: Iterable[tuple[Any, ...]],
    report: Report = lambda line: None,
) -> int:
    """Insert rows as fast as the database takes them. No signal is sent, and no field is prepared.

    Args:
        model: whose table; of a model that inherits by a table, its own table alone.
        columns: attribute names, such as "circle_id"; the others get the defaults of their fields.
        rows: values in the order of the columns, moments as ``moment`` gives them.
        report: told in a line after every 100,000 rows.

    Returns:
        How many there were.
    """
    named = [
        next(str(f.column) for f in model._meta.local_concrete_fields if f.attname == name)
        for name in columns
    ]
    constants = _constants(model, columns)
    rest = tuple(constants.values())
    quoted = [connection.ops.quote_name(name) for name in [*named, *constants]]
    table = connection.ops.quote_name(model._meta.db_table)
    write = _copy if connection.vendor == "postgresql" else _execute_many
    rows, done = iter(rows), 0
    while chunk := [row + rest for row in islice(rows, CHUNK)]:
        write(table, quoted, chunk)
        done += len(chunk)
        if done % _LINE_EVERY == 0:
            report(f"  {done:,} {model._meta.verbose_name_plural}")
    return done


def _copy(table: str, columns: list[str], rows: list[tuple[Any, ...]]) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _execute_many(table: str, columns: list[str], rows: list[tuple[Any, ...]]) -> None:
    places = ", ".join(["%s"] * len(columns))
    # The names are those of our own models.
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)


def execute(sql: str, parameters: Sequence[Any] = ()) -> None:
    """Run one statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def execute_many(sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Run one statement for each row of parameters."""
    rows = iter(rows)
    with connection.cursor() as cursor:
        while chunk := list(islice(rows, CHUNK)):
            cursor.executemany(sql, chunk)


def continue_numbering(*models: type[Model]) -> None:
    """Let the database's own numbering go on after keys that were given."""
    for sql in connection.ops.sequence_reset_sql(no_style(), list(models)):
        execute(sql)


def analyse() -> None:
    """Let the database look at what there is now, so that it plans for it."""
    if connection.vendor == "sqlite":
        # A sample of each index says enough; reading a million posts takes a minute.
        execute("PRAGMA analysis_limit = 2000")
    execute("ANALYZE")
