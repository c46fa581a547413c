"""Editors manage cohorts and sessions in the admin: through the actions, and only what they may find."""

from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cohorts import actions
from cohorts.models import Cohort, Session
from members.enums import CircleKind
from members.models import Circle
from tests import hostile
from tests.factories import CohortFactory, SessionFactory

SESSIONS, COHORTS = "/admin/cohorts/session/", "/admin/cohorts/cohort/"


@pytest.fixture
def editor(cast, editors, pages, signed_in):
    """An editor with the permissions of this room, at their browser; in no cohort."""
    codenames = [
        f"{verb}_{model}" for verb in ("view", "add", "change", "delete") for model in ("cohort", "session")
    ]
    editors.permissions.add(
        *Permission.objects.filter(content_type__app_label="cohorts", codename__in=codenames)
    )
    return signed_in(cast.editor)


def sent(**changes):
    """What the browser sends for a session."""
    return {
        "title": "A clinic", "kind": "clinic", "cohort": "", "circle": "", "module": "", "starts_at": "",
        "ends_at": "", "place": "Online", "joining_link": "", "description": "",
    } | changes  # fmt: skip


def main(response) -> BeautifulSoup:
    assert response.status_code == 200, response
    return BeautifulSoup(response.content, "html.parser").main


def rows(response) -> list[str]:
    return [
        " ".join(cell.get_text(" ").split())
        for cell in main(response).select(
            "tbody td.title .title-wrapper, tbody td.field-title .title-wrapper"
        )
    ]


def errors(response) -> str:
    return " ".join(main(response).get_text(" ").split())


# -- sessions: the list -----------------------------------------------------------------


def titles(response) -> set[str]:
    return {session.title for session in response.context["object_list"]}


def test_an_editor_finds_the_sessions_of_every_cohort_and_the_public_ones(cast, sessions, editor):
    SessionFactory(title="Of the community", circle=cast.community.circle)
    assert titles(editor.get(SESSIONS)) == {session.title for session in vars(sessions).values()}


def test_a_row_says_when_and_for_whom(cast, sessions, editor):
    text = errors(editor.get(f"{SESSIONS}?q=half-day"))
    assert "Wednesday 11 March 2026, 9:30am to 12:30pm" in text
    assert "Provisional" in text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("when=undated", {"Clinic zwetschge"}),
        ("when=past", {"Past zwetschge"}),
        ("when=ahead", {"Half-day zwetschge", "Called off zwetschge", "Open webinar"}),
        ("kind__exact=webinar", {"Open webinar"}),
        ("cohort=2021-22&when=past", {"Past zwetschge"}),
        ("q=webinar", {"Open webinar"}),
        ("q=nothing", set()),
    ],
)
def test_the_list_can_be_narrowed(sessions, editor, query, expected):
    assert titles(editor.get(f"{SESSIONS}?{query}")) == expected


@pytest.mark.postgres
@pytest.mark.parametrize(
    "query",
    ["q=%00", "kind__exact=%00", "cohort=%00", "when=%00", "q=%F0%9F%98%80", "cohort=x", "p=x", "o=99"],
)
def test_the_list_answers_any_question(sessions, editor, query):
    assert editor.get(f"{SESSIONS}?{query}").status_code in (200, 302, 404)


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_costs_as_much_for_thirty_as_for_one(cast, pages, editor, django_assert_num_queries, number):
    for _ in range(number):
        SessionFactory(cohort=cast.cohort, circle=cast.cohort.circle, module=pages.module)
    editor.get(SESSIONS)
    with django_assert_num_queries(17):
        editor.get(SESSIONS)


# -- sessions: made and changed ---------------------------------------------------------


def test_a_session_is_made_through_the_action(cast, editor, pages, django_capture_on_commit_callbacks):
    assert "Who can see it" in errors(editor.get(f"{SESSIONS}create/"))
    values = sent(
        cohort=cast.cohort.pk, circle=cast.cohort.circle.pk, module=pages.module.pk, provisional="on",
        starts_at="2026-07-01 09:30", ends_at="2026-07-01 12:30", description="*Hello*",
    )  # fmt: skip
    response = editor.post(f"{SESSIONS}create/", values)
    assert (response.status_code, response["Location"]) == (302, SESSIONS)
    session = Session.objects.get()
    assert session.starts_at == datetime(2026, 7, 1, 8, 30, tzinfo=UTC)  # London's clock
    assert (session.cohort, session.circle, session.module) == (cast.cohort, cast.cohort.circle, pages.module)
    assert session.provisional
    assert session.description_html == "<p><em>Hello</em></p>\n"


