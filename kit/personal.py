"""What is held about people: each model that points at a person says what, why, for how long, how a person gets it
and how it goes.

The page "Your data", the export, the erasure and the daily retention are all made of these declarations; a test fails
for a model that points at a person and declares nothing. A room keeps its own in ``personal.py`` and registers them in
``apps.ready()``; ``privacy/personal.py`` has those of other packages.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.db.models import Q
from django.utils.text import capfirst

from kit.registry import Registry

FORMER_MEMBER = "Former member"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody who goes has chosen.

    Args:
        posts_stay: what they wrote in discussions stays, without their name; otherwise it goes.
    """

    posts_stay: bool


Column = str | tuple[str, Callable[[Any, Any], Any]]


@dataclass(frozen=True, kw_only=True)
class Held:
    """What one model, or some fields of it, hold about a person.

    Args:
        key: "app.Model"; "app.Model.part" where fields of one model are declared apart.
        by: the fields that point at the person; none where it is theirs in another way.
        title: what it is, as a heading for who reads it: "Your replies".
        what: what is in it, as a phrase.
        why: what it is for, as a sentence.
        kept: for how long, as a sentence.
        shows: what of a row its person gets: names of fields, or pairs of a label and ``value(row, person)``. Never
            what others wrote, nor who they are. Files go along. None: it holds no more than the page says.
        erase: ``erase(held, person, wish)`` takes it away, or what names the person in it; in a transaction.
        rows: ``rows(person)``, if they are others than those that point at the person.
        days: how many days it is kept at most, counted from ``dated``; None for no such end.
        dated: name of a field with a date.
        for_editors: held about those alone who work in the admin.
        expire: ``expire(held, before)`` takes away what is older, returning how much; rows are deleted unless given.
    """

    key: str
    by: tuple[str, ...] = ()
    title: str
    what: str
    why: str
    kept: str
    shows: tuple[Column, ...] = ()
    erase: Callable[["Held", Any, Wish], None]
    rows: Callable[[Any], Any] | None = None
    days: int | None = None
    dated: str = ""
    for_editors: bool = False
    expire: Callable[["Held", datetime], int] | None = None
    order: int = 100

    @property
    def label(self) -> str:
        """The model's "app.Model"."""
        return ".".join(self.key.split(".")[:2])

    @property
    def model(self) -> type[models.Model]:
        """The model itself."""
        return apps.get_model(self.label)

    def rows_of(self, person: Any) -> Any:
        """The rows that are about this person, as a queryset."""
        if self.rows is not None:
            return self.rows(person)
        pointing = Q(pk__in=[])
        for name in self.by:
            pointing |= Q(**{name: person.pk})
        return self.model._base_manager.filter(pointing).order_by("pk")


holdings: Registry[Held] = Registry()


def declare(*helds: Held) -> None:
    """Register what a room holds. What a package would hold that is not installed is passed over."""
    for held in helds:
        if _exists(held.label):
            holdings.add(held)


def _exists(label: str) -> bool:
    try:
        apps.get_model(label)
    except LookupError:
        return False
    return True


# -- closing for a while --------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Pause:
    """How a room keeps an account out of others' sight until it is erased or kept after all.

    Args:
        key: unique name, "room.what".
        close: ``close(person)`` does so, and returns what ``reopen`` needs, as JSON takes it.
        reopen: ``reopen(person, before)`` undoes it.
    """

    key: str
    close: Callable[[Any], dict[str, Any]]
    reopen: Callable[[Any, dict[str, Any]], None]
    order: int = 100


pauses: Registry[Pause] = Registry()


# -- how things go ----------------------------------------------------------------


def delete_rows(held: Held, person: Any, wish: Wish) -> None:
    """The rows go, and their files with them."""
    delete_with_files(held.rows_of(person))


def set_to_nobody(held: Held, person: Any, wish: Wish) -> None:
    """The rows stay, and point at nobody."""
    for name in held.by:
        held.model._base_manager.filter(**{name: person.pk}).update(**{name: None})


def keep_rows(held: Held, person: Any, wish: Wish) -> None:
    """The rows stay, and point at somebody whose name nobody knows any more."""


def delete_with_files(rows: Any) -> int:
    """Delete some rows of one model; once that is certain, their files.

    Returns:
        How many rows went, with those that hung on them.
    """
    file_fields = [one for one in rows.model._meta.concrete_fields if isinstance(one, models.FileField)]
    files = [
        (one.storage, name)
        for one in file_fields
        for name in rows.order_by().values_list(one.attname, flat=True)
        if name
    ]
    deleted = rows.order_by().delete()[0]

    def delete_files() -> None:
        for storage, name in files:
            storage.delete(name)

    transaction.on_commit(delete_files)
    return deleted


def expire(held: Held, now: datetime) -> int:
    """Take away what has been kept for its days, and return how much it was."""
    if held.days is None:
        return 0
    before = now - timedelta(days=held.days)
    with transaction.atomic():
        if held.expire is not None:
            return held.expire(held, before)
        return delete_with_files(held.model._base_manager.filter(**{f"{held.dated}__lt": before}))


# -- how things are read ------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One value of a row.

    Args:
        name: for machines.
        label: for people.
        value: as the database has it; of a file the ``FieldFile``.
    """

    name: str
    label: str
    value: Any = field(default=None)


def cells(held: Held, row: Any, person: Any) -> list[Cell]:
    """What a person gets of a row."""
    return [_cell(held, row, person, column) for column in held.shows]


def _cell(held: Held, row: Any, person: Any, column: Column) -> Cell:
    if not isinstance(column, str):
        label, read = column
        return Cell(name=label.lower().replace(" ", "_"), label=label, value=read(row, person))
    of_model: Any = held.model._meta.get_field(column)
    value: Any = getattr(row, column)
    if of_model.choices:
        value = getattr(row, f"get_{column}_display")()
    elif isinstance(of_model, models.ManyToManyField):
        value = [str(one) for one in value.all()]
    elif isinstance(value, models.Model):
        value = str(value)
    return Cell(name=column, label=capfirst(str(of_model.verbose_name)), value=value)


# -- nothing forgotten ----------------------------------------------------------------


def pointing_at_people(all_models: Iterable[type[models.Model]]) -> set[str]:
    """Each field of these models that points at a person, as "app.Model.field"; inherited ones where they are kept."""
    people = get_user_model()
    return {
        f"{model._meta.label}.{one.name}"
        for model in all_models
        if not model._meta.proxy
        for one in (*model._meta.local_fields, *model._meta.local_many_to_many)
        if one.remote_field is not None and one.related_model is people
    }


def undeclared(all_models: Iterable[type[models.Model]], declared: Iterable[Held] = holdings) -> set[str]:
    """Those of them that no declaration names."""
    named = {f"{held.label}.{name}" for held in declared for name in held.by}
    return pointing_at_people(all_models) - named
