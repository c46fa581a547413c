"""The frame of every page: from the cache, true at once when something in it changes."""

import pytest
from django.contrib.messages import get_messages
from django.db import transaction
from django.http import HttpRequest
from django.test import RequestFactory
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Site

from files.models import PortalImage
from home import frame as frame_module
from home.frame import Frame, Link, frame_for, trail_for
from home.models import FooterLink, InformationPage, NavigationLink, NoticeLevel, SiteSettings
from kit import caching

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(pages) -> SiteSettings:
    settings = SiteSettings.objects.create(site=Site.objects.get(), name="Falls network", strapline="Learn.")
    settings.navigation.add(
        NavigationLink(title="Guidance", page=pages.library, sort_order=1),
        NavigationLink(title="Communities", path="/communities/", sort_order=2),
        NavigationLink(title="Home", path="/", sort_order=3),
    )
    settings.footer.add(FooterLink(title="Modules", page=pages.modules))
    settings.save()
    return settings


def request_for(path: str = "/", host: str = "testserver") -> HttpRequest:
    return RequestFactory(SERVER_NAME=host).get(path)


def asked(path: str = "/", host: str = "testserver") -> Frame:
    return frame_for(request_for(path, host))


def test_it_is_what_an_editor_has_set(own):
    frame = asked()
    assert (frame.name, frame.strapline, frame.root_path) == ("Falls network", "Learn.", "/home/")
    assert frame.nav == [
        Link("Guidance", "/guidance/"),
        Link("Communities", "/communities/"),
        Link("Home", "/"),
    ]
    assert frame.footer == [Link("Modules", "/programme/modules/")]
    assert (frame.notice, frame.logo_url, frame.theme_url) == (None, "", "")


def test_without_settings_it_has_a_name_all_the_same(pages):
    assert asked().name == "Communities of Practice"
    assert asked().nav == []


def test_without_a_site_nothing_is_served_and_nothing_kept(client, db):
    Site.objects.all().delete()
    assert client.get("/").status_code == 404
    assert asked().site is None


def test_a_site_made_later_is_seen_at_once(client, db, pages):
    root = Site.objects.get().root_page
    Site.objects.all().delete()
    assert client.get("/").status_code == 404
    Site.objects.create(hostname="testserver", root_page=root, is_default_site=True)
    assert client.get("/").status_code == 200


def test_when_it_is_warm_it_takes_no_query(own, django_assert_num_queries):
    asked()
    with django_assert_num_queries(0):
        asked()


@pytest.mark.parametrize("number", [1, 30])
def test_however_many_links_it_takes_as_many_queries(own, pages, django_assert_num_queries, number):
    own.navigation.add(*(NavigationLink(title=f"L{n}", page=pages.library) for n in range(number)))
    own.save()
    Site.find_for_request(RequestFactory().get("/"))
    # the site, and by its key with its root; sections; settings; two lists of links, and the pages of both
    with django_assert_num_queries(8):
        frame = asked()
    assert len(frame.nav) == number + 3


def test_it_marks_where_one_is(own):
    assert [link.active for link in asked().at("/guidance/start/").nav] == [True, False, False]
    assert [link.active for link in asked().at("/").nav] == [False, False, True]
    assert [link.active for link in asked().at("/about/").nav] == [False, False, False]


def test_a_link_to_what_not_everybody_sees_is_left_out(own, pages, cast):
    pages.library.circle = cast.cohort.circle
    pages.library.save_revision().publish()
    assert [link.title for link in asked().nav] == ["Communities", "Home"]


def test_a_link_to_a_page_that_is_gone_is_left_out(own, pages):
    pages.library.unpublish()
    assert [link.title for link in asked().nav] == ["Communities", "Home"]


@pytest.mark.parametrize(("level", "shown"), [(NoticeLevel.INFO, "info"), (NoticeLevel.IMPORTANT, "warning")])
def test_a_notice_stands_on_every_page(client, own, pages, level, shown):
    own.notice_on, own.notice_level = True, level
    own.notice_text = f'<p>See <a linktype="page" id="{pages.library.pk}">this</a>.</p>'
    own.save()
    html = client.get("/").content.decode()
    assert f"p-notice--{shown}" in html
    assert '<p>See <a href="/guidance/">this</a>.</p>' in html


def test_a_notice_takes_no_heading_from_the_page_that_it_stands_on(client, own):
    own.notice_on, own.notice_text = True, "<p>See this.</p>"
    own.save()
    html = client.get("/calendar/?show=past").content.decode()
    assert '<h1 class="p-title">Sessions that are over</h1>' in html
    assert "p-notice__title" not in html


def test_a_notice_without_words_is_none(own):
    own.notice_on, own.notice_text = True, ""
    own.save()
    assert asked().notice is None


def test_what_is_saved_shows_at_once(client, own):
    assert "Falls network" in client.get("/").content.decode()
    own.name = "Wounds network"
    own.save()
    assert "Wounds network" in client.get("/").content.decode()


