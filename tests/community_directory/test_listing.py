"""From a draft to its end: what each action does, who may, and that twice does no harm."""

import uuid

import pytest
from django.core.cache import cache
from wagtail.models import ModelLogEntry

from community_directory import actions
from community_directory.enums import RESERVED_SLUGS, CommunityState
from community_directory.errors import DirectoryError, NeedsReason, NotAMember, NotYours, WrongState
from community_directory.models import Community, Connection
from kit import caching
from kit.search import matching
from members import actions as members_actions
from members.enums import Role
from members.models import Circle, Membership, Sector, Theme, User
from notifications.models import Notification
from tests.community_directory.conftest import needs_threads
from tests.factories import CommunityFactory, SectorFactory, ThemeFactory, UserFactory


def news(person: User) -> list[str]:
    return list(Notification.objects.filter(recipient=person).order_by("pk").values_list("verb", flat=True))


def steps(community: Community) -> list[str]:
    entries = ModelLogEntry.objects.for_instance(community).order_by("timestamp", "pk")
    return list(entries.values_list("action", flat=True))


@pytest.fixture
def draft(cast, written) -> Community:
    return actions.list_community(person=cast.participant, **written)


@pytest.fixture
def submitted(cast, draft) -> Community:
    return actions.submit_community(community=draft, person=cast.participant)


@pytest.fixture
def published(cast, submitted) -> Community:
    return actions.publish_community(community=submitted, person=cast.editor)


class TestList:
    def test_makes_a_draft_that_its_lister_convenes(self, cast, written):
        community = actions.list_community(person=cast.participant, **written)
        assert (community.state, community.slug, community.created_by) == (
            "draft",
            "night-walkers",
            cast.participant,
        )
        assert community.domain_html == "<p>The hours <strong>between</strong> two and five.</p>\n"
        assert [theme.slug for theme in community.themes.all()] == ["trust"]
        assert [term.slug for term in community.organisations.all()] == ["harewell"]
        assert (community.circle.kind, community.circle.name) == ("community", "Night walkers")
        membership = Membership.objects.get(circle=community.circle)
        assert (membership.person, membership.role, membership.state) == (
            cast.participant,
            Role.LEAD,
            "active",
        )
        assert community.can_edit(cast.participant)
        assert steps(community) == ["wagtail.create"]

    def test_only_members_of_the_network(self, cast, written):
        with pytest.raises(NotAMember):
            actions.list_community(person=cast.outsider, **written)
        assert Community.objects.count() == 1

    def test_one_form_sent_twice_lists_one(self, cast, written):
        key = uuid.uuid4()
        first = actions.list_community(person=cast.participant, request_key=key, **written)
        second = actions.list_community(person=cast.participant, request_key=key, **written)
        assert first == second
        assert Community.objects.filter(name="Night walkers").count() == 1

    def test_another_persons_key_is_not_mine(self, cast, written):
        key = uuid.uuid4()
        first = actions.list_community(person=cast.participant, request_key=key, **written)
        second = actions.list_community(person=cast.convener, request_key=key, **written)
        assert first != second

    @pytest.mark.parametrize(
        ("name", "slug"),
        [
            ("Falls in care homes", "falls-in-care-homes-2"),
            ("Café society", "cafe-society"),
            ("💡💡", "community"),
            ("نحن", "community"),
            ("a" * 140, "a" * 130),
            *((reserved.capitalize(), f"{reserved}-2") for reserved in sorted(RESERVED_SLUGS)),
        ],
    )
    def test_address_comes_from_the_name(self, cast, written, name, slug):
        community = actions.list_community(person=cast.participant, **written | {"name": name})
        assert community.slug == slug

    def test_many_of_one_name_all_get_an_address(self, cast, written):
        slugs = [actions.list_community(person=cast.participant, **written).slug for _ in range(33)]
        assert len(set(slugs)) == 33
        assert slugs[:3] == ["night-walkers", "night-walkers-2", "night-walkers-3"]

    @needs_threads
    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_two_of_one_name_at_once(self, cast, written, at_once):
        people = [UserFactory() for _ in range(4)]
        for person in people:
            actions.communities.members_actions.admit(person=person)
        made = at_once(
            *(
                lambda who=person: actions.list_community(person=User.objects.get(pk=who.pk), **written)
                for person in people
            )
        )
        assert sorted(community.slug for community in made) == [
            "night-walkers",
            "night-walkers-2",
            "night-walkers-3",
            "night-walkers-4",
        ]
        assert Circle.objects.filter(name="Night walkers").count() == 4

    @needs_threads
    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_one_form_sent_twice_at_once(self, cast, written, at_once):
        key = uuid.uuid4()

        def send() -> Community:
            who = User.objects.get(pk=cast.participant.pk)
            return actions.list_community(person=who, request_key=key, **written)

        made = at_once(send, send, send)
        assert len({community.pk for community in made}) == 1


