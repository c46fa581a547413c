"""Line 15: no GET, HEAD or OPTIONS changes anything, and none uses a link up."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cohorts.actions import renew_feed
from members.models import Membership
from notifications.mails import unsubscribe_token
from tests.security.conftest import words

_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
# Showing a topic may move the reader's own mark; a list of one's addresses is made when it is first looked at.
_MAY = re.compile(r"django_session|discussion_topicread|account_emailaddress|wagtailusers_userprofile")


def _writes(client, method: str, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as seen:
        words(getattr(client, method)(address))
    return [one["sql"][:80] for one in seen if _WRITES.match(one["sql"]) and not _MAY.search(one["sql"])]


def _addresses(private, cast) -> list[str]:
    own = Membership.objects.filter(person=cast.convener, circle=cast.community.circle).first()
    topic, post, slug = private.topic, private.post, private.draft.slug
    verbs = ("edit", "submit", "publish", "send-back", "rest", "wake", "end", "connections/new")
    return [
        "/", "/healthz", "/robots.txt", "/sitemap.xml", "/theme.css", "/accounts/login/", "/accounts/logout/",
        "/accounts/password/change/", "/accounts/password/reset/", "/accounts/email/", "/admin/", "/admin/programme/",
        "/admin/programme/confirm/", "/me/", "/me/profile/", f"/me/memberships/{own.pk}/leave/", "/me/notifications/",
        "/me/notifications/read/", "/me/notifications/settings/",
        f"/me/notifications/unsubscribe/{unsubscribe_token(cast.convener)}/", "/people/",
        f"/people/{cast.convener.pk}/", "/communities/", "/communities/new/", "/communities/mine/",
        *(f"/communities/{slug}/{verb}/" for verb in verbs), "/communities/connections/1/accept/",
        "/discussions/", "/discussions/removed/", private.space.get_absolute_url(),
        f"{private.space.get_absolute_url()}new/", f"{private.space.get_absolute_url()}read/",
        topic.get_absolute_url(), f"{topic.get_absolute_url()}reply/",
        *(f"/discussions/posts/{post.pk}/{verb}/" for verb in ("edit", "history", "remove", "restore")),
        *(f"/discussions/topics/{topic.pk}/{verb}/" for verb in ("tend", "remove", "restore")),
        "/calendar/", "/calendar/feed/", "/calendar/feed/new/", f"/calendar/feed/{renew_feed(person=cast.convener).token}.ics",
        f"/sessions/{private.session.pk}/", "/search/?q=x", "/api/v1/communities", "/guidance/", private.document.url,
        *(f"/admin/community_directory/community/{step}/{cast.community.pk}/" for step in ("rest", "wake", "end", "publish")),
        *(f"/admin/{screen}/" for screen in ("members/membership", "cohorts/session", "discussion/topic")),
    ]  # fmt: skip


@pytest.mark.parametrize("method", ["get", "head", "options"])
@pytest.mark.parametrize("who", ["convener", "visitor", "admin"])
def test_reading_writes_nothing(private, cast, visit, who, method):
    addresses = _addresses(private, cast)
    client = visit(who)
    client.get("/")  # what a first visit keeps
    found = {address: _writes(client, method, address) for address in addresses}
    assert {address: writes for address, writes in found.items() if writes} == {}
    assert mail.outbox == []


@pytest.mark.parametrize("headers", [{"purpose": "prefetch"}, {"sec-purpose": "prefetch;prerender"}])
def test_fetching_ahead_moves_no_mark(private, cast, visit, headers):
    visit("convener").get(private.topic.get_absolute_url(), headers=headers)
    visit("convener").head(private.topic.get_absolute_url())
    assert private.topic.reads.filter(person=cast.convener).count() == 0


def test_a_scanner_uses_no_link_up(cast, client, pages):
    """It opens whatever stands in a mail, often more than once, from somewhere else."""
    client.post("/accounts/password/reset/", {"email": cast.participant.email})
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mail.outbox[-1].body)[1]
    stop = f"/me/notifications/unsubscribe/{unsubscribe_token(cast.participant)}/"
    for _ in range(3):
        for method in ("head", "get"):
            scanner = type(client)()
            getattr(scanner, method)(link, follow=True)
            getattr(scanner, method)(stop)
    cast.participant.profile.refresh_from_db()
    assert cast.participant.profile.mails_replies is True
    shown = client.get(link, follow=True)
    assert "New password" in shown.content.decode()
