"""Somebody without an account lists a community, changes it, hands it over and takes it down, by the links in mails."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.dresses import faults
from tests.browser.reading import follow, main, press, see_said, see_title
from tests.browser.test_journey_guest import letters_to, link_in

NAME = "Night owls of the wards"


def fill_in(page: Page, name: str, email: str) -> None:
    """The form as somebody fills it in who is in a hurry."""
    form = main(page)
    form.get_by_label("Name", exact=True).fill(name)
    form.get_by_label("In one sentence").fill("People who work at night and learn from it.")
    form.get_by_label("What you care about").fill("The hours between two and five.")
    form.get_by_label("Why you exist").fill("So that nobody is alone at night.")
    form.get_by_role("checkbox", name="Social care", exact=True).check()
    form.get_by_role("checkbox", name="London", exact=True).check()
    form.get_by_label("Your name").fill("Nell Outwith")
    form.get_by_label("Your email address").fill(email)
    form.get_by_label("Yes, I may speak for this community").check()


def list_it(page: Page, site: Site, name: str, email: str) -> str:
    """List a community from the directory's own button, as far as the page that asks; its link."""
    page.goto("/communities/")
    follow(main(page), "List your community")
    see_title(page, "List your community")
    fill_in(page, name, email)
    press(main(page), "Send me the email")
    see_title(page, "Check your email")
    [letter] = letters_to(site, email)
    return link_in(letter, "/guest/")


def publish(page: Page, slug: str) -> None:
    page.goto(f"/communities/{slug}/")
    press(main(page), "Publish")
    see_said(page, "Published. Those who look after it have been told.")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_outsider_lists_a_community_and_takes_it_down_again(
    site: Site, enter: Callable[..., Page], javascript: bool
):
    name = f"{NAME}, {'with' if javascript else 'without'} script"
    slug = name.lower().replace(",", "").replace(" ", "-")
    email = f"nell-{javascript}@example.org".lower()
    guest, editor = enter(javascript=javascript), enter("editor")
    guest.goto(list_it(guest, site, name, email))
    see_title(guest, f"Will you list {name}?")
    if javascript:
        assert faults(guest) == {}
    press(main(guest), "Yes, list it")
    see_said(guest, "Thank you. An editor will read it, and we will write to you.")
    see_title(guest, f"Look after {name}")
    publish(editor, slug)
    address = link_in(letters_to(site, email)[-1], "/guest/")
    guest.goto("/communities/?q=owls")
    follow(main(guest), name)
    see_title(guest, name)
    expect(main(guest).get_by_text("Nell Outwith")).to_have_count(0)
    guest.goto(address)
    if javascript:
        assert faults(guest) == {}
    follow(main(guest), "Change it")
    see_title(guest, f"Change {name}")
    main(guest).get_by_label("When you meet").fill("Every other Thursday")
    press(main(guest), "Save and show")
    see_said(guest, "Saved. Everyone can see it now.")
    press(main(guest), "Yes, we are alive")
    see_said(guest, "Thank you. Its page says that it is alive.")
    press(main(guest), "Take this down")
    see_said(guest, "It is taken down. Nobody finds it any more.")
    if javascript:
        assert faults(guest) == {}
    assert guest.goto(f"/communities/{slug}/").status == 404
    guest.goto("/communities/?q=owls")
    expect(main(guest).get_by_role("link", name=name, exact=True)).to_have_count(0)


def test_outsider_hands_a_community_over(site: Site, enter: Callable[..., Page]):
    guest, other = enter(), enter(javascript=False)
    guest.goto(list_it(guest, site, "Early risers", "kit@example.org"))
    press(main(guest), "Yes, list it")
    see_title(guest, "Look after Early risers")
    main(guest).get_by_label("Their email address").fill("not an address")
    press(main(guest), "Ask them")
    expect(main(guest).get_by_role("alert")).to_be_focused()
    assert faults(guest) == {}
    main(guest).get_by_label("Their email address").fill("lou@example.org")
    press(main(guest), "Ask them")
    see_said(guest, "We have asked lou@example.org. Until they say yes, it stays with you.")
    other.goto(link_in(letters_to(site, "lou@example.org")[-1], "/guest/"))
    see_title(other, "Will you look after Early risers?")
    main(other).get_by_label("Your name").fill("Lou Next")
    press(main(other), "Yes, I will look after it")
    see_title(other, "Look after Early risers")
    guest.reload()
    see_title(guest, "This link no longer works")
