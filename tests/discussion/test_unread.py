"""What is new to whom: the queries against a plain model, whatever people do."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from discussion import actions, asked, overview
from discussion.models import Post, Space, Topic
from members import actions as members_actions
from members.models import Membership, User
from tests.factories import CircleFactory, SpaceFactory, UserFactory

START = datetime.fromisoformat("2026-03-02T09:00:00+00:00")
WHO = st.integers(0, 2)


@dataclass
class Said:
    """A post, as the plain model has it."""

    who: int
    at: datetime
    removed: bool = False


@dataclass
class Talk:
    """A topic, as the plain model has it: posts in order, and how far each has read."""

    said: list[Said]
    read: dict[int, int] = field(default_factory=dict)
    removed: bool = False

    def is_new_to(self, who: int, since: datetime) -> bool:
        read = self.read.get(who, 0)
        return any(
            number > read and post.who != who and not post.removed and post.at > since
            for number, post in enumerate(self.said, start=1)
        )


class Reading(RuleBasedStateMachine):
    """Three people, one of whom leads, in one space; the clock moves with every step."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.now = START
        self.clock = time_machine.travel(START, tick=False)
        self.traveller = self.clock.start()

    @initialize()
    def meet(self) -> None:
        circle = CircleFactory()
        self.space = SpaceFactory(circle=circle)
        self.people = [UserFactory() for _ in range(3)]
        for place, person in enumerate(self.people):
            members_actions.join(person=person, circle=circle, role="lead" if place == 0 else "member")
        self.since = dict.fromkeys(range(3), self.now)
        self.topics: list[tuple[Topic, Talk]] = []

    def teardown(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def pass_time(self) -> None:
        self.now += timedelta(minutes=1)
        self.traveller.move_to(self.now, tick=False)

    def pick(self, number: int) -> tuple[Topic, Talk]:
        return self.topics[number % len(self.topics)]

    def has_topic(self) -> bool:
        return bool(self.topics)

    @rule(who=WHO)
    def start(self, who: int) -> None:
        self.pass_time()
        topic = actions.start_topic(person=self.people[who], space=self.space, title="T", text="x")
        self.topics.append((topic, Talk([Said(who, self.now)], {who: 1})))

    @precondition(has_topic)
    @rule(which=st.integers(0, 9), who=WHO)
    def reply(self, which: int, who: int) -> None:
        topic, talk = self.pick(which)
        if talk.removed:
            return
        self.pass_time()
        actions.add_post(person=self.people[who], topic=topic, text="y")
        talk.said.append(Said(who, self.now))
        if talk.read.get(who) == len(talk.said) - 1:
            talk.read[who] = len(talk.said)

    @precondition(has_topic)
    @rule(which=st.integers(0, 9), who=WHO, part=st.floats(0, 1))
    def read(self, which: int, who: int, part: float) -> None:
        topic, talk = self.pick(which)
        self.pass_time()
        number = max(1, round(part * len(talk.said)))
        actions.mark_read(person=self.people[who], topic=topic, number=number)
        talk.read[who] = max(talk.read.get(who, 0), number)

    @rule(who=WHO, minutes_ago=st.integers(0, 5))
    def read_all(self, who: int, minutes_ago: int) -> None:
        self.pass_time()
        at = self.now - timedelta(minutes=minutes_ago)
        actions.mark_space_read(person=self.people[who], space=self.space, at=at)
        self.since[who] = max(self.since[who], at)

    @precondition(has_topic)
    @rule(which=st.integers(0, 9), number=st.integers(0, 9), back=st.booleans())
    def remove_or_restore_post(self, which: int, number: int, back: bool) -> None:
        topic, talk = self.pick(which)
        place = number % len(talk.said)
        if talk.removed or talk.said[place].removed != back:
            return
        self.pass_time()
        change = actions.restore_post if back else actions.remove_post
        change(person=self.people[0], post=Post.objects.get(topic=topic, number=place + 1))
        talk.said[place].removed = not back

    @precondition(has_topic)
    @rule(which=st.integers(0, 9))
    def remove_or_restore_topic(self, which: int) -> None:
        topic, talk = self.pick(which)
        self.pass_time()
        change = actions.restore_topic if talk.removed else actions.remove_topic
        change(person=self.people[0], topic=topic)
        talk.removed = not talk.removed

    @rule(who=st.integers(1, 2))
    def leave_and_come_back(self, who: int) -> None:
        self.pass_time()
        members_actions.leave(person=self.people[who], circle=self.space.circle)
        self.pass_time()
        members_actions.join(person=self.people[who], circle=self.space.circle)
        self.since[who] = max(self.since[who], self.now)

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "space"):
            return
        for who, known in enumerate(self.people):
            person = User.objects.get(pk=known.pk)
            expected = {
                topic.pk
                for topic, talk in self.topics
                if not talk.removed and talk.is_new_to(who, self.since[who])
            }
            [space] = overview.spaces_of(person)
            assert space.new_since == self.since[who]
            everything = Topic.objects.visible_to(person)
            assert set(everything.unread(person, space.new_since).values_list("pk", flat=True)) == expected
            listed = asked.LISTED.rows(person, space.pk, space.new_since, False, False)
            assert {topic.id for topic in listed if topic.is_unread} == expected
            only = asked.LISTED.rows(person, space.pk, space.new_since, True, False)
            assert {topic.id for topic in only} == expected
            assert overview.new_in([space], person) == {space.pk: len(expected)}
            shown = overview.latest([space], person, limit=asked.LATEST_AT_MOST, only_new=True)
            assert len(shown) == min(len(expected), asked.LATEST_AT_MOST)

    @invariant()
    def counters_are_what_there_is(self) -> None:
        for topic, talk in getattr(self, "topics", []):
            there = [post for post in talk.said if not post.removed]
            now = Topic.objects.get(pk=topic.pk)
            assert now.last_number == len(talk.said)
            assert now.reply_count == sum(not post.removed for post in talk.said[1:])
            assert now.last_post_at == (there[-1].at if there else talk.said[0].at)
        if hasattr(self, "space"):
            there = [topic for topic, talk in self.topics if not talk.removed]
            assert Space.objects.get(pk=self.space.pk).topic_count == len(there)


