"""The test database: migrated once, and copied whenever a test needs it fresh.

Migrating takes half a minute; a copy takes a tenth of a second. What most tests want in it (the cast, the
pages) is likewise made once in a run and copied from then on.
"""

import hashlib
import os
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase

_FOLDER = settings.ROOT / "var" / "test-databases"

Sets = frozenset[str]


class Keeper(ABC):
    """Keeps copies of the database with this and that in it."""

    def __init__(self) -> None:
        """Nothing is known yet of what stands in the open database."""
        self.present: Sets | None = None

    @abstractmethod
    def create(self) -> None:
        """Have a database with everything migrated."""

    @abstractmethod
    def kept(self, wanted: Sets) -> bool:
        """Is there a copy with just these sets?"""

    @abstractmethod
    def keep(self, wanted: Sets) -> None:
        """Keep a copy of the open database."""

    @abstractmethod
    def open(self, wanted: Sets) -> None:
        """Open a fresh database, made of the copy with these sets."""

    def drop(self) -> None:  # noqa: B027 — what is in memory goes by itself
        """Leave nothing behind."""

    def use(self, wanted: Sets, build: Callable[[str], None]) -> None:
        """Have exactly these sets of things in the open database.

        Args:
            wanted: names of sets, such as "cast" and "pages".
            build: makes a set of this name in the open database.
        """
        if wanted == self.present:
            return
        if not self.kept(wanted):
            self.open(frozenset())
            for name in sorted(wanted):
                build(name)
            self.keep(wanted)
        self.open(wanted)
        self.present = wanted

    def spoilt(self) -> None:
        """A test has committed: what stands in the open database is no longer known."""
        self.present = None


def _name(name: str) -> None:
    """Let every thread's connections go to this database from now on."""
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
    ContentType.objects.clear_cache()


class Memory(Keeper):
    """SQLite: in memory; what migrating makes is kept in a file from one run to the next."""

    def __init__(self) -> None:
        """No copy yet."""
        super().__init__()
        self.copies: dict[Sets, sqlite3.Connection] = {}

    @staticmethod
    def _migrated() -> Path:
        """Its name changes with any migration, ours or of a package."""
        digest = hashlib.sha256((settings.ROOT / "requirements" / "base.txt").read_bytes())
        for path in sorted(settings.ROOT.glob("*/migrations/*.py")):
            digest.update(path.name.encode() + path.read_bytes())
        return _FOLDER / f"{digest.hexdigest()[:20]}.sqlite3"

    def create(self) -> None:
        """From the file, or by migrating."""
        _name(connection.creation._get_test_db_name())
        connection.ensure_connection()
        migrated = self._migrated()
        if not migrated.exists():
            call_command("migrate", verbosity=0, interactive=False)
            _FOLDER.mkdir(parents=True, exist_ok=True)
            unfinished = _FOLDER / f"{os.getpid()}.unfinished"
            made = sqlite3.connect(unfinished)
            connection.connection.backup(made)
            made.close()
            unfinished.rename(migrated)
        self.copies[frozenset()] = sqlite3.connect(migrated)

    def kept(self, wanted: Sets) -> bool:
        """In memory."""
        return wanted in self.copies

    def keep(self, wanted: Sets) -> None:
        """In memory."""
        self.copies[wanted] = sqlite3.connect(":memory:", check_same_thread=False)
        connection.connection.backup(self.copies[wanted])

    def open(self, wanted: Sets) -> None:
        """Over what the one database holds."""
        connection.ensure_connection()
        self.copies[wanted].backup(connection.connection)


class Server(Keeper):
    """PostgreSQL: a database for each set, and beside it one that nobody writes to, to make it from."""

    def __init__(self) -> None:
        """No database yet."""
        super().__init__()
        self.worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
        self.made: set[Sets] = set()
        self.spoilt_so_far = 0

    def _used(self, wanted: Sets) -> str:
        return self._database(wanted, f"used{self.spoilt_so_far}")

    def _database(self, wanted: Sets, role: str) -> str:
        return "_".join(["test", self.worker, *sorted(wanted), role])

    def _copy(self, source: str, target: str) -> None:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')

    def create(self) -> None:
        """By migrating, once for all workers."""
        migrated = "test_migrated"
        with connection._nodb_cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(1)")
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [migrated])
            if not cursor.fetchone():
                cursor.execute(f'CREATE DATABASE "{migrated}"')
                _name(migrated)
                call_command("migrate", verbosity=0, interactive=False)
                connection.close()
            self._copy(migrated, self._database(frozenset(), "kept"))
            cursor.execute("SELECT pg_advisory_unlock(1)")
        self.made.add(frozenset())

    def kept(self, wanted: Sets) -> bool:
        """In a database of its own."""
        return wanted in self.made

    def keep(self, wanted: Sets) -> None:
        """In a database of its own: the open one, which is no longer what it was."""
        built, kept = connection.settings_dict["NAME"], self._database(wanted, "kept")
        connection.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{built}" RENAME TO "{kept}"')
        self.made.add(wanted)

    def open(self, wanted: Sets) -> None:
        """The one that is there, or, after a test that committed, one made anew."""
        target = self._used(wanted)
        connection.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [target])
            there = cursor.fetchone() is not None
        if not there:
            self._copy(self._database(wanted, "kept"), target)
        _name(target)
        connection.ensure_connection()

    def spoilt(self) -> None:
        """Every test from now on gets a new database. To drop this one would wait for a checkpoint."""
        super().spoilt()
        self.spoilt_so_far += 1

    def drop(self) -> None:
        """All that this worker made, unless the whole server is about to go."""
        connection.close()
        if os.environ.get("POSTGRES_IS_THROWN_AWAY"):
            return
        with connection._nodb_cursor() as cursor:
            cursor.execute(
                "SELECT datname FROM pg_database WHERE datname LIKE %s", [f"test\\_{self.worker}\\_%"]
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def keeper() -> Keeper:
    """The one for the database that the tests run on, told of every test that commits."""
    made: Keeper = Memory() if connection.vendor == "sqlite" else Server()

    def teardown(self: TransactionTestCase) -> None:
        # Instead of Django's flush, which would empty what migrating made: root page, locale, permissions.
        made.spoilt()

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[method-assign]
    made.create()
    return made
