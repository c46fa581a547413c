"""What people write becomes HTML that is safe, whole, and made in linear time."""

import sys
from types import FrameType

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.markdown import excerpt, plain, render

TAGS = {
    "p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "h3", "h4", "h5", "hr",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {("a", "href"), ("a", "title"), ("a", "rel"), ("ol", "start")}


def elements(html: str) -> set[str]:
    return {tag.name for tag in BeautifulSoup(html, "html.parser").find_all(True)}


def attributes(html: str) -> set[tuple[str, str]]:
    return {
        (tag.name, name) for tag in BeautifulSoup(html, "html.parser").find_all(True) for name in tag.attrs
    }


def links(html: str) -> list[str]:
    return [tag["href"] for tag in BeautifulSoup(html, "html.parser").find_all("a", href=True)]


# -- what it can do ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain", "<p>plain</p>\n"),
        ("**b** *e* ~~s~~ `c`", "<p><strong>b</strong> <em>e</em> <s>s</s> <code>c</code></p>\n"),
        ("a\nb", "<p>a<br>\nb</p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>\n'),
        ("> q", "<blockquote>\n<p>q</p>\n</blockquote>\n"),
        ("```\n<b>\n```", "<pre><code>&lt;b&gt;\n</code></pre>\n"),
        ("---", "<hr>\n"),
        ("a & b < c", "<p>a &amp; b &lt; c</p>\n"),
        ("Grüße, 茶, 🫖, مرحبا", "<p>Grüße, 茶, 🫖, مرحبا</p>\n"),
        ("", ""),
        ("\x00a\x00", "<p>a</p>\n"),
    ],
)
def test_what_people_write(text: str, html: str) -> None:
    assert render(text) == html


def test_a_table() -> None:
    assert elements(render("| a | b |\n|---|---|\n| 1 | 2 |")) == {
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("# a", ["h3"]),
        ("### a", ["h3"]),
        ("# a\n## b\n### c\n#### d", ["h3", "h4", "h5", "h5"]),
        ("# a\n### c\n# d", ["h3", "h4", "h3"]),
        ("a\n===\n\nb\n---", ["h3", "h4"]),
    ],
)
def test_headings_begin_below_the_page_s_own_and_leave_no_level_out(text: str, levels: list[str]) -> None:
    found = BeautifulSoup(render(text), "html.parser").find_all(["h1", "h2", "h3", "h4", "h5", "h6"])
    assert [tag.name for tag in found] == levels


def test_links_pass_nothing_on() -> None:
    html = render("[a](https://example.org 'T') https://example.org/b me@example.org")
    assert links(html) == ["https://example.org", "https://example.org/b", "mailto:me@example.org"]
    assert {tuple(tag["rel"]) for tag in BeautifulSoup(html, "html.parser").find_all("a")} == {
        ("nofollow", "ugc", "noopener", "noreferrer")
    }


def test_a_link_within_the_portal() -> None:
    assert links(render("[a](/discussions/) [b](#reply)")) == ["/discussions/", "#reply"]


# -- what it must not do ----------------------------------------------------------------

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<iframe src=https://example.org></iframe>",
    "<a href=javascript:alert(1) onclick=alert(1)>x</a>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<style>*{display:none}</style>",
    "<form action=https://example.org><input name=a></form>",
    "<base href=https://example.org>",
    "<p style=position:fixed class=p-header id=main-content>x</p>",
    "<!-- a --><b>x",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:x)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](data:image/svg+xml,<svg onload=alert(1)>)",
    "[x](file:///etc/passwd)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![x](https://example.org/x.png)",
    "[x]: javascript:alert(1)\n\n[x]",
    '[x](https://example.org "a\\" onmouseover=alert(1) x=\\"")',
    "[x](https://example.org/'onmouseover='alert(1))",
    "```html onload=alert(1)\nx\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "| <script>alert(1)</script> |\n|---|\n| [x](javascript:alert(1)) |",
    "> > > <script>alert(1)</script>",
    "- <img src=x onerror=alert(1)>\n  - [x](javascript:alert(1))",
    "# <script>alert(1)</script>",
    "a\u202e<script>\u2066",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "[<img src=x onerror=alert(1)>](https://example.org)",
    "`<script>alert(1)</script>`",
    "javascript:alert(1)",
    'https://example.org/"onmouseover="alert(1)',
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_comes_through(text: str) -> None:
    _check_safe(render(text))


def _check_safe(html: str) -> None:
    assert elements(html) <= TAGS
    assert attributes(html) <= ATTRIBUTES
    for link in links(html):
        scheme = link.split(":")[0].lower() if ":" in link.split("/")[0].split("#")[0].split("?")[0] else ""
        assert scheme in ("", "http", "https", "mailto"), link


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    parts=st.lists(
        st.one_of(
            st.sampled_from(HOSTILE),
            st.sampled_from(
                ["> ", "- ", "1. ", "\n", "\n\n", "    ", "|", "|-|\n", "`", "```\n", "*", "_", "[", "]("]
            ),
            st.text(max_size=20),
        ),
        max_size=15,
    )
)
def test_nothing_hostile_comes_through_however_it_is_put_together(parts: list[str]) -> None:
    _check_safe(render("".join(parts)))


