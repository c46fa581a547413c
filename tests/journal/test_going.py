"""What becomes of it when somebody goes for a while, for good, or takes their copy along."""

from datetime import timedelta

import pytest
from django.utils import timezone

from journal import actions, rating
from journal.models import OpenRatings, Rating, Reflection
from journal.personal import HELD, PAUSE
from kit import personal
from kit.personal import holdings
from members import actions as members
from privacy import actions as privacy
from privacy import tasks
from tests.journal.conftest import INVITE, fresh
from tests.privacy.conftest import committed, copy_of
from tests.privacy.test_nothing_is_left import holding

__all__ = ["committed", "copy_of"]
pytestmark = pytest.mark.django_db
PLANTED = ("kudutitle", "okapitext", "bongonote", "elandgone")


@pytest.fixture
def full(cast, write, shared, rate, place) -> None:
    """The participant has something of everything."""
    shared("all", "okapitext", title="kudutitle")
    write("For myself okapitext")
    actions.remove(reflection=write("elandgone"))
    rate("participant", 3, note="bongonote")
    rate("participant", 5, outcome=INVITE)
    rating.open_to_leads(person=cast.participant, place=place())


# -- closed for a while -------------------------------------------------------------------


def test_meanwhile_nobody_reads_anything(cast, full, committed):
    committed(lambda: privacy.ask_erasure(person=cast.participant, posts_stay=True))
    assert list(Reflection.objects.visible_to(fresh(cast.convener))) == []
    assert list(Rating.objects.visible_to(fresh(cast.facilitator))) == []


def test_afterwards_it_is_as_it_was(cast, full, committed):
    def seen():
        rows = Reflection.objects.order_by("pk").values_list("pk", "place", "readers")
        return list(rows), list(OpenRatings.objects.values_list("person", "place"))

    before = seen()
    committed(lambda: privacy.ask_erasure(person=cast.participant, posts_stay=True))
    assert seen() != before
    privacy.keep_account(person=cast.participant)
    assert seen() == before


def test_what_was_left_meanwhile_is_not_shared_again(cast, full):
    before = PAUSE.close(cast.participant)
    members.leave(person=cast.participant, circle=cast.cohort.circle)
    PAUSE.reopen(cast.participant, before)
    assert not Reflection.objects.filter(place__isnull=False).exists()
    assert not OpenRatings.objects.exists()


def test_what_was_chosen_or_removed_meanwhile_stays(cast, shared, place):
    one, two = shared("all"), shared("all")
    before = PAUSE.close(cast.participant)
    actions.share(reflection=one, place=place(), readers="leads")
    actions.remove(reflection=two)
    PAUSE.reopen(cast.participant, before)
    assert (fresh(one).readers, fresh(two).place) == ("leads", None)


def test_a_forged_memory_shares_nothing_of_others(cast, write, place):
    theirs = write(by="convener")
    actions.share_again(
        person=cast.participant, before=[{"pk": theirs.pk, "place": place().pk, "readers": "all"}]
    )
    rating.open_again(person=cast.participant, places=[place("convener").pk])
    assert (fresh(theirs).place, OpenRatings.objects.count()) == (None, 0)


# -- for good -------------------------------------------------------------------------------


def erase(cast, committed, time_machine, *, posts_stay: bool) -> None:
    asked = committed(lambda: privacy.ask_erasure(person=cast.participant, posts_stay=posts_stay))
    moment = timezone.now() + timedelta(days=15)
    time_machine.move_to(moment)
    assert committed(lambda: privacy.erase(erasure_id=asked.pk, now=moment)) == cast.participant.email


def test_what_is_planted_is_there_at_first(full):
    assert {word for _, word in holding(PLANTED)} == set(PLANTED)


@pytest.mark.parametrize("posts_stay", [True, False])
def test_nothing_is_left_but_numbers(cast, full, committed, time_machine, posts_stay):
    erase(cast, committed, time_machine, posts_stay=posts_stay)
    assert holding(PLANTED) == set()
    assert not Reflection.objects.exists()
    assert list(Rating.objects.order_by("pk").values_list("person", "score", "note")) == [
        (None, 3, ""),
        (None, 5, ""),
    ]


def test_others_keep_theirs(cast, full, write, rate, committed, time_machine):
    write("Of the convener", by="convener")
    rate("convener", 2, note="theirs")
    erase(cast, committed, time_machine, posts_stay=False)
    assert [one.text for one in Reflection.objects.all()] == ["Of the convener"]
    assert [one.note for one in Rating.objects.filter(person=cast.convener)] == ["theirs"]


# -- in time ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "left"), [(29, 2), (31, 1)])
def test_what_was_removed_goes_after_30_days(write, committed, time_machine, days, left):
    write("Stays")
    actions.remove(reflection=write("Goes"))
    time_machine.move_to(timezone.now() + timedelta(days=days))
    committed(tasks.forget_old.call)
    assert Reflection.objects.count() == left
    assert Reflection.objects.filter(text="Stays").exists()


def test_only_what_is_said_to_go_goes():
    own = {held.key: held.days for held in HELD}
    assert own == {"journal.Reflection": 30, "journal.Rating": None, "journal.OpenRatings": None}
    assert {key for key in own if holdings.get(key) is None} == set()


# -- a copy ----------------------------------------------------------------------------------------


def test_a_copy_has_ones_own_words(cast, full, copy_of):
    copy = copy_of(cast.participant)
    reflections = copy.records("journal.Reflection")
    assert sorted(one["text"] for one in reflections) == ["For myself okapitext", "elandgone", "okapitext"]
    said = {one["text"]: one["shared_with"] for one in reflections}
    assert said["okapitext"] == "Cohort 2021–22: All its people"
    assert said["For myself okapitext"] == "Nobody"
    ratings = copy.records("journal.Rating")
    assert [(one["cohort"], one["score"], one["note"]) for one in ratings] == [
        ("Cohort 2021–22", "Partly", "bongonote"),
        ("Cohort 2021–22", "Fully", ""),
    ]
    assert [one["cohort"] for one in copy.records("journal.OpenRatings")] == ["Cohort 2021–22"]


def test_nobody_elses_copy_has_them(cast, full, copy_of):
    for who in ("facilitator", "convener", "admin"):
        copy = copy_of(getattr(cast, who))
        assert [word for word in PLANTED if word in copy.page or word in str(copy.data)] == []


def test_it_is_read_in_few_queries(cast, write, django_assert_max_num_queries):
    for _ in range(5):
        write()
    held = holdings.get("journal.Reflection")
    with django_assert_max_num_queries(1):
        assert (
            len([personal.cells(held, row, cast.participant) for row in held.rows_of(cast.participant)]) == 5
        )
