"""Somebody without an account: an invitation, its mail, a question, a yes; and those who invite."""

import email
import re
from collections.abc import Callable
from email import policy
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, manage
from tests.browser.dresses import faults
from tests.browser.reading import follow, main, path_of, press, see_said, see_title

INVITE = "/groups/community-falls-in-care-homes/invite/"
PEOPLE = "/groups/community-falls-in-care-homes/people/"


def letters_to(site: Site, address: str) -> list[str]:
    """The texts of the mails that have gone to an address, the newest last."""
    found = []
    for path in sorted((site.var / "mail").glob("*"), key=lambda one: one.stat().st_mtime):
        for raw in path.read_bytes().split(b"\n" + b"-" * 79):
            message = email.message_from_bytes(raw.lstrip(), policy=policy.default)
            body = message.get_body(["plain"])
            if message["To"] == address and body is not None:
                found.append(body.get_content())
    return found


def link_in(text: str, part: str) -> str:
    """The path of the link that has this in it."""
    return urlsplit(re.search(rf"http\S+{part}\S+", text)[0]).path


def invite(page: Page, addresses: str) -> None:
    page.goto(INVITE)
    main(page).get_by_label("Email addresses").fill(addresses)
    main(page).get_by_label("A few words from you").fill("We would love to have you with us.")
    press(main(page), "Check the addresses")


def test_invitation_from_the_page_to_the_member_inside(site: Site, enter: Callable[..., Page]):
    convener, guest = enter("convener"), enter()
    invite(convener, "pat@example.org\nnot an address")
    expect(main(convener).get_by_role("heading", level=2).first).to_have_text("1 person will be invited")
    assert faults(convener) == {}
    assert letters_to(site, "pat@example.org") == []
    press(main(convener), "Send the invitation")
    see_said(convener, "1 invitation is on its way.")
    assert faults(convener) == {}
    [letter] = letters_to(site, "pat@example.org")
    address = link_in(letter, "/guest/")
    guest.goto(address)
    see_title(guest, "Will you join Falls in care homes?")
    expect(main(guest).get_by_text("We would love to have you with us.")).to_be_visible()
    assert faults(guest) == {}
    press(main(guest), "Yes, join")
    expect(main(guest).get_by_role("alert")).to_be_visible()
    expect(guest).to_have_title(re.compile("^Error: "))
    assert faults(guest) == {}
    main(guest).get_by_label("First name").fill("Pat")
    main(guest).get_by_label("Choose a password").fill("three quiet herons")
    press(main(guest), "Yes, join")
    see_title(guest, "Falls in care homes")
    see_said(guest, "Welcome. You are in Falls in care homes now.")
    follow(main(guest), "See who is in it")
    see_title(guest, "People of Falls in care homes")
    expect(main(guest).get_by_text("Pat (you)")).to_be_visible()
    guest.goto(address)
    see_title(guest, "You have said yes")
    assert faults(guest) == {}


def test_question_before_the_answer(site: Site, enter: Callable[..., Page]):
    convener, guest = enter("convener"), enter(javascript=False)
    invite(convener, "lee@example.org")
    press(main(convener), "Send the invitation")
    guest.goto(link_in(letters_to(site, "lee@example.org")[-1], "/guest/"))
    main(guest).get_by_label("Your question").fill("How often do you meet?")
    press(main(guest), "Send my question")
    see_said(guest, "Your question is on its way. The answer comes to your email address.")
    convener.goto("/me/notifications/")
    main(convener).get_by_role("button", name=re.compile("lee@example.org has a question")).click()
    see_title(convener, "A question before they answer")
    assert faults(convener) == {}
    press(main(guest), "No, thank you")
    see_title(guest, "You have said no")


def test_letters_are_stopped_and_wanted_again(site: Site, enter: Callable[..., Page]):
    convener, guest = enter("convener"), enter()
    invite(convener, "kim@example.org")
    press(main(convener), "Send the invitation")
    guest.goto(link_in(letters_to(site, "kim@example.org")[-1], "/unsubscribe/"))
    see_title(guest, "Stop writing to you?")
    assert faults(guest) == {}
    press(main(guest), "Stop these emails")
    see_title(guest, "The emails have stopped")
    assert faults(guest) == {}
    follow(main(guest), "Let us write to you again")
    see_title(guest, "Let us write to you again?")
    assert faults(guest) == {}
    press(main(guest), "Yes, you can write to me")
    see_title(guest, "We can write to you again")


def test_invitation_to_somebody_with_an_account(site: Site, enter: Callable[..., Page]):
    manage(
        site.var, "shell", "-c",
        "from allauth.account.models import EmailAddress as E; from members.models import User;"
        "E.objects.update_or_create(email='facilitator@example.org', "
        "defaults={'user': User.objects.get(email='facilitator@example.org'), 'verified': True, 'primary': True})",
    )  # fmt: skip
    convener, facilitator = enter("convener"), enter("facilitator")
    invite(convener, "facilitator@example.org")
    press(main(convener), "Send the invitation")
    facilitator.goto("/me/notifications/")
    main(facilitator).get_by_role(
        "button", name=re.compile("invites you to join Falls in care homes")
    ).click()
    see_title(facilitator, "Will you join Falls in care homes?")
    assert faults(facilitator) == {}
    press(main(facilitator), "Yes, join")
    see_title(facilitator, "Falls in care homes")


def test_places_in_a_community(site: Site, enter: Callable[..., Page]):
    participant, convener = enter("participant"), enter("convener")
    participant.goto("/communities/falls-in-care-homes/")
    follow(main(participant), "Ask to join")
    main(participant).get_by_label("Say a few words about yourself").fill("I care about falls.")
    press(main(participant), "Ask to join")
    see_title(participant, "You have asked to join Falls in care homes")
    assert faults(participant) == {}
    convener.goto(PEOPLE)
    assert faults(convener) == {}
    follow(main(convener), "Say no to Daniel Osei")
    see_title(convener, "Say no to Daniel Osei?")
    press(main(convener), "Say no")
    expect(main(convener).get_by_role("alert")).to_be_focused()
    assert faults(convener) == {}
    convener.goto(PEOPLE)
    press(main(convener), "Let in Daniel Osei")
    see_said(convener, "Daniel Osei is in Falls in care homes now.")
    follow(main(convener), "Hand over to Daniel Osei")
    see_title(convener, "Hand over to Daniel Osei?")
    press(main(convener), "Hand over")
    see_said(convener, "Daniel Osei leads Falls in care homes now. You are still a member.")
    participant.goto(PEOPLE)
    assert path_of(participant) == PEOPLE
    expect(main(participant).get_by_text("Daniel Osei (you)")).to_be_visible()
