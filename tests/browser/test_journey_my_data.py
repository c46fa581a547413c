"""Somebody's way to a copy of their data, and out: asked for, thought better of, asked for again, and gone."""

import zipfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, Site, fill_in_sign_in, manage
from tests.browser.dresses import faults
from tests.browser.reading import follow, main, press, see_said, see_title

_TIME_PASSES = """
from datetime import timedelta
from django.utils import timezone
from privacy.models import Erasure
from privacy.tasks import erase_due
Erasure.objects.open().update(due_at=timezone.now() - timedelta(minutes=1))
erase_due.call()
"""
_HALF_WAY = """
from members.models import User
from privacy.models import Export
person = User.objects.get(email="participant@example.org")
Export.objects.create(person=person, state="making", percent=40, step="Your profile")
"""
_READY = """
from django.core.files.base import ContentFile
from privacy.actions import finish_export
from privacy.models import Export
finish_export(export=Export.objects.get(state="making"), content=ContentFile(b"zip"))
"""


def test_copy_is_made_and_read(enter: Callable[..., Page], site: Site, tmp_path: Path):
    page = enter("convener")
    page.goto("/me/profile/")
    follow(main(page), "Your data")
    see_title(page, "Your data")
    press(main(page), "Ask for a copy")
    expect(main(page).get_by_role("heading", name="Your copy is ready")).to_be_visible()
    assert faults(page) == {}
    with page.expect_download() as waiting:
        main(page).get_by_role("link", name="Download your data").click()
    with zipfile.ZipFile(waiting.value.path()) as archive:
        archive.extractall(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} >= {"index.html", "style.css", "data.json"}
    page.goto("/me/notifications/")
    expect(main(page).get_by_text("The copy of your data is ready to download").first).to_be_visible()
    looks_in(page, tmp_path)


def looks_in(page: Page, folder: Path) -> None:
    page.goto(f"file://{folder}/index.html")
    see_title(page, "Your data")
    follow(page.get_by_role("navigation"), "What you wrote in discussions")
    expect(page.get_by_text("convener@example.org").first).to_be_visible()
    assert (
        page.evaluate("getComputedStyle(document.querySelector('header')).backgroundColor")
        == "rgb(15, 76, 90)"
    )


def test_page_shows_how_far_it_is_and_changes_by_itself(enter: Callable[..., Page], site: Site):
    manage(site.var, "shell", "-c", _HALF_WAY)
    page = enter("participant")
    page.goto("/me/data/")
    bar = main(page).get_by_role("progressbar", name="How far your copy is: 40%")
    expect(bar).to_be_visible()
    assert faults(page) == {}
    manage(site.var, "shell", "-c", _READY)
    expect(main(page).get_by_role("heading", name="Your copy is ready")).to_be_visible()
    expect(page.locator("#live")).to_have_text("Your copy is ready.")


def test_account_is_deleted(enter: Callable[..., Page], site: Site):
    page = enter("participant", javascript=False)
    makes_a_mistake(page)
    asks_to_go(page)
    thinks_better_of_it(page)
    asks_to_go(page)
    finds_one_page_when_signing_in(enter)
    manage(site.var, "shell", "-c", _TIME_PASSES)
    page.goto("/me/")
    see_title(page, "Sign in")
    fill_in_sign_in(page, "participant")
    expect(page.get_by_role("alert")).to_be_visible()


def makes_a_mistake(page: Page) -> None:
    page.goto("/me/data/")
    follow(main(page), "Delete your account")
    see_title(page, "Delete your account")
    press(main(page), "Ask to delete my account")
    expect(page.get_by_role("alert")).to_contain_text("Enter your password.")


def asks_to_go(page: Page) -> None:
    page.goto("/me/data/delete/")
    page.get_by_label("Delete it. Replies by others stay").check()
    page.get_by_label("Your password").fill(PASSWORD)
    press(main(page), "Ask to delete my account")
    see_title(page, "You asked us to delete your account")
    page.goto("/discussions/")
    see_title(page, "You asked us to delete your account")


def thinks_better_of_it(page: Page) -> None:
    press(main(page), "Keep my account")
    see_said(page, "Your account stays. Everything is as it was.")


def finds_one_page_when_signing_in(enter: Callable[..., Page]) -> None:
    page = enter("participant")
    see_title(page, "You asked us to delete your account")
    assert faults(page) == {}


def test_report_of_who_did_what(enter: Callable[..., Page]):
    page = enter("admin")
    page.goto("/admin/reports/who-did-what/")
    expect(main(page).get_by_role("columnheader", name="Did what")).to_be_visible()
    assert faults(page, but_for=(".messages",)) == {}
