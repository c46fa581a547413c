"""Line 8: a file becomes private with what it stands on, at once, in every size."""

from pathlib import Path

import pytest
from django.core.management import call_command
from wagtail.rich_text import RichText

from files.models import PortalImage
from tests.security.conftest import SECRET


@pytest.fixture
def opened(private):
    """The cohort's files, while they are everybody's."""
    for thing in (private.document, private.picture):
        thing.circle = None
        thing.save()
    return [
        private.document.url,
        *(private.picture.get_rendition(size).url for size in ("width-8", "max-4x4")),
    ]


@pytest.mark.parametrize("who", ["visitor", "outsider"])
def test_it_is_asked_each_time(private, opened, cast, visit, who):
    assert [visit(who).get(address).status_code for address in opened] == [200, 200, 200]
    for thing in (private.document, private.picture):
        thing.circle = cast.cohort.circle
        thing.save()
    assert [visit(who).get(address).status_code for address in opened] == [404, 404, 404]
    assert [visit("participant").get(address).status_code for address in opened] == [200, 200, 200]


def test_no_cache_between_keeps_one(opened, client):
    for address in opened:
        control = client.get(address)["Cache-Control"]
        assert (address, "private" in control, "public" in control) == (address, True, False)


def test_there_is_no_way_past_the_view(private, client, settings):
    for name in (
        private.document.file.name,
        private.picture.file.name,
        private.picture.get_rendition("width-8").file.name,
    ):
        for root in (
            "/media/",
            settings.MEDIA_URL,
            "/static/",
            "/files/",
            "/documents/",
            "/",
            "/static/../media/",
        ):
            assert (root, client.get(root + name).status_code) == (root, 404)


PUBLIC_LISTS = [
    "/", "/guidance/", "/communities/", "/calendar/", "/search/?q=zwetschge", "/guidance/?q=zwetschge",
    "/discussions/search/?q=zwetschge", "/sitemap.xml", "/sitemap-pages.xml", "/robots.txt", "/api/v1/communities",
    "/api/v1/sessions", "/people/?q=zwetschge", "/me/", "/programme/modules/planning/",
]  # fmt: skip


def illustrated(pages, picture, document=None):
    """A public page that shows a picture and links to a document."""
    page = pages.guidance
    link = (
        f'<p>Read <a linktype="document" id="{document.pk}">the plan</a>.</p>' if document else "<p>Read.</p>"
    )
    page.body = [
        ("picture", {"image": picture, "description": f"Of {SECRET}", "caption": ""}),
        ("text", RichText(link)),
    ]
    page.save_revision().publish()
    return page.url


@pytest.mark.parametrize("who", ["visitor", "outsider", "editor", "admin"])
def test_no_list_and_no_search_tells_of_a_file(private, visit, who):
    """Of the files alone: what else is private is planted with another word by the other lines."""
    mark = "mirabelle"
    for thing in (private.document, private.picture):
        thing.title = f"About {mark}"
        thing.file.name = thing.file.name.replace(SECRET, mark)
        thing.save()
    call_command("update_index", verbosity=0)
    for address in PUBLIC_LISTS:
        content = (
            visit(who).get(address.replace(SECRET, mark)).content.decode().replace(f'value="{mark}"', "")
        )
        assert (address, f"About {mark}" in content, f"{mark}." in content.replace(f"{mark}”.", "")) == (
            address, False, False,
        )  # fmt: skip


def test_a_kept_page_is_forgotten_with_what_it_shows(private, opened, pages, cast, client):
    """A visitor's page is kept for a minute; what becomes private is gone from it at once, in words too."""
    address = illustrated(pages, private.picture, private.document)
    rendition = private.picture.get_rendition("width-640").url
    before = client.get(address).content.decode()
    assert (rendition in before, private.document.url in before) == (True, True)
    assert client.get(address).content.decode() == before  # kept
    for thing in (private.document, private.picture):
        thing.circle = cast.cohort.circle
        thing.save()
    after = client.get(address).content.decode()
    assert ("/files/pictures/" in after, "/documents/" in after, f"Of {SECRET}" in after) == (
        False,
        False,
        False,
    )
    assert "the plan" in after
    assert client.get(rendition).status_code == 404


def test_nor_does_it_show_what_is_deleted(private, opened, pages, client):
    address = illustrated(pages, private.picture, private.document)
    client.get(address)
    addresses = [*opened, private.picture.get_rendition("width-640").url]
    private.picture.delete()
    private.document.delete()
    assert [client.get(one).status_code for one in addresses] == [404] * 4
    after = client.get(address).content.decode()
    assert ("/files/pictures/" in after, "/documents/" in after) == (False, False)


def test_moving_many_at_once_forgets_pages_too(private, opened, pages, cast, client):
    address = illustrated(pages, private.picture)
    before = client.get(address).text
    PortalImage.objects.filter(pk=private.picture.pk).update(circle=cast.cohort.circle)
    after = client.get(address).text
    assert ("/files/pictures/" in before, "/files/pictures/" in after) == (True, False)


def test_a_page_shows_each_reader_what_that_reader_may_see(private, pages, visit):
    """The picture is the cohort's, the page is everybody's."""
    address = illustrated(pages, private.picture, private.document)
    for who, seen in (("visitor", False), ("outsider", False), ("editor", False), ("participant", True)):
        content = visit(who).get(address).content.decode()
        assert (who, "/files/pictures/" in content, private.document.url in content) == (who, seen, seen)


def test_every_size_of_it_is_shut(private, visit):
    sizes = (
        "original",
        "width-8",
        "max-4x4",
        "fill-4x4",
        "max-165x165",
        "width-640|format-webp",
        "scale-50|jpegquality-40",
    )
    for size in sizes:
        address = private.picture.get_rendition(size).url
        assert (size, [visit(who).get(address).status_code for who in ("visitor", "outsider", "editor", "admin")]) == (
            size, [404] * 4,
        )  # fmt: skip
        assert visit("participant").get(address).status_code == 200


def test_a_file_that_was_taken_out_is_gone_from_the_disk(
    private, settings, django_capture_on_commit_callbacks
):
    """No size of it stays behind, where a careless web server might find it."""
    private.picture.get_rendition("width-8")
    with django_capture_on_commit_callbacks(execute=True):
        private.picture.delete()
        private.document.delete()
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []
