"""Rating the outcomes: by whom, when, how often, and who reads which."""

import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from journal import rating
from journal.errors import CannotRate, UnknownOutcome
from journal.models import OpenRatings, Rating, rates_in
from journal.rating import Rated
from members import actions as members
from members.enums import Role
from members.models import User
from tests.journal.conftest import INVITE, LISTEN, WORDS, fresh, scores

pytestmark = pytest.mark.django_db
EVERYBODY = ["visitor", "outsider", "editor", "admin", "participant", "convener", "facilitator"]


def person(cast, who: str):
    return AnonymousUser() if who == "visitor" else fresh(getattr(cast, who))


# -- rating -----------------------------------------------------------------------------


def test_a_rating_keeps_the_words_of_its_outcome(cast, rate):
    assert rate("participant", 2, note="Because") == 1
    one = Rating.objects.get()
    assert (one.person, one.circle, one.score, one.note) == (
        cast.participant,
        cast.cohort.circle,
        2,
        "Because",
    )
    assert (one.outcome, one.words, one.moment) == (LISTEN, WORDS[LISTEN], "start")


def test_several_at_once(place):
    mine = place()
    rated = {key: Rated(score=number) for number, key in enumerate(WORDS, start=1)}
    assert rating.rate(person=mine.person, place=mine, moment="end", outcomes=WORDS, rated=rated) == 4
    assert scores() == [("end", 1), ("end", 2), ("end", 3), ("end", 4)]


def test_the_same_again_changes_nothing(rate):
    assert [rate("participant", 2), rate("participant", 2)] == [1, 0]
    assert scores() == [("start", 2)]


def test_it_can_be_changed(rate):
    rate("participant", 2)
    before = Rating.objects.get().rated_at
    rate("participant", 5, note="Now")
    one = Rating.objects.get()
    assert (one.score, one.note, one.rated_at > before) == (5, "Now", True)


def test_moments_and_people_and_outcomes_are_kept_apart(rate):
    rate("participant", 1)
    rate("participant", 2, moment="end")
    rate("participant", 3, outcome=INVITE)
    rate("convener", 4)
    assert sorted(score for _, score in scores()) == [1, 2, 3, 4]


def test_the_database_refuses_a_second(rate):
    rate("participant", 2)
    one = Rating.objects.get()
    one.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        one.save(force_insert=True)


