"""How good suggestions are: on labelled data, beside text search and chance.

A line of the data is a community as JSON: ``{"id", "name", "text", "tags": [], "sectors": [], "region": "", "related":
[ids]}``. Who is related to whom is hidden from the ranker, and what it finds is compared with it. Unless a file is given, the
data are the demo's communities, related where the demo connects them.

Recall and discounted gain as in Manning, Raghavan and Schuetze, Introduction to Information Retrieval, 2008, chapter 8.
"""

import argparse
import json
import math
import random
import re
import sqlite3
import sys
import time
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.data import CannotMake
from benchmarks.processes import ROOT
from community_directory.suggesting import Described, Suggester

NAME = "suggestions"
_DEMO = ROOT / "portal" / "demo" / "communities.toml"
_RECALL_AT, _GAIN_AT = 5, 10
_SHUFFLES = 50
AIM = 1.5  # times text search

Rank = Callable[[str], list[str]]


@dataclass(frozen=True)
class Labelled:
    """Descriptions, and by id which others each is related to."""

    descriptions: list[Described]
    related: dict[str, frozenset[str]]


def read(path: Path) -> Labelled:
    """The data of a file.

    Raises:
        CannotMake: a line is no community, an id stands twice, or nothing is related to anything.
    """
    descriptions, related = [], {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                one, others = _read(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise CannotMake(f"{path}, line {number}: {error!r}") from error
            if one.id in related:
                raise CannotMake(f"{path}, line {number}: the id {one.id!r} stands there before")
            descriptions.append(one)
            related[one.id] = others
    return _labelled(descriptions, related, str(path))


def _read(row: dict[str, Any]) -> tuple[Described, frozenset[str]]:
    one = Described(
        id=str(row["id"]),
        name=str(row["name"]),
        text=str(row["text"]),
        tags=tuple(map(str, row.get("tags") or ())),
        sectors=tuple(map(str, row.get("sectors") or ())),
        region=str(row.get("region") or ""),
    )
    return one, frozenset(map(str, row.get("related") or ()))


def demo() -> Labelled:
    """The demo's communities and connections."""
    said = tomllib.loads(_DEMO.read_text(encoding="utf-8"))
    descriptions = [
        Described(
            id=row["slug"],
            name=row["name"],
            text="\n".join(row.get(part, "") for part in ("summary", "domain", "purpose", "practice")),
            tags=tuple(row.get("themes", ())),
            sectors=tuple(row.get("sectors", ())),
            region=next(iter(row.get("regions", ())), ""),
        )
        for row in said["communities"]
    ]
    related: dict[str, set[str]] = {one.id: set() for one in descriptions}
    for row in said["connections"]:
        related[row["from"]].add(row["to"])
        related[row["to"]].add(row["from"])
    return _labelled(descriptions, {key: frozenset(others) for key, others in related.items()}, "the demo")


def _labelled(descriptions: list[Described], related: dict[str, frozenset[str]], where: str) -> Labelled:
    known = {one.id for one in descriptions}
    related = {key: (others & known) - {key} for key, others in related.items()}
    if not any(related.values()):
        raise CannotMake(f"{where}: nothing is related to anything that is there")
    return Labelled(descriptions, related)


def ours(descriptions: list[Described]) -> Rank:
    """The portal's own order."""
    suggester = Suggester(descriptions)
    return lambda key: [one.id for one in suggester.rank(key)]


def text_search(descriptions: list[Described]) -> Rank:
    """What a search for a community's name finds: the rows that hold any of its words, as SQLite's FTS5 weighs them."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE said USING fts5(key UNINDEXED, name, text)")
    database.executemany(
        "INSERT INTO said VALUES (?, ?, ?)", [(one.id, one.name, one.text) for one in descriptions]
    )
    names = {one.id: re.findall(r"\w+", one.name) for one in descriptions}

    def rank(key: str) -> list[str]:
        match = " OR ".join(f'"{word}"' for word in names[key])
        found = database.execute(
            "SELECT key FROM said WHERE said MATCH ? ORDER BY bm25(said, 0.0, 5.0, 1.0), rowid",
            [match or '""'],
        )
        return [other for (other,) in found if other != key]

    return rank


def by_chance(descriptions: list[Described], number: int) -> Rank:
    """Any order; the same for the same number."""

    def rank(key: str) -> list[str]:
        others = [one.id for one in descriptions if one.id != key]
        random.Random(f"{number} {key}").shuffle(others)
        return others

    return rank


def recall(order: list[str], related: frozenset[str]) -> float:
    """How much of what is related stands among the first five."""
    return len(related.intersection(order[:_RECALL_AT])) / len(related)


def gain(order: list[str], related: frozenset[str]) -> float:
    """How early what is related stands among the first ten, beside the best there could be (nDCG@10)."""
    found = sum(1 / math.log2(place + 2) for place, other in enumerate(order[:_GAIN_AT]) if other in related)
    return found / sum(1 / math.log2(place + 2) for place in range(min(_GAIN_AT, len(related))))


def score(rank: Rank, related: dict[str, frozenset[str]]) -> dict[str, float]:
    """Both measures, the mean over those that are related to something."""
    orders = [(rank(key), others) for key, others in related.items() if others]
    return {
        "recall_at_5": mean(recall(order, others) for order, others in orders),
        "ndcg_at_10": mean(gain(order, others) for order, others in orders),
    }


def _mean_of(scores: Iterable[dict[str, float]]) -> dict[str, float]:
    rows = list(scores)
    return {name: mean(row[name] for row in rows) for name in rows[0]}


def measure(data: Labelled) -> dict[str, dict[str, float]]:
    """The scores of ours, of text search and of chance."""
    chance = (score(by_chance(data.descriptions, number), data.related) for number in range(_SHUFFLES))
    return {
        "ours": score(ours(data.descriptions), data.related),
        "text_search": score(text_search(data.descriptions), data.related),
        "random": _mean_of(chance),
    }


def run(options: argparse.Namespace) -> int:
    """``bin/bench suggestions``.

    Raises:
        CannotMake: the data can't be read.
    """
    data = read(options.data) if options.data else demo()
    begin = time.perf_counter()
    found = measure(data)
    seconds = time.perf_counter() - begin
    if options.json == Path("-"):
        json.dump(found, sys.stdout, indent=2)
        print()
        return 0
    number = sum(1 for others in data.related.values() if others)
    print(f"{len(data.descriptions)} communities, {number} of them related to others; {seconds:.1f} s\n")
    print(f"{'':<14}{'recall@5':>10}{'nDCG@10':>10}")
    for name, scores in found.items():
        print(f"{name.replace('_', ' '):<14}{scores['recall_at_5']:>10.3f}{scores['ndcg_at_10']:>10.3f}")
    there = found["text_search"]["recall_at_5"]
    if there:
        print(f"\n{found['ours']['recall_at_5'] / there:.2f} times text search; the aim is {AIM}.")
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n")
    return 0
