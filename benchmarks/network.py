"""The network of 2,000 communities and 5,000 links: what its pages cost, and how soon and how smoothly a browser draws it.

Needs Django: ``python -m benchmarks.network NUMBER`` adds links until there are so many, counts them, and prints JSON.
"""

import argparse
import json
import os
import random
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks import data, measure, report
from benchmarks.browser import browser as find_browser
from benchmarks.data import CannotMake, Report
from benchmarks.pages import Page, Reader

NAME = "network"
SIZES = replace(data.QUICK, communities=2060)  # of which 2,000 and a few are in the directory
LINKS = 5000
SECONDS = 2.0  # until it is drawn
PAGES = {
    Page("network", Reader.VISITOR, 6, 9): "/communities/network/",
    Page("network data", Reader.VISITOR, 4, 60): "/communities/network.json",
}
_RUNS, _MOVES = 3, 60
_SEED = 7

# Counts the time between two frames while something is moved.
_WATCH = """() => {
  window.frames_ = [];
  let last = performance.now();
  const look = (now) => { window.frames_.push(now - last); last = now; window.looking_ = requestAnimationFrame(look); };
  window.looking_ = requestAnimationFrame(look);
}"""


@dataclass(frozen=True)
class Drawn:
    """What a browser took.

    Args:
        seconds: from asking for the page until all is drawn, the median of three.
        frame_ms: between two frames while the drawing is moved, the median.
        slow_ms: the same, at the 95th percentile.
    """

    seconds: float
    frame_ms: float
    slow_ms: float


def run(options: argparse.Namespace, stack: ExitStack, home: Path, folder: Path, say: Report) -> int:
    """``bin/bench network``.

    Returns:
        1 if a page failed.

    Raises:
        CannotMake, NotStarted: it could not be measured at all.
    """
    sizes = replace(SIZES, communities=options.communities or SIZES.communities)
    store = data.Sqlite(home)
    url = store.copy(Path(store.database(sizes, say).removeprefix("sqlite:///")))
    var = folder / "var-counting"
    var.mkdir(parents=True)
    said = data.run(["benchmarks.network", str(LINKS)], data.environment(url, var), lambda line: None)
    counted: dict[str, Any] = json.loads(said.splitlines()[-1])
    say(
        f"{counted['communities']:,} communities, {counted['links']:,} links, counted in {counted['seconds']:.1f} s\n"
    )
    portal = measure.serve(NAME, url, store.cpu, folder)
    stack.callback(portal.server.stop)
    control = measure.serve_control(folder)
    stack.callback(control.stop)
    portal.pages |= {page.name: path for page, path in PAGES.items()}
    pace = measure.QUICK if options.quick else measure.FULL
    say(report.head())
    rows = []
    for page in PAGES:
        rows.append(measure.measure(page, portal, None, control, pace))
        say(report.line(rows[-1]))
    drawn = _drawn(f"http://127.0.0.1:{portal.server.port}", say)
    if drawn:
        verdict = "ok" if drawn.seconds <= SECONDS else f"over: {SECONDS:g} s allowed"
        say(
            f"\nDrawn after {drawn.seconds:.2f} s ({verdict}); a frame while it is moved: {drawn.frame_ms:.0f} ms, the slow ones {drawn.slow_ms:.0f} ms"
        )
    if options.json:
        found = (
            counted | report.as_json("sqlite", portal.sizes, rows) | {"drawn": vars(drawn) if drawn else None}
        )
        options.json.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    return 1 if any(row.failed for row in rows) else 0


def _drawn(site: str, say: Report) -> Drawn | None:
    """Look at it in the system's Chromium; None, and a line that says why, where that can't be."""
    try:
        from playwright.sync_api import sync_playwright

        chrome = find_browser()
    except (ImportError, CannotMake) as error:
        say(f"\nIn the browser: not measured. {error}")
        return None
    took, frames = [], []
    with sync_playwright() as player:
        chromium = player.chromium.launch(
            executable_path=chrome, args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        for _ in range(_RUNS):
            context = chromium.new_context(viewport={"width": 1280, "height": 900})
            page = context.new_page()
            page.goto(f"{site}/communities/network/")
            page.wait_for_selector("[data-drawn]", state="attached", timeout=60_000)
            took.append(page.evaluate("performance.getEntriesByName('network-drawn')[0].startTime") / 1000)
            frames += _moved(page)
            context.close()
        chromium.close()
    return Drawn(median(took), median(frames), quantiles(frames, n=20)[-1])


def _moved(page: Any) -> list[float]:
    """Milliseconds between frames while the drawing is moved about."""
    canvas = page.locator("[data-canvas]")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    left, top = box["x"] + 5, box["y"] + 5
    page.mouse.move(left, top)
    page.evaluate(_WATCH)
    page.mouse.down()
    for step in range(_MOVES):
        page.mouse.move(left + 4 * step, top + 2 * step)
    page.mouse.up()
    page.evaluate("cancelAnimationFrame(window.looking_)")
    return list(page.evaluate("window.frames_"))


def _link_and_count(number: int) -> dict[str, Any]:
    """Add accepted links between communities of the directory, some of which have many, and count the network."""
    from django.contrib.auth.models import AnonymousUser
    from django.utils import timezone

    from community_directory.counting import refresh_network
    from community_directory.models import Community, Connection, NetworkState

    rng = random.Random(_SEED)
    ids = list(Community.objects.listed().order_by("pk").values_list("pk", flat=True))
    there = {frozenset(pair) for pair in Connection.objects.open().values_list("source_id", "target_id")}
    missing = (
        min(number, len(ids) * (len(ids) - 1) // 4) - Connection.objects.visible_to(AnonymousUser()).count()
    )
    fresh: list[Connection] = []
    while len(fresh) < missing:
        pair = [ids[int(len(ids) * rng.random() ** power)] for power in (1.6, 1.2)]
        if len(set(pair)) == 2 and frozenset(pair) not in there:
            there.add(frozenset(pair))
            fresh.append(
                Connection(
                    source_id=pair[0],
                    target_id=pair[1],
                    reason="They have much to say to each other.",
                    state="accepted",
                    answered_at=timezone.now(),
                )
            )
    Connection.objects.bulk_create(fresh, batch_size=1000)
    begin = time.perf_counter()
    refresh_network()
    seconds = time.perf_counter() - begin
    state = NetworkState.objects.get()
    return {"communities": state.communities, "links": state.connections, "seconds": round(seconds, 2)}


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()
    print(json.dumps(_link_and_count(int(sys.argv[1]))))
