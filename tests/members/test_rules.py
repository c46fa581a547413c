"""What each may do, as the named predicates say it."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members import actions, rules
from members.enums import CircleKind
from members.models import Circle, User
from members.querysets import circle_ids, seen_by
from tests.factories import CircleFactory, UserFactory

EVERYBODY = ["admin", "editor", "facilitator", "convener", "participant", "outsider", "visitor"]


def person(cast, who: str):
    return AnonymousUser() if who == "visitor" else User.objects.get(pk=getattr(cast, who).pk)


def those(cast, predicate, *args) -> set[str]:
    return {who for who in EVERYBODY if predicate(person(cast, who), *args)}


def test_who_is_active(cast):
    assert those(cast, rules.is_active) == set(EVERYBODY) - {"visitor"}
    cast.outsider.is_active = False
    assert rules.is_active(cast.outsider) is False


def test_who_is_in_the_network(cast):
    inside = {"admin", "editor", "facilitator", "convener", "participant"}
    assert those(cast, rules.is_network_member) == inside


def test_who_edits(cast):
    assert those(cast, rules.is_editor) == {"admin", "editor"}


def test_an_editor_whose_account_is_closed_edits_no_more(cast):
    cast.editor.is_active = False
    cast.editor.save()
    assert rules.is_editor(User.objects.get(pk=cast.editor.pk)) is False


class TestCircleIds:
    def test_cost_one_query_a_request(self, cast):
        asker = User.objects.get(pk=cast.convener.pk)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert circle_ids(asker) == asker.circle_ids
            assert asker.led_circle_ids <= asker.circle_ids
            assert asker.circle_ids_of_kind(CircleKind.COHORT) == {cast.cohort.circle_id}
            assert asker.is_network_member is True
        assert len(queries) == 1

    def test_cost_a_visitor_nothing(self, db):
        with CaptureQueriesContext(connection) as queries:
            assert circle_ids(AnonymousUser()) == frozenset()
        assert len(queries) == 0

    def test_hold_no_request_no_invitation_and_nothing_that_has_ended(self, cast):
        from members.models import Membership

        asker = UserFactory()
        for state in ("requested", "invited"):
            Membership.objects.create(person=asker, circle=CircleFactory(), state=state)
        left = CircleFactory()
        actions.join(person=asker, circle=left)
        actions.leave(person=asker, circle=left)
        assert User.objects.get(pk=asker.pk).circle_ids == frozenset()

    @pytest.mark.parametrize("who", EVERYBODY)
    def test_the_one_filter_lets_through_ones_own_and_what_is_everybodys(self, cast, who):
        """``seen_by`` on any model with a circle: here memberships, whose circle may not be empty."""
        from members.models import Membership

        asker = person(cast, who)
        seen = set(Membership.objects.filter(seen_by(asker)).values_list("circle_id", flat=True))
        assert seen == set(circle_ids(asker))


def test_circle_knows_where_its_people_find_it(cast, network):
    assert cast.community.circle.url == "/communities/falls-in-care-homes/"
    assert (cast.cohort.circle.url, network.url) == ("", "")
    bare = CircleFactory(kind=CircleKind.COMMUNITY)
    assert (bare.is_listed, bare.url) == (False, "")


def test_names_are_shown_as_they_are_written(db):
    assert UserFactory(first_name="Priya", last_name="Raman").name == "Priya Raman"
    assert UserFactory(first_name="Björk", last_name="").name == "Björk"
    assert UserFactory(first_name="", last_name="").name == "A member"


def test_ended_circles_take_nobody_new_in_the_admin(cast, signed_in):
    from django.urls import reverse
    from django.utils import timezone

    Circle.objects.filter(pk=cast.cohort.circle_id).update(ended_at=timezone.now())
    data = {"email": "outsider@example.org", "circle": cast.cohort.circle_id, "role": "member"}
    response = signed_in(cast.admin).post(reverse("members_membership_modeladmin_create"), data)
    assert list(response.context["form"].errors) == ["circle"]
