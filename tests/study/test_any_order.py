"""Whatever is pressed in whatever order: what is kept agrees with a plain model of it."""

from dataclasses import dataclass, field

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from members.models import User
from study import actions
from study.errors import NameTaken, StudyError, TooManyBookmarks, TooManyLists
from study.models import Bookmark, BookmarkList, Opinion, PageDone, Visit
from study.rows import bookmarks_of
from tests.study.conftest import fresh

pytestmark = pytest.mark.django_db
PAGES, PEOPLE, MOST = 4, 2, 3
NAMES = ["May", "may", "June", "July", "Straße", "STRASSE"]
PERSON, PAGE, NAME = st.integers(0, PEOPLE - 1), st.integers(0, PAGES - 1), st.sampled_from(NAMES)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["mark", "unmark", "read", "keep", "drop"]), PERSON, PAGE),
        st.tuples(st.just("forget"), PERSON),
        st.tuples(st.sampled_from(["make", "delete"]), PERSON, NAME),
        st.tuples(st.just("rename"), PERSON, NAME, NAME),
        st.tuples(st.just("put"), PERSON, PAGE, st.lists(NAME, max_size=3)),
        st.tuples(st.just("answer"), PERSON, PAGE, st.booleans(), st.sampled_from(["", "Note"])),
    ),
    max_size=25,
)


@dataclass
class Plain:
    """What one person has, said without a database."""

    done: set[int] = field(default_factory=set)
    read: set[int] = field(default_factory=set)
    kept: list[int] = field(default_factory=list)  # in the order in which they were kept
    lists: dict[str, tuple[str, set[int]]] = field(default_factory=dict)  # by name in small letters
    answers: dict[int, tuple[bool, str]] = field(default_factory=dict)

    def keep(self, page: int) -> type[StudyError] | None:
        if page in self.kept:
            return None
        if len(self.kept) >= MOST:
            return TooManyBookmarks
        self.kept.append(page)
        return None

    def drop(self, page: int) -> None:
        if page in self.kept:
            self.kept.remove(page)
        for _, inside in self.lists.values():
            inside.discard(page)

    def make(self, name: str) -> type[StudyError] | None:
        if name.casefold() in self.lists:
            return NameTaken
        if len(self.lists) >= MOST:
            return TooManyLists
        self.lists[name.casefold()] = (name, set())
        return None

    def rename(self, name: str, other: str) -> type[StudyError] | None:
        if self.lists[name.casefold()][0] == other:
            return None
        if other.casefold() in self.lists and other.casefold() != name.casefold():
            return NameTaken
        self.lists[other.casefold()] = (other, self.lists.pop(name.casefold())[1])
        return None

    def put(self, page: int, names: list[str]) -> None:
        wanted = {name.casefold() for name in names}
        for key, (_, inside) in self.lists.items():
            (inside.add if key in wanted else inside.discard)(page)


