"""Every way to sign in, with a device, an app, a mailbox and a provider as people have them; and no fault on the way."""

import re
import shutil
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PASSWORD, Site, fill_in_sign_in, serve, sign_in
from tests.browser.dresses import faults
from tests.browser.reading import follow, main, path_of, press, see_said, see_title
from tests.members import oidc


@pytest.fixture(scope="module")
def provider() -> Iterator[oidc.Provider]:
    with oidc.running() as running:
        yield running


@pytest.fixture(scope="module")
def strict(seeded: Path, tmp_path_factory: pytest.TempPathFactory, provider: oidc.Provider) -> Iterator[Site]:
    """A site that demands a second step, lets people ask to join, and has single sign-on."""
    var = tmp_path_factory.mktemp("strict")
    shutil.copytree(seeded, var, dirs_exist_ok=True)
    more = {"REQUIRE_MFA": "1", "SIGN_UP": "approval", **oidc.environment(provider.url)}
    for site in serve(var, **more):
        # A passkey belongs to a domain; a number is none.
        yield Site(site.url.replace("127.0.0.1", "localhost"), site.var)


@pytest.fixture
def visit(browser: Browser, strict: Site) -> Iterator[Callable[[], Page]]:
    """A browser of somebody's own; what its pages break of their content policy fails the test."""
    contexts: list[BrowserContext] = []
    broken: list[str] = []

    def open_page() -> Page:
        context = browser.new_context(base_url=strict.url, locale="en-GB")
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: broken.append(said.text) if "Content Security" in said.text else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert broken == []


def mails(site: Site) -> list[str]:
    """The plain texts of all mails, in order."""
    files = sorted((site.var / "mail").glob("*"), key=lambda file: file.stat().st_mtime)
    return [file.read_text().replace("=\n", "") for file in files]


def now(secret: str, clock: int) -> str:
    return format_hotp_value(hotp_value(secret, clock // 30))


def test_passkey(visit: Callable[[], Page], strict: Site):
    """An editor is asked to sign in more safely, adds a passkey, goes on, and next time signs in with it alone."""
    page = visit()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(page, strict, "editor")
    page.goto("/admin/")
    see_title(page, "First, sign in more safely")
    follow(main(page), "Add a passkey")
    see_title(page, "Is it you?")
    main(page).get_by_label("Password", exact=True).fill(PASSWORD)
    press(main(page), "Go on")
    see_title(page, "Add a passkey")
    assert faults(page) == {}
    main(page).get_by_label("What do you want to call it?").fill("Work laptop")
    press(main(page), "Add a passkey")
    see_title(page, "Recovery codes")
    follow(main(page), "I have kept them. Go on")
    assert path_of(page) == "/admin/"

    page.goto("/accounts/2fa/webauthn/")
    expect(main(page).get_by_role("heading", name="Work laptop")).to_be_visible()
    assert faults(page) == {}
    page.context.clear_cookies()
    page.goto("/accounts/login/?next=/admin/pages/")
    press(main(page), "Use a passkey")
    page.wait_for_url("**/admin/pages/**")
    page.wait_for_load_state("networkidle")  # the admin goes on asking for things for a while

    # The same device as the second step, and once more before something that matters.
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    fill_in_sign_in(page, "editor")
    see_title(page, "One more step")
    press(main(page), "Use a passkey")
    page.wait_for_url("**/me/")
    page.goto("/accounts/2fa/webauthn/")
    follow(main(page), "Rename Work laptop")
    see_title(page, "Is it you?")
    follow(main(page), "Use a passkey")
    see_title(page, "Is it you?")
    assert faults(page) == {}
    press(main(page), "Use my passkey")
    see_title(page, "Rename a passkey")
    assert faults(page) == {}
    main(page).get_by_label("What do you want to call it?").fill("Old laptop")
    press(main(page), "Save the name")
    follow(main(page), "Remove Old laptop")
    see_title(page, "Remove “Old laptop”?")
    assert faults(page) == {}
    press(main(page), "Remove it")
    see_said(page, "The passkey is removed.")


def test_device_that_says_no(visit: Callable[[], Page], strict: Site):
    page = visit()
    page.goto("/accounts/login/")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('no')); }")
    press(main(page), "Use a passkey")
    expect(main(page).get_by_role("alert")).to_have_text(
        "Your device did not give us a passkey. Try again, or use another way."
    )
    assert faults(page) == {}


