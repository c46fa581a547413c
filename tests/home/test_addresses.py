"""No page takes an address that the portal has for itself: in the tree, in forms, by copying or moving."""

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import Page, Site

from home.models import InformationPage
from members.admin_forms import is_top_level, reserved_segments

pytestmark = pytest.mark.django_db

MESSAGE = "“communities” is taken by the portal itself. Choose another."


def fields(slug: str, title: str = "Ours", **more: str) -> dict[str, str]:
    """What Wagtail's form of an information page sends."""
    return {
        "title": title, "slug": slug, "introduction": "", "body-count": "0", "seo_title": "", "go_live_at": "",
        "search_description": "", "expire_at": "", "circle": "", "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0", **more,
    }  # fmt: skip


@pytest.fixture
def about(pages) -> InformationPage:
    return pages.home.add_child(instance=InformationPage(title="About", slug="about"))


def test_the_first_parts_of_all_routes_are_reserved():
    reserved = reserved_segments()
    assert {"admin", "accounts", "communities", "discussions", "me", "people", "search", "static"} <= reserved
    assert {"api", "files", "documents", "learning"} <= reserved
    assert {"guidance", "programme", "", "about"} & reserved == set()
    assert not [one for one in reserved if "<" in one or "(" in one or "/" in one]


def test_routes_included_without_a_part_of_their_own_count_too():
    assert {"calendar", "sessions"} <= reserved_segments()


def test_only_below_a_sites_root_are_addresses_of_one_part(pages):
    assert is_top_level(pages.home)
    assert not is_top_level(pages.library)
    assert not is_top_level(Page.get_first_root_node())
    assert not is_top_level(None)


def test_another_sites_root_counts_as_well(pages):
    Site.objects.create(hostname="other", root_page=pages.library)
    assert is_top_level(pages.library)


def test_a_new_page_is_refused(pages):
    with pytest.raises(ValidationError) as error:
        pages.home.add_child(instance=InformationPage(title="Ours", slug="communities"))
    assert error.value.message_dict == {"slug": [MESSAGE]}
    assert not InformationPage.objects.filter(slug="communities").exists()


def test_a_page_that_is_there_is_refused_to_become_one(about):
    about.slug = "communities"
    with pytest.raises(ValidationError) as error:
        about.save()
    assert error.value.message_dict == {"slug": [MESSAGE]}


def test_further_down_any_address_will_do(pages):
    below = pages.programme.add_child(instance=InformationPage(title="Ours", slug="communities"))
    assert below.url_path == "/home/programme/communities/"


def test_a_page_keeps_the_address_it_has(about):
    about.title = "About us"
    about.save()
    assert InformationPage.objects.get(pk=about.pk).title == "About us"


# -- in the admin ----------------------------------------------------------------------------------------


def test_an_editor_is_told_beside_the_field_of_a_new_page(pages, cast, signed_in):
    response = signed_in(cast.editor).post(
        f"/admin/pages/add/home/informationpage/{pages.home.pk}/", fields("communities")
    )
    assert response.status_code == 200
    assert response.context["form"].errors == {"slug": [MESSAGE]}
    assert response.context["form"]["title"].value() == "Ours"
    assert InformationPage.objects.count() == 0


def test_another_address_is_taken_without_a_word(pages, cast, signed_in):
    response = signed_in(cast.editor).post(
        f"/admin/pages/add/home/informationpage/{pages.home.pk}/", fields("ours", **{"action-publish": "1"})
    )
    assert response.status_code == 302
    assert InformationPage.objects.get().url_path == "/home/ours/"


def test_an_editor_is_told_beside_the_field_of_a_page_that_is_there(about, cast, signed_in):
    response = signed_in(cast.editor).post(f"/admin/pages/{about.pk}/edit/", fields("communities"))
    assert response.status_code == 200
    assert response.context["form"].errors == {"slug": [MESSAGE]}
    assert InformationPage.objects.get().slug == "about"


def copy_of(page: Page, slug: str, parent: Page) -> dict[str, object]:
    return {"new_title": "Copy", "new_slug": slug, "new_parent_page": parent.pk}


def test_a_copy_is_refused(about, pages, cast, signed_in):
    response = signed_in(cast.admin).post(
        f"/admin/pages/{about.pk}/copy/", copy_of(about, "communities", pages.home)
    )
    assert response.status_code == 200
    assert response.context["form"].errors == {"new_slug": [MESSAGE]}
    assert InformationPage.objects.count() == 1


def test_a_copy_further_down_is_made(about, pages, cast, signed_in):
    response = signed_in(cast.admin).post(
        f"/admin/pages/{about.pk}/copy/", copy_of(about, "communities", pages.programme)
    )
    assert response.status_code == 302
    assert InformationPage.objects.filter(slug="communities").count() == 1


@pytest.fixture
def below(pages) -> InformationPage:
    return pages.programme.add_child(instance=InformationPage(title="Ours", slug="communities"))


def test_a_page_is_not_moved_to_such_an_address(below, pages, cast, signed_in):
    reader = signed_in(cast.admin)
    response = reader.post(f"/admin/pages/{below.pk}/move/{pages.home.pk}/confirm/", follow=True)
    assert InformationPage.objects.get().url_path == "/home/programme/communities/"
    assert "The page was not moved." in response.content.decode()


def test_another_page_is_moved_and_kept_pages_forget_it(client, about, pages, cast, signed_in):
    assert client.get("/about/").status_code == 200
    response = signed_in(cast.admin).post(f"/admin/pages/{about.pk}/move/{pages.programme.pk}/confirm/")
    assert response.status_code == 302
    response = client.get("/about/")
    assert (response.status_code, response["Location"]) == (301, "/programme/about/")
    assert client.get("/programme/about/").status_code == 200


def test_a_page_deleted_in_the_admin_is_gone_at_once(client, about, cast, signed_in):
    assert client.get("/about/").status_code == 200
    signed_in(cast.admin).post(f"/admin/pages/{about.pk}/delete/")
    assert client.get("/about/").status_code == 404
