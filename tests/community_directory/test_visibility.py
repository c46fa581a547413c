"""Who sees which community and which connection: the filter and the check agree."""

from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser

from community_directory.enums import CommunityState, ConnectionState
from community_directory.models import Community, Connection
from members import actions as members_actions
from members.enums import Role
from members.models import User
from tests.factories import CommunityFactory

PEOPLE = ("visitor", "outsider", "participant", "facilitator", "convener", "editor", "admin")


def person(cast, key: str) -> User | AnonymousUser:
    return AnonymousUser() if key == "visitor" else User.objects.get(pk=getattr(cast, key).pk)


@pytest.fixture
def communities(cast) -> list[Community]:
    """Every state, convened by the convener and by somebody else; ended from the directory and from a draft."""
    made = []
    for state, convener in product(CommunityState.values, (cast.convener, cast.facilitator)):
        made.append(CommunityFactory(state=state, convener=convener))
        if state == CommunityState.ENDED:
            made.append(CommunityFactory(state=state, convener=convener, published_at=None))
        if state in (CommunityState.DRAFT, CommunityState.SUBMITTED):
            Community.objects.filter(pk=made[-1].pk).update(published_at=None)
    return list(Community.objects.all())


@pytest.fixture
def connections(communities) -> list[Connection]:
    """Every state between every two kinds of communities, as far as the constraint allows."""
    made = []
    for place, source in enumerate(communities):
        for target in communities[place + 1 :]:
            state = ConnectionState.values[len(made) % len(ConnectionState.values)]
            made.append(
                Connection.objects.create(source=source, target=target, reason="Same people", state=state)
            )
    return made


@pytest.mark.parametrize("key", PEOPLE)
def test_filter_and_check_agree_about_communities(cast, communities, key):
    who = person(cast, key)
    seen = set(Community.objects.visible_to(who))
    assert seen == {community for community in communities if community.can_see(who)}
    assert 0 < len(seen) < len(communities)


@pytest.mark.parametrize("key", PEOPLE)
def test_filter_and_check_agree_about_connections(cast, connections, key):
    who = person(cast, key)
    seen = set(Connection.objects.visible_to(who))
    assert seen == {connection for connection in connections if connection.can_see(who)}
    assert 0 < len(seen) < len(connections)


@pytest.mark.parametrize("key", PEOPLE)
def test_who_convenes_is_who_may_edit(cast, communities, key):
    who = person(cast, key)
    assert set(Community.objects.led_by(who)) == {one for one in communities if one.can_edit(who)}


@pytest.mark.parametrize("key", PEOPLE)
def test_the_cheap_filter_sees_no_more_than_the_full_one(cast, communities, key):
    who = person(cast, key)
    cheap, full = (
        set(Community.objects.listed_or_led_by(who)),
        set(Community.objects.visible_to(who)),
    )
    assert cheap <= full
    assert {one.state for one in full - cheap} <= {CommunityState.SUBMITTED, CommunityState.ENDED}


def test_visitor_sees_the_directory_and_nothing_else(cast, communities):
    states = set(Community.objects.visible_to(AnonymousUser()).values_list("state", flat=True))
    assert states == {"published", "dormant"}


def test_editor_never_sees_a_draft_of_somebody_else(cast, communities):
    seen = Community.objects.visible_to(person(cast, "editor"))
    assert not seen.filter(state=CommunityState.DRAFT).exists()
    assert not seen.filter(state=CommunityState.ENDED, published_at=None).exists()
    assert seen.filter(state=CommunityState.SUBMITTED).count() == 2


def test_who_has_left_sees_the_draft_no_more(cast):
    draft = CommunityFactory(state="draft", published_at=None, convener=cast.convener)
    members_actions.join(person=cast.facilitator, circle=draft.circle, role=Role.LEAD)
    assert Community.objects.visible_to(person(cast, "facilitator")).filter(pk=draft.pk).exists()
    members_actions.leave(person=cast.facilitator, circle=draft.circle)
    assert not Community.objects.visible_to(person(cast, "facilitator")).filter(pk=draft.pk).exists()


def test_plain_member_of_a_community_does_not_see_its_draft(cast):
    draft = CommunityFactory(state="draft", published_at=None, convener=cast.convener)
    members_actions.join(person=cast.participant, circle=draft.circle)
    assert not draft.can_see(person(cast, "participant"))


def test_other_end_of_a_connection(cast):
    one, two = CommunityFactory(), CommunityFactory()
    link = Connection.objects.create(source=one, target=two, reason="Same people")
    assert (link.other(one), link.other(two)) == (two, one)