def test_a_session_sent_twice_is_made_once(cast, editor):
    page = editor.get(f"{SESSIONS}create/")
    key = page.context["form"]["request_key"].value()
    assert f'<input type="hidden" name="request_key" value="{key}"' in page.text
    for _ in range(2):
        assert editor.post(f"{SESSIONS}create/", sent(request_key=key, cancelled="on")).status_code == 302
    session = Session.objects.get()
    assert (session.state, session.sequence) == ("Cancelled", 0)
    assert str(session.uid) != str(key)


def test_nobody_gets_hold_of_another_s_session_by_its_name(cast, sessions, editor):
    for key in (sessions.private.uid, "x", "\x00", "9" * 9000):
        assert editor.post(f"{SESSIONS}create/", sent(request_key=key, title="Mine")).status_code == 302
    assert Session.objects.filter(title="Mine").count() == 4
    assert Session.objects.get(pk=sessions.private.pk).title == "Half-day zwetschge"


def test_a_session_is_changed_through_the_action(cast, sessions, editor):
    address = f"{SESSIONS}edit/{sessions.private.pk}/"
    assert "Half-day zwetschge" in str(main(editor.get(address)))
    values = sent(
        title="Half-day zwetschge", kind="half_day", cohort=cast.cohort.pk, circle=cast.cohort.circle.pk,
        module=sessions.private.module.pk, starts_at="2026-03-12 09:30", ends_at="2026-03-12 12:30",
        place="Room zwetschge", joining_link=sessions.private.joining_link, description="About zwetschge.",
        provisional="on",
    )  # fmt: skip
    response = editor.post(address, values)
    assert response.status_code == 302, response.context["form"].errors
    sessions.private.refresh_from_db()
    assert sessions.private.starts_at == datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
    assert sessions.private.sequence == 1


def _unchanged(session, **changes):
    return sent(
        title=session.title, kind=session.kind, cohort=session.cohort_id or "", circle=session.circle_id or "",
        module=session.module_id or "", starts_at="2026-03-17 12:00", ends_at="2026-03-17 13:00",
        place=session.place, joining_link=session.joining_link, description=session.description,
    ) | changes  # fmt: skip


def test_a_session_saved_unchanged_is_unchanged(sessions, editor):
    before = Session.objects.get(pk=sessions.public.pk)
    response = editor.post(f"{SESSIONS}edit/{before.pk}/", _unchanged(before))
    assert response.status_code == 302
    after = Session.objects.get(pk=before.pk)
    assert (after.updated_at, after.sequence) == (before.updated_at, 0)


def test_a_session_is_cancelled_and_takes_place_after_all(sessions, editor):
    address = f"{SESSIONS}edit/{sessions.public.pk}/"
    editor.post(address, _unchanged(sessions.public, cancelled="on"))
    sessions.public.refresh_from_db()
    assert (sessions.public.state, sessions.public.sequence) == ("Cancelled", 1)
    assert main(editor.get(address)).select_one("#id_cancelled").has_attr("checked")
    editor.post(address, _unchanged(sessions.public, cancelled="on"))
    sessions.public.refresh_from_db()
    assert sessions.public.sequence == 1
    editor.post(address, _unchanged(sessions.public))
    sessions.public.refresh_from_db()
    assert (sessions.public.state, sessions.public.sequence) == ("", 2)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": ""}, "This field is required."),
        ({"title": "x" * 161}, "Ensure this value has at most 160 characters"),
        ({"title": "a\x00b"}, "Null characters are not allowed."),
        ({"starts_at": "2026-07-01 09:30"}, "Fill in both, or neither while the date is to be set."),
        ({"ends_at": "2026-07-01 09:30"}, "Fill in both, or neither while the date is to be set."),
        (
            {"starts_at": "2026-07-01 09:30", "ends_at": "2026-07-01 09:30"},
            "This has to come after the start.",
        ),
        ({"starts_at": "soon", "ends_at": "later"}, "Enter a valid date/time."),
        (
            {"starts_at": "2026-03-29 01:30", "ends_at": "2026-03-29 03:30"},
            "couldn’t be interpreted in time zone",
        ),
        ({"joining_link": "javascript:alert(1)"}, "Enter a valid URL."),
        ({"kind": "party"}, "Select a valid choice."),
        ({"module": "9223372036854775808"}, "Select a valid choice."),
        ({"cohort": "9223372036854775808"}, "Select a valid choice."),
        ({"circle": "9223372036854775808"}, "Select a valid choice."),
        ({"description": "x" * 5001}, "Ensure this value has at most 5000 characters"),
    ],
)
def test_what_is_wrong_is_said_and_the_form_comes_back_filled_in(editor, changes, message):
    values = sent(place="The town hall") | changes
    response = editor.post(f"{SESSIONS}create/", values)
    assert message in errors(response)
    assert main(response).select_one("#id_place")["value"] == "The town hall"
    assert not Session.objects.exists()


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.fixed_dictionaries(dict.fromkeys(sent(), hostile.TEXT)))
def test_hostile_text_is_kept_as_text_or_refused(editor, values):
    response = editor.post(f"{SESSIONS}create/", values)
    assert response.status_code in (200, 302)
    assert "<img src=x onerror" not in response.content.decode()


