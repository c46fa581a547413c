"""Memory of the portal's server beside a stock Wagtail's, after as many requests."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import stock
from benchmarks.data import CannotMake
from benchmarks.load import Failed, ask_many
from benchmarks.measure import Portal, serve
from benchmarks.pages import PAGES, Reader
from benchmarks.processes import NotStarted, Running

AT_MOST = 1.15
REQUESTS, FEWER = 1200, 160


@dataclass
class Memory:
    """Bytes by proportional set size, of the master and all workers.

    Args:
        ours: after requests for the home page.
        all_pages: after as many again, for every page of the table in turn.
        stock: of a stock Wagtail, after requests for its home page.
    """

    ours: int = 0
    all_pages: int = 0
    stock: int = 0
    failed: str = ""

    @property
    def ratio(self) -> float:
        """Ours beside the stock one's."""
        return self.ours / self.stock if self.stock else 0.0

    @property
    def over(self) -> bool:
        """Whether the budget is missed."""
        return round(self.ratio, 2) > AT_MOST


def measure(portal: Portal, home: Path, run: Path, requests: int) -> Memory:
    """Serve the portal anew, then the stock project, each alone, so that neither shares memory with the other.

    Raises:
        Failed, NotStarted, OSError: ours could not be measured; the stock project's failure is kept as a word.
    """
    memory = Memory()
    ours = serve("memory", portal.url, lambda: 0.0, run)
    try:
        memory.ours = _after(ours.server, _home(), requests)
        for reader in Reader:
            paths, headers = _every_page(ours, reader)
            ask_many(ours.server.port, paths, requests // len(Reader), headers)
        memory.all_pages = ours.server.pss()
    finally:
        ours.server.stop()
    try:
        server = stock.serve(stock.make(home), run / "stock.log")
        try:
            memory.stock = _after(server, _home(), requests)
        finally:
            server.stop()
    except (CannotMake, NotStarted, Failed, OSError) as error:
        memory.failed = " ".join(str(error).split())
    return memory


def _home() -> Iterator[str]:
    """A visitor's home page, never kept."""
    return (f"/?fresh={number}" for number in itertools.count())


def _every_page(portal: Portal, reader: Reader) -> tuple[Iterator[str], dict[str, str]]:
    pages = [page for page in PAGES if page.reader is reader]
    turns = zip(*(portal.paths(page) for page in pages), strict=True)
    return itertools.chain.from_iterable(turns), portal.headers(pages[0])


def _after(server: Running, paths: Iterator[str], requests: int) -> int:
    ask_many(server.port, paths, requests, {})
    return server.pss()


def line(memory: Memory) -> str:
    """What was found, as a line."""
    ours = (
        f"{'memory (PSS)':<22}{memory.ours / 1e6:>8.1f} MB; after every page {memory.all_pages / 1e6:.1f} MB"
    )
    if memory.failed:
        return f"{ours}; a stock Wagtail could not be made: {memory.failed}"
    verdict = f"over: {AT_MOST} at most" if memory.over else "ok"
    every = memory.all_pages / memory.stock
    return f"{ours}; stock Wagtail {memory.stock / 1e6:.1f} MB; {memory.ratio:.2f} times, {every:.2f} after every page  {verdict}"


def as_json(memory: Memory) -> dict[str, Any]:
    """The same as JSON."""
    return {
        "pss_mb": round(memory.ours / 1e6, 1),
        "pss_mb_after_every_page": round(memory.all_pages / 1e6, 1),
        "stock_pss_mb": None if memory.failed else round(memory.stock / 1e6, 1),
        "ratio": None if memory.failed else round(memory.ratio, 3),
    }
