"""bin/bench: what it is asked, what it says, and that it leaves no process behind. No test here looks at a clock."""

import contextlib
import gzip
import http.server
import itertools
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings

from benchmarks import data, load, measure, processes, report
from benchmarks.__main__ import arguments, main, sizes_of
from benchmarks.data import QUICK, Sizes
from benchmarks.measure import Portal, Row
from benchmarks.middleware import CountQueries
from benchmarks.pages import PAGES, Page, Reader
from members.models import User

BUDGETED = {
    "module page": (10, 8),
    "module page cached": (0, 1),
    "module page signed in": (15, 10),
    "guidance page": (10, 8),
    "library": (11, 12),
    "dashboard": (12, 10),
    "search": (16, 12),
    "directory": (9, 9),
    "topic list": (8, 6),
    "topic page": (12, 7),
}


# -- what it is asked ---------------------------------------------------------


def test_budgets_are_those_of_the_design():
    given = {page.name: (page.queries, page.times_b) for page in PAGES if page.name in BUDGETED}
    assert given == BUDGETED
    assert [page.name for page in PAGES] == [*BUDGETED, "unread", "deep page"]


def test_asks_for_everything_unless_told():
    options = arguments([])
    assert (options.names, options.database, options.json, options.quick) == ([], "sqlite", None, False)
    assert sizes_of(options) == Sizes(communities=1000, topics=12_500, posts=125_000, guidance=200)


def test_takes_names_and_sizes():
    options = arguments(
        ["topic list", "search", "--topics", "50", "--guidance", "7", "--database", "postgres"]
    )
    assert options.names == ["topic list", "search"]
    assert options.database == "postgres"
    assert sizes_of(options) == Sizes(topics=50, guidance=7)


def test_quick_is_small():
    assert sizes_of(arguments(["--quick"])) == QUICK
    assert sizes_of(arguments(["--quick", "--communities", "5"])).communities == 5


def test_a_topic_has_a_post():
    assert sizes_of(arguments(["--topics", "500", "--posts", "20"])).posts == 500


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["the page"], "there is no page 'the page'; there are: module page"),
        (["--data", "/nowhere/file"], "/nowhere/file is not there"),
        (["--database", "oracle"], "invalid choice: 'oracle'"),
        (["--topics", "many"], "invalid int value: 'many'"),
    ],
)
def test_says_what_is_wrong(given, said, capsys):
    with pytest.raises(SystemExit) as stopped:
        arguments(given)
    assert stopped.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(("name", "text"), [("a.json", '{"topics": 9}'), ("a.toml", "topics = 9")])
def test_sizes_come_from_a_file(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text)
    assert sizes_of(arguments(["--data", str(path)])) == Sizes(topics=9)
    assert sizes_of(arguments(["--data", str(path), "--topics", "3"])) == Sizes(topics=3)


@pytest.mark.parametrize("text", ["subjects = 9", 'topics = "9"', "topics = true", "topics ="])
def test_a_file_that_names_something_else_is_refused(tmp_path, text, monkeypatch, capsys):
    path = tmp_path / "sizes.toml"
    path.write_text(text)
    monkeypatch.setattr("benchmarks.__main__.HOME", tmp_path / "bench")
    assert main(["--data", str(path)]) == 2
    assert capsys.readouterr().err.startswith("bin/bench: ")


def test_an_sqlite_file_is_not_for_postgres(tmp_path, capsys):
    path = tmp_path / "some.sqlite3"
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE a (b)")
    assert data.is_sqlite(path)
    with pytest.raises(SystemExit):
        arguments(["--data", str(path), "--database", "postgres"])
    assert "can't be measured on PostgreSQL" in capsys.readouterr().err


def test_a_copy_is_measured_not_the_file(tmp_path):
    path = tmp_path / "some.sqlite3"
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE a (b)")
    before = path.read_bytes()
    url = data.Sqlite(tmp_path / "home").copy(path)
    copied = Path(url.removeprefix("sqlite:///"))
    assert copied != path
    with contextlib.closing(sqlite3.connect(copied)) as database:
        database.execute("INSERT INTO a VALUES (1)")
        database.commit()
    assert path.read_bytes() == before


def test_little_is_the_same_with_less_talk():
    assert Sizes(topics=100_000, posts=1_000_000).small == Sizes(topics=1000, posts=10_000)
    assert Sizes(topics=10, posts=20).small == Sizes(topics=10, posts=20)


def test_the_state_of_the_code_is_steady_and_short():
    assert data.state_of_code() == data.state_of_code()
    assert len(data.state_of_code()) == 10


