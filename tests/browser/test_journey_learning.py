"""What somebody does with what they read: marks, keeps, goes on where they were, starts from today, says what helped."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, manage
from tests.browser.dresses import faults
from tests.browser.reading import follow, main, path_of, press, see_said, see_title

GUIDANCE = "/guidance/start-with-a-question/"
TITLE = "Find the question that starts a community"
LEARNING = "/me/learning/"
_EDITOR_LOOKS_AFTER = """
from members.models import User
from wagtail.models import Page
Page.objects.filter(slug="start-with-a-question").update(owner=User.objects.get(email="editor@example.org"))
"""
_LONG_AGO = """
from datetime import timedelta
from django.utils import timezone
from study.models import PageDone
from learning.models import StepDone
long_ago = timezone.now() - timedelta(days=60)
PageDone.objects.update(done_at=long_ago)
StepDone.objects.update(done_at=long_ago)
"""


def panel(page: Page):
    """What stands at the end of a page."""
    return page.get_by_role("region", name="Your learning")


def focus(page: Page) -> str:
    return page.evaluate("document.activeElement.id")


def test_page_is_done_and_kept_and_the_focus_stays(enter: Callable[..., Page]):
    page = enter("participant")
    page.goto(GUIDANCE)
    press(panel(page), "Mark as done")
    expect(panel(page).get_by_role("button", name="Mark as not done")).to_be_visible()
    expect(page.locator("#live")).to_have_text(f"{TITLE}: done.")
    assert focus(page) == "study-done"
    press(panel(page), "Bookmark this page")
    expect(panel(page).get_by_role("button", name="Remove bookmark")).to_be_visible()
    expect(page.locator("#live")).to_have_text("Bookmarked.")
    assert (focus(page), path_of(page)) == ("study-keep", GUIDANCE)
    press(panel(page), "Yes")
    expect(panel(page).get_by_text("Thank you. Your answer is saved.").first).to_be_visible()
    assert focus(page) == "study-more"
    assert faults(page) == {}


def test_bookmark_gets_a_note_and_a_list(enter: Callable[..., Page]):
    page = enter("participant", javascript=False)
    page.goto("/guidance/troika-consulting-in-30-minutes/")
    press(panel(page), "Bookmark this page")
    follow(panel(page), "Add a note or choose lists")
    see_title(page, "Your bookmark")
    main(page).get_by_label("Put it in a new list").fill("For our meeting in May")
    main(page).get_by_label("Why you keep it").fill("Jo wants to try it.")
    press(main(page), "Save")
    see_said(page, "Your bookmark is saved.")
    see_title(page, "Your learning")
    follow(main(page), "For our meeting in May")
    see_title(page, "For our meeting in May")
    expect(main(page).get_by_text("Jo wants to try it.")).to_be_visible()
    expect(main(page).get_by_role("button", name="Print this list")).to_be_hidden()
    follow(main(page), "Rename this list")
    main(page).get_by_label("Name of the list").fill("")
    press(main(page), "Rename")
    expect(main(page).get_by_role("alert").get_by_role("link", name="Give the list a name.")).to_be_visible()
    main(page).get_by_label("Name of the list").fill("For June")
    press(main(page), "Rename")
    see_title(page, "For June")
    follow(main(page), "Delete this list")
    see_title(page, "Delete the list “For June”?")
    press(main(page), "Delete this list")
    see_said(page, "The list “For June” is deleted. Its bookmarks are still there.")


def test_faults_of_a_bookmark_and_of_a_list(enter: Callable[..., Page]):
    page = enter("convener")
    page.goto(f"{LEARNING}lists/new/")
    main(page).get_by_label("Name of the list").fill("W" * 60)
    press(main(page), "Make the list")
    see_title(page, "W" * 60)
    page.goto(GUIDANCE)
    press(panel(page), "Bookmark this page")
    follow(panel(page), "Add a note or choose lists")
    main(page).get_by_role("checkbox").check()
    main(page).get_by_label("Why you keep it").fill("w" * 300)
    assert faults(page) == {}
    press(main(page), "Save")
    see_title(page, "Your learning")
    assert faults(page) == {}
    follow(main(page), "W" * 60)
    expect(main(page).get_by_role("button", name="Print this list")).to_be_visible()
    assert faults(page) == {}
    follow(main(page), "Delete this list")
    assert faults(page) == {}


def test_where_one_was_is_noted_after_some_seconds(enter: Callable[..., Page]):
    page = enter("facilitator")
    page.clock.install()
    page.goto(GUIDANCE)
    with page.expect_response(lambda answer: answer.url.endswith("/read/")) as noted:
        page.clock.run_for(16_000)
    assert noted.value.status == 204
    page.goto(LEARNING)
    were = main(page).get_by_role("region", name="Where you were")
    expect(were.get_by_role("link")).to_have_text([TITLE])
    press(were, "Forget where I was")
    see_said(page, "We have forgotten which pages you read.")
    expect(were.get_by_role("link")).to_have_count(0)


def test_end_of_a_page_marks_it_for_who_wants_that(enter: Callable[..., Page]):
    page = enter("facilitator")
    page.goto(LEARNING)
    main(page).get_by_label("Mark pages as done when I reach the end").check()
    press(main(page), "Save your choice")
    see_said(page, "Your choice is saved.")
    page.clock.install()
    page.goto(GUIDANCE)
    page.clock.run_for(20_000)
    expect(panel(page).get_by_role("button", name="Mark as done")).to_have_count(
        1
    )  # nobody has been at its end
    panel(page).scroll_into_view_if_needed()
    page.clock.run_for(2_000)
    expect(panel(page).get_by_role("button", name="Mark as not done")).to_be_visible()
    page.clock.run_for(1_000)
    expect(page.locator("#live")).to_have_text(f"{TITLE}: done.")
    press(panel(page), "Mark as not done")
    expect(panel(page).get_by_role("button", name="Mark as done")).to_be_visible()
    page.clock.run_for(20_000)  # what one takes back is not marked again
    expect(panel(page).get_by_role("button", name="Mark as done")).to_have_count(1)


def test_after_an_absence_one_starts_from_today(enter: Callable[..., Page], site: Site):
    page = enter("participant")
    manage(site.var, "shell", "-c", _LONG_AGO)
    page.goto(LEARNING)
    next_step = main(page).get_by_role("region", name="Start from today.")
    assert faults(page) == {}
    press(next_step, "Start from today")
    see_said(page, "You start from today. Here is one small thing.")
    backlog = main(page).locator("details").first
    expect(backlog).not_to_have_attribute("open", "")
    backlog.locator("summary").click()
    expect(backlog.get_by_role("progressbar")).to_have_count(1)
    assert faults(page) == {}
    press(backlog, "Show them among the others")
    see_said(page, "All modules are shown again.")


def test_note_reaches_whoever_looks_after_the_page(enter: Callable[..., Page], site: Site):
    manage(site.var, "shell", "-c", _EDITOR_LOOKS_AFTER)
    page = enter("convener", javascript=False)
    page.goto(GUIDANCE)
    press(panel(page), "No")
    see_said(page, "Thank you. Your answer is saved.")
    panel(page).locator("summary").click()
    panel(page).get_by_label("A note to the person").fill("Mrs A, 943 476 5919, would not understand it.")
    press(panel(page), "Save")
    see_title(page, "Was this useful?")
    assert "Error: " in page.title()
    main(page).get_by_label("A note to the person").fill("Say who asks.")
    press(main(page), "Save")
    see_said(page, "Thank you. Your answer and your note are saved.")
    editor = enter("editor")
    editor.goto("/me/notifications/")
    main(editor).get_by_role(
        "button", name=re.compile(f"Maureen Okafor wrote you a note about “{TITLE}”")
    ).click()
    see_title(editor, f"A note about “{TITLE}”")
    expect(main(editor).get_by_text("Say who asks.")).to_be_visible()
    assert faults(editor) == {}


def test_faults_of_the_form_with_something_to_put_right(enter: Callable[..., Page]):
    page = enter("participant")
    page.goto("/guidance/troika-consulting-in-30-minutes/")
    press(panel(page), "Yes")
    panel(page).locator("summary").click()
    panel(page).get_by_label("A note to the person").fill("Patient 943 476 5919")
    press(panel(page), "Save")
    expect(panel(page).get_by_text("This is not a patient’s number")).to_be_visible()
    expect(panel(page).get_by_label("A note to the person")).to_have_value("Patient 943 476 5919")
    assert faults(page) == {}


def test_search_is_saved_opened_and_deleted(enter: Callable[..., Page]):
    page = enter("participant")
    page.goto("/guidance/")
    main(page).get_by_role("combobox", name="Search guidance").fill("trust")
    main(page).get_by_role("combobox", name="Search guidance").press("Enter")
    follow(page.get_by_role("region", name="Results"), "Save this search")
    see_title(page, "Save this search")
    main(page).get_by_label("Name of the search").fill("Trust, before May")
    press(main(page), "Save the search")
    see_said(page, "Your search is saved. You find it in “Your learning”.")
    assert path_of(page) == "/guidance/?q=trust"
    page.goto(LEARNING)
    assert faults(page) == {}
    kept = main(page).get_by_role("region", name="Your saved searches")
    follow(kept, "Trust, before May")
    expect(main(page).get_by_role("combobox", name="Search guidance")).to_have_value("trust")
    page.goto(LEARNING)
    follow(kept, "Change the search Trust, before May")
    see_title(page, "Trust, before May")
    assert faults(page) == {}
    press(main(page), "Delete this search")
    see_said(page, "The search “Trust, before May” is deleted.")
    expect(kept).to_have_count(0)


def test_what_is_missing_reaches_the_editors_without_a_name(enter: Callable[..., Page]):
    page = enter("participant", javascript=False)
    page.goto("/search/?q=sepsis+pathways")
    press(main(page), "Tell the editors")
    see_said(page, "Thank you. The editors will see that “sepsis pathways” is missing.")
    editor = enter("editor")
    editor.goto("/admin/reports/not-found/")
    row = editor.get_by_role("row").filter(has_text="sepsis pathways")
    expect(row.get_by_role("cell")).to_contain_text(["sepsis pathways", "1"])
    follow(row, "Search again for sepsis pathways")
    see_title(editor, "Guidance")


def test_page_is_taken_along(enter: Callable[..., Page], tmp_path: Path):
    """It is read from a disk, by a browser that has no line."""
    page = enter()
    page.goto(GUIDANCE)
    with page.expect_download() as started:
        main(page).get_by_role("link", name="Save a copy to read offline").click()
    assert started.value.suggested_filename == "start-with-a-question.html"
    kept = tmp_path / "copy.html"
    started.value.save_as(kept)
    page.context.set_offline(True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(kept.as_uri())
    see_title(page, TITLE)
    assert faults(page) == {}
    assert asked == [kept.as_uri()]
    page.context.set_offline(False)
