"""Talk about a page: who sees what, where a topic about it may begin, and what happens to it when the page goes."""

import json
from types import SimpleNamespace
from uuid import UUID

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Page, ReferenceIndex

from discussion import actions, asked
from discussion.models import Topic
from discussion.panels import draw_page
from discussion.rows import topic_rows_across
from kit.registry import panels
from learning.models import GuidancePage
from members import actions as members_actions
from members.models import User
from tests.discussion.conftest import fresh
from tests.discussion.test_prepared import PEOPLE, same

GUIDANCE = "/guidance/start-with-a-question/"
QUESTION = "6f9619ff-8b86-d011-b42d-00c04fc964ff"
ASKED = "What did you try after the first meeting?"


@pytest.fixture
def private(cast, pages) -> GuidancePage:
    """A page that the cohort alone sees."""
    page = GuidancePage(title="Ours alone", slug="ours", in_short="x", circle=cast.cohort.circle)
    return pages.library.add_child(instance=page)


@pytest.fixture
def asking(pages) -> GuidancePage:
    """The public page, with a question to discuss."""
    page = pages.guidance
    page.body = json.dumps([{"type": "discussion", "value": {"prompt": ASKED}, "id": QUESTION}])
    page.save()
    return page


@pytest.fixture
def begun(cast, pages, open_space, cohort_space, community_space) -> SimpleNamespace:
    """A topic about the public page in each space, and one about nothing."""

    def start(space, title: str, page: Page | None = pages.guidance) -> Topic:
        about = page.pk if page else None
        return actions.start_topic(person=cast.convener, space=space, title=title, text="x", page=about)

    return SimpleNamespace(
        network=start(open_space, "In the network"), cohort=start(cohort_space, "In the cohort"),
        community=start(community_space, "In the community"), other=start(open_space, "Another matter", None),
    )  # fmt: skip


def about(page: Page) -> str:
    return f"/discussions/about/{page.pk}/"


def titles(page: str) -> list[str]:
    return [
        row.get_text(" ", strip=True)
        for row in BeautifulSoup(page, "html.parser").select(".p-topic-row__title")
    ]


def starts(page: str) -> list[str]:
    """Where a topic may be begun, in the order of the page."""
    return [link["href"] for link in BeautifulSoup(page, "html.parser").select('#said a[href*="/new/?"]')]


def page_link(html: str) -> list[str]:
    """The addresses of guidance that a page links to in what is its own."""
    return [link["href"] for link in BeautifulSoup(html, "html.parser").select('main a[href^="/guidance/"]')]


# -- who sees what ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("participant", ["New: In the cohort", "New: In the network"]),
        ("convener", ["In the community", "In the cohort", "In the network"]),
        ("editor", ["New: In the network"]),
        ("outsider", []),
    ],
)
def test_each_reads_what_is_said_where_they_belong(visit, pages, begun, who, expected) -> None:
    assert titles(visit(who).get(about(pages.guidance)).text) == expected


def test_a_visitor_is_asked_to_sign_in_whether_there_is_such_a_page_or_not(client, db) -> None:
    for key in (1, 2**31, 10**30):
        response = client.get(f"/discussions/about/{key}/")
        assert response["Location"] == f"/accounts/login/?next=/discussions/about/{key}/"


@pytest.mark.parametrize(("who", "status"), [("participant", 200), ("facilitator", 200), ("editor", 404), ("admin", 404), ("outsider", 404)])  # fmt: skip
def test_a_private_page_is_talked_about_by_its_people(visit, private, who, status) -> None:
    assert visit(who).get(about(private)).status_code == status


def test_there_is_no_talk_about_what_is_not_there(visit, pages) -> None:
    draft = pages.library.add_child(
        instance=GuidancePage(title="Draft", slug="draft", in_short="x", live=False)
    )
    for key in (draft.pk, Page.get_first_root_node().pk, 2**40, 10**30):
        assert visit("participant").get(f"/discussions/about/{key}/").status_code == 404


def test_it_is_only_read(visit, pages) -> None:
    assert visit("participant").post(about(pages.guidance)).status_code == 405


def test_a_topic_of_an_ended_place_is_gone_and_a_removed_one_too(cast, visit, pages, begun) -> None:
    actions.remove_topic(person=cast.facilitator, topic=begun.cohort)
    assert titles(visit("participant").get(about(pages.guidance)).text) == ["New: In the network"]
    members_actions.leave(person=fresh_person(cast.participant), circle=cast.cohort.circle)
    actions.restore_topic(person=cast.facilitator, topic=fresh(begun.cohort))
    assert titles(visit("participant").get(about(pages.guidance)).text) == ["New: In the network"]


