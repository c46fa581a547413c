"""SQL written once gives what the queryset gives, for whoever asks and whatever is filled in."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db.models import F, Value
from django.utils import timezone

from discussion import actions, asked
from discussion.models import Post, Space, Topic
from discussion.prepared import Prepared
from discussion.querysets import since_restorable
from kit import keyset
from members.models import User
from tests.factories import SpaceFactory

PEOPLE = ["admin", "editor", "facilitator", "convener", "participant", "outsider"]


@pytest.fixture
def talk(cast, open_space, cohort_space, community_space) -> list[Topic]:
    topics = []
    for number in range(4):
        for space in (open_space, cohort_space, community_space):
            topic = actions.start_topic(person=cast.convener, space=space, title=f"T {number}", text="x")
            for _ in range(number):
                actions.add_post(person=cast.convener, topic=topic, text="y")
            topics.append(topic)
    actions.mark_read(person=cast.participant, topic=topics[1], number=1)
    actions.pin_topic(person=cast.facilitator, topic=topics[4])
    removed = topics[-2].posts.last()
    actions.remove_post(person=cast.facilitator, post=removed)
    return topics


def same(prepared: Prepared, *arguments: object) -> list[object]:
    """The rows, after checking that the queryset itself gives them too: twice, and again in a month."""
    today = timezone.now()
    found = []
    for days in (0, 31):
        with time_machine.travel(today + timedelta(days=days)):
            now = [argument() if callable(argument) else argument for argument in arguments]
            direct = list(prepared.build(*now))
            for _ in range(2):
                assert prepared.rows(*now) == direct
        found.append(direct)
    return found[0]


@pytest.mark.postgres
@pytest.mark.parametrize("name", PEOPLE)
def test_each_question_gives_everybody_what_its_queryset_gives(cast, talk, name) -> None:
    person = User.objects.get(pk=getattr(cast, name).pk)
    moments = [None, timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=1)]
    found = 0
    found += len(same(asked.SPACES, person))
    for space in Space.objects.all():
        found += len(same(asked.SPACE, person, space.slug))
        for since in moments:
            found += len(same(asked.PINNED, person, space.pk, since))
            found += len(same(asked.LISTED, person, space.pk, since, True, False))
            found += len(same(asked.LISTED, person, space.pk, since, False, False))
            found += len(same(asked.NEW, person, space.pk, since))
            found += len(same(asked.LATEST, person, space.pk, since, False))
            found += len(same(asked.LATEST, person, space.pk, since, True))
    for topic in talk:
        found += len(same(asked.TOPIC, person, topic.space.slug, topic.pk))
        found += len(same(asked.POSTS, person, topic.pk, 1, 20, since_restorable))
        found += len(same(asked.FIRST_NEW, person, topic.pk, None, 0))
        same(asked.LEADS, [person.pk, cast.convener.pk], topic.circle_id)
    assert (found > 0) is (name != "outsider")


@pytest.mark.postgres
def test_objects_come_with_their_relations_and_annotations(
    cast, talk, open_space, django_assert_num_queries
) -> None:
    person = User.objects.get(pk=cast.participant.pk)
    person.circle_ids  # noqa: B018 - looked up once a request
    asked.SPACE.rows(person, open_space.slug)
    with django_assert_num_queries(1):
        [space] = asked.SPACE.rows(person, open_space.slug)
        assert (space, space.circle.kind) == (open_space, "network")
        assert (space.all_read_at, space.member_since is not None) == (None, True)
    assert not space._state.adding


@pytest.mark.postgres
def test_pages_go_there_and_back(cast, open_space) -> None:
    topics = [
        actions.start_topic(person=cast.convener, space=open_space, title=f"T {n}", text="x")
        for n in range(70)
    ]
    # Some at the very same moment.
    Topic.objects.filter(pk__in=[topic.pk for topic in topics[20:50]]).update(
        last_post_at=topics[20].last_post_at
    )
    expected = list(Topic.objects.order_by(*asked.TOPIC_ORDER).values_list("pk", flat=True))
    person, pages, cursor = User.objects.get(pk=cast.participant.pk), [], ""
    while True:
        at = keyset.place(cursor, model=Topic, order=asked.TOPIC_ORDER)
        found = same(asked.LISTED, person, open_space.pk, None, False, at.backwards, *at.values)
        page = keyset.page_of(found, at, asked.TOPICS_ON_A_PAGE)
        pages.append([row.id for row in page.rows])
        if not page.next:
            break
        cursor = page.next
    assert [pk for rows in pages for pk in rows] == expected
    at = keyset.place(page.previous, model=Topic, order=asked.TOPIC_ORDER)
    back = asked.LISTED.rows(person, open_space.pk, None, False, at.backwards, *at.values)
    assert [row.id for row in keyset.page_of(back, at, asked.TOPICS_ON_A_PAGE).rows] == pages[-2]


@pytest.mark.postgres
def test_numbers_too_large_for_a_database_find_nothing(cast, talk, open_space) -> None:
    person = User.objects.get(pk=cast.participant.pk)
    for number in (2**31, 2**63, 10**40):
        assert asked.TOPIC.rows(person, open_space.slug, number) == []


@pytest.mark.postgres
def test_several_at_once_are_each_as_alone(cast, talk) -> None:
    person = User.objects.get(pk=cast.convener.pk)
    many = [
        (person, space.pk, since, False) for space in Space.objects.all() for since in (None, timezone.now())
    ]
    alone = [row for arguments in many for row in asked.LATEST.rows(*arguments)]
    assert asked.LATEST.rows_of_each(many) == alone
    assert asked.LATEST.counts_of_each(many) == [len(asked.LATEST.rows(*arguments)) for arguments in many]
    assert (asked.LATEST.rows_of_each([]), asked.LATEST.counts_of_each([])) == ([], [])


def test_a_value_that_is_not_passed_on_as_it_is_is_found_out(db) -> None:
    changed = Prepared(lambda pk: Topic.objects.filter(pk=pk + 1))
    with pytest.raises(ValueError, match="are not in the SQL as they are"):
        changed.rows(1)


@pytest.mark.postgres
def test_what_can_be_brought_back_ends_after_thirty_days_though_the_sql_is_older(cast, topic, reply) -> None:
    actions.remove_post(person=cast.facilitator, post=reply)
    person, removed = User.objects.get(pk=cast.facilitator.pk), timezone.now()
    numbers = []
    for days in (0, 29, 31):
        with time_machine.travel(removed + timedelta(days=days)):
            page = asked.POSTS.rows(person, topic.pk, 1, 20, since_restorable())
        numbers.append([row.number for row in page])
    assert numbers == [[1, 2], [1, 2], [1]]


@pytest.mark.postgres
@pytest.mark.parametrize(
    "condition",
    [
        lambda: {"removed_at__gt": timezone.now()},
        lambda: {"removed_at__gt": timezone.now() - timedelta(days=30)},
        lambda: {"removed_at__gt": datetime(2026, 3, 2, 9, 14, tzinfo=UTC)},
        lambda: {"removed_at__date": timezone.now().date()},
        lambda: {"removed_at__time": timezone.now().time()},
        lambda: {"removed_at__range": (F("created_at"), timezone.now())},
    ],
)
def test_a_moment_that_would_stay_for_ever_is_found_out(db, condition) -> None:
    """Asked by a clock while the SQL is written, it would be the moment of the first request."""
    clock = Prepared(lambda pk: Topic.objects.filter(pk=pk, **condition()))
    with pytest.raises(ValueError, match="would stay as they are today for ever"):
        clock.rows(1)


@pytest.mark.postgres
def test_a_moment_that_is_changed_on_its_way_is_found_out(db) -> None:
    changed = Prepared(lambda since: Topic.objects.filter(removed_at__gt=since + timedelta(days=1)))
    with pytest.raises(ValueError, match="would stay as they are today for ever"):
        changed.rows(timezone.now())


@pytest.mark.postgres
def test_words_and_numbers_that_never_change_may_stay(db) -> None:
    fixed = Prepared(lambda pk: Topic.objects.filter(pk=pk, title="4 March", slug="10-am", pinned=True))
    assert fixed.rows(1) == []


def test_words_are_values_and_never_sql(cast, open_space) -> None:
    person = User.objects.get(pk=cast.participant.pk)
    for slug in ("' OR 1=1 --", "%s", "stand-in-1", '"', "\\"):
        assert asked.SPACE.rows(person, slug) == []
    assert asked.SPACE.rows(person, open_space.slug) == [open_space]


def test_no_more_shapes_are_kept_than_a_few_hundred(db) -> None:
    prepared = Prepared(lambda keys: Topic.objects.filter(pk__in=keys))
    for number in range(1, 310):
        prepared.rows(list(range(number)))
    assert len(prepared._statements) < 300


def test_the_sql_is_written_once_for_a_shape(cast, open_space) -> None:
    built = []

    def build(person: User, space: int, since: datetime | None) -> object:
        built.append(since)
        return Topic.objects.visible_to(person).filter(space=space).with_unread(person, since)

    prepared, person = Prepared(build), User.objects.get(pk=cast.participant.pk)
    for day in range(1, 5):
        prepared.rows(person, day, datetime(2026, 1, day, tzinfo=UTC))
    prepared.rows(person, 1, None)
    prepared.rows(person, 2, None)
    assert len(built) == 2


def test_another_number_of_circles_is_another_shape(cast, open_space, cohort_space) -> None:
    prepared = Prepared(lambda person: Space.objects.visible_to(person).with_marks(person))
    for name, count in (("participant", 2), ("editor", 1), ("outsider", 0)):
        assert len(prepared.rows(User.objects.get(pk=getattr(cast, name).pk))) == count
    assert len(prepared._statements) == 3


def test_constants_of_the_queryset_stay(cast, open_space, network) -> None:
    SpaceFactory(circle=network, name="Other")
    prepared = Prepared(
        lambda pk: Space.objects.filter(circle=pk).annotate(one=Value(41)).filter(name="Other")
    )
    [space] = prepared.rows(network.pk)
    assert (space.name, space.one) == ("Other", 41)


def test_posts_of_another_s_circle_stay_out_of_prepared_pages(cast, topic, reply) -> None:
    outsider = User.objects.get(pk=cast.outsider.pk)
    assert asked.POSTS.rows(outsider, topic.pk, 1, 20, since_restorable()) == []
    assert Post.objects.filter(topic=topic).count() == 2
