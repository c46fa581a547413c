"""Line 11: access ends with leaving, moving, ending and removal: it is checked at reading."""

import pytest
from allauth.account.models import EmailAddress

from cohorts.actions import renew_feed
from guests import actions as guests
from guests.models import GuestLink
from members import actions as members
from members.models import Membership
from tests.security.conftest import SECRET, words


def test_leaving_ends_it_everywhere_at_once(private, cast, visit):
    feed = f"/calendar/feed/{renew_feed(person=cast.participant).token}.ics"
    client = visit("participant")  # signed in before
    addresses = [
        private.page.get_url(), private.space.get_absolute_url(), private.topic.get_absolute_url(),
        f"/sessions/{private.session.pk}/", f"/sessions/{private.session.pk}.ics", private.document.url,
        private.picture.get_rendition("width-8").url, f"/discussions/posts/{private.post.pk}/history/",
        f"/discussions/posts/{private.post.pk}/edit/", f"/discussions/posts/{private.post.pk}/remove/",
    ]  # fmt: skip
    assert {client.get(address).status_code for address in addresses} == {200}
    assert SECRET in words(client.get(feed))
    members.leave(person=cast.participant, circle=cast.cohort.circle)
    for address in addresses:
        assert (address, client.get(address).status_code) == (address, 404)
    for address in ("/me/", "/discussions/", "/calendar/", "/discussions/removed/", "/me/notifications/"):
        assert (address, SECRET in words(client.get(address))) == (address, False)
    assert SECRET not in words(client.get(feed))
    assert (
        client.post(f"{private.topic.get_absolute_url()}reply/", {"text": "Still here."}).status_code == 404
    )


@pytest.mark.parametrize("state", ["requested", "invited", "ended"])
def test_only_an_active_membership_gives_anything(private, cast, visit, state):
    own = Membership.objects.filter(person=cast.participant, circle=cast.cohort.circle)
    own.update(state=state, ended_at="2026-01-01T00:00Z" if state == "ended" else None)
    for address in (
        private.page.get_url(),
        private.topic.get_absolute_url(),
        f"/sessions/{private.session.pk}/",
    ):
        assert visit("participant").get(address).status_code == 404


def test_who_leads_no_longer_tends_no_longer(private, cast, visit):
    own = Membership.objects.get(person=cast.facilitator, circle=cast.cohort.circle)
    members.join(person=cast.convener, circle=cast.cohort.circle, role="lead")
    members.change_role(membership=own, role="member")
    tend = f"/discussions/topics/{private.topic.pk}/tend/"
    assert visit("facilitator").post(tend, {"do": "close"}).status_code == 404
    assert visit("facilitator").post(f"/discussions/posts/{private.post.pk}/remove/").status_code == 404


def test_a_closed_account_is_out_at_once(private, cast, visit, client):
    feed = f"/calendar/feed/{renew_feed(person=cast.participant).token}.ics"
    own = visit("participant")
    assert own.get("/me/").status_code == 200
    cast.participant.is_active = False
    cast.participant.save()
    assert own.get("/me/").status_code == 302
    assert own.get(private.topic.get_absolute_url()).status_code == 404
    assert client.get(feed).status_code == 404
    assert visit("convener").get(f"/people/{cast.participant.pk}/").status_code == 404


def test_an_old_calendar_address_is_gone(private, cast, client):
    feed = renew_feed(person=cast.participant)
    old = feed.token
    new = renew_feed(person=cast.participant, instead_of=feed.mark).token
    assert client.get(f"/calendar/feed/{old}.ics").status_code == 404
    assert client.get(f"/calendar/feed/{new}.ics").status_code == 200


def test_what_is_removed_is_gone_for_those_who_do_not_lead(private, cast, visit):
    visit("participant").post(f"/discussions/topics/{private.topic.pk}/remove/")
    for address in (private.topic.get_absolute_url(), f"/discussions/posts/{private.post.pk}/history/"):
        assert visit("convener").get(address).status_code == 404
    assert SECRET not in visit("convener").get("/discussions/removed/").content.decode()
    assert visit("convener").post(f"/discussions/topics/{private.topic.pk}/restore/").status_code == 404


def test_an_unpublished_page_is_gone(private, visit):
    private.page.unpublish()
    for who in ("participant", "facilitator", "editor"):
        assert visit(who).get(private.page.url_path.removeprefix("/home")).status_code == 404
    assert SECRET not in visit("participant").get("/guidance/").content.decode()


def test_an_invitation_from_before_does_not_bring_back_who_was_put_out(cast, visit):
    """They were invited to lead, asked to join meanwhile, were let in, and put out."""
    circle = cast.community.circle
    email = cast.participant.email
    EmailAddress.objects.create(user=cast.participant, email=email, verified=True, primary=True)
    [one] = guests.invite(circle=circle, by=cast.convener, addresses=[email], role="lead")
    link = GuestLink.objects.get().path
    place = guests.ask_to_join(person=cast.participant, circle=circle)
    guests.accept_request(membership=place, by=cast.convener)
    guests.remove_member(membership=place, by=cast.convener, because="We have agreed on it.")
    for address in (f"/groups/invitations/{one.pk}/", link):
        visit("participant").post(address, {"do": "yes"})
    assert not Membership.objects.active().filter(person=cast.participant, circle=circle).exists()
    assert visit("visitor").get(link).status_code == 410