class TestEdit:
    def test_changes_what_is_given_and_nothing_else(self, cast, draft):
        other = ThemeFactory(slug="sleep")
        changed = actions.edit_community(
            community=draft, person=cast.participant, name="Day walkers", themes=[other]
        )
        changed.refresh_from_db()
        assert (changed.name, changed.slug, changed.purpose) == (
            "Day walkers",
            "night-walkers",
            "So that nobody is alone with a question at night.",
        )
        assert list(changed.themes.all()) == [other]
        assert [term.slug for term in changed.sectors.all()] == ["social-care"]
        assert Circle.objects.get(pk=changed.circle_id).name == "Day walkers"
        assert steps(changed) == ["wagtail.create", "wagtail.edit"]

    def test_editor_may_change_what_is_listed(self, cast):
        changed = actions.edit_community(
            community=cast.community, person=cast.editor, summary="Mended by an editor."
        )
        assert changed.summary == "Mended by an editor."

    @pytest.mark.parametrize("key", ["participant", "facilitator", "outsider"])
    def test_nobody_else(self, cast, key):
        with pytest.raises(NotYours):
            actions.edit_community(community=cast.community, person=getattr(cast, key), summary="Mine now.")
        cast.community.refresh_from_db()
        assert cast.community.summary == "People who learn together about one thing."

    def test_what_has_ended_stays_as_it_was(self, cast):
        actions.end_community(community=cast.community, person=cast.convener)
        with pytest.raises(WrongState):
            actions.edit_community(community=cast.community, person=cast.convener, summary="Again.")

    @pytest.mark.django_db(transaction=True)
    def test_search_finds_what_is_new_and_not_what_was(self, cast, written):
        actions.edit_community(
            community=cast.community,
            person=cast.convener,
            practice="We swap lanterns.",
            themes=[ThemeFactory(slug="kites", name="Kites")],
        )
        listed = Community.objects.listed()
        assert list(matching(listed, "lanterns")) == [cast.community]
        assert list(matching(listed, "kites")) == [cast.community]
        actions.edit_community(community=cast.community, person=cast.convener, practice="Nothing.", themes=[])
        assert list(matching(listed, "lanterns")) == list(matching(listed, "kites")) == []

    def test_what_is_the_same_leaves_no_trace(self, cast, draft, written):
        same = written | {"practice": ""}
        before = Community.objects.get(pk=draft.pk).updated_at
        for _ in range(2):
            actions.edit_community(community=draft, person=cast.participant, **same)
        assert Community.objects.get(pk=draft.pk).updated_at == before
        assert steps(draft) == ["wagtail.create"]

    def test_what_stood_there_before_is_kept(self, cast, draft, terms):
        other = ThemeFactory(slug="sleep")
        actions.edit_community(
            community=draft,
            person=cast.participant,
            domain="Sleep.",
            summary=draft.summary,
            stage="maturing",
            themes=[other],
        )
        entry = ModelLogEntry.objects.for_instance(draft).get(action="wagtail.edit")
        assert entry.data == {
            "before": {
                "domain": "The hours **between** two and five.",
                "stage": "coalescing",
                "themes": [[terms["theme"].pk, "Trust"]],
            },
            "state": "draft",
        }

    def test_two_who_change_different_texts_keep_both(self, cast, draft):
        one, other = Community.objects.get(pk=draft.pk), Community.objects.get(pk=draft.pk)
        actions.edit_community(community=one, person=cast.participant, domain="The one.")
        actions.edit_community(community=other, person=cast.participant, purpose="The other.")
        draft.refresh_from_db()
        assert (draft.domain, draft.purpose) == ("The one.", "The other.")


