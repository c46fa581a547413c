"""Pages of a long list by key instead of by number: page 1,000 costs what page 1 does.

A cursor is the order values of the last row shown. Kept here since the packages for it are tied to DRF
or do not go both ways (docs/decisions/0006).
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
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
        return direction, [
            model._meta.get_field(field).to_python(value) for field, value in zip(fields, values, strict=True)
        ]
    except (ValueError, TypeError, ValidationError, binascii.Error, OverflowError) as error:
        raise BadCursor(cursor) from error


def _beyond(fields: list[str], values: list[Any], *, greater: bool) -> Q:
    """Rows strictly beyond the values in the order of the fields, all in one direction."""
    word = "gt" if greater else "lt"
    condition = Q()
    for index, field in enumerate(fields):
        same = dict(zip(fields[:index], values[:index], strict=True))
        condition |= Q(**same, **{f"{field}__{word}": values[index]})
    # Redundant, and what lets the database start in the right place of an index.
    return condition & Q(**{f"{fields[0]}__{word}e": values[0]})


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
    descending = order[0].startswith("-")
    fields = [name.lstrip("-") for name in order]
    direction, values = _decode(cursor, queryset.model, fields) if cursor else ("n", [])
    backwards = direction == "p"
    if values:
        queryset = queryset.filter(_beyond(fields, values, greater=descending == backwards))
    ordered = queryset.order_by(*order)
    if backwards:
        ordered = ordered.reverse()
    rows = list(ordered[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    has_previous, has_next = (more, True) if backwards else (bool(values), more)
    return Page(
        rows=rows,
        previous=_encode(rows[0], fields, "p") if rows and has_previous else "",
        next=_encode(rows[-1], fields, "n") if rows and has_next else "",
    )
