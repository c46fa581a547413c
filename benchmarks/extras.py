"""What is measured only when asked for: load and memory, weight, pages in a browser, and a large directory."""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks import browser, data, directory, memory, throughput, weight
from benchmarks.data import CannotMake, Postgres, Report, Sizes
from benchmarks.load import Failed
from benchmarks.measure import Portal

OPTIONS = {
    "load": "requests a second at 8 and 32 connections, and memory beside a stock Wagtail",
    "weight": "what the first view of a page weighs, with style and script",
    "browser": "Lighthouse on Chromium, one page for each template",
    "directory": "the directory's SQL with 100,000 communities on PostgreSQL, beside one statement by hand",
}
# The directory's: of the rest, little.
MANY_COMMUNITIES = replace(data.QUICK, communities=100_000)


@dataclass
class Found:
    """What the extras found: top-level keys for the JSON, and whether one of them failed."""

    keys: dict[str, Any] = field(default_factory=dict)
    failed: bool = False


def wanted(options: argparse.Namespace) -> list[str]:
    """Those that were asked for."""
    return [name for name in OPTIONS if getattr(options, name)]


def measure(
    names: list[str], portal: Portal, home: Path, run: Path, *, quick: bool, end_others: Callable[[], None]
) -> Found:
    """Measure these, and print what was found.

    Args:
        names: some of ``OPTIONS``.
        portal: one that is served.
        home: where things are kept from run to run.
        run: the folder of this run.
        quick: shorter, and less sure.
        end_others: ends all servers, for memory is measured alone; comes last.
    """
    found = Found()
    if "load" in names:
        _throughput(found, portal, throughput.QUICK if quick else throughput.FULL)
    if "weight" in names:
        _weight(found, portal)
    if "browser" in names:
        _browser(found, portal, home, run, browser.FEWER if quick else browser.RUNS)
    if "load" in names:
        end_others()
        _memory(found, portal, home, run, memory.FEWER if quick else memory.REQUESTS)
    return found


def _throughput(found: Found, portal: Portal, pace: Any) -> None:
    print(f"\nRequests a second over {throughput.FEW} and {throughput.MANY} connections")
    rates = []
    for page in throughput.pages():
        rates.append(throughput.measure(page, portal, pace))
        print(throughput.line(rates[-1]), flush=True)
    found.keys["load"] = throughput.as_json(rates)
    found.failed |= any(rate.failed for rate in rates)


def _memory(found: Found, portal: Portal, home: Path, run: Path, requests: int) -> None:
    print(f"\nMemory of the master and the workers after {requests:,} requests for the home page")
    try:
        used = memory.measure(portal, home, run, requests)
    except (Failed, OSError) as error:
        print(f"{'memory (PSS)':<22}  failed: {error}")
        found.keys["memory"], found.failed = None, True
        return
    print(memory.line(used), flush=True)
    found.keys["memory"] = memory.as_json(used)


def _weight(found: Found, portal: Portal) -> None:
    print("\nFirst view, compressed: HTML, style and script")
    paths = views(portal) | {"topic": portal.pages["topic page"]}
    weights = []
    for name in weight.NAMES:
        headers = {"Cookie": portal.cookie} if name == "topic" else {}
        weights.append(weight.measure(name, paths[name], portal.server.port, headers))
        print(weight.line(weights[-1]), flush=True)
    found.keys["weight"] = weight.as_json(weights)
    found.failed |= any(one.failed for one in weights)


def _browser(found: Found, portal: Portal, home: Path, run: Path, runs: int) -> None:
    found.keys["browser"] = None
    print()
    try:
        chrome, lighthouse = browser.browser(), browser.fetch(home)
    except CannotMake as error:
        print(f"In the browser: not measured. {error}")
        return
    print(browser.head(), flush=True)
    pages = []
    for name, path in views(portal).items():
        url = f"http://127.0.0.1:{portal.server.port}{path}"
        pages.append(browser.measure(name, url, lighthouse=lighthouse, chrome=chrome, run=run, runs=runs))
        print(browser.line(pages[-1]), flush=True)
    found.keys["browser"] = browser.as_json(pages)
    found.failed |= any(page.failed for page in pages)


def measure_directory(found: Found, server: Postgres, run: Path, sizes: Sizes, report: Report) -> None:
    """Ask the directory, without any web server, and print what was found."""
    url = server.database(sizes, report)
    var = run / "var-directory"
    var.mkdir()
    said = data.run(["benchmarks.directory"], data.environment(url, var), lambda line: None)
    cases: list[dict[str, Any]] = json.loads(said.splitlines()[-1])
    print(f"\nOn postgres: {sizes.communities:,} communities\n\n{directory.head()}")
    for case in cases:
        print(directory.line(case), flush=True)
    found.keys["directory"] = cases
    found.failed |= not all(case["same_answer"] for case in cases)


def views(portal: Portal) -> dict[str, str]:
    """One address for each template."""
    said = data.run(["benchmarks.views"], data.environment(portal.url, portal.var), lambda line: None)
    found: dict[str, str] = json.loads(said.splitlines()[-1])
    return found