def test_databases_of_older_code_are_forgotten(tmp_path, monkeypatch):
    monkeypatch.setattr(
        data, "seed", lambda url, sizes, var, report: Path(url.removeprefix("sqlite:///")).touch()
    )
    kept = data.Sqlite(tmp_path)
    old = tmp_path / "sqlite" / "1c-1t-1p-1g.0123456789.sqlite3"
    old.parent.mkdir()
    old.touch()
    url = kept.database(Sizes(1, 2, 3, 4), lambda line: None)
    assert [path.name for path in old.parent.iterdir()] == [f"1c-2t-3p-4g.{data.state_of_code()}.sqlite3"]
    monkeypatch.setattr(data, "seed", None)
    assert kept.database(Sizes(1, 2, 3, 4), lambda line: None) == url


def test_what_fails_is_shown(tmp_path):
    with pytest.raises(data.CannotMake, match="No module named"):
        data.run(["benchmarks.nothing"], {}, lambda line: None)


# -- what it says -------------------------------------------------------------


def _row(name: str = "topic list", **values) -> Row:
    page = next(page for page in PAGES if page.name == name)
    return Row(
        page, **{"queries": 8, "html": 20_000, "compressed": 5000, "cpu_ms": 6.0, "b_ms": 1.0, **values}
    )


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, []),
        ({"growth": 1.3}, []),
        ({"queries": 9}, ["9 queries, 8 allowed"]),
        ({"cpu_ms": 6.1}, ["6.1 × B, 6 allowed"]),
        ({"html": 31_000}, ["31 kB, 30 allowed"]),
        ({"growth": 1.31}, ["grows 1.31 times, 1.3 allowed"]),
        ({"queries": 9, "growth": 2.0}, ["9 queries, 8 allowed", "grows 2.00 times, 1.3 allowed"]),
    ],
)
def test_names_what_is_over(values, said):
    assert report.over(_row(**values)) == said


def test_a_line_says_everything():
    line = report.line(_row(growth=1.25, cpu_ms=7.0))
    assert line.split() == [
        "topic", "list", "8", "20.0", "/", "5.0", "7.00", "7.0", "8", "q,", "6", "×", "B", "1.25",
        "over:", "7.0", "×", "B,", "6", "allowed",
    ]  # fmt: skip


def test_a_failure_is_named():
    assert report.line(_row(failed="404 for /nowhere/")).split(maxsplit=2)[2] == "failed: 404 for /nowhere/"


def test_json_has_exactly_these_keys():
    found = report.as_json(
        "sqlite", {"topics": 3}, [_row(growth=1.234, cpu_ms=5.4321), _row("search", failed="500")]
    )
    assert found == {
        "database": "sqlite",
        "sizes": {"topics": 3},
        "b_cpu_ms": 1.0,
        "rows": [
            {
                "name": "topic list",
                "queries": 8,
                "kb": 20.0,
                "cpu_ms": 5.432,
                "times_b": 5.43,
                "growth": 1.23,
            },
            {"name": "search", "queries": None, "kb": None, "cpu_ms": None, "times_b": None, "growth": None},
        ],
    }


def test_b_is_the_median_of_what_was_measured():
    assert report.b_ms([_row(b_ms=1.0), _row(b_ms=3.0), _row(b_ms=2.0), _row(b_ms=0.0)]) == 2.0
    assert report.b_ms([]) == 0.0


# -- asking -------------------------------------------------------------------


