"""Markdown of a file becomes what Wagtail's editor holds, and values can be compared."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from kit import richtext
from kit.blocks import PLAIN, RICH
from kit.raw_blocks import digest, with_ids_of

MARKDOWN = st.lists(
    st.sampled_from([
        "# ", "## ", "### ", "#### ", "* ", "- ", "1. ", "> ", "\n", "\n\n", "**", "*", "`", "```\n", "[a](b)",
        "[j](javascript:alert(1))", "<b>", "<script>", "&", "&amp;", "<", "\\\n", "---\n", "    ", "|a|b|\n|-|-|\n",
        "![x](y)", "a", "é", "😀", "\u202e", "<br>", "  \n", "https://x.y", "[x]: /u\n", "[x]",
    ]) | st.text(max_size=3),
    max_size=25,
).map("".join)  # fmt: skip


def test_headings_begin_parts():
    assert richtext.blocks("Before *it*.\n\n## A part\n\nInside.\n\n# Another\n") == [
        {"type": "text", "value": "<p>Before <i>it</i>.</p>"},
        {"type": "heading", "value": "A part"},
        {"type": "text", "value": "<p>Inside.</p>"},
        {"type": "heading", "value": "Another"},
    ]


def test_a_heading_inside_code_or_a_list_begins_nothing():
    blocks = richtext.blocks("```\n## no\n```\n\n- ## no\n")
    assert [block["type"] for block in blocks] == ["text"]


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("**b** and *i*", "<p><b>b</b> and <i>i</i></p>"),
        ("- one\n- two", "<ul><li>one</li><li>two</li></ul>"),
        ("1. one\n2. two", "<ol><li>one</li><li>two</li></ol>"),
        ("[a](/guidance/)", '<p><a href="/guidance/">a</a></p>'),
        ("[a](https://example.org/)", '<p><a href="https://example.org/">a</a></p>'),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("a ![picture](x.png) b", "<p>a b</p>"),
        ("", ""),
    ],
)
def test_markdown_becomes_rich_text(markdown, html):
    assert richtext.rich(markdown) == html


def test_third_level_headings_stay_where_the_place_allows_them():
    assert richtext.rich("### Small", features=RICH) == "<h3>Small</h3>"
    assert richtext.rich("### Small", features=PLAIN) == "<p>Small</p>"


def test_a_list_of_texts_is_text_and_not_markup():
    assert richtext.bullets(["a & b", "<i>"], before="Before <b>", after="After") == (
        "<p>Before &lt;b&gt;</p><ul><li>a &amp; b</li><li>&lt;i&gt;</li></ul><p>After</p>"
    )


@settings(deadline=None, max_examples=150)
@example("**# [a](b)**", PLAIN)
@given(MARKDOWN, st.sampled_from([RICH, PLAIN]))
def test_the_editor_keeps_what_was_written_as_it_is(markdown, features):
    written = richtext.rich(markdown, features=features)
    editor = ContentstateConverter(features=features)
    saved = editor.to_database_format(editor.from_database_format(written))
    assert richtext.without_keys(saved) == (written or "<p></p>")
    assert "<script" not in written
    assert 'href="javascript' not in written


@settings(deadline=None, max_examples=100)
@given(MARKDOWN)
def test_blocks_are_made_from_any_text(markdown):
    for block in richtext.blocks(markdown):
        assert block["type"] in ("heading", "text")
        assert block["value"]
        assert block["type"] == "text" or len(block["value"]) <= 150


def _step(title, text="<p>Do it.</p>", phase="before", **more):
    return {"type": "step", "value": {"phase": phase, "title": title, "text": text, **more}}


def _old(block, key):
    optional = {"minutes": None, "guidance": None}
    return {"type": block["type"], "value": optional | block["value"], "id": key}


def ids(old, new):
    return [block.get("id") for block in with_ids_of(old, new)]


def test_steps_that_say_the_same_keep_their_ids_in_any_order():
    a, b = _step("a", text="<p>x</p>"), _step("b", text="<p>y</p>")
    old = [_old(a, "id-a"), _old(b, "id-b")]
    assert ids(old, [b, a]) == ["id-b", "id-a"]


def test_a_step_with_a_new_text_keeps_its_id_by_its_title():
    old = [_old(_step("a", text="<p>x</p>"), "id-a")]
    assert ids(old, [_step("a", text="<p>new</p>", minutes=10)]) == ["id-a"]


def test_a_step_with_a_new_title_keeps_its_id_by_its_text():
    old = [_old(_step("a", text="<p>x</p>"), "id-a")]
    assert ids(old, [_step("new", text="<p>x</p>")]) == ["id-a"]


def test_a_step_of_another_phase_is_another_step():
    old = [_old(_step("a", text="<p>x</p>"), "id-a")]
    assert ids(old, [_step("a", text="<p>other</p>", phase="after")]) == [None]


def test_two_steps_alike_do_not_share_an_id():
    old = [_old(_step("a"), "id-a")]
    assert ids(old, [_step("a"), _step("a")]) == ["id-a", None]


def test_what_says_the_same_goes_before_what_only_has_the_title():
    old = [_old(_step("a", text="<p>1</p>"), "id-1"), _old(_step("a", text="<p>2</p>"), "id-2")]
    assert ids(old, [_step("a", text="<p>2</p>"), _step("a", text="<p>new</p>")]) == ["id-2", "id-1"]


def test_plain_blocks_keep_their_ids_only_if_they_say_the_same():
    old = [{"type": "text", "value": "<p>x</p>", "id": "id-x"}]
    assert ids(old, [{"type": "text", "value": '<p data-block-key="k">x</p>'}]) == ["id-x"]
    assert ids(old, [{"type": "text", "value": "<p>y</p>"}]) == [None]


@given(st.lists(st.sampled_from("abc"), max_size=6), st.lists(st.sampled_from("abc"), max_size=6))
def test_every_id_is_given_once_and_only_to_its_like(before, after):
    old = [_old(_step(title), f"{title}-{place}") for place, title in enumerate(before)]
    given_out = [key for key in ids(old, [_step(title, text="<p>new</p>") for title in after]) if key]
    assert len(given_out) == len(set(given_out))
    expected = sum(min(before.count(title), after.count(title)) for title in "abc")
    assert len(given_out) == expected


def test_a_digest_does_not_depend_on_the_order_of_keys():
    assert digest({"a": 1, "b": [2]}) == digest({"b": [2], "a": 1})
    assert digest("a") != digest("b")
