"""How old a reader has to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.page_checks import look_through
from kit.reading_age import reading_of

EASY = "We meet on Monday. Jo makes the tea. Then each of us tells one thing that went well. "
HARD = (
    "Interdisciplinary collaboration necessitates the systematic operationalisation of multidimensional "
    "evaluation frameworks, notwithstanding organisational heterogeneity, so that comprehensive implementation "
    "considerations are appropriately contextualised throughout participating institutions. "
)


def test_a_text_is_measured_by_the_formula():
    # 100 words of 4 signs, in 10 sentences: 4.71 × 4 + 0.5 × 10 − 21.43 = 2.41, so the second year: 7
    text = ("word " * 9 + "word. ") * 10
    found = reading_of([text])
    assert (found.age, found.words, found.longest) == (7, 10, ("word " * 9 + "word.").strip())


def test_short_words_and_sentences_are_for_the_young_and_long_ones_are_not():
    assert reading_of([EASY * 10]).age < 8
    assert reading_of([HARD * 10]).age > 25


def test_a_few_words_tell_nothing():
    assert reading_of([]) is None
    assert reading_of(["We meet on Monday. " * 24]) is None
    assert reading_of(["We meet on Monday. " * 25]) is not None


@pytest.mark.parametrize("end", ["</p><p>", "</li><li>", "<br>", "<br/>", "</h3><p>", "\n"])
def test_paragraphs_and_items_end_a_sentence(end):
    part = "one two three four five"
    assert reading_of([end.join([part] * 20)]).words == 5


def test_labels_and_addresses_are_no_sentences():
    plain = reading_of([EASY * 10])
    assert reading_of([EASY * 10, "Before", "<h2>Three things</h2>"]) == plain
    assert (
        reading_of([EASY * 10 + " https://example.org/a-very-long-address/that-nobody-reads/aloud/"]) == plain
    )


@given(st.lists(st.text(max_size=400), max_size=5))
def test_no_text_breaks_it(texts):
    found = reading_of(texts)
    assert found is None or found.age >= 5


@given(st.lists(st.sampled_from(["a", "meeting", "interdisciplinary"]), min_size=100, max_size=200))
def test_longer_sentences_are_never_for_younger_readers(words):
    def text(size: int) -> str:
        return " ".join(
            " ".join(words[start : start + size]) + "."
            for start in range(0, len(words) - len(words) % 20, size)
        )

    assert reading_of([text(20)]).age >= reading_of([text(5)]).age


def test_an_editor_is_told_of_a_hard_page_where_to_begin():
    [said] = look_through([{"type": "text", "value": f"<p>{HARD * 8}</p>"}]).warnings
    assert said == (
        "This is written for readers of about 18 years or more. Aim for 12: use shorter words, and split long sentences. The longest has 24 words: "
        "“Interdisciplinary collaboration necessitates the systematic operationalisation …”"
    )


@pytest.mark.parametrize("kind", ["video", "sound"])
def test_what_is_said_in_a_recording_is_left_out(kind):
    value = {
        "title": "A",
        "url": "https://vimeo.com/123456789",
        "captions": True,
        "transcript": f"<p>{HARD * 8}</p>",
    }
    warnings = look_through([{"type": kind, "value": value}]).warnings
    assert [said for said in warnings if "readers" in said] == []


def test_an_easy_page_is_left_alone():
    assert look_through([{"type": "text", "value": f"<p>{EASY * 20}</p>"}]).warnings == []
