"""The table, and the same as JSON."""

from statistics import median
from typing import Any

from benchmarks.measure import Row
from benchmarks.pages import GROWTH

_HEAD = f"{'page':<22}{'queries':>9}{'kB':>14}{'CPU ms':>9}{'× B':>7}{'budget':>15}{'growth':>8}  verdict"


def over(row: Row) -> list[str]:
    """What is over its budget, in words; empty where nothing is."""
    page, said = row.page, []
    if page.queries is not None and row.queries > page.queries:
        said.append(f"{row.queries} queries, {page.queries} allowed")
    if page.times_b is not None and round(row.times_b, 1) > page.times_b:
        said.append(f"{row.times_b:.1f} × B, {page.times_b:g} allowed")
    if page.html_kb is not None and row.html > page.html_kb * 1000:
        said.append(f"{row.html / 1000:.0f} kB, {page.html_kb} allowed")
    if row.growth is not None and round(row.growth, 2) > GROWTH:
        said.append(f"grows {row.growth:.2f} times, {GROWTH} allowed")
    return said


def line(row: Row) -> str:
    """One row of the table."""
    page = row.page
    if row.failed:
        return f"{page.name:<22}  failed: {row.failed}"
    budget = f"{page.queries} q, {page.times_b:g} × B" if page.queries is not None else ""
    growth = "" if row.growth is None else f"{row.growth:.2f}"
    weight = f"{row.html / 1000:.1f} / {row.compressed / 1000:.1f}"
    wrong = over(row)
    verdict = "over: " + "; ".join(wrong) if wrong else "ok"
    return (
        f"{page.name:<22}{row.queries:>9}{weight:>14}{row.cpu_ms:>9.2f}{row.times_b:>7.1f}{budget:>15}{growth:>8}"
        f"  {verdict}"
    )


def head() -> str:
    """The head of the table."""
    return f"{_HEAD}\n{'-' * len(_HEAD)}"


def b_ms(rows: list[Row]) -> float:
    """CPU time of control B over the whole run."""
    measured = [row.b_ms for row in rows if row.b_ms]
    return median(measured) if measured else 0.0


def as_json(database: str, sizes: dict[str, int], rows: list[Row]) -> dict[str, Any]:
    """The whole run. A row that failed has null where a number would be."""
    return {
        "database": database,
        "sizes": sizes,
        "b_cpu_ms": round(b_ms(rows), 3),
        "rows": [
            {
                "name": row.page.name,
                "queries": None if row.failed else row.queries,
                "kb": None if row.failed else round(row.html / 1000, 1),
                "cpu_ms": None if row.failed else round(row.cpu_ms, 3),
                "times_b": None if row.failed else round(row.times_b, 2),
                "growth": None if row.growth is None else round(row.growth, 2),
            }
            for row in rows
        ],
    }