def test_what_is_not_html_of_ours_is_shown_as_it_was_typed() -> None:
    assert (
        BeautifulSoup(render("<script>alert(1)</script>"), "html.parser").text.strip()
        == "<script>alert(1)</script>"
    )


def test_cleaning_what_is_clean_changes_nothing() -> None:
    html = render("**b** [a](https://example.org)\n\n> q\n\n| a |\n|---|\n| 1 |")
    import nh3

    assert elements(nh3.clean(html)) == elements(html)


# -- nothing is lost ----------------------------------------------------------------------


@pytest.mark.parametrize("depth", [1, 5, 18, 19, 20, 21, 50, 10_000])
@pytest.mark.parametrize("mark", [">", "> ", "- > "])
def test_what_stands_deep_is_still_there(mark: str, depth: int) -> None:
    assert "the last word" in render(mark * depth + "the last word")


def test_a_list_within_lists_within_lists() -> None:
    text = "\n".join("  " * depth + f"- level{depth}" for depth in range(40))
    html = render(text)
    assert [depth for depth in range(40) if f"level{depth}" not in html] == []
    _check_safe(html)


def test_deep_and_hostile() -> None:
    html = render("> " * 30 + "<script>alert(1)</script>\nnext")
    _check_safe(html)
    assert "alert(1)" in html


# -- time and size -----------------------------------------------------------------------

SIZE = 20_000  # the longest text that any form takes
HEAVY = {
    "quotations": lambda n: ">" * n + "a",
    "quotations with spaces": lambda n: "> " * (n // 2) + "a",
    "lists": lambda n: "\n".join("  " * min(depth, 99) + "- a" for depth in range(n // 100)),
    "opening brackets": lambda n: "[" * n,
    "brackets": lambda n: "[" * (n // 2) + "a" + "]" * (n // 2),
    "links": lambda n: "[a](" * (n // 4),
    "pictures": lambda n: "![" * (n // 2),
    "emphasis": lambda n: "*a_ " * (n // 4),
    "strong": lambda n: "**a *a " * (n // 7),
    "ticks": lambda n: "".join("`" * size + " " for size in range(int((2 * n) ** 0.5))),
    "tags": lambda n: "<" * n,
    "entities": lambda n: "&#x" * (n // 3),
    "a wide table": lambda n: "|a" * (n // 8) + "|\n" + "|-" * (n // 8) + "|\n",
    "a table of short rows": lambda n: "|a" * 50 + "|\n" + "|-" * 50 + "|\n" + "|a\n" * (n // 4),
    "addresses": lambda n: "http://a.b " * (n // 11),
    "dots": lambda n: "http://" + "a." * (n // 2),
    "references": lambda n: "[a]: /u\n" * (n // 16) + "[a]" * (n // 6),
    "backslashes": lambda n: "\\" * n,
    "underlines": lambda n: "a\n" * (n // 2) + "=",
    "autolinks": lambda n: "<http:" * (n // 6),
    "mixed": lambda n: "> - 1. " * (n // 7),
}


def _calls(text: str) -> int:
    """How many functions are called to render a text: the same number on every machine."""
    called = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal called
        called += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        render(text)
    finally:
        sys.setprofile(None)
    return called


@pytest.mark.parametrize("kind", HEAVY)
def test_work_is_linear_and_size_is_bounded(kind: str) -> None:
    make = HEAVY[kind]
    small, large = _calls(make(SIZE // 8)), _calls(make(SIZE))
    # The text is eight times as long; quadratic would be sixty-four times the work.
    assert large <= 12 * small, (small, large)
    assert len(render(make(SIZE))) < 8 * SIZE


# -- words alone -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>a</p><p>b</p>", "a b"),
        ("<p>a<br>\nb</p>", "a b"),
        ("<ul><li>a</li><li>b</li></ul>", "a b"),
        ("<p>a &amp;lt; b &quot;c&quot; &#39;d&#39;</p>", "a &lt; b \"c\" 'd'"),
        ("<p>un<strong>believ</strong>able</p>", "unbelievable"),
        ("", ""),
    ],
)
def test_plain_words(html: str, words: str) -> None:
    assert plain(html) == words


def test_an_excerpt_is_cut_with_a_mark() -> None:
    assert excerpt("<p>short</p>", 10) == "short"
    assert excerpt("<p>" + "word " * 50 + "</p>", 20) == "word word word word…"
    assert len(excerpt(render("a" * 500), 160)) == 160


@settings(max_examples=100, deadline=None)
@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=80))
def test_plain_text_goes_through_whole(text: str) -> None:
    """What has no mark of Markdown in it reads as it was written."""
    words = "".join(mark for mark in text if mark.isalpha() or mark == " ").strip()
    if words:
        assert plain(render("x " + words)) == " ".join(("x " + words).split())
