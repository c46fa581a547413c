"""Writing, changing, removing and bringing back."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from journal import actions
from journal.errors import CannotShare, ChangedMeanwhile, NotThere
from journal.models import Reflection
from journal.registry import subjects
from members import actions as members
from members.enums import Role
from notifications.models import Notification
from tests.journal.conftest import fresh

pytestmark = pytest.mark.django_db


# -- writing --------------------------------------------------------------------------


def test_what_is_written_is_kept_as_markdown_with_its_html(cast, write):
    one = fresh(write("Some **bold** words.", title="A start"))
    assert (one.text, one.text_html) == ("Some **bold** words.", "<p>Some <strong>bold</strong> words.</p>\n")
    assert (one.person, one.title, one.version, one.is_shared) == (cast.participant, "A start", 1, False)


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "[x](javascript:alert(1))", '<img src=x onerror="x">']
)
def test_its_html_is_cleaned(write, text):
    html = write(text).text_html
    assert [bad for bad in ("<script", 'href="javascript', "<img") if bad in html] == []


def test_other_rooms_write_into_it(cast, write, pages):
    """A prompt of another room brings its words, and what it is about."""
    one = fresh(write("An answer", prompt="What next?", page=pages.guidance.page_ptr, about=("session", 12)))
    assert (one.prompt, one.page_id, one.about_kind, one.about_id) == (
        "What next?",
        pages.guidance.pk,
        "session",
        12,
    )


def test_written_twice_with_one_key_it_is_one(write):
    key = uuid.uuid4()
    assert write("The same", request_key=key) == write("The same", request_key=key)
    assert Reflection.objects.count() == 1


def test_a_key_is_ones_own(write):
    key = uuid.uuid4()
    assert write("Mine", request_key=key) != write("Mine", by="convener", request_key=key)


def test_the_same_key_with_other_words_loses_neither(write):
    key = uuid.uuid4()
    first = write("One", request_key=key)
    with pytest.raises(ChangedMeanwhile) as late:
        write("Another", request_key=key)
    assert (late.value.theirs, fresh(first).text) == (first, "One")


def test_without_a_key_each_is_one(write):
    assert write() != write()


def test_what_its_key_made_and_was_removed_is_said(write):
    key = uuid.uuid4()
    actions.remove(reflection=write("One", request_key=key))
    with pytest.raises(NotThere):
        write("One", request_key=key)


def test_the_database_refuses_a_second_with_the_same_key(cast, write):
    key = uuid.uuid4()
    write(request_key=key)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reflection.objects.create(person=cast.participant, text="x", request_key=key)


def test_of_two_that_come_at_once_the_second_finds_the_first(cast, write, monkeypatch):
    """The look before was too early: the constraint tells."""
    key = uuid.uuid4()
    first = write("Same", request_key=key)
    looks = iter([None, first])
    monkeypatch.setattr(actions, "_made_before", lambda person, key: next(looks))
    assert write("Same", request_key=key) == first


def test_what_else_the_database_refuses_is_not_hidden(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.write(person=cast.participant, text="x", about=("", 5))


@pytest.mark.parametrize(
    "wrong",
    [
        {"about_kind": "session", "about_id": None},
        {"about_kind": "", "about_id": 1},
    ],
)
def test_a_thing_has_a_kind_and_an_id(cast, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Reflection.objects.create(person=cast.participant, text="x", **wrong)


def test_shared_says_with_whom_and_removed_is_not_shared(cast, place, write):
    for wrong in (
        {"place": place()},
        {"place": place(), "readers": "some", "shared_at": timezone.now()},
        {"place": place(), "readers": "all", "shared_at": timezone.now(), "removed_at": timezone.now()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Reflection.objects.create(person=cast.participant, text="x", **wrong)


# -- changing -------------------------------------------------------------------------


def test_a_change_counts_up(write):
    one = write("One")
    changed = actions.change(reflection=one, text="*Two*", title="T", version=1)
    assert (changed.text, changed.title, changed.version) == ("*Two*", "T", 2)
    assert fresh(one).text_html == "<p><em>Two</em></p>\n"
    assert changed.changed_at > one.changed_at


def test_the_same_words_again_change_nothing(write):
    one = write("One", title="T")
    again = actions.change(reflection=one, text="One", title="T", version=1)
    assert (again.version, again.changed_at) == (1, fresh(one).changed_at)


def test_the_same_words_are_taken_whatever_the_version(write):
    """An answer that was lost on its way is asked for again."""
    one = write("One")
    actions.change(reflection=one, text="Two", title="", version=1)
    assert actions.change(reflection=one, text="Two", title="", version=1).version == 2


@pytest.mark.parametrize("version", [0, 1, 3, 99])
def test_who_comes_late_changes_nothing_and_is_told_what_is_there(write, version):
    one = write("One")
    actions.change(reflection=one, text="Two", title="", version=1)
    with pytest.raises(ChangedMeanwhile) as late:
        actions.change(reflection=one, text="Three", title="", version=version)
    assert (late.value.theirs.text, late.value.theirs.version) == ("Two", 2)
    assert fresh(one).text == "Two"


def test_having_seen_both_one_saves_what_one_wants(write):
    one = write("One")
    actions.change(reflection=one, text="Two", title="", version=1)
    assert actions.change(reflection=one, text="Two and three", title="", version=2).version == 3


def test_a_change_brings_back_what_was_removed_elsewhere(write):
    one = write("One")
    actions.remove(reflection=one)
    back = actions.change(reflection=one, text="One more", title="", version=1)
    assert (back.removed_at, fresh(one).removed_at, fresh(one).text) == (None, None, "One more")


def test_a_change_keeps_the_share(shared):
    one = shared()
    assert actions.change(reflection=one, text="Other", title="", version=1).is_shared


def test_what_is_gone_cannot_be_changed(write):
    one = write()
    Reflection.objects.all().delete()
    with pytest.raises(NotThere):
        actions.change(reflection=one, text="x", title="", version=1)


# -- sharing --------------------------------------------------------------------------


@pytest.mark.parametrize("readers", ["all", "leads"])
def test_share_with_ones_cohort(cast, shared, place, readers):
    one = fresh(shared(readers))
    assert (one.place, one.readers, one.is_shared) == (place(), readers, True)
    assert one.shared_at is not None


def test_share_with_ones_community(cast, write, place):
    one = actions.share(
        reflection=write(by="convener"), place=place("convener", cast.community.circle), readers="all"
    )
    assert one.place.circle == cast.community.circle


def test_shared_twice_is_shared_once(shared, place):
    one = shared()
    again = actions.share(reflection=one, place=place(), readers="all")
    assert again.shared_at == fresh(one).shared_at
    assert Notification.objects.count() == 1


def test_the_last_choice_holds(cast, write, place):
    one = write(by="convener")
    actions.share(reflection=one, place=place("convener"), readers="all")
    actions.share(reflection=one, place=place("convener", cast.community.circle), readers="leads")
    assert (fresh(one).place.circle, fresh(one).readers) == (cast.community.circle, "leads")


def test_one_shares_by_ones_own_place_alone(write, place):
    one = write()
    with pytest.raises(CannotShare):
        actions.share(reflection=one, place=place("convener"), readers="all")
    assert not fresh(one).is_shared


def test_one_does_not_share_with_the_network_or_a_small_group(cast, write, place, network):
    group = members.make_group(parent=cast.cohort.circle, name="Three of us")
    members.join(person=cast.participant, circle=group)
    for circle in (network, group):
        with pytest.raises(CannotShare):
            actions.share(reflection=write(), place=place("participant", circle), readers="all")


def test_one_does_not_share_where_one_has_left_or_all_has_ended(cast, write, place):
    left = place()
    members.leave(person=cast.participant, circle=cast.cohort.circle)
    with pytest.raises(CannotShare):
        actions.share(reflection=write(), place=left, readers="all")
    mine = place("convener", cast.community.circle)
    mine.circle.ended_at = timezone.now()
    mine.circle.save()
    with pytest.raises(CannotShare):
        actions.share(reflection=write(by="convener"), place=mine, readers="all")


@pytest.mark.parametrize("readers", ["", "everybody", "lead"])
def test_one_shares_with_whom_there_is(write, place, readers):
    with pytest.raises(CannotShare):
        actions.share(reflection=write(), place=place(), readers=readers)


def test_what_was_removed_is_not_shared(write, place):
    one = write()
    actions.remove(reflection=one)
    with pytest.raises(NotThere):
        actions.share(reflection=one, place=place(), readers="all")


def test_taken_back_it_is_ones_own_again(shared):
    one = shared()
    assert [actions.take_back(reflection=one), actions.take_back(reflection=one)] == [True, False]
    assert (fresh(one).place, fresh(one).readers, fresh(one).shared_at) == (None, "", None)


def test_a_place_that_goes_takes_the_share_with_it(shared, place):
    one = shared()
    place().delete()
    assert (fresh(one).place, fresh(one).is_shared) == (None, False)


def test_who_leads_is_told_of_it_once_and_not_what_it_says(cast, shared, place):
    one = shared("leads", "A secret of mine")
    actions.take_back(reflection=one)
    actions.share(reflection=one, place=place(), readers="all")
    told = Notification.objects.get()
    assert (told.recipient, told.actor, told.target_id) == (cast.facilitator, cast.participant, one.pk)


def test_who_leads_is_not_told_of_their_own(cast, write, place):
    one = write(by="facilitator")
    actions.share(reflection=one, place=place("facilitator"), readers="all")
    assert Notification.objects.count() == 0


def test_every_lead_is_told(cast, shared):
    members.join(person=cast.convener, circle=cast.cohort.circle, role=Role.LEAD)
    shared("leads")
    assert set(Notification.objects.values_list("recipient", flat=True)) == {
        cast.facilitator.pk,
        cast.convener.pk,
    }


# -- removing -------------------------------------------------------------------------


def test_removed_and_brought_back(write):
    one = write()
    assert [actions.remove(reflection=one), actions.remove(reflection=one)] == [True, False]
    assert [actions.restore(reflection=one), actions.restore(reflection=one)] == [True, False]
    assert fresh(one).removed_at is None


def test_what_is_removed_is_shared_with_nobody_and_stays_so(shared):
    one = shared()
    actions.remove(reflection=one)
    actions.restore(reflection=one)
    assert not fresh(one).is_shared


@pytest.mark.parametrize(("days", "comes_back"), [(29, True), (31, False)])
def test_for_30_days(write, days, comes_back):
    one = write()
    actions.remove(reflection=one)
    Reflection.objects.update(removed_at=timezone.now() - timedelta(days=days))
    if comes_back:
        assert actions.restore(reflection=one)
    else:
        with pytest.raises(NotThere):
            actions.restore(reflection=one)


def test_a_name_tells_nothing_of_what_is_written(write):
    one = write("Secret", title="Secret")
    assert str(one) == f"Reflection {one.pk}"


def test_sessions_are_a_subject():
    assert [subject.key for subject in subjects] == ["session"]
