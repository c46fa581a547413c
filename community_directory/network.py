"""The page of the network, and its drawing: how communities are linked, in words, as a table and as a graph.

What is hard to work out is kept by a task (``counting``); a page only reads it. The number of queries does not depend on
how many communities there are.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404, QueryDict
from django.urls import reverse

from community_directory.filters import Filters, matching, narrow, read
from community_directory.listing import chips, ways
from community_directory.models import (
    Community,
    Connection,
    NetworkPlace,
    NetworkSnapshot,
    NetworkState,
)
from community_directory.plot import plot_of
from community_directory.vocabulary import FILINGS, filed
from community_directory.words import STAGE_COLOURS, STAGES
from kit import keyset
from members.audience import EVERYBODY

SIZE = 25
MOST = 3000  # communities in one drawing; a browser draws more than that neither fast nor so that one sees anything
_BRIDGES, _ISLANDS, _MONTHS = 5, 10, 13
# What is shown of a community and of its place: the long texts stay where they are.
_COMMUNITY = ("name", "slug", "stage")
_OF_ITS_COMMUNITY = tuple(f"community__{name}" for name in _COMMUNITY)
_PLACE = ("links", "reach", "between", "parts")
LINKS, BY_NAME = "links", "name"
ORDERS = {LINKS: "Most links first", BY_NAME: "By name"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked of the network.

    Args:
        filters: those of the directory; they narrow the communities.
        around: only this one, those that it is linked with, and those whom these are linked with.
        steps: by id, how many steps each of them is away.
        order: one of ``ORDERS``, of the table.
    """

    filters: Filters
    around: Community | None
    steps: dict[int, int]
    order: str

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return not self.around and not self.filters.are_on

    def query(self, **more: str) -> str:
        """The address's query for this."""
        return self.filters.query(without=None, **self.own | more)

    @property
    def own(self) -> dict[str, str]:
        """The part of it that the list does not know."""
        around = {"around": self.around.slug} if self.around else {}
        return around | ({"order": self.order} if self.order != LINKS else {})

    def places(self) -> QuerySet[NetworkPlace]:
        """Where those that are asked for stand."""
        found = NetworkPlace.objects.visible_to(AnonymousUser()).order_by()
        if self.around:
            found = found.filter(pk__in=list(self.steps))
        if self.filters.are_on:
            found = found.filter(pk__in=narrow(matching(self.filters), self.filters).values("pk"))
        return found

    def connections(self) -> QuerySet[Connection]:
        """The links between those that are asked for."""
        found = Connection.objects.visible_to(AnonymousUser()).order_by()
        if self.is_whole:
            return found
        inside = self.places().values("pk")
        return found.filter(source__in=inside, target__in=inside)


def asked_for(data: QueryDict) -> Asked:
    """What is asked for, from an address. Three queries more if it is asked around a community.

    Raises:
        Http404: there is no such community in the directory.
    """
    order = data.get("order", LINKS)
    around = _around(data.get("around", ""))
    return Asked(
        filters=read(data),
        around=around,
        steps=_steps(around.pk) if around else {},
        order=order if order in ORDERS else LINKS,
    )


def _around(slug: str) -> Community | None:
    if not slug:
        return None
    listed = Community.objects.visible_to(AnonymousUser()).only("slug", "name")
    found = None if "\x00" in slug else listed.filter(slug=slug[:150]).first()
    if found is None:
        raise Http404
    return found


def _steps(middle: int) -> dict[int, int]:
    """How many steps, two at most, each is away from the one in the middle, by id. Two queries."""
    steps = {middle: 0}
    for number in (1, 2):
        rim = [pk for pk, away in steps.items() if away == number - 1]
        for pair in _links_of(rim):
            for pk in pair:
                steps.setdefault(pk, number)
    return steps


def _links_of(ids: list[int]) -> Iterable[tuple[int, int]]:
    links = Connection.objects.visible_to(AnonymousUser()).order_by()
    return links.filter(Q(source__in=ids) | Q(target__in=ids)).values_list("source_id", "target_id")


