"""Finding topics by what was said in them."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from wagtail.search.index import insert_or_update_object

from discussion import actions
from discussion.models import Post, Topic
from discussion.search import find, hits
from kit.registry import searches
from kit.search import ranked
from members.models import User
from tests.discussion.test_space_page import soup, words

URL = "/discussions/search/"


def titles(person: User | AnonymousUser, text: str, limit: int = 10) -> list[str]:
    return [item.title for item in find(person, text, limit)]


@pytest.mark.postgres
def test_by_the_title_and_by_what_was_said(cast, topic, reply) -> None:
    assert titles(cast.participant, "tea") == ["Who brings the tea?"]
    assert titles(cast.participant, "cake") == ["Who brings the tea?"]
    assert titles(cast.participant, "coffee") == []


@pytest.mark.postgres
def test_what_its_first_post_says_of_it_is_shown(cast, cohort_space, topic) -> None:
    actions.start_topic(
        person=cast.convener, space=cohort_space, title="Cups", text="Enough for tea and more."
    )
    found = {item.title: item.excerpt for item in find(cast.participant, "tea", 10)}
    assert found == {"Who brings the tea?": "", "Cups": "Enough for tea and more."}


@pytest.mark.postgres
def test_a_topic_is_found_once(cast, topic, say) -> None:
    say(cast.convener, "Tea, tea and again tea.")
    assert titles(cast.participant, "tea") == ["Who brings the tea?"]


@pytest.mark.postgres
def test_the_title_comes_first(cast, cohort_space, topic) -> None:
    other = actions.start_topic(person=cast.participant, space=cohort_space, title="Other", text="x")
    actions.add_post(person=cast.convener, topic=other, text="tea")
    assert titles(cast.participant, "tea") == ["Who brings the tea?", "Other"]
    assert titles(cast.participant, "tea", limit=1) == ["Who brings the tea?"]


@pytest.mark.postgres
def test_what_was_said_leads_to_where_it_was_said(cast, topic, say) -> None:
    for _ in range(24):
        say(cast.convener)
    post = say(cast.convener, "The marmalade of my grandmother " * 30)
    [found] = find(cast.participant, "marmalade", 5)
    assert found.url == post.get_absolute_url() == f"{topic.get_absolute_url()}?post=26#post-26"
    assert found.excerpt[:13] == "The marmalade"
    assert len(found.excerpt) <= 210


@pytest.mark.postgres
def test_the_excerpt_is_around_the_word(cast, say) -> None:
    say(cast.convener, "before " * 60 + "**marmalade** " + "after " * 60)
    [found] = find(cast.participant, "marmalade", 5)
    assert found.excerpt.startswith("… before")
    assert "before marmalade after" in found.excerpt
    assert found.excerpt.endswith(" …")


@pytest.mark.postgres
@pytest.mark.parametrize(
    "name", ["admin", "editor", "facilitator", "convener", "participant", "outsider", "visitor"]
)
def test_only_what_one_may_read_is_found(cast, topic, reply, name) -> None:
    person = AnonymousUser() if name == "visitor" else getattr(cast, name)
    mine = name in ("facilitator", "convener", "participant")
    assert titles(person, "tea") == (["Who brings the tea?"] if mine else [])
    assert titles(person, "cake") == (["Who brings the tea?"] if mine else [])


@pytest.mark.postgres
def test_what_is_removed_is_not_found(cast, topic, reply) -> None:
    actions.remove_post(person=cast.convener, post=reply)
    assert titles(cast.facilitator, "cake") == []
    actions.restore_post(person=cast.convener, post=reply)
    assert titles(cast.facilitator, "cake") == ["Who brings the tea?"]
    actions.remove_topic(person=cast.facilitator, topic=topic)
    assert [titles(cast.facilitator, text) for text in ("tea", "cake")] == [[], []]
    actions.restore_topic(person=cast.facilitator, topic=topic)
    assert titles(cast.participant, "cake") == ["Who brings the tea?"]


@pytest.fixture
def worker(django_capture_on_commit_callbacks) -> Callable[..., None]:
    """Do something, commit it, and let the worker do what was asked of it: ``worker(action, post=…)``."""

    def do(action: Callable[..., object], **given: object) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            action(**given)

    return do


@pytest.fixture
def first(topic, worker) -> Post:
    """The first post of the topic, which the index knows the topic by."""
    post = topic.posts.get(number=1)
    actions.edit_post(person=topic.author, post=post, text="I have the **saucers**.")
    insert_or_update_object(topic)
    return post


def by_itself(person: User, text: str) -> list[str]:
    """Titles of the topics that are found without their posts being looked at."""
    return [topic.title for topic in ranked(Topic.objects.visible_to(person).defer("circle_id"), text)]


@pytest.mark.postgres
def test_a_topic_is_not_found_by_a_first_post_that_was_removed(cast, topic, reply, first, worker) -> None:
    assert by_itself(cast.participant, "saucers") == ["Who brings the tea?"]
    worker(actions.remove_post, person=cast.participant, post=first)
    for name in ("facilitator", "convener", "participant"):
        assert by_itself(getattr(cast, name), "saucers") == titles(getattr(cast, name), "saucers") == []
    assert titles(cast.convener, "tea") == titles(cast.convener, "cake") == ["Who brings the tea?"]
    worker(actions.restore_post, person=cast.participant, post=first)
    assert by_itself(cast.convener, "saucers") == titles(cast.convener, "saucers") == ["Who brings the tea?"]


@pytest.mark.postgres
def test_a_topic_is_not_found_by_what_its_first_post_said_before(cast, topic, first, worker) -> None:
    worker(actions.edit_post, person=cast.participant, post=first, text="I have the **spoons**.")
    assert (by_itself(cast.convener, "saucers"), titles(cast.convener, "saucers")) == ([], [])
    assert by_itself(cast.convener, "spoons") == titles(cast.convener, "spoons") == ["Who brings the tea?"]


@pytest.mark.parametrize("number", [1, 2])
def test_the_topic_is_indexed_again_for_its_first_post_alone(
    cast, topic, reply, number, django_capture_on_commit_callbacks
) -> None:
    post = topic.posts.get(number=number)
    for action, more in (
        (actions.edit_post, {"text": "x"}),
        (actions.remove_post, {}),
        (actions.restore_post, {}),
    ):
        with django_capture_on_commit_callbacks() as later:
            action(person=post.author, post=post, **more)
        assert len(later) == (1 if number == 1 else 0), action


@pytest.mark.postgres
def test_what_was_edited_is_found_as_it_is_now(cast, topic, reply, first, worker) -> None:
    actions.edit_post(person=cast.convener, post=reply, text="I bring bread.")
    worker(
        actions.edit_post,
        person=cast.participant,
        post=first,
        text="Never mind.",
        title="Who brings the juice?",
    )
    assert titles(cast.participant, "cake") == titles(cast.participant, "tea") == []
    assert titles(cast.participant, "bread") == titles(cast.participant, "juice") == ["Who brings the juice?"]


@pytest.mark.postgres
@pytest.mark.parametrize(
    "text", ["", "   ", "?!", "\x00", '"', "tea OR x", "tea NEAR cake", "NEAR(", "a" * 500]
)
def test_operators_and_nothing_are_no_harm(cast, topic, text) -> None:
    assert titles(cast.participant, text) == []


def test_in_the_search_over_everything(cast, topic, reply, django_assert_num_queries) -> None:
    search = searches.get("topics")
    assert (search.label, search.more_url, search.queries) == ("Topics", "/discussions/search/?q=", 2)
    assert search.find is hits
    [hit] = hits(cast.participant, "cake", 5)
    assert (hit.title, hit.url) == (topic.title, reply.get_absolute_url())
    assert hit.meta.startswith("Our cohort · Convener Demo, ")


@pytest.mark.parametrize("number", [1, 30])
def test_queries_of_finding(cast, cohort_space, number, django_assert_num_queries) -> None:
    for index in range(number):
        made = actions.start_topic(person=cast.convener, space=cohort_space, title=f"Tea {index}", text="x")
        actions.add_post(person=cast.convener, topic=made, text="tea")
    cast.participant.circle_ids  # noqa: B018 - looked up once a request
    with django_assert_num_queries(2):
        assert len(find(cast.participant, "tea", 50)) == number


def test_the_page_says_what_it_found(visit, topic, reply) -> None:
    page = soup(visit("participant").get(URL, {"q": "cake"}))
    assert words(page.select_one("#found")) == "1 topic for “cake”"
    assert words(page.select_one(".p-result")) == (
        f"Our cohort Who brings the tea? I bring cake . Convener Demo, Today, {_clock(reply)}"
    )
    assert page.select_one("#topic-search")["value"] == "cake"


def _clock(post: Post) -> str:
    from kit.times import moment_of

    return moment_of(post.created_at).removeprefix("Today, ")


def test_the_page_says_that_it_found_nothing(visit, topic) -> None:
    page = visit("participant").get(URL, {"q": "<b>coffee</b>"})
    assert "Nothing found" in page.text
    assert "<b>coffee" not in page.text
    assert soup(visit("participant").get(URL)).select("#found") == []


def test_the_page_is_for_members(visit, topic) -> None:
    assert visit("visitor").get(URL, {"q": "tea"}).headers["Location"].startswith("/accounts/login/?next=")
    assert "Nothing found" in visit("admin").get(URL, {"q": "tea"}).text
    assert visit("participant").post(URL, {"q": "tea"}).status_code == 405


def test_more_than_a_page_is_said(cast, visit, cohort_space) -> None:
    for index in range(31):
        actions.start_topic(person=cast.convener, space=cohort_space, title=f"Tea {index}", text="x")
    page = soup(visit("participant").get(URL, {"q": "tea"}))
    assert words(page.select_one("#found")) == "The first 30 topics for “tea”"
    assert len(page.select(".p-result")) == 30
