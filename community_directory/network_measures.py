"""What the links between communities look like from above: groups, islands, bridges, reach.

Pure: it is given ids and pairs of ids, and knows no database. The measures are those of networkx; the library is loaded
when the first network is made, since it takes 28 MB that a worker which only shows pages does not need.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any, Generic, TypeVar

# With more communities than this, betweenness is estimated from the shortest ways out of some of them, which are chosen
# by a fixed seed: the same network gives the same answer (Brandes and Pich, Centrality estimation in large networks, 2007).
EXACT = 500
SAMPLE = 150
SEED = 20260101

Id = TypeVar("Id", bound=Hashable)


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """A network in a few numbers.

    Args:
        communities: how many there are.
        connections: links between two of them.
        components: groups of two or more that are linked with each other, directly or by others.
        islands: communities without a link.
        largest: communities in the largest group, 0 if there is none.
    """

    communities: int
    connections: int
    components: int
    islands: int
    largest: int


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where one community stands.

    Args:
        links: with how many it is linked.
        reach: how many others it comes to in two steps at most.
        between: betweenness, from 0 to 1: on what share of the shortest ways between two others it lies.
        parts: into how many pieces its group would fall without it; 1 if it would hold.
    """

    links: int
    reach: int
    between: float
    parts: int


class Network(Generic[Id]):
    """Communities and the links between them.

    Args:
        ids: all communities.
        pairs: links, each once or from both ends; one with a community that is not there is left out.
    """

    def __init__(self, ids: Iterable[Id], pairs: Iterable[tuple[Id, Id]]) -> None:
        self._nx: Any = import_module("networkx")
        self.graph: Any = self._nx.Graph()
        self.graph.add_nodes_from(ids)
        self.graph.add_edges_from(
            (one, other) for one, other in pairs if one in self.graph and other in self.graph and one != other
        )

    @cached_property
    def groups(self) -> list[list[Id]]:
        """The communities of each group, the largest group first; an island is a group of one."""
        found = [sorted(group) for group in self._nx.connected_components(self.graph)]
        return sorted(found, key=lambda group: (-len(group), group[0]))

    @property
    def is_sampled(self) -> bool:
        """Whether betweenness is an estimate."""
        return len(self.graph) > EXACT

    def numbers(self) -> Numbers:
        """The whole in a few numbers."""
        sizes = [len(group) for group in self.groups]
        linked = [size for size in sizes if size > 1]
        return Numbers(
            communities=sum(sizes),
            connections=self.graph.number_of_edges(),
            components=len(linked),
            islands=len(sizes) - len(linked),
            largest=max(linked, default=0),
        )

    def standings(self) -> dict[Id, Standing]:
        """Where each community stands."""
        between, parts = self._betweenness(), self._parts()
        return {
            one: Standing(
                links=self.graph.degree(one),
                reach=len(self.within_two_steps(one)),
                between=min(1.0, max(0.0, between[one])),
                parts=parts.get(one, 1),
            )
            for one in self.graph
        }

    def within_two_steps(self, one: Id) -> set[Id]:
        """The others that it is linked with, and whom those are linked with."""
        near = set(self.graph[one])
        return near.union(*(self.graph[other] for other in near)) - {one}

    def _betweenness(self) -> dict[Id, float]:
        if not self.is_sampled:
            return dict(self._nx.betweenness_centrality(self.graph))
        return dict(self._nx.betweenness_centrality(self.graph, k=SAMPLE, seed=SEED))

    def _parts(self) -> dict[Id, int]:
        """For each community that holds its group together, into how many pieces the group would fall without it.

        A community that stands in several blocks, which are the parts that no single one can cut, is the only thing
        that joins them (Hopcroft and Tarjan, 1973).
        """
        blocks: dict[Id, int] = {}
        for block in self._nx.biconnected_components(self.graph):
            for one in block:
                blocks[one] = blocks.get(one, 0) + 1
        return {one: number for one, number in blocks.items() if number > 1}