def context(asked: Asked, *, cursor: str = "") -> dict[str, Any]:
    """All that the page shows. Six queries for the whole network, five for a part of it.

    Raises:
        Http404: there is no such page of the table.
    """
    state = NetworkState.objects.filter(pk=1).first()
    page = _table(asked, cursor)
    return {
        "who": EVERYBODY,
        "state": state,
        "asked": asked,
        "ways": ways(asked.filters, "network"),
        "chips": _chips(asked),
        "sentence": _sentence(state, asked),
        "order": asked.order,
        "orders": _orders(asked),
        "rows": _rows(page.rows, asked),
        "newer_url": _url(asked, page.previous),
        "older_url": _url(asked, page.next),
        "graph_url": _address("network_graph", asked),
        "about_url": reverse("api-v1:list_communities"),
        "list_url": reverse("community_directory:list"),
        **(_whole(state, asked) if state and asked.is_whole and not cursor else {}),
    }


def _address(name: str, asked: Asked) -> str:
    query = asked.query()
    return reverse(f"community_directory:{name}") + (f"?{query}" if query else "")


def _url(asked: Asked, cursor: str) -> str:
    return f"?{asked.query(cursor=cursor)}#communities" if cursor else ""


def _chips(asked: Asked) -> list[dict[str, str]]:
    own = f"&{urlencode(asked.own)}" if asked.own else ""
    found = [chip | {"url": chip["url"] + own} for chip in chips(asked.filters)]
    if asked.filters.q:
        without = urlencode([pair for pair in _pairs(asked) if pair[0] != "q"])
        found.insert(0, {"label": "Words", "text": f"“{asked.filters.q}”", "url": f"?{without}"})
    if asked.around:
        text = f"Around “{asked.around.name}”"
        found.insert(0, {"label": "Neighbourhood", "text": text, "url": f"?{asked.filters.query()}"})
    return found


def _pairs(asked: Asked) -> list[tuple[str, str]]:
    return [(name, value) for name, values in QueryDict(asked.query()).lists() for value in values]


def _orders(asked: Asked) -> list[dict[str, Any]]:
    without = [pair for pair in _pairs(asked) if pair[0] != "order"]
    return [
        {
            "words": words,
            "url": "?" + urlencode(without + ([("order", name)] if name != LINKS else [])) + "#communities",
            "is_on": name == asked.order,
        }
        for name, words in ORDERS.items()
    ]


def _table(asked: Asked, cursor: str) -> keyset.Page[Any]:
    """One page of places, or of communities with their places. One query."""
    try:
        if asked.order == LINKS:
            places = asked.places().select_related("community").only(*_PLACE, *_OF_ITS_COMMUNITY)
            return keyset.page(places, order=("-links", "-community_id"), cursor=cursor, size=SIZE)
        named = Community.objects.filter(pk__in=asked.places().values("pk")).select_related("network_place")
        named = named.only(*_COMMUNITY, *(f"network_place__{name}" for name in _PLACE))
        return keyset.page(named, order=("name", "id"), cursor=cursor, size=SIZE)
    except keyset.BadCursor as error:
        raise Http404 from error


def _rows(found: list[Any], asked: Asked) -> list[dict[str, Any]]:
    """The lines of the table. One query."""
    pairs = [
        (one.community, one) if isinstance(one, NetworkPlace) else (one, one.network_place) for one in found
    ]
    under = filed([community.pk for community, _ in pairs], asked.filters.known)
    return [
        {
            "name": community.name,
            "url": community.get_absolute_url(),
            "around_url": f"?{urlencode({'around': community.slug})}",
            "stage": STAGES[community.stage],
            "stage_colour": STAGE_COLOURS[community.stage],
            "regions": ", ".join(name for _, name in under[community.pk]["region"]),
            "sectors": ", ".join(name for _, name in under[community.pk]["sector"]),
            "links": place.links,
            "reach": place.reach,
            "steps": asked.steps.get(community.pk),
        }
        for community, place in pairs
    ]


def _sentence(state: NetworkState | None, asked: Asked) -> str:
    """How much there is, in words. No query for the whole network, two for a part of it."""
    if state is None:
        return ""
    if asked.is_whole:
        return f"{_communities(state.communities)}, {_links(state.connections)}"
    return f"{_communities(asked.places().count())}, {_links(asked.connections().count())} between them"


def _communities(number: int) -> str:
    return "1 community" if number == 1 else f"{number:,} communities"


def _links(number: int) -> str:
    return "1 link" if number == 1 else f"{number:,} links"


