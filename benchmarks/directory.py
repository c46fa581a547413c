"""The directory's SQL beside one statement written by hand for the same answer, on PostgreSQL.

Needs Django: ``python -m benchmarks.directory`` prints JSON.
"""

import itertools
import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any
from urllib.parse import urlencode

import django

FEW_HITS = 1000
AT_MOST, MS_AT_MOST = 1.3, 15
_WARM = 3
_SAMPLE = 40  # communities whose summaries are looked through for words
_TEXTS_TRIED = 200
_KINDS = ("theme", "sector", "region", "stage", "open_to", "meets")
_CHOICES = ("stage", "open_to", "meets")
# Table, community's column, term's column.
_FILED = {
    "theme": ("community_directory_communitytheme", "content_object_id", "tag_id"),
    "sector": ("community_directory_community_sectors", "community_id", "sector_id"),
    "region": ("community_directory_community_regions", "community_id", "region_id"),
}
_CARD = "slug, name, summary, stage, rhythm, meets, open_to, state, published_at"
_LISTED = "c.state IN ('published', 'dormant')"
_TEXTS = ", domain, purpose, practice"


@dataclass(frozen=True)
class Case:
    """Something that is asked of the directory.

    Args:
        name: in words.
        q: a text, or none.
        chosen: by kind, a slug or value.
        ids: by kind of term, the id that the slug stands for.
    """

    name: str
    q: str = ""
    chosen: dict[str, str] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)

    @property
    def query(self) -> str:
        """The address's query."""
        return urlencode(({"q": self.q} if self.q else {}) | self.chosen)


@dataclass
class Found:
    """What one case took, in milliseconds of SQL.

    Args:
        ours: the median of all requests.
        slow: their 95th percentile.
        by_hand: the median of the statement written by hand.
    """

    case: Case
    hits: int
    statements: int
    ours: float
    slow: float
    by_hand: float
    same: bool

    def as_json(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "name": self.case.name,
            "query": self.case.query,
            "hits": self.hits,
            "statements": self.statements,
            "sql_ms": round(self.ours, 2),
            "sql_ms_p95": round(self.slow, 2),
            "by_hand_ms": round(self.by_hand, 2),
            "ratio": round(self.ours / self.by_hand, 2),
            "same_answer": self.same,
        }


def over(found: dict[str, Any]) -> str:
    """What misses its budget, of one case as JSON; "" where nothing does."""
    if not found["same_answer"]:
        return "another answer than by hand"
    if found["hits"] <= FEW_HITS:
        return f"{AT_MOST} times at most" if found["ratio"] > AT_MOST else ""
    return f"{MS_AT_MOST} ms at most" if found["sql_ms_p95"] > MS_AT_MOST else ""


def line(found: dict[str, Any]) -> str:
    """One case as a line."""
    wrong = over(found)
    return (
        f"{found['name']:<28}{found['hits']:>8,} hits{found['statements']:>3} q{found['sql_ms']:>8.2f} ms"
        f"{found['sql_ms_p95']:>8.2f} ms{found['by_hand_ms']:>8.2f} ms{found['ratio']:>6.2f}  "
        f"{'over: ' + wrong if wrong else 'ok'}"
    )


def head() -> str:
    """The head of the table."""
    text = f"{'directory':<28}{'':>18}{'SQL':>10}{'95th':>11}{'by hand':>11}{'ratio':>6}  verdict"
    return f"{text}\n{'-' * len(text)}"


