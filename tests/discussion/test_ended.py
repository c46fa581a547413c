"""A group that has ended is read as before, and takes nothing more."""

import uuid
from collections.abc import Callable

import pytest
from django.utils import timezone

from discussion import actions
from discussion.errors import GroupEnded, NotTheirs, TopicClosed
from discussion.models import Post, PostEdit, Space, Topic
from discussion.panels import draw_community
from members.models import Circle, User
from tests.discussion.conftest import fresh
from tests.discussion.test_space_page import soup, words
from tests.discussion.test_writing import errors

SPACE, NEW = "/discussions/our-cohort/", "/discussions/our-cohort/new/"
WHY = "This group has ended. You can still read what was said."


@pytest.fixture
def end(cast) -> Callable[[], None]:
    """End the cohort's group, as whoever keeps groups does."""

    def now() -> None:
        Circle.objects.filter(pk=cast.cohort.circle_id).update(ended_at=timezone.now())

    return now


def said() -> tuple[list[dict], list[dict], list[dict]]:
    """All that people have said, as the database has it."""
    return tuple(list(model.objects.order_by("pk").values()) for model in (Topic, Post, PostEdit))


# -- the rules ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["admin", "editor", "facilitator", "convener", "participant", "outsider"])
def test_who_could_write_can_only_read(cast, cohort_space, topic, reply, end, name) -> None:
    person = getattr(cast, name)
    mine = name in ("facilitator", "convener", "participant")
    own = name == "convener"

    def may() -> list[bool]:
        space, about, post = fresh(cohort_space), fresh(topic), fresh(reply)
        reads = [thing.can_see(person) for thing in (space, about, post)]
        return [*reads, space.can_start_topic(person), about.can_reply(person), post.can_edit(person)]

    assert may() == [mine, mine, mine, mine, mine, own]
    end()
    assert may() == [mine, mine, mine, False, False, False]


def test_a_closed_topic_of_a_group_that_goes_on_is_not_ended(cast, topic, cohort_space) -> None:
    actions.close_topic(person=cast.facilitator, topic=topic)
    assert (fresh(topic).can_reply(cast.convener), cohort_space.can_start_topic(cast.convener)) == (
        False,
        True,
    )


# -- the actions ------------------------------------------------------------------------


def test_no_topic_is_started_no_reply_added_and_nothing_edited(cast, cohort_space, topic, reply, end) -> None:
    end()
    before = said()
    with pytest.raises(GroupEnded):
        actions.start_topic(person=cast.facilitator, space=cohort_space, title="T", text="x")
    with pytest.raises(GroupEnded):
        actions.add_post(person=cast.participant, topic=topic, text="x")
    with pytest.raises(NotTheirs):
        actions.edit_post(person=cast.convener, post=reply, text="x")
    assert said() == before


def test_of_both_reasons_the_nearer_one_is_given(cast, topic, end) -> None:
    actions.close_topic(person=cast.facilitator, topic=topic)
    end()
    with pytest.raises(TopicClosed):
        actions.add_post(person=cast.participant, topic=topic, text="x")


@pytest.mark.parametrize("name", ["admin", "outsider"])
def test_strangers_are_strangers_and_not_told_that_it_ended(cast, cohort_space, topic, end, name) -> None:
    end()
    for action, given in (
        (actions.start_topic, {"space": cohort_space, "title": "T"}),
        (actions.add_post, {"topic": topic}),
    ):
        with pytest.raises(NotTheirs):
            action(person=getattr(cast, name), text="x", **given)


def test_what_was_sent_before_it_ended_is_still_the_same(cast, cohort_space, topic, say, end) -> None:
    keys = uuid.uuid4(), uuid.uuid4()
    made = actions.start_topic(
        person=cast.convener, space=cohort_space, title="T", text="x", client_key=keys[0]
    )
    post = say(cast.convener, client_key=keys[1])
    end()
    again = actions.start_topic(
        person=cast.convener, space=cohort_space, title="T", text="x", client_key=keys[0]
    )
    assert (again, say(cast.convener, client_key=keys[1])) == (made, post)


def test_one_may_still_take_away_and_bring_back_what_one_said(cast, reply, end) -> None:
    end()
    assert actions.remove_post(person=cast.convener, post=reply) is True
    assert actions.restore_post(person=cast.convener, post=reply) is True


def test_groups_beside_it_go_on(cast, open_space, end) -> None:
    end()
    topic = actions.start_topic(person=cast.participant, space=open_space, title="T", text="x")
    assert actions.add_post(person=cast.convener, topic=topic, text="y").number == 2


def test_a_group_that_goes_on_again_takes_topics_again(cast, cohort_space, end) -> None:
    end()
    Circle.objects.update(ended_at=None)
    actions.start_topic(person=cast.participant, space=cohort_space, title="T", text="x")
    assert Topic.objects.count() == 1


# -- the pages --------------------------------------------------------------------------