def fresh_person(person: User) -> User:
    return User.objects.get(pk=person.pk)


def test_unread_is_marked_as_in_other_lists(cast, visit, pages, begun) -> None:
    client = visit("participant")
    client.get(begun.cohort.get_absolute_url())
    assert titles(client.get(about(pages.guidance)).text) == ["In the cohort", "New: In the network"]
    actions.add_post(person=cast.convener, topic=begun.network, text="More.")
    assert titles(client.get(about(pages.guidance)).text) == ["New: In the network", "In the cohort"]
    client.post("/discussions/open-talk/read/")
    assert titles(client.get(about(pages.guidance)).text) == ["In the network", "In the cohort"]


# -- the list ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 30])
def test_queries_of_the_list(
    cast, visit, pages, open_space, cohort_space, number, django_assert_num_queries
) -> None:
    for place in range(number):
        space = (open_space, cohort_space)[place % 2]
        actions.start_topic(
            person=cast.convener, space=space, title=f"T{place}", text="x", page=pages.guidance.pk
        )
    client = visit("participant")
    client.get(about(pages.guidance))
    # session, person, circles; page, spaces, topics
    with django_assert_num_queries(6):
        shown = client.get(about(pages.guidance)).text
    assert len(titles(shown)) == number
    with django_assert_num_queries(6):
        assert len(titles(client.get(about(pages.guidance) + "?brief=1").text)) == min(number, 5)


def test_pages_of_the_list_go_there_and_back(cast, visit, pages, open_space, cohort_space) -> None:
    spaces = (open_space, cohort_space)
    made = [
        actions.start_topic(person=cast.convener, space=spaces[n % 2], title=f"T {n}", text="x", page=pages.guidance.pk)
        for n in range(67)
    ]  # fmt: skip
    # Some at the very same moment, in both spaces.
    some = [topic.pk for topic in made[20:40]]
    Topic.objects.filter(pk__in=some).update(last_post_at=made[20].last_post_at)
    wanted = [
        f"New: {title}"
        for title in Topic.objects.order_by(*asked.TOPIC_ORDER).values_list("title", flat=True)
    ]
    client, shown, address, back = visit("participant"), [], about(pages.guidance), []
    while address:
        page = BeautifulSoup(client.get(address).text, "html.parser")
        shown.append(titles(str(page)))
        back = [link["href"] for link in page.select("a[rel=prev]")]
        address = next((link["href"] for link in page.select("a[rel=next]")), "")
    assert ([len(rows) for rows in shown], [title for rows in shown for title in rows]) == (
        [30, 30, 7],
        wanted,
    )
    assert titles(client.get(back[0]).text) == shown[1]


def test_a_cursor_of_nobodys_is_no_page(visit, pages) -> None:
    assert visit("participant").get(about(pages.guidance) + "?cursor=x").status_code == 404


@pytest.mark.postgres
@pytest.mark.parametrize("name", PEOPLE)
def test_each_question_gives_everybody_what_its_queryset_gives(cast, pages, private, begun, name) -> None:
    person = fresh_person(getattr(cast, name))
    seen = [page.pk for page in (pages.guidance, private) if same(asked.PAGE, person, page.pk)]
    found = [
        row.title
        for space in (begun.network.space, begun.cohort.space, begun.community.space)
        for since in (None, begun.other.created_at)
        for row in same(asked.ABOUT, person, space.pk, since, pages.guidance.pk, False)
    ]
    assert seen == [pages.guidance.pk] + ([private.pk] if private.can_see(person) else [])
    topics = [begun.network, begun.cohort, begun.community]
    assert sorted(set(found)) == sorted(topic.title for topic in topics if topic.can_see(person))


def test_topic_lists_and_pages_of_topics_about_nothing_cost_what_they_did(
    visit, begun, django_assert_num_queries
) -> None:
    client, address = visit("participant"), begun.other.get_absolute_url()
    client.get(address)
    client.get(begun.network.get_absolute_url())
    with django_assert_num_queries(6):
        client.get(address)
    with django_assert_num_queries(7):  # and the page that it is about
        client.get(begun.network.get_absolute_url())


# -- starting one ------------------------------------------------------------------------------------


def test_ones_cohort_comes_first_and_then_the_network(
    visit, pages, open_space, cohort_space, community_space
) -> None:
    query = f"?about={pages.guidance.pk}"
    places = ["/discussions/our-cohort/new/", "/discussions/open-talk/new/", "/discussions/falls/new/"]
    assert starts(visit("convener").get(about(pages.guidance)).text) == [place + query for place in places]
    assert starts(visit("editor").get(about(pages.guidance)).text) == [places[1] + query]
    assert starts(visit("outsider").get(about(pages.guidance)).text) == []