def test_a_link_that_an_editor_adds_in_the_admin_shows_at_once(client, signed_in, cast, own):
    client.get("/")
    editor = signed_in(cast.admin)
    address = f"/admin/settings/home/sitesettings/{own.site_id}/"
    form = editor.get(address).context["form"]
    data = {name: value or "" for name, value in form.initial.items() if name not in ("site", "logo")}
    for prefix, formset in form.formsets.items():
        links = [one.instance for one in formset.forms if one.instance.pk]
        data |= {f"{prefix}-TOTAL_FORMS": len(links) + 1, f"{prefix}-INITIAL_FORMS": len(links)}
        for place, link in enumerate([*links, None]):
            fields = {"id": getattr(link, "pk", ""), "title": getattr(link, "title", f"New in {prefix}")}
            fields |= {
                "page": getattr(link, "page_id", "") or "",
                "path": getattr(link, "path", "/new/"),
                "ORDER": place,
            }
            data |= {f"{prefix}-{place}-{name}": value for name, value in fields.items()}
    data["notice_text"] = "null"
    response = editor.post(address, data)
    assert response.status_code == 302, response.context["form"].errors
    html = client.get("/").content.decode()
    assert "New in navigation" in html
    assert "New in footer" in html
    assert [str(message) for message in get_messages(response.wsgi_request)] != []


def test_a_link_has_a_page_or_an_address_but_not_both(pages):
    for link in (
        NavigationLink(title="x"),
        NavigationLink(title="x", page=pages.library, path="/x/"),
    ):
        with pytest.raises(Exception, match="Choose a page or give an address") as error:
            link.full_clean(exclude=["settings"])
        assert list(error.value.message_dict) == ["path"]


def test_hosts_are_forgotten_together(own):
    for host in ("testserver", "localhost"):
        asked(host=host)
    own.name = "Another"
    own.save()
    assert {asked(host=host).name for host in ("testserver", "localhost")} == {"Another"}


def test_a_frame_made_of_an_older_state_is_not_kept_for_the_new_one(own):
    slow = request_for()
    caching.version_for(slow)
    own.name = "Another"
    own.save()
    SiteSettings.objects.update(name="What a slow worker still read")
    assert frame_for(slow).name == "What a slow worker still read"
    SiteSettings.objects.update(name="Another")
    assert asked().name == "Another"


@pytest.mark.django_db(transaction=True)
def test_what_changes_in_a_transaction_is_forgotten_at_once_and_at_its_end(own):
    before = caching.version()
    with transaction.atomic():
        own.save()
        within = caching.version()
        assert within != before
    assert caching.version() != within


def test_hosts_are_not_kept_without_end(own, settings):
    settings.ALLOWED_HOSTS = ["*"]
    for number in range(120):
        asked(host=f"host{number}")
    assert len(frame_module._made) <= 50


# -- logo and colours ------------------------------------------------------------------------------------


def test_a_logo_is_shown_if_everybody_may_see_it(own, cast):
    own.logo = PortalImage.objects.create(title="Logo", file=get_test_image_file())
    own.save()
    assert asked().logo_url == own.logo.get_rendition("max-320x96").url
    own.logo.circle = cast.cohort.circle
    own.logo.save()
    own.save()
    assert asked().logo_url == ""


def test_a_logo_whose_file_is_lost_is_left_out(client, own):
    own.logo = PortalImage.objects.create(title="Logo", file=get_test_image_file())
    own.logo.file.delete(save=False)
    own.save()
    assert client.get("/").status_code == 200
    assert asked().logo_url == ""


def test_colours_come_as_a_stylesheet(client, own):
    assert client.get("/theme.css").content == b""
    own.brand_colour, own.accent_colour = "#0b3d66", ""
    own.save()
    frame = asked()
    assert frame.theme_url == f"/theme.css?v={frame.theme_version}"
    response = client.get(frame.theme_url)
    assert response["Content-Type"] == "text/css"
    assert response.content == b":root{--colour-brand:#0b3d66;}"
    assert frame.theme_url in client.get("/").content.decode()


# -- the way here ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "titles"),
    [
        ("/", []),
        ("/guidance/", ["Home"]),
        ("/guidance/start-with-a-question/", ["Home", "Guidance"]),
        ("/programme/modules/planning/", ["Home", "Programme", "Modules"]),
        ("/nowhere/at/all/", ["Home"]),
    ],
)
def test_a_trail_leads_from_home_to_what_is_above(pages, path, titles):
    trail = trail_for(RequestFactory().get(path))
    assert [link.title for link in trail] == titles
    assert all(path.startswith(link.url) for link in trail)


def test_a_private_section_is_in_no_trail(pages, cast):
    parent = pages.home.add_child(
        instance=InformationPage(title="Our room", slug="room", circle=cast.cohort.circle)
    )
    parent.add_child(instance=InformationPage(title="Open", slug="open"))
    assert [link.title for link in trail_for(RequestFactory().get("/room/open/"))] == ["Home"]


def test_a_section_that_is_renamed_is_so_in_trails(client, pages):
    client.get("/guidance/start-with-a-question/")
    pages.library.title = "Our shelf"
    pages.library.save_revision().publish()
    assert "Our shelf" in client.get("/guidance/start-with-a-question/").content.decode()
