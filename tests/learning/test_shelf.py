"""What is held of the library is what the database has, for everybody, whatever is changed."""

import pytest
from django.contrib.auth.models import AnonymousUser

from kit.caching import forget_public_pages
from learning.enums import GroupSize, Length, Sort
from learning.models import GuidancePage
from learning.shelf import shelf

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def ids(some: int) -> set[int]:
    return set(shelf().in_order(some, Sort.TITLE))


def titles(keys) -> list[str]:
    return [GuidancePage.objects.get(pk=key).title for key in keys]


def test_it_sees_for_each_person_what_visible_to_sees(shelve, cast):
    shelve("Public")
    shelve("Draft", live=False)
    for circle in (cast.cohort.circle, cast.community.circle):
        shelve(f"Of {circle.name}", circle=circle)
    people = [
        AnonymousUser(), cast.admin, cast.editor, cast.facilitator, cast.convener, cast.participant, cast.outsider,
    ]  # fmt: skip
    seen = [ids(shelf().seen_by(person)) for person in people]
    assert seen == [
        set(GuidancePage.objects.visible_to(person).values_list("pk", flat=True)) for person in people
    ]
    assert len({frozenset(one) for one in seen}) > 2


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page.unpublish(),
        lambda page: page.delete(),
        lambda page: GuidancePage.objects.filter(pk=page.pk).update(live=False),
    ],
    ids=["unpublished", "deleted", "updated many at once"],
)
def test_what_is_taken_down_is_out_at_once(shelve, change):
    page, other = shelve("Gone"), shelve("Stays")
    assert ids(shelf().seen_by(AnonymousUser())) == {page.pk, other.pk}
    change(GuidancePage.objects.get(pk=page.pk))
    assert ids(shelf().seen_by(AnonymousUser())) == {other.pk}


def test_what_becomes_private_is_out_at_once(shelve, cast):
    page = shelve("Ours now")
    assert shelf().seen_by(AnonymousUser()).bit_count() == 1
    GuidancePage.objects.filter(pk=page.pk).update(circle=cast.cohort.circle)
    assert shelf().seen_by(AnonymousUser()) == 0
    assert ids(shelf().seen_by(cast.participant)) == {page.pk}


def test_a_change_on_publishing_is_counted_at_once(shelve):
    page = GuidancePage.objects.get(pk=shelve("Changing", kind="guide").pk)
    assert shelf().counts("kinds", shelf().seen_by(AnonymousUser())) == {"guide": 1}
    page.kind = "story"
    page.save_revision().publish()
    assert shelf().counts("kinds", shelf().seen_by(AnonymousUser())) == {"story": 1}


def test_it_is_made_once_while_nothing_changes(shelve, django_assert_num_queries):
    shelve("One", themes=["trust"], stages=["maturing"])
    forget_public_pages()
    with django_assert_num_queries(5):
        first = shelf()
    with django_assert_num_queries(0):
        assert shelf() is first


def test_orders(shelve):
    for title in ("beta", "Alpha", "gamma"):
        shelve(title)
    held = shelf()
    every = held.seen_by(AnonymousUser())
    assert titles(held.in_order(every, Sort.TITLE)) == ["Alpha", "beta", "gamma"]
    assert titles(held.in_order(every, Sort.NEWEST)) == ["gamma", "Alpha", "beta"]


def test_what_is_like_it_shares_a_theme_and_the_more_the_better(shelve):
    one = shelve("One", themes=["trust", "rhythm"], stages=["maturing"])
    shelve("Same stage only", stages=["maturing"])
    shelve("One theme", themes=["trust"])
    shelve("One theme and stage", themes=["rhythm"], stages=["maturing"])
    shelve("Both themes", themes=["trust", "rhythm"])
    shelve("Nothing", themes=["value"])
    held = shelf()
    every = held.seen_by(AnonymousUser())
    assert titles(held.like(one.pk, every, most=9)) == ["Both themes", "One theme and stage", "One theme"]
    assert len(held.like(one.pk, every, most=2)) == 2
    assert held.like(0, every, most=2) == []


@pytest.mark.parametrize(
    ("minutes", "length"),
    [(1, "15"), (15, "15"), (16, "30"), (30, "30"), (31, "60"), (60, "60"), (61, "more")],
)
def test_lengths(minutes, length):
    assert Length.of(minutes) == length


@pytest.mark.parametrize(
    ("smallest", "largest", "sizes"),
    [
        (None, None, []),
        (1, 1, ["1"]),
        (2, 5, ["2-5"]),
        (3, 12, ["2-5", "6-12"]),
        (None, 5, ["1", "2-5"]),
        (13, None, ["13-30", "more"]),
        (31, 31, ["more"]),
        (1, 1000, ["1", "2-5", "6-12", "13-30", "more"]),
    ],
)
def test_group_sizes(smallest, largest, sizes):
    assert GroupSize.between(smallest, largest) == sizes