BODY = "<p>Tea or coffee?</p>"


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked: list[tuple[str, str | None]] = []

    def do_GET(self):
        self.asked.append((self.path, self.headers.get("Cookie")))
        body = BODY
        status = 404 if self.path.startswith("/nowhere") else 200
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Queries", "7")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    """A small web server, and what it was asked."""
    _Handler.asked = []
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()


def test_asks_as_often_as_told(server):
    load.ask_many(server.server_port, itertools.repeat("/here"), 50, {"Cookie": "a=b"})
    assert _Handler.asked == [("/here", "a=b")] * 50


def test_an_answer_other_than_200_fails(server):
    with pytest.raises(load.Failed, match="404 for /nowhere"):
        load.ask_many(server.server_port, itertools.repeat("/nowhere"), 50, {})


def test_no_server_fails():
    with pytest.raises(load.Failed, match="ConnectionRefused"):
        load.ask_many(processes.free_port(), itertools.repeat("/"), 5, {})


class _Server:
    """Stands for a served portal: a port, and CPU time that goes up by one second an ask."""

    def __init__(self, port: int) -> None:
        self.port, self.seconds = port, 0.0

    def cpu(self) -> float:
        self.seconds += 1
        return self.seconds


@pytest.fixture
def portal(server, tmp_path) -> Portal:
    """A portal whose pages are those of the small server."""
    (tmp_path / "cache").mkdir()
    pages = {page.name: "/list" for page in PAGES} | {"dashboard": "/nowhere"}
    return Portal(_Server(server.server_port), tmp_path, lambda: 0.0, pages, "sessionid=1", {})


def _page(name: str) -> Page:
    return next(page for page in PAGES if page.name == name)


def test_a_visitor_never_asks_for_the_same_address_twice(portal):
    paths = portal.paths(_page("module page"))
    first = [next(paths) for _ in range(20)]
    assert len(set(first)) == 20
    assert all(path.startswith("/list?fresh=") for path in first)
    portal.pages["library"] = "/guidance/?q=a"
    assert next(portal.paths(_page("library"))).startswith("/guidance/?q=a&fresh=")


def test_others_ask_for_the_page_itself(portal):
    for name in ("module page cached", "topic list"):
        paths = portal.paths(_page(name))
        assert {next(paths) for _ in range(5)} == {"/list"}


def test_only_who_is_signed_in_sends_a_session(portal):
    sent = {page.name for page in PAGES if portal.headers(page)}
    assert sent == {page.name for page in PAGES if page.reader is Reader.SIGNED_IN}
    assert portal.headers(_page("search")) == {"Cookie": "sessionid=1"}


def test_kept_pages_are_forgotten_before_a_visitors_window(portal, tmp_path):
    kept = tmp_path / "cache" / "page.djcache"
    kept.touch()
    measure.window_of(portal, _page("topic list")).measure()
    assert kept.exists()
    measure.window_of(portal, _page("module page")).measure()
    assert not kept.exists()


def test_a_window_is_cpu_time_by_requests():
    asked = []
    window = measure.Window(iter([0.0, 12.0, 20.0, 26.0]).__next__, asked.append, lambda: None)
    assert (window.measure(), window.measure()) == (0.5, 0.25)
    assert asked == [24, 24]
    assert window.milliseconds == 375.0


def test_a_window_fits_the_cost():
    times = itertools.accumulate(itertools.cycle([0.0, 0.24]))
    asked = []
    window = measure.Window(lambda: next(times), asked.append, lambda: None)
    window.fit(0.8)
    window.measure()
    assert asked == [24, 24, 80]
    assert len(window.costs) == 1


def test_measures_a_page(portal, server):
    control = _Server(server.server_port)
    row = measure.measure(_page("topic page"), portal, portal, control, measure.Pace(2, 0.01, 60))
    assert (row.failed, row.queries) == ("", 7)
    assert row.html == len(BODY)
    assert row.compressed == len(gzip.compress(BODY.encode(), 6))
    assert (row.cpu_ms, row.times_b, row.growth) == (pytest.approx(1000 / load.CONNECTIONS), 1.0, 1.0)


def test_what_is_not_there_is_a_failed_row(portal):
    row = measure.measure(_page("dashboard"), portal, None, _Server(1), measure.QUICK)
    assert row.failed == "404 for /nowhere"


# -- processes ----------------------------------------------------------------


def test_counts_cpu_time_of_children_dead_or_alive(tmp_path):
    busy = "import time; t = time.process_time()\nwhile time.process_time() < t + 0.3: pass"
    parent = (
        "import subprocess, sys, time, http.server\n"
        f"subprocess.run([sys.executable, '-c', {busy!r}])\n"
        f"child = subprocess.Popen([sys.executable, '-c', {busy + chr(10) + 'time.sleep(60)'!r}])\n"
        "time.sleep(1.5)\n"
        "http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), http.server.BaseHTTPRequestHandler).serve_forever()\n"
    )
    port = processes.free_port()
    running = processes.start(
        "it", [sys.executable, "-c", parent, str(port)], port=port, log=tmp_path / "log"
    )
    try:
        (child,) = processes.children(running.process.pid)
        assert running.cpu() >= 0.6
        assert processes.cpu_seconds(child) >= 0.3
        assert processes.cpu_seconds_of_ended(running.process.pid) >= 0.3
    finally:
        running.stop()
        os.kill(child, signal.SIGKILL)
    assert running.process.poll() is not None
    assert processes.cpu_seconds(running.process.pid) == 0.0


def test_who_does_not_listen_is_ended_by_force(tmp_path):
    deaf = (
        "import signal, socket, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "s = socket.create_server(('127.0.0.1', int(sys.argv[1])))\n"
        "while True: time.sleep(1)"
    )
    port = processes.free_port()
    running = processes.start("it", [sys.executable, "-c", deaf, str(port)], port=port, log=tmp_path / "log")
    running.patience = 1
    running.stop()
    assert running.process.poll() == -signal.SIGKILL


def test_a_server_that_ends_says_why(tmp_path):
    with pytest.raises(processes.NotStarted, match=r"it did not start; .*\nout of milk"):
        processes.start(
            "it", [sys.executable, "-c", "raise SystemExit('out of milk')"], port=1, log=tmp_path / "log"
        )


# -- counting queries ---------------------------------------------------------


def _two_queries(request):
    with contextlib.suppress(User.DoesNotExist):
        User.objects.get(pk=0)
    from django.db import transaction

    with transaction.atomic():
        User.objects.exists()
    return HttpResponse("")


@pytest.mark.django_db
def test_counts_queries_without_those_of_transactions():
    response = CountQueries(_two_queries)(RequestFactory().get("/", headers={"X-Count": "1"}))
    assert response["X-Queries"] == "2"


@pytest.mark.django_db
def test_counts_nothing_unless_asked():
    response = CountQueries(_two_queries)(RequestFactory().get("/"))
    assert "X-Queries" not in response
    assert connection.execute_wrappers == []


def test_control_b_is_a_stock_project():
    """One query, the middleware that startproject writes, nothing of ours."""
    from benchmarks.control import settings as control

    assert not [name for name in control.MIDDLEWARE if not name.startswith("django.")]
    assert len(control.MIDDLEWARE) == 7
    assert control.DEBUG is False


# -- all of it ----------------------------------------------------------------


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A var/bench of its own, kept for the runs of this file."""
    return tmp_path_factory.mktemp("bench")