def test_a_private_page_is_talked_about_in_its_own_spaces(
    visit, private, open_space, cohort_space, community_space
) -> None:
    assert starts(visit("convener").get(about(private)).text) == [
        f"/discussions/our-cohort/new/?about={private.pk}"
    ]


def test_nothing_begins_where_a_group_has_ended(cast, visit, pages, open_space, cohort_space) -> None:
    members_actions.end_circle(circle=cast.cohort.circle)
    shown = starts(visit("participant").get(about(pages.guidance)).text)
    assert shown == [f"/discussions/open-talk/new/?about={pages.guidance.pk}"]


def test_the_form_begins_with_the_title_and_the_topic_names_the_page(cast, visit, pages, open_space) -> None:
    client, address = visit("participant"), f"/discussions/open-talk/new/?about={pages.guidance.pk}"
    form = client.get(address)
    assert form.context["form"]["title"].value() == "Start with a question"
    assert (page_link(form.text), form.context["draft_key"]) == (
        [GUIDANCE],
        f"space-{open_space.pk}-page-{pages.guidance.pk}",
    )
    key = str(form.context["form"]["client_key"].value())
    sent = {"title": "My own words", "text": "We tried it.", "client_key": key}
    for _ in range(2):  # safe to send twice
        response = client.post(address, sent)
        topic = Topic.objects.get()
        assert (response.status_code, response["Location"]) == (303, topic.get_absolute_url())
    assert (topic.title, topic.page_id) == ("My own words", pages.guidance.pk)
    assert page_link(client.get(topic.get_absolute_url()).text) == [GUIDANCE]


def test_a_form_with_a_fault_stays_about_the_page(visit, pages, open_space) -> None:
    address = f"/discussions/open-talk/new/?about={pages.guidance.pk}"
    shown = visit("participant").post(address, {"title": "", "text": "Kept."})
    assert (page_link(shown.text), shown.context["form"]["text"].value()) == ([GUIDANCE], "Kept.")
    assert Topic.objects.count() == 0


@pytest.mark.parametrize("about_what", ["0", "x", "-1", "²", str(2**40), "9" * 400, "", "<b>"])
def test_what_names_no_page_is_passed_over(visit, pages, open_space, about_what) -> None:
    client = visit("participant")
    form = client.get("/discussions/open-talk/new/", {"about": about_what})
    assert (form.status_code, form.context["about"], form.context["form"]["title"].value()) == (
        200,
        None,
        None,
    )


def test_a_page_that_the_space_may_not_know_of_is_left_out_and_the_text_is_kept(
    visit, private, open_space
) -> None:
    """The participant may see it, the network may not."""
    client, address = visit("participant"), f"/discussions/open-talk/new/?about={private.pk}"
    assert "Ours alone" not in client.get(address).text
    client.post(address, {"title": "T", "text": "x"})
    assert Topic.objects.get().page_id is None


@pytest.mark.parametrize("who", ["visitor", "outsider"])
def test_strangers_begin_nothing(visit, pages, open_space, who) -> None:
    address = f"/discussions/open-talk/new/?about={pages.guidance.pk}"
    assert visit(who).post(address, {"title": "T", "text": "x"}).status_code == 404
    assert Topic.objects.count() == 0


def test_a_page_that_goes_while_one_writes_takes_no_text_along(visit, pages, open_space) -> None:
    address = f"/discussions/open-talk/new/?about={pages.guidance.pk}"
    client = visit("participant")
    client.get(address)
    pages.guidance.unpublish()
    assert client.post(address, {"title": "T", "text": "x"}).status_code == 303
    assert Topic.objects.get().page_id is None


# -- a question that a page asks -----------------------------------------------------------------------


def test_a_question_leads_to_the_talk_about_its_page(client, visit, asking, open_space) -> None:
    way = f"{about(asking)}?question={QUESTION}"
    [link] = BeautifulSoup(client.get(GUIDANCE).text, "html.parser").select(".p-reflection--talk a")
    assert link["href"] == way
    shown = visit("participant").get(way).text
    assert shown.count(ASKED) == 1
    [start] = starts(shown)
    assert start == f"/discussions/open-talk/new/?about={asking.pk}&question={QUESTION}"
    assert visit("participant").get(start).context["form"]["title"].value() == ASKED