def test_app_and_recovery_codes(visit: Callable[[], Page], strict: Site):
    """A facilitator sets up an app, signs in with its code, and later, without the phone, with a recovery code."""
    page = visit()
    sign_in(page, strict, "facilitator")
    page.goto("/people/")
    see_title(page, "First, sign in more safely")
    follow(main(page), "Set up an app")
    main(page).get_by_label("Password", exact=True).fill(PASSWORD)
    press(main(page), "Go on")
    see_title(page, "Set up an app that gives you codes")
    expect(main(page).get_by_role("img")).to_have_js_property("complete", True)
    assert main(page).get_by_role("img").evaluate("one => one.naturalWidth") > 0
    assert faults(page) == {}
    secret = main(page).locator("code").inner_text().replace(" ", "")
    clock = int(page.evaluate("Date.now()")) // 1000
    main(page).get_by_label("The code that the app shows now").fill("000000")
    press(main(page), "Use this app")
    expect(main(page).get_by_role("alert")).to_be_visible()
    assert faults(page) == {}
    main(page).get_by_label("The code that the app shows now").fill(now(secret, clock))
    press(main(page), "Use this app")
    see_title(page, "Recovery codes")
    assert faults(page) == {}
    codes = main(page).get_by_role("list", name="Your codes").get_by_role("listitem").all_inner_texts()
    assert len(codes) == 10
    follow(main(page), "I have kept them. Go on")
    see_title(page, "People")

    page.context.clear_cookies()
    page.goto("/accounts/login/")
    fill_in_sign_in(page, "facilitator")
    see_title(page, "One more step")
    assert faults(page) == {}
    main(page).get_by_label("Code").fill(now(secret, clock + 30))
    press(main(page), "Sign in")
    page.wait_for_url("**/me/")

    page.context.clear_cookies()
    page.goto("/accounts/login/")
    fill_in_sign_in(page, "facilitator")
    main(page).get_by_label("Code").fill(codes[0])
    press(main(page), "Sign in")
    page.wait_for_url("**/me/")
    page.goto("/accounts/2fa/")
    assert faults(page) == {}
    follow(main(page), "Make new codes")
    see_title(page, "Is it you?")
    assert faults(page) == {}
    main(page).get_by_label("Code").fill(codes[1])
    press(main(page), "Go on")
    see_title(page, "Make new recovery codes?")
    assert faults(page) == {}
    press(main(page), "Make new codes")
    see_said(page, "You have new recovery codes. Keep them somewhere safe.")
    page.goto("/accounts/2fa/totp/deactivate/")
    see_title(page, "Stop using the app?")
    assert faults(page) == {}
    press(main(page), "Stop using the app")
    see_said(page, "We no longer ask for codes of your app.")


def test_code_by_mail(visit: Callable[[], Page], strict: Site):
    page = visit()
    page.goto("/accounts/login/")
    follow(main(page), "Email me a code to sign in with")
    main(page).get_by_label("Email address").fill("participant@example.org")
    press(main(page), "Email me a code")
    see_title(page, "Enter the code")
    assert faults(page) == {}
    main(page).get_by_label("Code").fill("WRONG")
    press(main(page), "Sign in")
    expect(main(page).get_by_role("alert")).to_be_visible()
    assert faults(page) == {}
    code = re.search(r"^[A-Z]{4}-[A-Z]{4}$", mails(strict)[-1], re.M)
    assert code
    main(page).get_by_label("Code").fill(code.group())
    press(main(page), "Sign in")
    page.wait_for_url("**/me/")


