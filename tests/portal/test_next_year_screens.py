"""An editor sets up the next year in the admin: chooses, looks, agrees; shows its dates, or takes it back."""

from datetime import timedelta
from html import unescape

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from members.actions import join
from portal.editors import ensure_editor_group
from portal.models import YearCopy
from tests.factories import SessionFactory
from tests.portal.next_year_world import (
    NEXT,
    NOW,
    everything,
    sessions_by_title,
    year_before,
    year_next,
)

__all__ = ["year_before", "year_next"]
CHOOSE, CONFIRM = "/admin/next-year/", "/admin/next-year/confirm/"


@pytest.fixture
def editor(year_before, cast, signed_in):
    """An editor with the rights that editors have, at their browser."""
    ensure_editor_group()
    return signed_in(cast.editor)


@pytest.fixture
def made(year_next):
    return year_next


def asked(year, **more) -> dict[str, object]:
    return {"cohort": year.cohort.pk, "starts_on": NEXT, "name": "", "slug": "", **more}


def page_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser").find("main")


def words(response) -> str:
    return " ".join(page_of(response).get_text(" ").split())


def sealed(response) -> dict[str, str]:
    return {"sealed": page_of(response).find("input", {"name": "sealed"})["value"]}


# -- works ------------------------------------------------------------------------


def test_the_menu_and_the_first_screen_lead_there(editor):
    first = BeautifulSoup(editor.get("/admin/").content, "html.parser")
    assert CHOOSE in str(first.find(id="wagtail-sidebar-props") or first)
    assert first.find("main").find("a", href=CHOOSE).get_text() == "Set up next year"


def test_choose_look_agree(editor, year_before, cast):
    before = everything()
    shown = editor.post(CHOOSE, asked(year_before))
    assert shown.status_code == 200
    assert everything() == before
    text = words(shown)
    for part in (
        "Nothing has been made yet. Cohort 2025–26 stays as it is.",
        "“Cohort 2026–27”, from Thursday 17 September 2026 to Monday 30 August 2027.",
        "Programme at /programme-2026-27/",
        "Year: September 2025 to August 2026 becomes September 2026 to August 2027",
        "Half-day 1 Thursday 25 September 2025, 9:30am to 12:30pm Thursday 24 September 2026, 9:30am to 12:30pm",
        "On “Programme”, Who may apply: leads to the new “Going on”",
        "Session “Called off”. It was cancelled.",
        "A link on “Navigation” still leads to “Programme” of this year.",
    ):
        assert part in text
    assert "meet.example.org" not in shown.content.decode()
    done = editor.post(CONFIRM, sealed(shown), follow=True)
    year = YearCopy.objects.get()
    assert done.redirect_chain == [(f"/admin/next-year/{year.pk}/", 302)]
    assert "“Cohort 2026–27” is set up." in words(done)
    assert "Pages (8)" in words(done)
    assert "Sessions (4)" in words(done)
    assert year.made_by == cast.editor
    assert "Cohort 2026–27 24 September 2026 Cohort 2025–26 Editor Demo Set up on 10 March 2026" in words(
        editor.get(CHOOSE)
    )


def test_a_name_and_an_address_of_ones_own(editor, year_before):
    shown = editor.post(CHOOSE, asked(year_before, name="The second", slug="second"))
    back = page_of(shown).find("a", string="Change the answers")["href"]
    form = page_of(editor.get(back))
    assert form.find("input", {"name": "name"})["value"] == "The second"
    assert form.find("option", selected=True)["value"] == str(year_before.cohort.pk)
    assert form.find("input", {"name": "starts_on"})["value"] == NEXT
    editor.post(CONFIRM, sealed(shown))
    year = YearCopy.objects.get()
    assert (year.cohort.name, year.cohort.slug, year.programme.slug) == ("The second", "the-second", "second")


def test_agreed_twice_it_is_made_once(editor, year_before):
    seal = sealed(editor.post(CHOOSE, asked(year_before)))
    editor.post(CONFIRM, seal)
    before = everything()
    again = editor.post(CONFIRM, seal, follow=True)
    assert "This year has been set up already. Here it is." in words(again)
    assert everything() == before


def test_what_has_changed_in_between_is_shown_again(editor, year_before):
    seal = sealed(editor.post(CHOOSE, asked(year_before)))
    year_before.cohort.sessions.filter(title="Half-day 2").update(title="Half-day two")
    response = editor.post(CONFIRM, seal)
    assert "Something has changed here since you looked. Nothing was made." in words(response)
    assert not YearCopy.objects.exists()
    editor.post(CONFIRM, sealed(response))
    assert "Half-day two" in sessions_by_title(YearCopy.objects.get().cohort)


