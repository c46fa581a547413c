"""Somebody makes a record of what they have learned; another checks it; it is withdrawn."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.dresses import faults
from tests.browser.reading import follow, main, press, see_said, see_title


def test_record_is_made_checked_and_withdrawn(enter: Callable[..., Page]):
    page = enter("participant", javascript=False)
    page.goto("/me/")
    follow(main(page), "Your learning")
    follow(main(page), "See your record")
    see_title(page, "Your record of learning")
    main(page).get_by_label("Module 1, first half-day").check()
    press(main(page), "Save what I ticked")
    see_said(page, "What you ticked is saved.")
    expect(main(page).get_by_text("states that they took part in these.")).to_be_visible()
    main(page).get_by_label("Say how many reflections I wrote").check()
    press(main(page), "Make my record")
    see_title(page, "Record of learning")
    code = main(page).locator(".p-record__number").inner_text()
    with page.expect_download(timeout=90_000) as taken:
        follow(main(page), "Download as a PDF")
    assert taken.value.suggested_filename.startswith("record-of-learning-")
    other = enter()
    other.goto("/record/")
    main(other).get_by_label("Code on the record").fill(code.lower().replace("-", " "))
    press(main(other), "Check")
    expect(main(other).get_by_text("This record is genuine.")).to_be_visible()
    expect(main(other).get_by_role("cell", name="3 hours")).to_be_visible()
    assert faults(other) == {}
    follow(main(page), "Withdraw this record")
    press(main(page), "Withdraw this record")
    see_said(page, "The record is withdrawn. Its code leads nowhere now.")
    other.reload()
    expect(main(other).get_by_text("We know of no record with this code.")).to_be_visible()


def test_faults_of_a_record_and_of_withdrawing_it(enter: Callable[..., Page]):
    page = enter("convener")
    page.goto("/me/record/")
    main(page).get_by_label("Module 1, second half-day").check()
    press(main(page), "Make my record")
    see_title(page, "Record of learning")
    expect(main(page).get_by_role("button", name="Print")).to_be_visible()
    assert faults(page) == {}
    follow(main(page), "Withdraw this record")
    assert faults(page) == {}