def test_sessions_are_ended(visit: Callable[[], Page], strict: Site):
    here, there = visit(), visit()
    for page in (there, here):
        sign_in(page, strict, "convener")
    here.goto("/me/profile/")
    follow(main(here), "Where you are signed in")
    see_title(here, "Where you are signed in")
    assert faults(here) == {}
    main(here).get_by_role("button", name=re.compile("^Sign out there")).first.click()
    see_said(here, "That device is signed out.")
    there.goto("/me/")
    see_title(there, "Sign in")


def test_somebody_asks_to_join_and_is_let_in(visit: Callable[[], Page], strict: Site):
    page = visit()
    page.goto("/accounts/signup/")
    see_title(page, "Ask to join")
    assert faults(page) == {}
    press(main(page), "Ask to join")
    expect(main(page).get_by_role("alert")).to_be_visible()
    assert faults(page) == {}
    for label, text in {
        "First name": "Nia",
        "Email address": "nia@example.org",
        "Password": "violin harbour spoon",
        "Why do you want to join?": "I run falls clinics.",
    }.items():
        main(page).get_by_label(label, exact=True).fill(text)
    press(main(page), "Ask to join")
    see_title(page, "Check your email")
    link = re.search(r"/accounts/confirm-email/\S+/", mails(strict)[-1])
    assert link
    page.goto(urllib.parse.unquote(link.group().replace("=3D", "=")))
    press(main(page), "Yes, it is mine")
    page.goto("/accounts/login/")
    main(page).get_by_label("Email address").fill("nia@example.org")
    main(page).get_by_label("Password", exact=True).fill("violin harbour spoon")
    press(main(page), "Sign in")
    page.wait_for_url("**/me/")
    expect(main(page).get_by_text("Thank you for asking to join")).to_be_visible()
    assert faults(page) == {}


def test_single_sign_on(visit: Callable[[], Page], strict: Site, provider: oidc.Provider):
    """Not linked: told how; then linked after the password, and used."""

    def agree(page: Page) -> None:
        """What somebody sees and presses there: the provider sends them straight back."""

        def answer(route) -> None:
            back = urllib.parse.parse_qs(urllib.parse.urlsplit(route.request.url).query)["redirect_uri"][0]
            query = urllib.parse.urlencode(provider.agree(route.request.url))
            route.fulfill(status=302, headers={"Location": f"{back}?{query}"})

        page.route(f"{provider.url}/authorize?**", answer)

    page = visit()
    agree(page)
    page.goto("/accounts/oidc/sso/login/?process=login")
    see_title(page, "Sign in with Leeds Trust?")
    assert faults(page) == {}
    page.goto("/accounts/login/")
    press(main(page), "Sign in with Leeds Trust")
    see_title(page, "Link your work account first")
    assert faults(page) == {}
    follow(main(page), "Sign in")
    fill_in_sign_in(page, "participant")
    see_title(page, "Signing in with your work account")
    assert faults(page) == {}
    press(main(page), "Link Leeds Trust")
    see_title(page, "Is it you?")
    main(page).get_by_label("Password", exact=True).fill(PASSWORD)
    press(main(page), "Go on")
    see_said(page, "Your work account is linked. You can sign in with it.")
    assert faults(page) == {}
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    press(main(page), "Sign in with Leeds Trust")
    page.wait_for_url("**/me/")


def test_page_on_the_way_to_single_sign_on(visit: Callable[[], Page]):
    """It leads on by itself at once: here it is kept for as long as it takes to look at it."""
    page = visit()

    def stay(route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=response.text().replace('http-equiv="refresh"', 'name="kept"'))

    page.route("**/oidc/sso/login/**", stay)
    page.goto("/accounts/login/")
    press(main(page), "Sign in with Leeds Trust")
    see_title(page, "You are going to Leeds Trust")
    assert faults(page) == {}
