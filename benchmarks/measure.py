"""What one page costs: queries, bytes, and CPU time in windows that alternate with control B's."""

import gzip
import itertools
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import data, processes
from benchmarks.load import CONNECTIONS, Answer, Asker, Failed, ask_many
from benchmarks.pages import Page, Reader
from benchmarks.processes import Running

_FEWEST, _MOST = 24, 3000
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Pace:
    """How long a page is measured.

    Args:
        windows: how many of each kind.
        seconds: CPU time of a window, about.
        limit: seconds by the clock after which no other window is begun, so that a page that is very
            slow takes no longer than the others.
    """

    windows: int
    seconds: float
    limit: float


FULL, QUICK = Pace(5, 0.8, 24), Pace(3, 0.25, 6)


@dataclass
class Portal:
    """A portal that is served: its server, what is behind it, and what to ask for."""

    server: Running
    var: Path
    database_cpu: Callable[[], float]
    pages: dict[str, str]
    cookie: str
    sizes: dict[str, int]
    url: str = ""

    def cpu(self) -> float:
        """CPU seconds of the workers and of the database so far."""
        return self.server.cpu() + self.database_cpu()

    def headers(self, page: Page) -> dict[str, str]:
        """What a reader of this page sends along."""
        return {"Cookie": self.cookie} if page.reader is Reader.SIGNED_IN else {}

    def paths(self, page: Page) -> Iterator[str]:
        """Addresses to ask for, without end; for a visitor never the same twice."""
        path = self.pages[page.name]
        if page.reader is not Reader.VISITOR:
            yield from itertools.repeat(path)
        mark = "&" if "?" in path else "?"
        yield from (f"{path}{mark}fresh={number}" for number in _numbers)

    def forget_kept_pages(self) -> None:
        """Empty the cache of files: a full one is slower, which is not what "uncached" means."""
        for kept in (self.var / "cache").rglob("*.djcache"):
            kept.unlink(missing_ok=True)


def serve(name: str, url: str, database_cpu: Callable[[], float], home: Path) -> Portal:
    """Start the production server on a database.

    Raises:
        NotStarted, CannotMake: it does not run, or the database is not one of ours.
    """
    var = home / f"var-{name}"
    (var / "cache").mkdir(parents=True, exist_ok=True)
    env = data.environment(url, var)
    found: dict[str, Any] = json.loads(
        data.run(["benchmarks.targets"], env, lambda line: None).splitlines()[-1]
    )
    server = processes.gunicorn(f"portal ({name})", "portal.wsgi", log=home / f"{name}.log", env=env)
    portal = Portal(server, var, database_cpu, found["pages"], found["cookie"], found["sizes"], url)
    portal.forget_kept_pages()
    return portal


def serve_control(home: Path) -> Running:
    """Start control B."""
    env = {
        "CONTROL_DATABASE": str(home / "control.sqlite3"),
        "DJANGO_SETTINGS_MODULE": "benchmarks.control.settings",
    }
    data.run(["benchmarks.control.prepare"], env, lambda line: None)
    return processes.gunicorn("control B", "benchmarks.control.wsgi", log=home / "control.log", env=env)


@dataclass
class Row:
    """What was found out about one page."""

    page: Page
    queries: int = 0
    html: int = 0
    compressed: int = 0
    cpu_ms: float = 0.0
    b_ms: float = 0.0
    growth: float | None = None
    failed: str = ""

    @property
    def times_b(self) -> float:
        """CPU time as a multiple of control B's, measured in between."""
        return self.cpu_ms / self.b_ms if self.b_ms else 0.0


class Window:
    """Asks one server in windows, and knows how many requests make one."""

    def __init__(
        self, cpu: Callable[[], float], ask: Callable[[int], None], before: Callable[[], None]
    ) -> None:
        self._cpu, self._ask, self._before = cpu, ask, before
        self._count = _FEWEST
        self.costs: list[float] = []

    def fit(self, seconds: float) -> None:
        """Warm up, and choose how many requests take so much CPU time."""
        self.measure(keep=False)
        cost = self.measure(keep=False)
        fewest = _FEWEST if cost < seconds else CONNECTIONS
        self._count = min(max(int(seconds / max(cost, 1e-5)), fewest), _MOST)

    def measure(self, *, keep: bool = True) -> float:
        """Ask, and say how many CPU seconds one request took."""
        self._before()
        begin = self._cpu()
        self._ask(self._count)
        cost = (self._cpu() - begin) / self._count
        if keep:
            self.costs.append(cost)
        return cost

    @property
    def milliseconds(self) -> float:
        """CPU time of a request, the median of all windows."""
        return median(self.costs) * 1000


def window_of(
    portal: Portal,
    page: Page,
    *,
    clock: Callable[[], float] | None = None,
    connections: int = CONNECTIONS,
) -> Window:
    """A window on a page of a portal; what counts is its CPU time, or the seconds of another clock."""
    paths, headers = portal.paths(page), portal.headers(page)

    def ask(count: int) -> None:
        ask_many(portal.server.port, paths, count, headers, connections)

    def before() -> None:
        if page.reader is Reader.VISITOR:
            portal.forget_kept_pages()
            ask_many(portal.server.port, paths, 4, headers)

    return Window(clock or portal.cpu, ask, before)


def window_of_control(control: Running) -> Window:
    """A window on control B."""
    paths = itertools.repeat("/")
    return Window(control.cpu, lambda count: ask_many(control.port, paths, count, {}), lambda: None)


def look(portal: Portal, page: Page) -> Answer:
    """One warm answer, with its queries counted.

    Raises:
        Failed: it is not 200.
    """
    asker, paths = Asker(portal.server.port, portal.headers(page)), portal.paths(page)
    counted: dict[str, str] = {"X-Count": "1"}
    try:
        for _ in range(3):
            path = next(paths)
            answer = asker.get(path, **counted)
            if answer.status != 200:
                raise Failed(f"{answer.status} for {path}")
    finally:
        asker.close()
    return answer


def measure(page: Page, large: Portal, small: Portal | None, control: Running, pace: Pace) -> Row:
    """Everything about one page; what went wrong stands in the row."""
    row = Row(page)
    try:
        answer = look(large, page)
        row.queries = int(answer.headers["X-Queries"])
        row.html = len(answer.body)
        row.compressed = len(gzip.compress(answer.body, 6))
        _time(row, large, small if page.grows else None, control, pace)
    except (Failed, OSError) as error:
        row.failed = str(error)
    return row


def _time(row: Row, large: Portal, small: Portal | None, control: Running, pace: Pace) -> None:
    b, page = window_of_control(control), window_of(large, row.page)
    windows = [b, page]
    if small:
        look(small, row.page)
        windows.append(window_of(small, row.page))
    until = time.monotonic() + pace.limit
    for window in windows:
        window.fit(pace.seconds)
    for number in range(pace.windows):
        if number and time.monotonic() > until:
            break
        for window in windows:
            window.measure()
    row.cpu_ms, row.b_ms = page.milliseconds, b.milliseconds
    if small:
        row.growth = row.cpu_ms / windows[2].milliseconds
