"""Headings that people write: below those of the page, and none left out on the way down."""

import re

import pytest

from kit.markdown import render


def levels(text: str) -> list[int]:
    return [int(level) for level in re.findall(r"<h(\d)>", render(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# a", [3]),
        ("### a\n\n### b\n\n### c", [3, 3, 3]),
        ("# a\n\n## b\n\n## c\n\n# d\n\n## e", [3, 4, 4, 3, 4]),
        ("## a\n\n#### b\n\n#### c", [3, 4, 4]),
        ("### a\n\n# b\n\n### c", [3, 3, 4]),
        ("# a\n\n## b\n\n### c\n\n#### d\n\n##### e", [3, 4, 5, 5, 5]),
    ],
)
def test_headings_keep_their_order(text: str, expected: list[int]):
    assert levels(text) == expected


def test_heading_closes_with_the_tag_it_opened_with():
    assert render("## a\n\ntext\n\n## b") == "<h3>a</h3>\n<p>text</p>\n<h3>b</h3>\n"
