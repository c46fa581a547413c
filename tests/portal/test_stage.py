"""What helps a community at its stage: chosen from the library, for its conveners alone."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from community_directory.models import Community
from learning.models import GuidanceAudience, GuidancePage, GuidanceStage
from members import actions as members_actions
from members.enums import Role, Stage
from members.models import User
from portal import stage
from study import actions as study
from tests.factories import CommunityFactory
from tests.study.conftest import fresh

DASHBOARD, COMMUNITY, LIBRARY = "/me/", "/communities/falls-in-care-homes/", "/guidance/"


@pytest.fixture
def shelf(cast, pages):
    """Puts resources for stages into an empty library: ``shelf("Title", "maturing", "stewardship")``."""
    GuidancePage.objects.all().delete()
    pages.library.refresh_from_db()
    made: list[GuidancePage] = []

    def put(title: str, *stages: str, audience: str = "", **more) -> GuidancePage:
        page = GuidancePage(
            title=title, slug=f"r{len(made)}", in_short=f"About {title}.",
            first_published_at=timezone.now() + timedelta(minutes=len(made)), **more,
        )  # fmt: skip
        for place, one in enumerate(stages):
            page.stages.add(GuidanceStage(stage=one, sort_order=place))
        if audience:
            page.audiences.add(GuidanceAudience(audience=audience))
        made.append(pages.library.add_child(instance=page))
        return page

    return put


@pytest.fixture
def here(cast):
    """Places the convener's community: ``here("maturing", state="draft")``."""

    def place(at: str, **more) -> Community:
        Community.objects.filter(pk=cast.community.pk).update(stage=at, **more)
        return Community.objects.get(pk=cast.community.pk)

    return place


def shown(html: str):
    """The help as a page has it: its heading, and its links to resources in their order."""
    part = BeautifulSoup(html, "html.parser").find(attrs={"aria-labelledby": "stage-help"})
    if part is None:
        return None
    return part.find(id="stage-help").text, [link.text for link in part.select("ul a")]


def titles(resources) -> list[str]:
    return [one.title for one in resources]


# -- what is chosen ----------------------------------------------------------------------------------


def test_three_for_this_stage_and_two_for_the_next(cast, shelf, here):
    for name, at in (("A", "maturing"), ("B", "stewardship"), ("C", "coalescing")):
        for number in range(4):
            shelf(f"{name}{number}", at)
    found = stage.help_for(here("maturing"), fresh(cast.convener))
    assert (titles(found.now), titles(found.then)) == (["A3", "A2", "A1"], ["B3", "B2"])
    assert (found.stage, found.all_url) == ("finding our stride", "/guidance/?stage=maturing")
    assert (found.why, "keeping going" in found.then_why) == (stage.WORDS["maturing"], True)


def test_what_is_for_few_stages_and_for_conveners_comes_first(cast, shelf, here):
    shelf("Convener's", "maturing", audience="convener")
    shelf("Anybody's", "maturing")
    shelf("Of two stages", "maturing", "coalescing", audience="convener")
    shelf("Of this and the next", "maturing", "stewardship")
    found = stage.help_for(here("maturing"), fresh(cast.convener))
    assert titles(found.now) == ["Convener's", "Anybody's", "Of two stages"]
    assert titles(found.then) == []  # what helps now is not said to be for later


def test_what_is_done_is_left_out_and_what_is_bookmarked_is_not(cast, shelf, here):
    pages = [shelf(f"R{number}", "maturing") for number in range(5)]
    study.mark_done(person=cast.convener, page=pages[4])
    study.mark_done(person=cast.participant, page=pages[3])
    study.keep(person=cast.convener, page=pages[2])
    assert titles(stage.help_for(here("maturing"), fresh(cast.convener)).now) == ["R3", "R2", "R1"]


def test_who_has_done_it_all_is_told_so(cast, shelf, here, signed_in):
    study.mark_done(person=cast.convener, page=shelf("R", "maturing"))
    here("maturing")
    page = signed_in(cast.convener).get(COMMUNITY).text
    assert (shown(page)[1], "You have done all that we have for this stage." in page) == ([], True)


def test_an_empty_library_asks_nothing(cast, shelf, here, django_assert_num_queries):
    community, me = here("maturing"), fresh(cast.convener)
    stage.help_for(community, me)
    with django_assert_num_queries(0):
        assert titles(stage.help_for(community, me).now) == []


def test_only_what_the_convener_may_see(cast, shelf, here):
    shelf("Draft", "maturing", live=False)
    shelf("Cohort's", "maturing", circle=cast.cohort.circle)
    other = CommunityFactory(slug="other")
    shelf("Another's", "maturing", circle=other.circle)
    assert titles(stage.help_for(here("maturing"), fresh(cast.convener)).now) == ["Cohort's"]


@pytest.mark.parametrize("at", Stage.values)
def test_every_stage_has_its_words(cast, shelf, here, at):
    found = stage.help_for(here(at), fresh(cast.convener))
    assert found.why == stage.WORDS[at]
    assert (found.then_why == "") is (at == "transformation")


def test_changing_or_ending_honours_an_ending(cast, shelf, here, signed_in):
    for number in range(6):
        shelf(f"Ending {number}", "transformation")
    shelf("Begin", "potential")
    here("transformation")
    page = signed_in(cast.convener).get(COMMUNITY).text
    heading, links = shown(page)
    assert heading == "For where Falls in care homes is: changing or ending"
    assert links == [f"Ending {number}" for number in (5, 4, 3, 2, 1)]
    assert "ending well is a success" in page


@pytest.mark.parametrize("number", [1, 30])
def test_it_asks_once(cast, shelf, here, number, django_assert_num_queries):
    for place in range(number):
        shelf(f"R{place}", "maturing", "stewardship")
        shelf(f"S{place}", "stewardship")
    community, me = here("maturing"), fresh(cast.convener)
    me.circle_ids  # noqa: B018 - looked up once a request
    stage.help_for(community, me)
    with django_assert_num_queries(1):
        assert len(stage.help_for(community, me).now) == min(number, 3)


# -- who sees it -------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["visitor", "outsider", "participant", "facilitator", "editor", "admin"])
@pytest.mark.parametrize("address", [DASHBOARD, COMMUNITY, LIBRARY])
def test_nobody_but_its_conveners_sees_it(cast, shelf, here, signed_in, client, who, address):
    shelf("R", "maturing")
    here("maturing")
    browser = client if who == "visitor" else signed_in(getattr(cast, who))
    page = browser.get(address, follow=True).text
    assert (shown(page), "For where" in page) == (None, False)


def test_a_convener_sees_it_in_three_places(cast, shelf, here, signed_in):
    shelf("R", "maturing")
    shelf("S", "stewardship")
    here("maturing")
    browser = signed_in(cast.convener)
    for address in (DASHBOARD, COMMUNITY):
        assert shown(browser.get(address).text) == (
            "For where Falls in care homes is: finding our stride", ["R", "S"],
        )  # fmt: skip
    hint = BeautifulSoup(browser.get(LIBRARY).text, "html.parser").select(".p-results a, .p-card--warm a")
    ways = [(link.text, link["href"]) for link in hint if "stage=" in link["href"]]
    assert ways == [
        ("1 for finding our stride", "/guidance/?stage=maturing"),
        ("1 for keeping going", "/guidance/?stage=stewardship"),
    ]
    assert "For where" not in browser.get(LIBRARY + "?stage=maturing").text


def test_a_member_of_the_community_does_not(cast, shelf, here, signed_in):
    members_actions.join(person=cast.participant, circle=cast.community.circle)
    here("maturing")
    assert shown(signed_in(cast.participant).get(COMMUNITY).text) is None


def test_a_draft_has_it_for_its_conveners(cast, shelf, here, signed_in):
    shelf("R", "potential")
    here("potential", state="draft", published_at=None)
    assert shown(signed_in(cast.convener).get(COMMUNITY).text)[1] == ["R"]
    for who in ("editor", "admin", "participant"):
        assert signed_in(getattr(cast, who)).get(COMMUNITY).status_code == 404


def test_an_ended_community_is_thanked_and_asked_for_nothing(cast, shelf, here, signed_in):
    shelf("R", "maturing")
    here("maturing", state="ended")
    browser = signed_in(cast.convener)
    assert shown(browser.get(COMMUNITY).text) == ("Thank you for what Falls in care homes was", [])
    for address in (DASHBOARD, LIBRARY):
        page = browser.get(address).text
        assert (shown(page), "For where" in page) == (None, False)


def test_of_several_the_one_written_about_last(cast, shelf, here, signed_in):
    here("maturing", updated_at=timezone.now() - timedelta(days=9))
    for name, days, state in (("Old", 20, "published"), ("New", 1, "published"), ("Over", 0, "ended")):
        other = CommunityFactory(name=name, slug=name.lower(), stage="potential", state=state)
        members_actions.join(person=cast.convener, circle=other.circle, role=Role.LEAD)
        Community.objects.filter(pk=other.pk).update(updated_at=timezone.now() - timedelta(days=days))
    heading, _ = shown(signed_in(cast.convener).get(DASHBOARD).text)
    assert heading == "For where New is: just an idea"


# -- what it costs -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "queries"), [("convener", 1), ("participant", 0)])
def test_the_library_costs_one_query_more_to_who_convenes(
    cast, shelf, here, rf, pages, who, queries, django_assert_num_queries
):
    from portal.panels import draw_library

    shelf("R", "maturing")
    here("maturing")
    request = rf.get(LIBRARY)
    request.user = fresh(getattr(cast, who))
    request.user.circle_ids  # noqa: B018 - looked up once a request
    draw_library(pages.library, request)
    with django_assert_num_queries(queries):
        draw_library(pages.library, request)


def test_a_public_page_of_a_community_is_kept_for_visitors(
    cast, shelf, here, client, django_assert_num_queries
):
    here("maturing")
    first = client.get(COMMUNITY).text
    with django_assert_num_queries(0):
        assert client.get(COMMUNITY).text == first
    assert User.objects.filter(pk=cast.convener.pk).exists()


@given(sets=st.lists(st.integers(0, 2**12 - 1), max_size=6), helpful=st.integers(0, 2**12 - 1))
def test_those_in_fewer_sets_come_first(sets, helpful):
    """As a plain loop counts them; what is in none helps at no stage, and is left out."""
    places = [place for place in range(12) if helpful >> place & 1]
    number = {place: sum(those >> place & 1 for those in sets) for place in places}
    groups = list(stage._by_number(helpful, sets))
    assert groups == [
        sum(1 << place for place in places if number[place] == many) for many in range(1, len(sets) + 1)
    ]
