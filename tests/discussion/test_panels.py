"""What the dashboard and a community's page show of discussions."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from discussion import actions
from discussion.models import Space
from discussion.panels import draw_community, draw_unread
from kit.registry import cards, panels
from members import actions as members_actions
from members.models import User
from tests.discussion.test_space_page import words


@pytest.fixture
def asked_by(rf):
    """A request by somebody, whose circles have been looked up."""

    def make(person: User | AnonymousUser) -> HttpRequest:
        request = rf.get("/me/")
        request.user = User.objects.get(pk=person.pk) if person.is_authenticated else person
        if request.user.is_authenticated:
            request.user.circle_ids  # noqa: B018 - looked up once a request
        return request

    return make


def titles(html: str) -> list[str]:
    return [words(title) for title in BeautifulSoup(html, "html.parser").select(".p-topic-row__title")]


# -- the dashboard ------------------------------------------------------------------


def test_the_card_shows_what_is_new(cast, asked_by, topic, reply) -> None:
    assert cards.get("discussion.unread").draw is draw_unread
    assert titles(draw_unread(asked_by(cast.participant))) == ["New: Who brings the tea?"]
    assert titles(draw_unread(asked_by(cast.facilitator))) == ["New: Who brings the tea?"]
    actions.mark_read(person=cast.facilitator, topic=topic, number=2)
    html = draw_unread(asked_by(cast.facilitator))
    assert titles(html) == []
    assert "You have read everything." in html


def test_the_card_is_empty_for_who_has_nowhere_to_talk(cast, asked_by, topic) -> None:
    assert draw_unread(asked_by(cast.outsider)) == ""
    assert draw_unread(asked_by(cast.admin)) == ""  # the network has no space here
    assert draw_unread(asked_by(AnonymousUser())) == ""


def test_the_card_says_that_there_is_more(cast, asked_by, cohort_space) -> None:
    for index in range(6):
        actions.start_topic(person=cast.convener, space=cohort_space, title=f"T{index}", text="x")
        html = draw_unread(asked_by(cast.participant))
        assert len(titles(html)) == min(index + 1, 5)
        assert ("There is more." in html) is (index == 5)


def test_the_card_is_from_all_spaces_the_latest_first(cast, asked_by, cohort_space, open_space) -> None:
    for index, space in enumerate([cohort_space, open_space, cohort_space]):
        actions.start_topic(person=cast.convener, space=space, title=f"T{index}", text="x")
    html = draw_unread(asked_by(cast.participant))
    assert titles(html) == ["New: T2", "New: T1", "New: T0"]
    assert "img/icons.svg" not in html or "None" not in html


@pytest.mark.parametrize("number", [1, 30])
def test_queries_of_the_card(cast, asked_by, network, number, django_assert_num_queries) -> None:
    for index in range(number):
        space = actions.open_space(circle=network, name=f"S{index}", slug=f"s{index}")
        actions.start_topic(person=cast.convener, space=space, title=f"T{index}", text="x")
    request = asked_by(cast.participant)
    assert cards.get("discussion.unread").queries == 2
    with django_assert_num_queries(2):
        assert len(titles(draw_unread(request))) == min(number, 5)


def test_somebody_in_very_many_spaces(cast, asked_by, network, django_assert_num_queries) -> None:
    Space.objects.bulk_create(Space(circle=network, name=f"S{n}", slug=f"s{n}") for n in range(600))
    last = Space.objects.latest("pk")
    actions.start_topic(person=cast.convener, space=last, title="The latest", text="x")
    assert titles(draw_unread(asked_by(cast.participant))) == ["New: The latest"]


# -- a community's page ----------------------------------------------------------------


def test_its_members_see_what_they_talk_about(cast, asked_by, community_space) -> None:
    panel = panels.get("discussion.community")
    assert (panel.slot, panel.draw) == ("community.below", draw_community)
    topic = actions.start_topic(person=cast.convener, space=community_space, title="Slippers", text="x")
    html = draw_community(cast.community, asked_by(cast.convener))
    assert titles(html) == ["Slippers"]
    assert topic.get_absolute_url() in html


@pytest.mark.parametrize("name", ["participant", "editor", "outsider", "visitor"])
def test_others_are_told_that_they_talk_and_no_more(cast, asked_by, community_space, name) -> None:
    actions.start_topic(person=cast.convener, space=community_space, title="Slippers", text="x")
    person = AnonymousUser() if name == "visitor" else getattr(cast, name)
    html = draw_community(cast.community, asked_by(person))
    assert "What is said in Falls in care homes is for its members alone." in html
    assert "Slippers" not in html
    assert community_space.slug not in html.replace("falls-in-care-homes", "")


def test_talk_of_other_circles_is_not_among_it(cast, asked_by, community_space, topic) -> None:
    assert "Who brings the tea?" not in draw_community(cast.community, asked_by(cast.convener))


def test_a_community_without_a_space_and_one_without_a_topic(cast, asked_by, community_space) -> None:
    html = draw_community(cast.community, asked_by(cast.convener))
    assert "Nobody has said anything here yet." in html
    assert "/discussions/falls/new/" in html
    community_space.delete()
    assert draw_community(cast.community, asked_by(cast.convener)).strip() == ""


@pytest.mark.parametrize("number", [1, 30])
def test_queries_of_the_panel(cast, asked_by, community_space, number, django_assert_num_queries) -> None:
    for index in range(number):
        actions.start_topic(person=cast.convener, space=community_space, title=f"T{index}", text="x")
    assert panels.get("discussion.community").queries == 2
    request = asked_by(cast.convener)
    with django_assert_num_queries(2):
        assert len(titles(draw_community(cast.community, request))) == min(number, 5)
    outside = asked_by(cast.participant)
    with django_assert_num_queries(0):
        draw_community(cast.community, outside)


def test_on_the_page_itself(cast, visit, pages, community_space) -> None:
    actions.start_topic(person=cast.convener, space=community_space, title="Slippers", text="x")
    assert "Slippers" in visit("convener").get("/communities/falls-in-care-homes/").text
    assert "Slippers" not in visit("participant").get("/communities/falls-in-care-homes/").text


def test_who_has_left_is_an_outsider_at_once(cast, asked_by, community_space) -> None:
    members_actions.join(person=cast.participant, circle=cast.community.circle)
    actions.start_topic(person=cast.convener, space=community_space, title="Slippers", text="x")
    assert "Slippers" in draw_community(cast.community, asked_by(cast.participant))
    members_actions.leave(person=cast.participant, circle=cast.community.circle)
    assert "Slippers" not in draw_community(cast.community, asked_by(cast.participant))
