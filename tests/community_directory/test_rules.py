"""Who may do what to a community and to a link: the named predicates, for everybody."""

from contextlib import suppress

import pytest
from django.contrib.auth.models import AnonymousUser, Permission

from community_directory import actions, rules
from community_directory.errors import NotYours, WrongState
from community_directory.models import Community, Connection
from community_directory.verbs import VERBS
from members import actions as members_actions
from members.enums import Role
from members.models import Membership, User
from tests.factories import CommunityFactory, UserFactory

PEOPLE = ("visitor", "outsider", "participant", "facilitator", "convener", "editor", "admin")


def person(cast, key: str) -> User | AnonymousUser:
    return AnonymousUser() if key == "visitor" else User.objects.get(pk=getattr(cast, key).pk)


def those(cast, predicate, *about: object) -> set[str]:
    return {key for key in PEOPLE if predicate.test(person(cast, key), *about)}


@pytest.fixture
def link(cast) -> Connection:
    """From the convener's community to the facilitator's."""
    other = CommunityFactory(convener=cast.facilitator)
    return Connection.objects.create(source=cast.community, target=other, reason="Same people.")


class TestWho:
    def test_reviews(self, cast):
        assert those(cast, rules.reviews) == {"editor", "admin"}
        assert those(cast, rules.reviews, cast.community) == {"editor", "admin"}

    def test_convenes(self, cast):
        assert those(cast, rules.convenes, cast.community) == {"convener"}
        assert those(cast, rules.convenes, None) == set()

    @pytest.mark.parametrize("rule", [rules.may_change, rules.may_rest])
    def test_changes_it_and_lets_it_rest(self, cast, rule):
        assert those(cast, rule, cast.community) == {"convener", "editor", "admin"}

    def test_answers_and_ends_a_link(self, cast, link):
        assert those(cast, rules.looks_after_source, link) == {"convener"}
        assert those(cast, rules.looks_after_target, link) == {"facilitator"}
        assert those(cast, rules.may_end_connection, link) == {"convener", "facilitator"}
        for rule in (rules.looks_after_source, rules.looks_after_target, rules.may_end_connection):
            assert those(cast, rule, None) == set()

    def test_a_plain_member_of_a_community_convenes_nothing(self, cast):
        members_actions.join(person=cast.participant, circle=cast.community.circle)
        assert those(cast, rules.convenes, cast.community) == {"convener"}

    def test_a_co_convener_does_all_that_a_convener_does(self, cast):
        members_actions.join(person=cast.participant, circle=cast.community.circle, role=Role.LEAD)
        assert those(cast, rules.convenes, cast.community) == {"convener", "participant"}

    def test_who_leads_no_longer_convenes_no_longer(self, cast):
        members_actions.join(person=cast.participant, circle=cast.community.circle, role=Role.LEAD)
        lead = Membership.objects.get(person=cast.convener, circle=cast.community.circle)
        members_actions.change_role(membership=lead, role=Role.MEMBER)
        assert those(cast, rules.convenes, cast.community) == {"participant"}
        with pytest.raises(NotYours):
            actions.edit_community(community=cast.community, person=person(cast, "convener"), summary="Mine.")

    def test_who_invited_leads_nothing_yet(self, cast):
        Membership.objects.create(
            person=cast.participant, circle=cast.community.circle, role=Role.LEAD, state="invited"
        )
        assert those(cast, rules.convenes, cast.community) == {"convener"}

    def test_an_editor_whose_account_is_closed_reviews_nothing(self, cast):
        User.objects.filter(pk__in=[cast.editor.pk, cast.admin.pk]).update(is_active=False)
        assert those(cast, rules.reviews) == set()

    def test_the_right_can_be_given_to_one_person(self, cast):
        helper = UserFactory()
        helper.user_permissions.add(Permission.objects.get(codename="publish_community"))
        assert rules.may_review(User.objects.get(pk=helper.pk)) is True
        assert rules.may_review(AnonymousUser()) is False


REFUSED = [
    (actions.submit_community, {}, {"convener"}),
    (actions.publish_community, {}, {"editor", "admin"}),
    (actions.send_back, {"reason": "Say when."}, {"editor", "admin"}),
    (actions.rest, {}, {"convener", "editor", "admin"}),
    (actions.wake, {}, {"convener", "editor", "admin"}),
    (actions.end_community, {}, {"convener", "editor", "admin"}),
    (actions.revive, {}, {"editor", "admin"}),
    (actions.edit_community, {"summary": "Other."}, {"convener", "editor", "admin"}),
]


@pytest.mark.parametrize(("act", "more", "may"), REFUSED, ids=[row[0].__name__ for row in REFUSED])
@pytest.mark.parametrize("key", PEOPLE[1:])
def test_an_action_refuses_who_may_not_before_it_looks_at_anything(cast, act, more, may, key):
    """Whatever the state: a stranger learns from no action how a community stands."""
    for state in ("draft", "submitted", "published", "dormant", "ended"):
        Community.objects.filter(pk=cast.community.pk).update(state=state)
        community = Community.objects.get(pk=cast.community.pk)
        if key in may:
            with suppress(WrongState):  # and nothing else
                act(community=community, person=person(cast, key), **more)
        else:
            with pytest.raises(NotYours):
                act(community=community, person=person(cast, key), **more)
            assert Community.objects.values_list("state", flat=True).get(pk=community.pk) == state


class TestNews:
    def test_each_kind_says_why_its_mail_comes(self):
        for verb in VERBS:
            between_two = verb.key.removeprefix("community_directory.").startswith(
                ("connection_", "exchange_")
            )
            assert (verb.mailed, verb.always) == (True, not between_two)
            assert verb.reason in {
                "you convene this community",
                "you convene one of the two communities",
                "you publish what communities send in",
            }
            assert "repl" not in verb.reason

    def test_a_link_that_one_may_no_longer_see_is_no_news(self, cast, link):
        [verb] = [verb for verb in VERBS if verb.key == "community_directory.connection_proposed"]
        assert set(verb.targets([link.pk], person(cast, "facilitator"))) == {link.pk}
        for key in ("participant", "outsider", "editor"):
            assert verb.targets([link.pk], person(cast, key)) == {}
        members_actions.leave(person=cast.facilitator, circle=link.target.circle)
        assert verb.targets([link.pk], person(cast, "facilitator")) == {}
