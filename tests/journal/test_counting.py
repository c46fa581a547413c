"""The numbers of a cohort: from five answers on, and never so that one person's can be worked out."""

from collections import Counter
from dataclasses import dataclass, field

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from journal import rating
from journal.counting import AT_LEAST, Spread, spreads_of
from journal.forgetting import forget_rater
from journal.models import Rating
from tests.journal.conftest import INVITE, LISTEN

pytestmark = pytest.mark.django_db
START = (LISTEN, "start")


def counts(circle, key=START) -> tuple[int, ...] | None:
    spread = spreads_of(circle).get(key)
    return spread.counts if spread else None


# -- the five ---------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, 1, 4])
def test_fewer_than_five_answers_show_nothing(crowd, rate, number):
    circle, places = crowd(number)
    for place in places:
        rate(place, 3)
    assert counts(circle) is None


def test_five_answers_show(crowd, rate):
    circle, places = crowd(5)
    for place, score in zip(places, (1, 2, 2, 4, 5), strict=True):
        rate(place, score)
    assert counts(circle) == (1, 2, 0, 1, 1)


@pytest.mark.parametrize("more", [1, 2, 3, 4])
def test_one_more_answer_changes_nothing_that_is_shown(crowd, rate, more):
    """Or who looked before and after would know what was answered."""
    circle, places = crowd(5 + more)
    for place in places:
        rate(place, 3)
    assert counts(circle) == (0, 0, 5, 0, 0)


def test_five_more_do(crowd, rate):
    circle, places = crowd(10)
    for place in places[:5]:
        rate(place, 3)
    for place in places[5:]:
        rate(place, 5)
    assert counts(circle) == (0, 0, 5, 0, 5)


def test_a_changed_answer_shows_only_with_four_others(crowd, rate):
    circle, places = crowd(5)
    for place in places:
        rate(place, 1)
    for number, place in enumerate(places, start=1):
        rate(place, 5)
        assert counts(circle) == ((5, 0, 0, 0, 0) if number < 5 else (0, 0, 0, 0, 5))


def test_one_person_who_changes_often_is_one(crowd, rate):
    circle, places = crowd(6)
    for place in places:
        rate(place, 1)
    for score in (2, 3, 4, 5, 1, 2, 3):
        rate(places[0], score)
    assert counts(circle) == (5, 0, 0, 0, 0)


def test_outcomes_moments_and_cohorts_are_counted_apart(crowd, rate):
    circle, places = crowd(5)
    other, others = crowd(3)
    for place in places[:3]:
        rate(place, 3)
        rate(place, 3, moment="end")
        rate(place, 3, outcome=INVITE)
    for place in others:
        rate(place, 3)
    assert (spreads_of(circle), spreads_of(other)) == ({}, {})
    for place in places[3:]:
        rate(place, 4, moment="end")
    assert set(spreads_of(circle)) == {(LISTEN, "end")}


def test_they_outlive_who_gave_them(crowd, rate):
    circle, places = crowd(5)
    for place in places:
        rate(place, 4, note="A note")
    for place in places:
        forget_rater(person=place.person)
    assert counts(circle) == (0, 0, 0, 5, 0)
    assert set(Rating.objects.values_list("person", "note")) == {(None, "")}


def test_they_outlive_an_account_that_is_deleted_otherwise(crowd, rate):
    circle, places = crowd(5)
    for place in places:
        rate(place, 4, note="A note")
    places[0].person.delete()
    assert counts(circle) == (0, 0, 0, 5, 0)
    assert list(Rating.objects.filter(person=None).values_list("note", flat=True)) == [""]


def test_nobodys_rating_has_no_note(crowd, rate):
    _, places = crowd(1)
    rate(places[0], 4, note="A note")
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.update(person=None)


# -- those who are known by name ----------------------------------------------------------


def test_who_is_known_by_name_does_not_count_towards_the_five(crowd, rate):
    """Take four that one can read out of a sum of five: the fifth is left."""
    circle, places = crowd(6)
    for place in places[:4]:
        rating.open_to_leads(person=place.person, place=place)
    for place in places:
        rate(place, 2)
    assert counts(circle) is None


def test_five_who_are_not_known_show_with_those_who_are(crowd, rate):
    circle, places = crowd(6)
    rating.open_to_leads(person=places[0].person, place=places[0])
    for place in places:
        rate(place, 2)
    assert counts(circle) == (0, 6, 0, 0, 0)


def test_what_was_shown_is_withheld_once_fewer_than_five_are_unknown(crowd, rate):
    circle, places = crowd(5)
    for place in places:
        rate(place, 2)
    assert counts(circle) is not None
    rating.open_to_leads(person=places[0].person, place=places[0])
    assert counts(circle) is None


def test_who_was_known_stays_so_for_what_was_known(crowd, rate):
    circle, places = crowd(5)
    for place in places:
        rate(place, 2)
    rating.open_to_leads(person=places[0].person, place=places[0])
    rating.close_to_leads(person=places[0].person, place=places[0])
    assert counts(circle) is None
    rate(places[0], 5)  # the number that is shown still has what was known
    assert counts(circle) is None