def test_a_megabyte_is_refused(editor):
    response = editor.post(f"{SESSIONS}create/", sent(description="x" * 1_000_000))
    assert "Ensure this value has at most 5000 characters" in errors(response)
    assert not Session.objects.exists()


def test_a_session_is_for_cohorts_the_network_or_ones_own_circles(cast, editor, network):
    other = Circle.objects.create(kind=CircleKind.COMMUNITY, name="Another", slug="another")
    form = main(editor.get(f"{SESSIONS}create/"))
    offered = {option.get_text() for option in form.select("#id_circle option")}
    assert offered == {"Everybody", "The network", "Cohort 2021–22"}
    response = editor.post(f"{SESSIONS}create/", sent(circle=other.pk))
    assert "Select a valid choice." in errors(response)
    assert not Session.objects.exists()


def test_a_session_is_taken_out(sessions, editor):
    address = f"{SESSIONS}delete/{sessions.public.pk}/"
    assert editor.get(address).status_code == 200
    assert Session.objects.filter(pk=sessions.public.pk).exists()
    assert editor.post(address).status_code == 302
    assert not Session.objects.filter(pk=sessions.public.pk).exists()
    assert editor.post(address).status_code == 404


def test_its_history_says_who_did_what(cast, sessions, editor):
    editor.post(f"{SESSIONS}edit/{sessions.public.pk}/", _unchanged(sessions.public, place="New"))
    text = errors(editor.get(f"{SESSIONS}history/{sessions.public.pk}/"))
    assert "Editor Demo" in text


# -- who may ------------------------------------------------------------------------------


def _let_only(group, codename):
    """Of all that this room allows, let a group have one thing."""
    group.permissions.remove(*Permission.objects.filter(content_type__app_label="cohorts"))
    group.permissions.add(Permission.objects.get(content_type__app_label="cohorts", codename=codename))


def _hidden(cast):
    """A session that an editor does not find: a community's own."""
    return SessionFactory(title="Of the community", circle=cast.community.circle, kind="meeting")


@pytest.mark.parametrize("screen", ["edit", "delete", "history"])
def test_what_one_may_not_find_is_not_there(cast, editor, now, screen):
    session = _hidden(cast)
    assert editor.get(f"{SESSIONS}{screen}/{session.pk}/").status_code == 404
    assert editor.post(f"{SESSIONS}{screen}/{session.pk}/", sent()).status_code == 404
    assert editor.get(f"{SESSIONS}{screen}/999999/").status_code == 404
    session.refresh_from_db()
    assert session.title == "Of the community"


@pytest.mark.parametrize("screen", ["edit", "delete", "history"])
@pytest.mark.parametrize("list_url", [SESSIONS, COHORTS])
@pytest.mark.parametrize("key", ["x", "0", "-1", "9223372036854775808", "%00", "é"])
def test_a_key_of_nothing_is_not_found(editor, list_url, screen, key):
    expected = (302, 404) if (list_url, screen) == (COHORTS, "delete") else (404,)
    assert editor.get(f"{list_url}{screen}/{key}/").status_code in expected


@pytest.mark.parametrize("who", ["facilitator", "convener", "participant", "outsider"])
@pytest.mark.parametrize("address", [SESSIONS, f"{SESSIONS}create/", COHORTS, f"{COHORTS}create/"])
def test_others_are_sent_away(cast, sessions, signed_in, who, address):
    before = Session.objects.count()
    for response in (
        signed_in(getattr(cast, who)).get(address),
        signed_in(getattr(cast, who)).post(address, sent()),
    ):
        assert response.status_code in (302, 403)
    assert Session.objects.count() == before


def test_a_visitor_signs_in_first(sessions):
    response = Client().get(SESSIONS)
    assert response.status_code == 302
    assert "login" in response["Location"]


def test_who_may_only_look_changes_nothing(cast, sessions, editors, signed_in):
    _let_only(editors, "view_session")
    browser = signed_in(cast.editor)
    assert titles(browser.get(SESSIONS)) == {"Open webinar"}
    assert (
        browser.post(
            f"{SESSIONS}edit/{sessions.public.pk}/", _unchanged(sessions.public, place="x")
        ).status_code
        == 302
    )
    sessions.public.refresh_from_db()
    assert sessions.public.place == "Online"
    assert browser.get(f"{SESSIONS}edit/{sessions.private.pk}/").status_code == 404


