"""A reply as a notification and as a mail."""

import pytest
from django.core import mail as outbox
from django.utils import timezone

from discussion import actions
from discussion.news import targets
from kit.registry import verbs
from members import actions as members_actions
from members.models import User
from notifications import tasks
from notifications.models import Mail, MailState, Notification

LIST = "/me/notifications/"


@pytest.fixture
def answer(cast, reply, say):
    """The facilitator answers the convener in the participant's topic."""
    return say(cast.facilitator, "I bring **both**.", reply_to=reply)


def test_each_is_told_in_their_own_words(cast, visit, topic, reply, answer) -> None:
    told = {
        name: [item.sentence for item in visit(name).get(LIST).context["news"]]
        for name in ("participant", "convener", "facilitator")
    }
    assert told == {
        "participant": [
            "Facilitator Demo replied to your topic “Who brings the tea?”",
            "Convener Demo replied to your topic “Who brings the tea?”",
        ],
        "convener": ["Facilitator Demo answered you in “Who brings the tea?”"],
        "facilitator": [],
    }


def test_it_leads_to_the_post_and_shows_its_beginning(cast, visit, answer) -> None:
    [news] = visit("convener").get(LIST).context["news"]
    assert (news.url, news.excerpt) == (answer.get_absolute_url(), "I bring both.")
    answered = visit("convener").post(f"{LIST}{news.pk}/open/")
    assert answered.headers["Location"] == answer.get_absolute_url()


def test_it_is_mailed_to_both(cast, topic, reply, django_capture_on_commit_callbacks) -> None:
    Mail.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        actions.add_post(person=cast.facilitator, topic=topic, text="I bring **both**.", reply_to=reply)
    assert sorted((message.to[0], message.subject) for message in outbox.outbox) == [
        ("convener@example.org", "Facilitator Demo answered you in “Who brings the tea?”"),
        ("participant@example.org", "Facilitator Demo replied to your topic “Who brings the tea?”"),
    ]
    assert "I bring both." in outbox.outbox[0].body
    assert f"http://testserver{topic.get_absolute_url()}?post=3#post-3" in outbox.outbox[0].body


def test_what_was_removed_before_it_went_is_not_mailed(cast, reply) -> None:
    actions.remove_post(person=cast.convener, post=reply)
    tasks.send_due_mails.call()
    assert (outbox.outbox, Mail.objects.get().state) == ([], MailState.DROPPED)


def test_of_a_removed_topic_nothing_is_mailed_or_shown(cast, visit, topic, reply) -> None:
    actions.remove_topic(person=cast.facilitator, topic=topic)
    tasks.send_due_mails.call()
    assert (outbox.outbox, Mail.objects.get().state) == ([], MailState.DROPPED)
    assert visit("participant").get(LIST).context["news"] == []


def test_who_has_left_gets_neither(cast, visit, reply) -> None:
    members_actions.leave(person=cast.participant, circle=cast.cohort.circle)
    tasks.send_due_mails.call()
    assert (outbox.outbox, Mail.objects.get().state) == ([], MailState.DROPPED)
    page = visit("participant").get(LIST)
    assert page.context["news"] == []
    assert "tea" not in page.text


@pytest.mark.parametrize("key", [actions.REPLIED, actions.ANSWERED])
def test_both_verbs_are_mailed_and_ask_who_may_read(cast, topic, reply, key) -> None:
    verb = verbs.get(key)
    assert (verb.mailed, verb.targets) == (True, targets)
    assert targets([reply.pk, 4711], cast.facilitator) == {reply.pk: reply}
    for name in ("admin", "editor", "outsider"):
        assert targets([reply.pk], getattr(cast, name)) == {}


@pytest.mark.parametrize("number", [1, 30])
def test_queries_of_the_list(cast, visit, say, reply, number, django_assert_num_queries) -> None:
    for _ in range(number):
        say(cast.facilitator, "x", reply_to=reply)
    client = visit("convener")
    client.get(LIST)
    with django_assert_num_queries(5):  # session, person, notifications, circles, posts
        page = client.get(LIST)
    assert len(page.context["news"]) == number


def test_both_verbs_in_one_list_are_asked_once_each(cast, visit, topic, say, reply, open_space) -> None:
    mine = actions.start_topic(person=cast.convener, space=open_space, title="Mine", text="x")
    actions.add_post(person=cast.participant, topic=mine, text="y")
    say(cast.facilitator, "x", reply_to=reply)
    sentences = [item.sentence for item in visit("convener").get(LIST).context["news"]]
    assert sentences == [
        "Facilitator Demo answered you in “Who brings the tea?”",
        "Participant Demo replied to your topic “Mine”",
    ]


def test_the_bell_counts_and_reading_the_list_does_not(cast, visit, reply, answer) -> None:
    assert User.objects.get(pk=cast.participant.pk).unread_notifications == 2
    visit("participant").get(LIST)
    assert User.objects.get(pk=cast.participant.pk).unread_notifications == 2
    assert Notification.objects.filter(created_at__lte=timezone.now()).count() == 3