class TestBringBack:
    def edit(self, community: Community) -> int:
        return ModelLogEntry.objects.for_instance(community).filter(action="wagtail.edit").latest("pk").pk

    def test_a_convener_has_every_earlier_text(self, cast, draft):
        actions.edit_community(community=draft, person=cast.participant, domain="Sleep.", name="Sleepers")
        back = actions.bring_back(community=draft, person=cast.participant, edit=self.edit(draft))
        assert (back.domain, back.name) == ("The hours **between** two and five.", "Night walkers")
        assert Circle.objects.get(pk=draft.circle_id).name == "Night walkers"

    def test_what_was_taken_off_its_list_does_not_come_back(self, cast, draft, terms):
        sector, theme = SectorFactory(slug="other"), ThemeFactory(slug="other")
        actions.edit_community(community=draft, person=cast.participant, sectors=[sector], themes=[theme])
        for term in (terms["organisation"], terms["theme"]):
            term.delete()
        Sector.objects.filter(slug="social-care").delete()
        back = actions.bring_back(community=draft, person=cast.participant, edit=self.edit(draft))
        assert list(back.themes.all()) == []
        assert list(back.sectors.all()) == [sector]  # a community keeps at least one

    @pytest.mark.parametrize("key", ["convener", "facilitator", "editor"])
    def test_nobody_else_has_those_of_a_draft(self, cast, draft, key):
        actions.edit_community(community=draft, person=cast.participant, domain="Sleep.")
        with pytest.raises(DirectoryError):
            actions.bring_back(community=draft, person=getattr(cast, key), edit=self.edit(draft))

    def test_a_plain_member_has_none_of_a_listed_one(self, cast):
        actions.edit_community(community=cast.community, person=cast.convener, domain="Sleep.")
        with pytest.raises(NotYours):
            actions.bring_back(
                community=cast.community, person=cast.participant, edit=self.edit(cast.community)
            )

    def test_what_has_ended_stays_as_it_was(self, cast):
        actions.edit_community(community=cast.community, person=cast.convener, domain="Sleep.")
        actions.end_community(community=cast.community, person=cast.convener)
        with pytest.raises(WrongState):
            actions.bring_back(community=cast.community, person=cast.convener, edit=self.edit(cast.community))


class TestSubmit:
    def test_editors_are_told(self, cast, draft):
        community = actions.submit_community(community=draft, person=cast.participant)
        assert community.state == "submitted"
        assert news(cast.editor) == ["community_directory.submitted"]
        assert news(cast.admin) == news(cast.participant) == []
        assert steps(community)[-1] == "community_directory.submitted"

    def test_admins_are_told_if_there_is_no_editor(self, cast, draft):
        cast.editor.groups.clear()
        actions.submit_community(community=draft, person=cast.participant)
        assert news(cast.admin) == ["community_directory.submitted"]

    def test_twice_does_no_harm(self, cast, submitted):
        actions.submit_community(community=submitted, person=cast.participant)
        assert news(cast.editor) == ["community_directory.submitted"]
        assert steps(submitted).count("community_directory.submitted") == 1

    def test_again_after_it_was_sent_back_is_news_again(self, cast, submitted):
        actions.send_back(community=submitted, person=cast.editor, reason="Say when you meet.")
        again = actions.submit_community(community=submitted, person=cast.participant)
        assert news(cast.editor) == ["community_directory.submitted"] * 2
        assert again.sent_back_because == ""

    def test_only_its_conveners(self, cast, draft):
        for person in (cast.editor, cast.facilitator, cast.outsider, cast.admin):
            with pytest.raises(NotYours):
                actions.submit_community(community=draft, person=person)

    def test_not_from_the_directory(self, cast, published):
        with pytest.raises(WrongState):
            actions.submit_community(community=published, person=cast.participant)


