"""Which communities are worth meeting: an order that evidence makes, and says why."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community_directory.suggesting import Described, Suggester


def describe(key: str, name: str, text: str = "", **more) -> Described:
    return Described(id=key, name=name, text=text, **more)


def order(descriptions: list[Described], key: str) -> list[str]:
    return [one.id for one in Suggester(descriptions).rank(key)]


FALLS = describe("falls", "Falls in care homes", "Huddles after a fall, and lighting at night.")
NIGHT = describe("night", "The night shift", "Lighting, sleep, and who falls in the small hours.")
WOUNDS = describe("wounds", "Legs and wounds", "Dressings and nurses on bicycles.")
TEA = describe("tea", "Tea for carers", "Cake on Thursdays.")


class TestWhatCounts:
    def test_words_that_are_found_in_the_others_text(self):
        assert order([FALLS, TEA, WOUNDS, NIGHT], "falls")[0] == "night"
        assert order([FALLS, TEA, WOUNDS, NIGHT], "night")[0] == "falls"

    def test_a_name_that_the_other_says(self):
        others = [
            describe("one", "Nights", "We write to Legs and wounds each month."),
            describe("two", "Days", "Wounds of all kinds."),
        ]
        assert order([TEA, *others, WOUNDS], "wounds")[0] == "one"

    def test_both_ways_whoever_says_it(self):
        one = describe("one", "Nights", "We write to Legs and wounds each month.")
        assert order([TEA, WOUNDS, one, NIGHT], "one")[0] == "wounds"

    def test_how_groups_are_called_here(self):
        """Where groups are called "Circle …", "Circle Node" names one, and "a node" does not."""
        groups = [
            describe(name, name.title(), f"Circle {name.title()} is about {word}.")
            for name, word in [("node", "metal"), ("river", "water"), ("cloud", "rain"), ("stone", "rock")]
        ]
        calls = describe("calls", "Batch", "Circle Batch works with Circle Node on jobs.")
        says = describe("says", "Walks", "Circle Walks goes from node to node, and node to node again.")
        assert order([*groups, says, calls], "node")[0] == "calls"

    def test_themes_that_both_have_and_few_others(self):
        rows = [describe(str(number), f"Group {number}", tags=("trust",)) for number in range(6)]
        rows += [
            describe("a", "Alpha", tags=("sepsis", "trust")),
            describe("b", "Beta", tags=("sepsis", "trust")),
        ]
        assert order(rows, "a")[0] == "b"

    def test_a_word_in_two_parts_is_the_word(self):
        rows = [describe("m", "Multicluster"), describe("x", "Xylophones", "Many multi-cluster tunes."), TEA]
        assert order(rows, "m")[0] == "x"

    def test_words_of_a_template_do_not(self):
        """Alike in all that does not matter: the same long sentences, and one word of their own."""
        form = "Our group adheres to the charter and reports to the steering committee every year about {}. "
        rows = [
            describe(str(number), f"Group {number}", form.format(f"thing{number}") * 3) for number in range(8)
        ]
        rows += [
            describe("a", "Alpha", "Leeches and maggots."),
            describe("b", "Beta", form.format("leeches") * 3),
        ]
        assert order(rows, "b")[0] == "a"


class TestWhy:
    def test_it_says_what_both_are_about_and_which_words_and_names(self):
        one = describe(
            "one",
            "Nights",
            "Lighting matters, and only lighting. We meet Falls in care homes.",
            tags=("falls", "sleep"),
        )
        two = describe(
            "two", "Falls in care homes", "Lighting at night after a fall.", tags=("falls", "trust")
        )
        [first, *_] = Suggester([one, two, TEA, WOUNDS]).rank("one")
        assert (first.id, first.tags, first.names) == ("two", ("falls",), True)
        assert "lighting" in first.words

    def test_words_are_given_as_they_are_written(self):
        [first, *_] = Suggester([FALLS, NIGHT, TEA, WOUNDS]).rank("falls")
        assert set(first.words) <= {"falls", "fall", "lighting", "night"}
        assert first.words

    def test_a_word_that_is_said_in_passing_is_no_reason(self):
        rows = [describe("a", "Alpha", "Mirrors, once."), describe("b", "Beta", "And mirrors here."), TEA]
        [first, _] = Suggester(rows).rank("a")
        assert (first.id, first.words) == ("b", ())

    def test_nothing_in_common_says_nothing(self):
        last = Suggester([FALLS, NIGHT, TEA]).rank("falls")[-1]
        assert (last.id, last.score, last.tags, last.words, last.names) == ("tea", 0.0, (), (), False)


class TestWhatIsRefused:
    def test_an_id_that_stands_twice(self):
        with pytest.raises(ValueError, match="same id"):
            Suggester([FALLS, FALLS])

    def test_an_id_that_is_not_there(self):
        with pytest.raises(KeyError):
            Suggester([FALLS]).rank("nowhere")

    def test_none_and_one(self):
        Suggester([])
        assert Suggester([FALLS]).rank("falls") == []

    def test_no_more_than_asked_for(self):
        assert len(Suggester([FALLS, NIGHT, TEA, WOUNDS]).rank("falls", 2)) == 2


_TEXTS = st.text(alphabet=st.sampled_from("abc xyz.\n–é0"), max_size=60)
_ROWS = st.lists(
    st.builds(
        Described,
        id=st.uuids().map(str),
        name=_TEXTS,
        text=_TEXTS,
        tags=st.lists(st.sampled_from(["p", "q", "r"]), max_size=3).map(tuple),
        sectors=st.lists(st.sampled_from(["s", "t"]), max_size=2).map(tuple),
        region=st.sampled_from(["", "north", "south"]),
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)


@settings(max_examples=150, deadline=None)
@given(rows=_ROWS)
def test_each_has_all_others_once_best_first_and_the_same_again(rows):
    suggester = Suggester(rows)
    again = Suggester(rows)
    for one in rows:
        ranked = suggester.rank(one.id)
        assert {other.id for other in ranked} == {other.id for other in rows} - {one.id}
        assert len(ranked) == len(rows) - 1
        scores = [other.score for other in ranked]
        assert scores == sorted(scores, reverse=True)
        assert ranked == again.rank(one.id)


@settings(max_examples=60, deadline=None)
@given(rows=_ROWS)
def test_two_are_as_near_from_either_end(rows):
    suggester = Suggester(rows)
    near = {(one.id, other.id): other.score for one in rows for other in suggester.rank(one.id)}
    for (one, other), score in near.items():
        assert near[other, one] == pytest.approx(score)