@pytest.mark.parametrize("wrong", [{"score": 0}, {"score": 6}, {"moment": "later"}])
def test_the_database_refuses_what_is_no_answer(rate, wrong):
    rate("participant", 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.update(**wrong)


@pytest.mark.parametrize(("moment", "score"), [("later", 3), ("start", 0), ("start", 6)])
def test_what_is_no_answer_is_refused(rate, moment, score):
    with pytest.raises(ValueError, match=moment):
        rate("participant", score, moment=moment)


def test_an_outcome_that_is_not_there_is_refused(rate):
    with pytest.raises(UnknownOutcome):
        rate("participant", 3, outcome=uuid.uuid4())
    assert scores() == []


def test_who_leads_does_not_rate(cast, rate):
    """Four of them could leave one participant alone among five."""
    with pytest.raises(CannotRate):
        rate("facilitator", 3)
    assert list(rates_in(cast.facilitator)) == []


def test_a_community_is_not_rated(cast, rate, place):
    members.join(person=cast.outsider, circle=cast.community.circle)
    with pytest.raises(CannotRate):
        rate(place("outsider", cast.community.circle), 3)


def test_by_ones_own_place_alone(cast, place):
    with pytest.raises(CannotRate):
        rating.rate(
            person=cast.convener,
            place=place("participant"),
            moment="start",
            outcomes=WORDS,
            rated={LISTEN: Rated(score=1)},
        )


def test_who_has_left_rates_no_more_and_their_ratings_stay_theirs(cast, rate, place):
    mine = place()
    rate("participant", 3)
    members.leave(person=cast.participant, circle=cast.cohort.circle)
    with pytest.raises(CannotRate):
        rate(mine, 4)
    assert Rating.objects.visible_to(person(cast, "participant")).count() == 1


def test_the_newest_cohort_comes_first(cast, crowd):
    circle, _ = crowd(1)
    members.join(person=cast.participant, circle=circle)
    assert [one.circle for one in rates_in(cast.participant)] == [circle, cast.cohort.circle]
    assert list(rates_in(AnonymousUser())) == []


# -- who reads them ------------------------------------------------------------------------


def readers(cast) -> set[str]:
    """Who of the cast reads the one rating, by filter and by check alike."""
    found = {who for who in EVERYBODY if Rating.objects.visible_to(person(cast, who)).exists()}
    one = Rating.objects.select_related("person").get()
    assert {who for who in EVERYBODY if one.can_see(person(cast, who))} == found
    return found


def test_only_oneself(cast, rate):
    rate("participant", 3, note="A note")
    assert readers(cast) == {"participant"}


def test_and_facilitators_where_one_lets_them(cast, rate, place):
    rate("participant", 3)
    assert rating.open_to_leads(person=cast.participant, place=place())
    assert readers(cast) == {"participant", "facilitator"}


def test_opened_first_and_rated_later(cast, rate, place):
    rating.open_to_leads(person=cast.participant, place=place())
    rate("participant", 3)
    assert readers(cast) == {"participant", "facilitator"}


def test_closed_again_it_is_ones_own_at_once(cast, rate, place):
    rate("participant", 3)
    twice = [rating.open_to_leads(person=cast.participant, place=place()) for _ in range(2)]
    again = [rating.close_to_leads(person=cast.participant, place=place()) for _ in range(2)]
    assert (twice, again) == ([True, False], [True, False])
    assert readers(cast) == {"participant"}


def test_it_ends_with_ones_place_and_does_not_come_back(cast, rate, place):
    rate("participant", 3)
    rating.open_to_leads(person=cast.participant, place=place())
    members.leave(person=cast.participant, circle=cast.cohort.circle)
    assert readers(cast) == {"participant"}
    members.join(person=cast.participant, circle=cast.cohort.circle)
    assert readers(cast) == {"participant"}


def test_who_is_suspended_is_not_seen(cast, rate, place):
    rate("participant", 3)
    rating.open_to_leads(person=cast.participant, place=place())
    User.objects.filter(pk=cast.participant.pk).update(is_active=False)
    assert "facilitator" not in readers(cast)


def test_one_cohort_does_not_open_another(cast, rate, place, crowd, lead):
    """Somebody in two cohorts lets the facilitators of one see."""
    circle, _ = crowd(0)
    second = members.join(person=cast.participant, circle=circle)
    leader = lead(circle)
    rate("participant", 3)
    rating.open_to_leads(person=cast.participant, place=second)
    assert list(Rating.objects.visible_to(leader)) == []
    assert readers(cast) == {"participant"}
    rate(second, 5)
    assert [one.score for one in Rating.objects.visible_to(leader)] == [5]


def test_who_leads_no_more_sees_no_more(cast, rate, place):
    rate("participant", 3)
    rating.open_to_leads(person=cast.participant, place=place())
    members.join(person=cast.convener, circle=cast.cohort.circle, role=Role.LEAD)
    members.change_role(membership=place("facilitator"), role=Role.MEMBER)
    assert readers(cast) == {"participant", "convener"}


def test_who_leads_by_now_shows_theirs_to_nobody(cast, rate, place):
    """They have no switch any more to close them with."""
    rate("participant", 3)
    rating.open_to_leads(person=cast.participant, place=place())
    members.join(person=cast.participant, circle=cast.cohort.circle, role=Role.LEAD)
    assert readers(cast) == {"participant"}
    assert not OpenRatings.objects.visible_to(person(cast, "facilitator")).exists()


def test_a_rating_without_a_person_is_nobodys(cast, rate):
    rate("participant", 3)
    Rating.objects.update(person=None)
    assert readers(cast) == set()


def test_one_opens_ones_own_place_alone(cast, place):
    with pytest.raises(CannotRate):
        rating.open_to_leads(person=cast.convener, place=place("participant"))
    with pytest.raises(CannotRate):
        rating.open_to_leads(person=cast.facilitator, place=place("facilitator"))
    rating.open_to_leads(person=cast.participant, place=place())
    assert not rating.close_to_leads(person=cast.convener, place=place())
    assert OpenRatings.objects.count() == 1


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_sees_that_somebody_has_opened_theirs(cast, place, who):
    rating.open_to_leads(person=cast.participant, place=place())
    assert OpenRatings.objects.visible_to(person(cast, who)).exists() == (
        who in ("participant", "facilitator")
    )


def test_names_in_lists_say_nothing_of_what_is_in_them(cast, rate, place):
    rate("participant", 3, note="Secret")
    rating.open_to_leads(person=cast.participant, place=place())
    one, opened = Rating.objects.get(), OpenRatings.objects.get()
    assert (str(one), str(opened)) == (f"Rating {one.pk}", f"Open ratings {opened.pk}")