@pytest.mark.postgres
def test_what_is_new_is_what_the_plain_model_says(db) -> None:
    run_state_machine_as_test(
        Reading,
        settings=settings(
            max_examples=25,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


# -- the rule, said once more in words ------------------------------------------------


@pytest.fixture
def is_new(topic):
    """Whether the topic is new to somebody."""

    def ask(person: User) -> bool:
        person = User.objects.get(pk=person.pk)
        [space] = [space for space in overview.spaces_of(person) if space.pk == topic.space_id]
        return Topic.objects.visible_to(person).unread(person, space.new_since).filter(pk=topic.pk).exists()

    return ask


def test_a_topic_is_new_to_all_but_its_author(cast, is_new) -> None:
    assert [is_new(person) for person in (cast.participant, cast.convener, cast.facilitator)] == [
        False,
        True,
        True,
    ]


def test_a_reply_is_new_to_its_topic_s_author(cast, is_new, reply) -> None:
    assert is_new(cast.participant)


def test_one_s_own_reply_is_not_new_to_oneself(cast, topic, is_new, say) -> None:
    actions.mark_read(person=cast.convener, topic=topic, number=1)
    say(cast.convener)
    assert not is_new(cast.convener)


def test_what_others_said_before_one_s_own_reply_stays_new(cast, topic, is_new, say) -> None:
    actions.mark_read(person=cast.convener, topic=topic, number=1)
    say(cast.facilitator)
    say(cast.convener)
    assert is_new(cast.convener)


def test_a_removed_reply_is_not_new(cast, topic, is_new, reply) -> None:
    actions.remove_post(person=cast.convener, post=reply)
    assert not is_new(cast.participant)


def test_what_was_said_before_one_came_is_not_new(cast, topic, is_new, say) -> None:
    late = UserFactory()
    members_actions.join(person=late, circle=cast.cohort.circle)
    assert not is_new(late)
    say(cast.convener)
    assert is_new(late)


def test_without_a_date_of_joining_all_is_new(cast, is_new) -> None:
    Membership.objects.filter(person=cast.convener).update(started_at=None)
    assert is_new(cast.convener)


def test_what_was_said_since_one_called_all_read_is_new(cast, topic, is_new, say) -> None:
    actions.mark_space_read(person=cast.convener, space=topic.space, at=timezone.now())
    assert not is_new(cast.convener)
    say(cast.facilitator)
    assert is_new(cast.convener)


def test_an_edit_is_not_new(cast, topic, is_new, reply) -> None:
    actions.mark_read(person=cast.participant, topic=topic, number=2)
    actions.edit_post(person=cast.convener, post=reply, text="I bring bread.")
    assert not is_new(cast.participant)


def test_what_somebody_said_who_is_gone_is_new_still(cast, topic, is_new, reply) -> None:
    cast.convener.delete()
    assert is_new(cast.participant)
