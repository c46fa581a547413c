"""Line 15: no GET, HEAD or OPTIONS changes anything, and none uses a link up."""

import re

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cohorts.actions import renew_feed
from guests import actions as guests
from guests.models import GuestLink, Invitation
from members.models import Membership
from notifications.mails import address_token, unsubscribe_token
from notifications.models import Unwritten
from tests.security.conftest import words

_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
# Showing a topic may move the reader's own mark; a list of one's addresses is made when it is first looked at;
# how often somebody tries is counted.
_MAY = re.compile(
    r"django_session|discussion_topicread|account_emailaddress|wagtailusers_userprofile|members_limit|members\.saw_list"
)


def _writes(client, method: str, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as seen:
        words(getattr(client, method)(address))
    return [one["sql"][:80] for one in seen if _WRITES.match(one["sql"]) and not _MAY.search(one["sql"])]


def _addresses(private, cast) -> list[str]:
    own = Membership.objects.filter(person=cast.convener, circle=cast.community.circle).first()
    topic, post, slug = private.topic, private.post, private.draft.slug
    verbs = (
        "edit",
        "submit",
        "publish",
        "send-back",
        "rest",
        "wake",
        "end",
        "connections/new",
        "introduce",
        "offers/new",
    )
    return [
        "/", "/healthz", "/robots.txt", "/sitemap.xml", "/theme.css", "/accounts/login/", "/accounts/logout/",
        "/accounts/password/change/", "/accounts/password/reset/", "/accounts/email/", "/admin/", "/admin/programme/",
        "/admin/programme/confirm/", "/admin/guidance/import/", "/admin/guidance/import/confirm/",
        "/admin/guidance/import/template.csv", "/me/", "/me/profile/", f"/me/memberships/{own.pk}/leave/", "/me/notifications/",
        "/me/notifications/read/", "/me/notifications/settings/", "/me/learning/", "/me/learning/start/",
        "/me/record/", "/record/?code=0000-0000-0000", "/me/learning/done/", "/me/learning/bookmarks/", "/me/learning/lists/new/", "/guidance/start-with-a-question/",
        *(f"/me/learning/pages/{private.page.pk}/{verb}/" for verb in ("done", "read", "bookmark", "useful")),
        f"/me/notifications/unsubscribe/{unsubscribe_token(cast.convener)}/", "/people/",
        f"/people/{cast.convener.pk}/", "/communities/", "/communities/new/", "/communities/mine/",
        *(f"/communities/{slug}/{verb}/" for verb in verbs), "/communities/connections/1/accept/", "/communities/connections/1/",
        "/communities/offers/", "/communities/offers/1/", "/communities/offers/1/close/",
        "/discussions/", "/discussions/removed/", private.space.get_absolute_url(),
        f"{private.space.get_absolute_url()}new/", f"{private.space.get_absolute_url()}read/",
        topic.get_absolute_url(), f"{topic.get_absolute_url()}reply/",
        *(f"/discussions/posts/{post.pk}/{verb}/" for verb in ("edit", "history", "remove", "restore")),
        *(f"/discussions/topics/{topic.pk}/{verb}/" for verb in ("tend", "remove", "restore")),
        "/calendar/", "/calendar/feed/", "/calendar/feed/new/", f"/calendar/feed/{renew_feed(person=cast.convener).token}.ics",
        f"/sessions/{private.session.pk}/", "/search/?q=x", "/api/v1/communities", "/guidance/", private.document.url,
        *(f"/admin/community_directory/community/{step}/{cast.community.pk}/" for step in ("rest", "wake", "end", "publish")),
        *_of_guests(cast),
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


def _of_guests(cast) -> list[str]:
    """Links for people without an account, and the pages about who is in what."""
    circle = cast.community.circle
    link = _link(cast)
    place = guests.ask_to_join(person=cast.participant, circle=circle)
    verbs = ("accept", "decline", "lead", "hand-over", "step-back", "end")
    stop = address_token("pat@example.org")
    return [
        link.path, "/groups/", *(f"/groups/{circle.slug}/{page}/" for page in ("people", "invite", "join")),
        *(f"/groups/places/{place.pk}/{verb}/" for verb in verbs), f"/groups/invitations/{link.target_id}/",
        f"/groups/invitations/{link.target_id}/withdraw/", f"/me/notifications/unsubscribe/{stop}/",
        f"/me/notifications/write-again/{stop}/",
    ]  # fmt: skip


def _link(cast) -> GuestLink:
    address = "pat@example.org"
    guests.invite(circle=cast.community.circle, by=cast.convener, addresses=[address])
    mail.outbox.clear()
    return GuestLink.objects.get()


@pytest.mark.parametrize("headers", [{}, {"purpose": "prefetch"}, {"sec-purpose": "prefetch;prerender"}])
def test_a_hundred_scanners_leave_links_usable(cast, client, pages, headers):
    """Of an invitation, of its letter's way out, of mails about news, and of an address to be confirmed."""
    invitation = _link(cast).path
    letters = f"/me/notifications/unsubscribe/{address_token('pat@example.org')}/"
    news = f"/me/notifications/unsubscribe/{unsubscribe_token(cast.participant)}/"
    address = EmailAddress.objects.create(user=cast.participant, email="second@example.org")
    confirm = f"/accounts/confirm-email/{EmailConfirmationHMAC(address).key}/"
    links = (invitation, letters, news, confirm)
    for number in range(100):
        method = "head" if number % 2 else "get"
        answers = [getattr(type(client)(), method)(link, headers=headers).status_code for link in links]
        assert answers == [200] * 4
    cast.participant.profile.refresh_from_db()
    address.refresh_from_db()
    assert (cast.participant.profile.mails_replies, address.verified) == (True, False)
    assert (Invitation.objects.get().state, Unwritten.objects.count()) == ("open", 0)
    for link in (letters, news, confirm):
        assert client.post(link).status_code in (200, 302)
    assert client.post(invitation, {"do": "no"}).status_code == 302
    cast.participant.profile.refresh_from_db()
    address.refresh_from_db()
    assert (cast.participant.profile.mails_replies, address.verified) == (False, True)
    assert (Invitation.objects.get().state, Unwritten.objects.count()) == ("declined", 1)


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