def statement(case: Case, content_type: int) -> tuple[str, list[Any]]:
    """Rows, total and all facets of a case in one statement.

    Args:
        case: what is asked.
        content_type: the id under which the index of texts holds communities.
    """
    missed, missed_params = _missed(case)
    if case.q:
        rank = "ts_rank(e.title, q) * e.title_norm + ts_rank(e.body, q)"
        source = (
            "wagtailsearch_indexentry e CROSS JOIN plainto_tsquery(%s) q "
            "JOIN community_directory_community c ON c.id = e.object_id::bigint "
            "WHERE (e.title || e.body) @@ q AND e.content_type_id = %s AND"
        )
        params = [*missed_params, case.q, content_type]
    else:
        rank, source, params = "0", "community_directory_community c WHERE", missed_params
    found = f"SELECT c.id, c.stage, c.open_to, c.meets, {rank} AS rank, {missed} AS missed FROM {source} {_LISTED}"
    parts = ["SELECT 'total', '', 0, COUNT(*), NULL::text FROM found WHERE missed = 0"]
    parts += [_counted(kind) for kind in _KINDS]
    parts += [
        f"SELECT 'filed {kind}', '', {term}, {community}, NULL FROM {table} "
        f"WHERE {community} IN (SELECT id FROM page)"
        for kind, (table, community, term) in _FILED.items()
    ]
    parts.append(
        "SELECT 'row', '', 0, page.id, row_to_json(card)::text FROM page CROSS JOIN LATERAL "
        f"(SELECT {_CARD}{_TEXTS if case.q else ''} FROM community_directory_community WHERE id = page.id) card"
    )
    together = " UNION ALL ".join(parts)
    return f"WITH found AS MATERIALIZED ({found}), page AS ({_page(case)}) {together}", params


def _missed(case: Case) -> tuple[str, list[Any]]:
    """Which kinds of filter a community does not pass, one bit for each."""
    terms, params = ["0"], []
    for bit, kind in enumerate(_KINDS):
        if kind in case.ids:
            table, community, term = _FILED[kind]
            passes = f"c.id IN (SELECT {community} FROM {table} WHERE {term} = %s)"
            params.append(case.ids[kind])
        elif kind in case.chosen:
            passes = f"c.{kind} = %s"
            params.append(case.chosen[kind])
        else:
            continue
        terms.append(f"CASE WHEN {passes} THEN 0 ELSE {1 << bit} END")
    return " + ".join(terms), params


def _page(case: Case) -> str:
    """The first dozen: by rank among what was found; by date through its index, unless few are asked for."""
    if case.q:
        return "SELECT id, rank FROM found WHERE missed = 0 ORDER BY rank DESC, id DESC LIMIT 12"
    order = "ORDER BY c.published_at DESC, c.id DESC LIMIT 12"
    if case.chosen:
        joined = "found JOIN community_directory_community c USING (id)"
        return f"SELECT c.id, 0 AS rank FROM {joined} WHERE missed = 0 {order}"
    return f"SELECT c.id, 0 AS rank FROM community_directory_community c WHERE {_LISTED} {order}"


def _counted(kind: str) -> str:
    rows = f"missed IN (0, {1 << _KINDS.index(kind)})"
    if kind in _CHOICES:
        return f"SELECT '{kind}', {kind}, 0, COUNT(*), NULL FROM found WHERE {rows} GROUP BY {kind}"
    table, community, term = _FILED[kind]
    among = f"WHERE {community} IN (SELECT id FROM found WHERE {rows})"
    return f"SELECT '{kind}', '', {term}, COUNT(*), NULL FROM {table} {among} GROUP BY {term}"


class Stopwatch:
    """Seconds that the database took, and how often it was asked."""

    def __init__(self) -> None:
        self.seconds, self.statements = 0.0, 0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Counts what is asked inside."""
        from django.db import connection

        self.seconds, self.statements = 0.0, 0
        with connection.execute_wrapper(self._time):
            yield

    def _time(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        begin = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += time.perf_counter() - begin
            self.statements += 1


def percentile(values: list[float], part: float) -> float:
    """The smallest value that is at least as large as this part of them."""
    return sorted(values)[max(0, -int(-len(values) * part // 1) - 1)]


def measure(case: Case, times: int) -> Found:
    """Ask as a visitor does and by hand, by turns."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection
    from django.test import Client

    from community_directory.models import Community

    sql, params = statement(case, ContentType.objects.get_for_model(Community).pk)
    client, watch, numbers = Client(SERVER_NAME="127.0.0.1"), Stopwatch(), itertools.count()
    ours, by_hand, statements = [], [], 0
    rows: list[Any] = []
    for number in range(_WARM + times):
        with watch.running():
            # Else the page would be kept.
            answer = client.get(f"/communities/?{case.query}&fresh={next(numbers)}")
        assert answer.status_code == 200, answer.status_code
        ours.append(watch.seconds * 1000)
        statements = watch.statements
        with watch.running(), connection.cursor() as cursor:
            cursor.execute(sql, params)
            rows = cursor.fetchall()
        by_hand.append(watch.seconds * 1000)
        if number < _WARM:
            ours, by_hand = [], []
    hits, same = compare(case, rows)
    return Found(case, hits, statements, median(ours), percentile(ours, 0.95), median(by_hand), same)


