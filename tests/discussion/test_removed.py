"""The lists of what was removed and can be brought back, page by page."""

import pytest
from django.utils import timezone

from discussion import actions
from discussion.models import Topic
from tests.discussion.test_space_page import soup, words


def test_what_can_be_brought_back_is_listed(cast, visit, topic, reply, cohort_space) -> None:
    url = "/discussions/removed/"
    assert "Nothing has been removed" in visit("convener").get(url).text
    actions.remove_post(person=cast.convener, post=reply)
    other = actions.start_topic(person=cast.participant, space=cohort_space, title="Another", text="x")
    actions.remove_topic(person=cast.participant, topic=other)
    listed = {
        name: [words(title) for title in soup(visit(name).get(url)).select(".p-topic-row__title")]
        for name in ("facilitator", "convener", "participant", "admin")
    }
    assert listed == {
        "facilitator": ["Another", "#2 in Who brings the tea?"],
        "convener": ["#2 in Who brings the tea?"],
        "participant": ["Another"],
        "admin": [],
    }
    assert "by you" in visit("convener").get(url).text
    assert "by Convener Demo" in visit("facilitator").get(url).text
    assert visit("visitor").get(url).headers["Location"] == f"/accounts/login/?next={url}"


REMOVED = "/discussions/removed/"


def remove_some(cast, topic: Topic, number: int) -> None:
    """So many topics and so many posts, one after another: T0 and #2 first."""
    for index in range(number):
        made = actions.start_topic(person=cast.convener, space=topic.space, title=f"T{index}", text="x")
        actions.remove_topic(person=cast.convener, topic=made)
        post = actions.add_post(person=cast.convener, topic=topic, text="x")
        actions.remove_post(person=cast.convener, post=post)


def listed_under(page, heading: str) -> list[str]:
    """What one of the two lists shows, in a word each: "T4", "#6"."""
    return [words(title).split()[0] for title in soup(page).select(f"[aria-labelledby={heading}] h3")]


def turn(page, heading: str, to: str) -> str:
    """The address that the list's link to another page leads to, as a browser asks for it."""
    [link] = [
        link for link in soup(page).select(f"[aria-labelledby={heading}] nav a") if to in link.get_text()
    ]
    return REMOVED + link["href"].split("#")[0]


def test_all_that_can_be_brought_back_is_listed_page_by_page(cast, visit, topic) -> None:
    remove_some(cast, topic, 65)
    client = visit("facilitator")
    page, topics, posts = client.get(REMOVED), [], []
    pages = [page]
    for _ in range(2):
        page = client.get(turn(page, "topics", "Removed earlier"))
        pages.append(page)
    topics = [title for one in pages for title in listed_under(one, "topics")]
    assert topics == [f"T{index}" for index in range(64, -1, -1)]
    # The other list has stayed where it was; it turns by itself.
    assert [listed_under(one, "posts") for one in pages] == [listed_under(pages[0], "posts")] * 3
    for _ in range(2):
        page = client.get(turn(page, "posts", "Removed earlier"))
        pages.append(page)
    posts = [title for one in (pages[0], *pages[3:]) for title in listed_under(one, "posts")]
    assert posts == [f"#{number}" for number in range(66, 1, -1)]
    assert listed_under(pages[-1], "topics") == listed_under(pages[2], "topics")
    back = client.get(turn(page, "posts", "Removed later"))
    assert listed_under(back, "posts") == listed_under(pages[-2], "posts")
    assert [link for link in soup(pages[0]).select("nav a") if "Removed later" in link.text] == []


def test_what_was_removed_at_the_same_moment_is_neither_left_out_nor_shown_twice(cast, visit, topic) -> None:
    remove_some(cast, topic, 35)
    moment = timezone.now()
    Topic.objects.filter(removed_at__isnull=False).update(removed_at=moment)
    client = visit("facilitator")
    first = client.get(REMOVED)
    second = client.get(turn(first, "topics", "Removed earlier"))
    shown = [*listed_under(first, "topics"), *listed_under(second, "topics")]
    assert shown == [f"T{index}" for index in range(34, -1, -1)]


def test_what_ends_a_page_can_be_brought_back_and_the_next_page_stays(cast, visit, topic) -> None:
    remove_some(cast, topic, 31)
    client = visit("facilitator")
    onwards = turn(client.get(REMOVED), "topics", "Removed earlier")
    actions.restore_topic(person=cast.convener, topic=Topic.objects.get(title="T1"))
    assert listed_under(client.get(onwards), "topics") == ["T0"]


@pytest.mark.parametrize("name", ["topics", "posts"])
@pytest.mark.parametrize("cursor", ["x", "%00", "ww==", "a" * 600, "WyJuIiwiMSIsMV0"])
def test_a_page_of_removed_things_that_we_never_named(visit, topic, name, cursor) -> None:
    assert visit("participant").get(f"{REMOVED}?{name}={cursor}").status_code == 404


def test_a_page_of_removed_things_shows_strangers_nothing(cast, visit, topic) -> None:
    remove_some(cast, topic, 31)
    onwards = turn(visit("facilitator").get(REMOVED), "topics", "Removed earlier")
    for name in ("participant", "admin", "editor", "outsider"):
        assert listed_under(visit(name).get(onwards), "topics") == []
    assert visit("visitor").get(onwards).status_code == 302


@pytest.mark.parametrize("number", [1, 35])
def test_queries_of_what_can_be_brought_back(cast, visit, topic, number, django_assert_num_queries) -> None:
    remove_some(cast, topic, number)
    client = visit("facilitator")
    client.get(REMOVED)
    with django_assert_num_queries(5):  # session, person, circles; topics, posts
        page = client.get(REMOVED)
    assert [len(listed_under(page, kind)) for kind in ("topics", "posts")] == [min(number, 30)] * 2
    if number == 35:
        onwards = turn(page, "posts", "Removed earlier")
        with django_assert_num_queries(5):
            client.get(onwards)
