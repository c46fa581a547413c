"""Each verb: what it writes, that doing it twice does no harm, and who may not."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from discussion import actions
from discussion.errors import GroupEnded, NotTheirs, TopicClosed
from discussion.models import Post, PostEdit, Space, SpaceRead, Topic, TopicRead
from members import actions as members_actions
from notifications.models import Mail, Notification
from tests.discussion.conftest import fresh
from tests.factories import CircleFactory, UserFactory


def kept(topic: Topic) -> tuple[int, int, str]:
    """The counters that lists show: last number, replies, who said something last."""
    topic = fresh(topic)
    return topic.last_number, topic.reply_count, topic.last_author.first_name


# -- spaces -------------------------------------------------------------------


def test_opening_a_space_twice_opens_one(network) -> None:
    made = [actions.open_space(circle=network, name="Talk", slug="talk", description="x") for _ in range(2)]
    assert made[0] == made[1]
    assert Space.objects.get().description == "x"


def test_an_address_that_another_circle_has(network) -> None:
    actions.open_space(circle=network, name="Talk", slug="talk")
    with pytest.raises(NotTheirs):
        actions.open_space(circle=CircleFactory(), name="Talk", slug="talk")


def test_a_space_keeps_its_circle(open_space, network) -> None:
    actions.change_space(space=open_space, name="New", slug="new-one", description="y", order=7)
    space = fresh(open_space)
    assert (space.name, space.slug, space.description, space.order) == ("New", "new-one", "y", 7)
    assert space.circle == network


def test_a_space_takes_no_address_that_another_has(open_space, cohort_space) -> None:
    with pytest.raises(NotTheirs):
        actions.change_space(space=open_space, name="New", slug="our-cohort", description="y", order=7)
    # Inside whatever transaction it was asked in, all is as before and can be asked again.
    assert (fresh(open_space).name, fresh(open_space).slug) == ("Open talk", "open-talk")


def test_no_space_is_opened_for_who_has_ended(cast) -> None:
    circle = CircleFactory(ended_at=timezone.now())
    with pytest.raises(GroupEnded):
        actions.open_space(circle=circle, name="Talk", slug="talk")
    assert not Space.objects.exists()


def test_what_is_changed_is_what_the_database_has(cast, cohort_space, topic) -> None:
    """An object that was found before others wrote does not put back what it remembers."""
    found = Space.objects.get(pk=cohort_space.pk)
    actions.start_topic(person=cast.convener, space=cohort_space, title="T", text="x")
    changed = actions.change_space(space=found, name="New", slug="new-one", description="y", order=7)
    assert (changed.topic_count, fresh(cohort_space).topic_count) == (2, 2)


# -- starting a topic ------------------------------------------------------------


def test_a_topic_comes_with_its_first_post(cast, topic, cohort_space) -> None:
    [post] = topic.posts.all()
    assert (post.number, post.author, post.text, post.circle) == (
        1,
        cast.participant,
        "I can, **once**.",
        cast.cohort.circle,
    )
    assert post.text_html == "<p>I can, <strong>once</strong>.</p>\n"
    assert topic.slug == "who-brings-the-tea"
    assert kept(topic) == (1, 0, "Participant")
    space = fresh(cohort_space)
    assert (space.topic_count, space.last_post_at) == (1, topic.last_post_at)


def test_its_author_has_read_it(cast, topic) -> None:
    assert TopicRead.objects.values_list("person", "topic", "number").get() == (
        cast.participant.pk,
        topic.pk,
        1,
    )


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Café & tea?", "cafe-tea"), ("🫖", "topic"), ("茶", "topic"), ("a" * 140, "a" * 80), ("-- !", "topic")],
)
def test_an_address_is_made_of_any_title(cast, cohort_space, title, slug) -> None:
    topic = actions.start_topic(person=cast.participant, space=cohort_space, title=title, text="x")
    assert fresh(topic).slug == slug


def test_the_same_form_twice_is_one_topic(cast, cohort_space) -> None:
    key = uuid.uuid4()
    made = [
        actions.start_topic(person=cast.participant, space=cohort_space, title="T", text="x", client_key=key)
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert (Topic.objects.count(), Post.objects.count(), fresh(cohort_space).topic_count) == (1, 1, 1)


def test_two_people_may_have_the_same_key(cast, cohort_space) -> None:
    key = uuid.uuid4()
    for person in (cast.participant, cast.convener):
        actions.start_topic(person=person, space=cohort_space, title="T", text="x", client_key=key)
    assert Topic.objects.count() == 2


@pytest.mark.parametrize("name", ["admin", "editor", "outsider"])
def test_nobody_starts_one_where_they_are_not(cast, cohort_space, name) -> None:
    with pytest.raises(NotTheirs):
        actions.start_topic(person=getattr(cast, name), space=cohort_space, title="T", text="x")
    assert (Topic.objects.count(), fresh(cohort_space).topic_count) == (0, 0)


# -- replying -----------------------------------------------------------------


def test_a_reply_is_next(cast, topic, cohort_space) -> None:
    later = timezone.now() + timedelta(minutes=5)
    with time_machine.travel(later, tick=False):
        post = actions.add_post(person=cast.convener, topic=topic, text="I do.")
    assert (post.number, post.topic, post.circle, post.reply_to) == (2, topic, cast.cohort.circle, None)
    assert kept(topic) == (2, 1, "Convener")
    assert (fresh(topic).last_post_at, fresh(cohort_space).last_post_at) == (later, later)


def test_numbers_go_on_after_what_was_removed(cast, say, reply, topic) -> None:
    actions.remove_post(person=cast.convener, post=reply)
    assert say(cast.facilitator).number == 3
    assert kept(topic) == (3, 1, "Facilitator")


def test_the_same_reply_twice_is_one(cast, say, topic) -> None:
    key = uuid.uuid4()
    assert say(cast.convener, client_key=key) == say(cast.convener, "changed", client_key=key)
    assert kept(topic) == (2, 1, "Convener")
    assert Notification.objects.count() == 1


def test_a_key_that_started_a_topic_makes_no_reply(cast, cohort_space, say) -> None:
    key = uuid.uuid4()
    other = actions.start_topic(person=cast.convener, space=cohort_space, title="T", text="x", client_key=key)
    assert say(cast.convener, client_key=key).topic == other


def test_without_a_key_two_are_two(cast, say, topic) -> None:
    say(cast.convener)
    say(cast.convener)
    assert kept(topic) == (3, 2, "Convener")


def test_a_closed_topic_takes_none(cast, topic, say) -> None:
    actions.close_topic(person=cast.facilitator, topic=topic)
    for person in (cast.participant, cast.facilitator):
        with pytest.raises(TopicClosed):
            say(person)
    assert kept(topic) == (1, 0, "Participant")


def test_a_reply_sent_before_it_was_closed_is_still_the_same(cast, topic, say) -> None:
    key = uuid.uuid4()
    post = say(cast.convener, client_key=key)
    actions.close_topic(person=cast.facilitator, topic=topic)
    assert say(cast.convener, client_key=key) == post


@pytest.mark.parametrize("name", ["admin", "editor", "outsider"])
def test_nobody_replies_where_they_are_not(cast, topic, say, name) -> None:
    with pytest.raises(NotTheirs):
        say(getattr(cast, name))
    assert kept(topic) == (1, 0, "Participant")


def test_nobody_replies_to_what_is_gone_or_after_they_left(cast, topic, say) -> None:
    members_actions.leave(person=cast.convener, circle=cast.cohort.circle)
    with pytest.raises(NotTheirs):
        say(cast.convener)
    actions.remove_topic(person=cast.facilitator, topic=topic)
    with pytest.raises(NotTheirs):
        say(cast.participant)


def test_a_reply_answers_a_post_of_its_own_topic(cast, cohort_space, say, reply) -> None:
    assert say(cast.participant, reply_to=reply).reply_to == reply
    other = actions.start_topic(person=cast.convener, space=cohort_space, title="T", text="x")
    with pytest.raises(NotTheirs):
        say(cast.participant, reply_to=other.posts.get())


def test_one_s_own_reply_moves_one_s_mark_only_over_what_one_has_read(cast, topic, say) -> None:
    say(cast.convener)  # 2, which the participant has not read
    say(cast.participant)  # 3
    assert TopicRead.objects.get(person=cast.participant).number == 1
    actions.mark_read(person=cast.participant, topic=topic, number=3)
    say(cast.participant)  # 4
    assert TopicRead.objects.get(person=cast.participant).number == 4


# -- who is told ------------------------------------------------------------------


def told() -> list[tuple[str, str, int]]:
    rows = Notification.objects.order_by("pk").values_list("recipient__first_name", "verb", "target_id")
    return list(rows)


def test_the_topic_s_author_is_told_of_a_reply_and_mailed(cast, reply) -> None:
    assert told() == [("Participant", "discussion.replied", reply.pk)]
    assert Mail.objects.get().notification.recipient == cast.participant


def test_who_is_answered_is_told_besides(cast, say, reply) -> None:
    answer = say(cast.facilitator, reply_to=reply)
    assert set(told()[1:]) == {
        ("Participant", "discussion.replied", answer.pk),
        ("Convener", "discussion.answered", answer.pk),
    }


def test_an_answer_to_the_topic_s_author_is_one_piece_of_news(cast, say, topic) -> None:
    say(cast.convener, reply_to=topic.posts.get())
    assert [verb for _, verb, _ in told()] == ["discussion.replied"]


def test_nobody_is_told_of_their_own(cast, say, topic) -> None:
    say(cast.participant, reply_to=topic.posts.get())
    assert told() == []


def test_who_has_left_is_not_told(cast, say) -> None:
    members_actions.leave(person=cast.participant, circle=cast.cohort.circle)
    say(cast.convener)
    assert told() == []


def test_a_topic_whose_author_is_gone_can_be_replied_to(cast, say, topic) -> None:
    Topic.objects.filter(pk=topic.pk).update(author=None)
    Post.objects.filter(topic=topic).update(author=None)
    say(cast.convener, reply_to=topic.posts.get())
    assert told() == []


@pytest.mark.parametrize("number", [1, 30])
def test_a_reply_costs_the_same_whatever_was_said_before(
    cast, say, settings, number, django_assert_num_queries
) -> None:
    settings.TASKS = {
        "default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}
    }  # the worker's are its own
    for _ in range(number):
        say(cast.convener)
    # The topic, the key, the post, three counters, whom to tell, the news and its mail; and savepoints.
    with django_assert_num_queries(17):
        say(cast.convener, client_key=uuid.uuid4())


# -- editing ------------------------------------------------------------------


def test_what_was_said_before_is_kept(cast, reply) -> None:
    actions.edit_post(person=cast.convener, post=reply, text="I bring *two* cakes.")
    post = fresh(reply)
    assert (post.text, post.text_html) == ("I bring *two* cakes.", "<p>I bring <em>two</em> cakes.</p>\n")
    assert post.edited_at is not None
    assert PostEdit.objects.values_list("editor", "text").get() == (cast.convener.pk, "I bring cake.")


def test_saving_without_a_change_is_no_edit(cast, reply) -> None:
    for _ in range(2):
        actions.edit_post(person=cast.convener, post=reply, text=reply.text)
    assert (fresh(reply).edited_at, PostEdit.objects.count()) == (None, 0)


def test_the_first_post_may_change_the_title(cast, topic) -> None:
    post = topic.posts.get()
    actions.edit_post(person=cast.participant, post=post, text=post.text, title="Who brings the coffee?")
    changed = fresh(topic)
    assert (changed.title, changed.slug) == ("Who brings the coffee?", "who-brings-the-coffee")
    assert PostEdit.objects.get().title == "Who brings the tea?"


def test_another_post_does_not(cast, topic, reply) -> None:
    actions.edit_post(person=cast.convener, post=reply, text="New", title="Mine now")
    assert fresh(topic).title == "Who brings the tea?"


@pytest.mark.parametrize("name", ["admin", "facilitator", "participant", "outsider"])
def test_nobody_changes_what_another_said(cast, reply, name) -> None:
    with pytest.raises(NotTheirs):
        actions.edit_post(person=getattr(cast, name), post=reply, text="I never said that.")
    assert fresh(reply).text == "I bring cake."


def test_nothing_is_changed_in_a_closed_topic_nor_what_is_removed(cast, topic, reply) -> None:
    actions.close_topic(person=cast.facilitator, topic=topic)
    with pytest.raises(NotTheirs):
        actions.edit_post(person=cast.convener, post=reply, text="x")
    actions.close_topic(person=cast.facilitator, topic=topic, closed=False)
    actions.remove_post(person=cast.convener, post=reply)
    with pytest.raises(NotTheirs):
        actions.edit_post(person=cast.convener, post=reply, text="x")


# -- pinning and closing -----------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "field"), [(actions.pin_topic, "pinned"), (actions.close_topic, "closed")]
)
def test_a_lead_turns_it_on_and_off_and_twice_is_once(cast, topic, action, field) -> None:
    steps = [(True, True), (True, False), (False, True), (False, False)]
    for value, changes in steps:
        assert action(person=cast.facilitator, topic=topic, **{field: value}) is changes
        assert getattr(fresh(topic), field) is value


@pytest.mark.parametrize("action", [actions.pin_topic, actions.close_topic])
@pytest.mark.parametrize("name", ["admin", "editor", "participant", "convener", "outsider"])
def test_nobody_else_does(cast, topic, action, name) -> None:
    with pytest.raises(NotTheirs):
        action(person=getattr(cast, name), topic=topic)


def test_who_looks_after_discussions_does_where_they_are(cast, open_space) -> None:
    topic = actions.start_topic(person=cast.participant, space=open_space, title="T", text="x")
    assert actions.pin_topic(person=cast.admin, topic=topic) is True


# -- removing and bringing back -------------------------------------------------------


def test_a_removed_reply_is_not_counted(cast, topic, reply, say) -> None:
    last = say(cast.facilitator)
    assert actions.remove_post(person=cast.facilitator, post=last) is True
    assert kept(topic) == (3, 1, "Convener")
    assert fresh(topic).last_post_at == fresh(reply).created_at
    assert fresh(last).removed_by == cast.facilitator


def test_removing_twice_is_once(cast, reply, topic) -> None:
    assert actions.remove_post(person=cast.convener, post=reply) is True
    assert actions.remove_post(person=cast.convener, post=reply) is False
    assert kept(topic) == (2, 0, "Participant")


def test_it_comes_back_as_it_was(cast, reply, topic) -> None:
    before = kept(topic), fresh(topic).last_post_at
    actions.remove_post(person=cast.convener, post=reply)
    assert actions.restore_post(person=cast.convener, post=reply) is True
    assert actions.restore_post(person=cast.convener, post=reply) is False
    assert (kept(topic), fresh(topic).last_post_at) == before
    assert (fresh(reply).removed_at, fresh(reply).removed_by) == (None, None)


def test_its_author_does_not_bring_back_what_a_lead_removed(cast, reply) -> None:
    actions.remove_post(person=cast.facilitator, post=reply)
    with pytest.raises(NotTheirs):
        actions.restore_post(person=cast.convener, post=reply)
    assert actions.restore_post(person=cast.facilitator, post=reply) is True


@pytest.mark.parametrize("name", ["admin", "editor", "participant", "outsider"])
def test_nobody_else_removes_it_or_brings_it_back(cast, reply, name) -> None:
    with pytest.raises(NotTheirs):
        actions.remove_post(person=getattr(cast, name), post=reply)
    actions.remove_post(person=cast.convener, post=reply)
    with pytest.raises(NotTheirs):
        actions.restore_post(person=getattr(cast, name), post=reply)


def test_after_thirty_days_it_stays_away(cast, reply, topic) -> None:
    actions.remove_post(person=cast.convener, post=reply)
    actions.remove_topic(person=cast.facilitator, topic=topic)
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        with pytest.raises(NotTheirs):
            actions.restore_topic(person=cast.facilitator, topic=topic)
        with pytest.raises(NotTheirs):
            actions.restore_post(person=cast.convener, post=reply)


def test_all_replies_of_a_topic_may_go(cast, topic, reply) -> None:
    actions.remove_post(person=cast.convener, post=reply)
    actions.remove_post(person=cast.participant, post=topic.posts.get(number=1))
    assert kept(topic) == (2, 0, "Participant")
    assert fresh(topic).last_post_at == fresh(topic).created_at


def test_a_topic_goes_with_its_posts_and_comes_back_with_them(cast, topic, reply, cohort_space) -> None:
    actions.pin_topic(person=cast.facilitator, topic=topic)
    actions.remove_post(person=cast.convener, post=reply)
    assert actions.remove_topic(person=cast.facilitator, topic=topic) is True
    assert actions.remove_topic(person=cast.facilitator, topic=topic) is False
    gone, space = fresh(topic), fresh(cohort_space)
    assert (gone.pinned, gone.removed_by) == (False, cast.facilitator)
    assert (space.topic_count, space.last_post_at) == (0, None)
    assert not Post.objects.visible_to(cast.participant).exists()
    assert actions.restore_topic(person=cast.facilitator, topic=topic) is True
    assert actions.restore_topic(person=cast.facilitator, topic=topic) is False
    assert (fresh(cohort_space).topic_count, fresh(cohort_space).last_post_at) == (
        1,
        fresh(topic).last_post_at,
    )
    # What had been removed on its own stays so.
    assert [post.number for post in Post.objects.visible_to(cast.participant)] == [1]


def test_its_author_removes_a_topic_only_while_nobody_has_answered(cast, topic, say) -> None:
    reply = say(cast.convener)
    with pytest.raises(NotTheirs):
        actions.remove_topic(person=cast.participant, topic=topic)
    actions.remove_post(person=cast.convener, post=reply)
    assert actions.remove_topic(person=cast.participant, topic=topic) is True
    assert actions.restore_topic(person=cast.participant, topic=topic) is True


@pytest.mark.parametrize("name", ["admin", "editor", "convener", "outsider"])
def test_nobody_else_removes_a_topic_or_brings_it_back(cast, topic, name) -> None:
    with pytest.raises(NotTheirs):
        actions.remove_topic(person=getattr(cast, name), topic=topic)
    actions.remove_topic(person=cast.facilitator, topic=topic)
    with pytest.raises(NotTheirs):
        actions.restore_topic(person=getattr(cast, name), topic=topic)


# -- read marks -----------------------------------------------------------------


def test_a_mark_only_moves_forwards(cast, topic) -> None:
    for number, then in ((3, 3), (2, 3), (3, 3), (5, 5), (0, 5)):
        actions.mark_read(person=cast.convener, topic=topic, number=number)
        assert TopicRead.objects.get(person=cast.convener).number == then


def test_a_space_is_read_up_to_when_it_was_shown(cast, cohort_space) -> None:
    now = timezone.now()
    steps = [
        (now - timedelta(minutes=5), True),
        (now - timedelta(minutes=5), False),
        (now - timedelta(minutes=9), False),
        (now - timedelta(minutes=1), True),
    ]
    for at, moves in steps:
        assert actions.mark_space_read(person=cast.convener, space=cohort_space, at=at) is moves
    assert SpaceRead.objects.get().all_read_at == now - timedelta(minutes=1)


def test_nothing_is_read_before_it_is_said(cast, cohort_space) -> None:
    future = timezone.now() + timedelta(days=1)
    actions.mark_space_read(person=cast.convener, space=cohort_space, at=future)
    assert SpaceRead.objects.get().all_read_at <= timezone.now()


def test_a_person_goes_and_what_they_said_stays(cast, reply, topic) -> None:
    cast.convener.delete()
    assert (fresh(reply).author, fresh(reply).text) == (None, "I bring cake.")
    assert fresh(topic).last_author is None


def test_strangers_are_told_nothing_by_accident(cast, say) -> None:
    stranger = UserFactory()
    say(cast.convener)
    assert not Notification.objects.filter(recipient=stranger).exists()
