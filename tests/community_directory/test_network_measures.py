"""Measures of the network beside plain loops, which are slow and plainly right."""

from collections import deque
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community_directory.network_layout import APART, places
from community_directory.network_measures import EXACT, Network

NUMBERS = st.integers(0, 9)
PAIRS = st.lists(st.tuples(NUMBERS, NUMBERS), max_size=24)
IDS = st.sets(NUMBERS)


def linked(ids: set[int], pairs: list[tuple[int, int]]) -> dict[int, set[int]]:
    near: dict[int, set[int]] = {one: set() for one in ids}
    for one, other in pairs:
        if one in ids and other in ids and one != other:
            near[one].add(other)
            near[other].add(one)
    return near


def steps_from(start: int, near: dict[int, set[int]]) -> dict[int, int]:
    steps, queue = {start: 0}, deque([start])
    while queue:
        one = queue.popleft()
        for other in near[one]:
            if other not in steps:
                steps[other] = steps[one] + 1
                queue.append(other)
    return steps


def groups_of(near: dict[int, set[int]]) -> set[frozenset[int]]:
    return {frozenset(steps_from(one, near)) for one in near}


def ways(start: int, end: int, near: dict[int, set[int]]) -> list[list[int]]:
    """Every shortest way, written out."""
    steps = steps_from(end, near)
    if start not in steps:
        return []
    found = [[start]]
    for _ in range(steps[start]):
        found = [
            [*way, other]
            for way in found
            for other in near[way[-1]]
            if steps.get(other) == steps[way[-1]] - 1
        ]
    return found


def between(one: int, near: dict[int, set[int]]) -> Fraction:
    others = [other for other in near if other != one]
    if len(others) < 2:
        return Fraction(0)
    total = Fraction(0)
    for start, end in combinations(others, 2):
        all_ways = ways(start, end, near)
        if all_ways:
            total += Fraction(sum(one in way for way in all_ways), len(all_ways))
    return total / Fraction(len(others) * (len(others) - 1), 2)


class TestNetwork:
    @given(IDS, PAIRS)
    def test_numbers(self, ids, pairs):
        near = linked(ids, pairs)
        found = Network(ids, pairs).numbers()
        groups = [group for group in groups_of(near) if len(group) > 1]
        assert found.communities == len(ids)
        assert found.connections == sum(map(len, near.values())) // 2
        assert found.components == len(groups)
        assert found.islands == sum(not others for others in near.values())
        assert found.largest == max(map(len, groups), default=0)

    @given(IDS, PAIRS)
    def test_groups_are_the_components_the_largest_first(self, ids, pairs):
        groups = Network(ids, pairs).groups
        assert {frozenset(group) for group in groups} == groups_of(linked(ids, pairs))
        assert [len(group) for group in groups] == sorted(map(len, groups), reverse=True)

    @settings(deadline=None)
    @given(IDS, PAIRS)
    def test_standings(self, ids, pairs):
        near = linked(ids, pairs)
        found = Network(ids, pairs).standings()
        assert found.keys() == ids
        for one, standing in found.items():
            assert standing.links == len(near[one])
            assert standing.reach == sum(0 < steps <= 2 for steps in steps_from(one, near).values())
            assert standing.between == pytest.approx(float(between(one, near)))

    @given(IDS, PAIRS)
    def test_parts_are_what_is_left_of_its_group_without_it(self, ids, pairs):
        near = linked(ids, pairs)
        for one, standing in Network(ids, pairs).standings().items():
            group = set(steps_from(one, near)) - {one}
            left = groups_of(linked(group, pairs))
            assert standing.parts == max(1, len(left))

    def test_a_large_network_is_sampled_always_in_the_same_way(self):
        ids = range(EXACT + 1)
        star = [(0, other) for other in ids if other]
        first, second = Network(ids, star), Network(ids, star)
        assert (first.is_sampled, Network(range(EXACT), star).is_sampled) == (True, False)
        assert first.standings() == second.standings()
        assert max(first.standings().items(), key=lambda item: item[1].between)[0] == 0

    def test_an_empty_network(self):
        network = Network([], [])
        assert (network.groups, network.standings()) == ([], {})
        assert set(vars(network.numbers()).values()) == {0}


class TestPlaces:
    @settings(deadline=None, max_examples=50)
    @given(IDS, PAIRS)
    def test_each_has_a_place_of_its_own(self, ids, pairs):
        network = Network(ids, pairs)
        found = places(network.groups, network.graph.edges)
        assert found.keys() == ids
        for (x, y), (other_x, other_y) in combinations(found.values(), 2):
            assert max(abs(x - other_x), abs(y - other_y)) > APART / 3

    @settings(deadline=None, max_examples=20)
    @given(IDS, PAIRS)
    def test_the_same_network_is_always_drawn_alike(self, ids, pairs):
        one, other = Network(ids, pairs), Network(sorted(ids), pairs)
        assert places(one.groups, one.graph.edges) == places(other.groups, other.graph.edges)

    def test_who_is_linked_stands_nearer_than_who_is_not(self):
        chain = [(one, one + 1) for one in range(9)]
        network = Network(range(10), chain)
        found = places(network.groups, network.graph.edges)

        def apart(one: int, other: int) -> float:
            (x, y), (other_x, other_y) = found[one], found[other]
            return ((x - other_x) ** 2 + (y - other_y) ** 2) ** 0.5

        assert max(apart(*pair) for pair in chain) < apart(0, 9)

    def test_a_hundred_on_one_spot_find_room(self):
        star = [(0, other) for other in range(1, 100)]
        network = Network(range(100), star)
        assert len(set(places(network.groups, network.graph.edges).values())) == 100
