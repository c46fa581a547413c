"""A page is found in one query, kept for visitors, and never given to those whom it is not for."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from wagtail.models import Page

from home import pages as finding
from home.models import InformationPage
from learning.models import GuidancePage, LibraryPage
from members.pages import addresses, visible_pages

pytestmark = pytest.mark.django_db

PEOPLE = ("admin", "editor", "facilitator", "convener", "participant", "outsider")


@pytest.fixture
def open_page(pages) -> InformationPage:
    return pages.home.add_child(instance=InformationPage(title="About us", slug="about"))


@pytest.fixture
def cohort_page(pages, cast) -> InformationPage:
    return pages.home.add_child(
        instance=InformationPage(title="Our notes", slug="notes", circle=cast.cohort.circle)
    )


@pytest.fixture
def draft(pages) -> InformationPage:
    return pages.home.add_child(instance=InformationPage(title="Not yet", slug="not-yet", live=False))


def test_a_page_is_itself_at_its_address(client, open_page):
    response = client.get("/about/")
    assert response.status_code == 200
    assert response.templates[0].name == "home/information_page.html"


@pytest.mark.parametrize("path", ["/none/", "/about/none/", "/about/about/", "/home/", "/home/about/"])
def test_nothing_is_at_other_addresses(client, open_page, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["about\x00/", "a" * 2500, "ABOUT/", "../about/", "about%00"])
def test_addresses_that_no_page_has(open_page, path):
    assert finding.find_page("/home/", path) is None


def test_a_page_is_found_deep_in_the_tree_in_one_query(pages, django_assert_num_queries):
    finding._kinds.clear()
    for _ in range(2):  # at first among all kinds, then among its own
        with django_assert_num_queries(1):
            found = finding.find_page("/home/", "programme/modules/planning/")
        assert found == pages.module
        assert type(found) is type(pages.module)


def test_a_page_of_another_kind_may_take_the_address(pages):
    assert finding.find_page("/home/", "guidance/") == pages.library
    Page.objects.get(pk=pages.library.pk).delete()
    assert finding.find_page("/home/", "guidance/") is None
    home = Page.objects.get(pk=pages.home.pk)
    new = home.add_child(instance=InformationPage(title="Guidance", slug="guidance"))
    assert finding.find_page("/home/", "guidance/") == new
    assert isinstance(finding.find_page("/home/", "guidance/"), InformationPage)


def test_what_is_remembered_of_addresses_has_an_end(open_page, monkeypatch):
    finding._kinds.clear()
    monkeypatch.setattr(finding, "_MOST_REMEMBERED", 2)
    for path in ("", "about/", "guidance/", "programme/"):
        finding.find_page("/home/", path)
    assert len(finding._kinds) == 2


def test_a_write_is_refused(client, open_page):
    assert client.post("/about/").status_code == 405


def test_a_draft_is_never_served(client, signed_in, cast, draft):
    for reader in (client, signed_in(cast.admin), signed_in(cast.editor)):
        assert reader.get("/not-yet/").status_code == 404


def test_what_is_unpublished_is_served_no_longer(client, open_page):
    assert client.get("/about/").status_code == 200
    InformationPage.objects.get().unpublish()
    assert client.get("/about/").status_code == 404


def test_a_cohorts_page_is_its_own(signed_in, cast, cohort_page):
    answers = {name: signed_in(getattr(cast, name)).get("/notes/").status_code for name in PEOPLE}
    assert answers == {
        "admin": 404, "editor": 404, "outsider": 404, "facilitator": 200, "convener": 200, "participant": 200,
    }  # fmt: skip


def plain(response) -> str:
    """A page without its token, which differs each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())


def test_a_stranger_gets_what_is_given_for_nothing(client, signed_in, cast, cohort_page):
    for reader in (client, signed_in(cast.outsider)):
        refused, missing = reader.get("/notes/"), reader.get("/none/")
        assert refused.status_code == missing.status_code == 404
        assert plain(refused).replace("notes", "none") == plain(missing)
        assert refused.templates[0].name == missing.templates[0].name


