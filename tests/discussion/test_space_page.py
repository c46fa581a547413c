"""The list of spaces, and the topics of one."""

import base64
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup, Tag
from django.test import Client
from django.utils import timezone

from discussion import actions, asked
from discussion.models import Space, SpaceRead, Topic
from members import actions as members_actions
from members.enums import CircleKind, Role
from members.models import Circle, User
from tests.factories import CircleFactory, SpaceFactory, UserFactory

INDEX = "/discussions/"
SPACE = "/discussions/our-cohort/"


def soup(page) -> BeautifulSoup:
    assert page.status_code == 200, page
    return BeautifulSoup(page.content, "html.parser")


def words(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def rows(page) -> list[str]:
    return [words(row.find(re.compile("^h[23]$"))) for row in soup(page).select(".p-topic-row")]


def topics(cast, space: Space, number: int) -> list[Topic]:
    """Topics, each said something in a minute after the one before."""
    started = timezone.now()
    made = []
    for index in range(number):
        with time_machine.travel(started + timedelta(minutes=index), tick=False):
            made.append(actions.start_topic(person=cast.convener, space=space, title=f"T{index}", text="x"))
    return made


# -- the list of spaces ---------------------------------------------------------


def test_each_sees_the_spaces_of_their_circles_under_known_names(
    visit, open_space, cohort_space, community_space
) -> None:
    page = soup(visit("convener").get(INDEX))
    assert [words(title) for title in page.select("h2.p-section__title")] == [
        "The network",
        "Your cohort",
        "Your communities",
    ]
    assert rows(visit("convener").get(INDEX)) == ["Open talk", "Our cohort", "Falls"]
    assert rows(visit("participant").get(INDEX)) == ["Open talk", "Our cohort"]
    assert rows(visit("admin").get(INDEX)) == ["Open talk"]


def test_groups_come_last(cast, visit, open_space) -> None:
    group = CircleFactory(kind=CircleKind.GROUP, parent=cast.cohort.circle, name="Thursday pair")
    members_actions.join(person=cast.participant, circle=group)
    SpaceFactory(circle=group, name="Two of us")
    assert rows(visit("participant").get(INDEX)) == ["Open talk", "Two of us"]


def test_it_says_who_can_see_each(cast, visit, open_space, cohort_space, community_space) -> None:
    text = words(soup(visit("convener").get(INDEX)).main)
    assert "Only the 5 people of the network can see this." in text
    assert "Only the 3 people of Cohort 2021–22, facilitators included, can see this." in text
    assert "Only the 1 person of Falls in care homes, conveners included, can see this." in text


def test_it_says_what_is_new_and_what_was_said_last(cast, visit, topic, open_space) -> None:
    page = soup(visit("convener").get(INDEX))
    [row] = [row for row in page.select(".p-topic-row") if row.h3 and "Our cohort" in row.h3.text]
    assert words(row.h3) == "Our cohort 1 new"
    assert "p-topic-row--unread" in row["class"]
    assert "1 topic" in words(row)
    assert rows(visit("convener").get(INDEX))[-1] == "New: Who brings the tea?"
    assert rows(visit("participant").get(INDEX))[-1] == "Who brings the tea?"


def test_more_than_99_are_not_counted_out(cast, visit, cohort_space) -> None:
    Topic.objects.bulk_create(
        Topic(
            space=cohort_space,
            circle=cohort_space.circle,
            author=cast.convener,
            title="T",
            slug="t",
            last_number=1,
        )
        for _ in range(101)
    )
    from discussion.models import Post

    Post.objects.bulk_create(
        Post(topic=topic, circle=topic.circle, author=cast.convener, number=1, text="x")
        for topic in Topic.objects.all()
    )
    assert rows(visit("participant").get(INDEX))[0] == "Our cohort 99+ new"


def test_visitors_are_asked_to_sign_in_and_told_no_names(visit, topic, open_space, cohort_space) -> None:
    page = visit("visitor").get(INDEX)
    assert "Sign in to read and write" in page.text
    assert 'href="/accounts/login/?next=/discussions/"' in page.text
    assert [name for name in ("Open talk", "Our cohort", topic.title, "csrf") if name in page.text] == []
    assert page.headers["Cache-Control"] == "max-age=0, must-revalidate"


def test_who_is_in_no_circle_is_shown_the_way_in(visit, open_space) -> None:
    page = visit("outsider").get(INDEX)
    assert "No discussions yet" in page.text
    assert "Open talk" not in page.text
    assert page.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("number", [1, 30])
def test_queries_of_the_list_of_spaces(cast, visit, network, number, django_assert_num_queries) -> None:
    for index in range(number):
        space = SpaceFactory(circle=network, name=f"Space {index}")
        actions.start_topic(person=cast.convener, space=space, title=f"T{index}", text="x")
    client = visit("participant")
    client.get(INDEX)
    with django_assert_num_queries(6):  # session, person, circles; spaces, what is new, the latest
        page = client.get(INDEX)
    assert len(rows(page)) == number + min(number, asked.LATEST_AT_MOST)


# -- the topics of a space ---------------------------------------------------------


def test_it_is_for_the_people_of_its_circle(cast, visit, topic, cohort_space) -> None:
    answers = {
        name: visit(name).get(SPACE).status_code
        for name in ("facilitator", "convener", "participant", "admin", "editor", "outsider", "visitor")
    }
    assert answers == {
        "facilitator": 200,
        "convener": 200,
        "participant": 200,
        "admin": 404,
        "editor": 404,
        "outsider": 404,
        "visitor": 404,
    }


def test_a_stranger_gets_what_they_get_for_what_never_was(visit, cohort_space) -> None:
    there, nowhere = visit("admin").get(SPACE), visit("admin").get("/discussions/no-such-space/")
    assert there.status_code == nowhere.status_code == 404
    without_address = [re.sub(r"our-cohort|no-such-space", "", page.text) for page in (there, nowhere)]
    token = r'csrfmiddlewaretoken" value="[^"]+"'
    assert re.sub(token, "", without_address[0]) == re.sub(token, "", without_address[1])


def test_who_has_left_sees_nothing_at_once(cast, signed_in, topic) -> None:
    client = signed_in(cast.convener)
    assert client.get(SPACE).status_code == 200
    members_actions.leave(person=cast.convener, circle=cast.cohort.circle)
    assert client.get(SPACE).status_code == 404
    assert rows(client.get(INDEX)) == []


def test_what_was_said_last_comes_first_and_pinned_before(cast, visit, cohort_space) -> None:
    first, second, _ = topics(cast, cohort_space, 3)
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        actions.add_post(person=cast.convener, topic=second, text="y")
    actions.pin_topic(person=cast.facilitator, topic=first)
    page = visit("convener").get(SPACE)
    assert rows(page) == ["T0", "T1", "T2"]
    assert soup(page).select_one(".p-topic-row svg")["aria-label"] == "Pinned"


def test_a_row_says_who_how_many_and_when(cast, visit, topic, reply) -> None:
    moment = datetime.fromisoformat("2026-03-02T09:14:00+00:00")
    Topic.objects.update(last_post_at=moment)
    with time_machine.travel(moment + timedelta(days=3)):
        row = soup(visit("facilitator").get(SPACE)).select_one(".p-topic-row")
    assert words(row.select_one(".p-topic-row__by")) == "Participant Demo"
    assert words(row.select_one(".p-topic-row__count")) == "1 reply"
    assert words(row.select_one(".p-topic-row__last")) == "2 March Convener Demo"


def test_a_row_says_what_its_author_is_here(cast, visit, cohort_space, open_space) -> None:
    for space in (cohort_space, open_space):
        for person in (cast.facilitator, cast.convener, cast.participant):
            actions.start_topic(person=person, space=space, title=person.first_name, text="x")

    def roles(space: Space) -> list[str]:
        found = soup(visit("participant").get(space.get_absolute_url())).select(".p-topic-row__by")
        return sorted(words(by) for by in found)

    assert roles(cohort_space) == [
        "Convener Demo, Convener, Falls in care homes",
        "Facilitator Demo, Facilitator",
        "Participant Demo",
    ]
    # Who leads a cohort is known to its people alone.
    assert roles(open_space) == [
        "Convener Demo, Convener, Falls in care homes",
        "Facilitator Demo",
        "Participant Demo",
    ]


def test_a_community_that_is_not_published_is_named_to_nobody(cast, visit, open_space) -> None:
    from community_directory.enums import CommunityState

    cast.community.state = CommunityState.DRAFT
    cast.community.save()
    actions.start_topic(person=cast.convener, space=open_space, title="T", text="x")
    assert "Falls" not in visit("participant").get(open_space.get_absolute_url()).text


def test_what_is_new_is_said_in_words_and_shown(visit, topic, reply) -> None:
    row = soup(visit("facilitator").get(SPACE)).select_one(".p-topic-row")
    assert "p-topic-row--unread" in row["class"]
    assert words(row.h2) == "New: Who brings the tea?"
    row = soup(visit("convener").get(SPACE)).select_one(".p-topic-row")
    # Never opened, but all that others have said is there to read.
    assert "p-topic-row--unread" in row["class"]


def test_a_topic_read_before_opens_at_what_is_new(cast, visit, topic, reply) -> None:
    row = soup(visit("participant").get(SPACE)).select_one(".p-topic-row")
    assert row.a["href"] == f"{topic.get_absolute_url()}?new=1#new"
    row = soup(visit("facilitator").get(SPACE)).select_one(".p-topic-row")
    assert row.a["href"] == topic.get_absolute_url()


def test_only_what_is_new(cast, visit, cohort_space) -> None:
    made = topics(cast, cohort_space, 3)
    actions.mark_read(person=cast.participant, topic=made[1], number=1)
    actions.pin_topic(person=cast.facilitator, topic=made[0])
    page = visit("participant").get(SPACE)
    assert words(soup(page).select(".p-tabs a")[1]) == "New to you (2)"
    only = visit("participant").get(f"{SPACE}?show=new")
    assert rows(only) == ["New: T2", "New: T0"]
    assert soup(only).select_one(".p-tabs [aria-current]").text == "New to you (2)"


def test_all_read_and_nothing_said(visit, cohort_space, topic) -> None:
    assert "You have read it all." in visit("participant").get(f"{SPACE}?show=new").text
    Topic.objects.all().delete()
    page = visit("participant").get(SPACE).text
    assert "Nobody has said anything here yet." in page
    assert "Mark everything here as read" not in page


def test_thirty_to_a_page_and_pinned_ones_on_the_first(cast, visit, cohort_space) -> None:
    made = topics(cast, cohort_space, 62)
    actions.pin_topic(person=cast.facilitator, topic=made[0])
    client = visit("convener")
    first = client.get(SPACE)
    assert rows(first) == ["T0"] + [f"T{number}" for number in range(61, 31, -1)]
    second = client.get(SPACE + first.context["older_url"])
    assert rows(second) == [f"T{number}" for number in range(31, 1, -1)]
    third = client.get(SPACE + second.context["older_url"])
    assert (rows(third), third.context["older_url"]) == (["T1"], "")
    assert rows(client.get(SPACE + third.context["newer_url"])) == rows(second)


def test_pages_of_what_is_new_stay_so(cast, visit, cohort_space) -> None:
    topics(cast, cohort_space, 31)
    first = visit("participant").get(f"{SPACE}?show=new")
    assert first.context["older_url"].startswith("?show=new&cursor=")
    assert rows(visit("participant").get(SPACE + first.context["older_url"])) == ["New: T0"]


@pytest.mark.parametrize("cursor", ["x", "%00", "ww==", "a" * 600, "WyJuIiwiMSIsMV0"])
def test_a_page_that_we_never_named(visit, topic, cursor) -> None:
    assert visit("participant").get(f"{SPACE}?cursor={cursor}").status_code == 404


@pytest.mark.parametrize(
    ("values", "status"),
    [
        (["n", "9999-12-31T23:59:59-14:00", 1], 404),
        (["n", "0001-01-01T00:00:00+14:00", 1], 404),
        (["n", "2026-01-01T00:00:00+00:00", 10**40], 200),
        (["p", "2026-01-01T00:00:00+00:00", -(10**40)], 200),
        (["p", "2026-01-01T00:00:00", 1], 200),
        (["p", {"a": 1}, [1]], 404),
        (["p", 1, 1, 1], 404),
    ],
)
def test_a_page_that_nobody_could_come_from(visit, topic, values, status) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")
    assert visit("participant").get(f"{SPACE}?cursor={cursor}").status_code == status


def test_a_removed_topic_is_not_listed(cast, visit, topic) -> None:
    actions.remove_topic(person=cast.facilitator, topic=topic)
    assert rows(visit("participant").get(SPACE)) == []


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize(("query", "queries"), [("", 8), ("?show=new", 7)])
def test_queries_of_a_topic_list(
    cast, visit, cohort_space, number, query, queries, django_assert_num_queries
) -> None:
    people = [UserFactory() for _ in range(number)]
    for person in people:
        members_actions.join(person=person, circle=cohort_space.circle, role=Role.LEAD)
        made = actions.start_topic(person=person, space=cohort_space, title="T", text="x")
        actions.add_post(person=cast.convener, topic=made, text="y")
    client = visit("participant")
    client.get(SPACE + query)
    # session, person, circles; space, topics, pinned ones, roles, how many are new
    with django_assert_num_queries(queries):
        page = client.get(SPACE + query)
    assert len(rows(page)) == number


def test_titles_and_names_are_text(cast, visit, cohort_space) -> None:
    hostile = "<script>alert(1)</script>\"'&"
    User.objects.filter(pk=cast.convener.pk).update(first_name=hostile)
    Space.objects.update(name=hostile, description=hostile)
    Circle.objects.filter(pk=cohort_space.circle_id).update(name=hostile)
    Circle.objects.filter(pk=cast.community.circle_id).update(name=hostile)
    actions.start_topic(person=cast.convener, space=cohort_space, title=hostile, text="x")
    for url in (INDEX, SPACE):
        page = visit("participant").get(url)
        assert "<script>alert" not in page.text
        assert hostile in soup(page).main.get_text()


def test_weight_of_a_full_list(cast, visit, cohort_space) -> None:
    for number in range(30):
        title = f"{number} " + "A title as long as they often are, when somebody really asks something"
        actions.start_topic(person=cast.convener, space=cohort_space, title=title, text="x")
    assert len(visit("participant").get(SPACE).content) < 30_000


# -- calling all of it read ---------------------------------------------------------


def test_all_that_was_shown_is_read(cast, visit, topic, cohort_space) -> None:
    client = visit("convener")
    shown = client.get(SPACE).context["now"]
    actions.start_topic(person=cast.participant, space=cohort_space, title="Later", text="x")
    for _ in range(2):
        answer = client.post(f"{SPACE}read/", {"at": shown})
        assert (answer.status_code, answer.headers["Location"]) == (303, SPACE)
        page = client.get(f"{SPACE}?show=new")
        assert rows(page) == ["New: Later"]
        assert "Everything in Our cohort is marked as read." in page.text


@pytest.mark.parametrize("at", ["", "x", "nan", "inf", "1e400", "-1e20", "9e18", "\x00", "٣"])
def test_a_time_that_is_none_is_now(visit, topic, at) -> None:
    client = visit("convener")
    assert client.post(f"{SPACE}read/", {"at": at}).status_code == 303
    assert SpaceRead.objects.get().all_read_at <= timezone.now()


@pytest.mark.parametrize("name", ["admin", "outsider", "visitor"])
def test_nobody_else_can(visit, topic, name) -> None:
    assert visit(name).post(f"{SPACE}read/").status_code == 404
    assert not SpaceRead.objects.exists()


def test_not_by_a_get_nor_where_there_is_nothing(visit, topic) -> None:
    assert visit("convener").get(f"{SPACE}read/").status_code == 405
    assert visit("convener").post("/discussions/no-such-space/read/").status_code == 404
    assert not SpaceRead.objects.exists()


def test_looking_at_a_list_writes_nothing(
    visit: Callable[[str], Client], topic, django_assert_num_queries
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = visit("convener")
    for url in (INDEX, SPACE, f"{SPACE}?show=new", "/discussions/search/?q=tea", "/discussions/removed/"):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        assert [query["sql"] for query in seen if not query["sql"].startswith("SELECT")] == []
