"""Whether many at once get as much done as few: requests a second at 32 connections beside 8."""

import time
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.load import CONNECTIONS, Failed
from benchmarks.measure import Pace, Portal, look, window_of
from benchmarks.pages import PAGES, Page

FEW, MANY = CONNECTIONS, 32
AT_LEAST = 0.95
NAMES = ("topic list", "module page")
# Seconds here are by the clock.
FULL, QUICK = Pace(15, 1.5, 60), Pace(3, 1, 10)


@dataclass
class Rate:
    """Requests a second of one page.

    Args:
        few: the median of the windows over few connections.
        many: the same over many.
        ratio: many beside few, the median of pairs of windows that follow each other, since whatever else
            the machine does slows both of a pair.
    """

    page: Page
    few: float = 0.0
    many: float = 0.0
    ratio: float = 0.0
    failed: str = ""

    @property
    def over(self) -> bool:
        """Whether the budget is missed."""
        return bool(self.failed) or round(self.ratio, 2) < AT_LEAST


def measure(page: Page, portal: Portal, pace: Pace) -> Rate:
    """Ask over few connections and over many by turns. An answer other than 200 ends it."""
    rate = Rate(page)
    try:
        look(portal, page)
        few, many = (
            window_of(portal, page, clock=time.monotonic, connections=number) for number in (FEW, MANY)
        )
        until = time.monotonic() + pace.limit
        for window in (few, many):
            window.fit(pace.seconds)
        for number in range(pace.windows):
            if number and time.monotonic() > until:
                break
            # Who came first comes second next, so that a load that grows favours neither.
            for window in (few, many) if number % 2 else (many, few):
                window.measure()
        rate.few, rate.many = 1000 / few.milliseconds, 1000 / many.milliseconds
        rate.ratio = median(one / other for one, other in zip(few.costs, many.costs, strict=True))
    except (Failed, OSError) as error:
        rate.failed = str(error)
    return rate


def pages() -> list[Page]:
    """Those that are asked for: one for members, one for visitors."""
    return [page for page in PAGES if page.name in NAMES]


def line(rate: Rate) -> str:
    """What was found, as a line."""
    if rate.failed:
        return f"{rate.page.name:<22}  failed: {rate.failed}"
    verdict = f"over: {AT_LEAST} at least" if rate.over else "ok"
    return f"{rate.page.name:<22}{rate.few:>8.1f}/s at {FEW}{rate.many:>8.1f}/s at {MANY}{rate.ratio:>7.2f}  {verdict}"


def as_json(rates: list[Rate]) -> list[dict[str, Any]]:
    """The same as JSON. One that failed has null where a number would be."""
    return [
        {
            "name": rate.page.name,
            f"per_second_at_{FEW}": None if rate.failed else round(rate.few, 1),
            f"per_second_at_{MANY}": None if rate.failed else round(rate.many, 1),
            "ratio": None if rate.failed else round(rate.ratio, 3),
        }
        for rate in rates
    ]
