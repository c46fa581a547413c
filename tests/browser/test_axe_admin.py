"""No axe-core violation on the screens for editors that are ours.

Wagtail's form for a page, and the boxes for rich text in any form, have faults of their own (no name for the
box, no label for a line within a block): they are Wagtail's to mend, and are left out by name below.
"""

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, Site, manage
from tests.browser.dresses import WIDE, faults, violations
from tests.browser.pages import ADMIN, ADMIN_LISTS
from tests.browser.reading import main, press, see_title

# Draft.js gives its box no name; the links of the navigation are named by their place among the others, and
# two such lists have the same names; what has just happened is faded in, and cannot be read until it is there.
WAGTAILS = (".public-DraftEditor-content", "[id^=inline_child_]", ".messages")


@pytest.mark.parametrize("name", ADMIN)
def test_screen_has_no_fault(as_person: Callable[..., Page], name: str):
    page = as_person("editor")
    page.goto(ADMIN[name])
    assert faults(page, but_for=WAGTAILS) == {}


def test_axe_finds_what_is_wrong_there(as_person: Callable[..., Page]):
    """The net holds on Wagtail's screens too."""
    page = as_person("editor")
    page.goto("/admin/programme/")
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    assert [line.split(":")[0] for line in violations(page, but_for=WAGTAILS)] == ["image-alt"]


@pytest.mark.parametrize("path", ADMIN_LISTS)
def test_list_and_empty_form_have_no_fault(as_person: Callable[..., Page], path: str):
    page = as_person("editor")
    page.goto(f"/admin/{path}/")
    found = {"list": faults(page, but_for=WAGTAILS)}
    add = main(page).locator(f"a[href$='/admin/{path}/create/']")
    if add.count():
        page.goto(f"/admin/{path}/create/")
        found["form"] = faults(page, but_for=WAGTAILS)
        page.set_viewport_size(WIDE)
        main(page).locator("form[method=post] button[type=submit]").last.click()
        expect(main(page).locator(".w-field__errors .error-message").first).to_be_visible()
        found["form with errors"] = faults(page, but_for=WAGTAILS)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("path", ADMIN_LISTS)
def test_screens_about_one_thing(as_person: Callable[..., Page], path: str):
    """Each kind of screen that the list leads to, once: edit, inspect, a step, earlier texts, ..."""
    page = as_person("editor")
    page.goto(f"/admin/{path}/")
    found = main(page).locator(f"a[href*='/admin/{path}/']").evaluate_all(
        "all => all.map((one) => new URL(one.href).pathname)"
    )  # fmt: skip
    kinds = {where.split("/")[4]: where for where in found if re.search(r"/\d+/$", where)}
    if path == "community_directory/community":
        assert set(kinds) >= {"edit", "inspect", "earlier", "publish", "send-back", "rest"}
    wrong = {}
    for kind, where in kinds.items():
        page.goto(where)
        wrong[kind] = faults(page, but_for=WAGTAILS)
    assert {kind: faults_ for kind, faults_ in wrong.items() if faults_} == {}


def test_earlier_texts_and_a_step_with_errors(enter: Callable[..., Page]):
    page = enter("editor")
    page.goto("/admin/community_directory/community/?q=Falls+in+care+homes")
    main(page).locator("a[href*='/edit/']").first.click()
    main(page).get_by_role("textbox", name="In one sentence").fill("Carers who count falls.")
    main(page).locator("form[method=post] button[type=submit]").last.click()
    page.wait_for_url("**/admin/community_directory/community/")
    page.goto("/admin/community_directory/community/?q=Falls+in+care+homes")
    main(page).locator("a[href*='/earlier/']").first.click()
    expect(main(page).get_by_role("button", name="Bring this back").first).to_be_visible()
    assert faults(page, but_for=WAGTAILS) == {}
    page.set_viewport_size(WIDE)
    page.goto("/admin/community_directory/community/?state__exact=submitted")
    main(page).locator("a[href*='/send-back/']").first.click()
    press(main(page), "Send back")
    expect(main(page).locator(".w-field__errors .error-message").first).to_be_visible()
    assert faults(page, but_for=WAGTAILS) == {}


