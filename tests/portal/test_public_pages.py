"""Pages kept for visitors: given again without a query, never to somebody signed in, gone when something changes."""

import pytest
from django.core.cache import caches
from django.test import Client

from kit import caching
from learning.models import GuidancePage
from portal.middleware import PublicPageCache

pytestmark = pytest.mark.django_db

PUBLIC = [
    "/",
    "/guidance/start-with-a-question/",
    "/programme/modules/planning/",
    "/calendar/",
    "/robots.txt",
]


@pytest.fixture
def guidance(pages):
    return pages.guidance.url


@pytest.mark.parametrize("path", PUBLIC)
def test_the_second_time_costs_no_query(client, pages, django_assert_num_queries, path):
    first = client.get(path)
    with django_assert_num_queries(0):
        second = client.get(path)
    assert (second.status_code, second.content) == (200, first.content)
    assert second["Content-Type"] == first["Content-Type"]
    assert second["Content-Security-Policy"] == first["Content-Security-Policy"]
    assert second["Cache-Control"] == first["Cache-Control"] == "max-age=0, must-revalidate"
    assert {part.strip() for part in second["Vary"].split(",")} >= {"Cookie"}


def test_a_head_is_not_kept_for_those_who_want_the_page(client, guidance):
    client.head(guidance)
    assert b"Start with a question" in client.get(guidance).content


def test_an_address_with_a_query_is_not_kept(client, guidance):
    for number in range(30):
        client.get(f"{guidance}?x={number}")
    client.get(guidance)
    assert len(caches["pages"]._cache) == 1


@pytest.mark.parametrize(
    "path", ["/", "/calendar/", "/calendar/?kind=clinic", "/communities/?stage=maturing"]
)
@pytest.mark.parametrize("cookie", ["", "of a session that has ended"])
def test_browsers_ask_again_with_a_query_or_an_old_cookie_too(client, cast, pages, path, cookie):
    if cookie:
        client.cookies["sessionid"] = cookie
    assert client.get(path)["Cache-Control"] == "max-age=0, must-revalidate"


def test_pages_do_not_push_out_what_limits_are_counted_in(client, guidance):
    caches["default"].set("allauth:rl:login:somebody", [1])
    for number in range(400):
        caches["pages"].set(f"page{number}", "x")
    assert caches["default"].get("allauth:rl:login:somebody") == [1]


@pytest.mark.parametrize("path", PUBLIC)
def test_nothing_is_kept_of_what_somebody_signed_in_sees(cast, pages, signed_in, path):
    signed_in(cast.participant).get(path)
    assert len(caches["pages"]._cache) == 0


def test_nobody_signed_in_gets_a_kept_page(client, cast, guidance, signed_in):
    kept = client.get(guidance).content
    assert b"Sign out" not in kept
    assert b"Sign out" in signed_in(cast.participant).get(guidance).content


def test_a_page_that_is_published_shows_at_once(client, guidance, pages):
    client.get(guidance)
    page = GuidancePage.objects.get(pk=pages.guidance.pk)
    page.title = "Begin with a question"
    page.save_revision().publish()
    assert b"Begin with a question" in client.get(guidance).content


def test_what_was_made_before_a_change_is_kept_for_nobody(rf, pages):
    """A slow worker has read the old state; meanwhile an editor publishes."""

    def slow(request):
        answer = made_of("old")
        caching.forget_public_pages()
        return answer

    def made_of(text):
        from django.http import HttpResponse

        response = HttpResponse(text)
        response.is_public_page = True
        return response

    assert PublicPageCache(slow)(rf.get("/x/")).content == b"old"
    assert PublicPageCache(lambda request: made_of("new"))(rf.get("/x/")).content == b"new"
    assert PublicPageCache(lambda request: made_of("newer"))(rf.get("/x/")).content == b"new"


def test_a_page_that_sets_a_cookie_is_not_kept(rf):
    def answer(request):
        from django.http import HttpResponse

        response = HttpResponse("yours")
        response.is_public_page = True
        response.set_cookie("who", "you")
        return response

    PublicPageCache(answer)(rf.get("/x/"))
    assert len(caches["pages"]._cache) == 0


def test_hosts_do_not_share_pages(pages, settings):
    settings.ALLOWED_HOSTS = ["*"]
    for host in ("one.example.org", "two.example.org"):
        Client(SERVER_NAME=host).get("/")
    assert len(caches["pages"]._cache) == 2