def test_a_visitor_is_offered_to_sign_in_and_come_back(client, cohort_page):
    assert "/accounts/login/?next=%2Fnotes%2F" in client.get("/notes/").content.decode()


def test_a_cohorts_page_says_who_can_see_it(signed_in, cast, cohort_page, open_page):
    reader = signed_in(cast.participant)
    said = "Only the 3 people of Cohort 2021–22, facilitators included, and the editors of this site can see this page."
    assert reader.get("/notes/").content.decode().count(said) == 1
    assert reader.get("/about/").content.decode().count("Everyone can see this page.") == 1


def test_seeing_and_being_listed_agree_for_every_person_and_page(cast, pages, open_page, cohort_page, draft):
    GuidancePage.objects.filter(pk=pages.guidance.pk).update(circle=cast.community.circle)
    everything = [page.specific for page in Page.objects.filter(depth__gt=1)]
    for user in (AnonymousUser(), *(getattr(cast, name) for name in PEOPLE)):
        listed = set(visible_pages(user).values_list("pk", flat=True))
        assert {page.pk for page in everything if page.can_see(user)} == listed
    assert len(everything) == 9


def test_restrictions_of_wagtails_own_are_not_asked(pages):
    assert list(pages.home.get_view_restrictions()) == []
    assert pages.home.private_page_options == []


# -- kept for visitors -----------------------------------------------------------------------------------


def test_a_visitor_who_comes_second_costs_no_query(client, open_page, django_assert_num_queries):
    first = client.get("/about/")
    with django_assert_num_queries(0):
        second = client.get("/about/")
    assert second.content == first.content


def test_a_page_for_a_visitor_costs_one_query_and_the_frame_none(
    client, open_page, alone, django_assert_num_queries
):
    client.get("/about/")
    client.cookies["sessionid"] = "none"
    with django_assert_num_queries(1):
        client.get("/about/")


def test_a_page_for_somebody_signed_in_costs_two_more(
    signed_in, cast, open_page, alone, django_assert_num_queries
):
    reader = signed_in(cast.participant)
    reader.get("/about/")
    # session, person, page; the page is everybody's, so nobody asks for circles
    with django_assert_num_queries(3):
        reader.get("/about/")


def test_what_is_kept_is_never_for_somebody_signed_in(client, signed_in, cast, open_page):
    client.get("/about/")
    html = signed_in(cast.participant).get("/about/").content.decode()
    assert "Participant Demo" in html
    assert "Participant Demo" not in client.get("/about/").content.decode()


def test_a_cohorts_page_is_kept_for_nobody(client, signed_in, cast, cohort_page):
    response = signed_in(cast.participant).get("/notes/")
    assert response["Cache-Control"] == "private, no-store"
    assert client.get("/notes/").status_code == 404


def test_publishing_shows_at_once(client, open_page):
    client.get("/about/")
    page = InformationPage.objects.get()
    page.title = "All about us"
    page.save_revision().publish()
    assert "All about us" in client.get("/about/").content.decode()


def test_unpublishing_shows_at_once(client, open_page):
    client.get("/about/")
    InformationPage.objects.get().unpublish()
    assert client.get("/about/").status_code == 404


# -- addresses -------------------------------------------------------------------------------------------


def test_addresses_stand_below_the_root_of_the_site(pages):
    paths = {page.pk: page.url_path for page in (pages.home, pages.library, pages.guidance)}
    assert list(addresses(paths).values()) == ["/", "/guidance/", "/guidance/start-with-a-question/"]
    assert addresses({1: "/elsewhere/"}) == {1: ""}


def test_a_guidance_page_has_the_same_address_by_wagtail(pages):
    for page in (pages.home, pages.module, LibraryPage.objects.get()):
        assert page.url == addresses({page.pk: page.url_path})[page.pk]
