"""An editor's whole job: write guidance, publish what waits, keep dates and notices, load a programme."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ROOT
from tests.browser.reading import follow, main, menu, path_of, press, see_title, titles, words

TITLE = "Ask for one small thing"
IN_SHORT = "How to ask so that people say yes, and what to do when they do not."
NOTICE = "The site sleeps on Sunday, from 6am to 8am."


def test_editor(enter: Callable[..., Page]):
    page, visitor = enter("editor"), enter()
    writes_guidance(page)
    looks_at_it_before_others_do(page, visitor)
    publishes_it(page, visitor)
    publishes_a_community(page, visitor)
    adds_a_session(page, visitor)
    puts_up_a_notice(page, visitor)
    loads_the_programme_again(page)


def admin_menu(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Main menu")


def writes_guidance(page: Page) -> None:
    page.goto("/admin/")
    see_title(page, "Welcome, Ruth")
    first = main(page).get_by_role("region", name="What to do first")
    links = first.get_by_role("listitem").get_by_role("link").all_inner_texts()
    assert [re.sub("(?<=ready for ).+", "…", link) for link in links] == [
        "Publish 1 community",
        "Get module 2 ready for …",
        "Add guidance",
        "Load a programme",
        "Set up next year",
        "Read the editor’s guide",
    ]
    follow(first, "Add guidance")
    form = main(page)
    form.get_by_role("textbox", name="Title*").fill(TITLE)
    form.get_by_role("textbox", name="In short*").fill(IN_SHORT)
    form.get_by_role("combobox", name="Kind*").select_option(label="Exercise")
    form.get_by_role("spinbutton", name="Minutes to run it").fill("15")
    form.get_by_role("region", name="Themes").get_by_role("textbox").press_sequentially("Trus")
    page.get_by_role("listitem").get_by_text("Trust", exact=True).click()
    press(form, "Add stage")
    stages = form.get_by_role("region", name="Stages at which it helps")
    stages.get_by_role("combobox").select_option(label="Just an idea")
    body = form.get_by_role("region", name="Body", exact=True)
    add_block(body, "Text").get_by_role("textbox").fill("People say yes to small things.")
    add_block(body, "Heading").get_by_role("textbox").fill("Say what you need")
    callout = add_block(body, "Callout")
    callout.get_by_role("textbox").first.fill("When they say no")
    callout.get_by_role("textbox").last.fill("Thank them, and ask who else.")
    steps = add_block(body, "Steps")
    steps.get_by_role("textbox").first.fill("Write it in ten words")


def add_block(body: Locator, name: str) -> Locator:
    """Put a block of this kind at the end of the body."""
    press_last = body.get_by_role("button", name="Insert a block").last
    press_last.click()
    body.get_by_role("option", name=name, exact=True).click()
    return body.get_by_role("region", name=re.compile(rf"^{name}( \*)?$")).last


def looks_at_it_before_others_do(page: Page, visitor: Page) -> None:
    press(main(page), "Toggle preview")
    preview = page.frame_locator("iframe[title=Preview]").last.get_by_role("main")
    expect(preview.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(preview.get_by_text("People say yes to small things.")).to_have_count(1)
    expect(preview.get_by_role("heading", name="Say what you need")).to_have_count(1)
    expect(preview.get_by_text("When they say no")).to_have_count(1)
    expect(preview.get_by_role("heading", name="Write it in ten words")).to_have_count(1)
    answer = visitor.goto("/guidance/ask-for-one-small-thing/")
    assert answer is not None
    assert answer.status == 404


def publishes_it(page: Page, visitor: Page) -> None:
    visitor.goto("/guidance/?theme=trust&stage=potential&kind=exercise")
    results = visitor.get_by_role("region", name="Results")
    assert titles(results, 3) == ["Nothing fits all of that"]
    # What is written saves itself as a draft; pressing Publish in that very moment would make the page twice.
    expect(main(page).get_by_text("Saved", exact=True)).to_be_visible()
    press(main(page), "More actions")
    press(main(page), "Publish")
    expect(main(page).get_by_role("status").first).to_contain_text(f"Page '{TITLE}' has been published.")
    visitor.reload()
    expect(results.get_by_role("heading", level=2)).to_have_text("1 piece of guidance")
    assert titles(results, 3) == [TITLE]
    follow(results, TITLE)
    see_title(visitor, TITLE)
    expect(main(visitor).get_by_text(IN_SHORT, exact=True)).to_have_count(1)
    expect(main(visitor).get_by_text("15 minutes to run", exact=True)).to_have_count(1)
    box = visitor.get_by_role("banner").get_by_role("searchbox")
    box.fill("small thing")
    box.press("Enter")
    assert titles(main(visitor).get_by_role("region", name="Guidance"), 3)[0] == TITLE


def publishes_a_community(page: Page, visitor: Page) -> None:
    assert found(visitor, "champions") == ["Nothing matches all of that"]
    page.goto("/admin/")
    follow(main(page), "Publish 1 community")
    row = main(page).get_by_role("row").filter(has_text="Waiting for an editor")
    expect(row).to_have_count(1)
    row.hover()
    follow(row, "Publish")
    press(main(page), "Publish")
    expect(main(page).get_by_role("status").first).to_have_text("“Neighbourhood health champions”: done.")
    assert found(visitor, "champions") == ["Neighbourhood health champions"]
    page.goto("/admin/")
    assert main(page).get_by_role("link", name=re.compile("^Publish ")).all_inner_texts() == []


def found(visitor: Page, text: str) -> list[str]:
    visitor.goto(f"/communities/?q={text}")
    return titles(visitor.get_by_role("region", name="Results"), 3)


def adds_a_session(page: Page, visitor: Page) -> None:
    visitor.goto("/calendar/")
    assert "Open house" not in titles(main(visitor), 3)
    press(admin_menu(page), "People & places")
    follow(admin_menu(page), "Sessions")
    follow(main(page), "Add session")
    form = main(page)
    form.get_by_role("textbox", name="Title*").fill("Open house")
    form.get_by_role("combobox", name="Kind*").select_option(label="Reflective webinar")
    day = date.today() + timedelta(days=10)
    fill_moment(form, "Starts", f"{day} 10:00")
    press(form, "Save")
    expect(main(page).get_by_text("Fill in both, or neither while the date is to be set.")).to_be_visible()
    expect(form.get_by_role("textbox", name="Title*")).to_have_value("Open house")
    fill_moment(form, "Ends", f"{day} 11:30")
    form.get_by_role("textbox", name="Place").fill("Online")
    press(form, "Save")
    expect(main(page).get_by_role("status").first).to_contain_text("Session 'Open house' created.")
    visitor.reload()
    follow(main(visitor), "Open house")
    see_title(visitor, "Open house")
    expect(main(visitor).get_by_text(f"{day:%A} {day.day} {day:%B %Y}, 10am to 11:30am")).to_be_visible()


def fill_moment(form: Locator, name: str, moment: str) -> None:
    box = form.get_by_role("textbox", name=name)
    box.fill(moment)
    box.press("Tab")


def puts_up_a_notice(page: Page, visitor: Page) -> None:
    visitor.goto("/")
    expect(visitor.get_by_text(NOTICE)).to_have_count(0)
    page.goto("/admin/")
    press(admin_menu(page), "Settings")
    follow(admin_menu(page), "Site: name, navigation, notice")
    form = main(page).get_by_role("region", name="Notice")
    form.get_by_role("checkbox", name="Show the notice").check()
    form.get_by_role("combobox").select_option(label="Important")
    form.get_by_role("textbox").fill(NOTICE)
    # The editor hands its text to the form a moment after the last key.
    expect(form.locator("input[name=notice_text]")).to_have_value(re.compile(re.escape(NOTICE)))
    press(main(page), "Save")
    expect(main(page).get_by_role("status").first).to_contain_text("updated")
    visitor.reload()
    notice = visitor.get_by_role("region", name="Notice")
    expect(notice).to_have_text(NOTICE)
    follow(menu(visitor), "Guidance")
    expect(notice).to_have_text(NOTICE)


def loads_the_programme_again(page: Page) -> None:
    follow(admin_menu(page), "Load a programme")
    main(page).get_by_label("Programme file").set_input_files(ROOT / "portal/programmes/2021-22.toml")
    press(main(page), "Check the file")
    expect(main(page).get_by_text("Nothing would change.")).to_be_visible()
    warnings = [words(text) for text in main(page).get_by_role("listitem").all_inner_texts()]
    assert [text for text in warnings if text.startswith("Module 5 is given twice: ")] == [
        "Module 5 is given twice: on 30 June and 1 July 2022, and also on 5 and 6 May 2022, "
        "which repeats module 4 (5 and 6 May 2022). modules[4].also_given"
    ]
    assert len([text for text in warnings if "not 9 to 10 weeks" in text]) == 3
    expect(main(page).get_by_role("button", name="Load it")).to_have_count(0)
    assert path_of(page) == "/admin/programme/"