def test_what_has_been_taken_in_between_is_said_beside_the_field(editor, year_before):
    seal = sealed(editor.post(CHOOSE, asked(year_before)))
    year_before.home.refresh_from_db()
    year_before.home.add_child(instance=type(year_before.information)(title="x", slug="programme-2026-27"))
    response = editor.post(CONFIRM, seal)
    assert "There is already a page at “programme-2026-27”." in words(response)
    assert not YearCopy.objects.exists()


# -- bad input ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "field", "problem"),
    [
        ({"cohort": ""}, "cohort", "Choose a cohort."),
        ({"cohort": "99999999999999999999999"}, "cohort", "Choose a cohort from the list."),
        ({"cohort": "x\x00"}, "cohort", "Null characters are not allowed."),
        ({"starts_on": ""}, "starts_on", "Choose a date."),
        ({"starts_on": "soon"}, "starts_on", "Write the date as year, month and day, such as 2027-09-23."),
        ({"starts_on": "2026-03-05"}, "starts_on", "Choose a day that is still to come."),
        ({"starts_on": "2026-09-23"}, "starts_on", "Choose a Thursday, such as 17 September 2026 or 24 September 2026."),
        ({"starts_on": "9999-12-30"}, "starts_on", "Choose a day within the next five years."),
        ({"name": "Cohort 2025–26"}, "name", "There is already a cohort called “Cohort 2025–26”."),
        ({"name": "x" * 121}, "name", "at most 120 characters"),
        ({"name": "a\x00b"}, "name", "Null characters are not allowed."),
        ({"slug": "programme"}, "slug", "There is already a page at “programme”."),
        ({"slug": "two words"}, "slug", "Use letters, numbers and hyphens only."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(
    editor, year_before, sent, field, problem
):
    before = everything()
    response = editor.post(CHOOSE, asked(year_before, **{"name": "My words", **sent}))
    assert response.status_code == 200
    [beside] = page_of(response).select(".w-field--error")
    assert beside.find(attrs={"name": field}) is not None
    assert problem in unescape(beside.get_text(" "))
    if "name" not in sent:
        assert page_of(response).find("input", {"name": "name"})["value"] == "My words"
    assert everything() == before


def test_a_year_that_is_there_is_named(editor, made, year_before):
    response = editor.post(CHOOSE, asked(year_before))
    assert (
        "There is already a cohort that starts on 24 September 2026: “Cohort 2026–27”, set up from this one."
        in words(response)
    )


@pytest.mark.parametrize("seal", ["", "x", "a:b:c", "\x00", "é" * 1000])
def test_a_forged_agreement_makes_nothing(editor, seal):
    before = everything()
    response = editor.post(CONFIRM, {"sealed": seal})
    assert response.status_code == 400
    assert "Choose again." in words(response)
    assert everything() == before


def test_an_agreement_ends_after_an_hour_and_is_no_use_to_others(editor, year_before, cast, signed_in):
    seal = sealed(editor.post(CHOOSE, asked(year_before)))
    assert signed_in(cast.admin).post(CONFIRM, seal).status_code == 400
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert editor.post(CONFIRM, seal).status_code == 400
    assert not YearCopy.objects.exists()


def test_what_people_call_things_is_text(editor, year_before):
    nasty = "<script>alert(1)</script>"
    year_before.cohort.sessions.filter(title="Half-day 1").update(title=nasty)
    shown = editor.post(CHOOSE, asked(year_before, name=nasty))
    done = editor.post(CONFIRM, sealed(shown), follow=True)
    for response in (shown, done):
        assert nasty not in response.content.decode()
        assert nasty in unescape(response.content.decode())


# -- after ------------------------------------------------------------------------------


def test_dates_are_shown_by_one_click(editor, made):
    address = f"/admin/next-year/{made.pk}/show/"
    response = editor.post(address, follow=True)
    assert "Its dates are shown." in words(response)
    assert page_of(response).find("form", action=address) is None
    assert sessions_by_title(made.cohort)["Half-day 1"].circle is None
    assert editor.post(address).status_code == 302


def test_it_is_taken_back_by_one_click(editor, made):
    form = page_of(editor.get(f"/admin/next-year/{made.pk}/")).find(
        "form", action=f"/admin/next-year/{made.pk}/undo/"
    )
    sent = {one["name"]: one.get("value", "") for one in form.find_all("input")}
    assert set(sent) == {"csrfmiddlewaretoken", "seen"}
    response = editor.post(form["action"], sent, follow=True)
    assert (
        "“Cohort 2026–27” is taken back: 8 pages, 4 sessions and the cohort with its space are gone."
        in words(response)
    )
    assert "Taken back on 10 March 2026" in words(response)
    before = everything()
    assert editor.post(form["action"], sent).status_code == 302
    assert everything() == before
    assert "Nothing of it is left." in words(editor.get(f"/admin/next-year/{made.pk}/"))


def test_what_was_done_since_has_to_be_agreed_to(editor, made):
    address = f"/admin/next-year/{made.pk}/"
    SessionFactory(cohort=made.cohort, title="One more")
    blind = editor.post(f"{address}undo/", {"seen": ""})
    assert blind.status_code == 409
    assert "Somebody has worked on it since you opened this page." in words(blind)
    assert "Session “One more” was added." in words(blind)
    seen = page_of(blind).find("input", {"name": "seen"})["value"]
    unsure = editor.post(f"{address}undo/", {"seen": seen})
    assert unsure.status_code == 409
    assert "Tick the box, if you want all of this to go." in words(unsure)
    assert YearCopy.objects.standing().count() == 1
    editor.post(f"{address}undo/", {"seen": seen, "sure": "on"})
    assert YearCopy.objects.standing().count() == 0


def test_it_is_not_taken_back_once_somebody_is_in_it(editor, made, cast):
    join(person=cast.facilitator, circle=made.cohort.circle)
    address = f"/admin/next-year/{made.pk}/"
    assert page_of(editor.get(address)).find("form", action=f"{address}undo/") is None
    before = everything()
    response = editor.post(f"{address}undo/", {"seen": ""})
    assert response.status_code == 409
    assert "Somebody belongs to this cohort, or has been invited to it." in words(response)
    assert everything() == before


# -- who may ------------------------------------------------------------------------


def addresses(year: YearCopy) -> list[str]:
    own = f"{CHOOSE}{year.pk}/"
    return [CHOOSE, CONFIRM, own, f"{own}show/", f"{own}undo/"]


@pytest.mark.parametrize("who", ["facilitator", "convener", "participant", "outsider"])
def test_others_are_sent_away(made, year_before, cast, signed_in, who):
    before, browser = everything(), signed_in(getattr(cast, who))
    for address in addresses(made):
        for send in (browser.get, browser.post):
            response = send(address, asked(year_before))
            assert (response.status_code, response["Location"].split("?")[0]) == (302, "/admin/login/")
    assert everything() == before


def test_a_visitor_signs_in_first(made):
    for address in addresses(made):
        assert Client().post(address)["Location"] == f"/admin/login/?next={address}"


@pytest.mark.parametrize("lacks", ["add_cohort", "change_cohort", "add_session", "change_session"])
def test_an_editor_without_one_of_the_rights_may_not(made, year_before, cast, signed_in, lacks):
    ensure_editor_group().permissions.remove(
        Permission.objects.get(content_type__app_label="cohorts", codename=lacks)
    )
    before, browser = everything(), signed_in(cast.editor)
    for address in (CHOOSE, CONFIRM, f"{CHOOSE}{made.pk}/undo/", f"{CHOOSE}{made.pk}/show/"):
        response = browser.post(address, asked(year_before))
        assert (response.status_code, response["Location"]) == (302, "/admin/")
    assert CHOOSE not in browser.get("/admin/").content.decode()
    assert everything() == before


def test_what_changes_something_is_a_post(editor, made):
    before = everything()
    for address in (CONFIRM, f"{CHOOSE}{made.pk}/show/", f"{CHOOSE}{made.pk}/undo/"):
        assert editor.get(address).status_code == 405
    assert editor.post(f"{CHOOSE}{made.pk}/").status_code == 405
    assert everything() == before


def test_what_is_not_there_is_not_found(editor):
    assert editor.get(f"{CHOOSE}999/").status_code == 404
    for what in ("show", "undo"):
        assert editor.post(f"{CHOOSE}999/{what}/").status_code == 404
        assert editor.post(f"{CHOOSE}{2**80}/{what}/").status_code == 404


def test_a_post_needs_its_token(made, cast):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    for address in (CHOOSE, CONFIRM, f"{CHOOSE}{made.pk}/show/", f"{CHOOSE}{made.pk}/undo/"):
        assert browser.post(address).status_code == 403


# -- how much is asked ------------------------------------------------------------------

LIST, ONE = 13, 24


@pytest.mark.parametrize("number", [1, 30])
def test_screens_ask_no_more_for_more(editor, made, cast, number, django_assert_num_queries):
    for place in range(number - 1):
        YearCopy.objects.create(
            source=made.source, starts_on=made.starts_on + timedelta(weeks=place + 1), name=f"Year {place}",
            made_by=cast.editor, made_at=NOW,
        )  # fmt: skip
        SessionFactory(cohort=made.cohort, circle=made.cohort.circle)
    for address, queries in ((CHOOSE, LIST), (f"{CHOOSE}{made.pk}/", ONE)):
        editor.get(address)
        with django_assert_num_queries(queries):
            assert editor.get(address).status_code == 200
