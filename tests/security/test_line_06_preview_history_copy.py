"""Line 6: previews, history, comparing and copying ask as the thing itself does; so do reports."""

import pytest

from community_directory import actions as directory
from discussion import actions as discussion
from members import actions as members
from tests.factories import SpaceFactory
from tests.security.conftest import SECRET, words

SCREENS = (
    "edit/", "view_draft/", "history/", "usage/", "copy/", "move/", "delete/", "unpublish/", "edit/preview/",
    "add_subpage/", "privacy/", "revisions/{revision}/view/", "revisions/{revision}/revert/",
    "revisions/compare/earliest...{revision}/", "status/", "convert_alias/", "lock/", "reorder/",
)  # fmt: skip


@pytest.fixture
def revised(private, cast):
    private.page.title = f"Another {SECRET}"
    private.page.save_revision(user=cast.admin)
    return private.page


@pytest.mark.parametrize("who", ["visitor", "outsider", "participant", "facilitator", "convener"])
def test_who_does_not_work_in_the_admin_gets_no_screen_of_it(revised, visit, who):
    client = visit(who)
    for screen in SCREENS:
        address = f"/admin/pages/{revised.pk}/{screen.format(revision=revised.latest_revision_id)}"
        for response in (client.get(address), client.post(address, {"title": "x", "new_slug": "y"})):
            assert (address, response.status_code) == (address, 302)
            assert response["Location"].startswith("/admin/login/")
            assert SECRET not in response.content.decode()


@pytest.mark.parametrize("who", ["visitor", "outsider", "participant", "facilitator", "convener"])
def test_nor_choosers_lists_reports_or_the_admins_api(revised, visit, who):
    for address in (
        "/admin/", "/admin/pages/", "/admin/choose-page/", f"/admin/choose-page/{revised.get_parent().pk}/",
        "/admin/images/", "/admin/images/chooser/", "/admin/documents/", "/admin/documents/chooser/",
        "/admin/api/main/pages/", f"/admin/api/main/pages/{revised.pk}/", "/admin/api/main/images/",
        "/admin/pages/search/?q=zwetschge", "/admin/reports/site-history/", "/admin/reports/site-history/results/",
        "/admin/reports/aging-pages/?export=csv", "/admin/users/", "/admin/groups/", "/admin/collections/",
        "/admin/redirects/", "/admin/programme/", "/admin/guidance/import/",
        "/admin/guidance/import/guidance.csv", "/admin/guide/", "/admin/settings/home/sitesettings/",
    ):  # fmt: skip
        response = visit(who).get(address)
        assert (address, response.status_code) == (address, 302)
        assert SECRET not in response.content.decode()


def test_people_of_a_cohort_see_what_is_published_and_no_draft(revised, visit):
    shown = visit("participant").get(
        revised.get_url(), {"preview": "1", "in_preview_panel": "true", "mode": "form"}
    )
    assert shown.status_code == 200
    assert f"Another {SECRET}" not in shown.content.decode()


def test_site_history_tells_no_editor_of_others_drafts(cast, pages, editor, signed_in):
    community = directory.list_community(
        person=cast.convener, name=f"=Draft {SECRET}", summary="s", domain="d", purpose="p"
    )
    addresses = [
        "/admin/reports/site-history/", "/admin/reports/site-history/results/",
        f"/admin/reports/site-history/results/?label={SECRET[:4]}", "/admin/reports/site-history/?export=csv",
        "/admin/reports/site-history/?export=csv&action=wagtail.create",
    ]  # fmt: skip
    for client in (editor, signed_in(cast.admin)):
        for address in addresses:
            assert (address, SECRET in words(client.get(address))) == (address, False)
    assert "Planning and launching" in words(editor.get(addresses[0]))
    directory.submit_community(community=community, person=cast.convener)
    assert SECRET in words(editor.get(addresses[0]))


def test_nor_of_what_was_done_to_a_topic_of_others(cast, pages, editor, signed_in):
    space = SpaceFactory(circle=cast.cohort.circle)
    topic = discussion.start_topic(person=cast.participant, space=space, title=f"Topic {SECRET}", text="x")
    cast.facilitator.groups.add(cast.editor.groups.get())
    address = f"/admin/discussion/topic/edit/{topic.pk}/"
    assert signed_in(cast.facilitator).post(address, {"pinned": "on"}).status_code == 302
    report = "/admin/reports/site-history/?export=csv"
    assert SECRET in words(signed_in(cast.facilitator).get(report))
    assert SECRET not in words(editor.get(report))


def test_usage_names_no_session_of_others(private, pages, cast, editor):
    private.session.cohort = None
    private.session.save()
    shown = editor.get(f"/admin/pages/{pages.module.pk}/usage/").content.decode()
    assert SECRET not in shown


def test_wagtails_own_restrictions_cannot_be_set(pages, editor):
    """They would be kept and never asked: ``circle`` says who may read a page."""
    address = f"/admin/pages/{pages.guidance.pk}/privacy/"
    for kind in ("login", "password", "shared_password", "groups", "none"):
        editor.post(address, {"restriction_type": kind, "password": "x", "groups": "1"})
    assert pages.guidance.view_restrictions.count() == 0


@pytest.mark.parametrize("mode", ["visitor", "member", "participant"])
def test_looking_as_a_participant_shows_nothing_of_a_cohort_that_one_is_not_in(private, pages, editor, mode):
    for page in (pages.module, pages.home, pages.programme, pages.modules, pages.library, pages.guidance):
        shown = editor.get(f"/admin/pages/{page.pk}/view_draft/", {"mode": mode})
        assert (page.slug, shown.status_code, SECRET in words(shown)) == (page.slug, 200, False)


def test_looking_as_a_participant_shows_what_is_ones_own(private, pages, cast, editor):
    members.join(person=cast.editor, circle=cast.cohort.circle)
    shown = editor.get(f"/admin/pages/{pages.module.pk}/view_draft/", {"mode": "participant"})
    assert f"Session {SECRET}" in words(shown)
