"""What a person reads on a page, and how they go on from there: by roles, labels and words."""

import re

from playwright.sync_api import Locator, Page, expect


def main(page: Page) -> Locator:
    """The page without its head and foot."""
    return page.get_by_role("main")


def see_title(page: Page, title: str | re.Pattern[str]) -> None:
    """The page's one first heading says exactly this."""
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def see_said(page: Page, sentence: str) -> None:
    """The page says exactly this about what has just been done."""
    expect(page.get_by_role("status").first).to_have_text(sentence)


def see_link(place: Page | Locator, name: str) -> None:
    """There is exactly one link of this name here."""
    expect(place.get_by_role("link", name=name, exact=True)).to_have_count(1)


def follow(place: Page | Locator, name: str) -> None:
    """Go where the link of this name leads."""
    link = place.get_by_role("link", name=name, exact=True)
    # Playwright aims at the first box that it is told of: with a word for screen readers in front, at that.
    link.click(position={"x": 20, "y": 10} if name.startswith("New: ") else None)


def follow_in_a_list(place: Page | Locator, name: str) -> None:
    """Go where the link of this name leads that stands in the list last: a tab may have the same name."""
    place.get_by_role("listitem").get_by_role("link", name=name, exact=True).last.click()


def press(place: Page | Locator, name: str) -> None:
    """Press the button of this name."""
    place.get_by_role("button", name=name, exact=True).click()


def menu(page: Page) -> Locator:
    """The site's main navigation."""
    return page.get_by_role("navigation", name="Main", exact=True)


def bell(page: Page) -> Locator:
    """The way to what is new, with how much is."""
    return page.get_by_role("banner").get_by_role("link", name=re.compile("^Notifications"))


def titles(place: Page | Locator, level: int) -> list[str]:
    """The headings of one level, in order, once the page is there."""
    (place if isinstance(place, Page) else place.page).wait_for_load_state("domcontentloaded")
    return [words(text) for text in place.get_by_role("heading", level=level).all_inner_texts()]


def options(group: Locator) -> list[str]:
    """What a group of checkboxes or radios offers, with what is said beside each."""
    return [
        words(text)
        for text in group.locator("input").evaluate_all("all => all.map(one => one.labels[0].innerText)")
    ]


def words(text: str) -> str:
    """A text with its spaces made single."""
    return " ".join(text.split())


def path_of(page: Page) -> str:
    """The address of the page, without the host."""
    return re.sub(r"^https?://[^/]+", "", page.url)
