"""The sentence about who can see something tells the truth: it is the people whom the rule lets in."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from members import actions, audience
from members.enums import CircleKind, Role
from members.errors import LastLead
from members.models import Circle, User
from tests.factories import CircleFactory, CohortFactory, UserFactory


def _number(text: str) -> int:
    return int(re.search(r"the ([\d,]+) p", text)[1].replace(",", ""))


def _seeing(circle: Circle) -> int:
    return sum(circle.can_see(user) for user in User.objects.filter(is_active=True))


def test_what_has_no_circle_is_everybodys():
    assert audience.of(None) == audience.Audience(kind="public", text="Everyone can see this.")
    assert audience.of(None, thing="this file").text == "Everyone can see this file."


def test_each_kind_in_its_words(cast, network):
    cohort, community = cast.cohort.circle, cast.community.circle
    assert (
        audience.of(cohort).text
        == "Only the 3 people of Cohort 2021–22, facilitators included, can see this."
    )
    assert (
        audience.of(community).text
        == "Only the 1 person of Falls in care homes, conveners included, can see this."
    )
    assert audience.of(network).text == "Only the 5 people of the network can see this."
    group = actions.make_group(parent=cohort, name="Three of us")
    group.refresh_from_db()
    assert audience.of(group).text == "Only the 0 people of Three of us can see this."


def test_editors_are_named_where_they_see_it_too(cast):
    text = audience.of(cast.cohort.circle, editors=True, thing="this page").text
    assert text == (
        "Only the 3 people of Cohort 2021–22, facilitators included, and the editors of this site can see this page."
    )


def test_thousands_are_easy_to_read():
    circle = CircleFactory.build(kind=CircleKind.NETWORK, member_count=12345)
    assert audience.people_of(circle) == "the 12,345 people of the network"


class TestTheNumber(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.tuples(st.sampled_from(["join", "lead", "leave"]), st.integers(0, 3)), max_size=12))
    def test_is_that_of_those_who_can_see(self, steps):
        cohort = CohortFactory().circle
        people = [UserFactory() for _ in range(4)]
        for what, place in steps:
            try:
                if what == "leave":
                    actions.leave(person=people[place], circle=cohort)
                else:
                    role = Role.LEAD if what == "lead" else Role.MEMBER
                    actions.join(person=people[place], circle=cohort, role=role)
            except LastLead:
                continue
        circle = Circle.objects.get(pk=cohort.pk)
        assert _number(audience.of(circle).text) == _seeing(circle)


@pytest.mark.parametrize("who", ["visitor", "outsider", "participant", "convener", "editor"])
def test_every_page_says_it_once(cast, pages, who, client, signed_in):
    reader = client if who == "visitor" else signed_in(getattr(cast, who))
    for address in ("/", "/guidance/", "/communities/", "/calendar/", "/search/?q=x", "/programme/", "/me/", "/me/profile/",
                    "/communities/falls-in-care-homes/", "/communities/mine/", "/discussions/", "/people/"):  # fmt: skip
        response = reader.get(address)
        if response.status_code == 200:
            assert response.content.decode().count('class="p-who') == 1, address
