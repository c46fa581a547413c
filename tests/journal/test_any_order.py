"""Whatever people do in whatever order: who reads what is what a plain list of choices says."""

from dataclasses import dataclass, field

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from journal import actions
from journal.errors import CannotShare, NotThere
from journal.models import Reflection
from members import actions as members
from members.enums import Role
from members.errors import LastLead
from members.models import Circle, Membership, User
from tests.factories import CircleFactory, CohortFactory, UserFactory
from tests.journal.conftest import fresh

pytestmark = pytest.mark.django_db
PEOPLE, CIRCLES = 3, 2  # a cohort and a community
PERSON, CIRCLE = st.integers(0, PEOPLE - 1), st.integers(0, CIRCLES - 1)
WHICH = st.integers(0, 5)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), PERSON),
        st.tuples(st.just("share"), WHICH, CIRCLE, st.sampled_from(["all", "leads"])),
        st.tuples(st.sampled_from(["take_back", "remove", "restore"]), WHICH),
        st.tuples(st.sampled_from(["join", "lead", "leave"]), PERSON, CIRCLE),
        st.tuples(st.sampled_from(["suspend", "let_in", "close", "keep"]), PERSON),
    ),
    max_size=25,
)


@dataclass
class Text:
    """One reflection: its author, with which stay of its author it is shared, and with whom there."""

    author: int
    stay: int | None = None
    readers: str = ""
    removed: bool = False


@dataclass
class Plain:
    """The rules said once more, without a database. A stay is one time that somebody is in a circle."""

    texts: list[Text] = field(default_factory=list)
    stays: list[list] = field(default_factory=list)  # person, circle, role; None once it is over
    suspended: set[int] = field(default_factory=set)
    closed: dict[int, dict[int, tuple[int, str]]] = field(default_factory=dict)

    def stay(self, who: int, circle: int) -> int | None:
        return next((key for key, one in enumerate(self.stays) if one and one[:2] == [who, circle]), None)

    def reads(self, who: int, text: Text) -> bool:
        if text.removed:
            return False
        if text.author == who:
            return True
        place = self.stays[text.stay] if text.stay is not None else None
        if place is None or text.author in self.suspended:
            return False
        mine = self.stay(who, place[1])
        return mine is not None and (text.readers == "all" or self.stays[mine][2] == "lead")


class Both:
    """The same steps in the database and in the plain model."""

    def __init__(self, people: list[User], circles: list[Circle]) -> None:
        self.people, self.circles, self.plain = people, circles, Plain()
        self.written: list[Reflection] = []
        self.before: dict[int, list] = {}

    def person(self, who: int) -> User:
        return fresh(self.people[who])

    def write(self, who: int) -> None:
        self.written.append(actions.write(person=self.people[who], text="Words"))
        self.plain.texts.append(Text(who))

    def share(self, which: int, circle: int, readers: str) -> None:
        if which >= len(self.written):
            return
        text = self.plain.texts[which]
        stay = self.plain.stay(text.author, circle)
        place = Membership.objects.filter(person=self.people[text.author], circle=self.circles[circle]).last()
        if place is None:
            return
        try:
            actions.share(reflection=self.written[which], place=place, readers=readers)
            assert (stay is not None, text.removed) == (True, False)
            text.stay, text.readers = stay, readers
        except CannotShare:
            assert stay is None
        except NotThere:
            assert text.removed

    def take_back(self, which: int) -> None:
        if which < len(self.written):
            text = self.plain.texts[which]
            assert actions.take_back(reflection=self.written[which]) == (text.stay is not None)
            text.stay = None

    def remove(self, which: int) -> None:
        if which < len(self.written):
            text = self.plain.texts[which]
            assert actions.remove(reflection=self.written[which]) == (not text.removed)
            text.removed, text.stay = True, None

    def restore(self, which: int) -> None:
        if which < len(self.written):
            text = self.plain.texts[which]
            assert actions.restore(reflection=self.written[which]) == text.removed
            text.removed = False

    def join(self, who: int, circle: int, role: str = "member") -> None:
        members.join(person=self.people[who], circle=self.circles[circle], role=role)
        stay = self.plain.stay(who, circle)
        if stay is None:
            self.plain.stays.append([who, circle, role])
        elif role == "lead":
            self.plain.stays[stay][2] = role

    def lead(self, who: int, circle: int) -> None:
        self.join(who, circle, Role.LEAD)

    def leave(self, who: int, circle: int) -> None:
        try:
            members.leave(person=self.people[who], circle=self.circles[circle])
        except LastLead:
            return
        if (stay := self.plain.stay(who, circle)) is not None:
            self.plain.stays[stay] = None

    def suspend(self, who: int) -> None:
        User.objects.filter(pk=self.people[who].pk).update(is_active=False)
        self.plain.suspended.add(who)

    def let_in(self, who: int) -> None:
        User.objects.filter(pk=self.people[who].pk).update(is_active=True)
        self.plain.suspended.discard(who)

    def close(self, who: int) -> None:
        """What happens when somebody asks to be erased."""
        if who in self.before:
            return
        self.before[who] = actions.keep_all_for_oneself(person=self.people[who])
        own = [(key, text) for key, text in enumerate(self.plain.texts) if text.author == who]
        self.plain.closed[who] = {
            key: (text.stay, text.readers) for key, text in own if text.stay is not None
        }
        for _, text in own:
            text.stay = None

    def keep(self, who: int) -> None:
        """And when they stay after all."""
        if who not in self.before:
            return
        actions.share_again(person=self.people[who], before=self.before.pop(who))
        for key, (stay, readers) in self.plain.closed.pop(who).items():
            text = self.plain.texts[key]
            if self.plain.stays[stay] and not text.removed and text.stay is None:
                text.stay, text.readers = stay, readers

    def agree(self) -> None:
        for who in range(PEOPLE):
            person = self.person(who)
            expected = {
                self.written[key].pk
                for key, text in enumerate(self.plain.texts)
                if self.plain.reads(who, text)
            }
            assert set(Reflection.objects.visible_to(person).values_list("pk", flat=True)) == expected
            own = {one.pk for one in self.written if one.person_id == person.pk}
            assert set(Reflection.objects.shared_with(person).values_list("pk", flat=True)) == expected - own
            every = Reflection.objects.select_related("place", "person")
            assert {one.pk for one in every if one.can_see(person)} == expected


@pytest.fixture
def circles(db) -> list[Circle]:
    return [CohortFactory().circle, CircleFactory()]


@pytest.fixture
def people(db) -> list[User]:
    return [UserFactory() for _ in range(PEOPLE)]


@example(
    [("join", 0, 0), ("join", 1, 0), ("write", 0), ("share", 0, 0, "all"), ("leave", 0, 0), ("join", 0, 0)]
)
@example([("join", 0, 0), ("lead", 1, 0), ("write", 0), ("share", 0, 0, "leads"), ("close", 0), ("keep", 0)])
@example(
    [
        ("join", 0, 0),
        ("join", 1, 0),
        ("write", 0),
        ("share", 0, 0, "all"),
        ("close", 0),
        ("leave", 0, 0),
        ("join", 0, 0),
        ("keep", 0),
    ]
)
@example(
    [("join", 0, 1), ("join", 1, 1), ("write", 0), ("share", 0, 1, "all"), ("suspend", 0), ("let_in", 0)]
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_in_any_order_it_is_as_in_a_plain_list(people, circles, steps):
    both = Both(people, circles)
    with transaction.atomic():
        for name, *given_to_it in steps:
            getattr(both, name)(*given_to_it)
            both.agree()
        transaction.set_rollback(True)
