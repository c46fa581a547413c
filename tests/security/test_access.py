"""Who gets which answer where: every address of ours, for each kind of person, to read and to write (access.txt)."""

from types import SimpleNamespace

import pytest
from django.db import transaction
from django.test import Client

from tests.security import access
from tests.security.world import EXAMPLES, client_of, make_world


@pytest.fixture
def world(private, cast, pages) -> SimpleNamespace:
    return make_world(private, cast, pages)


def _status(client: Client, row: access.Row, world: SimpleNamespace) -> int:
    """What comes back; what it changed is undone."""
    example = EXAMPLES[row.key]
    address = "/" + example.address.format(**vars(world))
    with transaction.atomic():
        data = {
            name.format(**vars(world)): str(value).format(**vars(world))
            for name, value in example.data.items()
        }
        send = client.get if row.method == "GET" else client.post
        response = send(address, data if row.method == "POST" else None)
        transaction.set_rollback(True)
    return response.status_code


def test_every_address_has_its_lines():
    lines = {(row.pattern, row.method) for row in access.rows()}
    wanted = {(pattern, method) for pattern in access.patterns() for method in ("GET", "POST")}
    assert lines == wanted


def test_every_line_has_its_example():
    assert {row.key for row in access.rows()} == set(EXAMPLES)


def test_every_line_names_an_answer_for_each_kind_of_person():
    assert {len(row.statuses) for row in access.rows()} == {len(access.PEOPLE)}


@pytest.mark.parametrize("who", access.PEOPLE)
def test_the_answer_is_that_of_the_table(world, who, signed_in):
    client, place = client_of(who, world, signed_in), access.PEOPLE.index(who)
    reading = [row for row in access.rows() if row.method == "GET"]
    writing = [row for row in access.rows() if row.method == "POST"]
    wrong = {}
    for row in [*reading, *writing]:
        status = _status(client, row, world)
        if status != row.statuses[place]:
            wrong[f"{row.method} {row.key}"] = (row.statuses[place], status)
    assert wrong == {}


@pytest.mark.parametrize("who", ["visitor", "stranger", "participant", "other", "convener", "facilitator"])
@pytest.mark.parametrize(
    "address",
    [
        "/admin/",
        "/admin/pages/",
        "/admin/reports/site-history/",
        "/admin/members/membership/",
        "/admin/users/",
    ],
)
def test_the_admin_is_for_those_who_work_there(world, who, address, signed_in):
    """Wagtail answers by sending to its door, which is ours: nothing of the screen comes along."""
    response = client_of(who, world, signed_in).get(address)
    assert (response.status_code, response.content) == (302, b"")


@pytest.mark.parametrize("who", access.PEOPLE)
def test_doors_open_for_everybody_and_ones_own_account_for_oneself(world, who, signed_in):
    client = client_of(who, world, signed_in)
    inside = who not in ("visitor", "guest")
    assert client.get("/accounts/login/").status_code == (302 if inside else 200)
    for own in ("/accounts/email/", "/accounts/password/change/"):
        assert client.get(own).status_code == (200 if inside else 302)
    assert client.get("/accounts/password/reset/").status_code == 200
