"""Whatever is done about places in a community, in whatever order: who may, and what comes of it, is as in a plain model."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from guests import actions, tasks
from guests.models import GuestLink, Invitation
from members import actions as members
from members.enums import Role, State
from members.errors import LastLead, MembershipError, NotOpen
from members.models import Circle, Membership, User
from tests.factories import CommunityFactory, UserFactory
from tests.guests.conftest import confirm, fresh, link_of

pytestmark = pytest.mark.django_db
NUMBER = 3
FIRST = 0  # leads it at first
PERSON = st.integers(0, NUMBER - 1)
ALONE = ("ask", "take_back", "step_back", "leave", "accept", "decline", "decline_by_link")
TO_ANOTHER = ("let_in", "turn_down", "make_lead", "hand_over", "remove", "withdraw")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(ALONE), PERSON),
        st.tuples(st.sampled_from(TO_ANOTHER), PERSON, PERSON),
        st.tuples(st.just("invite"), PERSON, PERSON, st.sampled_from(list(Role))),
        st.tuples(st.just("wait"), st.sampled_from([1, 14, 15, 30])),
        st.just(("expire",)),
    ),
    min_size=5,
    max_size=20,
)
IN, LEADS, ASKS = "in", "leads", "asks"


@dataclass
class Sent:
    """An invitation that is open, or was not answered in time and does not say so yet."""

    by: int
    role: Role
    day: int


@dataclass
class Plain:
    """The rules said once more, without a database."""

    day: int = 0
    place: dict[int, str] = field(default_factory=lambda: {FIRST: LEADS})
    sent: dict[int, Sent] = field(default_factory=dict)
    refused: dict[int, int] = field(default_factory=dict)  # on which day somebody has said no

    def leads(self, who: int) -> bool:
        return self.place.get(who) == LEADS

    def inside(self) -> set[int]:
        return {who for who, place in self.place.items() if place != ASKS}

    def is_last_lead(self, who: int) -> bool:
        others = self.inside() - {who}
        return self.leads(who) and bool(others) and not any(self.leads(one) for one in others)

    def is_open(self, who: int) -> bool:
        return who in self.sent and self.day < self.sent[who].day + 30

    def stands(self, who: int) -> bool:
        return self.is_open(who) and (self.sent[who].role != Role.LEAD or self.leads(self.sent[who].by))

    def is_to_be_asked(self, who: int) -> bool:
        rests = who in self.refused and self.day < self.refused[who] + 30
        return who not in self.inside() and not self.is_open(who) and not rests

    def expire(self) -> None:
        self.sent = {who: one for who, one in self.sent.items() if self.is_open(who)}


class Both:
    """The same steps in the database and in the plain model."""

    def __init__(self, people: list[User], circle: Circle, clock) -> None:
        self.people, self.circle, self.clock, self.plain = people, circle, clock, Plain()
        self.start = timezone.now()

    def person(self, who: int) -> User:
        return fresh(self.people[who])

    def now(self) -> Circle:
        return Circle.objects.select_related("community").get(pk=self.circle.pk)

    def place(self, who: int) -> Membership | None:
        own = Membership.objects.open().filter(person=self.people[who], circle=self.circle)
        return own.select_related("circle__community", "person").first()

    def invitation(self, who: int) -> Invitation | None:
        to = Invitation.objects.filter(email=self.people[who].email, circle=self.circle, state="open")
        return to.select_related("circle", "invited_by").first()

    # -- time

    def wait(self, days: int) -> None:
        self.plain.day += days
        self.clock.move_to(self.start + timedelta(days=self.plain.day))

    def expire(self) -> None:
        tasks.expire.call()
        self.plain.expire()

    # -- inviting

    def invite(self, by: int, to: int, role: Role) -> None:
        assert self.now().can_invite(self.person(by)) == self.plain.leads(by)
        if not self.plain.leads(by):
            return
        addresses, wanted = [self.people[to].email.upper()], self.plain.is_to_be_asked(to)
        made = actions.invite(circle=self.circle, by=self.person(by), addresses=addresses, role=role)
        assert len(made) == wanted
        self.plain.expire()
        if wanted:
            self.plain.sent[to] = Sent(by=by, role=role, day=self.plain.day)

    def withdraw(self, by: int, to: int) -> None:
        if (one := self.invitation(to)) is None:
            return
        assert one.can_withdraw(self.person(by)) == self.plain.leads(by)
        if self.plain.leads(by):
            said = actions.withdraw_invitation(invitation=one, by=self.person(by))
            assert said == self.plain.is_open(to)
            self._close(to, was_open=said)

    def _close(self, to: int, *, was_open: bool) -> None:
        if was_open:
            del self.plain.sent[to]

    def accept(self, who: int) -> None:
        if (one := self.invitation(who)) is None:
            return
        stands = self.plain.stands(who)
        assert one.stands(timezone.now()) == stands
        if self._goes(
            lambda: actions.accept_invitation(invitation=one, person=self.person(who)),
            NotOpen if not stands else None,
        ):
            role = self.plain.sent.pop(who).role
            self.plain.place[who] = LEADS if role == Role.LEAD or self.plain.leads(who) else IN

    def decline(self, who: int) -> None:
        if one := self.invitation(who):
            self._declines(who, lambda: actions.decline_invitation(invitation=one))

    def decline_by_link(self, who: int) -> None:
        if one := self.invitation(who):
            link = link_of(one)
            self._declines(who, lambda: actions.answer(link=link, user=AnonymousUser(), yes=False))

    def _declines(self, who: int, verb) -> None:
        if self._goes(verb, None if self.plain.is_open(who) else NotOpen):
            del self.plain.sent[who]
            self.plain.refused[who] = self.plain.day

    # -- asking

    def ask(self, who: int) -> None:
        may = who not in self.plain.inside()
        assert self.now().can_ask(self.person(who)) == may
        if may:
            actions.ask_to_join(person=self.person(who), circle=self.circle)
            self.plain.place[who] = ASKS

    def take_back(self, who: int) -> None:
        if place := self.place(who):
            asks = self.plain.place[who] == ASKS
            assert members.take_back_request(membership=place) == asks
            if asks:
                del self.plain.place[who]

    def let_in(self, by: int, who: int) -> None:
        if (place := self.place(who)) and self._may_answer(place, by, who):
            actions.accept_request(membership=place, by=self.person(by))
            self.plain.place[who] = IN

    def turn_down(self, by: int, who: int) -> None:
        if (place := self.place(who)) and self._may_answer(place, by, who):
            actions.decline_request(membership=place, by=self.person(by), because="No")
            del self.plain.place[who]

    def _may_answer(self, place: Membership, by: int, who: int) -> bool:
        may = self.plain.leads(by) and self.plain.place[who] == ASKS
        assert place.can_answer(self.person(by)) == may
        return may

    # -- leading

    def make_lead(self, by: int, who: int) -> None:
        if (place := self.place(who)) and self._may_change(place, by, who):
            actions.make_lead(membership=place, by=self.person(by))
            self.plain.place[who] = LEADS

    def hand_over(self, by: int, who: int) -> None:
        if (place := self.place(who)) and self._may_change(place, by, who):
            actions.hand_over(mine=self.place(by), to=place)
            self.plain.place |= {who: LEADS, by: IN}

    def remove(self, by: int, who: int) -> None:
        if (place := self.place(who)) and self._may_change(place, by, who):
            actions.remove_member(membership=place, by=self.person(by), because="Enough")
            del self.plain.place[who]
            self._close(who, was_open=self.plain.is_open(who))

    def _may_change(self, place: Membership, by: int, who: int) -> bool:
        may = self.plain.leads(by) and by != who and self.plain.place[who] == IN
        assert (place.can_make_lead(self.person(by)), place.can_end(self.person(by))) == (may, may)
        return may

    def step_back(self, who: int) -> None:
        if (place := self.place(who)) is None:
            return
        assert place.can_step_back(self.person(who)) == self.plain.leads(who)
        refused = LastLead if self.plain.is_last_lead(who) else None
        if self.plain.leads(who) and self._goes(lambda: actions.step_back(membership=place), refused):
            self.plain.place[who] = IN

    def leave(self, who: int) -> None:
        if (place := self.place(who)) is None:
            return
        assert place.can_leave(self.person(who)) == (who in self.plain.inside())
        refused = LastLead if self.plain.is_last_lead(who) else None
        if self._goes(lambda: members.leave(person=self.person(who), circle=self.circle), refused):
            del self.plain.place[who]

    def _goes(self, verb, expected: type[MembershipError] | None) -> bool:
        met = None
        try:
            verb()
        except MembershipError as error:
            met = type(error)
        assert met == expected
        return met is None

    def agree(self) -> None:
        """Places, counters, invitations and links say what the plain model says."""
        place, found = self.plain.place, Membership.objects.open().filter(circle=self.circle)
        said = {
            ASKS: (State.REQUESTED, "member"),
            IN: (State.ACTIVE, "member"),
            LEADS: (State.ACTIVE, "lead"),
        }
        expected = {(self.people[who].pk, *said[one]) for who, one in place.items()}
        assert set(found.values_list("person", "state", "role")) == expected
        assert self.now().member_count == len(self.plain.inside())
        waiting = Invitation.objects.filter(state="open").values_list("email", "role", "invited_by")
        sent = {
            (self.people[to].email, one.role, self.people[one.by].pk) for to, one in self.plain.sent.items()
        }
        assert set(waiting) == sent
        links = set(GuestLink.objects.open(timezone.now()).values_list("email", flat=True))
        assert links == {self.people[to].email for to in self.plain.sent if self.plain.is_open(to)}


@pytest.fixture
def people(db) -> list[User]:
    """Members of the network, whose addresses are proved."""
    made = [UserFactory(first_name=f"P{place}") for place in range(NUMBER)]
    for person in made:
        members.admit(person=person)
        confirm(person)
    return made


@pytest.fixture
def circle(people) -> Circle:
    """That of a listed community, which the first of them leads."""
    return CommunityFactory(convener=people[FIRST]).circle


BY_LEAD, BY_MEMBER = ("invite", 0, 1, Role.LEAD), ("invite", 0, 1, Role.MEMBER)


@example([BY_LEAD, ("accept", 1), ("remove", 0, 1), ("step_back", 0), ("hand_over", 0, 1)])
@example([BY_LEAD, ("accept", 1), ("invite", 0, 2, Role.LEAD), ("step_back", 0), ("accept", 2)])
@example([BY_LEAD, ("ask", 1), ("let_in", 0, 1), ("hand_over", 0, 1), ("accept", 1), ("leave", 1)])
@example([BY_LEAD, ("ask", 1), ("let_in", 0, 1), ("remove", 0, 1), ("accept", 1), BY_MEMBER, ("accept", 1)])
@example(
    [BY_MEMBER, ("decline", 1), ("wait", 15), BY_MEMBER, ("wait", 15), BY_MEMBER, ("decline_by_link", 1)]
)
@example([BY_MEMBER, ("wait", 30), ("accept", 1), ("withdraw", 0, 1), BY_MEMBER, ("wait", 30), ("expire",)])
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_in_any_order_it_is_as_in_a_plain_model(people, circle, time_machine, steps) -> None:
    start = timezone.now()
    with transaction.atomic():
        time_machine.move_to(start, tick=False)
        both = Both(people, circle, time_machine)
        for name, *given_to_it in steps:
            getattr(both, name)(*given_to_it)
            both.agree()
        transaction.set_rollback(True)
