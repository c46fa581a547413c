"""An old address leads on to the new one, for those who may see the page."""

import pytest
from wagtail.contrib.redirects.models import Redirect

from home.models import InformationPage

pytestmark = pytest.mark.django_db

WAGTAILS = "wagtail.contrib.redirects.middleware.RedirectMiddleware"
OURS = "home.middleware.Redirects"


@pytest.fixture(autouse=True)
def middleware(settings) -> list[str]:
    settings.MIDDLEWARE = [OURS if name == WAGTAILS else name for name in settings.MIDDLEWARE]
    return settings.MIDDLEWARE


@pytest.fixture
def renamed(pages, django_capture_on_commit_callbacks) -> InformationPage:
    page = pages.home.add_child(instance=InformationPage(title="About", slug="about"))
    page.slug = "about-us"
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    return page


def test_ours_stands_where_wagtails_would(middleware):
    assert middleware.count(OURS) == 1
    assert WAGTAILS not in middleware


def test_a_renamed_page_is_found_by_its_old_address(client, renamed):
    response = client.get("/about/")
    assert (response.status_code, response["Location"]) == (301, "/about-us/")


def test_a_private_pages_new_address_is_told_to_its_people_only(client, signed_in, cast, renamed):
    renamed.circle = cast.cohort.circle
    renamed.save_revision().publish()
    assert signed_in(cast.participant).get("/about/").status_code == 301
    for stranger in (client, signed_in(cast.outsider), signed_in(cast.admin)):
        response = stranger.get("/about/")
        assert response.status_code == 404
        assert "about-us" not in response.content.decode()


def test_an_unpublished_pages_new_address_is_told_to_nobody(signed_in, cast, renamed):
    renamed.unpublish()
    assert signed_in(cast.participant).get("/about/").status_code == 404


@pytest.mark.parametrize("link", ["/communities/", "https://example.org/elsewhere/", "/no.such/route"])
def test_other_redirects_go_on_as_ever(client, pages, link):
    Redirect.add_redirect("/old/", link)
    response = client.get("/old/")
    assert (response.status_code, response["Location"]) == (301, link)


def test_an_address_without_a_redirect_is_not_there(client, pages):
    assert client.get("/old/").status_code == 404
