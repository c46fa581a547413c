"""Leaving a community, and what one belongs to."""

import pytest

from members import actions
from members.enums import CircleKind, Role, State
from members.errors import CircleEnded
from members.models import Circle, Membership
from members.panels import draw_belongings
from tests.factories import CircleFactory, CommunityFactory


@pytest.fixture
def membership(cast) -> Membership:
    """The participant's place in the community."""
    return actions.join(person=cast.participant, circle=cast.community.circle)


def url(membership) -> str:
    return f"/me/memberships/{membership.pk}/leave/"


def test_asks_first_and_changes_nothing(signed_in, cast, membership):
    response = signed_in(cast.participant).get(url(membership))
    assert response.status_code == 200
    assert response.content.decode().count("Leave Falls in care homes?") == 1
    membership.refresh_from_db()
    assert membership.state == State.ACTIVE


def test_leaves(signed_in, cast, membership):
    response = signed_in(cast.participant).post(url(membership))
    assert (response.status_code, response["Location"]) == (302, "/me/")
    membership.refresh_from_db()
    assert (membership.state, membership.ended_at is not None) == (State.ENDED, True)
    assert Circle.objects.get(pk=membership.circle_id).member_count == 1


def test_twice_does_no_harm(signed_in, cast, membership):
    client = signed_in(cast.participant)
    client.post(url(membership))
    membership.refresh_from_db()
    ended = membership.ended_at
    assert client.post(url(membership))["Location"] == "/me/"
    membership.refresh_from_db()
    assert membership.ended_at == ended


def test_loses_at_once_what_it_gave(signed_in, cast, membership):
    client = signed_in(cast.participant)
    client.post(url(membership))
    cast.participant.forget_circles()
    assert membership.circle.can_see(cast.participant) is False


def test_last_convener_stays_while_others_are_in_it(signed_in, cast, membership):
    lead = Membership.objects.get(person=cast.convener, circle=cast.community.circle)
    response = signed_in(cast.convener).post(url(lead))
    assert response.status_code == 409
    assert response.content.decode().count("You are the only one who convenes it.") == 1
    lead.refresh_from_db()
    assert lead.state == State.ACTIVE


def test_one_of_two_conveners_may_leave(signed_in, cast, membership):
    actions.join(person=cast.participant, circle=cast.community.circle, role=Role.LEAD)
    lead = Membership.objects.get(person=cast.convener, circle=cast.community.circle)
    assert signed_in(cast.convener).post(url(lead)).status_code == 302


def test_visitor_is_asked_to_sign_in(client, membership):
    assert client.post(url(membership))["Location"].startswith("/accounts/login/")
    membership.refresh_from_db()
    assert membership.state == State.ACTIVE


@pytest.mark.parametrize("who", ["outsider", "convener", "editor", "admin"])
def test_nobody_else_ends_it(signed_in, cast, membership, who):
    assert signed_in(getattr(cast, who)).post(url(membership)).status_code == 404
    membership.refresh_from_db()
    assert membership.state == State.ACTIVE


@pytest.mark.parametrize("kind", [CircleKind.COHORT, CircleKind.NETWORK])
def test_cohort_and_network_are_not_left_alone(signed_in, cast, kind):
    mine = Membership.objects.get(person=cast.participant, circle__kind=kind)
    assert signed_in(cast.participant).post(url(mine)).status_code == 404
    mine.refresh_from_db()
    assert mine.state == State.ACTIVE


def test_a_group_may_be_left(signed_in, cast):
    group = CircleFactory(kind=CircleKind.GROUP, parent=cast.cohort.circle)
    mine = actions.join(person=cast.participant, circle=group)
    assert signed_in(cast.participant).post(url(mine)).status_code == 302


def test_missing_is_not_found(signed_in, cast):
    assert signed_in(cast.participant).post("/me/memberships/999999/leave/").status_code == 404


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(signed_in, cast, membership, method):
    assert getattr(signed_in(cast.participant), method)(url(membership)).status_code == 405


class TestBelongings:
    """The card of the dashboard."""

    def draw(self, rf, person) -> str:
        request = rf.get("/me/")
        request.user = person
        return str(draw_belongings(request))

    def test_names_each_with_what_one_is_in_it(self, rf, cast):
        html = self.draw(rf, cast.convener)
        places = [html.index(text) for text in ("Cohort 2021–22", "Falls in care homes", "The network")]
        assert places == sorted(places)
        assert [html.count(word) for word in ("Participant", "Convener", "Member", "Facilitator")] == [
            1,
            1,
            1,
            0,
        ]
        assert html.count('href="/communities/falls-in-care-homes/"') == 1

    def test_offers_to_leave_what_may_be_left(self, rf, cast, membership):
        html = self.draw(rf, cast.participant)
        assert html.count("/leave/") == 1
        assert html.count(url(membership)) == 1

    @pytest.mark.parametrize(
        ("who", "links"), [("editor", 1), ("admin", 1), ("participant", 0), ("convener", 0)]
    )
    def test_shows_editors_the_way_to_their_work(self, rf, cast, who, links):
        assert self.draw(rf, getattr(cast, who)).count('href="/admin/"') == links

    def test_draws_nothing_for_who_belongs_to_nothing(self, rf, cast):
        assert self.draw(rf, cast.outsider) == ""

    def test_says_nothing_of_what_has_ended(self, rf, cast, membership):
        actions.leave(person=cast.participant, circle=cast.community.circle)
        assert "Falls in care homes" not in self.draw(rf, cast.participant)

    def test_a_community_without_a_page_yet_has_no_link(self, rf, cast, membership):
        cast.community.state = "draft"
        cast.community.save()
        assert "/communities/" not in self.draw(rf, cast.participant)

    def test_what_has_ended_is_still_one_s_own_and_can_be_left(self, rf, signed_in, cast, membership):
        """Its people read on, without a page in the directory; nobody is held in it."""
        members_of = cast.community.circle
        cast.community.state = "ended"
        cast.community.save()
        actions.end_circle(circle=members_of)
        html = self.draw(rf, cast.participant)
        assert ("Falls in care homes" in html, "/communities/" in html) == (True, False)
        assert signed_in(cast.participant).post(url(membership)).status_code == 302
        assert Circle.objects.get(pk=members_of.pk).member_count == 1
        with pytest.raises(CircleEnded):
            actions.join(person=cast.participant, circle=members_of)

    @pytest.mark.parametrize("number", [1, 30])
    def test_queries(self, rf, cast, django_assert_num_queries, number):
        for _ in range(number):
            actions.join(person=cast.participant, circle=CommunityFactory().circle)
        cast.participant.circle_ids  # noqa: B018 - looked up once a request
        self.draw(rf, cast.participant)
        with django_assert_num_queries(1):
            self.draw(rf, cast.participant)
