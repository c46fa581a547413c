"""The databases that are measured: made once for each size and state of the code, then kept under var/bench/."""

import contextlib
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from benchmarks import processes
from benchmarks.processes import ROOT, Running

Report = Callable[[str], None]
# Whatever decides what a seeded database looks like.
_DECIDES = (
    "*/migrations/*.py",
    "*/models.py",
    "portal/demo/**/*",
    "portal/programmes/*",
    "portal/settings/base.py",
    "benchmarks/seeding.py",
    "benchmarks/targets.py",
)
_SQLITE_MAGIC = b"SQLite format 3\x00"


class CannotMake(RuntimeError):
    """A database could not be made; says why."""


@dataclass(frozen=True)
class Sizes:
    """How much there is in a seeded database."""

    communities: int = 1000
    topics: int = 12_500  # the network's first space gets four fifths: 10,000
    posts: int = 125_000
    guidance: int = 200

    @property
    def small(self) -> "Sizes":
        """The same with little talk, to see what grows."""
        return replace(self, topics=min(self.topics, 1000), posts=min(self.posts, 10_000))


QUICK = Sizes(communities=300, topics=1000, posts=5000, guidance=60)


def sizes_from(path: Path, otherwise: Sizes) -> Sizes:
    """Sizes from a JSON or TOML file, such as ``topics = 100000``.

    Raises:
        ValueError: it is neither, or names something else.
    """
    text = path.read_text(encoding="utf-8")
    given = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    wrong = {name for name, value in given.items() if name not in asdict(otherwise) or type(value) is not int}
    if wrong:
        raise ValueError(
            f"{path}: {', '.join(sorted(wrong))}: expected whole numbers for {', '.join(asdict(otherwise))}"
        )
    return replace(otherwise, **given)


def is_sqlite(path: Path) -> bool:
    """Whether a file is an SQLite database."""
    with path.open("rb") as file:
        return file.read(len(_SQLITE_MAGIC)) == _SQLITE_MAGIC


def state_of_code() -> str:
    """A short hash that changes when a seeded database might."""
    digest = hashlib.sha256()
    for pattern in _DECIDES:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and not any(
                part in ("var", "node_modules", "__pycache__") for part in path.parts
            ):
                digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:10]


def _name(sizes: Sizes) -> str:
    return "-".join(f"{value}{name[0]}" for name, value in asdict(sizes).items())