def _bench(home: Path, *options: str) -> subprocess.Popen[str]:
    sizes = ["--communities", "45", "--topics", "60", "--posts", "150", "--guidance", "15"]
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks", "--quick", *sizes, *options],
        cwd=processes.ROOT,
        env={
            **os.environ,
            "BENCH_HOME": str(home),
            "BENCH_PLAIN_STATIC": "1",
            "DEMO_PASSWORD": "a long one for tests",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.slow
def test_a_quick_run(home, tmp_path):
    target = tmp_path / "found.json"
    names = ["module page", "module page cached", "directory"]
    bench = _bench(home, *names, "--json", str(target))
    said = bench.communicate(timeout=300)[0]
    assert bench.returncode == 0, said
    found = json.loads(target.read_text())
    assert list(found) == ["database", "sizes", "b_cpu_ms", "rows"]
    assert found["database"] == "sqlite"
    assert found["sizes"]["topics"] == 60
    assert found["b_cpu_ms"] > 0
    assert [row["name"] for row in found["rows"]] == names
    for row in found["rows"]:
        assert list(row) == ["name", "queries", "kb", "cpu_ms", "times_b", "growth"]
        assert row["cpu_ms"] > 0
        assert row["growth"] is None
    assert found["rows"][1]["queries"] == 0
    assert "Seeding 45 communities, 60 topics, 150 posts, 15 guidance" in said


@pytest.mark.slow
def test_ended_early_it_leaves_nothing_running(home):
    bench = _bench(home)
    for line in bench.stdout:
        if line.startswith("module page "):
            break
    servers = processes.children(bench.pid)
    workers = [worker for server in servers for worker in processes.children(server)]
    assert len(servers) == 2
    assert len(workers) == 4
    bench.send_signal(signal.SIGTERM)
    assert bench.wait(timeout=60) == 130
    bench.stdout.close()
    time.sleep(0.2)
    left = [pid for pid in servers + workers if Path(f"/proc/{pid}").exists()]
    assert left == []


@pytest.mark.slow
def test_two_at_once_are_refused(home):
    with (home / "lock").open("w") as lock:
        import fcntl

        fcntl.flock(lock, fcntl.LOCK_EX)
        bench = _bench(home)
        said = bench.communicate(timeout=60)[0]
    assert bench.returncode == 2
    assert "another bin/bench is running here" in said


def test_settings_hide_nothing_of_the_portal():
    """What is measured is what is deployed: the same middleware, and one that counts where it is asked to."""
    code = (
        "from benchmarks import settings as a; from portal.settings import base as b;"
        "assert a.MIDDLEWARE[1:] == b.MIDDLEWARE; assert a.DEBUG is False; assert a.CACHES == b.CACHES"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=processes.ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.django_db
@override_settings(MIDDLEWARE=["benchmarks.middleware.CountQueries"])
def test_the_header_comes_out_of_a_real_request():
    assert Client().get("/healthz", headers={"X-Count": "1"})["X-Queries"] == "0"
