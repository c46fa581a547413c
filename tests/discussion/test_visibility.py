"""Who reads what: the filter and the check agree, for each of the cast and each thing."""

import inspect
import re
from datetime import timedelta
from importlib import import_module

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from discussion import actions
from discussion.models import Post, PostEdit, Space, SpaceRead, Topic, TopicRead
from members import actions as members_actions
from members.models import User

EVERYBODY = ["admin", "editor", "facilitator", "convener", "participant", "outsider", "visitor"]
# By circle, who of them is in it.
IN = {
    "network": {"admin", "editor", "facilitator", "convener", "participant"},
    "cohort": {"facilitator", "convener", "participant"},
    "community": {"convener"},
}


@pytest.fixture
def spaces(open_space, cohort_space, community_space) -> dict[str, Space]:
    return {"network": open_space, "cohort": cohort_space, "community": community_space}


@pytest.fixture
def things(cast, spaces) -> dict[str, dict[str, Topic | Post]]:
    """In each space a topic with two replies, one of which is removed; and a removed topic with a reply."""
    made = {}
    for key, space in spaces.items():
        topic = actions.start_topic(person=cast.convener, space=space, title=f"About {key}", text="x")
        gone = actions.start_topic(person=cast.convener, space=space, title=f"Gone from {key}", text="x")
        reply = actions.add_post(person=cast.convener, topic=topic, text="kept")
        actions.edit_post(person=cast.convener, post=reply, text="kept, and changed")
        removed = actions.add_post(person=cast.convener, topic=topic, text="removed")
        below = Post.objects.get(topic=gone)
        actions.remove_post(person=cast.convener, post=removed)
        actions.remove_topic(person=cast.convener, topic=gone)
        made[key] = {"topic": topic, "gone": gone, "reply": reply, "removed": removed, "below": below}
    return made


def person_of(cast, name: str) -> User | AnonymousUser:
    return AnonymousUser() if name == "visitor" else getattr(cast, name)


@pytest.mark.parametrize("name", EVERYBODY)
def test_everybody_sees_what_is_of_their_circles(cast, spaces, things, name) -> None:
    person = person_of(cast, name)
    mine = [key for key in spaces if name in IN[key]]
    assert set(Space.objects.visible_to(person)) == {spaces[key] for key in mine}
    assert set(Topic.objects.visible_to(person)) == {things[key]["topic"] for key in mine}
    assert set(Post.objects.visible_to(person)) == {
        post
        for key in mine
        for post in Post.objects.filter(topic=things[key]["topic"]).exclude(pk=things[key]["removed"].pk)
    }
    assert set(PostEdit.objects.visible_to(person).values_list("post", flat=True)) == {
        things[key]["reply"].pk for key in mine
    }


@pytest.mark.parametrize("name", EVERYBODY)
@pytest.mark.parametrize("model", [Space, Topic, Post])
def test_the_filter_and_the_check_agree(cast, spaces, things, name, model) -> None:
    person = person_of(cast, name)
    visible = set(model.objects.visible_to(person))
    assert model.objects.count() >= 3
    for thing in model.objects.all():
        assert thing.can_see(person) == (thing in visible), (name, thing)


@pytest.mark.parametrize("name", EVERYBODY)
@pytest.mark.parametrize("model", [Topic, Post])
def test_what_can_be_brought_back_is_found_for_that(cast, spaces, things, name, model) -> None:
    person = person_of(cast, name)
    found = set(model.objects.restorable_by(person))
    for thing in model.objects.all():
        # Who moderates without leading does it in the admin, which does not ask this filter.
        may = thing.can_restore(person) and (thing.removed_by == person or leads(person, thing))
        assert may == (thing in found), (name, thing)


def leads(person: User | AnonymousUser, thing: Topic | Post) -> bool:
    return person.is_authenticated and thing.circle_id in person.led_circle_ids


def test_what_can_be_brought_back_is_for_who_removed_it_and_for_leads(cast, spaces, things) -> None:
    removed = {key: things[key]["removed"] for key in spaces}
    assert set(Post.objects.restorable_by(cast.convener)) == set(removed.values())
    assert set(Post.objects.restorable_by(cast.facilitator)) == {removed["cohort"]}
    assert set(Post.objects.restorable_by(cast.participant)) == set()
    assert set(Topic.objects.restorable_by(cast.facilitator)) == {things["cohort"]["gone"]}


