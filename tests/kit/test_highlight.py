"""Marking in a text what was sought."""

import pytest
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from kit.search import highlight


@pytest.mark.parametrize(
    ("text", "sought", "html"),
    [
        ("Falls in care homes", "falls", "<mark>Falls</mark> in care homes"),
        ("Falls in care homes", "fall care", "<mark>Falls</mark> in <mark>care</mark> homes"),
        ("Waterfalls", "falls", "Waterfalls"),
        ("a < b & c", "b", "a &lt; <mark>b</mark> &amp; c"),
        ("<b>bold</b>", "b", "&lt;<mark>b</mark>&gt;<mark>bold</mark>&lt;/<mark>b</mark>&gt;"),
        ("tea", "", "tea"),
        ("tea", "***", "tea"),
        ("", "tea", ""),
        ("Café", "CAFÉ", "<mark>Café</mark>"),
    ],
)
def test_marks_words_that_begin_so(text, sought, html):
    assert str(highlight(text, sought)) == html


@given(text=st.text(max_size=200), sought=st.text(max_size=50))
def test_without_its_marks_it_is_the_text_escaped(text, sought):
    html = str(highlight(text, sought)).replace("<mark>", "").replace("</mark>", "")
    assert html == escape(text)


def test_a_megabyte_of_hits_is_marked_whole():
    assert highlight("word " * 200_000, "word " * 40).count("<mark>word</mark>") == 200_000