def compare(case: Case, rows: list[Any]) -> tuple[int, bool]:
    """How many were found by hand, and whether the directory shows as many rows and counts the same.

    Counts above a thousand may be capped, so that only those up to it must be the same.
    """
    from django.http import QueryDict

    from community_directory.facets import count
    from community_directory.filters import read
    from community_directory.listing import find

    filters = read(QueryDict(case.query))
    ours = count(filters)
    by_hand: dict[str, Counter[Any]] = {kind: Counter() for kind in _KINDS}
    total = shown = 0
    for kind, choice, term, number, _ in rows:
        if kind == "total":
            total = number
        elif kind == "row":
            shown += 1
        elif kind in by_hand:
            by_hand[kind][choice if kind in _CHOICES else term] = number
    if len(find(filters).rows) != shown:
        return total, False
    return total, total > FEW_HITS or (ours.total == total and ours.by_kind == by_hand)


def cases() -> list[Case]:
    """What is asked: texts and filters with up to a thousand hits, then the landing page and what finds more."""
    from community_directory.models import Community
    from community_directory.vocabulary import terms
    from kit import search

    listed = Community.objects.listed().order_by()
    known = terms(fresh=True)
    text, wide = _texts(listed, lambda q: search.matching(listed, q).count())
    among = search.matching(listed, text)
    stage = Counter(among.values_list("stage", flat=True)).most_common(1)[0][0]
    theme = Counter(among.values_list("themes", flat=True)).most_common(1)[0][0]
    region, sector = _pair(listed)

    def term(kind: str, pk: int) -> str:
        return known[kind][pk][0]

    return [
        Case("text", text),
        Case("text and stage", text, {"stage": stage}),
        Case("text and theme", text, {"theme": term("theme", theme)}, {"theme": theme}),
        Case(
            "region and theme",
            "",
            {"region": term("region", region), "theme": term("theme", sector)},
            {"region": region, "theme": sector},
        ),
        Case("landing page"),
        Case("text that finds more", wide),
        Case("stage alone", "", {"stage": stage}),
    ]


def _texts(listed: Any, count: Callable[[str], int]) -> tuple[str, str]:
    """The text that finds most without finding a thousand, and the one that finds most: of words that are used."""
    summaries = listed.order_by("pk").values_list("summary", flat=True)[:_SAMPLE]
    single = sorted({word for text in summaries for word in re.findall(r"[a-z]{5,}", text.lower())})
    tried = itertools.chain(single, map(" ".join, itertools.combinations(single, 2)))
    hits = {text: count(text) for text in itertools.islice(tried, _TEXTS_TRIED)}
    few = [text for text, number in hits.items() if number <= FEW_HITS]
    return max(few or hits, key=hits.__getitem__), max(hits, key=hits.__getitem__)


def _pair(listed: Any) -> tuple[int, int]:
    """A region and a theme that a few hundred communities share."""
    pairs = Counter(listed.filter(themes__isnull=False).values_list("regions", "themes"))
    return min(pairs, key=lambda pair: (abs(pairs[pair] - 500), pair))


def main() -> None:
    """Print what was found."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()
    times = int(os.environ.get("BENCH_TIMES", "60"))
    print(json.dumps([measure(case, times).as_json() for case in cases()]))


if __name__ == "__main__":
    main()
