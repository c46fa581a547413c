"""How many communities each filter would leave: one statement, whatever there is to count.

What is looked among comes from the querysets, compiled; around it stands SQL of our own, since a common table
expression is what lets the database search once and count six times, and Django writes none.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from community_directory.filters import CHOICES, KINDS, Filters, matching
from community_directory.vocabulary import FILINGS


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What was counted.

    Args:
        total: communities that all filters let through.
        by_kind: for each kind, by value (of choices) or id (of terms), how many it would show if the other
            kinds stayed as they are.
    """

    total: int
    by_kind: dict[str, Counter[Any]]


def count(filters: Filters) -> Counts:
    """Count the communities of the directory by every kind of filter. One query."""
    by_kind: dict[str, Counter[Any]] = {kind: Counter() for kind in KINDS}
    total = 0
    try:
        sql, params = _statement(filters)
    except EmptyResultSet:
        return Counts(total=0, by_kind=by_kind)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        for kind, choice, term, number in cursor.fetchall():
            if kind == "total":
                total = number
            else:
                by_kind[kind][choice if kind in CHOICES else term] = number
    return Counts(total=total, by_kind=by_kind)


def _statement(filters: Filters) -> tuple[str, list[Any]]:
    """The whole statement. Names in it come from our models; every value is a parameter."""
    base, base_params = matching(filters).values_list("pk", *CHOICES).query.sql_with_params()
    missed, missed_params = _missed(filters)
    parts = [
        "SELECT 'total' AS kind, '' AS choice, 0 AS term, COUNT(*) AS number FROM found WHERE missed = 0",
        *(_count_choice(kind) for kind in CHOICES),
        *(_count_term(kind) for kind in FILINGS),
    ]
    sql = (
        f"WITH base (id, {', '.join(CHOICES)}) AS ({base}), "  # noqa: S608
        f"found AS (SELECT base.*, {missed} AS missed FROM base) " + " UNION ALL ".join(parts)
    )
    return sql, [*base_params, *missed_params]


def _bit(kind: str) -> int:
    return 1 << KINDS.index(kind)


def _missed(filters: Filters) -> tuple[str, list[Any]]:
    """Which kinds of filter a community does not pass, one bit for each."""
    terms = ["0"]
    params: list[Any] = []
    for kind in KINDS:
        asked = filters.ids[kind] if kind in FILINGS else filters.chosen[kind]
        if not asked:
            continue
        places = ", ".join(["%s"] * len(asked))
        passes = f"id IN ({_having(kind, places)})" if kind in FILINGS else f"{kind} IN ({places})"
        terms.append(f"CASE WHEN {passes} THEN 0 ELSE {_bit(kind)} END")
        params += asked
    return " + ".join(terms), params


def _having(kind: str, places: str) -> str:
    filing = FILINGS[kind]
    return f"SELECT {filing.community} FROM {filing.table} WHERE {filing.term} IN ({places})"  # noqa: S608


def _count_choice(kind: str) -> str:
    return (
        f"SELECT '{kind}', {kind}, 0, COUNT(*) FROM found "  # noqa: S608
        f"WHERE missed IN (0, {_bit(kind)}) GROUP BY {kind}"
    )


def _count_term(kind: str) -> str:
    filing = FILINGS[kind]
    return (
        f"SELECT '{kind}', '', {filing.term}, COUNT(*) FROM {filing.table} WHERE {filing.community} IN "  # noqa: S608
        f"(SELECT found.id FROM found WHERE missed IN (0, {_bit(kind)})) GROUP BY {filing.term}"
    )
