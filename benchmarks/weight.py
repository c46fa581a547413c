"""What a first view weighs: HTML, style and script, compressed, without pictures."""

import gzip
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from benchmarks.load import Answer, Asker, Failed

AT_MOST_KB = 75
NAMES = ("home", "module", "library", "topic")
_BROWSER = {"Accept-Encoding": "gzip, deflate, br"}


@dataclass
class Weight:
    """Compressed bytes of one page's first view."""

    name: str
    html: int = 0
    style: int = 0
    script: int = 0
    elsewhere: list[str] = field(default_factory=list)
    failed: str = ""

    @property
    def total(self) -> int:
        """All of it."""
        return self.html + self.style + self.script

    @property
    def over(self) -> bool:
        """Whether a budget is missed: the weight's, or that nobody else is asked for anything."""
        return bool(self.failed or self.elsewhere) or self.total > AT_MOST_KB * 1000


class _Parts(HTMLParser):
    """Addresses of the style sheets and scripts that a page asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.style: list[str] = []
        self.script: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "link" and given.get("rel") in ("stylesheet", "modulepreload") and given.get("href"):
            self.style.append(str(given["href"]))
        if tag == "script" and given.get("src"):
            self.script.append(str(given["src"]))


def measure(name: str, path: str, port: int, headers: dict[str, str]) -> Weight:
    """Ask for a page as a browser does, and for the style and script that it names."""
    weight = Weight(name)
    asker = Asker(port, headers | _BROWSER)
    try:
        page = _get(asker, path)
        weight.html = _compressed(page)
        parts = _Parts()
        parts.feed(_text(page))
        weight.style = sum(_part(asker, address, weight) for address in parts.style)
        weight.script = sum(_part(asker, address, weight) for address in parts.script)
    except (Failed, OSError) as error:
        weight.failed = str(error)
    finally:
        asker.close()
    return weight


def _part(asker: Asker, address: str, weight: Weight) -> int:
    if urlsplit(address).netloc:
        weight.elsewhere.append(address)
        return 0
    return _compressed(_get(asker, address))


def _get(asker: Asker, path: str) -> Answer:
    answer = asker.get(path)
    if answer.status != 200:
        raise Failed(f"{answer.status} for {path}")
    return answer


def _compressed(answer: Answer) -> int:
    """Bytes on the wire; what comes as it is, a server in front compresses."""
    return len(answer.body if answer.headers["Content-Encoding"] else gzip.compress(answer.body, 6))


def _text(answer: Answer) -> str:
    packed = answer.headers["Content-Encoding"] == "gzip"
    return (gzip.decompress(answer.body) if packed else answer.body).decode(errors="replace")


def line(weight: Weight) -> str:
    """What was found, as a line."""
    if weight.failed:
        return f"{weight.name:<22}  failed: {weight.failed}"
    wrong = [f"{AT_MOST_KB} kB at most"] if weight.total > AT_MOST_KB * 1000 else []
    wrong += [f"asks {address}" for address in weight.elsewhere]
    verdict = f"over: {'; '.join(wrong)}" if wrong else "ok"
    parts = (
        f"HTML {weight.html / 1000:.1f}, style {weight.style / 1000:.1f}, script {weight.script / 1000:.1f}"
    )
    return f"{weight.name:<22}{weight.total / 1000:>8.1f} kB ({parts})  {verdict}"


def as_json(weights: list[Weight]) -> list[dict[str, Any]]:
    """The same as JSON. One that failed has null where a number would be."""
    return [
        {
            "name": weight.name,
            "kb": None if weight.failed else round(weight.total / 1000, 1),
            "html_kb": None if weight.failed else round(weight.html / 1000, 1),
            "style_kb": None if weight.failed else round(weight.style / 1000, 1),
            "script_kb": None if weight.failed else round(weight.script / 1000, 1),
        }
        for weight in weights
    ]
