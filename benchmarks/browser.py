"""Pages in a real browser: Lighthouse on Chromium, as a phone, the median of three."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.data import CannotMake
from benchmarks.load import Failed
from benchmarks.processes import descendants

# The last that runs on Node 20.
VERSION = "12.8.2"
RUNS, FEWER = 3, 1
CATEGORIES = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
SHIFT = 0.05
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FETCHING, _LOOKING = 240, 150  # seconds


@dataclass
class Seen:
    """One page in the browser.

    Args:
        scores: by category, of 100.
        shift: cumulative layout shift.
        paint_ms: until the largest content is painted, on the phone and network that are played.
        missed: audits that are not passed, in categories that are below their budget.
    """

    name: str
    scores: dict[str, int] = field(default_factory=dict)
    shift: float = 0.0
    paint_ms: float = 0.0
    missed: list[str] = field(default_factory=list)
    failed: str = ""

    @property
    def over(self) -> list[str]:
        """What misses its budget."""
        said = [
            f"{name} {self.scores[name]}, {least} wanted"
            for name, least in CATEGORIES.items()
            if self.scores.get(name, 0) < least
        ]
        return said + ([f"shift {self.shift:.3f}, {SHIFT} allowed"] if self.shift > SHIFT else [])


def fetch(home: Path) -> Path:
    """Lighthouse's program, fetched into a folder of ours if it is not there.

    Raises:
        CannotMake: there is no npx, or it could not be fetched.
    """
    folder = home / "npm"
    folder.mkdir(parents=True, exist_ok=True)
    command = ["npx", "--yes", "--prefer-offline", "--package", f"lighthouse@{VERSION}"]
    try:
        done = subprocess.run(
            [*command, "--call", "command -v lighthouse"],
            cwd=folder,
            env={**os.environ, "npm_config_cache": str(folder)},
            capture_output=True,
            text=True,
            check=False,
            timeout=_FETCHING,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotMake(f"Lighthouse could not be fetched: {error}") from None
    found = done.stdout.strip().splitlines()
    if done.returncode or not found:
        said = done.stderr.strip().splitlines() or ["npx said nothing"]
        raise CannotMake(f"Lighthouse could not be fetched: {said[0]}")
    return Path(found[-1])


def browser() -> str:
    """The system's Chromium.

    Raises:
        CannotMake: there is none.
    """
    found = os.environ.get("CHROME_PATH") or next(filter(None, map(shutil.which, _BROWSERS)), None)
    if not found:
        raise CannotMake("Chromium is missing (on Debian: apt-get install chromium)")
    return found


def measure(name: str, url: str, *, lighthouse: Path, chrome: str, run: Path, runs: int) -> Seen:
    """Look at one page so many times; what went wrong stands in what is returned."""
    seen = Seen(name)
    try:
        reports = [
            _look_twice(url, lighthouse, chrome, run / f"lighthouse-{name}-{number}.json")
            for number in range(runs)
        ]
    except Failed as error:
        seen.failed = str(error)
        return seen
    seen.scores = {
        category: round(median(_score(report, category) for report in reports)) for category in CATEGORIES
    }
    seen.shift = median(_number(report, "cumulative-layout-shift") for report in reports)
    seen.paint_ms = median(_number(report, "largest-contentful-paint") for report in reports)
    low = [category for category, least in CATEGORIES.items() if seen.scores[category] < least]
    seen.missed = sorted(
        {audit for report in reports for category in low for audit in _missed(report, category)}
    )
    return seen


def _look_twice(url: str, lighthouse: Path, chrome: str, target: Path) -> dict[str, Any]:
    """On a busy machine a trace is lost now and then, and Lighthouse asks to be run again."""
    try:
        return _look(url, lighthouse, chrome, target)
    except Failed:
        target.unlink(missing_ok=True)
        return _look(url, lighthouse, chrome, target)


def _look(url: str, lighthouse: Path, chrome: str, target: Path) -> dict[str, Any]:
    command = [
        str(lighthouse), url, "--quiet", "--output=json", f"--output-path={target}",
        f"--only-categories={','.join(CATEGORIES)}",
        "--chrome-flags=--headless --no-sandbox --disable-dev-shm-usage",
    ]  # fmt: skip
    process = subprocess.Popen(
        command,
        cwd=target.parent,
        env={**os.environ, "CHROME_PATH": chrome},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        said = process.communicate(timeout=_LOOKING)[1]
    except subprocess.TimeoutExpired:
        raise Failed(f"Lighthouse took more than {_LOOKING} s") from None
    finally:
        _end(process)
    if process.returncode or not target.exists():
        raise Failed((said.strip().splitlines() or ["Lighthouse said nothing"])[-1])
    report: dict[str, Any] = json.loads(target.read_text())
    if error := report.get("runtimeError"):
        raise Failed(str(error.get("message", error)))
    return report


def _end(process: subprocess.Popen[str]) -> None:
    """End it and its browser, which stands in a group of its own; it ends that itself when interrupted."""
    if process.poll() is not None:
        return
    started = descendants(process.pid)
    process.send_signal(signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=5)
    for pid in (process.pid, *started):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait(timeout=10)


def _score(report: dict[str, Any], category: str) -> float:
    return 100 * (report["categories"][category]["score"] or 0)


def _number(report: dict[str, Any], audit: str) -> float:
    return float(report["audits"][audit].get("numericValue") or 0)


def _missed(report: dict[str, Any], category: str) -> list[str]:
    counted = [part["id"] for part in report["categories"][category]["auditRefs"] if part["weight"]]
    scores = {audit: report["audits"][audit]["score"] for audit in counted}
    least = 0.9 if category == "performance" else 1
    return [audit for audit, score in scores.items() if score is not None and score < least]


def head() -> str:
    """The head of the table."""
    line = f"{'in the browser':<22}{'perf.':>7}{'access.':>9}{'practice':>10}{'SEO':>6}{'shift':>8}{'paint':>8}  verdict"
    return f"{line}\n{'-' * len(line)}"


def line(seen: Seen) -> str:
    """What was found, as a line."""
    if seen.failed:
        return f"{seen.name:<22}  failed: {seen.failed}"
    numbers = "".join(
        f"{seen.scores[name]:>{width}}" for name, width in zip(CATEGORIES, (7, 9, 10, 6), strict=True)
    )
    verdict = f"over: {'; '.join(seen.over)} ({', '.join(seen.missed)})" if seen.over else "ok"
    return f"{seen.name:<22}{numbers}{seen.shift:>8.3f}{seen.paint_ms / 1000:>6.1f} s  {verdict}"


def as_json(pages: list[Seen]) -> list[dict[str, Any]]:
    """The same as JSON. One that failed has null where a number would be."""
    return [
        {
            "name": seen.name,
            **{name.replace("-", "_"): seen.scores.get(name) for name in CATEGORIES},
            "layout_shift": None if seen.failed else round(seen.shift, 4),
            "largest_paint_ms": None if seen.failed else round(seen.paint_ms),
            "missed": seen.missed,
        }
        for seen in pages
    ]
