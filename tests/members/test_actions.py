"""What happens to memberships: whatever the order, one open place each, a true count, and somebody who leads."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.caching import version
from members import actions
from members.enums import CircleKind, Role, State
from members.errors import CircleEnded, LastLead
from members.models import Circle, Membership, User
from tests.factories import CircleFactory, CommunityFactory, UserFactory


def count(circle: Circle) -> int:
    return Circle.objects.get(pk=circle.pk).member_count


class TestJoin:
    def test_makes_an_active_member_with_a_date(self, db):
        circle, person = CircleFactory(), UserFactory()
        membership = actions.join(person=person, circle=circle)
        assert (membership.person, membership.circle) == (person, circle)
        assert (membership.role, membership.state) == (Role.MEMBER, State.ACTIVE)
        assert membership.started_at is not None
        assert count(circle) == 1

    def test_twice_is_once(self, db):
        circle, person = CircleFactory(), UserFactory()
        first = actions.join(person=person, circle=circle)
        second = actions.join(person=person, circle=circle)
        assert (first.pk, first.started_at) == (second.pk, second.started_at)
        assert count(circle) == 1

    def test_raises_to_lead_and_never_lowers(self, db):
        circle, person = CircleFactory(), UserFactory()
        roles = [
            actions.join(person=person, circle=circle, role=role).role
            for role in (Role.MEMBER, Role.LEAD, Role.MEMBER)
        ]
        assert roles == [Role.MEMBER, Role.LEAD, Role.LEAD]

    @pytest.mark.parametrize("state", [State.REQUESTED, State.INVITED])
    def test_who_asked_or_was_invited_becomes_active(self, db, state):
        circle, person = CircleFactory(), UserFactory()
        waiting = Membership.objects.create(person=person, circle=circle, state=state)
        assert circle.can_see(person) is False
        joined = actions.join(person=person, circle=circle)
        assert (joined.pk, joined.state) == (waiting.pk, State.ACTIVE)
        assert circle.can_see(person) is True

    def test_after_leaving_it_is_a_new_place_with_a_new_date(self, db):
        circle, person = CircleFactory(), UserFactory()
        first = actions.join(person=person, circle=circle)
        actions.leave(person=person, circle=circle)
        second = actions.join(person=person, circle=circle)
        assert second.pk != first.pk
        assert second.started_at > first.started_at
        assert Membership.objects.filter(person=person, circle=circle).count() == 2

    def test_is_seen_at_once(self, db):
        circle, person = CircleFactory(), UserFactory()
        assert person.circle_ids == frozenset()
        actions.join(person=person, circle=circle, role=Role.LEAD)
        assert (person.circle_ids, person.led_circle_ids) == ({circle.pk}, {circle.pk})

    @pytest.mark.parametrize("number", [1, 30])
    def test_queries(self, db, number, django_assert_max_num_queries):
        circle = CircleFactory()
        for _ in range(number):
            actions.join(person=UserFactory(), circle=circle)
        person = UserFactory()
        with django_assert_max_num_queries(18):  # many of them open and close savepoints
            actions.join(person=person, circle=circle)


class TestLeave:
    def test_ends_it_with_a_date_and_keeps_it(self, db):
        circle, person = CircleFactory(), UserFactory()
        membership = actions.join(person=person, circle=circle)
        assert actions.leave(person=person, circle=circle) is True
        membership.refresh_from_db()
        assert (membership.state, membership.ended_at is not None) == (State.ENDED, True)
        assert count(circle) == 0

    def test_twice_says_that_nothing_was_left(self, db):
        circle, person = CircleFactory(), UserFactory()
        actions.join(person=person, circle=circle)
        assert [actions.leave(person=person, circle=circle) for _ in range(3)] == [True, False, False]

    def test_who_never_was_in_it_leaves_nothing(self, db):
        assert actions.leave(person=UserFactory(), circle=CircleFactory()) is False

    @pytest.mark.parametrize("state", [State.REQUESTED, State.INVITED])
    def test_a_request_or_an_invitation_can_be_taken_back(self, db, state):
        circle, person = CircleFactory(), UserFactory()
        Membership.objects.create(person=person, circle=circle, state=state)
        assert actions.leave(person=person, circle=circle) is True

    def test_the_last_lead_stays_while_others_are_in_it(self, db):
        circle, lead = CircleFactory(), UserFactory()
        actions.join(person=lead, circle=circle, role=Role.LEAD)
        actions.join(person=UserFactory(), circle=circle)
        with pytest.raises(LastLead):
            actions.leave(person=lead, circle=circle)
        assert circle.can_lead(User.objects.get(pk=lead.pk)) is True

    def test_who_only_asked_keeps_no_lead_from_leaving(self, db):
        circle, lead = CircleFactory(), UserFactory()
        actions.join(person=lead, circle=circle, role=Role.LEAD)
        Membership.objects.create(person=UserFactory(), circle=circle, state=State.REQUESTED)
        assert actions.leave(person=lead, circle=circle) is True

    def test_public_pages_name_nobody_and_so_are_kept(self, cast, django_capture_on_commit_callbacks):
        before = version()
        with django_capture_on_commit_callbacks(execute=True):
            place = actions.join(person=cast.editor, circle=cast.community.circle, role=Role.LEAD)
            actions.change_role(membership=place, role=Role.MEMBER)
            actions.leave(person=cast.editor, circle=cast.community.circle)
        assert version() == before


class TestEnd:
    @pytest.fixture
    def circle(self, db) -> Circle:
        return CircleFactory()

    def ended(self, circle: Circle) -> bool:
        return Circle.objects.get(pk=circle.pk).ended_at is not None

    def test_the_groups_inside_end_with_it_and_come_back_with_it(self, circle):
        group = actions.make_group(parent=circle, name="Peers")
        other = CircleFactory()
        for act, ended in ((actions.end_circle, True), (actions.reopen_circle, False)):
            assert [act(circle=circle), act(circle=circle)] == [True, False]
            assert [self.ended(one) for one in (circle, group, other)] == [ended, ended, False]

    def test_a_group_that_had_ended_before_stays_so(self, circle):
        group = actions.make_group(parent=circle, name="Peers")
        actions.end_circle(circle=group)
        before = Circle.objects.get(pk=group.pk).ended_at
        actions.end_circle(circle=circle)
        assert Circle.objects.get(pk=group.pk).ended_at == before
        actions.reopen_circle(circle=circle)
        assert [self.ended(circle), self.ended(group)] == [False, True]

    def test_nobody_new_comes_in_and_who_is_in_it_stays(self, circle):
        inside, outside = UserFactory(), UserFactory()
        place = actions.join(person=inside, circle=circle)
        actions.end_circle(circle=circle)
        with pytest.raises(CircleEnded):
            actions.join(person=outside, circle=circle)
        with pytest.raises(CircleEnded):
            actions.make_group(parent=circle, name="Peers")
        assert actions.join(person=inside, circle=circle) == place
        assert (count(circle), circle.can_see(inside)) == (1, True)
        actions.reopen_circle(circle=circle)
        assert actions.join(person=outside, circle=circle).state == State.ACTIVE

    def test_who_only_asked_does_not_come_in_any_more(self, circle):
        person = UserFactory()
        Membership.objects.create(person=person, circle=circle, state=State.REQUESTED)
        actions.end_circle(circle=circle)
        with pytest.raises(CircleEnded):
            actions.join(person=person, circle=circle)


class TestAdmit:
    def test_an_account_alone_is_in_no_network(self, db):
        assert UserFactory().is_network_member is False

    def test_makes_a_row_in_the_one_network(self, db):
        people = [UserFactory() for _ in range(3)]
        for person in people:
            actions.admit(person=person)
        (network,) = Circle.objects.filter(kind=CircleKind.NETWORK)
        assert count(network) == 3
        assert [person.is_network_member for person in people] == [True, True, True]

    def test_twice_is_once(self, db):
        person = UserFactory()
        assert actions.admit(person=person).pk == actions.admit(person=person).pk


STEP = st.tuples(st.sampled_from(["join", "lead", "leave", "member"]), st.integers(0, 3))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=14))
def test_whatever_happens_the_rules_hold(db, steps):
    """One open place each; the count is true; where there are members, somebody leads who led before."""
    circle = CircleFactory()
    people = [UserFactory() for _ in range(4)]
    had_a_lead = False
    for what, who in steps:
        _do(what, people[who], circle)
        open_places = Membership.objects.open().filter(circle=circle)
        assert open_places.values("person").distinct().count() == open_places.count()
        active = Membership.objects.active().filter(circle=circle)
        assert count(circle) == active.count()
        leads = active.filter(role=Role.LEAD).count()
        had_a_lead = (had_a_lead or leads > 0) and active.exists()
        assert leads > 0 or not had_a_lead


def _do(what: str, person: User, circle: Circle) -> None:
    try:
        if what == "leave":
            actions.leave(person=person, circle=circle)
        elif what == "member":
            place = Membership.objects.active().filter(person=person, circle=circle).first()
            if place is not None and _others_are_in_it(place):
                actions.change_role(membership=place, role=Role.MEMBER)
        else:
            actions.join(person=person, circle=circle, role=Role.LEAD if what == "lead" else Role.MEMBER)
    except LastLead:
        return


def _others_are_in_it(place: Membership) -> bool:
    return Membership.objects.active().filter(circle=place.circle).exclude(pk=place.pk).exists()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=6))
def test_whatever_groups_are_called_each_has_an_address_of_its_own(db, names):
    parent = CommunityFactory().circle
    slugs = [actions.make_group(parent=parent, name=name.replace("\x00", "")).slug for name in names]
    assert len(set(slugs)) == len(slugs)
    assert [slug for slug in slugs if not slug.startswith("group-") and slug != "group"] == []


DEEDS = st.lists(
    st.tuples(st.sampled_from(["join", "lead", "leave", "end", "reopen", "group"]), st.integers(0, 2)),
    max_size=12,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_whatever_happens_an_ended_circle_grows_no_more(db, deeds):
    """Its people may leave and lead; nobody comes, no group is made inside, and it opens as it was closed."""
    circle, people = CircleFactory(), UserFactory.create_batch(3)
    for deed, who in deeds:
        ended = Circle.objects.get(pk=circle.pk).ended_at is not None
        inside = set(Membership.objects.active().filter(circle=circle).values_list("person", flat=True))
        groups = circle.groups.count()
        try:
            _happen(deed, people[who], circle)
        except (CircleEnded, LastLead):
            assert (
                set(Membership.objects.active().filter(circle=circle).values_list("person", flat=True))
                == inside
            )
        now = set(Membership.objects.active().filter(circle=circle).values_list("person", flat=True))
        if ended and deed != "reopen":
            assert now <= inside
            assert circle.groups.count() == groups
        assert count(circle) == len(now)
        dates = set(Circle.objects.of(circle).values_list("ended_at", flat=True))
        assert len(dates) == 1  # the groups inside stand and fall with it


def _happen(deed: str, person: User, circle: Circle) -> None:
    if deed == "group":
        actions.make_group(parent=circle, name="Peers")
    elif deed in ("end", "reopen"):
        act = actions.end_circle if deed == "end" else actions.reopen_circle
        act(circle=circle)
    elif deed == "leave":
        actions.leave(person=person, circle=circle)
    else:
        actions.join(person=person, circle=circle, role=Role.LEAD if deed == "lead" else Role.MEMBER)