def run(module: list[str], env: dict[str, str], report: Report) -> str:
    """Run one of our modules to its end, and hand on what it says.

    Raises:
        CannotMake: it failed.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", *module],
        cwd=ROOT,
        env={**os.environ, **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    lines = []
    try:
        for line in process.stdout or ():
            lines.append(line)
            report(f"  {line.rstrip()}")
        if process.wait():
            raise CannotMake(f"{module[0]} failed:\n" + "".join(lines[-15:]))
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    return "".join(lines)


def seed(url: str, sizes: Sizes, var: Path, report: Report) -> None:
    """Migrate, load the demo, and seed."""
    options = [part for name, value in asdict(sizes).items() for part in (f"--{name}", str(value))]
    run(["benchmarks.seeding", *options], environment(url, var), report)


def environment(url: str, var: Path) -> dict[str, str]:
    """What a process needs to work on one database, with caches and mail of its own."""
    return {
        "DATABASE_URL": url,
        "PORTAL_VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "REDIS_URL": "",
        "SEARCH_URL": "",
    }


class Sqlite:
    """Databases as files."""

    name = "sqlite"

    def __init__(self, home: Path) -> None:
        self.home = home / "sqlite"

    def cpu(self) -> float:
        """It has no process of its own."""
        return 0.0

    def stop(self) -> None:
        """Nothing runs."""

    def database(self, sizes: Sizes, report: Report) -> str:
        """The address of a database of this size, made if it is not there."""
        state = state_of_code()
        path = self.home / f"{_name(sizes)}.{state}.sqlite3"
        if not path.exists():
            self._forget_all_but(state)
            report(f"Seeding {_said(sizes)}")
            self._make(path, sizes, report)
        return f"sqlite:///{path}"

    def _make(self, path: Path, sizes: Sizes, report: Report) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            fresh = Path(folder) / "fresh.sqlite3"
            seed(f"sqlite:///{fresh}", sizes, Path(folder), report)
            with contextlib.closing(sqlite3.connect(fresh)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            fresh.rename(path)

    def _forget_all_but(self, state: str) -> None:
        for path in self.home.glob("*.sqlite3*"):
            if f".{state}." not in path.name:
                path.unlink(missing_ok=True)

    def copy(self, path: Path) -> str:
        """The address of a copy of somebody's own database, which stays as it is."""
        self.home.mkdir(parents=True, exist_ok=True)
        target = self.home / "own.given.sqlite3"
        for old in self.home.glob("own.given.sqlite3*"):
            old.unlink()
        with (
            contextlib.closing(sqlite3.connect(f"file:{path.resolve()}?mode=ro", uri=True)) as source,
            contextlib.closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
        return f"sqlite:///{target}"


class Postgres:
    """A PostgreSQL server of our own, on loopback, without fsync, with one database for each size."""

    name = "postgres"

    def __init__(self, home: Path) -> None:
        self.binaries = _find_postgres()
        self.folder = _folder_for_postgres(home)
        self._server: Running | None = None

    def cpu(self) -> float:
        """CPU seconds that its processes took so far."""
        return self._server.cpu() if self._server else 0.0

    def start(self, log: Path) -> None:
        """Make the server's folder if need be, and start it."""
        data = self.folder / "db"
        if not (data / "PG_VERSION").exists():
            shutil.rmtree(data, ignore_errors=True)
            initdb = [
                f"{self.binaries}/initdb",
                "-D",
                str(data),
                "-U",
                "portal",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-sync",
            ]
            self._call([*self._as_owner(), *initdb])
        (data / "postmaster.pid").unlink(missing_ok=True)
        port = processes.free_port()
        options = {
            "port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": self.folder, "fsync": "off",
            "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off", "jit": "off",
            "shared_buffers": "512MB", "max_wal_size": "4GB",
        }  # fmt: skip
        command = [*self._as_owner(), f"{self.binaries}/postgres", "-D", str(data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        self._server = processes.start(
            "PostgreSQL", command, port=port, log=log, stop_signal=signal.SIGINT, cwd=self.folder
        )

    def stop(self) -> None:
        """End the server."""
        if self._server:
            self._server.stop()
            self._server = None

    def database(self, sizes: Sizes, report: Report) -> str:
        """The address of a database of this size, made if it is not there."""
        state = state_of_code()
        name = f"bench_{_name(sizes)}_{state}".replace("-", "_")
        there = self._sql("SELECT datname FROM pg_database WHERE datname LIKE 'bench_%'").split()
        if name not in there:
            for old in there:
                if not old.endswith(state):
                    self._sql(f'DROP DATABASE "{old}"')
            report(f"Seeding {_said(sizes)}")
            self._make(name, sizes, report)
        return self._url(name)

    def _make(self, name: str, sizes: Sizes, report: Report) -> None:
        fresh = f"fresh_{name}"
        self._sql(f'DROP DATABASE IF EXISTS "{fresh}"')
        self._sql(f'CREATE DATABASE "{fresh}"')
        with tempfile.TemporaryDirectory() as folder:
            seed(self._url(fresh), sizes, Path(folder), report)
        self._sql("VACUUM ANALYZE", fresh)
        self._sql(f'ALTER DATABASE "{fresh}" RENAME TO "{name}"')

    def _url(self, name: str) -> str:
        assert self._server is not None
        return f"postgres://portal@127.0.0.1:{self._server.port}/{name}"

    def _sql(self, statement: str, database: str = "postgres") -> str:
        assert self._server is not None
        psql = [
            f"{self.binaries}/psql",
            "-X",
            "-q",
            "-A",
            "-t",
            "-h",
            "127.0.0.1",
            "-p",
            str(self._server.port),
        ]
        return self._call([*psql, "-U", "portal", "-d", database, "-c", statement])

    def _call(self, command: list[str]) -> str:
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise CannotMake(f"{Path(command[-1]).name}: {done.stderr.strip()}")
        return done.stdout

    def _as_owner(self) -> list[str]:
        """PostgreSQL refuses to run as root: root hands it to the user that its package made."""
        if os.geteuid() != 0:
            return []
        return [
            "setpriv",
            "--reuid=postgres",
            "--regid=postgres",
            "--init-groups",
            "env",
            f"HOME={self.folder}",
        ]


def _find_postgres() -> str:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        raise CannotMake("PostgreSQL is missing (on Debian: apt-get install postgresql)")
    return str(found[-1].parent if found else Path(str(on_path)).parent)


def _folder_for_postgres(home: Path) -> Path:
    """Under var/bench/, or among temporary files where PostgreSQL's user may not go there."""
    folder = home / "postgres"
    if os.geteuid() == 0:
        private = any(
            not parent.stat().st_mode & 0o001 for parent in home.resolve().parents if parent.exists()
        )
        if private:
            folder = Path(tempfile.gettempdir()) / "portal-bench-postgres"
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        home.chmod(home.stat().st_mode | 0o001)
        shutil.chown(folder, "postgres", "postgres")
    return folder


def _said(sizes: Sizes) -> str:
    return ", ".join(f"{value:,} {name}" for name, value in asdict(sizes).items())