def test_programme_is_loaded(enter: Callable[..., Page], tmp_path: Path):
    page = enter("editor")
    programme = (ROOT / "portal/programmes/2021-22.toml").read_text()
    (tmp_path / "mistaken.toml").write_text(programme.replace("title = ", "titel = ", 1))
    (tmp_path / "changed.toml").write_text(programme.replace("Somewhere near you", "Not far from you"))
    page.goto("/admin/programme/")
    press(main(page), "Check the file")
    expect(main(page).get_by_role("alert")).to_be_visible()
    assert faults(page, but_for=WAGTAILS) == {}
    sends(page, tmp_path / "mistaken.toml")
    expect(main(page).get_by_role("alert")).to_contain_text("Nothing was loaded")
    assert faults(page, but_for=WAGTAILS) == {}
    sends(page, tmp_path / "changed.toml")
    see_title(page, "What would change")
    assert faults(page, but_for=WAGTAILS) == {}
    page.set_viewport_size(WIDE)
    press(main(page), "Load it")
    see_title(page, "The programme is loaded")
    assert faults(page, but_for=WAGTAILS) == {}


def sends(page: Page, path: Path) -> None:
    page.set_viewport_size(WIDE)
    main(page).get_by_label("Programme file").set_input_files(path)
    press(main(page), "Check the file")


def test_next_year_is_set_up_and_taken_back(enter: Callable[..., Page]):
    page = enter("editor")
    page.goto("/admin/next-year/")
    press(main(page), "See what would be made")
    expect(main(page).locator(".error-message").first).to_be_visible()
    assert faults(page, but_for=WAGTAILS) == {}
    page.set_viewport_size(WIDE)
    main(page).get_by_label("Year to copy").select_option(index=1)
    main(page).get_by_label("First half-day").fill(f"{date.today().year + 3}-09-01")
    press(main(page), "See what would be made")
    # The form says which days there are to choose from.
    said = main(page).locator(".error-message").inner_text()
    day = re.search(r"such as (\d+ \w+ \d{4})", said)[1]
    main(page).get_by_label("First half-day").fill(f"{datetime.strptime(day, '%d %B %Y'):%Y-%m-%d}")
    press(main(page), "See what would be made")
    see_title(page, "What would be made")
    assert faults(page, but_for=WAGTAILS) == {}
    page.set_viewport_size(WIDE)
    press(main(page), "Set it up")
    expect(main(page).get_by_role("heading", name="What to do now")).to_be_visible()
    assert faults(page, but_for=WAGTAILS) == {}
    page.set_viewport_size(WIDE)
    press(main(page), "Show its dates")
    expect(main(page).get_by_text("This has been done since")).to_be_visible()
    assert faults(page, but_for=WAGTAILS) == {}
    page.set_viewport_size(WIDE)
    main(page).get_by_label("I know, and want it gone").check()
    press(main(page), "Take it back")
    see_title(page, "Set up next year")
    assert faults(page, but_for=WAGTAILS) == {}


def test_guidance_is_imported(enter: Callable[..., Page], tmp_path: Path):
    page = enter("editor")
    page.goto("/admin/guidance/import/")
    press(main(page), "Check the file")
    expect(main(page).get_by_role("alert")).to_be_visible()
    assert faults(page, but_for=WAGTAILS) == {}
    (tmp_path / "guidance.csv").write_text(
        "Title,In short,Minutes,Reviewed on\nA round of names,Everybody speaks.,5,\nEnd on time,,ten,May\n"
        "How to ask a good question,Another line.,,\n"
    )
    page.set_viewport_size(WIDE)
    main(page).get_by_label("File", exact=True).set_input_files(tmp_path / "guidance.csv")
    press(main(page), "Check the file")
    see_title(page, "What would be imported")
    assert faults(page, but_for=WAGTAILS) == {}
    page.set_viewport_size(WIDE)
    press(main(page), "Import as drafts")
    expect(main(page).get_by_role("alert")).to_contain_text("Nothing was imported")
    assert faults(page, but_for=WAGTAILS) == {}
    page.set_viewport_size(WIDE)
    main(page).get_by_label("Leave out the row that can’t be imported").check()
    press(main(page), "Import as drafts")
    see_title(page, "What was imported")
    assert faults(page, but_for=WAGTAILS) == {}