class TestPublish:
    def test_it_is_in_the_directory_and_its_conveners_are_told(self, cast, submitted):
        community = actions.publish_community(community=submitted, person=cast.editor)
        assert community.state == "published"
        assert community.published_at is not None
        assert Community.objects.listed().filter(pk=community.pk).exists()
        assert news(cast.participant) == ["community_directory.published"]

    def test_twice_does_no_harm(self, cast, published):
        date = published.published_at
        again = actions.publish_community(community=published, person=cast.editor)
        assert again.published_at == date
        assert news(cast.participant) == ["community_directory.published"]

    def test_only_who_reviews(self, cast, submitted):
        for person in (cast.participant, cast.facilitator, cast.outsider):
            with pytest.raises(NotYours):
                actions.publish_community(community=submitted, person=person)

    @pytest.mark.parametrize("state", ["draft", "ended"])
    def test_only_what_waits(self, cast, state):
        community = CommunityFactory(state=state, published_at=None)
        with pytest.raises(WrongState):
            actions.publish_community(community=community, person=cast.editor)

    def test_visitors_see_it_at_once(self, cast, submitted, django_capture_on_commit_callbacks):
        before = caching.version()
        with django_capture_on_commit_callbacks(execute=True):
            actions.publish_community(community=submitted, person=cast.editor)
        assert caching.version() != before

    def test_a_draft_makes_visitors_ask_for_nothing_anew(
        self, cast, draft, django_capture_on_commit_callbacks
    ):
        before = caching.version()
        with django_capture_on_commit_callbacks(execute=True):
            actions.edit_community(community=draft, person=cast.participant, summary="Still mine.")
        assert caching.version() == before


class TestSendBack:
    def test_the_convener_reads_why(self, cast, submitted):
        community = actions.send_back(community=submitted, person=cast.editor, reason="  Say when you meet. ")
        assert (community.state, community.sent_back_because) == ("draft", "Say when you meet.")
        assert news(cast.participant) == ["community_directory.sent_back"]

    @pytest.mark.parametrize("reason", ["", "  \n "])
    def test_needs_a_reason(self, cast, submitted, reason):
        with pytest.raises(NeedsReason):
            actions.send_back(community=submitted, person=cast.editor, reason=reason)

    def test_twice_keeps_the_first_reason(self, cast, submitted):
        actions.send_back(community=submitted, person=cast.editor, reason="First.")
        again = actions.send_back(community=submitted, person=cast.editor, reason="Second.")
        assert again.sent_back_because == "First."
        assert news(cast.participant) == ["community_directory.sent_back"]

    def test_only_who_reviews(self, cast, submitted):
        with pytest.raises(NotYours):
            actions.send_back(community=submitted, person=cast.participant, reason="No.")

    def test_not_from_the_directory(self, cast, published):
        with pytest.raises(WrongState):
            actions.send_back(community=published, person=cast.editor, reason="No.")


class TestRest:
    @pytest.mark.parametrize("key", ["convener", "editor"])
    def test_there_and_back(self, cast, key):
        person = getattr(cast, key)
        date = cast.community.published_at
        assert actions.rest(community=cast.community, person=person).state == "dormant"
        assert actions.rest(community=cast.community, person=person).state == "dormant"
        awake = actions.wake(community=cast.community, person=person)
        assert (awake.state, awake.published_at) == ("published", date)
        assert steps(awake) == ["community_directory.dormant", "community_directory.published"]

    def test_nobody_else(self, cast):
        for act in (actions.rest, actions.wake):
            with pytest.raises(NotYours):
                act(community=cast.community, person=cast.participant)

    def test_a_draft_cannot_rest(self, cast, draft):
        for act in (actions.rest, actions.wake):
            with pytest.raises(WrongState):
                act(community=draft, person=cast.participant)


