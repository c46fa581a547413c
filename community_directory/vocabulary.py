"""The words that communities are filed under, kept in the cache: lists and facets ask the database for ids."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Model, QuerySet

from community_directory.models import Community, CommunityTheme
from kit.caching import forget_public_pages
from members.models import Region, Sector, Theme

_KEY = "community-directory-vocabulary"
_KEPT_SECONDS = 3600


@dataclass(frozen=True)
class Filing:
    """One way in which communities are filed: the terms, and the table of which community has which."""

    terms: type[Model]
    through: type[Model]
    community_id: str
    term_id: str

    def rows(self) -> QuerySet[Any]:
        """The rows of the table between."""
        return self.through._default_manager.order_by()

    @property
    def table(self) -> str:
        """The table's name, as SQL has it."""
        return connection.ops.quote_name(self.through._meta.db_table)

    @property
    def community(self) -> str:
        """The column of the community, as SQL has it."""
        return connection.ops.quote_name(self.community_id)

    @property
    def term(self) -> str:
        """The column of the term, as SQL has it."""
        return connection.ops.quote_name(self.term_id)


FILINGS = {
    "theme": Filing(Theme, CommunityTheme, "content_object_id", "tag_id"),
    "sector": Filing(Sector, Community.sectors.through, "community_id", "sector_id"),
    "region": Filing(Region, Community.regions.through, "community_id", "region_id"),
}

# For each filing, in the order of their names: id, slug, name.
Terms = dict[str, dict[int, tuple[str, str]]]


def terms(*, fresh: bool = False) -> Terms:
    """Slug and name of every theme, sector and region, by id; from the cache, else three queries.

    Args:
        fresh: look again, since an id turned up that is not among them.
    """
    found: Terms | None = None if fresh else cache.get(_KEY)
    if found is None:
        found = {
            kind: {
                pk: (slug, name)
                for pk, slug, name in filing.terms._default_manager.order_by("name").values_list(
                    "pk", "slug", "name"
                )
            }
            for kind, filing in FILINGS.items()
        }
        cache.set(_KEY, found, _KEPT_SECONDS)
    return found


def forget(**kwargs: Any) -> None:
    """Let a term that was added, renamed or taken out show at once. Takes what a signal sends.

    In a transaction once more at its end: others still read, and may keep, the state before it.
    """
    cache.delete(_KEY)
    if connection.in_atomic_block:
        transaction.on_commit(lambda: cache.delete(_KEY))
    forget_public_pages()


def filed(
    communities: Iterable[int], known: Terms | None = None
) -> dict[int, dict[str, list[tuple[str, str]]]]:
    """What some communities are filed under.

    Args:
        communities: their ids; a page of them, not thousands.
        known: the vocabulary, where it has been fetched for this page already.

    Returns:
        By id and kind ("theme", "sector", "region"), slugs and names in the order of the names. One query
        when the vocabulary is kept.
    """
    ids = list(communities)
    found: dict[int, dict[str, list[tuple[str, str]]]] = {pk: {kind: [] for kind in FILINGS} for pk in ids}
    rows = _rows(ids) if ids else []
    known = known or terms()
    if any(term not in known[kind] for kind, _, term in rows):
        known = terms(fresh=True)
    places = {kind: {pk: place for place, pk in enumerate(known[kind])} for kind in FILINGS}
    for kind, pk, term in sorted(rows, key=lambda row: places[row[0]].get(row[2], 0)):
        if term in known[kind]:
            found[pk][kind].append(known[kind][term])
    return found


def _rows(ids: list[int]) -> list[tuple[str, int, int]]:
    """Kind, community and term of every filing of these communities; written by hand, since it is on every list."""
    places = ", ".join(["%s"] * len(ids))
    parts = [
        f"SELECT '{kind}', {filing.community} AS community, {filing.term} FROM {filing.table} "  # noqa: S608
        f"WHERE {filing.community} IN ({places})"
        for kind, filing in FILINGS.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), ids * len(parts))
        return cursor.fetchall()
