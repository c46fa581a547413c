"""Each person's journey as assistive technology meets it: roles, names, headings, landmarks, focus."""

import re
from collections.abc import Callable
from itertools import pairwise
from textwrap import dedent

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.pages import CONVENER, EDITOR, FACILITATOR, PARTICIPANT, VISITOR
from tests.browser.reading import follow, main, menu, press, see_title

# The pages that each person's job leads through.
JOURNEYS: list[tuple[str, str]] = [
    (VISITOR, "/"),
    (VISITOR, "/what-is-a-community-of-practice/"),
    (VISITOR, "/programme/"),
    (VISITOR, "/programme/modules/planning-and-launching/"),
    (VISITOR, "/guidance/?theme=trust"),
    (VISITOR, "/guidance/start-with-a-question/"),
    (VISITOR, "/communities/?q=falls"),
    (VISITOR, "/communities/falls-in-care-homes/"),
    (VISITOR, "/calendar/"),
    (VISITOR, "/search/?q=trust"),
    (PARTICIPANT, "/me/"),
    (PARTICIPANT, "/programme/modules/planning-and-launching/"),
    (PARTICIPANT, "/discussions/"),
    (PARTICIPANT, "/discussions/open-talk/"),
    (PARTICIPANT, "/me/profile/"),
    (PARTICIPANT, "/people/"),
    (CONVENER, "/communities/falls-in-care-homes/"),
    (CONVENER, "/communities/mine/"),
    (CONVENER, "/communities/falls-in-care-homes/edit/"),
    (FACILITATOR, "/discussions/cohort/"),
    (EDITOR, "/communities/neighbourhood-health-champions/"),
]
_FOLLOWED = 25

# Of what has the focus: where it stands among all elements, and whether it shows that it has. Boxes and
# summaries are drawn beside themselves: on the label, on the words inside.
_FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const drawn = [getComputedStyle(one)];
  for (const label of one.labels || []) drawn.push(getComputedStyle(label, "::before"));
  if (one.matches("summary")) for (const child of one.children) drawn.push(getComputedStyle(child));
  const box = one.getBoundingClientRect();
  return {
    place: [...document.querySelectorAll("*")].indexOf(one),
    seen: drawn.some((style) => (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2)
        || style.boxShadow !== "none")
      && box.width > 0 && box.height > 0
      && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
    what: one.outerHTML.slice(0, 120),
  };
}"""


def lines_of(page: Page, role: str) -> list[str]:
    """The lines of the page's tree about one role, in reading order."""
    tree = page.locator("body").aria_snapshot()
    return [line.strip(" -'") for line in tree.splitlines() if re.match(rf"\s*- '?{role}\b(?!-)", line)]


@pytest.mark.parametrize(("role", "path"), JOURNEYS)
def test_page_reads_in_order(as_person: Callable[..., Page], role: str, path: str):
    page = as_person(role)
    page.goto(path)
    has_headings_in_order(page)
    has_landmarks_and_names(page)
    moves_the_focus_as_one_reads(page)


def has_headings_in_order(page: Page) -> None:
    levels = [
        int(found) for line in lines_of(page, "heading") for found in re.findall(r"\[level=(\d)\]", line)
    ]
    assert levels.count(1) == 1
    assert [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1] == []
    assert levels[0] == 1


def has_landmarks_and_names(page: Page) -> None:
    landmarks = {name: len(lines_of(page, name)) for name in ("banner", "main", "contentinfo")}
    assert landmarks == {"banner": 1, "main": 1, "contentinfo": 1}
    ways = lines_of(page, "navigation")
    assert [way for way in ways if '"' not in way] == []
    assert len(set(ways)) == len(ways)
    for kind in (
        "link",
        "button",
        "textbox",
        "searchbox",
        "combobox",
        "checkbox",
        "radio",
        "img",
        "progressbar",
    ):
        assert [line for line in lines_of(page, kind) if not re.match(rf'{kind} "[^"]', line)] == []


def moves_the_focus_as_one_reads(page: Page) -> None:
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    stops = []
    for _ in range(_FOLLOWED):
        stops.append(page.evaluate(_FOCUSED))
        page.keyboard.press("Tab")
    places = [stop["place"] for stop in stops if stop]
    assert places == sorted(set(places))
    assert [stop["what"] for stop in stops if stop and not stop["seen"]] == []


def test_focus_that_does_not_show_is_caught(as_person: Callable[..., Page]):
    """The net holds."""
    page = as_person(VISITOR)
    page.goto("/guidance/")
    page.evaluate("""() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync("*, *::before { outline: none !important; box-shadow: none !important }");
      document.adoptedStyleSheets = [sheet];
    }""")
    page.keyboard.press("Tab")
    assert page.evaluate(_FOCUSED)["seen"] is False


@pytest.mark.parametrize(
    ("role", "path"),
    [(VISITOR, "/guidance/"), (PARTICIPANT, "/discussions/open-talk/new/"), (CONVENER, "/me/")],
)
def test_nothing_keeps_the_focus(as_person: Callable[..., Page], role: str, path: str):
    """From the first stop to the last by Tab, and back by Shift and Tab."""
    page = as_person(role)
    page.goto(path)
    last = page.get_by_role("contentinfo").get_by_role("link").last
    stops = 0
    while not last.evaluate("one => one === document.activeElement"):
        page.keyboard.press("Tab")
        stops += 1
        assert stops < 200
    for _ in range(stops - 1):
        page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()


