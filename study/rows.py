"""Pages that somebody has done, read or kept, made ready to show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kit.times import day_of, now_here
from members.pages import addresses
from members.querysets import Person
from study import asked


@dataclass(frozen=True, kw_only=True)
class Row:
    """One page in a list.

    Args:
        page: its key.
        at: the moment that puts it in order.
        when: the day in words.
        number: of a module; None for guidance.
        minutes: how long it takes to read; None for a module.
        is_done: whether somebody has marked it as done.
        pk: of the bookmark, where it is one.
    """

    page: int
    title: str
    url: str
    text: str
    at: datetime
    when: str
    number: int | None = None
    minutes: int | None = None
    is_done: bool = False
    pk: int | None = None
    note: str = ""
    lists: frozenset[int] = field(default_factory=frozenset)


def rows_of(
    found: Iterable[Any], moment: str, lists: Mapping[int, frozenset[int]] | None = None
) -> list[Row]:
    """Rows of what ``asked.about_page`` gave.

    Args:
        found: marks, visits or bookmarks.
        moment: the name of the field that says when.
        lists: of bookmarks, the ids of the lists that each is in.
    """
    found, today = list(found), now_here()
    urls = addresses({one.page_id: one.url_path for one in found})
    return [
        Row(
            page=one.page_id,
            title=one.title,
            url=urls[one.page_id],
            text=one.in_short or one.summary or "",
            at=getattr(one, moment),
            when=day_of(getattr(one, moment), today),
            number=one.number,
            minutes=one.minutes,
            is_done=one.is_done,
            pk=one.pk,
            note=getattr(one, "note", ""),
            lists=(lists or {}).get(one.pk, frozenset()),
        )
        for one in found
    ]


def bookmarks_of(user: Person) -> list[Row]:
    """All that somebody keeps, the latest first. Two queries."""
    lists: dict[int, set[int]] = {}
    for bookmark, own in asked.IN_LISTS.rows(user):
        lists.setdefault(bookmark, set()).add(own)
    return rows_of(asked.KEPT.rows(user), "created_at", {pk: frozenset(own) for pk, own in lists.items()})


def latest(rows: Iterable[Row], most: int) -> list[Row]:
    """The last of some rows, each page once."""
    found: dict[int, Row] = {}
    for row in sorted(rows, key=lambda row: row.at, reverse=True):
        found.setdefault(row.page, row)
    return list(found.values())[:most]