def test_communities_are_imported(enter: Callable[..., Page], tmp_path: Path):
    page = enter("editor")
    page.goto("/admin/communities/import/")
    press(main(page), "Check the file")
    expect(main(page).get_by_role("alert")).to_be_visible()
    assert faults(page, but_for=WAGTAILS) == {}
    (tmp_path / "communities.csv").write_text(
        "name,summary,domain,purpose,stage,meets,open_to,sectors,regions,themes\n"
        "Night walkers,People at night.,Night.,Rest.,maturing,online,ask,Social care,London,Sleep\n"
        "Day dreamers,,Day.,Rest.,maturing,online,ask,Social care,Londn,\n"
        "Falls in care homes,Another sentence.,,,,,,,,\n"
    )
    page.set_viewport_size(WIDE)
    main(page).get_by_label("File", exact=True).set_input_files(tmp_path / "communities.csv")
    press(main(page), "Check the file")
    see_title(page, "What would be imported")
    assert faults(page, but_for=WAGTAILS) == {}
    page.set_viewport_size(WIDE)
    main(page).get_by_text("Row 4: Falls in care homes").click()
    expect(main(page).get_by_text("Another sentence.")).to_be_visible()
    assert faults(page, but_for=WAGTAILS) == {}
    page.set_viewport_size(WIDE)
    press(main(page), "Import")
    expect(main(page).get_by_role("alert")).to_contain_text("Nothing was imported")
    assert faults(page, but_for=WAGTAILS) == {}
    page.set_viewport_size(WIDE)
    main(page).get_by_label("Add 1 theme: Sleep").check()
    main(page).get_by_label("Leave out the rows that are wrong").check()
    press(main(page), "Import")
    see_title(page, "What was imported")
    assert faults(page, but_for=WAGTAILS) == {}


def test_two_communities_become_one(enter: Callable[..., Page]):
    page = enter("editor")
    page.goto("/admin/community_directory/community/?q=falls")
    main(page).get_by_role("link", name="Merge").first.click()
    expect(main(page).get_by_role("button", name="See both")).to_be_visible()
    assert faults(page, but_for=WAGTAILS) == {}
    page.set_viewport_size(WIDE)
    main(page).get_by_label("The one that stays").select_option(index=1)
    press(main(page), "See both")
    expect(main(page).get_by_role("button", name="Merge them")).to_be_visible()
    assert faults(page, but_for=WAGTAILS) == {}
    page.set_viewport_size(WIDE)
    press(main(page), "Merge them")
    expect(page.get_by_text("is now part of")).to_be_visible()


def test_two_themes_become_one(enter: Callable[..., Page]):
    page = enter("editor")
    page.goto("/admin/members/theme/")
    main(page).get_by_role("link", name="Merge").first.click()
    expect(main(page).get_by_role("button", name="See what would move")).to_be_visible()
    assert faults(page, but_for=WAGTAILS) == {}
    page.set_viewport_size(WIDE)
    press(main(page), "See what would move")
    expect(main(page).locator(".w-field__errors .error-message").first).to_be_visible()
    assert faults(page, but_for=WAGTAILS) == {}
    page.set_viewport_size(WIDE)
    main(page).get_by_label("The one that stays").select_option(index=1)
    press(main(page), "See what would move")
    expect(main(page).get_by_role("button", name="Merge them")).to_be_visible()
    assert faults(page, but_for=WAGTAILS) == {}
    page.set_viewport_size(WIDE)
    press(main(page), "Merge them")
    expect(page.get_by_text("is now part of")).to_be_visible()


_BLOCKS = """
import json
from wagtail.blocks import Block
first = {}
for name, block in Block.definition_registry.items():
    if block.is_previewable and getattr(block.meta, "template", None):
        first.setdefault(block.meta.template, name)
print(json.dumps(first))
"""


def test_previews_of_blocks(as_person: Callable[..., Page], shared_site: Site):
    """Each stands in a frame of the screen that has the first heading."""
    page, wrong = as_person("editor"), {}
    blocks = json.loads(manage(shared_site.var, "shell", "--verbosity", "0", "-c", _BLOCKS))
    assert len(blocks) > 15
    for template, name in blocks.items():
        page.goto(f"/admin/block-preview/?id={name}")
        expect(main(page)).to_have_count(1)
        found = [line for lines in faults(page).values() for line in lines]
        wrong[template] = [line for line in found if not line.startswith("page-has-heading-one:")]
    assert {template: lines for template, lines in wrong.items() if lines} == {}
