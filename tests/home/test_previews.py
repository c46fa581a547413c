"""An editor sees a page of any kind before it is published, and nobody else does."""

import pytest
from wagtail.models import Page

from home.models import InformationPage, ReadingListPage, TeamPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def everything(pages) -> list[Page]:
    more = [
        InformationPage(title="About", slug="about"),
        ReadingListPage(title="Reading", slug="reading"),
        TeamPage(title="Team", slug="team"),
    ]
    made = [pages.home.add_child(instance=page) for page in more]
    return [pages.home, pages.programme, pages.modules, pages.module, pages.library, pages.guidance, *made]


def test_every_kind_can_be_seen_before_it_is_published(everything, cast, signed_in):
    kinds = set()
    for page in [page.specific for page in everything]:
        page.title = f"A new title for {page.pk}"
        page.save_revision()
        response = signed_in(cast.editor).get(f"/admin/pages/{page.pk}/view_draft/")
        assert response.status_code == 200
        shown = page.headline if hasattr(page, "headline") else f"A new title for {page.pk}"
        assert shown in response.content.decode()
        kinds.add(type(page))
    assert len(kinds) == 9


def test_a_preview_has_all_that_the_page_will_have(pages, cast, signed_in):
    editor = signed_in(cast.editor)
    said = {
        pages.programme: "Planning and launching",
        pages.modules: "Planning and launching",
        pages.module: "Module 1",
        pages.library: "1 piece of guidance",
        pages.guidance: "1 minute to read",
    }
    for page, words in said.items():
        page.save_revision()
        assert words in editor.get(f"/admin/pages/{page.pk}/view_draft/").content.decode()


def test_a_page_that_was_never_published_can_be_previewed_and_not_be_visited(pages, cast, signed_in):
    draft = pages.home.add_child(instance=InformationPage(title="Not yet", slug="not-yet", live=False))
    draft.save_revision()
    editor = signed_in(cast.editor)
    assert "Not yet" in editor.get(f"/admin/pages/{draft.pk}/view_draft/").content.decode()
    assert editor.get("/not-yet/").status_code == 404


def test_a_page_of_a_cohort_can_be_previewed_by_who_edits_it(pages, cast, signed_in):
    private = pages.home.add_child(
        instance=InformationPage(title="Our notes", slug="notes", circle=cast.cohort.circle)
    )
    private.save_revision()
    response = signed_in(cast.editor).get(f"/admin/pages/{private.pk}/view_draft/")
    assert "Our notes" in response.content.decode()
    assert "no-store" in response["Cache-Control"] or "private" in response["Cache-Control"]


def test_nobody_else_gets_a_preview(everything, cast, signed_in, client):
    for reader in (client, signed_in(cast.participant), signed_in(cast.outsider)):
        for page in everything:
            assert reader.get(f"/admin/pages/{page.pk}/view_draft/").status_code in (302, 403)


def test_a_preview_is_not_kept_for_visitors(pages, cast, signed_in, client):
    pages.guidance.title = "Only a draft"
    pages.guidance.save_revision()
    signed_in(cast.editor).get(f"/admin/pages/{pages.guidance.pk}/view_draft/")
    assert "Only a draft" not in client.get("/guidance/start-with-a-question/").content.decode()


def test_asking_for_a_preview_at_the_pages_own_address_changes_nothing(pages, client):
    InformationPage.objects.all().delete()
    pages.home.add_child(instance=InformationPage(title="Not yet", slug="not-yet", live=False))
    for query in ("?preview=1", "?is_preview=True", "?mode="):
        assert client.get(f"/not-yet/{query}").status_code == 404
