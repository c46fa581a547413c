"""Every page of the demo, once for each kind of person: no error, no broken link, valid HTML."""

import json
import re
import subprocess
from collections import Counter, deque
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import ROOT, Site

_SKIPPED = re.compile(r"^/(admin|static|accounts/logout|design|documents)")
# A script adds to the addresses of bulk/ what they are about.
_SKIPPED_BY_EDITORS = re.compile(r"^/(?!admin/)|^/admin/(logout|bulk)/|[?&]export=")
_AS_ANOTHER = re.compile(r"[?&]as=(visitor|member|participant)$")  # who may see less than the editor who asks
_MOST = 700
_MOST_SCREENS = 220
_ALIKE = 2  # screens for editors whose addresses differ only by numbers


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if named.get("id"):
            self.ids.add(str(named["id"]))
        if tag == "a" and named.get("href"):
            self.found.add(str(named["href"]))


def _template(path: str, query: str) -> str:
    """Filters make endless addresses: one of each shape is enough."""
    names = sorted(part.split("=")[0] for part in query.split("&") if part)
    return f"{path}?{'&'.join(names)}"


_Get = Callable[[str], tuple[int, str, str]]


def _crawl(get: _Get) -> tuple[dict[str, str], list[str]]:
    queue, seen, bodies, wrong = deque(["/"]), {"/?"}, {}, []
    while queue and len(seen) < _MOST:
        address = queue.popleft()
        status, kind, text = get(address)
        if status == 404 and _AS_ANOTHER.search(address):
            continue
        if status >= 400:
            wrong.append(f"{status} {address}")
            continue
        if "text/html" not in kind:
            continue
        bodies[address] = text
        links = _Links()
        links.feed(text)
        for href in links.found:
            target = urlsplit(urljoin(address, href))
            if target.scheme or target.netloc or _SKIPPED.match(target.path):
                continue
            if target.path == urlsplit(address).path and target.fragment and not target.query:
                if target.fragment not in links.ids:
                    wrong.append(f"no #{target.fragment} on {address}")
                continue
            shape = _template(target.path, target.query)
            if shape not in seen:
                seen.add(shape)
                queue.append(target.path + (f"?{target.query}" if target.query else ""))
    return bodies, wrong


def _crawl_admin(get: _Get) -> tuple[list[str], list[str]]:
    """Every kind of screen, a few of each; the menu is drawn by a script, from addresses in the page."""
    queue, alike, seen, wrong = deque(["/admin/"]), Counter[str](), ["/admin/"], []
    for _ in range(_MOST_SCREENS):
        if not queue:
            break
        address = queue.popleft()
        status, kind, text = get(address)
        if status >= 400:
            wrong.append(f"{status} {address}")
        if "text/html" not in kind:
            continue
        links = _Links()
        links.feed(text)
        for href in sorted(links.found | set(re.findall(r'"url": "(/admin/[^"]*)"', text))):
            target = urlsplit(urljoin(address, href))
            there = target.path + (f"?{target.query}" if target.query else "")
            if target.scheme or target.netloc or _SKIPPED_BY_EDITORS.search(there) or there in seen:
                continue
            shape = re.sub(r"\d+", "#", _template(target.path, target.query))
            alike[shape] += 1
            if alike[shape] <= _ALIKE:
                seen.append(there)
                queue.append(there)
    return seen, wrong


@pytest.fixture
def get_as(
    browser: Browser, shared_site: Site, signed_in_state: Callable[[str], dict]
) -> Iterator[Callable[[str], _Get]]:
    """How somebody asks for an address."""
    contexts: list[BrowserContext] = []

    def get_as(role: str) -> _Get:
        context = browser.new_context(base_url=shared_site.url, storage_state=signed_in_state(role))
        contexts.append(context)

        def get(address: str) -> tuple[int, str, str]:
            answer = context.request.get(address)
            kind = answer.headers.get("content-type", "")
            return answer.status, kind, answer.text() if "text" in kind else ""

        return get

    yield get_as
    for context in contexts:
        context.close()


def test_screens_for_editors_hold_together(get_as: Callable[[str], _Get]):
    """No error and no broken link; their HTML is mostly Wagtail's, and not looked at."""
    seen, wrong = _crawl_admin(get_as("editor"))
    assert wrong == []
    assert {path.split("/")[2] for path in seen[1:]} >= {
        "pages",
        "members",
        "cohorts",
        "settings",
        "programme",
    }
    assert len(seen) > 150


@pytest.mark.parametrize("role", ["visitor", "participant", "convener", "facilitator", "editor"])
def test_demo_holds_together(get_as: Callable[[str], _Get], tmp_path: Path, role: str):
    bodies, wrong = _crawl(get_as(role))
    assert wrong == []
    assert len(bodies) > 60
    assert _invalid(bodies, tmp_path) == []


def _invalid(bodies: dict[str, str], folder: Path) -> list[str]:
    """What html-validate says of these pages, each message once with the first page that has it."""
    names = {}
    for number, (address, text) in enumerate(bodies.items()):
        path = folder / f"{number}.html"
        path.write_text(text)
        names[str(path)] = address
    found = folder / "found.json"
    with found.open("w") as stdout:  # a file: what Node writes to a pipe may be cut off as it exits
        done = subprocess.run(
            [ROOT / "node_modules/.bin/html-validate", "--config", ROOT / ".htmlvalidate.json", "-f", "json", *names],
            stdout=stdout, stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT,
        )  # fmt: skip
    assert found.stat().st_size, done.stderr
    messages: dict[str, str] = {}
    for report in json.loads(found.read_text()):
        for message in report["messages"]:
            messages.setdefault(f"{message['ruleId']}: {message['message']}", names[report["filePath"]])
    return [f"{message} ({address})" for message, address in messages.items()]


def test_nothing_is_asked_of_anyone_else(as_person: Callable[..., Page], shared_site: Site):
    """No request leaves for another host, and the policy is not broken anywhere."""
    page = as_person("participant")
    elsewhere: list[str] = []
    problems: list[str] = []
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith((shared_site.url, "data:")) else elsewhere.append(request.url)
        ),
    )
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    for path in (
        "/",
        "/guidance/",
        "/communities/",
        "/discussions/",
        "/discussions/open-talk/",
        "/me/",
        "/calendar/",
        "/search/?q=trust",
    ):
        page.goto(path)
    assert elsewhere == []
    assert problems == []
