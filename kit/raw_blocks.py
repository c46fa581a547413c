"""Blocks of a StreamField as they are kept, and other values, in a form that can be compared.

Ids of blocks, keys of paragraphs and the way a browser ends its lines are left out of it, so that an editor who saves a
page unchanged has changed nothing.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from kit.richtext import Block, without_keys

Plain = Any


def digest(plain: Plain) -> str:
    """SHA-256 of a plain form, in hexadecimal."""
    return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def plain_of(value: Any) -> Plain:
    """A value as texts, numbers, lists and None."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return without_keys(value.replace("\r\n", "\n")).strip()
    if isinstance(value, Mapping):
        return {name: plain_of(inner) for name, inner in value.items()}
    if isinstance(value, Sequence):
        return [plain_of(inner) for inner in value]
    return value


def without_ids(value: Any) -> Any:
    """Raw blocks without their ids, down to the items of lists inside them."""
    if isinstance(value, Mapping):
        is_block = {"type", "value"} <= value.keys()
        return {name: without_ids(inner) for name, inner in value.items() if not (is_block and name == "id")}
    if isinstance(value, list | tuple):
        return [without_ids(inner) for inner in value]
    return value


def _likeness(block: Block) -> list[str]:
    """By what a block is known again: all of it; else its title and place; else its text."""
    plain = plain_of(without_ids(block))
    value = plain["value"]
    if not isinstance(value, dict):
        return [digest(plain)]
    parts = [
        [plain["type"], value.get("phase"), name, value.get(name)]
        for name in ("title", "text")
        if value.get(name)
    ]
    return [
        digest({name: inner for name, inner in value.items() if inner not in (None, "")}),
        *map(digest, parts),
    ]


def with_ids_of(old: Sequence[Mapping[str, Any]], new: list[Block]) -> list[Block]:
    """New blocks with the ids of the old ones that they continue, so that ticks on a step stay with it.

    A block continues an old one that says the same; else one with the same title; else one with the same text.
    Each old id is given once.
    """
    ids: dict[int, str] = {}
    for strength in range(3):
        left: dict[str, list[str]] = {}
        for block in old:
            marks = _likeness(dict(block))
            if block.get("id") and block["id"] not in ids.values() and strength < len(marks):
                left.setdefault(marks[strength], []).append(str(block["id"]))
        for place, block in enumerate(new):
            marks = _likeness(block)
            if place not in ids and strength < len(marks) and left.get(marks[strength]):
                ids[place] = left[marks[strength]].pop(0)
    return [{**block, "id": ids[place]} if place in ids else dict(block) for place, block in enumerate(new)]
