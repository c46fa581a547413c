"""Whatever people do to each other in whatever order: what is kept agrees with a plain list of who wrote what."""

from dataclasses import dataclass, field

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from members import actions as members
from members.models import Circle, Profile, User
from relay import actions
from relay.errors import MayNotWrite, RelayError, StoppedByYou, TakesNoMessages
from relay.models import Conversation
from relay.rows import conversation_rows
from tests.factories import UserFactory
from tests.relay.conftest import fresh

pytestmark = pytest.mark.django_db
NUMBER = 3
PERSON = st.integers(0, NUMBER - 1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), PERSON, PERSON),
        st.tuples(st.sampled_from(["stop", "allow"]), PERSON, PERSON),
        st.tuples(st.just("read"), PERSON, PERSON, st.integers(0, 6)),
        st.tuples(st.sampled_from(["hide", "show", "leave", "come"]), PERSON),
    ),
    max_size=20,
)


@dataclass
class Talk:
    """What two have written: the author of each message; how far each has read; who wants no more."""

    authors: list[int] = field(default_factory=list)
    read: dict[int, int] = field(default_factory=dict)
    stopped: set[int] = field(default_factory=set)

    def new_to(self, who: int) -> int:
        return len(self.authors) - self.read.get(who, 0)


@dataclass
class Plain:
    """The rules said once more, without a database."""

    talks: dict[frozenset[int], Talk] = field(default_factory=dict)  # the one written in last stands last
    bells: dict[int, set] = field(default_factory=lambda: {one: set() for one in range(NUMBER)})
    hidden: set[int] = field(default_factory=set)
    left: set[int] = field(default_factory=set)

    def refuses(self, writer: int, other: int) -> type[RelayError] | None:
        talk = self.talks.get(frozenset({writer, other}), Talk())
        if writer in self.left:
            return MayNotWrite
        if writer in talk.stopped:
            return StoppedByYou
        known = other not in self.hidden or other in talk.authors
        if writer == other or not known or other in talk.stopped or other in self.left:
            return TakesNoMessages
        return None

    def send(self, writer: int, other: int) -> None:
        pair = frozenset({writer, other})
        talk = self.talks.pop(pair, None) or Talk()
        self.talks[pair] = talk
        talk.authors.append(writer)
        talk.read[writer] = len(talk.authors)
        self.bells[writer] = {one for one in self.bells[writer] if one[0] != pair}
        self.bells[other].add((pair, len(talk.authors)))

    def reads(self, reader: int, other: int, up_to: int) -> bool:
        pair = frozenset({reader, other})
        talk = self.talks[pair]
        before, number = talk.read.get(reader, 0), min(up_to, len(talk.authors))
        if number <= before:
            return False
        talk.read[reader] = number
        self.bells[reader] = {one for one in self.bells[reader] if one[0] != pair or one[1] > number}
        return True

    def of(self, who: int) -> list[tuple[frozenset[int], Talk]]:
        return [(pair, talk) for pair, talk in reversed(self.talks.items()) if who in pair]


class Both:
    """The same steps in the database and in the plain model."""

    def __init__(self, people: list[User]) -> None:
        self.people, self.plain = people, Plain()

    def person(self, who: int) -> User:
        return fresh(self.people[who])

    def talk(self, one: int, other: int) -> Conversation | None:
        return Conversation.objects.between(self.people[one], self.people[other]).first()

    def send(self, writer: int, other: int) -> None:
        expected, met = self.plain.refuses(writer, other), None
        try:
            actions.send(writer=self.person(writer), recipient=self.person(other), text="Hello")
            self.plain.send(writer, other)
        except RelayError as error:
            met = type(error)
        assert met == expected

    def read(self, reader: int, other: int, up_to: int) -> None:
        if found := self.talk(reader, other):
            said = actions.mark_read(person=self.person(reader), conversation=found, up_to=up_to)
            assert said == self.plain.reads(reader, other, up_to)

    def stop(self, who: int, other: int) -> None:
        if found := self.talk(who, other):
            stopped = self.plain.talks[frozenset({who, other})].stopped
            assert actions.stop(person=self.person(who), conversation=found) == (who not in stopped)
            stopped.add(who)

    def allow(self, who: int, other: int) -> None:
        if found := self.talk(who, other):
            stopped = self.plain.talks[frozenset({who, other})].stopped
            assert actions.allow(person=self.person(who), conversation=found) == (who in stopped)
            stopped.discard(who)

    def hide(self, who: int) -> None:
        Profile.objects.filter(user=self.people[who]).update(findable=False)
        self.plain.hidden.add(who)

    def show(self, who: int) -> None:
        Profile.objects.filter(user=self.people[who]).update(findable=True)
        self.plain.hidden.discard(who)

    def leave(self, who: int) -> None:
        members.leave(person=self.person(who), circle=Circle.objects.network())
        self.plain.left.add(who)

    def come(self, who: int) -> None:
        members.admit(person=self.person(who))
        self.plain.left.discard(who)

    def agree(self) -> None:
        """Counters, bell and list say of each what the plain model says."""
        for who in range(NUMBER):
            person, own = self.person(who), self.plain.of(who)
            assert person.unread_messages == sum(talk.new_to(who) > 0 for _, talk in own)
            assert person.unread_notifications == len(self.plain.bells[who])
            listed = Conversation.objects.visible_to(person).select_related("first", "second", "last")
            assert [(row["name"], row["new"], row["own"]) for row in conversation_rows(listed, person)] == [
                (self.people[other].name, talk.new_to(who), talk.authors[-1] == who)
                for pair, talk in own
                for other in pair - {who}
            ]


@pytest.fixture
def people(db) -> list[User]:
    """Members who can be found."""
    made = [UserFactory(first_name=f"P{place}") for place in range(NUMBER)]
    for person in made:
        members.admit(person=person)
    Profile.objects.filter(user__in=made).update(findable=True)
    return made


@example([("send", 0, 1), ("send", 0, 1), ("read", 1, 0, 1), ("send", 1, 0)])
@example([("send", 0, 1), ("hide", 1), ("send", 0, 1), ("hide", 0), ("send", 1, 0), ("send", 0, 1)])
@example([("send", 0, 1), ("stop", 1, 0), ("send", 0, 1), ("send", 1, 0), ("leave", 0), ("send", 0, 2)])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_in_any_order_it_is_as_in_a_plain_list(people, steps):
    both = Both(people)
    with transaction.atomic():
        for name, *given_to_it in steps:
            getattr(both, name)(*given_to_it)
            both.agree()
        transaction.set_rollback(True)
