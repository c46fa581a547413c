"""The words of the managed lists: written down, and taken off."""

from typing import TypeVar

from django.db import transaction

from kit.caching import forget_public_pages
from members.actions import free_slug
from members.errors import TermInUse
from members.models import Term, Theme

Word = TypeVar("Word", bound=Term | Theme)


@transaction.atomic
def save_term(*, term: Word) -> Word:
    """Write down a theme, sector, region or organisation; what is addressed by its slug keeps its address."""
    list(type(term)._default_manager.select_for_update().filter(pk=term.pk).values_list("pk"))
    if not term.slug:
        term.slug = free_slug(type(term), term.name)
    term.save()
    transaction.on_commit(forget_public_pages)
    return term


@transaction.atomic
def remove_term(*, term: Term | Theme) -> None:
    """Take a word off its list.

    Raises:
        TermInUse: something is described by it.
    """
    locked = type(term)._default_manager.select_for_update().get(pk=term.pk)
    accessors = [relation.get_accessor_name() or "" for relation in locked._meta.related_objects]
    if any(getattr(locked, name).exists() for name in accessors if hasattr(locked, name)):
        raise TermInUse(str(term))
    locked.delete()
    transaction.on_commit(forget_public_pages)