# -- cohorts --------------------------------------------------------------------------------


def test_a_cohort_is_made_with_its_circle(editor, pages):
    values = {
        "name": "Cohort 2030",
        "slug": "2030",
        "programme": pages.programme.pk,
        "starts_on": "2030-09-01",
        "ends_on": "2031-09-01",
    }
    response = editor.post(f"{COHORTS}create/", values)
    assert (response.status_code, response["Location"]) == (302, COHORTS)
    cohort = Cohort.objects.get(slug="2030")
    assert (cohort.circle.kind, cohort.circle.name) == (CircleKind.COHORT, "Cohort 2030")
    assert (cohort.programme, cohort.starts_on) == (pages.programme, date(2030, 9, 1))


def test_two_who_edit_a_cohort_at_once_each_keep_their_own(cast, editor):
    address = f"{COHORTS}edit/{cast.cohort.pk}/"
    form = editor.get(address).context["form"]
    shown = {"name": "Cohort 2021–22", "slug": "2021-22", "seen": form["seen"].value()}
    assert editor.post(address, shown | {"name": "Renamed"}).status_code == 302
    assert editor.post(address, shown | {"starts_on": "2021-09-01"}).status_code == 302
    cast.cohort.refresh_from_db()
    assert (cast.cohort.name, cast.cohort.starts_on) == ("Renamed", date(2021, 9, 1))


def test_a_cohort_sent_twice_is_made_once(editor):
    values = {"name": "Cohort 2030", "slug": "2030", "programme": "", "starts_on": "", "ends_on": ""}
    assert [editor.post(f"{COHORTS}create/", values).status_code for _ in range(2)] == [302, 200]
    assert Cohort.objects.filter(slug="2030").count() == 1


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.fixed_dictionaries(
        dict.fromkeys(["name", "slug", "programme", "starts_on", "ends_on", "seen"], hostile.TEXT)
    )
)
def test_hostile_text_breaks_no_cohort(cast, editor, values):
    for address in (f"{COHORTS}create/", f"{COHORTS}edit/{cast.cohort.pk}/"):
        assert editor.post(address, values).status_code in (200, 302)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.fixed_dictionaries(dict.fromkeys((*sent(), "seen", "cancelled"), hostile.TEXT)))
def test_hostile_text_breaks_no_session_that_is_there(sessions, editor, values):
    response = editor.post(f"{SESSIONS}edit/{sessions.public.pk}/", values)
    assert response.status_code in (200, 302)
    assert "<img src=x onerror" not in response.text


def test_a_cohort_is_renamed_with_its_circle(cast, editor):
    values = {"name": "Renamed", "slug": "2021-22", "programme": "", "starts_on": "", "ends_on": ""}
    assert editor.post(f"{COHORTS}edit/{cast.cohort.pk}/", values).status_code == 302
    cast.cohort.refresh_from_db()
    assert (cast.cohort.name, Circle.objects.get(pk=cast.cohort.circle_id).name) == ("Renamed", "Renamed")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "This field is required."),
        ({"slug": "2021-22"}, "Cohort with this Slug already exists."),
        ({"programme": "9223372036854775808"}, "Select a valid choice."),
        ({"starts_on": "2031-09-01", "ends_on": "2030-09-01"}, "This has to come after the start."),
    ],
)
def test_a_cohort_that_can_not_be(cast, editor, changes, message):
    values = {"name": "New", "slug": "new", "programme": "", "starts_on": "", "ends_on": ""} | changes
    assert message in errors(editor.post(f"{COHORTS}create/", values))
    assert Cohort.objects.count() == 1


def test_a_cohort_is_never_deleted_here(cast, signed_in, pages):
    response = signed_in(cast.admin).post(f"{COHORTS}delete/{cast.cohort.pk}/")
    assert response.status_code == 302
    assert Cohort.objects.filter(pk=cast.cohort.pk).exists()


def test_cohorts_are_listed_for_who_may_change_them_and_else_for_their_people(
    cast, editors, signed_in, pages
):
    CohortFactory(name="Another")
    _let_only(editors, "view_cohort")
    assert list(signed_in(cast.editor).get(COHORTS).context["object_list"]) == []
    assert len(signed_in(cast.admin).get(COHORTS).context["object_list"]) == 2
    actions.change_cohort(cohort=cast.cohort, name="Ours")
    cast.participant.groups.add(editors)
    assert [cohort.name for cohort in signed_in(cast.participant).get(COHORTS).context["object_list"]] == [
        "Ours"
    ]
