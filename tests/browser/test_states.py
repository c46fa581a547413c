"""What pages come to after somebody has written: errors, news, ticks, long names; and forced colours and print."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PASSWORD
from tests.browser.dresses import NARROW, faults
from tests.browser.reading import bell, follow, main, menu, press, see_said, see_title

# German and Welsh make such words, and people paste addresses.
LONG = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"


def sends_a_wrong_password(page: Page) -> None:
    page.goto("/accounts/login/")
    main(page).get_by_role("textbox", name="Email address").fill("participant@example.org")
    main(page).get_by_label("Password", exact=True).fill("not the password")
    press(main(page), "Sign in")
    expect(main(page).get_by_role("alert")).to_be_visible()


def sends_a_form_empty(path: str, button: str) -> Callable[[Page], None]:
    def send(page: Page) -> None:
        page.goto(path)
        for box in main(page).get_by_role("textbox").all():
            box.fill("")
        press(main(page), button)
        expect(main(page).get_by_role("alert")).to_be_focused()

    return send


def asks_for_no_time(page: Page) -> None:
    page.goto("/guidance/one-two-four-all/")
    follow(main(page), "Make a running order")
    page.goto(f"{page.url}?at=soon")
    expect(main(page).get_by_role("alert")).to_be_focused()


WITH_ERRORS: dict[str, tuple[str, Callable[[Page], None]]] = {
    "sign in": ("", sends_a_wrong_password),
    "running order": ("", asks_for_no_time),
    "password reset": ("", sends_a_form_empty("/accounts/password/reset/", "Send me the link")),
    "password change": (
        "participant",
        sends_a_form_empty("/accounts/password/change/", "Change my password"),
    ),
    "profile": ("participant", sends_a_form_empty("/me/profile/", "Save my profile")),
    "new community": ("participant", sends_a_form_empty("/communities/new/", "Save as a draft")),
    "new community, without an account": ("", sends_a_form_empty("/communities/new/", "Send me the email")),
    "new topic": ("participant", sends_a_form_empty("/discussions/open-talk/new/", "Post topic")),
    "connect": ("convener", sends_a_form_empty("/communities/first-night-home/connections/new/", "Ask them")),
    "introduce": (
        "facilitator",
        sends_a_form_empty("/communities/first-night-home/introduce/", "Introduce them"),
    ),
    "offer or ask": (
        "convener",
        sends_a_form_empty("/communities/falls-in-care-homes/offers/new/", "Show it"),
    ),
    "an ask": ("participant", sends_a_form_empty("/communities/offers/1/", "Send your answer")),
    "change community": (
        "convener",
        sends_a_form_empty("/communities/falls-in-care-homes/edit/", "Save and show"),
    ),
}


@pytest.mark.parametrize("name", WITH_ERRORS)
def test_form_with_errors_has_no_fault(enter: Callable[..., Page], name: str):
    role, send = WITH_ERRORS[name]
    page = enter(role)
    send(page)
    expect(page).to_have_title(re.compile("^Error: "))
    assert faults(page) == {}


def test_form_without_its_token_has_no_fault(enter: Callable[..., Page]):
    """What somebody sees who sends a form from before they signed in again."""
    page = enter("participant")
    page.goto("/discussions/open-talk/new/")
    page.context.clear_cookies(name="csrftoken")
    press(main(page), "Post topic")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert faults(page) == {}


def test_topic_with_replies_edits_and_what_was_removed(enter: Callable[..., Page]):
    page, other = enter("facilitator"), enter("participant")
    for person in (page, other):
        person.goto("/discussions/open-talk/")
        follow(main(person), "New: Say hello here")
    main(other).get_by_role("textbox", name="Your reply").fill("Hello again.")
    press(main(other), "Post reply")
    expect(main(other).get_by_role("article")).to_have_count(13)
    page.reload()
    expect(main(page).get_by_text("New since your last visit")).to_have_count(1)
    assert faults(page) == {}
    follow(main(page), "Edit post 1")
    see_title(page, "Edit your post")
    assert faults(page) == {}
    main(page).get_by_role("textbox", name="Text").fill(
        "# Welcome\n\n> Begin\n\n`code`\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    )
    press(main(page), "Save")
    expect(main(page).get_by_role("article").first.get_by_role("table")).to_have_count(1)
    follow(main(page), "See what it said before , post 1")
    see_title(page, "What this post said before")
    assert faults(page) == {}
    page.go_back()
    follow(main(page), "Reply to post 2")
    expect(main(page).get_by_role("heading", name="Your reply to Maureen Okafor, #2")).to_be_visible()
    assert faults(page) == {}
    main(page).get_by_role("textbox", name="Your reply").fill("Soon gone.")
    press(main(page), "Post reply")
    follow(main(page), "Remove post 14")
    see_title(page, "Remove this post?")
    assert faults(page) == {}
    press(main(page), "Remove post")
    see_said(page, "The post is removed. You can bring it back for 30 days.")
    assert faults(page) == {}
    page.goto("/discussions/removed/")
    expect(main(page).get_by_role("button", name=re.compile("^Bring it back"))).to_have_count(1)
    assert faults(page) == {}


def test_topic_that_is_removed_meanwhile(enter: Callable[..., Page]):
    page, other = enter("participant"), enter("convener")
    page.goto("/discussions/open-talk/new/")
    main(page).get_by_role("textbox", name="Title").fill("Not for long")
    main(page).get_by_role("textbox", name="What you want to say").fill("Soon gone.")
    press(main(page), "Post topic")
    see_title(page, "Not for long")
    other.goto(page.url)
    main(other).get_by_role("textbox", name="Your reply").fill("I have something to say.")
    follow(main(page), "Remove topic")
    see_title(page, "Remove this topic?")
    assert faults(page) == {}
    press(main(page), "Remove topic")
    see_said(page, "The topic is removed. You can bring it back for 30 days.")
    press(main(other), "Post reply")
    see_title(other, "The topic was removed while you were writing")
    expect(main(other).get_by_role("textbox")).to_have_value("I have something to say.")
    assert faults(other) == {}


def test_messages_are_written_stopped_and_reported(enter: Callable[..., Page]):
    page, admin = enter("facilitator"), enter("admin")
    page.goto("/communities/falls-in-care-homes/")
    follow(main(page), "Send a message to Maureen Okafor")
    press(main(page), "Send message")
    expect(main(page).get_by_role("alert")).to_be_focused()
    assert faults(page) == {}
    main(page).get_by_role("textbox", name="Your message").fill(f"Dear Maureen, {LONG}")
    press(main(page), "Send message")
    see_said(page, "Your message is sent to Maureen Okafor.")
    assert faults(page) == {}
    other = enter("convener")
    other.goto("/me/messages/")
    press(main(other), "Read 1 new from Bronwen Hale")
    see_title(other, "Bronwen Hale")
    follow(main(other), "Report message 1")
    see_title(other, "Report this message?")
    assert faults(other) == {}
    press(main(other), "Report this message")
    see_said(other, "The programme team has the message and will look at it.")
    follow(main(other), "Do not let Bronwen Hale write to me again")
    see_title(other, "Do not let Bronwen Hale write to you again?")
    assert faults(other) == {}
    press(main(other), "Do not let them write")
    expect(main(other).get_by_role("textbox")).to_have_count(0)
    assert faults(other) == {}
    admin.goto("/me/notifications/")
    main(admin).get_by_role("button", name=re.compile("Maureen Okafor reported a message")).click()
    see_title(admin, "A message that was reported")
    assert faults(admin) == {}


def test_own_page_is_seen_as_others_see_it(enter: Callable[..., Page]):
    page = enter("participant")
    page.goto("/me/profile/")
    follow(main(page), "See your page as others see it")
    for place in ("Somebody in one of your groups", "Anybody else", "A member of the network"):
        follow(main(page), place)
        expect(main(page).get_by_role("link", name=place)).to_have_attribute("aria-current", "true")
        assert faults(page) == {}


def test_notifications_with_something_in_them(enter: Callable[..., Page]):
    participant, convener = enter("participant"), enter("convener")
    convener.goto("/me/notifications/")
    read_all = main(convener).get_by_role("button", name="Mark all as read")
    if read_all.count():  # another test of this module may have left some
        read_all.click()
    participant.goto("/discussions/ask-the-network/")
    follow(main(participant), "New: How do you get care home staff released for one hour?")
    for words in ("First.", "Second."):
        main(participant).get_by_role("textbox", name="Your reply").fill(words)
        press(main(participant), "Post reply")
        expect(main(participant).get_by_role("article").last).to_contain_text(words)
    convener.goto("/me/")
    expect(bell(convener)).to_have_accessible_name("Notifications 2 new")
    assert faults(convener) == {}
    bell(convener).click()
    see_title(convener, "Notifications")
    assert faults(convener) == {}
    main(convener).get_by_role("button", name=re.compile("^Open")).first.click()
    convener.goto("/me/notifications/")
    expect(main(convener).get_by_role("button", name=re.compile("^Open"))).to_have_count(1)
    assert faults(convener) == {}


def test_module_with_ticks(enter: Callable[..., Page]):
    page = enter("participant")
    page.goto("/programme/modules/planning-and-launching/")
    for step in ("Find your question", "Talk to 3 people"):
        button = main(page).get_by_role("button", name=f"Done: {step}")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
    assert faults(page) == {}
    page.goto("/programme/modules/")
    assert faults(page) == {}


def test_calendar_address_of_ones_own(enter: Callable[..., Page]):
    page = enter("participant")
    page.goto("/calendar/feed/")
    press(main(page), "Make my address")
    expect(main(page).get_by_role("textbox", name="Your address")).to_be_visible()
    assert faults(page) == {}


def test_community_on_its_way(enter: Callable[..., Page]):
    """Resting, draft, waiting, sent back."""
    convener = enter("convener")
    convener.goto("/communities/falls-in-care-homes/")
    press(main(convener), "Let it rest")
    see_said(convener, "It is resting now, and its page says so.")
    assert faults(convener) == {}
    press(main(convener), "Wake it")
    follows_a_draft(enter("participant"), enter("editor"))


def follows_a_draft(participant: Page, editor: Page) -> None:
    lists(participant, "The long way home")
    assert faults(participant) == {}
    address = participant.url
    press(main(participant), "Send it to an editor")
    editor.goto(address)
    main(editor).get_by_text("Send it back", exact=True).first.click()
    press(main(editor), "Send it back")
    expect(main(editor).get_by_role("alert")).to_be_visible()
    assert faults(editor) == {}
    main(editor).get_by_role("textbox", name="What should they change?").fill("Say where you meet.")
    press(main(editor), "Send it back")
    participant.goto(address)
    see_title(participant, "The long way home")
    expect(main(participant).get_by_text("Say where you meet.")).to_be_visible()
    assert faults(participant) == {}
    participant.goto("/communities/mine/")
    assert faults(participant) == {}


def lists(page: Page, name: str) -> None:
    page.goto("/communities/new/")
    form = main(page)
    form.get_by_role("textbox", name="Name", exact=True).fill(name)
    for label in (
        "In one sentence",
        "What you care about",
        "Why you exist",
        "What you make and share (optional)",
    ):
        form.get_by_role("textbox", name=label).fill(name)
    form.get_by_role("group", name="Sectors that you cross").get_by_label("Social care").check()
    form.get_by_role("group", name="Where you work").get_by_label("London").check()
    press(form, "Save as a draft")
    see_title(page, name)


def test_long_names_on_a_phone(enter: Callable[..., Page]):
    page = enter("convener")
    page.goto("/me/profile/")
    for label in (
        "First name",
        "Last name (optional)",
        "Your role (optional)",
        "What you can offer (optional)",
    ):
        main(page).get_by_role("textbox", name=label).fill(LONG)
    press(main(page), "Save my profile")
    expect(main(page).get_by_role("heading", level=1)).to_be_visible()
    lists(page, LONG * 2)
    own = page.url
    page.goto("/discussions/falls-in-care-homes/new/")
    main(page).get_by_role("textbox", name="Title").fill(LONG * 2)
    text = f"{LONG * 3}\n\nhttps://example.org/{LONG * 2}\n\n`{LONG * 2}`\n\n    {LONG * 2}\n\n> {LONG * 2}"
    main(page).get_by_role("textbox", name="What you want to say").fill(text)
    press(main(page), "Post topic")
    see_title(page, LONG * 2)
    page.set_viewport_size(NARROW)
    widths = {
        path: width_of(page, path)
        for path in (
            page.url, own, "/", "/me/", "/me/profile/", "/communities/mine/", "/people/?q=llanfair", "/discussions/",
            "/discussions/falls-in-care-homes/", "/discussions/search/?q=llanfair", "/search/?q=llanfair",
            f"/guidance/?q={LONG * 3}", f"/communities/?q={LONG * 3}", "/communities/falls-in-care-homes/",
        )
    }  # fmt: skip
    assert {path: width for path, width in widths.items() if width > 320} == {}
    page.goto("/people/?q=llanfair")
    main(page).get_by_role("link", name=re.compile(LONG)).first.click()
    see_title(page, f"{LONG} {LONG}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def width_of(page: Page, path: str) -> int:
    page.goto(path)
    return page.evaluate("document.documentElement.scrollWidth")


_EDGES = """(one) => {
  const drawn = [getComputedStyle(one)];
  for (const label of one.labels || []) drawn.push(getComputedStyle(label, "::before"));
  const width = (style, name) => style[`${name}Style`] === "none" ? 0 : parseFloat(style[`${name}Width`]);
  return {
    ring: Math.max(...drawn.map((style) => width(style, "outline"))),
    edge: Math.max(...drawn.map((style) => width(style, "borderTop"))),
  };
}"""


def edges(control: Locator) -> dict[str, float]:
    """How thick the ring around what has the focus is, and the edge of the thing itself, in px."""
    control.focus()
    control.page.keyboard.press("Shift")
    return control.evaluate(_EDGES)


def test_forced_colours_keep_edges_and_focus(as_person: Callable[..., Page]):
    """Backgrounds and shadows are gone there: what they say has to be said by lines."""
    page = as_person("participant")
    page.emulate_media(forced_colors="active")
    page.goto("/discussions/open-talk/new/")
    page.keyboard.press("Tab")
    for control in (
        main(page).get_by_role("button", name="Post topic"),
        main(page).get_by_role("textbox", name="Title"),
        page.get_by_role("banner").get_by_role("searchbox"),
    ):
        found = edges(control)
        assert found["ring"] >= 2
        assert found["edge"] >= 1
    for link in (menu(page).get_by_role("link").first, main(page).get_by_role("link", name="Cancel")):
        assert edges(link)["ring"] >= 2
    page.goto("/guidance/")
    page.keyboard.press("Tab")
    assert edges(main(page).get_by_role("checkbox").first)["ring"] >= 2
    page.goto("/programme/modules/planning-and-launching/")
    page.keyboard.press("Tab")
    assert edges(main(page).get_by_role("button", name="Done: Find your question"))["ring"] >= 2


def test_print_leaves_out_what_paper_cannot_do(as_person: Callable[..., Page]):
    page = as_person("participant")
    page.goto("/guidance/start-with-a-question/")
    expect(menu(page)).to_be_visible()
    page.emulate_media(media="print")
    expect(menu(page)).to_have_count(0)
    expect(page.get_by_role("search")).to_have_count(0)
    expect(page.get_by_role("contentinfo")).to_have_count(0)
    expect(page.get_by_role("navigation", name="Breadcrumb")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.emulate_media(media="screen")
    page.goto("/discussions/open-talk/")
    follow(main(page), "Biscuits: a serious question about attendance")
    page.emulate_media(media="print")
    expect(main(page).get_by_role("article")).to_have_count(6)
    expect(main(page).get_by_role("button")).to_have_count(0)
    expect(main(page).get_by_role("textbox")).to_have_count(0)


def test_password_is_never_sent_back(enter: Callable[..., Page]):
    page = enter()
    sends_a_wrong_password(page)
    expect(main(page).get_by_role("textbox", name="Email address")).to_have_value("participant@example.org")
    expect(main(page).get_by_label("Password", exact=True)).to_have_value("")
    assert PASSWORD not in page.content()
