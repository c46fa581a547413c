"""A real site with the demo on it, walked with a real browser.

The demo is loaded once into a file; tests that only read share one server, each module whose tests write
gets a copy of the file and a server of its own.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a-password-for-the-tests"
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """The system's Chromium, if bin/test found one."""
    chromium = os.environ.get("CHROMIUM", shutil.which("chromium") or "")
    own = {"executable_path": chromium} if chromium else {}
    return {**browser_type_launch_args, **own, "args": ARGUMENTS}


@dataclass
class Site:
    """A running site."""

    url: str
    var: Path

    def address(self, path: str) -> str:
        return self.url + path


def environment(var: Path, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.test_site",
        "PORTAL_VAR": str(var),
        "DATABASE_URL": f"sqlite:///{var / 'portal.sqlite3'}",
        "DEMO_PASSWORD": PASSWORD,
        **more,
    }


def manage(var: Path, *arguments: str) -> str:
    """Run one of Django's commands on the site in this folder; what it prints."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=environment(var), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo in it, never served itself."""
    var = tmp_path_factory.mktemp("seeded")
    seed(var)
    return var


def seed(var: Path) -> None:
    """Put the demo into this folder."""
    manage(var, "migrate", "--verbosity", "0")
    manage(var, "load_demo")
    shutil.rmtree(var / "cache", ignore_errors=True)


def serve(var: Path, **more: str) -> Iterator[Site]:
    """Serve the site in this folder until the caller goes on; with more in its environment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    log = (var / "server.log").open("w")
    server = subprocess.Popen(
        [Path(sys.executable).with_name("gunicorn"), "portal.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4"],
        cwd=ROOT, env=environment(var, SITE_URL=url, **more), stdout=log, stderr=log,
    )  # fmt: skip
    try:
        for _ in range(150):
            try:
                urllib.request.urlopen(f"{url}/healthz", timeout=5)
                break
            except OSError:
                assert server.poll() is None, (var / "server.log").read_text()
                time.sleep(0.1)
        yield Site(url, var)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)
        log.close()


@pytest.fixture(scope="session")
def shared_site(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One server for all tests that only read."""
    var = tmp_path_factory.mktemp("shared")
    shutil.copytree(seeded, var, dirs_exist_ok=True)
    yield from serve(var)


@pytest.fixture(scope="module")
def site(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server of its own, for a module whose tests write."""
    var = tmp_path_factory.mktemp("own")
    shutil.copytree(seeded, var, dirs_exist_ok=True)
    yield from serve(var)


def sign_in(page: Page, site: Site, role: str) -> None:
    """Sign in as one of the demo people, through the form."""
    page.goto(site.address("/accounts/login/"))
    fill_in_sign_in(page, role)
    page.wait_for_url(lambda url: "/accounts/login" not in url)


def fill_in_sign_in(page: Page, role: str) -> None:
    """Fill in and send the form of the sign-in page that is open."""
    page.get_by_label("Email address").fill(f"{role}@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


@pytest.fixture(scope="session")
def signed_in_state(browser: Browser, shared_site: Site) -> Callable[[str], dict]:
    """The cookies of a demo person on the shared site, signed in once each; none for "visitor"."""
    kept: dict[str, dict] = {}

    def state(role: str) -> dict:
        if role not in kept:
            context = browser.new_context()
            if role != "visitor":
                page = context.new_page()
                sign_in(page, shared_site, role)
            kept[role] = context.storage_state()
            context.close()
        return kept[role]

    return state


@pytest.fixture
def as_person(
    browser: Browser, shared_site: Site, signed_in_state: Callable[[str], dict]
) -> Iterator[Callable[..., Page]]:
    """A page on the shared site for a demo person: ``as_person("participant", width=320)``."""
    contexts: list[BrowserContext] = []

    def open_page(role: str, *, width: int = 1280, dark: bool = False, javascript: bool = True) -> Page:
        context = _context(
            browser,
            shared_site,
            storage_state=signed_in_state(role),
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
        )
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


def _context(browser: Browser, site: Site, **more: Any) -> BrowserContext:
    context = browser.new_context(base_url=site.url, locale="en-GB", timezone_id="Europe/London", **more)
    context.set_default_timeout(15_000)
    return context


@pytest.fixture
def enter(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """A browser of somebody's own on the site that may be written to: ``enter("editor")`` signs in there.

    ``enter()`` is a visitor; ``javascript=False`` turns it off.
    """
    contexts: list[BrowserContext] = []

    def open_page(role: str = "", *, javascript: bool = True) -> Page:
        context = _context(
            browser,
            site,
            viewport={"width": 1280, "height": 900},
            java_script_enabled=javascript,
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        if role:
            sign_in(page, site, role)
        return page

    yield open_page
    for context in contexts:
        context.close()
