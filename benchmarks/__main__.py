"""``bin/bench``: measures the pages of the budgets beside control B and prints the table."""

import argparse
import fcntl
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from types import FrameType

from benchmarks import extras, measure, network, report, suggestions
from benchmarks.data import QUICK, CannotMake, Postgres, Sizes, Sqlite, is_sqlite, sizes_from
from benchmarks.pages import PAGES, Page
from benchmarks.processes import ROOT, NotStarted

HOME = Path(os.environ.get("BENCH_HOME", ROOT / "var" / "bench"))


def arguments(given: list[str]) -> argparse.Namespace:
    """What was asked for on the command line."""
    names = ", ".join(page.name for page in PAGES)
    parser = argparse.ArgumentParser(
        prog="bin/bench",
        description="What each page costs, beside a Django view that does next to nothing (B).",
        epilog=f"Pages: {names}. Or {suggestions.NAME}, by itself: how good they are on labelled data. "
        f"Or {network.NAME}, by itself: {network.SIZES.communities:,} communities and {network.LINKS:,} links, also in a browser.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="a page to measure; all, unless told")
    parser.add_argument(
        "--data",
        type=Path,
        metavar="FILE",
        help="an SQLite database of the portal to measure (it is copied), or sizes as JSON or TOML; "
        "for suggestions, communities as JSON Lines",
    )
    parser.add_argument(
        "--json", type=Path, metavar="FILE", nargs="?", const=Path("-"),
        help="write the numbers there as well; for suggestions, without FILE, print nothing else",
    )  # fmt: skip
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    for name, value in asdict(Sizes()).items():
        parser.add_argument(
            f"--{name}", type=int, metavar="N", help=f"so many {name} ({value:,} unless told)"
        )
    parser.add_argument("--quick", action="store_true", help="less data, shorter, no growth")
    for name, what in extras.OPTIONS.items():
        parser.add_argument(f"--{name}", action="store_true", help=f"{what}; no pages unless named")
    options = parser.parse_args(given)
    if suggestions.NAME in options.names and (len(options.names) > 1 or extras.wanted(options)):
        parser.error(f"{suggestions.NAME} are measured by themselves")
    if network.NAME in options.names and (len(options.names) > 1 or extras.wanted(options) or options.data):
        parser.error(f"the {network.NAME} is measured by itself, on data of its own")
    known = {suggestions.NAME, network.NAME, *(page.name for page in PAGES)}
    wrong = [name for name in options.names if name not in known]
    if options.json == Path("-") and suggestions.NAME not in options.names:
        parser.error("--json needs a FILE")
    if wrong:
        parser.error(f"there is no page {', '.join(map(repr, wrong))}; there are: {names}")
    if options.data and not options.data.is_file():
        parser.error(f"{options.data} is not there")
    if options.data and options.database == "postgres" and is_sqlite(options.data):
        parser.error("an SQLite database can't be measured on PostgreSQL")
    return options


def sizes_of(options: argparse.Namespace) -> Sizes:
    """How much to seed: the file's word, then the command line's."""
    sizes = QUICK if options.quick else Sizes()
    if options.data and not is_sqlite(options.data):
        sizes = sizes_from(options.data, sizes)
    told = {name: value for name in asdict(sizes) if (value := getattr(options, name)) is not None}
    sizes = replace(sizes, **told)
    # A topic has a first post.
    return replace(sizes, posts=max(sizes.posts, sizes.topics))


def main(given: list[str] | None = None) -> int:
    """Measure; 1 if a page failed, 2 if nothing could be measured. A missed budget is no failure."""
    options = arguments(sys.argv[1:] if given is None else given)
    signal.signal(signal.SIGTERM, _end)
    try:
        if suggestions.NAME in options.names:
            return suggestions.run(options)
        with ExitStack() as stack:
            stack.enter_context(_alone())
            if network.NAME in options.names:
                return network.run(options, stack, HOME, _fresh_folder(), _say)
            rows, sizes, more = _run(options, stack)
    except (CannotMake, NotStarted, ValueError) as error:
        print(f"bin/bench: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("bin/bench: interrupted", file=sys.stderr)
        return 130
    if options.json:
        found = report.as_json(options.database, sizes, rows) | more.keys
        options.json.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    return 1 if more.failed or any(row.failed for row in rows) else 0


@contextmanager
def _alone() -> Iterator[None]:
    """Two at once would measure each other, and share a database."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotMake("another bin/bench is running here") from None
        yield


def _end(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _fresh_folder() -> Path:
    """The folder of this run."""
    run = HOME / "run"
    shutil.rmtree(run, ignore_errors=True)
    run.mkdir(parents=True)
    return run


def _run(
    options: argparse.Namespace, stack: ExitStack
) -> tuple[list[measure.Row], dict[str, int], extras.Found]:
    run = _fresh_folder()
    more = extras.wanted(options)
    pages = [page for page in PAGES if page.name in options.names or not (options.names or more)]
    data = _data(options.database, stack, run)
    found, rows, sizes = extras.Found(), [], {}
    if pages or set(more) - {"directory"}:
        rows, sizes, found = _served(options, stack, run, pages, data)
    if "directory" in more:
        server = data if isinstance(data, Postgres) else _data("postgres", stack, run)
        many = extras.MANY_COMMUNITIES
        if options.communities is not None:
            many = replace(many, communities=options.communities)
        sizes = sizes or asdict(many)
        extras.measure_directory(found, server, run, many, _say)
    return rows, sizes, found


def _served(
    options: argparse.Namespace, stack: ExitStack, run: Path, pages: list[Page], data: Sqlite | Postgres
) -> tuple[list[measure.Row], dict[str, int], extras.Found]:
    """What is asked of servers; they are ended afterwards."""
    with ExitStack() as servers:
        large, small = _portals(options, servers, run, data, any(page.grows for page in pages))
        control = measure.serve_control(run)
        servers.callback(control.stop)
        sizes = dict(large.sizes)
        if small:
            sizes |= {f"small_{name}": small.sizes[name] for name in ("topics", "posts")}
        _introduce(options, sizes)
        rows = _table(pages, large, small, control, measure.QUICK if options.quick else measure.FULL)
        found = extras.measure(
            extras.wanted(options), large, HOME, run, quick=options.quick, end_others=servers.close
        )
    return rows, sizes, found


def _table(
    pages: list[Page],
    large: measure.Portal,
    small: measure.Portal | None,
    control: measure.Running,
    pace: measure.Pace,
) -> list[measure.Row]:
    if not pages:
        return []
    print("Visitors ask for a new address each time, so nothing is kept for them; only “cached” is.\n")
    print(report.head(), flush=True)
    begin = time.monotonic()
    rows = [_measure(page, large, small, control, pace) for page in pages]
    print(f"\nB took {report.b_ms(rows):.2f} ms. Measured in {time.monotonic() - begin:.0f} s.", flush=True)
    return rows


def _data(database: str, stack: ExitStack, run: Path) -> Sqlite | Postgres:
    """What makes the databases, started where it is a server."""
    data = Postgres(HOME) if database == "postgres" else Sqlite(HOME)
    stack.callback(data.stop)
    if isinstance(data, Postgres):
        data.start(run / "postgres.log")
    return data


def _portals(
    options: argparse.Namespace, stack: ExitStack, run: Path, data: Sqlite | Postgres, grows: bool
) -> tuple[measure.Portal, measure.Portal | None]:
    """The portal to measure and, where growth is asked for, the same with little talk."""
    sizes = sizes_of(options)
    small_url = ""
    if isinstance(data, Sqlite) and options.data and is_sqlite(options.data):
        url = data.copy(options.data)
    else:
        url = data.database(sizes, _say)
        if grows and not options.quick and sizes.small != sizes:
            small_url = data.database(sizes.small, _say)
    large = measure.serve("large", url, data.cpu, run)
    stack.callback(large.server.stop)
    if not small_url:
        return large, None
    small = measure.serve("small", small_url, data.cpu, run)
    stack.callback(small.server.stop)
    return large, small


def _introduce(options: argparse.Namespace, sizes: dict[str, int]) -> None:
    print(
        f"\nOn {options.database}: "
        + ", ".join(f"{value:,} {name.replace('_', ' ')}" for name, value in sizes.items()),
        flush=True,
    )


def _measure(
    page: Page,
    large: measure.Portal,
    small: measure.Portal | None,
    control: measure.Running,
    pace: measure.Pace,
) -> measure.Row:
    row = measure.measure(page, large, small, control, pace)
    print(report.line(row), flush=True)
    return row


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