def test_its_topics_are_read_and_there_is_no_place_to_write(visit, topic, reply, end) -> None:
    end()
    for name in ("facilitator", "convener", "participant"):
        page = visit(name).get(topic.get_absolute_url())
        assert "I bring cake." in page.text
        assert words(soup(page).select_one("#reply")) == WHY
        assert "This topic is closed" not in page.text
        assert (soup(page).main.textarea, soup(page).select("a[href*=quote]")) == (None, [])
        assert f"/discussions/posts/{reply.pk}/edit/" not in page.text


def test_its_space_is_read_and_offers_no_new_topic(visit, topic, end) -> None:
    assert f'href="{NEW}"' in visit("convener").get(SPACE).text
    assert WHY not in visit("convener").get(SPACE).text
    end()
    page = visit("convener").get(SPACE)
    assert (words(soup(page).select_one("#ended")), f'href="{NEW}"' in page.text) == (WHY, False)
    assert "Who brings the tea?" in page.text
    Topic.objects.all().delete()
    empty = visit("convener").get(SPACE)
    assert "Nobody has said anything here." in empty.text
    assert "way to begin" not in empty.text


def test_the_form_for_a_topic_says_why_there_is_none(visit, cohort_space, end) -> None:
    end()
    page = visit("participant").get(NEW)
    assert (words(soup(page).select_one("#ended")), soup(page).main.select("form, textarea")) == (WHY, [])
    for name in ("admin", "outsider", "visitor"):
        assert visit(name).get(NEW).status_code == 404


def test_who_was_writing_a_topic_keeps_it(visit, cohort_space, end) -> None:
    client = visit("participant")
    client.get(NEW)
    end()
    for _ in range(2):
        page = client.post(NEW, {"title": "My title", "text": "What I wrote for an hour."})
        assert errors(page) == ["This group has ended. Your topic was not posted; copy it if you need it."]
        main = soup(page).main
        assert main.textarea.text.strip() == "What I wrote for an hour."
        assert main.select_one("[name=title]")["value"] == "My title"
        assert main.select("button[type=submit]") == []
    assert not Topic.objects.exists()


def test_who_was_writing_a_reply_keeps_it(visit, topic, end) -> None:
    client = visit("convener")
    client.get(topic.get_absolute_url())
    end()
    for _ in range(2):
        page = client.post(f"{topic.get_absolute_url()}reply/", {"text": "What I wrote for an hour."})
        assert errors(page) == ["This group has ended. Your reply was not posted; copy it if you need it."]
        assert soup(page).main.textarea.text.strip() == "What I wrote for an hour."
    assert topic.posts.count() == 1


def test_a_post_is_not_edited_there(visit, reply, end) -> None:
    end()
    url = f"/discussions/posts/{reply.pk}/edit/"
    assert [visit("convener").get(url).status_code, visit("convener").post(url).status_code] == [404, 404]


def test_its_panel_on_a_page_offers_no_topic(cast, rf, community_space) -> None:
    request = rf.get("/")
    request.user = User.objects.get(pk=cast.convener.pk)
    assert "Start a topic" in draw_community(cast.community, request)
    Circle.objects.filter(pk=cast.community.circle_id).update(ended_at=timezone.now())
    html = draw_community(cast.community, request)
    assert ("Nobody has said anything here yet." in html, "Start a topic" in html) == (True, False)


def test_a_community_that_its_convener_ends_takes_no_more(cast, visit, community_space) -> None:
    from community_directory.actions import end_community

    topic = actions.start_topic(person=cast.convener, space=community_space, title="Slippers", text="x")
    end_community(community=cast.community, person=cast.convener)
    page = visit("convener").get(topic.get_absolute_url())
    assert words(soup(page).select_one("#reply")) == WHY
    with pytest.raises(GroupEnded):
        actions.add_post(person=cast.convener, topic=topic, text="y")


@pytest.mark.parametrize("ended", [False, True])
@pytest.mark.parametrize("number", [1, 30])
def test_queries_are_as_many_as_before(
    cast, visit, cohort_space, topic, say, end, ended, number, django_assert_num_queries
) -> None:
    for index in range(number):
        say(cast.convener)
        actions.start_topic(person=cast.convener, space=cohort_space, title=f"T{index}", text="x")
    if ended:
        end()
    client, counts = visit("convener"), {topic.get_absolute_url(): 6, SPACE: 8, NEW: 4}
    for url in counts:
        client.get(f"{url}?post=99")
        client.get(url)
    for url, queries in counts.items():
        with django_assert_num_queries(queries):
            client.get(url)


def test_an_action_looks_at_the_group_without_asking_once_more(
    cast, cohort_space, topic, end, django_assert_num_queries
) -> None:
    end()
    cast.convener.circle_ids  # noqa: B018 - looked up once a request
    # The topic or the space with its circle; a savepoint, gone back to and released.
    with django_assert_num_queries(4), pytest.raises(GroupEnded):
        actions.add_post(person=cast.convener, topic=topic, text="x")
    with django_assert_num_queries(4), pytest.raises(GroupEnded):
        actions.start_topic(person=cast.convener, space=Space(pk=cohort_space.pk), title="T", text="x")
