"""A secret word in a cohort's topic is nowhere but with the cohort: in no page, mail, count or address."""

import pytest
from django.core import mail as outbox
from django.test import Client
from django.utils import timezone

from discussion import actions
from discussion.models import Post, Topic
from members import actions as members_actions
from members.models import User
from notifications import tasks

SECRET = "xylophone"
# Where something of discussions is shown; {…} is filled in with the secret topic.
PLACES = [
    "/discussions/",
    "/discussions/our-cohort/",
    "/discussions/our-cohort/?show=new",
    "/discussions/our-cohort/new/",
    "/discussions/our-cohort/{topic}-xylophone-lessons/",
    "/discussions/our-cohort/{topic}-x/",
    "/discussions/our-cohort/{topic}-xylophone-lessons/?quote={post}",
    "/discussions/open-talk/{topic}-xylophone-lessons/",
    "/discussions/open-talk/",
    "/discussions/posts/{post}/edit/",
    "/discussions/posts/{post}/history/",
    "/discussions/posts/{post}/remove/",
    "/discussions/topics/{topic}/remove/",
    "/discussions/removed/",
    "/discussions/search/?q=xyloph",
    "/discussions/search/?q=" + SECRET,
    "/search/?q=" + SECRET,
    "/me/",
    "/me/notifications/",
    "/communities/falls-in-care-homes/",
    "/sitemap.xml",
]


@pytest.fixture
def secret(cast, pages, cohort_space, open_space) -> dict[str, int]:
    """A topic of the cohort full of the word, with a reply, an edit and something removed."""
    topic = actions.start_topic(
        person=cast.participant, space=cohort_space, title="Xylophone lessons", text=f"The {SECRET}."
    )
    reply = actions.add_post(
        person=cast.convener, topic=topic, text=f"My {SECRET} too.", reply_to=topic.posts.get()
    )
    actions.edit_post(person=cast.convener, post=reply, text=f"My own {SECRET}.")
    removed = actions.add_post(person=cast.convener, topic=topic, text=f"{SECRET}, removed")
    actions.remove_post(person=cast.convener, post=removed)
    return {"topic": topic.pk, "post": reply.pk}


def shown_to(client: Client, secret: dict[str, int]) -> list[str]:
    """The places that show the secret word, but for what the asker has typed themself."""
    found = []
    for place in PLACES:
        url = place.format(**secret)
        page = client.get(url)
        typed = page.text.lower().replace("xylophone-lessons", "").replace(f"q={SECRET}", "")
        typed = typed.replace(f"q%3d{SECRET}", "")
        typed = typed.replace(f'value="{SECRET}"', "").replace(f"“{SECRET}”", "")
        typed = typed.replace(f"<title>{SECRET}", "").replace(f"{SECRET} – search", "")
        if SECRET in typed or "our cohort" in typed:
            found.append(url)
    return found


def test_there_is_something_to_leak(visit, secret) -> None:
    assert len(shown_to(visit("convener"), secret)) >= 12


@pytest.mark.parametrize("name", ["admin", "editor", "outsider", "visitor"])
def test_nobody_else_is_shown_it_anywhere(visit, secret, name) -> None:
    assert shown_to(visit(name), secret) == []


def test_who_has_left_is_shown_it_nowhere_at_once(cast, signed_in, secret) -> None:
    client = signed_in(cast.participant)
    assert shown_to(client, secret) != []
    members_actions.leave(person=cast.participant, circle=cast.cohort.circle)
    assert shown_to(client, secret) == []


@pytest.mark.parametrize("name", ["admin", "editor", "outsider"])
def test_nobody_else_is_mailed_it(cast, secret, name) -> None:
    tasks.send_due_mails.call()
    assert len(outbox.outbox) >= 1
    assert {message.to[0] for message in outbox.outbox} <= {"participant@example.org", "convener@example.org"}


def test_who_has_left_is_not_mailed_what_waited(cast, secret) -> None:
    members_actions.leave(person=cast.participant, circle=cast.cohort.circle)
    tasks.send_due_mails.call()
    assert [message for message in outbox.outbox if "participant@example.org" in message.to] == []


@pytest.mark.parametrize("name", ["admin", "editor"])
def test_counts_tell_nothing_either(cast, visit, secret, open_space, name) -> None:
    before = visit(name).get("/discussions/").text
    topic = Topic.objects.get(pk=secret["topic"])
    actions.add_post(person=cast.convener, topic=topic, text=SECRET)
    after = visit(name).get("/discussions/").text
    without = [text.split("<main")[1].split("</main")[0] for text in (before, after)]
    assert without[0] == without[1]


def test_what_a_stranger_posts_changes_nothing(cast, visit, secret) -> None:
    before = list(Topic.objects.order_by("pk").values()), list(Post.objects.order_by("pk").values())
    sent = {"text": SECRET, "title": SECRET, "do": "pin", "at": timezone.now().timestamp()}
    for name in ("admin", "editor", "outsider", "visitor"):
        for place in PLACES:
            visit(name).post(place.format(**secret), sent)
        for verb in ("posts/{post}/restore/", "topics/{topic}/restore/", "topics/{topic}/tend/"):
            visit(name).post(f"/discussions/{verb}".format(**secret), sent)
    assert (list(Topic.objects.order_by("pk").values()), list(Post.objects.order_by("pk").values())) == before
    assert User.objects.get(pk=cast.admin.pk).unread_notifications == 0
