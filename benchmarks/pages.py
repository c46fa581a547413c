"""The pages that are measured, and what each may cost: the budgets of docs/benchmarks.md."""

from dataclasses import dataclass
from enum import Enum


class Reader(Enum):
    """Who asks."""

    VISITOR = "visitor"  # each time an address that nobody has asked for: no kept answer
    CACHED = "visitor, cached"
    SIGNED_IN = "signed in"


@dataclass(frozen=True)
class Page:
    """One row of the table.

    Args:
        name: what it is called on the command line and in the JSON.
        reader: who asks.
        queries: SQL queries at most; None for no budget of its own.
        times_b: CPU time at most, as a multiple of control B.
        html_kb: kB of HTML at most.
        grows: whether it is measured on little as well, and the two compared.
    """

    name: str
    reader: Reader
    queries: int | None = None
    times_b: float | None = None
    html_kb: int | None = None
    grows: bool = False


PAGES = [
    Page("module page", Reader.VISITOR, 10, 8),
    Page("module page cached", Reader.CACHED, 0, 1),
    Page("module page signed in", Reader.SIGNED_IN, 15, 10),
    Page("guidance page", Reader.VISITOR, 10, 8),
    Page("library", Reader.VISITOR, 11, 12, 30),
    Page("dashboard", Reader.SIGNED_IN, 12, 10, grows=True),
    Page("search", Reader.SIGNED_IN, 16, 12, grows=True),
    Page("directory", Reader.VISITOR, 9, 9, 30),
    Page("topic list", Reader.SIGNED_IN, 8, 6, 30, grows=True),
    Page("topic page", Reader.SIGNED_IN, 12, 7, 50, grows=True),
    Page("unread", Reader.SIGNED_IN, 8, 6, 30, grows=True),
    Page("deep page", Reader.SIGNED_IN, 8, 6, 30, grows=True),
]
GROWTH = 1.3
