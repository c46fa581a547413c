"""What somebody writes for themself is in no page, search, list, feed, answer or log of anybody else."""

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from wagtail.models import ModelLogEntry, PageLogEntry, ReferenceIndex
from wagtail.search.index import get_indexed_models

from journal.models import OpenRatings, Rating, Reflection
from kit.registry import searches
from tests.journal.conftest import fresh

pytestmark = pytest.mark.django_db
SECRET = "zwetschge"
SOUGHT = "huddles"  # what is looked for, in the same texts: a search says again what was asked
OTHERS = ["admin", "editor", "facilitator", "convener", "outsider", "visitor"]
EVERYBODY = [*OTHERS, "participant"]
ADDRESSES = [
    "/", "/me/", "/me/reflections/", f"/me/reflections/?q={SOUGHT}", "/me/reflections/shared/", "/me/reflections/removed/",
    "/me/outcomes/", "/outcomes/2021-22/", "/me/notifications/", "/people/", f"/people/?q={SOUGHT}", "/communities/",
    "/discussions/", f"/discussions/search/?q={SOUGHT}", f"/search/?q={SOUGHT}", "/calendar/", "/guidance/", f"/guidance/?q={SOUGHT}",
    "/programme/", "/programme/modules/planning/", "/api/v1/communities", "/api/v1/sessions", "/api/v1/openapi.json", "/sitemap.xml",
    "/admin/", "/admin/reports/site-history/", "/admin/members/membership/", f"/admin/pages/search/?q={SOUGHT}",
    "/groups/2021-22/people/", "/me/data/",
]  # fmt: skip


@pytest.fixture
def full(cast, write, rate, asking, programme) -> Reflection:
    """The participant has written about a page, and noted something on a rating; nothing is shared."""
    one = write(f"Of {SOUGHT}: {SECRET}", title=f"{SOUGHT} {SECRET}", page=asking.module.page_ptr)
    rate("participant", 3, note=f"{SOUGHT} {SECRET}")
    call_command("update_index", verbosity=0)
    return one


def person(cast, who: str):
    return AnonymousUser() if who == "visitor" else fresh(getattr(cast, who))


def found_by(browser, one: Reflection, pages) -> list[str]:
    more = [f"/me/reflections/{one.pk}/{rest}" for rest in ("", "edit/", "share/", "remove/")]
    more += [f"/admin/pages/usage/{pages.module.pk}/", f"/admin/pages/{pages.module.pk}/delete/"]
    return [
        place for place in (*ADDRESSES, *more) if SECRET in browser.get(place, follow=True).content.decode()
    ]


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_reads_it(full, visit, asking, who):
    assert found_by(visit(who), full, asking) == []


def test_the_writer_does_so_the_net_holds(full, visit, asking):
    own = f"/me/reflections/{full.pk}/"
    assert set(found_by(visit("participant"), full, asking)) == {
        "/me/reflections/",
        f"/me/reflections/?q={SOUGHT}",
        "/me/outcomes/",
        own,
        f"{own}edit/",
        f"{own}share/",
        f"{own}remove/",
    }


@pytest.mark.parametrize("who", EVERYBODY)
def test_no_search_finds_it(cast, full, who):
    assert [hit for search in searches for hit in search.find(person(cast, who), SOUGHT, 5)] == []


@pytest.mark.parametrize("model", [Reflection, Rating, OpenRatings])
def test_it_is_in_no_index_no_list_of_the_admin_and_no_log(full, cast, visit, model):
    assert model not in get_indexed_models()
    assert not ReferenceIndex.objects.filter(base_content_type__app_label="journal").exists()
    assert visit("admin").get(f"/admin/journal/{model._meta.model_name}/").status_code == 404
    for entries in (ModelLogEntry, PageLogEntry):
        assert not entries.objects.filter(content_type__app_label="journal").exists()


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("name", ["Reflection", "Rating"])
def test_filter_and_check_agree(cast, full, who, name):
    model, asker = apps.get_model("journal", name), person(cast, who)
    seen = set(model.objects.visible_to(asker))
    assert {one for one in model.objects.all() if one.can_see(asker)} == seen
    assert bool(seen) is (who == "participant")


@pytest.mark.parametrize("who", ["visitor", "outsider"])
def test_lists_of_ones_own_are_empty_for_others(cast, full, who):
    asker = person(cast, who)
    for found in (
        Reflection.objects.own(asker),
        Reflection.objects.shared_with(asker),
        Reflection.objects.restorable_by(asker),
        OpenRatings.objects.visible_to(asker),
    ):
        assert list(found) == []
    assert full.can_change(asker) is False
