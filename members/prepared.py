"""Querysets whose SQL is written once.

Django takes ten to twenty times as long to write the SQL of a topic list as SQLite takes to answer it. Here a
function says by a queryset what is asked, through ``visible_to`` as everywhere; it is called once for each
shape of its arguments (how many circles, whether there is a date, …) with stand-ins, and what it gives is
kept as SQL with blanks. After that the blanks are filled in.
"""

from collections import Counter, namedtuple
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import QuerySet
from django.db.models import query as django_query
from django.utils.dateparse import parse_date, parse_datetime, parse_time

from kit import search

_SHAPES_AT_MOST = 300
# Stand-ins, such as nobody passes. They fit any whole-number column: what does not fit is left out by Django.
_FIRST_NUMBER = 2_000_000_000
_LARGEST = 2**63 - 1  # what a database can compare with
_FIRST_MOMENT = datetime(1, 1, 2, tzinfo=UTC)
_WORD = "stand-in-{}"


class _Blanks:
    """Hands out stand-ins, and remembers which place of the flattened arguments each stands for."""

    def __init__(self) -> None:
        self.places: dict[Any, int] = {}
        # Such as who asks: it is enough that their circles are in the SQL.
        self.may_be_left_out: set[int] = set()

    def number(self) -> int:
        return self._remember(_FIRST_NUMBER + len(self.places))

    def somebody(self) -> int:
        self.may_be_left_out.add(len(self.places))
        return self.number()

    def moment(self) -> datetime:
        # Of who is in no circle a whole condition may be left out, and the moment with it. One that is changed
        # instead is found out: no moment may stand in the SQL that is not to be filled in.
        self.may_be_left_out.add(len(self.places))
        moment = _FIRST_MOMENT + timedelta(days=len(self.places))
        self._remember(connection.ops.adapt_datetimefield_value(moment))
        return moment

    def word(self) -> str:
        return self._remember(_WORD.format(len(self.places)))

    def place(self, value: Any) -> tuple[int | None, str]:
        """The argument that a parameter stands for, if it does; and the pattern that a word is put into, as in "%{}%"."""
        place = self.places.get(value)
        if place is None and isinstance(value, str) and (word := value.strip("%")) in self.places:
            return self.places[word], value.replace(word, "{}")
        return place, ""

    def _remember(self, value: Any) -> Any:
        self.places[value] = len(self.places)
        return value


def _pattern(around: str, word: str) -> str:
    """A word that is to be found as it is, as part of what LIKE is given: as Django's ``icontains`` does."""
    return around.format(connection.ops.prep_for_like_query(word))


def _is_fixed(value: Any) -> bool:
    """Whether a value may be part of a statement that outlives the moment: no date, time or fraction is.

    SQLite is given moments as texts.
    """
    if isinstance(value, str):
        try:
            return (parse_datetime(value) or parse_date(value) or parse_time(value)) is None
        except ValueError:  # in the form of one, of a day or hour that there is not
            return False
    return value is None or isinstance(value, int)


def _shape_and_values(argument: Any) -> tuple[Any, list[Any]]:
    """What of an argument decides how the SQL looks, and what is filled into it."""
    if isinstance(argument, AbstractBaseUser | AnonymousUser):
        return _shape_and_circles(argument)
    if argument is None or isinstance(argument, bool):
        return argument, []
    if isinstance(argument, datetime):
        return "moment", [connection.ops.adapt_datetimefield_value(argument)]
    if isinstance(argument, int):
        return "number", [min(max(argument, -_LARGEST), _LARGEST)]
    if isinstance(argument, str):
        return "word", [argument]
    return ("numbers", len(argument)), list(argument)


def _shape_and_circles(person: Any) -> tuple[Any, list[Any]]:
    """How many circles of each kind somebody leads and is in: what a queryset may tell people apart by."""
    if not person.is_authenticated:
        return "visitor", []
    circles = sorted((belongs, pk) for pk, belongs in person._circles.items())
    shape = ("person", *Counter(belongs for belongs, _ in circles).items())
    return shape, [person.pk, *(pk for _, pk in circles)]


def _stand_in(shape: Any, blanks: _Blanks) -> Any:
    """What is passed in place of an argument of this shape."""
    match shape:
        case ("person", *circles):
            return _somebody(circles, blanks)
        case "visitor":
            return AnonymousUser()
        case ("numbers", length):
            return [blanks.number() for _ in range(length)]
        case "moment" | "number" | "word":
            return getattr(blanks, shape)()
    return shape


def _somebody(circles: list[tuple[tuple[str, str], int]], blanks: _Blanks) -> Any:
    """A person in so many circles of each kind, led or not."""
    person = get_user_model()(pk=blanks.somebody())
    # What members.models.User looks up once a request, and keeps under this name.
    person.__dict__["_circles"] = {
        blanks.somebody(): belongs for belongs, many in circles for _ in range(many)
    }
    return person