def _whole(state: NetworkState, asked: Asked) -> dict[str, Any]:
    """What stands out in the whole network, and how it grew. Three queries."""
    places = NetworkPlace.objects.visible_to(AnonymousUser()).select_related("community")
    places = places.only(*_PLACE, *_OF_ITS_COMMUNITY)
    bridges = places.filter(between__gt=0).order_by("-between", "pk")[:_BRIDGES]
    islands = places.filter(links=0).order_by("community__name", "pk")[:_ISLANDS]
    sectors = asked.filters.known["sector"]
    missing = state.missing_sectors if state.components else []
    months = list(NetworkSnapshot.objects.order_by("-month")[:_MONTHS])[::-1]
    return {
        "facts": facts(state),
        "bridges": [_told(place.community, why=_why(place)) for place in bridges],
        "islands": [_told(place.community) for place in islands],
        "more_islands": max(0, state.islands - _ISLANDS),
        "missing": [{"slug": sectors[pk][0], "name": sectors[pk][1]} for pk in sectors if pk in missing],
        "months": months,
        "plot": plot_of([(month.month, month.connections) for month in months]),
    }


def _told(community: Community, **more: str) -> dict[str, str]:
    return {"name": community.name, "url": community.get_absolute_url(), **more}


def facts(state: NetworkState) -> list[str]:
    """The network in a few short sentences."""
    said = [
        "Nobody is linked yet."
        if not state.components
        else f"The links make 1 group of {state.largest:,}."
        if state.components == 1
        else f"The links make {state.components:,} groups. The largest has {state.largest:,} communities."
    ]
    if state.islands:
        said.append(
            "1 community stands alone."
            if state.islands == 1
            else f"{state.islands:,} communities stand alone."
        )
    elif state.components:
        said.append("No community stands alone.")
    if state.connections:
        said.append(f"On average a community has {state.mean_links:.1f} links.")
    return said


def _why(place: NetworkPlace) -> str:
    """Why one community is a bridge, in a sentence."""
    linked = f"It is linked with {_communities(place.links)}"
    if place.parts > 1:
        return f"{linked}. Without it, its group would fall into {place.parts} parts."
    share = round(100 * place.between)
    if share < 1:
        return f"{linked}, and some of the shortest ways between others lead through it."
    return f"{linked}, and {share} in 100 of the shortest ways between two others lead through it."


def drawing(asked: Asked) -> dict[str, Any]:
    """The graph for a browser to draw, as short as it can be said. Four queries.

    Returns:
        ``nodes``: slug, name, x, y, and the places of its stage, first region and first sector among ``terms``, links, and
        steps from the middle. ``edges``: pairs of places among the nodes. ``terms``: the names, by kind. ``left_out``: how many
        communities with few links are not drawn.
    """
    fields = ("pk", "community__slug", "community__name", "x", "y", "community__stage", "links")
    found = list(asked.places().order_by("-links", "-pk").values_list(*fields)[: MOST + 1])
    left_out = asked.places().count() - MOST if len(found) > MOST else 0
    found = found[:MOST]
    number = {row[0]: place for place, row in enumerate(found)}
    terms: dict[str, list[str]] = {"stage": list(STAGES.values()), "region": [], "sector": []}
    firsts = {kind: _firsts(kind, asked, terms[kind]) for kind in ("region", "sector")}
    stages = {stage: place for place, stage in enumerate(STAGES)}
    nodes = [
        [slug, name, x, y, stages[stage], firsts["region"].get(pk), firsts["sector"].get(pk), links, asked.steps.get(pk)]
        for pk, slug, name, x, y, stage, links in found
    ]  # fmt: skip
    edges = [
        [number[one], number[other]]
        for one, other in asked.connections().values_list("source_id", "target_id")
        if one in number and other in number
    ]
    return {"nodes": nodes, "edges": edges, "terms": terms, "left_out": left_out}


def _firsts(kind: str, asked: Asked, names: list[str]) -> dict[int, int]:
    """For each community the first term of a kind that it is filed under, as its place among the names. One query.

    Args:
        names: filled with those that are in use, by name.
    """
    filing, known = FILINGS[kind], asked.filters.known[kind]
    rows = filing.rows().values_list(filing.community_id, filing.term_id)
    if not asked.is_whole:
        rows = rows.filter(**{f"{filing.community_id}__in": asked.places().values("pk")})
    under: dict[int, set[int]] = defaultdict(set)
    for community, term in rows:
        under[community].add(term)
    order = {term: place for place, term in enumerate(known)}
    first = {
        community: min((term for term in terms if term in order), key=order.__getitem__, default=None)
        for community, terms in under.items()
    }
    used = sorted({term for term in first.values() if term is not None}, key=order.__getitem__)
    names += [known[term][1] for term in used]
    place = {term: number for number, term in enumerate(used)}
    return {community: place[term] for community, term in first.items() if term is not None}
