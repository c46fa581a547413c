"""What a migration makes of what was there."""

import importlib

import pytest

numbers = importlib.import_module("learning.migrations.0005_read_group_sizes").numbers


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("3 to 12", (3, 12)),
        ("3 to 30, in threes", (3, 30)),
        ("5–8", (5, 8)),
        ("5 - 8 people", (5, 8)),
        ("Up to 30", (None, 30)),
        ("4 or more", (4, None)),
        ("6+", (6, None)),
        ("12", (12, 12)),
        ("2 people", (2, 2)),
        ("30 to 3", (None, None)),
        ("any number", (None, None)),
        ("pairs", (None, None)),
        ("", (None, None)),
    ],
)
def test_numbers_are_read_from_the_words_of_a_group_size(words, expected):
    assert numbers(words) == expected
