"""Whoever does whatever in whatever order: a community is always in a state that makes sense."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from community_directory import actions
from community_directory.enums import LISTED, CommunityState
from community_directory.errors import DirectoryError
from community_directory.models import Community, Connection
from community_directory.standing import standing
from community_directory.words import NEXT_STEPS, STAGE_COLOURS, STAGES, STATE_COLOURS
from members.enums import Stage
from members.models import Circle, User
from tests.community_directory.conftest import needs_threads
from tests.factories import CommunityFactory

PEOPLE = ("admin", "editor", "facilitator", "convener", "participant", "outsider")
REVIEWERS = {"admin", "editor"}
STEPS = {
    "submit": (actions.submit_community, {"convener"}, {"draft"}, "submitted"),
    "publish": (actions.publish_community, REVIEWERS, {"submitted"}, "published"),
    "send_back": (actions.send_back, REVIEWERS, {"submitted"}, "draft"),
    "rest": (actions.rest, {"convener", *REVIEWERS}, {"published"}, "dormant"),
    "wake": (actions.wake, {"convener", *REVIEWERS}, {"dormant"}, "published"),
    "end": (actions.end_community, {"convener", *REVIEWERS}, set(CommunityState.values), "ended"),
    "revive": (actions.revive, REVIEWERS, {"ended"}, "published"),
}
# Where a step finds what it leads to done already, nothing changes and nothing is wrong.
DONE = {"publish": set(LISTED), "revive": set(LISTED)}


def take(community: Community, step: str, person: User) -> None:
    more = {"reason": "Say when."} if step == "send_back" else {}
    STEPS[step][0](community=Community.objects.get(pk=community.pk), person=person, **more)


def expected(state: str, was_listed: bool, step: str, who: str) -> str | None:
    """The state after a step; None where it is refused. The rules once more, in another way."""
    _, may, start, then = STEPS[step]
    if who not in may or (step == "revive" and not was_listed):
        return None
    if state == then or state in DONE.get(step, ()):
        return state
    return then if state in start else None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(walk=st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.sampled_from(PEOPLE)), max_size=12))
def test_every_walk_is_as_the_rules_say(cast, walk):
    ModelLogEntry.objects.all().delete()
    Connection.objects.all().delete()
    Community.objects.filter(pk=cast.community.pk).update(state="draft", published_at=None)
    Circle.objects.filter(pk=cast.community.circle_id).update(ended_at=None)
    state, was_listed, moves = "draft", False, 0
    for step, who in walk:
        then = expected(state, was_listed, step, who)
        if then is None:
            with pytest.raises(DirectoryError):
                take(cast.community, step, getattr(cast, who))
        else:
            take(cast.community, step, getattr(cast, who))
            moves += then != state
            state = then
        was_listed = was_listed or state in LISTED
        check(cast, state, was_listed)
    assert ModelLogEntry.objects.for_instance(cast.community).count() == moves


def check(cast, state: str, was_listed: bool) -> None:
    community = Community.objects.select_related("circle").get(pk=cast.community.pk)
    assert community.state == state
    assert (community.published_at is not None) == was_listed
    assert (community.circle.ended_at is not None) == (state == "ended")
    assert (community in Community.objects.listed()) == (state in LISTED)
    for person in (getattr(cast, key) for key in PEOPLE):
        assert (community in Community.objects.visible_to(person)) == community.can_see(person)
    assert community.can_edit(cast.convener)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    walk=st.lists(
        st.tuples(
            st.sampled_from(["propose", "back", "accept", "decline", "end", "leave"]),
            st.sampled_from(["convener", "facilitator", "editor", "participant"]),
        ),
        max_size=10,
    )
)
def test_two_communities_have_one_open_link_at_most_and_none_once_one_has_ended(cast, walk):
    Community.objects.exclude(pk=cast.community.pk).delete()
    Community.objects.filter(pk=cast.community.pk).update(state="published")
    other = CommunityFactory(convener=cast.facilitator)
    for step, who in walk:
        person = User.objects.get(pk=getattr(cast, who).pk)
        try:
            walk_on(
                step, person, Community.objects.get(pk=cast.community.pk), Community.objects.get(pk=other.pk)
            )
        except DirectoryError:
            continue
        links = Connection.objects.open()
        assert links.count() <= 1
        if Community.objects.listed().count() < 2:
            assert not links.exists()
        for link in Connection.objects.all():
            assert link.can_see(cast.participant) == (link in Connection.objects.visible_to(cast.participant))


def walk_on(step: str, person: User, mine: Community, other: Community) -> None:
    if step == "propose":
        actions.propose_connection(source=mine, target=other, person=person, reason="Why not?")
    elif step == "back":
        actions.propose_connection(source=other, target=mine, person=person, reason="Why not?")
    elif step == "leave":
        actions.end_community(community=mine, person=person)
    elif link := Connection.objects.order_by("pk").last():
        act: Any = {
            "accept": actions.accept_connection,
            "decline": actions.decline_connection,
            "end": actions.end_connection,
        }[step]
        act(connection=link, person=person)


# -- what people read of it ---------------------------------------------------------------

PAGES = {
    "": {"draft": {"convener"}, "submitted": {"convener", *REVIEWERS}, "ended": {"convener", *REVIEWERS}},
    "edit/": {"draft": {"convener"}, "submitted": {"convener", *REVIEWERS}, "ended": set()},
    "end/": {"draft": {"convener"}, "submitted": {"convener", *REVIEWERS}, "ended": {"convener", *REVIEWERS}},
}
LISTED_PAGES = {
    "": {*PEOPLE, "visitor"},
    "edit/": {"convener", *REVIEWERS},
    "end/": {"convener", *REVIEWERS},
    "connections/new/": set(),  # nobody here convenes another that is listed
}


class TestPages:
    @pytest.fixture
    def answers(self, cast, pages, signed_in):
        def answer(path: str, state: str) -> set[str]:
            """Who finds something at this address while it is in this state; the others find nothing."""
            date = cast.community.published_at if state in (*LISTED, "ended") else None
            Community.objects.filter(pk=cast.community.pk).update(state=state, published_at=date)
            found = set()
            for key in (*PEOPLE, "visitor"):
                client = Client() if key == "visitor" else signed_in(getattr(cast, key))
                code = client.get(f"/communities/falls-in-care-homes/{path}").status_code
                assert code in (200, 404)
                if code == 200:
                    found.add(key)
            return found

        return answer

    @pytest.mark.parametrize("path", PAGES)
    @pytest.mark.parametrize("state", ["draft", "submitted", "ended"])
    def test_who_finds_what_of_one_that_is_not_in_the_directory(self, answers, path, state):
        assert answers(path, state) == PAGES[path][state]

    @pytest.mark.parametrize("path", LISTED_PAGES)
    @pytest.mark.parametrize("state", ["published", "dormant"])
    def test_who_finds_what_of_one_that_is(self, answers, path, state):
        assert answers(path, state) == LISTED_PAGES[path]

    @pytest.mark.parametrize(
        ("state", "buttons"),
        [
            ("draft", ["Send it to an editor"]),
            ("submitted", []),
            ("published", ["Let it rest"]),
            ("dormant", ["Wake it"]),
            ("ended", []),
        ],
    )
    def test_a_convener_is_offered_what_can_be_done_now(self, signed_in, cast, pages, state, buttons):
        Community.objects.filter(pk=cast.community.pk).update(state=state)
        page = signed_in(cast.convener).get("/communities/falls-in-care-homes/").text
        every = ["Send it to an editor", "Let it rest", "Wake it", "Publish</button>"]
        assert [words for words in every if words in page] == buttons
        assert (">Change it<" in page) == (state != "ended")
        assert NEXT_STEPS[state][0] in page

    @pytest.mark.parametrize("state", CommunityState.values)
    def test_each_state_has_its_words_its_colour_and_a_next_step(self, cast, state):
        cast.community.state = state
        shown = standing(cast.community)
        assert shown["state"] == CommunityState(state).label
        assert shown["colour"] in {"grey", "yellow", "green", "blue"}
        assert [word for word in (shown["next_title"], shown["next_step"]) if not word] == []
        assert "circle" not in (shown["next_title"] + shown["next_step"]).lower()
        assert set(STATE_COLOURS) == set(NEXT_STEPS) == set(CommunityState)

    def test_each_stage_has_its_words_and_its_colour(self):
        assert set(STAGES) == set(STAGE_COLOURS) == set(Stage)
        assert len(set(STAGE_COLOURS.values())) == len(Stage)


# -- at the same moment ----------------------------------------------------------------------


@needs_threads
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_edits_of_different_texts_both_stay(self, cast, at_once):
        def edit(**fields: str) -> Callable[[], Community]:
            return lambda: actions.edit_community(
                community=Community.objects.get(pk=cast.community.pk),
                person=User.objects.get(pk=cast.convener.pk),
                **fields,
            )

        at_once(edit(domain="The one."), edit(purpose="The other."), edit(practice="The third."))
        now = Community.objects.get(pk=cast.community.pk)
        assert (now.domain, now.purpose, now.practice) == ("The one.", "The other.", "The third.")
        assert ModelLogEntry.objects.for_instance(now).filter(action="wagtail.edit").count() == 3

    def test_an_edit_and_an_end_leave_what_makes_sense(self, cast, at_once):
        def person() -> User:
            return User.objects.get(pk=cast.convener.pk)

        answers = at_once(
            lambda: actions.edit_community(community=cast.community, person=person(), domain="Late."),
            lambda: actions.end_community(community=cast.community, person=person()),
        )
        now = Community.objects.select_related("circle").get(pk=cast.community.pk)
        assert (now.state, now.circle.ended_at is not None) == ("ended", True)
        assert (now.domain == "Late.") == isinstance(answers[0], Community)

    def test_brought_back_twice_it_is_news_once(self, cast, at_once):
        actions.end_community(community=cast.community, person=cast.convener)

        def revive() -> Community:
            return actions.revive(community=cast.community, person=User.objects.get(pk=cast.editor.pk))

        assert [one.state for one in at_once(revive, revive, revive)] == ["published"] * 3
        assert ModelLogEntry.objects.filter(action="community_directory.published").count() == 1
        assert Circle.objects.get(pk=cast.community.circle_id).ended_at is None
