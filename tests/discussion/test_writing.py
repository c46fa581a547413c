"""Every form: it works, twice is once, and it is refused to whom it is not for."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from discussion import actions
from discussion.models import Post, PostEdit, Topic
from members import actions as members_actions
from tests.discussion.conftest import fresh
from tests.discussion.test_space_page import soup, words

NEW = "/discussions/our-cohort/new/"
STRANGERS = ["admin", "editor", "outsider", "visitor"]


def errors(page) -> list[str]:
    """What the summary says is to be put right."""
    return [words(item) for item in soup(page).select(".p-error-summary li")]


def key_of(page) -> str:
    return soup(page).select_one("[name=client_key]")["value"]


# -- starting a topic -------------------------------------------------------------------


def test_a_topic_is_started_and_shown(cast, visit, cohort_space) -> None:
    client = visit("participant")
    key = key_of(client.get(NEW))
    sent = {"title": "  Who   brings the tea? ", "text": "I **can**.", "client_key": key}
    for _ in range(2):
        answer = client.post(NEW, sent)
        topic = Topic.objects.get()
        assert (answer.status_code, answer.headers["Location"]) == (303, topic.get_absolute_url())
    assert (topic.title, topic.posts.get().text, topic.author) == (
        "Who brings the tea?",
        "I **can**.",
        cast.participant,
    )
    assert "I <strong>can</strong>." in client.get(topic.get_absolute_url()).text


def test_the_form_says_who_will_read_it(visit, cohort_space) -> None:
    page = soup(visit("participant").get(NEW))
    assert "Only the 3 people of Cohort 2021–22, facilitators included, can see this." in words(page.main)
    assert page.main.textarea["data-draft-key"] == f"space-{cohort_space.pk}"


def test_each_form_has_a_key_of_its_own(visit, cohort_space) -> None:
    client = visit("participant")
    assert key_of(client.get(NEW)) != key_of(client.get(NEW))


@pytest.mark.parametrize(
    ("title", "text", "said"),
    [
        ("", "", ["Give your topic a title.", "Write something first."]),
        ("   ", "x", ["Give your topic a title."]),
        ("\u200b\u202e", "x", ["Give your topic a title."]),
        ("T", " \n\u200b\t", ["Write something first."]),
        ("a" * 141, "x", ["Shorten the title to 140 characters. It has 141."]),
        ("T", "\x00", ["There is a character in this text that cannot be kept. Paste it as plain text."]),
        ("\x00T", "x", ["There is a character in the title that cannot be kept."]),
        (
            "T",
            "a" * 20_001,
            ["This is longer than 20000 characters (it has 20001). Split it in two, or shorten it."],
        ),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(visit, cohort_space, title, text, said) -> None:
    client = visit("participant")
    key = key_of(client.get(NEW))
    page = client.post(NEW, {"title": title, "text": text, "client_key": key})
    assert errors(page) == said
    assert page.context["form"]["text"].value() == text
    assert page.context["form"]["title"].value() == title
    assert key_of(page) == key
    assert "Error: " in soup(page).title.text
    assert not Topic.objects.exists()


def test_a_megabyte_is_refused_and_given_back(visit, cohort_space) -> None:
    text = "word " * 200_000
    page = visit("participant").post(NEW, {"title": "T", "text": text})
    assert errors(page) == [
        "This is longer than 20000 characters (it has 999999). Split it in two, or shorten it."
    ]
    assert text in page.text


def test_marks_that_turn_the_line_are_taken_out_of_titles(visit, cohort_space) -> None:
    visit("participant").post(NEW, {"title": "\u202eabc\u2066 مرحبا 🫖", "text": "x"})
    assert Topic.objects.get().title == "abc مرحبا 🫖"


@pytest.mark.parametrize("key", ["", "x", "\x00", "0" * 500])
def test_a_key_that_is_none_is_found_fault_with_or_left_out(visit, cohort_space, key) -> None:
    page = visit("participant").post(NEW, {"title": "T", "text": "x", "client_key": key})
    assert page.status_code == (303 if key == "" else 200)
    assert Topic.objects.count() == (1 if key == "" else 0)


@pytest.mark.parametrize("name", STRANGERS)
def test_nobody_else_starts_one(visit, cohort_space, name) -> None:
    client = visit(name)
    assert client.get(NEW).status_code == 404
    assert client.post(NEW, {"title": "T", "text": "x"}).status_code == 404
    assert not Topic.objects.exists()


@pytest.mark.parametrize("slug", ["no-such-space", "posts", "a" * 300])
def test_none_is_started_where_no_space_is(visit, cohort_space, slug) -> None:
    client = visit("participant")
    for method in (client.get, client.post):
        assert method(f"/discussions/{slug}/new/", {"title": "T", "text": "x"}).status_code == 404
    assert not Topic.objects.exists()


def test_without_a_token_nothing_is_started(cast, cohort_space) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.participant, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(NEW, {"title": "T", "text": "x"}).status_code == 403
    assert not Topic.objects.exists()


# -- replying --------------------------------------------------------------------------


@pytest.fixture
def reply_url(topic: Topic) -> str:
    return f"{topic.get_absolute_url()}reply/"


def test_a_reply_is_posted_and_shown(cast, visit, topic, reply_url) -> None:
    client = visit("convener")
    key = key_of(client.get(topic.get_absolute_url()))
    for _ in range(2):
        answer = client.post(reply_url, {"text": "I *can*.", "client_key": key})
        assert answer.headers["Location"] == f"{topic.get_absolute_url()}?post=2#post-2"
        assert answer.status_code == 303
    post = topic.posts.get(number=2)
    assert (post.author, post.text, post.reply_to) == (cast.convener, "I *can*.", None)
    assert "I <em>can</em>." in client.get(answer.headers["Location"]).text


def test_a_reply_answers_a_post(cast, visit, topic, reply, reply_url) -> None:
    visit("participant").post(reply_url, {"text": "Yes.", "reply_to": reply.pk})
    assert topic.posts.get(number=3).reply_to == reply


@pytest.mark.parametrize("kind", ["removed", "other topic", "never was"])
def test_an_answer_to_what_is_not_there_is_a_reply(
    cast, visit, topic, reply, reply_url, open_space, kind
) -> None:
    other = actions.start_topic(person=cast.participant, space=open_space, title="T", text="x")
    to = {"removed": reply.pk, "other topic": other.posts.get().pk, "never was": 2**62}[kind]
    if kind == "removed":
        actions.remove_post(person=cast.convener, post=reply)
    assert visit("participant").post(reply_url, {"text": "Yes.", "reply_to": to}).status_code == 303
    assert topic.posts.get(number=3).reply_to is None


def test_an_empty_reply_is_given_back_on_the_last_page(cast, visit, topic, say, reply_url) -> None:
    for _ in range(25):
        say(cast.convener)
    page = visit("participant").post(reply_url, {"text": " \u200b "})
    assert errors(page) == ["Write your reply first."]
    assert page.context["page"] == 2
    assert topic.posts.count() == 26


@pytest.mark.parametrize("to", ["x", "-1", "0", "9" * 30, "\x00"])
def test_what_is_wrong_with_a_hidden_field_is_no_error_of_ours(visit, topic, reply_url, to) -> None:
    answer = visit("participant").post(reply_url, {"text": "Yes.", "reply_to": to})
    assert answer.status_code in (200, 303)
    assert "Yes." in answer.text or topic.posts.count() == 2


def test_a_closed_topic_refuses_and_keeps_the_text(cast, visit, topic, reply_url) -> None:
    client = visit("convener")
    client.get(topic.get_absolute_url())
    actions.close_topic(person=cast.facilitator, topic=topic)
    page = client.post(reply_url, {"text": "What I wrote for an hour."})
    assert errors(page) == ["This topic was closed. Your reply was not posted; copy it if you need it."]
    assert "What I wrote for an hour." in page.text
    assert topic.posts.count() == 1


def test_a_topic_removed_meanwhile_refuses_and_keeps_the_text(cast, visit, topic, reply_url) -> None:
    actions.remove_topic(person=cast.facilitator, topic=topic)
    page = visit("convener").post(reply_url, {"text": "What I wrote <for> an hour."})
    assert page.status_code == 410
    assert "What I wrote &lt;for&gt; an hour." in page.text
    assert topic.title not in page.text


@pytest.mark.parametrize("name", STRANGERS)
def test_nobody_else_replies_even_to_what_is_removed(cast, visit, topic, reply_url, name) -> None:
    assert visit(name).post(reply_url, {"text": "x"}).status_code == 404
    actions.remove_topic(person=cast.facilitator, topic=topic)
    assert visit(name).post(reply_url, {"text": "x"}).status_code == 404
    assert Post.objects.count() == 1


def test_who_has_left_replies_no_more(cast, visit, topic, reply_url) -> None:
    client = visit("convener")
    members_actions.leave(person=cast.convener, circle=cast.cohort.circle)
    assert client.post(reply_url, {"text": "x"}).status_code == 404


def test_a_reply_is_a_post_to_what_is_there(visit, topic, reply_url) -> None:
    assert visit("convener").get(reply_url).status_code == 405
    missing = f"/discussions/our-cohort/{topic.pk + 1}-x/reply/"
    assert visit("convener").post(missing, {"text": "x"}).status_code == 404


# -- editing --------------------------------------------------------------------------


def test_a_post_is_edited_and_shown(cast, visit, topic, reply) -> None:
    client, url = visit("convener"), f"/discussions/posts/{reply.pk}/edit/"
    assert soup(client.get(url)).main.textarea.text.strip() == "I bring cake."
    for _ in range(2):
        answer = client.post(url, {"text": "I bring bread."})
        assert (answer.status_code, answer.headers["Location"]) == (303, reply.get_absolute_url())
    assert fresh(reply).text == "I bring bread."
    assert PostEdit.objects.count() == 1


def test_the_first_post_is_edited_with_its_title(cast, visit, topic) -> None:
    client, url = visit("participant"), f"/discussions/posts/{topic.posts.get().pk}/edit/"
    answer = client.post(url, {"text": "x", "title": "Another title"})
    assert answer.headers["Location"] == f"/discussions/our-cohort/{topic.pk}-another-title/?post=1#post-1"
    assert client.get(topic.get_absolute_url()).headers["Location"] == fresh(topic).get_absolute_url()


def test_the_first_post_sent_twice_is_one_edit(cast, visit, topic) -> None:
    client, post = visit("participant"), topic.posts.get()
    answers = [
        client.post(f"/discussions/posts/{post.pk}/edit/", {"text": "x", "title": "Another"})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert (PostEdit.objects.count(), fresh(topic).title) == (1, "Another")


@pytest.mark.parametrize("pk", [0, 4711, 2**31, 2**63, 10**30])
def test_what_never_was_is_neither_edited_nor_tended(visit, topic, pk) -> None:
    client = visit("facilitator")
    before = Post.objects.values().get(), Topic.objects.values().get()
    for method in (client.get, client.post):
        assert method(f"/discussions/posts/{pk}/edit/", {"text": "x"}).status_code == 404
    for do in ("pin", "unpin", "close", "open"):
        assert client.post(f"/discussions/topics/{pk}/tend/", {"do": do}).status_code == 404
    assert (Post.objects.values().get(), Topic.objects.values().get()) == before


def test_what_was_removed_is_neither_edited_nor_tended(cast, visit, topic, reply) -> None:
    actions.remove_post(person=cast.convener, post=reply)
    edit = f"/discussions/posts/{reply.pk}/edit/"
    assert [visit("convener").get(edit).status_code, visit("convener").post(edit).status_code] == [404, 404]
    actions.remove_topic(person=cast.facilitator, topic=topic)
    assert (
        visit("facilitator").post(f"/discussions/topics/{topic.pk}/tend/", {"do": "pin"}).status_code == 404
    )
    assert (fresh(reply).text, fresh(topic).pinned) == ("I bring cake.", False)


def test_an_edit_that_cannot_be_is_given_back(cast, visit, topic) -> None:
    url = f"/discussions/posts/{topic.posts.get().pk}/edit/"
    page = visit("participant").post(url, {"text": "", "title": "a" * 200})
    assert errors(page) == [
        "Shorten the title to 140 characters. It has 200.",
        "Write something. To take your post away, remove it instead.",
    ]
    assert fresh(topic).title == "Who brings the tea?"


@pytest.mark.parametrize("name", [*STRANGERS, "facilitator", "participant"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_edits_what_another_said(visit, reply, name, method) -> None:
    answer = getattr(visit(name), method)(f"/discussions/posts/{reply.pk}/edit/", {"text": "x"})
    assert answer.status_code == 404
    assert fresh(reply).text == "I bring cake."


def test_nothing_of_a_closed_topic_is_edited(cast, visit, topic, reply) -> None:
    actions.close_topic(person=cast.facilitator, topic=topic)
    assert visit("convener").post(f"/discussions/posts/{reply.pk}/edit/", {"text": "x"}).status_code == 404


# -- removing and bringing back: what holds for both kinds ------------------------------------


@pytest.fixture
def addresses(topic: Topic, reply: Post) -> dict[str, str]:
    return {
        "remove post": f"/discussions/posts/{reply.pk}/remove/",
        "restore post": f"/discussions/posts/{reply.pk}/restore/",
        "remove topic": f"/discussions/topics/{topic.pk}/remove/",
        "restore topic": f"/discussions/topics/{topic.pk}/restore/",
        "tend": f"/discussions/topics/{topic.pk}/tend/",
    }


def test_a_post_is_removed_and_brought_back(cast, visit, topic, reply, addresses) -> None:
    client = visit("convener")
    assert "I bring cake." in client.get(addresses["remove post"]).text
    assert fresh(reply).removed_at is None
    for _ in range(2):
        answer = client.post(addresses["remove post"])
        assert answer.status_code == 303
        assert fresh(reply).removed_by == cast.convener
    assert "You can bring it back for 30 days." in client.get(topic.get_absolute_url()).text
    for _ in range(2):
        answer = client.post(addresses["restore post"])
        assert (answer.status_code, answer.headers["Location"]) == (303, reply.get_absolute_url())
        assert fresh(reply).removed_at is None


def test_a_lead_removes_and_brings_back_what_others_said(cast, visit, reply, addresses) -> None:
    client = visit("facilitator")
    assert client.get(addresses["remove post"]).status_code == 200
    client.post(addresses["remove post"])
    assert fresh(reply).removed_by == cast.facilitator
    assert visit("convener").post(addresses["restore post"]).status_code == 404
    client.post(addresses["restore post"])
    assert fresh(reply).removed_at is None


def test_a_topic_is_removed_and_brought_back(cast, visit, topic, reply, addresses) -> None:
    client = visit("facilitator")
    assert "goes, with its reply" in client.get(addresses["remove topic"]).text
    for _ in range(2):
        answer = client.post(addresses["remove topic"])
        assert (answer.status_code, answer.headers["Location"]) == (303, "/discussions/our-cohort/")
        assert fresh(topic).removed_by == cast.facilitator
    for _ in range(2):
        answer = client.post(addresses["restore topic"])
        assert (answer.status_code, answer.headers["Location"]) == (303, topic.get_absolute_url())
        assert fresh(topic).removed_at is None


@pytest.mark.parametrize("what", ["remove post", "restore post", "remove topic", "restore topic", "tend"])
@pytest.mark.parametrize("name", [*STRANGERS, "participant"])
def test_nobody_else_does_any_of_it(cast, visit, topic, reply, addresses, what, name) -> None:
    if what == "restore post":
        actions.remove_post(person=cast.facilitator, post=reply)
    if what == "restore topic":
        actions.remove_topic(person=cast.facilitator, topic=topic)
    before = Post.objects.values().get(pk=reply.pk), Topic.objects.values().get(pk=topic.pk)
    assert visit(name).post(addresses[what], {"do": "pin"}).status_code == 404
    assert (Post.objects.values().get(pk=reply.pk), Topic.objects.values().get(pk=topic.pk)) == before


@pytest.mark.parametrize("what", ["remove post", "remove topic"])
def test_the_form_that_removed_it_is_answered_again_for_thirty_days(
    cast, visit, topic, reply, addresses, what
) -> None:
    where = {"remove post": topic.get_absolute_url(), "remove topic": "/discussions/our-cohort/"}[what]
    for days in (0, 29):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            answer = visit("facilitator").post(addresses[what])
        assert answer.status_code == 303
        if days:
            assert answer.headers["Location"] == where
    # What cannot be brought back any more is not there, not even for whoever removed it.
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert visit("facilitator").post(addresses[what]).status_code == 404


@pytest.mark.parametrize("what", ["remove post", "remove topic"])
def test_for_a_visitor_nothing_is_looked_up_by_who_removed_it(visit, topic, reply, addresses, what) -> None:
    """Nobody has removed what is there: asked for what "nobody" removed, a database gives all of it."""
    with CaptureQueriesContext(connection) as seen:
        assert visit("visitor").post(addresses[what]).status_code == 404
    assert [query["sql"] for query in seen if "removed_by_id" in query["sql"].split("WHERE")[-1]] == []


def test_who_removed_it_and_left_is_told_nothing(cast, visit, topic, reply, addresses) -> None:
    actions.remove_post(person=cast.convener, post=reply)
    members_actions.leave(person=cast.convener, circle=cast.cohort.circle)
    assert visit("convener").post(addresses["remove post"]).status_code == 404


@pytest.mark.parametrize("what", ["restore post", "restore topic", "tend"])
def test_these_are_posts_alone(visit, addresses, what) -> None:
    assert visit("facilitator").get(addresses[what]).status_code == 405


@pytest.mark.parametrize("kind", ["posts", "topics"])
@pytest.mark.parametrize("pk", [0, 4711, 2**63, 10**30])
def test_what_never_was_is_neither_removed_nor_restored(visit, topic, kind, pk) -> None:
    for verb in ("remove", "restore"):
        assert visit("facilitator").post(f"/discussions/{kind}/{pk}/{verb}/").status_code == 404


# -- tending -------------------------------------------------------------------------


def test_a_lead_pins_and_closes(visit, topic, addresses) -> None:
    client = visit("facilitator")
    steps = [
        ("pin", (True, False)),
        ("close", (True, True)),
        ("unpin", (False, True)),
        ("open", (False, False)),
    ]
    for do, state in steps:
        for _ in range(2):
            answer = client.post(addresses["tend"], {"do": do})
            assert (answer.status_code, answer.headers["Location"]) == (303, topic.get_absolute_url())
            assert (fresh(topic).pinned, fresh(topic).closed) == state


@pytest.mark.parametrize("do", ["", "delete", "\x00"])
def test_what_is_not_to_be_done_is_not_done(visit, topic, addresses, do) -> None:
    assert visit("facilitator").post(addresses["tend"], {"do": do}).status_code == 404
