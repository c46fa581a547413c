"""What is shown of a text is the place where the words stand, and never more than text."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.excerpts import excerpt, marked, one_of


def body(*texts: str) -> str:
    return json.dumps([{"type": "text", "id": "trust", "value": f"<p>{text}</p>"} for text in texts])


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("Build trust", ["trust"], "Build <mark>trust</mark>"),
        ("TRUST and trust", ["trust"], "<mark>TRUST</mark> and <mark>trust</mark>"),
        ("Trustful", ["trust"], "Trustful"),
        ("a < b & c", ["b"], "a &lt; <mark>b</mark> &amp; c"),
        ("Café society", ["café"], "<mark>Café</mark> society"),
        ("c++ (a.b)", ["a", "b"], "c++ (<mark>a</mark>.<mark>b</mark>)"),
        ("nothing", [], "nothing"),
        ("<b>x</b>", [], "&lt;b&gt;x&lt;/b&gt;"),
    ],
)
def test_words_are_marked(text, words, shown):
    assert marked(text, words) == shown


@given(st.text(max_size=80), st.lists(st.from_regex(r"\w{1,6}", fullmatch=True), max_size=3))
def test_marking_adds_marks_and_takes_nothing_away(text, words):
    shown = marked(text, words)
    plain = marked(text, [])
    assert shown.replace("<mark>", "").replace("</mark>", "") == plain
    assert shown.count("<mark>") == shown.count("</mark>")


def test_labels_stand_in_a_row_with_those_asked_for_marked():
    assert one_of(["Trust", "R & D"], {"Trust"}) == "<mark>Trust</mark>, R &amp; D"
    assert one_of([], {"Trust"}) == ""


def test_an_excerpt_is_the_first_place_with_a_word():
    text = excerpt(body("Nothing.", "We build trust slowly.", "More trust."), ["trust"])
    assert text == "We build <mark>trust</mark> slowly."


def test_a_long_text_is_cut_between_words():
    long = "before " * 60 + "and then trust comes " + "after " * 60
    text = excerpt(body(long), ["trust"])
    assert text.startswith("… before")
    assert text.endswith("after …")
    assert "<mark>trust</mark>" in text
    assert len(re.sub(r"<[^>]+>", "", text)) <= 180


@pytest.mark.parametrize("words", [["missing"], ["text"], ["p"], ["id"]])
def test_what_stands_nowhere_in_the_words_has_no_excerpt(words):
    assert excerpt(body("Some words."), words) == ""


def test_a_word_in_a_tag_does_not_hide_one_in_a_later_text():
    texts = body('<a href="https://example.org/trust">here</a>', "We trust you.")
    assert excerpt(texts, ["trust"]) == "We <mark>trust</mark> you."


def test_an_id_is_not_looked_at():
    assert excerpt(body("Nothing."), ["trust"]) == ""


def test_it_looks_into_every_block():
    blocks = [
        {"type": "do_dont", "value": {"do": ["start on time"], "dont": ["read out slides"]}, "id": "a"},
        {
            "type": "table",
            "value": {"caption": "c", "header": ["x"], "rows": [["Blessing rings"]]},
            "id": "b",
        },
        {
            "type": "steps",
            "value": {"steps": [{"type": "item", "value": {"title": "t", "text": "<p>Ask &amp; wait</p>"}}]},
        },
        {"type": "picture", "value": {"image": 5, "description": "ten chairs", "caption": ""}, "id": "c"},
    ]
    for word, shown in (
        ("slides", "slides"),
        ("blessing", "Blessing"),
        ("wait", "wait"),
        ("chairs", "chairs"),
    ):
        assert f"<mark>{shown}</mark>" in excerpt(json.dumps(blocks), [word])
    assert excerpt(json.dumps(blocks), ["wait"]) == "Ask &amp; <mark>wait</mark>"


def test_tags_are_no_text_and_entities_are_read():
    text = body('<a href="https://example.org/trust">here</a> &lt;script&gt; &amp; trust')
    assert excerpt(text, ["trust"]) == "here &lt;script&gt; &amp; <mark>trust</mark>"


@given(st.lists(st.text(max_size=60), max_size=4), st.from_regex(r"[a-z]{1,5}", fullmatch=True))
def test_no_text_breaks_it_or_gets_out_as_html(texts, word):
    shown = excerpt(body(*texts), [word])
    assert re.sub(r"</?mark>", "", shown).count("<") == 0


def test_a_recording_that_waits_is_passed_over():
    video = {"title": "Trust, a talk", "url": "https://vimeo.com/123456789", "transcript": ""}
    body = [{"type": "video", "value": video}, {"type": "text", "value": "<p>Then trust comes.</p>"}]
    assert excerpt(json.dumps(body), ["trust"]) == "Then <mark>trust</mark> comes."
    video["captions"] = True
    assert excerpt(json.dumps(body), ["trust"]) == "<mark>Trust</mark>, a talk"
