"""What was done is written down, with who did it."""

import pytest
from django.test import RequestFactory
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from kit import audit
from portal.middleware import WhoActs

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _deed(monkeypatch):
    known = audit.Registry()
    known.add(audit.Deed(key="tests.greeted", label="Greeted somebody"))
    monkeypatch.setattr(audit, "deeds", known)
    from wagtail.log_actions import registry

    registry.scan_for_actions()
    monkeypatch.setitem(
        registry.formatters, "tests.greeted", registry.get_formatter(_Entry("wagtail.create"))
    )


class _Entry:
    def __init__(self, action: str) -> None:
        self.action = action


def _entry() -> ModelLogEntry:
    return ModelLogEntry.objects.get(action="tests.greeted")


def test_it_is_kept_with_who_was_named(cast):
    audit.record("tests.greeted", cast.community, by=cast.convener, times=2)
    assert _entry().user == cast.convener
    assert _entry().object_id == str(cast.community.pk)
    assert _entry().data == {"times": 2}


def test_who_sent_the_request_did_it(cast):
    request = RequestFactory().post("/")
    request.user = cast.facilitator
    WhoActs(lambda request: audit.record("tests.greeted", cast.community))(request)
    assert _entry().user == cast.facilitator


def test_a_visitor_is_nobody(cast):
    from django.contrib.auth.models import AnonymousUser

    request = RequestFactory().post("/")
    request.user = AnonymousUser()
    WhoActs(lambda request: audit.record("tests.greeted", cast.community))(request)
    assert _entry().user is None


def test_after_the_request_nobody_acts(cast):
    request = RequestFactory().post("/")
    request.user = cast.facilitator
    WhoActs(lambda request: None)(request)
    audit.record("tests.greeted", cast.community)
    assert _entry().user is None


def test_asking_who_acts_costs_nothing_until_something_is_logged(client, pages, django_assert_num_queries):
    client.get("/guidance/")
    with django_assert_num_queries(0):
        client.get("/guidance/")


def test_a_deed_without_a_name_is_refused(cast):
    with pytest.raises(KeyError):
        audit.record("tests.unknown", cast.community)


def test_every_named_deed_is_known_to_the_log():
    from wagtail.log_actions import registry

    from kit import apps  # noqa: F401 - the rooms have named theirs by now

    registry.scan_for_actions()
    assert {deed.key for deed in audit.deeds} - set(registry.formatters) == set()


def test_wagtails_own_entries_stay(cast):
    log(cast.community, "wagtail.edit", user=cast.editor)
    assert ModelLogEntry.objects.get(action="wagtail.edit").user == cast.editor
