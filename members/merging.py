"""Two words of a managed list that mean the same, made into one.

What points at a word is found by Django's own list of relations, so that one that is added later moves as well. In a
table between (a tag, a many-to-many field) a thing that has both words keeps one row. Drafts and earlier versions of
pages name their tags by number; they are written anew, or a tag would be lost when one of them is published.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase
from wagtail.models import Revision
from wagtail.search import index

from kit import audit
from kit.caching import forget_public_pages
from members.errors import MergedAlready, SameTerm
from members.models import Profile, Term, Theme, User

Word = TypeVar("Word", bound=Term | Theme)
_NAMES: dict[type[models.Model], tuple[str, str]] = {Profile: ("person", "people")}


@dataclass(frozen=True, kw_only=True)
class Relation:
    """One way in which rows point at a word.

    Args:
        field: the foreign key of the rows.
        partner: the other end of a table between; None where the row itself is the thing that is described.
    """

    field: models.ForeignKey
    partner: models.ForeignKey | None

    @property
    def model(self) -> type[models.Model]:
        """Of the rows."""
        return self.field.model

    @property
    def thing(self) -> type[models.Model]:
        """What is described."""
        return self.partner.related_model if self.partner else self.model  # type: ignore[return-value]

    def rows(self, term: models.Model) -> QuerySet[Any]:
        """Those that point at a word."""
        return self.model._base_manager.filter(**{self.field.attname: term.pk})

    def things(self, term: models.Model) -> QuerySet[Any]:
        """What a word describes by this relation, each once."""
        key = self.partner.attname if self.partner else "pk"
        return self.thing._base_manager.filter(pk__in=self.rows(term).values(key))

    def move(self, gone: models.Model, stays: models.Model) -> None:
        """Let the rows of one word point at another; of two that would then be alike, one is kept."""
        for others in self.alike:
            twins = self.rows(stays).filter(**{name: OuterRef(name) for name in others})
            self.rows(gone).filter(Exists(twins)).delete()
        self.rows(gone).update(**{self.field.attname: stays.pk})

    @property
    def alike(self) -> list[tuple[str, ...]]:
        """What else makes two rows with the same word alike: each a set of fields."""
        options = self.model._meta
        sets = [*options.unique_together, *(one.fields for one in options.total_unique_constraints)]
        others = [
            tuple(name for name in names if name != self.field.name)
            for names in sets
            if self.field.name in names
        ]
        return [names for names in others if names] or ([(self.partner.name,)] if self.partner else [])


def relations_of(model: type[models.Model]) -> list[Relation]:
    """Everything that can point at a word of a list, tables of many-to-many fields too."""
    found = model._meta.get_fields(include_hidden=True)
    keys = [one.field for one in found if isinstance(one, models.ManyToOneRel)]
    return [Relation(field=key, partner=_partner(key)) for key in keys]


def _partner(key: models.ForeignKey) -> models.ForeignKey | None:
    """The other end, if this is the key of a table between two."""
    model = key.model
    if issubclass(model, ItemBase):
        return model._meta.get_field("content_object")  # type: ignore[return-value]
    if not model._meta.auto_created:
        return None
    return next(
        field for field in model._meta.fields if isinstance(field, models.ForeignKey) and field is not key
    )


def what_moves(term: Term | Theme) -> list[str]:
    """What is described by a word, counted, in words: "12 guidance pages". One query for each relation."""
    counted: dict[type[models.Model], int] = {}
    for relation in relations_of(type(term)):
        counted[relation.thing] = counted.get(relation.thing, 0) + relation.things(term).count()
    return [f"{many} {named(model, many)}" for model, many in counted.items() if many]


def named(model: type[models.Model], many: int) -> str:
    """What so many things of a kind are called."""
    one, several = _NAMES.get(model, (str(model._meta.verbose_name), str(model._meta.verbose_name_plural)))
    return one if many == 1 else several


@transaction.atomic
def merge(*, gone: Word, stays: Word, by: User | None = None) -> Word:
    """Let everything that is described by one word be described by another, and take the first off its list.

    Args:
        gone: the one that goes.
        stays: the one that stays, with its name and address.
        by: who does it.

    Returns:
        The one that stays.

    Raises:
        SameTerm: they are one and the same.
        MergedAlready: one of them is gone: somebody else was first.
    """
    if gone.pk == stays.pk:
        raise SameTerm(str(stays))
    model: Any = type(stays)
    # In the order of their ids, so that two merges wait for one another instead of for ever.
    locked = {
        term.pk: term
        for term in model._default_manager.select_for_update()
        .filter(pk__in=[gone.pk, stays.pk])
        .order_by("pk")
    }
    if len(locked) < 2:
        raise MergedAlready(str(gone))
    gone, stays = locked[gone.pk], locked[stays.pk]
    moved = "; ".join(what_moves(gone))
    to_index: list[models.Model] = []
    for relation in relations_of(model):
        to_index += _found_by_text(relation, gone)
        _write_versions_anew(relation, gone.pk, stays.pk)
        relation.move(gone, stays)
    audit.record("members.merged", stays, by=by, merged=gone.name, slug=gone.slug, moved=moved)
    gone.delete()
    forget_public_pages()
    for thing in to_index:
        index.insert_or_update_object(thing)
    return stays


def _found_by_text(relation: Relation, term: Term | Theme) -> list[models.Model]:
    """What is described by a word, if the index of the search holds the word with it."""
    thing = relation.thing
    if not index.class_is_indexed(thing):
        return []
    options = thing._meta
    names = {field.name for field in options.get_fields() if field.related_model is type(term)}
    held = any(field.field_name in names for field in thing.search_fields)  # type: ignore[attr-defined]
    return list(relation.things(term)) if held else []


def _write_versions_anew(relation: Relation, gone: int, stays: int) -> None:
    """Let every version of a page that is kept name the word that stays."""
    if not isinstance(relation.partner, ParentalKey):
        return
    children, key = relation.partner.remote_field.related_name, relation.field.name
    for revision in _versions(key, gone).iterator(chunk_size=200):
        if _renamed(revision.content.get(children) or [], key, gone, stays):
            revision.save(update_fields=["content"])


def _versions(key: str, gone: int) -> QuerySet[Revision]:
    """Those in whose text the number stands; whether it is a tag's is seen when they are read."""
    text = Revision.objects.annotate(text=Cast("content", models.TextField()))
    return text.filter(Q(text__contains=f'"{key}": {gone}') | Q(text__contains=f'"{key}":{gone}'))


def _renamed(rows: list[dict[str, Any]], key: str, gone: int, stays: int) -> bool:
    """Point the rows of one version at the word that stays, each thing once; whether any did not."""
    if not any(row.get(key) == gone for row in rows):
        return False
    there = any(row.get(key) == stays for row in rows)
    rows[:] = list(_kept(rows, key, gone, stays, there=there))
    return True


def _kept(
    rows: list[dict[str, Any]], key: str, gone: int, stays: int, *, there: bool
) -> Iterator[dict[str, Any]]:
    for row in rows:
        if row.get(key) != gone:
            yield row
        elif not there:
            there = True
            yield {**row, key: stays}