@pytest.mark.parametrize(("days", "found"), [(29, True), (31, False)])
def test_thirty_days_and_no_longer(cast, spaces, things, days, found) -> None:
    then = timezone.now() - timedelta(days=days)
    Post.objects.filter(removed_at__isnull=False).update(removed_at=then)
    Topic.objects.filter(removed_at__isnull=False).update(removed_at=then)
    assert Post.objects.restorable_by(cast.convener).exists() is found
    assert Topic.objects.restorable_by(cast.convener).exists() is found
    for thing in (
        Post.objects.get(pk=things["cohort"]["removed"].pk),
        Topic.objects.get(pk=things["cohort"]["gone"].pk),
    ):
        assert thing.can_restore(cast.convener) is found


def test_membership_ended_is_nothing_at_once(cast, spaces, things) -> None:
    members_actions.leave(person=cast.participant, circle=cast.cohort.circle)
    person = User.objects.get(pk=cast.participant.pk)
    assert spaces["cohort"] not in Space.objects.visible_to(person)
    assert things["cohort"]["topic"] not in Topic.objects.visible_to(person)
    assert not Post.objects.visible_to(person).filter(circle=cast.cohort.circle).exists()
    assert not things["cohort"]["topic"].can_see(person)


def test_who_removed_something_and_left_cannot_bring_it_back(cast, cohort_space, topic, reply) -> None:
    actions.remove_post(person=cast.convener, post=reply)
    members_actions.leave(person=cast.convener, circle=cast.cohort.circle)
    person = User.objects.get(pk=cast.convener.pk)
    assert not Post.objects.restorable_by(person).exists()
    assert not Post.objects.get(pk=reply.pk).can_restore(person)


def test_an_admin_moderates_only_where_they_are(cast, spaces, things) -> None:
    assert things["network"]["topic"].can_moderate(cast.admin)
    assert not things["cohort"]["topic"].can_moderate(cast.admin)
    assert not things["cohort"]["topic"].can_moderate(AnonymousUser())
    assert not things["network"]["topic"].can_moderate(cast.participant)


def test_marks_are_their_readers_alone(cast, spaces, things) -> None:
    actions.mark_read(person=cast.participant, topic=things["cohort"]["topic"], number=2)
    actions.mark_space_read(person=cast.participant, space=spaces["cohort"], at=timezone.now())
    for name in EVERYBODY:
        person = person_of(cast, name)
        own = [] if name == "visitor" else [person]
        assert {mark.person for mark in TopicRead.objects.visible_to(person)} <= set(own)
        assert {mark.person for mark in SpaceRead.objects.visible_to(person)} <= set(own)
    assert TopicRead.objects.visible_to(cast.participant).count() == 1
    assert SpaceRead.objects.visible_to(cast.participant).count() == 1


READERS = ["asked", "news", "overview", "panels", "search", "views", "writing", "modeladmin"]


@pytest.mark.parametrize("name", READERS)
def test_what_is_read_is_read_through_who_may_see_it(name) -> None:
    """No view, panel, search or mail begins at all there is."""
    source = inspect.getsource(import_module(f"discussion.{name}"))
    begun = re.findall(r"\b(Space|Topic|Post|PostEdit|TopicRead|SpaceRead)\.objects\.(\w+)", source)
    assert {how for _, how in begun} <= {"visible_to", "restorable_by", "kept_for"}
    assert begun or name in ("overview", "panels")


def test_a_space_takes_no_address_of_the_portal(cast, open_space) -> None:
    from django.core.exceptions import ValidationError

    from discussion.models import RESERVED
    from discussion.urls import urlpatterns

    firsts = {str(pattern.pattern).split("/")[0] for pattern in urlpatterns}
    assert {first for first in firsts if first and "<" not in first} <= RESERVED
    open_space.slug = "posts"
    with pytest.raises(ValidationError, match="taken by the portal"):
        open_space.full_clean()
