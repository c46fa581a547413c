"""Line 9: search, redirects, slugs and maps give no private title or word away."""

import pytest
from django.core.management import call_command
from wagtail.models import Site

from discussion import actions as discussion
from home.models import InformationPage
from tests.factories import SpaceFactory
from tests.security.conftest import SECRET, words

FOUND = ("/search/", "/communities/", "/guidance/", "/people/", "/discussions/search/", "/api/v1/communities")


@pytest.mark.parametrize("who", ["visitor", "outsider", "editor", "admin"])
def test_nothing_is_found(private, visit, who):
    client = visit(who)
    for address in FOUND:
        for sought in (SECRET, SECRET[:5], SECRET.upper(), f'"{SECRET}"', f"{SECRET}*", f"Topic OR {SECRET}"):
            content = client.get(address, {"q": sought}).content.decode()
            for thing in (private.page, private.topic, private.session, private.draft):
                assert (address, sought, str(thing) in content) == (address, sought, False)
            assert (address, f"<mark>{SECRET}" in content) == (address, False)


def test_its_people_find_it(private, visit):
    content = visit("participant").get("/search/", {"q": SECRET}).content.decode()
    for hit in (private.page.get_url(), private.topic.get_absolute_url(), private.session.get_absolute_url()):
        assert (hit, hit in content) == (hit, True)


@pytest.mark.parametrize("who", ["visitor", "outsider"])
def test_maps_feeds_and_frames_do_not_name_it(private, visit, who):
    addresses = [
        "/", "/sitemap.xml", *(f"/sitemap-{name}.xml" for name in ("pages", "places", "communities", "sessions")),
        "/robots.txt", "/calendar/", "/calendar/?show=ahead", "/guidance/", "/programme/", "/programme/modules/",
        "/programme/modules/planning/", "/communities/", "/theme.css", "/discussions/",
    ]  # fmt: skip
    for address in addresses:
        assert (address, SECRET in words(visit(who).get(address))) == (address, False)


def test_a_first_post_that_is_gone_finds_no_topic(cast, network, visit, django_capture_on_commit_callbacks):
    space = SpaceFactory(circle=network)
    topic = discussion.start_topic(
        person=cast.participant, space=space, title="A question", text=f"Said {SECRET}."
    )
    discussion.add_post(person=cast.convener, topic=topic, text="An answer.")
    call_command("update_index", verbosity=0)

    def found(who: str) -> list[bool]:
        lists = ("/search/", "/discussions/search/")
        return ["A question" in visit(who).get(one, {"q": SECRET}).content.decode() for one in lists]

    assert found("convener") == [True, True]
    with django_capture_on_commit_callbacks(execute=True):
        discussion.remove_post(person=cast.participant, post=topic.posts.get(number=1))
    assert found("convener") == [False, False]
    with django_capture_on_commit_callbacks(execute=True):
        discussion.restore_post(person=cast.participant, post=topic.posts.get(number=1))
    assert found("convener") == [True, True]


@pytest.mark.parametrize("sites", [1, 2])
def test_no_redirect_leads_to_a_private_address(
    cast, pages, client, visit, sites, django_capture_on_commit_callbacks
):
    """With two sites Wagtail's redirects name the host; it is ours all the same."""
    page = pages.home.add_child(
        instance=InformationPage(title="About", slug="about", circle=cast.cohort.circle)
    )
    if sites == 2:
        Site.objects.update(hostname="ours.example")
        Site.objects.create(hostname="other.example", root_page=pages.library)
    page.slug = SECRET
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    for who in ("visitor", "outsider"):
        response = visit(who).get("/about/")
        assert (response.status_code, SECRET in response.headers.get("Location", "")) == (404, False)
        assert SECRET not in response.content.decode()
    response = visit("participant").get("/about/")
    assert (response.status_code, SECRET in response["Location"]) == (301, True)
