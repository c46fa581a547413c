"""Public sessions as open data."""

from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cohorts import actions
from tests.factories import SessionFactory

ADDRESS = "/api/v1/sessions"


def test_a_session_as_data(sessions):
    assert Client().get(ADDRESS).json() == {
        "items": [
            {
                "uid": str(sessions.public.uid),
                "title": "Open webinar",
                "kind": "webinar",
                "starts_at": "2026-03-17T12:00:00Z",
                "ends_at": "2026-03-17T13:00:00Z",
                "provisional": False,
                "place": "Online",
                "description": "For everybody.",
                "url": f"http://testserver/sessions/{sessions.public.pk}/",
            }
        ],
        "next": None,
    }


@pytest.mark.parametrize("how", ["cancelled", "over", "undated"])
def test_only_what_is_ahead_and_takes_place(sessions, now, how):
    if how == "cancelled":
        actions.cancel_session(session=sessions.public)
    else:
        ends = None if how == "undated" else now - timedelta(minutes=1)
        starts = None if how == "undated" else now - timedelta(hours=1)
        actions.change_session(session=sessions.public, starts_at=starts, ends_at=ends)
    assert Client().get(ADDRESS).json() == {"items": [], "next": None}


def test_page_by_page(db, now):
    for number in range(7):
        starts = now + timedelta(days=number + 1)
        SessionFactory(title=f"Session {number}", starts_at=starts, ends_at=starts + timedelta(hours=1))
    address, found = f"{ADDRESS}?limit=3", []
    while address:
        answer = Client().get(address).json()
        found.append([row["title"] for row in answer["items"]])
        address = answer["next"]
    assert [len(part) for part in found] == [3, 3, 1]
    assert [title for part in found for title in part] == [f"Session {number}" for number in range(7)]


def test_nothing_new_is_answered_in_a_word(sessions):
    first = Client().get(ADDRESS)
    again = Client().get(ADDRESS, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    actions.change_session(session=sessions.public, title="New")
    assert Client().get(ADDRESS, headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "cursor=x", "cursor=%00", "cursor=" + "a" * 501]
)
def test_a_parameter_that_can_not_be_used(db, query):
    response = Client().get(f"{ADDRESS}?{query}")
    assert response.status_code == 422
    assert [error["parameter"] for error in response.json()["errors"]] == [query.partition("=")[0]]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limit=st.text(max_size=10), cursor=st.text(max_size=60))
def test_any_question_gets_an_answer(db, limit, cursor):
    assert Client().get(ADDRESS, {"limit": limit, "cursor": cursor}).status_code in (200, 422)


@pytest.mark.parametrize("number", [1, 30])
def test_it_costs_one_query(db, now, django_assert_num_queries, number):
    for place in range(number):
        SessionFactory(starts_at=now + timedelta(days=place))
    with django_assert_num_queries(1):
        Client().get(ADDRESS)


def test_writing_is_refused(db):
    assert Client().post(ADDRESS).status_code == 405


def test_its_page_describes_it(db, pages):
    assert "Public sessions ahead" in Client().get("/api/v1/docs").content.decode()
