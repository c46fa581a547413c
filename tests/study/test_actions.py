"""Each verb: what it does, what it does twice, and what it refuses."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from wagtail.models import ReferenceIndex

from learning.models import GuidancePage
from members.models import User
from study import actions, models
from study.errors import NameTaken, NotTheirs, TooManyBookmarks, TooManyLists
from study.models import Bookmark, BookmarkList, Choices, Opinion, PageDone, Visit
from tests.study.conftest import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def me(cast) -> User:
    return cast.participant


# -- done ---------------------------------------------------------------------------------


def test_done_is_kept_with_its_first_moment(me, guidance, now):
    first = actions.mark_done(person=me, page=guidance)
    now.shift(timedelta(days=1))
    again = actions.mark_done(person=me, page=guidance)
    assert (again, again.done_at) == (first, first.done_at)
    assert list(PageDone.objects.values_list("person", "page")) == [(me.pk, guidance.pk)]


def test_undone_says_whether_there_was_anything(me, guidance):
    actions.mark_done(person=me, page=guidance)
    assert [actions.mark_undone(person=me, page=guidance) for _ in range(2)] == [True, False]
    assert PageDone.objects.count() == 0


def test_two_people_have_two_marks(cast, guidance):
    for person in (cast.participant, cast.convener):
        actions.mark_done(person=person, page=guidance)
    actions.mark_undone(person=cast.convener, page=guidance)
    assert PageDone.objects.get().person == cast.participant


# -- where one was --------------------------------------------------------------------------


def test_reading_again_moves_the_moment(me, guidance, now):
    first = actions.note_reading(person=me, page=guidance)
    now.shift(timedelta(hours=1))
    again = actions.note_reading(person=me, page=guidance)
    assert (again.pk, again.read_at - first.read_at) == (first.pk, timedelta(hours=1))
    assert Visit.objects.count() == 1


def test_only_the_last_pages_are_known(cast, me, write, now, monkeypatch):
    monkeypatch.setattr(actions, "MOST_VISITS", 3)
    made = [write(f"G{number}") for number in range(5)]
    actions.note_reading(person=cast.convener, page=made[0])
    for page in made:
        now.shift(timedelta(minutes=1))
        actions.note_reading(person=me, page=page)
    assert [visit.page_id for visit in Visit.objects.filter(person=me)] == [page.pk for page in made[:1:-1]]
    assert Visit.objects.filter(person=cast.convener).count() == 1


def test_forgetting_where_one_was_leaves_the_rest(cast, me, guidance):
    for person in (me, cast.convener):
        actions.note_reading(person=person, page=guidance)
    actions.mark_done(person=me, page=guidance)
    actions.keep(person=me, page=guidance)
    assert [actions.forget_reading(person=me) for _ in range(2)] == [True, False]
    assert (Visit.objects.get().person, PageDone.objects.count(), Bookmark.objects.count()) == (
        cast.convener,
        1,
        1,
    )


# -- bookmarks --------------------------------------------------------------------------------


def test_kept_twice_is_kept_once(me, guidance):
    first, again = (actions.keep(person=me, page=guidance) for _ in range(2))
    assert (first, Bookmark.objects.count()) == (again, 1)


def test_dropped_with_its_note_and_out_of_its_lists(me, guidance):
    kept = actions.keep(person=me, page=guidance)
    own = actions.make_list(person=me, name="May")
    actions.change_bookmark(bookmark=kept, note="Ask Jo", lists=[own.pk])
    assert [actions.drop(person=me, page=guidance) for _ in range(2)] == [True, False]
    assert (Bookmark.objects.count(), own.bookmarks.count(), BookmarkList.objects.count()) == (0, 0, 1)


def test_there_is_an_end_to_bookmarks(cast, me, write, monkeypatch):
    monkeypatch.setattr(actions, "MOST_BOOKMARKS", 2)
    first, second, third = (write(f"G{number}") for number in range(3))
    for page in (first, second, second):
        actions.keep(person=me, page=page)
    with pytest.raises(TooManyBookmarks):
        actions.keep(person=me, page=third)
    actions.keep(person=me, page=first)  # which is kept already
    actions.keep(person=cast.convener, page=third)
    actions.drop(person=me, page=first)
    actions.keep(person=me, page=third)
    assert set(Bookmark.objects.filter(person=me).values_list("page", flat=True)) == {second.pk, third.pk}


def test_what_is_said_of_the_limits_is_so():
    assert str(models.MOST_BOOKMARKS) in TooManyBookmarks.words
    assert str(models.MOST_LISTS) in TooManyLists.words


def test_one_bookmark_is_in_several_lists(me, guidance):
    kept = actions.keep(person=me, page=guidance)
    one, two = (actions.make_list(person=me, name=name) for name in ("One", "Two"))
    actions.change_bookmark(bookmark=kept, note="Why", lists=[one.pk, two.pk])
    assert (fresh(kept).note, set(kept.lists.all())) == ("Why", {one, two})
    actions.change_bookmark(bookmark=kept, note="", lists=[two.pk, two.pk])
    assert (fresh(kept).note, set(kept.lists.all())) == ("", {two})


def test_a_new_list_is_made_on_the_way(me, guidance):
    kept = actions.keep(person=me, page=guidance)
    one = actions.make_list(person=me, name="One")
    actions.change_bookmark(bookmark=kept, note="", lists=[one.pk], new_list="Two")
    assert [own.name for own in kept.lists.all()] == ["One", "Two"]


@pytest.mark.parametrize("name", ["one", "ONE"])
def test_nothing_is_changed_where_the_new_list_cannot_be_made(me, guidance, name):
    kept = actions.keep(person=me, page=guidance)
    actions.make_list(person=me, name="One")
    with pytest.raises(NameTaken):
        actions.change_bookmark(bookmark=kept, note="Why", lists=[], new_list=name)
    assert (fresh(kept).note, BookmarkList.objects.count()) == ("", 1)


def test_anothers_list_takes_nothing_in(cast, me, guidance):
    kept = actions.keep(person=me, page=guidance)
    theirs = actions.make_list(person=cast.convener, name="Theirs")
    for lists in ([theirs.pk], [10**6]):
        with pytest.raises(NotTheirs):
            actions.change_bookmark(bookmark=kept, note="Why", lists=lists)
    assert (fresh(kept).note, theirs.bookmarks.count()) == ("", 0)


def test_a_bookmark_that_has_gone_meanwhile_is_not_brought_back(me, guidance):
    kept = actions.keep(person=me, page=guidance)
    actions.drop(person=me, page=guidance)
    with pytest.raises(NotTheirs):
        actions.change_bookmark(bookmark=kept, note="Why", lists=[])
    assert Bookmark.objects.count() == 0


# -- lists ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "other"), [("May", "may"), ("Straße", "STRASSE"), ("ÄRGER", "ärger")])
def test_a_name_is_taken_in_whatever_case(cast, me, name, other):
    actions.make_list(person=me, name=name)
    with pytest.raises(NameTaken):
        actions.make_list(person=me, name=other)
    assert actions.make_list(person=cast.convener, name=other).person == cast.convener


def test_a_list_gets_another_name(me):
    own, other = (actions.make_list(person=me, name=name) for name in ("One", "Two"))
    assert actions.rename_list(bookmark_list=own, name="Three") is True
    assert actions.rename_list(bookmark_list=own, name="Three") is False
    assert actions.rename_list(bookmark_list=own, name="THREE") is True  # its own name in another case
    with pytest.raises(NameTaken):
        actions.rename_list(bookmark_list=own, name="two")
    assert (fresh(own).name, fresh(other).name) == ("THREE", "Two")


def test_a_list_that_has_gone_meanwhile_is_not_brought_back(me):
    own = actions.make_list(person=me, name="One")
    for _ in range(2):
        actions.delete_list(bookmark_list=own)
    assert actions.rename_list(bookmark_list=own, name="Two") is False
    assert BookmarkList.objects.count() == 0


def test_a_deleted_list_leaves_its_bookmarks(me, guidance):
    kept = actions.keep(person=me, page=guidance)
    own = actions.make_list(person=me, name="One")
    actions.change_bookmark(bookmark=kept, note="Why", lists=[own.pk])
    actions.delete_list(bookmark_list=own)
    assert (fresh(kept).note, kept.lists.count()) == ("Why", 0)


def test_there_is_an_end_to_lists(cast, me, monkeypatch):
    monkeypatch.setattr(actions, "MOST_LISTS", 2)
    for name in ("One", "Two"):
        actions.make_list(person=me, name=name)
    with pytest.raises(TooManyLists):
        actions.make_list(person=me, name="Three")
    actions.make_list(person=cast.convener, name="Three")
    assert BookmarkList.objects.filter(person=me).count() == 2


# -- answers ------------------------------------------------------------------------------------


def test_the_last_answer_holds(me, guidance, now):
    first = actions.answer(person=me, page=guidance, is_useful=True, note="Thanks")
    now.shift(timedelta(days=1))
    again = actions.answer(person=me, page=guidance, is_useful=False)
    said = Opinion.objects.get()
    assert (first.pk, said.is_useful, said.note, said.said_at) == (again.pk, False, "", again.said_at)


def test_answers_are_counted_by_page(cast, write):
    one, two = write("One"), write("Two")
    for person, page, useful in [
        (cast.participant, one, True), (cast.convener, one, True), (cast.editor, one, False), (cast.editor, two, False),
    ]:  # fmt: skip
        actions.answer(person=person, page=page, is_useful=useful)
    assert Opinion.objects.counts() == {one.pk: (2, 1), two.pk: (0, 1)}
    assert Opinion.objects.filter(page=two).counts() == {two.pk: (0, 1)}
    assert Opinion.objects.none().counts() == {}


@pytest.mark.parametrize("number", [1, 30])
def test_answers_are_counted_in_one_query(cast, write, django_assert_num_queries, number):
    for place in range(number):
        actions.answer(person=cast.participant, page=write(f"G{place}"), is_useful=True)
    with django_assert_num_queries(1):
        assert len(Opinion.objects.counts()) == number


# -- choices ------------------------------------------------------------------------------------


def test_a_choice_is_kept(cast, me):
    assert actions.choose(person=me, mark_at_end=False) is False
    assert [actions.choose(person=me, mark_at_end=True) for _ in range(2)] == [True, False]
    assert Choices.objects.get().mark_at_end is True
    assert actions.choose(person=me, mark_at_end=False) is True


def test_the_day_that_one_starts_from_is_kept(me):
    day = date(2026, 3, 10)
    actions.choose(person=me, mark_at_end=True)
    assert [actions.start_from(person=me, day=day) for _ in range(2)] == [True, False]
    assert (Choices.objects.get().started_on, Choices.objects.get().mark_at_end) == (day, True)
    assert [actions.start_from(person=me, day=None) for _ in range(2)] == [True, False]
    assert Choices.objects.get().started_on is None


# -- held by the database ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "more"), [(PageDone, {}), (Visit, {}), (Bookmark, {}), (Opinion, {"is_useful": True})]
)
def test_there_is_one_row_for_each_person_and_page(me, guidance, model, more):
    model.objects.create(person=me, page=guidance, **more)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(person=me, page=guidance, **more)
    assert model.objects.count() == 1


@pytest.mark.parametrize("name", ["", "ONE"])
def test_the_database_refuses_a_list_of_no_name_or_a_taken_one(me, name):
    BookmarkList.objects.create(person=me, name="One")
    with pytest.raises(IntegrityError), transaction.atomic():
        BookmarkList.objects.create(person=me, name=name)


def test_there_is_one_row_of_choices(me):
    Choices.objects.create(person=me)
    with pytest.raises(IntegrityError), transaction.atomic():
        Choices.objects.create(person=me)


def everything(person: User, page: GuidancePage) -> None:
    """One of each."""
    actions.mark_done(person=person, page=page)
    actions.note_reading(person=person, page=page)
    kept = actions.keep(person=person, page=page)
    own = actions.make_list(person=person, name="One")
    actions.change_bookmark(bookmark=kept, note="Why", lists=[own.pk])
    actions.answer(person=person, page=page, is_useful=True, note="Thanks")
    actions.choose(person=person, mark_at_end=True)
    actions.save_search(person=person, query="q=trust", name="About trust")
    actions.miss(person=person, text="Sepsis")


def test_what_hangs_on_a_page_goes_with_it(me, guidance):
    everything(me, guidance)
    GuidancePage.objects.get(pk=guidance.pk).delete()
    left = {model.__name__: model.objects.count() for model in (PageDone, Visit, Bookmark, Opinion)}
    assert left == {"PageDone": 0, "Visit": 0, "Bookmark": 0, "Opinion": 0}
    assert (BookmarkList.objects.count(), Choices.objects.count()) == (1, 1)


def test_wagtails_index_of_what_refers_to_a_page_knows_of_none(
    me, guidance, django_capture_on_commit_callbacks
):
    """Editors read it: it would tell them who reads what."""
    before = ReferenceIndex.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        everything(me, guidance)
    assert ReferenceIndex.objects.count() == before
