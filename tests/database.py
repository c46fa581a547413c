"""The test database: migrated once, kept as a file, and copied back whenever it is needed fresh.

Migrating takes half a minute, copying a file a tenth of a second. On PostgreSQL the ordinary ways hold.
"""

import hashlib
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase

_FOLDER = settings.ROOT / "var" / "test-databases"


def _fingerprint() -> str:
    """Changes with any migration, ours or of a package."""
    digest = hashlib.sha256((settings.ROOT / "requirements" / "base.txt").read_bytes())
    for path in sorted(settings.ROOT.glob("*/migrations/*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:20]


def _template() -> Path:
    return _FOLDER / f"{_fingerprint()}.sqlite3"


def _copy(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    source.backup(target)


# What stands in the database besides what migrating makes, and copies of it with this and that.
_present: frozenset[str] = frozenset()
_snapshots: dict[frozenset[str], sqlite3.Connection] = {}


def restore() -> None:
    """Make the open in-memory database as it was after migrating."""
    global _present  # noqa: PLW0603 — one database, one state
    connection.ensure_connection()
    kept = sqlite3.connect(_template())
    try:
        _copy(kept, connection.connection)
    finally:
        kept.close()
    _present = frozenset()


def use(wanted: frozenset[str], build: Callable[[str], None]) -> None:
    """Have exactly these sets of things in the database, each built once in a run and copied from then on.

    Args:
        wanted: names of sets, such as "cast" and "pages".
        build: makes a set of this name in the open database.
    """
    global _present  # noqa: PLW0603 — one database, one state
    if wanted == _present:
        return
    if wanted not in _snapshots:
        restore()
        for name in sorted(wanted):
            build(name)
        _snapshots[wanted] = sqlite3.connect(":memory:", check_same_thread=False)
        _copy(connection.connection, _snapshots[wanted])
    else:
        connection.ensure_connection()
        _copy(_snapshots[wanted], connection.connection)
    _present = wanted


def create() -> None:
    """An in-memory database with everything migrated, from the kept file where there is one."""
    name = connection.creation._get_test_db_name()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
    connection.close()
    connection.ensure_connection()
    if _template().exists():
        restore()
        return
    call_command("migrate", verbosity=0, interactive=False)
    _FOLDER.mkdir(parents=True, exist_ok=True)
    unfinished = _FOLDER / f"{os.getpid()}.unfinished"
    made = sqlite3.connect(unfinished)
    _copy(connection.connection, made)
    made.close()
    unfinished.rename(_template())


def restore_instead_of_flush(monkeypatch_target: type[TransactionTestCase]) -> None:
    """After a test that commits, the tables are as after migrating: root page, locale and permissions included."""

    def teardown(self: TransactionTestCase) -> None:
        restore()

    monkeypatch_target._fixture_teardown = teardown  # type: ignore[method-assign]


def reload_after_flush(target: type[TransactionTestCase]) -> None:
    """The same on PostgreSQL: what migrating put there is put there again."""

    def teardown(self: TransactionTestCase) -> None:
        # Emptied by SQL alone: Django's flush makes content types and permissions anew, which would clash.
        with connection.cursor() as cursor:
            tables = ", ".join(f'"{name}"' for name in connection.introspection.table_names())
            cursor.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
        ContentType.objects.clear_cache()
        connection.creation.deserialize_db_from_string(connection._test_serialized_contents)

    target._fixture_teardown = teardown  # type: ignore[method-assign]
