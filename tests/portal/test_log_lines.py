"""The log holds nothing that opens something for whoever reads it."""

import io
import logging
import logging.config

import pytest
from django.conf import settings
from django.test import Client

from guests import actions
from guests.models import GuestLink


def line(path: str) -> str:
    """A line as it goes out."""
    record = logging.LogRecord("django.request", logging.WARNING, "", 1, "Conflict: %s", (path,), None)
    return _formatter().format(record)


def _formatter() -> logging.Formatter:
    given = settings.LOGGING["formatters"]["line"]
    made = logging.config.DictConfigurator({"version": 1}).configure_formatter(dict(given))
    assert isinstance(made, logging.Formatter)
    return made


@pytest.mark.parametrize(
    "path",
    [
        "/guest/{}/",
        "/calendar/feed/{}.ics",
        "/me/notifications/unsubscribe/{}/",
        "/me/notifications/write-again/{}/",
        "/accounts/confirm-email/{}/",
        "/accounts/password/reset/key/{}/",
    ],
)
def test_what_opens_something_is_left_out(path):
    said = line(path.format("sEcret-1:tok_en"))
    assert "sEcret" not in said
    assert path.partition("{")[0] in said


def test_other_addresses_stay():
    assert line("/communities/falls/").endswith("Conflict: /communities/falls/")


@pytest.fixture
def log():
    """What is written to the log meanwhile."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(_formatter())
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def test_a_link_that_is_still_open_is_not_written_down(cast, log):
    actions.invite(circle=cast.community.circle, by=cast.convener, addresses=[cast.participant.email])
    path = GuestLink.objects.get().path
    clients = [Client(), Client(enforce_csrf_checks=True)]
    assert [client.post(path, {"do": "yes"}).status_code for client in clients] == [409, 403]
    assert "/guest/…" in log.getvalue()
    assert path not in log.getvalue()
