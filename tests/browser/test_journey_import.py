"""An editor brings communities in from a spreadsheet with one wrong row, mends it, and publishes one for everyone."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.reading import follow, main, press, see_said, see_title, titles

HEAD = "name,summary,domain,purpose,stage,meets,open_to,sectors,regions\n"
NIGHT = "Night walkers,People who learn at night.,The night.,Nobody is alone.,maturing,online,anyone,Social care,{}\n"
DAY = "Day dreamers,People who learn by day.,The day.,Time to think.,coalescing,online,anyone,Social care,London\n"


def test_communities_from_a_spreadsheet(enter: Callable[..., Page], tmp_path: Path):
    page, stranger = enter("editor"), enter()
    page.goto("/admin/community_directory/community/")
    follow(main(page), "Import")
    see_title(page, "Import communities")
    look_at(page, tmp_path, HEAD + NIGHT.format("Londn") + DAY)
    expect(main(page).get_by_role("heading", name="Wrong: 1 row")).to_be_visible()
    expect(main(page).get_by_text("There is no region “Londn”. Did you mean “London”?")).to_be_visible()
    press(main(page), "Import")
    expect(main(page).get_by_role("alert")).to_contain_text("Nothing was imported")
    follow(main(page), "Choose another file")
    see_title(page, "Import communities")
    look_at(page, tmp_path, HEAD + NIGHT.format("London") + DAY)
    expect(main(page).get_by_role("heading", name="New: 2")).to_be_visible()
    press(main(page), "Import")
    see_title(page, "What was imported")
    expect(main(page).get_by_role("heading", name="New", exact=True)).to_be_visible()
    stranger.goto("/communities/?q=walkers")
    expect(stranger.get_by_role("heading", name="Nothing matches all of that")).to_be_visible()
    follow(main(page), "Night walkers")
    see_title(page, "Night walkers")
    press(main(page), "Publish")
    see_said(page, "Published. Nobody convenes it yet.")
    stranger.goto("/communities/?q=walkers")
    expect(stranger.get_by_role("link", name="Night walkers")).to_be_visible()
    assert titles(stranger.get_by_role("region", name="Results"), 3) == ["Night walkers"]
    assert re.search("Day dreamers", stranger.content()) is None


def look_at(page: Page, folder: Path, text: str) -> None:
    """Choose a file with these rows, and see what it would do."""
    (folder / "communities.csv").write_text(text, encoding="utf-8")
    main(page).get_by_label("File", exact=True).set_input_files(folder / "communities.csv")
    press(main(page), "Check the file")
    see_title(page, "What would be imported")
