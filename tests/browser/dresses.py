"""A page as everybody may have it before them: wide and narrow, light and dark."""

from collections.abc import Sequence

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 800}
_EVERYTHING = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
_COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
_RUN = """async ([exclude, options]) => {
  const found = await axe.run({ exclude }, options);
  return found.violations.flatMap(
    (one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)}`),
  );
}"""


def violations(page: Page, *, colours_only: bool = False, but_for: Sequence[str] = ()) -> list[str]:
    """What axe-core finds on the page as it is, but for what is inside of these selectors."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    options = {"runOnly": _COLOURS if colours_only else _EVERYTHING, "resultTypes": ["violations"]}
    return page.evaluate(_RUN, [list(but_for), options])


def faults(page: Page, *, but_for: Sequence[str] = ()) -> dict[str, list[str]]:
    """What is wrong with the page in each dress, by its name; those without a fault are left out.

    In the dark only colours are looked at: the rest is the same. At 320 px the page is no wider than that
    (WCAG 2.2, 1.4.10).
    """
    found = {}
    page.wait_for_load_state()
    for dark in (False, True):
        page.emulate_media(color_scheme="dark" if dark else "light")
        for size in (WIDE, NARROW):
            page.set_viewport_size(size)
            wrong = violations(page, colours_only=dark, but_for=but_for)
            if size is NARROW and not dark:
                wrong += _too_wide(page)
            found[f"{size['width']} {'dark' if dark else 'light'}"] = wrong
    return {dress: wrong for dress, wrong in found.items() if wrong}


def _too_wide(page: Page) -> list[str]:
    width = page.evaluate("document.documentElement.scrollWidth")
    return [f"it is {width} px wide"] if width > NARROW["width"] else []