def test_a_new_answer_after_closing_is_not_known(crowd, rate):
    circle, places = crowd(5)
    rating.open_to_leads(person=places[0].person, place=places[0])
    rate(places[0], 1)
    rating.close_to_leads(person=places[0].person, place=places[0])
    rate(places[0], 3)
    for place in places[1:]:
        rate(place, 3)
    assert counts(circle) == (0, 0, 5, 0, 0)


def test_a_note_that_changes_does_not_make_an_answer_unknown(crowd, rate):
    _, places = crowd(1)
    rating.open_to_leads(person=places[0].person, place=places[0])
    rate(places[0], 3)
    rating.close_to_leads(person=places[0].person, place=places[0])
    rate(places[0], 3, note="More")
    assert Rating.objects.get().score_by_name


# -- the same, whatever happens --------------------------------------------------------------

NUMBER = 9
WHO = st.integers(0, NUMBER - 1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("rate"), WHO, st.integers(1, 5)),
        st.tuples(st.sampled_from(["open", "close", "erase"]), WHO),
    ),
    max_size=40,
)


@dataclass
class Plain:
    """The rules said once more, without a database."""

    scores: dict[int, int] = field(default_factory=dict)
    open: set[int] = field(default_factory=set)
    known: set[int] = field(default_factory=set)  # whose present score could be read by name
    counted: dict[int, int] = field(default_factory=dict)
    counted_known: set[int] = field(default_factory=set)  # whose counted score could

    def rate(self, who: int, score: int) -> None:
        if self.scores.get(who) != score:
            self.known.discard(who)
        self.scores[who] = score
        if who in self.open:
            self.known.add(who)
        new = {one for one in self.scores if self.scores[one] != self.counted.get(one)}
        if len(new - self.known) >= AT_LEAST:
            self.counted |= {one: self.scores[one] for one in new}
            self.counted_known = (self.counted_known - new) | (new & self.known)

    def show(self, who: int) -> None:
        self.open.add(who)
        if who in self.scores:
            self.known.add(who)
            if self.counted.get(who) == self.scores[who]:
                self.counted_known.add(who)

    @property
    def held(self) -> tuple[int, ...] | None:
        spread = tuple(list(self.counted.values()).count(value) for value in range(1, 6))
        return spread if self.counted else None

    @property
    def shown(self) -> tuple[int, ...] | None:
        return self.held if len(self.counted) - len(self.counted_known) >= AT_LEAST else None


def held(circle) -> tuple[int, ...] | None:
    """The numbers as they are kept, whether they may be shown or not."""
    found = Counter(
        Rating.objects.filter(circle=circle, counted__isnull=False).values_list("counted", flat=True)
    )
    return tuple(found[score] for score in range(1, 6)) if found else None


@example([("rate", who, 1) for who in range(5)] + [("rate", 5, 5), ("rate", 0, 2)])
@example([("rate", who, 3) for who in range(5)] + [("open", 0), ("close", 0), ("rate", 0, 4)])
@example([("open", 0)] + [("rate", who, 2) for who in range(6)] + [("erase", 0), ("erase", 1)])
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_numbers_change_by_the_answers_of_five_unknown_people_at_once(crowd, rate, steps):
    with transaction.atomic():
        circle, places = crowd(NUMBER)
        plain, gone, before = Plain(), set(), None
        for what, who, *score in steps:
            if who in gone:
                continue
            place, counted = places[who], dict(plain.counted)
            if what == "rate":
                rate(place, score[0])
                plain.rate(who, score[0])
            elif what == "open":
                rating.open_to_leads(person=place.person, place=place)
                plain.show(who)
            else:
                rating.close_to_leads(person=place.person, place=place)
                plain.open.discard(who)
            if what == "erase":
                forget_rater(person=place.person)
                gone.add(who)
            assert (held(circle), counts(circle)) == (plain.held, plain.shown)
            if (
                held(circle) != before
            ):  # whoever compares the two learns of five at once whom they cannot name
                new = {one for one in plain.counted if plain.counted[one] != counted.get(one)}
                assert len(new - plain.known) >= AT_LEAST
            before = held(circle)
        transaction.set_rollback(True)


# -- what is said of them ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spread", "middle"),
    [
        ((5, 0, 0, 0, 0), 1),
        ((0, 0, 0, 0, 5), 5),
        ((1, 1, 1, 1, 1), 3),
        ((3, 0, 0, 0, 2), 1),
        ((0, 3, 0, 3, 0), 4),
    ],
)
def test_the_middle_answer(spread, middle):
    found = Spread(counts=spread)
    assert (found.middle, found.answers) == (middle, sum(spread))


@given(st.lists(st.integers(1, 5), min_size=1, max_size=60))
def test_half_of_the_answers_are_as_high_as_the_middle_or_higher(answers):
    spread = Spread(counts=tuple(answers.count(score) for score in range(1, 6)))
    assert 2 * sum(answer >= spread.middle for answer in answers) >= len(answers)
    assert spread.middle == sorted(answers)[len(answers) // 2]


@pytest.mark.parametrize("number", [1, 30])
def test_they_are_read_in_one_query(crowd, rate, django_assert_num_queries, number):
    circle, places = crowd(number)
    for place in places:
        rate(place, 3)
    with django_assert_num_queries(1):
        spreads_of(circle)