class _Statement:
    """SQL with blanks, and how its rows become what the queryset's rows are."""

    def __init__(self, queryset: Any, blanks: _Blanks) -> None:
        # What can find nothing is SQL too, since it may be part of a larger statement.
        compiler = queryset.query.get_compiler(using=queryset.db, elide_empty=False)
        self.sql, parameters = compiler.as_sql()
        # Each parameter is a place of the arguments and what stands around it, or a value that never changes.
        self.parameters = [(*blanks.place(value), value) for value in parameters]
        unused = (
            set(blanks.places.values()) - {place for place, _, _ in self.parameters} - blanks.may_be_left_out
        )
        if unused:
            raise ValueError(f"arguments {sorted(unused)} are not in the SQL as they are: {self.sql}")
        frozen = [value for place, _, value in self.parameters if place is None and not _is_fixed(value)]
        if frozen:
            raise ValueError(f"{frozen} would stay as they are today for ever: {self.sql}")
        self.converters = compiler.get_converters([column[0] for column in compiler.select])
        self.is_model = queryset._iterable_class is django_query.ModelIterable
        self.compiler = compiler
        self.names = queryset._fields

    def filled(self, values: list[Any]) -> list[Any]:
        return [
            fixed if place is None else _pattern(around, values[place]) if around else values[place]
            for place, around, fixed in self.parameters
        ]

    def converted(self, rows: list[tuple[Any, ...]]) -> Iterator[list[Any]]:
        for row in rows:
            values = list(row)
            for place, (converters, expression) in self.converters.items():
                for convert in converters:
                    values[place] = convert(values[place], expression, connection)
            yield values

    @cached_property
    def made(self) -> Callable[[list[Any]], Any]:
        """Makes an object, or a named tuple, of a row."""
        if not self.is_model:
            return namedtuple("Row", self.names)._make  # type: ignore[misc, attr-defined]
        return self._object

    def _object(self, row: list[Any]) -> Any:
        """As ``django.db.models.query.ModelIterable`` makes it."""
        start, end, names, model, populators = self._recipe
        thing = model.from_db(connection.alias, names, row[start:end])
        for populator in populators:
            populator.populate(row, thing)
        for name, place in self.compiler.annotation_col_map.items():
            setattr(thing, name, row[place])
        return thing

    @cached_property
    def _recipe(self) -> tuple[int, int, list[str], Any, list[Any]]:
        select, info = self.compiler.select, self.compiler.klass_info
        start, end = info["select_fields"][0], info["select_fields"][-1] + 1
        names = [column[0].target.attname for column in select[start:end]]
        populators_of: Any = django_query.get_related_populators
        populators = populators_of(info, select, connection.alias)
        return start, end, names, info["model"], populators


def _union(parts: list[tuple[str, list[Any]]]) -> tuple[str, list[Any]]:
    sql = " UNION ALL ".join(f"SELECT * FROM ({part}) AS part" for part, _ in parts)  # noqa: S608
    return sql, [value for _, values in parts for value in values]


def _fetched(sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


class Prepared:
    """A function that gives a queryset, asked for its rows without the SQL being written again.

    The function must be the same for the same shape of its arguments, and pass numbers, moments and words on
    to the database as they are; a word may be looked for inside a text (``icontains``). It takes people, whole numbers, moments, words, sequences of whole numbers;
    None, True and False are part of the shape. It asks no clock: a moment is an argument.

    Raises (when it is asked):
        ValueError: an argument is not in the SQL as it is, or a moment is that is no argument.
    """

    def __init__(self, build: Callable[..., QuerySet[Any]]) -> None:
        self.build = build
        self._statements: dict[Any, _Statement] = {}

    def sql(self, *arguments: Any) -> tuple[str, list[Any]]:
        """The SQL and its parameters, to be part of a larger statement."""
        statement, values = self._statement(arguments)
        return statement.sql, statement.filled(values)

    def among(self, *arguments: Any) -> search.Among:
        """Its rows to search among; the queryset gives their keys alone, as "id" or "pk"."""
        statement, values = self._statement(arguments)
        return search.Among(
            model=statement.compiler.query.model, sql=statement.sql, params=statement.filled(values)
        )

    def rows_of(self, ids: search.Among, *arguments: Any) -> list[Any]:
        """Those of its rows whose ``id`` is one of these, the highest first. One query."""
        statement, values = self._statement(arguments)
        sql = f"SELECT * FROM ({statement.sql}) AS part WHERE part.id IN ({ids.sql}) ORDER BY part.id DESC"  # noqa: S608
        rows = _fetched(sql, [*statement.filled(values), *ids.params])
        return [statement.made(row) for row in statement.converted(rows)]

    def rows(self, *arguments: Any) -> list[Any]:
        """What ``list`` of the queryset would give. One query."""
        return self.rows_of_each([arguments])

    def rows_of_each(self, many: list[tuple[Any, ...]]) -> list[Any]:
        """What it would give for each of several lists of arguments, one after another. One query.

        SQLite takes a union of parts with an order and a limit only with each in brackets of its own, which
        Django's ``union`` does not write.
        """
        if not many:
            return []
        statement, _ = self._statement(many[0])
        parts = [self.sql(*arguments) for arguments in many]
        sql, values = parts[0] if len(parts) == 1 else _union(parts)
        return [statement.made(row) for row in statement.converted(_fetched(sql, values))]

    def counts_of_each(self, many: list[tuple[Any, ...]]) -> list[int]:
        """How many rows it would give for each of several lists of arguments. One query."""
        if not many:
            return []
        parts = []
        for place, arguments in enumerate(many):
            sql, values = self.sql(*arguments)
            parts.append((f"SELECT {place}, COUNT(*) FROM ({sql}) AS counted", values))  # noqa: S608
        counts = dict(_fetched(*_union(parts)))
        return [counts[place] for place in range(len(many))]

    def _statement(self, arguments: tuple[Any, ...]) -> tuple[_Statement, list[Any]]:
        shapes, values = [], []
        for argument in arguments:
            shape, inside = _shape_and_values(argument)
            shapes.append(shape)
            values += inside
        key = tuple(shapes)
        statement = self._statements.get(key)
        if statement is None:
            if len(self._statements) >= _SHAPES_AT_MOST:
                self._statements.clear()
            blanks = _Blanks()
            stand_ins = [_stand_in(shape, blanks) for shape in shapes]
            statement = self._statements[key] = _Statement(self.build(*stand_ins), blanks)
        return statement, values