class TestEnd:
    def test_it_leaves_the_directory_with_its_connections(self, cast):
        other = CommunityFactory()
        Connection.objects.create(source=cast.community, target=other, reason="Same.", state="accepted")
        kept = Connection.objects.create(
            source=other, target=CommunityFactory(), reason="Same.", state="accepted"
        )
        ended = actions.end_community(community=cast.community, person=cast.convener)
        assert ended.state == "ended"
        assert Circle.objects.get(pk=ended.circle_id).ended_at is not None
        states = dict(Connection.objects.values_list("pk", "state"))
        assert (states.pop(kept.pk), set(states.values())) == ("accepted", {"ended"})

    def test_twice_keeps_the_first_date(self, cast):
        actions.end_community(community=cast.community, person=cast.convener)
        date = Circle.objects.get(pk=cast.community.circle_id).ended_at
        actions.end_community(community=cast.community, person=cast.convener)
        assert Circle.objects.get(pk=cast.community.circle_id).ended_at == date

    def test_a_draft_that_is_given_up_stays_unseen(self, cast, draft):
        ended = actions.end_community(community=draft, person=cast.participant)
        assert not ended.can_see(cast.editor)

    def test_nobody_else(self, cast):
        with pytest.raises(NotYours):
            actions.end_community(community=cast.community, person=cast.participant)


class TestRevive:
    def test_it_is_in_the_directory_again_and_its_circle_is_open(self, cast):
        other = CommunityFactory()
        link = Connection.objects.create(source=cast.community, target=other, reason="x", state="accepted")
        group = members_actions.make_group(parent=cast.community.circle, name="Peers")
        actions.end_community(community=cast.community, person=cast.convener)
        assert Circle.objects.get(pk=group.pk).ended_at is not None
        back = actions.revive(community=cast.community, person=cast.editor)
        assert (back.state, back.published_at) == ("published", cast.community.published_at)
        assert list(Circle.objects.of(back.circle).values_list("ended_at", flat=True)) == [None, None]
        link.refresh_from_db()
        assert link.state == "ended"
        assert news(cast.convener) == ["community_directory.published"]

    def test_twice_does_no_harm(self, cast):
        actions.end_community(community=cast.community, person=cast.convener)
        for _ in range(2):
            actions.revive(community=cast.community, person=cast.editor)
        assert news(cast.convener) == ["community_directory.published"]

    @pytest.mark.parametrize("key", ["convener", "participant", "facilitator", "outsider"])
    def test_only_who_reviews(self, cast, key):
        actions.end_community(community=cast.community, person=cast.convener)
        with pytest.raises(NotYours):
            actions.revive(community=cast.community, person=getattr(cast, key))
        assert Circle.objects.get(pk=cast.community.circle_id).ended_at is not None

    def test_a_draft_that_was_given_up_was_never_in_it(self, cast, draft):
        actions.end_community(community=draft, person=cast.participant)
        with pytest.raises(WrongState):
            actions.revive(community=draft, person=cast.editor)

    def test_what_has_not_ended_is_not_brought_back(self, cast, submitted):
        Community.objects.filter(pk=submitted.pk).update(published_at=submitted.created_at)
        with pytest.raises(WrongState):
            actions.revive(community=submitted, person=cast.editor)


class TestPeople:
    def test_conveners_are_those_who_lead_now(self, cast):
        assert list(actions.conveners(cast.community)) == [cast.convener]

    def test_reviewers_by_group_or_by_hand_each_once(self, cast, editors):
        by_hand = UserFactory()
        by_hand.user_permissions.set(editors.permissions.all())
        by_hand.groups.add(editors)
        UserFactory(is_active=False).groups.add(editors)
        assert {person.pk for person in actions.reviewers()} == {cast.editor.pk, by_hand.pk}
        assert len(list(actions.reviewers())) == 2


@pytest.mark.django_db
def test_every_state_has_a_name_in_the_history(cast):
    for state in CommunityState.values:
        entry = ModelLogEntry.objects.log_action(cast.community, f"community_directory.{state}")
        assert entry.formatter.format_message(entry)


@pytest.mark.django_db
def test_a_renamed_theme_is_forgotten(cast):
    from community_directory.vocabulary import terms

    theme = ThemeFactory(slug="trust", name="Trust")
    assert terms()["theme"][theme.pk] == ("trust", "Trust")
    Theme.objects.get(pk=theme.pk).delete()
    assert theme.pk not in terms()["theme"]
    assert cache.get("community-directory-vocabulary") is not None
