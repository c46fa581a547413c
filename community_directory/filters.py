"""What a visitor of the directory asks for, read from the address."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict

from community_directory.enums import Meets, OpenTo
from community_directory.models import Community
from community_directory.vocabulary import FILINGS, Terms, terms
from kit import search
from members.enums import Stage
from members.models import Organisation

NEWEST, BY_NAME, RELEVANCE = "newest", "name", "relevance"
SORTS = {NEWEST: "Newest first", BY_NAME: "By name", RELEVANCE: "Best match first"}
CHOICES: dict[str, Any] = {"stage": Stage, "open_to": OpenTo, "meets": Meets}
KINDS = (*FILINGS, *CHOICES)
_MOST_ORGANISATIONS = 20


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What is asked for. Values that we don't know are left out.

    Args:
        q: text, at most 200 characters.
        chosen: by kind, the slugs or values that are on; within a kind any of them, between kinds all.
        ids: by kind of term, the ids that the slugs stand for.
        organisations: name by slug, of those that are on.
        organisation_ids: their ids.
        sort: one of ``SORTS``.
        known: the vocabulary, fetched once for the page.
    """

    q: str = ""
    chosen: dict[str, tuple[str, ...]] = field(default_factory=lambda: dict.fromkeys(KINDS, ()))
    ids: dict[str, tuple[int, ...]] = field(default_factory=lambda: dict.fromkeys(FILINGS, ()))
    organisations: dict[str, str] = field(default_factory=dict)
    organisation_ids: tuple[int, ...] = ()
    sort: str = NEWEST
    known: Terms = field(default_factory=terms, repr=False, compare=False)

    @property
    def words(self) -> list[str]:
        """The words of the text."""
        return search.words(self.q)

    @property
    def are_on(self) -> bool:
        """Whether anything is asked for at all."""
        return bool(self.q or any(self.chosen.values()) or self.organisations)

    def query(self, *, without: tuple[str, str] | None = None, **more: str) -> str:
        """The address's query for this, without one of its filters; a cursor is never carried over."""
        pairs = [("q", self.q)] if self.q else []
        pairs += [(kind, value) for kind in KINDS for value in self.chosen[kind]]
        pairs += [("organisation", slug) for slug in self.organisations]
        if self.sort != default_sort(self.q):
            pairs.append(("sort", self.sort))
        return urlencode([pair for pair in pairs if pair != without] + list(more.items()))


def default_sort(q: str) -> str:
    """Best match if there is a text to match, else newest."""
    return RELEVANCE if search.words(q) else NEWEST


def read(data: QueryDict) -> Filters:
    """Filters from an address. One query if organisations are named, else none when the cache is warm."""
    q = " ".join(data.get("q", "").replace("\x00", " ")[: search.LONGEST].split())
    vocabulary = terms()
    chosen: dict[str, tuple[str, ...]] = {}
    ids: dict[str, tuple[int, ...]] = {}
    for kind in FILINGS:
        asked = set(data.getlist(kind))
        found = {pk: slug for pk, (slug, _) in vocabulary[kind].items() if slug in asked} if asked else {}
        chosen[kind], ids[kind] = tuple(found.values()), tuple(found)
    for kind, words in CHOICES.items():
        asked = set(data.getlist(kind))
        chosen[kind] = tuple(value for value in words.values if value in asked)
    organisations = _organisations(data.getlist("organisation"))
    sort = data.get("sort", "")
    if sort not in SORTS or (sort == RELEVANCE and not search.words(q)):
        sort = default_sort(q)
    return Filters(
        q=q,
        chosen=chosen,
        ids=ids,
        organisations={slug: name for _, slug, name in organisations},
        organisation_ids=tuple(pk for pk, _, _ in organisations),
        sort=sort,
        known=vocabulary,
    )


def _organisations(slugs: list[str]) -> list[tuple[int, str, str]]:
    asked = [slug for slug in slugs[:_MOST_ORGANISATIONS] if slug and "\x00" not in slug]
    if not asked:
        return []
    return list(Organisation.objects.filter(slug__in=asked).values_list("pk", "slug", "name"))


def crossing(communities: QuerySet[Community], filters: Filters) -> QuerySet[Community]:
    """Those that cross any of the organisations asked for."""
    if not filters.organisation_ids:
        return communities
    rows = Community.organisations.through._default_manager.filter(
        organisation_id__in=filters.organisation_ids
    )
    return communities.filter(pk__in=rows.values("community_id"))


def matching(filters: Filters) -> QuerySet[Community]:
    """The listed communities that hold the words of the text, if it has any, and cross the organisations asked for, in no order."""
    listed = Community.objects.listed().order_by()
    return crossing(search.matching(listed, filters.q) if filters.words else listed, filters)


def narrow(communities: QuerySet[Community], filters: Filters) -> QuerySet[Community]:
    """Those among some communities that pass every kind of filter that is counted."""
    for kind, filing in FILINGS.items():
        if filters.ids[kind]:
            having = filing.rows().filter(**{f"{filing.term_id}__in": filters.ids[kind]})
            communities = communities.filter(pk__in=having.values(filing.community_id))
    for kind in CHOICES:
        if filters.chosen[kind]:
            communities = communities.filter(**{f"{kind}__in": filters.chosen[kind]})
    return communities