class Both:
    """The same steps in the database and in the plain model."""

    def __init__(self, people: list[User], pages: list) -> None:
        self.people, self.pages = people, pages
        self.plain = [Plain() for _ in people]

    def own(self, who: int, name: str) -> BookmarkList | None:
        lists = BookmarkList.objects.filter(person=self.people[who])
        return next((one for one in lists if one.name.casefold() == name.casefold()), None)

    def mark(self, who: int, page: int) -> None:
        actions.mark_done(person=self.people[who], page=self.pages[page])
        self.plain[who].done.add(page)

    def unmark(self, who: int, page: int) -> None:
        was = actions.mark_undone(person=self.people[who], page=self.pages[page])
        assert was == (page in self.plain[who].done)
        self.plain[who].done.discard(page)

    def read(self, who: int, page: int) -> None:
        actions.note_reading(person=self.people[who], page=self.pages[page])
        self.plain[who].read.add(page)

    def forget(self, who: int) -> None:
        assert actions.forget_reading(person=self.people[who]) == bool(self.plain[who].read)
        self.plain[who].read.clear()

    def keep(self, who: int, page: int) -> None:
        self.try_both(
            lambda: actions.keep(person=self.people[who], page=self.pages[page]),
            lambda: self.plain[who].keep(page),
        )

    def drop(self, who: int, page: int) -> None:
        was = actions.drop(person=self.people[who], page=self.pages[page])
        assert was == (page in self.plain[who].kept)
        self.plain[who].drop(page)

    def make(self, who: int, name: str) -> None:
        self.try_both(
            lambda: actions.make_list(person=self.people[who], name=name), lambda: self.plain[who].make(name)
        )

    def rename(self, who: int, name: str, other: str) -> None:
        if found := self.own(who, name):
            self.try_both(
                lambda: actions.rename_list(bookmark_list=found, name=other),
                lambda: self.plain[who].rename(name, other),
            )

    def delete(self, who: int, name: str) -> None:
        if found := self.own(who, name):
            actions.delete_list(bookmark_list=found)
            del self.plain[who].lists[name.casefold()]

    def put(self, who: int, page: int, names: list[str]) -> None:
        kept = Bookmark.objects.filter(person=self.people[who], page=self.pages[page]).first()
        if kept:
            lists = [one.pk for name in names if (one := self.own(who, name))]
            actions.change_bookmark(bookmark=kept, note="", lists=lists)
            self.plain[who].put(page, names)

    def answer(self, who: int, page: int, is_useful: bool, note: str) -> None:
        actions.answer(person=self.people[who], page=self.pages[page], is_useful=is_useful, note=note)
        self.plain[who].answers[page] = (is_useful, note)

    @staticmethod
    def try_both(real, plain) -> None:
        met = None
        try:
            with transaction.atomic():
                real()
        except StudyError as error:
            met = type(error)
        assert met == plain()

    def agree(self) -> None:
        """What each has is what the plain model says, and counts are of all."""
        number = {page.pk: place for place, page in enumerate(self.pages)}
        for who, plain in enumerate(self.plain):
            me = fresh(self.people[who])
            assert {number[one.page_id] for one in PageDone.objects.visible_to(me)} == plain.done
            assert {number[one.page_id] for one in Visit.objects.visible_to(me)} == plain.read
            rows = bookmarks_of(me)
            assert [number[row.page] for row in rows] == plain.kept[::-1]
            lists = {
                one.name: {number[row.page] for row in rows if one.pk in row.lists}
                for one in BookmarkList.objects.visible_to(me)
            }
            assert lists == dict(plain.lists.values())
            said = {number[one.page_id]: (one.is_useful, one.note) for one in Opinion.objects.visible_to(me)}
            assert said == plain.answers
        votes = [(page, useful) for plain in self.plain for page, (useful, _) in plain.answers.items()]
        assert Opinion.objects.counts() == {
            self.pages[page].pk: (votes.count((page, True)), votes.count((page, False))) for page, _ in votes
        }


@pytest.fixture
def both(cast, write, monkeypatch):
    monkeypatch.setattr(actions, "MOST_BOOKMARKS", MOST)
    monkeypatch.setattr(actions, "MOST_LISTS", MOST)
    pages = [write(f"G{number}") for number in range(PAGES)]
    return lambda: Both([cast.participant, cast.convener], pages)


@example(
    [("keep", 0, 0), ("make", 0, "May"), ("put", 0, 0, ["may"]), ("rename", 0, "May", "may"), ("drop", 0, 0)]
)
@example([("keep", 0, page) for page in range(PAGES)] + [("drop", 0, 1), ("keep", 0, 3)])
@example(
    [
        ("make", 0, "Straße"),
        ("make", 0, "STRASSE"),
        ("make", 1, "STRASSE"),
        ("rename", 0, "Straße", "STRASSE"),
    ]
)
@example(
    [
        ("read", 0, 0),
        ("forget", 0),
        ("forget", 0),
        ("answer", 0, 0, True, "Note"),
        ("answer", 0, 0, False, ""),
    ]
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_in_any_order_it_is_as_in_a_plain_model(both, steps):
    run = both()
    with transaction.atomic():
        for name, *given_to_it in steps:
            getattr(run, name)(*given_to_it)
        run.agree()
        transaction.set_rollback(True)
