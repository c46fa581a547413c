"""A stranger finds a community three ways, and looks at how communities are linked, by keyboard alone."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.reading import follow, main, menu, path_of, press, see_title

NAME = "Perinatal minds"


def listens(page: Page) -> list[str]:
    """What the browser complains of from now on, such as what the Content-Security-Policy refuses."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def test_stranger_finds_a_community_three_ways(as_person: Callable[..., Page]):
    page = as_person("visitor")
    finds_by_text(page)
    finds_by_facet(page)
    complaints = listens(page)
    finds_on_the_map(page)
    assert complaints == []


def reads_it(page: Page) -> None:
    follow(main(page), NAME)
    see_title(page, NAME)


def finds_by_text(page: Page) -> None:
    page.goto("/")
    follow(menu(page), "Communities")
    see_title(page, "Communities")
    main(page).get_by_role("searchbox", name="Search communities").fill("perinatal")
    press(main(page), "Search")
    expect(main(page).get_by_role("heading", level=2).filter(has_text="about “perinatal”")).to_be_visible()
    reads_it(page)


def finds_by_facet(page: Page) -> None:
    page.goto("/communities/")
    for group, choice in (("Region", "North West"), ("Sector", "NHS hospitals")):
        main(page).get_by_role("group", name=group).get_by_label(re.compile(f"^{choice}")).check()
        expect(main(page).get_by_role("list", name="Filters that are on")).to_contain_text(choice)
    reads_it(page)


def finds_on_the_map(page: Page) -> None:
    page.goto("/communities/?sector=mental-health")
    ways = main(page).get_by_role("navigation", name="Ways to look at this")
    follow(ways, "Map")
    see_title(page, "Communities on a map")
    place = main(page).get_by_role("region", name="Map").get_by_role("link", name="North West: 3 communities")
    place.focus()
    page.keyboard.press("Enter")
    see_title(page, "Communities")
    assert path_of(page) == "/communities/?sector=mental-health&region=north-west"
    reads_it(page)


def test_network_by_keyboard(as_person: Callable[..., Page]):
    page = as_person("visitor")
    complaints = listens(page)
    page.goto("/communities/network/")
    see_title(page, "How communities are linked")
    canvas = page.locator("[data-canvas]")
    expect(canvas).to_have_attribute("data-drawn", "39")
    comes_to_the_drawing(page)
    reads_about_one(page)
    closes_and_looks_around(page)
    assert complaints == []


def comes_to_the_drawing(page: Page) -> None:
    choice = page.get_by_label("Colour and shape show")
    legend = page.get_by_role("list", name="What colours and shapes mean")
    expect(legend).to_contain_text("Ambulance services (5)")
    choice.select_option("Region")
    expect(legend).to_contain_text("North West")
    choice.focus()
    for name in ("Closer", "Further away", "Show all"):
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name=name, exact=True)).to_be_focused()
        page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("[data-canvas]")).to_be_focused()


def reads_about_one(page: Page) -> None:
    live = page.locator("#live")
    page.keyboard.press("ArrowRight")
    expect(live).to_have_text("Convening together, 4 links")
    page.keyboard.press("ArrowLeft")
    expect(live).not_to_have_text("Convening together, 4 links")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    panel = page.locator("[data-panel]")
    expect(panel).to_be_focused()
    expect(panel.locator("[data-panel-summary]")).not_to_be_empty()


def closes_and_looks_around(page: Page) -> None:
    panel = page.locator("[data-panel]")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.locator("[data-canvas]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel).to_be_focused()
    name = panel.get_by_role("heading").inner_text()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(panel.get_by_role("link", name="Show what is around it")).to_be_focused()
    page.keyboard.press("Enter")
    see_title(page, f"Around {name}")
    expect(page.locator("[data-canvas]")).to_have_attribute("data-drawn", re.compile(r"\d"))
    first = (
        page.get_by_role("table", name="Communities and how they are linked").get_by_role("rowheader").first
    )
    first.get_by_role("link").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/communities/[a-z-]+/$"))


def test_all_of_it_is_there_without_script(as_person: Callable[..., Page]):
    page = as_person("visitor", javascript=False)
    page.goto("/communities/network/")
    expect(page.locator("[data-network]")).to_be_hidden()
    table = page.get_by_role("table", name="Communities and how they are linked")
    expect(table.get_by_role("rowheader")).to_have_count(25)
    follow(main(page), "By name")
    expect(table.get_by_role("rowheader").first).to_have_text("Arriving well")
    follow(main(page).get_by_role("navigation", name="Ways to look at this"), "Map")
    expect(page.locator("[data-map]")).to_be_hidden()
    follow(main(page), "South West")
    see_title(page, "Communities")
    assert path_of(page) == "/communities/?region=south-west"
