"""Registries keep keys apart and things in order."""

import pytest

from kit.registry import Card, Registry


def _card(key: str, order: int) -> Card:
    return Card(key=key, draw=lambda request: key, queries=0, order=order)


def test_in_order_whatever_the_order_of_adding():
    registry: Registry[Card] = Registry()
    for key, order in (("c", 3), ("a", 1), ("b", 2)):
        registry.add(_card(key, order))
    assert [card.key for card in registry] == ["a", "b", "c"]
    assert len(registry) == 3
    assert registry.get("b").order == 2
    assert registry.get("x") is None


def test_the_same_key_twice_is_refused():
    registry: Registry[Card] = Registry()
    registry.add(_card("a", 1))
    with pytest.raises(ValueError, match="'a' is registered already"):
        registry.add(_card("a", 2))
