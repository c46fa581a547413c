"""Takes the pictures of the main pages that README shows, from a fresh demo.

Run it as ``python -m tests.browser.take_pictures``, with CHROMIUM set to the browser if it is not the
system's. It writes docs/pictures/.
"""

import os
import shutil
from collections.abc import Callable
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import ARGUMENTS, ROOT, Site, seed, serve, sign_in
from tests.browser.reading import follow, main

FOLDER = ROOT / "docs" / "pictures"
SIZE = {"width": 1280, "height": 900}
LARGEST = 150_000  # bytes
_COLOURS = 256


def ticks_two_steps(page: Page) -> None:
    page.goto("/programme/modules/planning-and-launching/")
    for step in ("Find your question", "Talk to 3 people"):
        main(page).get_by_role("button", name=f"Done: {step}").click()
    main(page).get_by_role("progressbar", name="How far you are: 2 of 11 steps done").wait_for()
    page.goto("/programme/modules/planning-and-launching/#path")


def opens_a_topic(page: Page) -> None:
    page.goto("/discussions/open-talk/")
    follow(main(page), "We closed our community, and I want to tell you how")


def opens(path: str) -> Callable[[Page], object]:
    return lambda page: page.goto(path)


def sees_the_network(page: Page) -> None:
    page.goto("/communities/network/")
    page.locator("[data-drawn]").wait_for()
    page.get_by_role("heading", name="The links as a picture").scroll_into_view_if_needed()
    page.evaluate("document.getElementById('graph-title').scrollIntoView()")


def sees_the_map(page: Page) -> None:
    page.goto("/communities/map/")
    page.locator("[data-drawn]").wait_for()


# name of the file: who sees it, and how they get there
PICTURES: dict[str, tuple[str, Callable[[Page], object]]] = {
    "home": ("", opens("/")),
    "directory": ("", opens("/communities/")),
    "dashboard": ("participant", opens("/me/")),
    "module": ("participant", ticks_two_steps),
    "topic": ("participant", opens_a_topic),
    "map": ("", sees_the_map),
    "network": ("", sees_the_network),
}
# The same on a phone, as name-phone.
ON_A_PHONE = ("directory", "map", "network")
PHONE = {"width": 320, "height": 720}


def take(browser: Browser, site: Site, name: str, *, phone: bool = False) -> None:
    """Take one picture and write it, small enough to be kept beside the code."""
    role, go = PICTURES[name]
    size = PHONE if phone else SIZE
    context = browser.new_context(base_url=site.url, viewport=size, locale="en-GB", reduced_motion="reduce")
    page = context.new_page()
    if role:
        sign_in(page, site, role)
    go(page)
    page.wait_for_load_state("networkidle")
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    path = FOLDER / f"{name}{'-phone' if phone else ''}.png"
    picture.quantize(_COLOURS).save(path, optimize=True)
    context.close()
    weight = path.stat().st_size
    assert weight < LARGEST, f"{path} has {weight} bytes"
    print(f"{path.relative_to(ROOT)}: {weight // 1000} kB")


def take_all() -> None:
    """Load the demo, serve it, and take all the pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with TemporaryDirectory() as folder, sync_playwright() as player:
        seed(Path(folder))
        browser = player.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        with contextmanager(serve)(Path(folder)) as site:
            for name in PICTURES:
                take(browser, site, name)
            for name in ON_A_PHONE:
                take(browser, site, name, phone=True)
        browser.close()


if __name__ == "__main__":
    take_all()
