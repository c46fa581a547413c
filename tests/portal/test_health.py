"""Alive, and able to serve."""

import logging

import pytest
from health_check.checks import Cache, Database, Storage

from portal import health


def test_alive_asks_nobody(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")
    assert "no-store" in response["Cache-Control"]


def test_alive_with_a_broken_database(client):
    """No database may be touched: the test has none."""
    assert client.get("/healthz").status_code == 200


def test_ready(client, db):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"database": "ok", "cache": "ok", "storage": "ok"}
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("database", Database(alias="elsewhere")),
        ("cache", Cache(alias="elsewhere")),
        ("storage", Storage(alias="elsewhere")),
    ],
)
def test_not_ready_when_one_fails_and_says_no_more(client, db, monkeypatch, caplog, name, check):
    monkeypatch.setitem(health.CHECKS, name, check)
    with caplog.at_level(logging.CRITICAL, logger="health_check"):
        response = client.get("/readyz")
    assert response.status_code == 503
    expected = {"database": "ok", "cache": "ok", "storage": "ok", name: "failed"}
    assert response.json() == expected
    assert "elsewhere" not in response.content.decode()


def test_leaves_nothing_behind(client, db):
    from django.core.files.storage import default_storage

    client.get("/readyz")
    assert default_storage.listdir("health_check_storage_test") == ([], [])


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_are_only_read(client, db, address):
    assert client.post(address).status_code == 405
    assert client.head(address).status_code == 200