@pytest.mark.parametrize("said", ["Free words", str(UUID(int=1)), "<script>", "\x00", "6f96"])
def test_what_is_no_question_of_the_page_is_never_said(visit, asking, open_space, said) -> None:
    shown = visit("participant").get(about(asking), {"question": said})
    assert (shown.status_code, shown.context["question"]) == (200, None)
    assert starts(shown.text) == [f"/discussions/open-talk/new/?about={asking.pk}"]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(min_size=1, max_size=400).filter(str.strip))
def test_any_words_make_a_title_that_the_form_takes(words: str) -> None:
    from discussion.pages import About

    title = About(page=SimpleNamespace(pk=1, title=words), question="").title_to_begin_with
    assert (len(title) <= 140, "\n" not in title) == (True, True)


# -- when the page changes -------------------------------------------------------------------------------


def test_the_link_goes_with_the_page_and_the_topic_stays(visit, pages, begun) -> None:
    client, address = visit("participant"), begun.network.get_absolute_url()
    assert page_link(client.get(address).text) == [GUIDANCE]
    pages.guidance.unpublish()
    assert page_link(client.get(address).text) == []
    assert client.get(about(pages.guidance)).status_code == 404
    pages.guidance.save_revision().publish()
    assert page_link(client.get(address).text) == [GUIDANCE]
    GuidancePage.objects.get().delete()
    shown = client.get(address)
    assert (shown.status_code, page_link(shown.text), fresh(begun.network).page_id) == (200, [], None)


def test_a_page_that_becomes_private_is_named_to_its_people_alone(cast, visit, pages, begun) -> None:
    GuidancePage.objects.filter(pk=pages.guidance.pk).update(circle=cast.cohort.circle)
    address = begun.network.get_absolute_url()
    assert page_link(visit("participant").get(address).text) == [GUIDANCE]
    assert page_link(visit("editor").get(address).text) == []
    assert "Start with a question" not in visit("editor").get(address).text


def test_editors_are_not_told_on_the_pages_screen(pages, begun) -> None:
    assert ReferenceIndex.get_references_to(pages.guidance).count() == 0


def test_a_changed_title_and_a_removal_leave_the_page(cast, pages, begun) -> None:
    actions.edit_post(person=cast.convener, post=begun.network.posts.get(), text="y", title="Now called")
    actions.remove_topic(person=cast.convener, topic=begun.network)
    actions.restore_topic(person=cast.convener, topic=fresh(begun.network))
    assert (fresh(begun.network).title, fresh(begun.network).page_id) == ("Now called", pages.guidance.pk)


# -- below the page ----------------------------------------------------------------------------------------


def below(html: str) -> BeautifulSoup | None:
    return BeautifulSoup(html, "html.parser").find(attrs={"aria-labelledby": "talk"})


def test_it_is_registered_with_what_it_costs() -> None:
    panel = panels.get("discussion.page")
    assert (panel.slot, panel.draw, panel.queries) == ("page.talk", draw_page, 0)


@pytest.mark.parametrize("address", [GUIDANCE, "/programme/modules/planning/"])
def test_below_a_page_is_the_way_to_the_talk_about_it(visit, pages, begun, address) -> None:
    page = pages.guidance if address == GUIDANCE else pages.module
    [link] = below(visit("participant").get(address).text).find_all("a")
    assert (link["href"], link.parent.parent["hx-get"]) == (about(page), f"{about(page)}?brief=1")
    assert below(visit("outsider").get(address).text) is None
    shown = below(visit("visitor").get(address).text)
    assert (shown.a["href"], shown.a.text) == (about(page), "Sign in to talk about this")


def test_a_public_page_says_nothing_of_the_talk_and_is_kept(pages, begun, django_assert_num_queries) -> None:
    client = Client()
    first = client.get(GUIDANCE)
    assert ("csrfmiddlewaretoken" in first.text, "In the network" in first.text) == (False, False)
    with django_assert_num_queries(0):
        assert client.get(GUIDANCE).text == first.text


def test_it_asks_nothing_and_a_preview_has_none(cast, pages, begun, rf, django_assert_num_queries) -> None:
    request = rf.get(GUIDANCE)
    for person in (fresh_person(cast.participant), AnonymousUser()):
        request.user = person
        person.is_authenticated and person.circle_ids  # noqa: B018 - looked up once a request
        with django_assert_num_queries(0):
            assert f'href="{about(pages.guidance)}"' in draw_page(pages.guidance, request)
    request.is_preview = True
    assert draw_page(pages.guidance, request) == ""
    assert draw_page(None, request) == ""


def test_rows_across_spaces_say_where(cast, begun, pages) -> None:
    me = fresh_person(cast.participant)
    found = asked.ABOUT.rows(me, begun.network.space_id, None, pages.guidance.pk, False)
    assert [row["space"] for row in topic_rows_across(found)] == ["Open talk"]
