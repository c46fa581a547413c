"""Pages of a long list by key instead of by number: page 1,000 costs what page 1 does.

A cursor is the order values of the last row shown. Kept here since the packages for it are tied to DRF
or do not go both ways (docs/decisions/0006).
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
_LONGEST = 500


class BadCursor(ValueError):
    """The cursor was not made by us for this list."""


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Row]):
    """Some rows of a list, with the cursors of its neighbours ("" where there is none)."""

    rows: list[Row]
    previous: str
    next: str


class _Exact(DjangoJSONEncoder):
    """Keeps the microseconds that Django's encoder cuts off: rows between would be skipped or shown twice."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


def _encode(row: Model, fields: list[str], direction: str) -> str:
    values = [getattr(row, field) for field in fields]
    packed = json.dumps([direction, *values], cls=_Exact, separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def _decode(cursor: str, model: type[Model], fields: list[str]) -> tuple[str, list[Any]]:
    if len(cursor) > _LONGEST:
        raise BadCursor(cursor[:20])
    try:
        direction, *values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if direction not in ("n", "p") or len(values) != len(fields) or None in values:
            raise BadCursor(cursor)
        return direction, [_value(model, field, value) for field, value in zip(fields, values, strict=True)]
    except (ValueError, TypeError, ValidationError, binascii.Error, OverflowError) as error:
        raise BadCursor(cursor) from error


def _value(model: type[Model], field: str, packed: Any) -> Any:
    """A value of a cursor as the database takes it: moments in UTC, since one of year 9999 may not fit there.

    JSON can spell half of a character, which cannot be encoded, and the null character, which PostgreSQL refuses.
    """
    value: Any = model._meta.get_field(field).to_python(packed)  # type: ignore[union-attr]
    if isinstance(value, str) and ("\x00" in value or value != value.encode("utf-8", "ignore").decode()):
        raise ValueError
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _beyond(fields: list[str], values: list[Any], *, greater: bool) -> Q:
    """Rows strictly beyond the values in the order of the fields, all in one direction."""
    word = "gt" if greater else "lt"
    condition = Q()
    for index, field in enumerate(fields):
        same = dict(zip(fields[:index], values[:index], strict=True))
        condition |= Q(**same, **{f"{field}__{word}": values[index]})
    # Redundant, and what lets the database start in the right place of an index.
    return condition & Q(**{f"{fields[0]}__{word}e": values[0]})


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where in a list a page begins: after, or going backwards before, some values of its order."""

    order: tuple[str, ...]
    values: tuple[Any, ...] = ()
    backwards: bool = False

    @property
    def fields(self) -> list[str]:
        """The order's fields, without their direction."""
        return [name.lstrip("-") for name in self.order]


def place(cursor: str, *, model: type[Model], order: tuple[str, ...]) -> Place:
    """The place that a cursor names.

    Args:
        cursor: from an earlier page; "" for the list's beginning.
        model: whose rows they are.
        order: field names, all with "-" or all without, the last of them unique; none may be null.

    Raises:
        BadCursor: the cursor is not one of ours. Views answer 404.
    """
    if not cursor:
        return Place(order=order)
    direction, values = _decode(cursor, model, [name.lstrip("-") for name in order])
    return Place(order=order, values=tuple(values), backwards=direction == "p")


def rows_from(queryset: QuerySet[Row], at: Place, size: int) -> QuerySet[Row]:
    """The rows of a page, and one more that tells whether there are others behind them."""
    if at.values:
        descending = at.order[0].startswith("-")
        queryset = queryset.filter(_beyond(at.fields, list(at.values), greater=descending == at.backwards))
    ordered = queryset.order_by(*at.order)
    return (ordered.reverse() if at.backwards else ordered)[: size + 1]


def page_of(found: list[Row], at: Place, size: int) -> Page[Row]:
    """A page made of what ``rows_from`` gave."""
    more, rows = len(found) > size, found[:size]
    if at.backwards:
        rows.reverse()
    has_previous, has_next = (more, True) if at.backwards else (bool(at.values), more)
    return Page(
        rows=rows,
        previous=_encode(rows[0], at.fields, "p") if rows and has_previous else "",
        next=_encode(rows[-1], at.fields, "n") if rows and has_next else "",
    )


def page(queryset: QuerySet[Row], *, order: tuple[str, ...], cursor: str = "", size: int = 20) -> Page[Row]:
    """One page of a queryset.

    Args:
        queryset: the rows; its own order is replaced.
        order: field names, all with "-" or all without, the last of them unique; none may be null.
        cursor: from an earlier page; "" for the first.
        size: rows on a page.

    Raises:
        BadCursor: the cursor is not one of ours. Views answer 404.
    """
    at = place(cursor, model=queryset.model, order=order)
    return page_of(list(rows_from(queryset, at, size)), at, size)