def test_skip_link_goes_to_the_page_itself(as_person: Callable[..., Page]):
    page = as_person(VISITOR)
    page.goto("/guidance/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(main(page)).to_be_focused()
    page.keyboard.press("Tab")
    expect(main(page).get_by_role("combobox", name="Search guidance")).to_be_focused()


def reads(place: Locator, expected: str) -> None:
    """The tree of a part of the page is exactly this."""
    assert place.aria_snapshot() == dedent(expected).strip()


def test_step_of_a_module_is_read(as_person: Callable[..., Page]):
    page = as_person(PARTICIPANT)
    page.goto("/programme/modules/planning-and-launching/")
    step = (
        main(page)
        .get_by_role("listitem")
        .filter(has=page.get_by_role("button", name="Done: Find your question"))
    )
    reads(
        step,
        """
        - listitem:
          - 'button "Done: Find your question"'
          - heading "Find your question" [level=4]
          - paragraph: Write down the one question that your community would meet to answer. If you have 5, pick the one that kept you awake.
          - list:
            - listitem: 20 minutes
            - listitem:
              - text: "Read:"
              - link "Find the question that starts a community":
                - /url: /guidance/start-with-a-question/
        """,
    )


def test_row_of_a_topic_is_read(as_person: Callable[..., Page]):
    page = as_person(PARTICIPANT)
    page.goto("/discussions/open-talk/")
    row = main(page).get_by_role("listitem").filter(has_text="Biscuits: a serious question about attendance")
    tree = re.sub(r"replies .*? Michael Tran", "replies DAY Michael Tran", row.aria_snapshot())
    assert (
        tree
        == dedent(
            """
        - listitem:
          - 'heading "Biscuits: a serious question about attendance" [level=2]':
            - 'link "Biscuits: a serious question about attendance"':
              - /url: /discussions/open-talk/4-biscuits-a-serious-question-about-attendance/
          - paragraph: Linda Marchetti, Convener, The kitchen table
          - strong: "5"
          - text: replies DAY Michael Tran
        """
        ).strip()
    )


def test_group_of_filters_is_read(as_person: Callable[..., Page]):
    page = as_person(VISITOR)
    page.goto("/guidance/?kind=story")
    reads(
        main(page).get_by_role("group", name="Kind"),
        """
        - group "Kind":
          - text: Kind
          - checkbox "Guide (9)"
          - text: Guide (9)
          - checkbox "Exercise (11)"
          - text: Exercise (11)
          - checkbox "Template (8)"
          - text: Template (8)
          - checkbox "Checklist (7)"
          - text: Checklist (7)
          - checkbox "Story (5)" [checked]
          - text: Story (5)
        """,
    )


def test_what_changes_is_said_and_the_focus_stays(as_person: Callable[..., Page]):
    page = as_person(VISITOR)
    page.goto("/guidance/")
    box = main(page).get_by_role("checkbox", name=re.compile("^Getting started"))
    box.focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("status").last).to_have_text("31 pieces of guidance, newest first")
    expect(box).to_be_checked()
    expect(box).to_be_focused()


def test_errors_are_read_with_their_fields(as_person: Callable[..., Page]):
    page = as_person(PARTICIPANT)
    page.goto("/discussions/open-talk/new/")
    press(main(page), "Post topic")
    expect(main(page).get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    title = main(page).get_by_role("textbox", name="Title")
    expect(title).to_be_focused()
    expect(title).to_have_attribute("aria-invalid", "true")
    expect(title).to_have_accessible_description(
        "Say what it is about in a few words. A question often works best. Error: Give your topic a title."
    )
    expect(page).to_have_title(re.compile("^Error: Start a topic in Open talk"))


def test_menu_on_a_phone_by_keyboard(as_person: Callable[..., Page]):
    page = as_person(VISITOR, width=320)
    page.goto("/guidance/")
    button = page.get_by_role("banner").get_by_role("button", name="Menu", exact=True)
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(button).to_be_focused()
    expect(menu(page)).to_have_count(0)
    page.keyboard.press("Enter")
    expect(menu(page).get_by_role("link")).to_have_count(5)
    expect(page.get_by_role("button", name="Close menu")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu(page)).to_have_count(0)
    expect(button).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Close menu")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("banner").get_by_role("button", name="Search")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(menu(page)).to_have_count(0)
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    follow(menu(page), "Programme")
    see_title(page, "Communities of Practice Leadership Development Programme")


def test_filters_on_a_phone_by_keyboard(as_person: Callable[..., Page]):
    page = as_person(VISITOR, width=320)
    page.goto("/guidance/")
    button = main(page).get_by_role("button", name="Filter", exact=True)
    button.focus()
    page.keyboard.press("Enter")
    box = main(page).get_by_role("checkbox", name=re.compile("^Getting started"))
    expect(box).to_be_visible()
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(button).to_be_focused()
