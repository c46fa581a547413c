"""An editor's Friday: a module made ready for its half-day, published, and its cohort told. No developer helps."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.dresses import WIDE, faults
from tests.browser.pages import YEAR
from tests.browser.reading import bell, follow, main, press, see_title, titles, words
from tests.browser.test_axe_admin import WAGTAILS
from tests.browser.test_journey_editor import add_block

COHORT = f"Cohort {YEAR}"
MODULE = "Building integrity and maintaining vitality"
BLOCKS = {
    "Text": "Come with one story of a group that you trusted.",
    "Heading": "Before you come",
    "Callout": "Bring a pen",
    "Steps": "Write the story in five lines",
    "Quotation": "Trust is what is left when nobody is looking.",
    "Question to discuss": "What made you trust them?",
}


def test_friday(enter: Callable[..., Page]):
    page, participant = enter("editor"), enter("participant")
    finds_what_is_missing(page)
    writes_six_kinds_of_block(page)
    looks_at_the_preview(page)
    publishes_and_is_led_back(page)
    adds_slides_and_a_recording(page)
    shows_and_tells(page)
    hears_and_finds_everything(participant)


def finds_what_is_missing(page: Page) -> None:
    page.goto("/admin/")
    first = main(page).get_by_role("region", name="What to do first")
    first.get_by_role("link", name=re.compile("^Get module 2 ready for ")).click()
    expect(main(page).get_by_role("heading", name=re.compile(r"^Ready for Thursday .+\?$"))).to_be_visible()
    missing = main(page).get_by_role("list", name=re.compile("things are missing"))
    expect(missing).to_contain_text("“Module 2, first half-day” has no slides or other file.")
    expect(missing).to_contain_text("1 thing is not shown yet.")
    assert faults(page, but_for=WAGTAILS) == {}
    page.set_viewport_size(WIDE)


def writes_six_kinds_of_block(page: Page) -> None:
    follow(main(page), "Edit the page")
    body = main(page).get_by_role("region", name="Body", exact=True)
    for kind, text in BLOCKS.items():
        block = add_block(body, kind)
        block.get_by_role("textbox").first.fill(text)
        if kind == "Callout":
            block.get_by_role("textbox").last.fill("Any will do.")
        if kind == "Quotation":
            block.get_by_role("textbox", name="Author").fill("A ward sister")


def looks_at_the_preview(page: Page) -> None:
    press(main(page), "Toggle preview")
    preview = page.frame_locator("iframe[title=Preview]").last.get_by_role("main")
    for text in BLOCKS.values():
        expect(preview.get_by_text(text).first).to_be_visible()


def publishes_and_is_led_back(page: Page) -> None:
    expect(main(page).get_by_text("Saved", exact=True)).to_be_visible()
    press(main(page), "More actions")
    press(main(page), "Publish")
    said = main(page).get_by_role("status")
    expect(said.filter(has_text="has been published.")).to_have_count(1)
    said.get_by_role("link", name=f"Tell {COHORT}").click()
    see_title(page, f"Module 2, {COHORT}")


def adds_slides_and_a_recording(page: Page) -> None:
    session = main(page).get_by_role("region", name="Module 2, first half-day")
    follow(session, "Add slides or a file to Module 2, first half-day")
    form = main(page)
    form.get_by_role("textbox", name="Title").fill("Slides for the first half-day")
    press(form, "Save")
    expect(form.get_by_text("Choose a file.", exact=True)).to_be_visible()
    expect(form.get_by_role("textbox", name="Title")).to_have_value("Slides for the first half-day")
    slides = {"name": "slides.txt", "mimeType": "text/plain", "buffer": b"Three things that trust needs."}
    form.get_by_label("File", exact=True).set_input_files(slides)
    assert faults(page, but_for=WAGTAILS) == {}
    page.set_viewport_size(WIDE)
    press(form, "Save")
    follow(session, "Add a recording to Module 2, first half-day")
    form.get_by_role("textbox", name="Title").fill("A welcome from your facilitators")
    form.get_by_role("textbox", name="Address").fill("https://vimeo.com/123456789")
    press(form, "Save")
    row = session.get_by_role("listitem").filter(has_text="A welcome from your facilitators")
    expect(row).to_contain_text("Waits for captions or a transcript")
    follow(row, "A welcome from your facilitators")
    form.get_by_role("textbox", name="Transcript").fill("Welcome. We look forward to Thursday.")
    press(form, "Save")
    expect(row).to_contain_text("Not shown yet")


def shows_and_tells(page: Page) -> None:
    press(main(page), f"Show them to {COHORT}")
    message = main(page).get_by_role("textbox", name="Your message")
    message.fill("Please bring your story on Thursday.")
    main(page).get_by_role("button", name=re.compile("^Tell the [0-9]+ people$")).click()
    expect(main(page).get_by_role("status").first).to_have_text(f"{COHORT} is being told.")
    expect(main(page).get_by_text(re.compile("^Last told on .+ by Ruth"))).to_be_visible()
    expect(main(page).get_by_text("Everything is there.", exact=True)).to_have_count(0)
    missing = main(page).get_by_role("list", name=re.compile("missing"))
    expect(missing).not_to_contain_text("first half-day” has no slides")


def hears_and_finds_everything(page: Page) -> None:
    page.goto("/")
    bell(page).click()
    heard = [title for title in titles(main(page), 2) if title.startswith("New: New for module 2")]
    assert heard == ["New: New for module 2: “A board with three empty chairs” and 2 more"]
    press(main(page), f"Open : {heard[0].removeprefix('New: ')}")
    see_title(page, MODULE)
    for text in BLOCKS.values():
        expect(main(page).get_by_text(text).first).to_be_visible()
    beside = main(page).get_by_role("list", name="For Module 2, first half-day")
    assert [words(item) for item in beside.get_by_role("listitem").all_inner_texts()] == [
        "A board with three empty chairs (board.example.org)",
        "Slides for the first half-day (TXT, 30 bytes)",
        "A welcome from your facilitators (recording)",
    ]
    with page.expect_download() as download:
        beside.get_by_role("link", name="Slides for the first half-day").click()
    assert download.value.path().read_bytes() == b"Three things that trust needs."
    assert faults(page) == {}
    page.set_viewport_size(WIDE)
    follow(beside, "A welcome from your facilitators")
    see_title(page, "Module 2, first half-day")
    expect(main(page).get_by_role("link", name=re.compile("^Play: A welcome"))).to_have_count(1)
    assert faults(page) == {}
