"""Line 14: what is hidden is not sent."""

import pytest

from discussion import actions as discussion
from tests.factories import SessionFactory
from tests.security.conftest import SECRET, words


@pytest.mark.parametrize("who", ["visitor", "participant"])
def test_a_joining_link_is_sent_to_who_is_signed_in(cast, pages, visit, who):
    session = SessionFactory(joining_link=f"https://meet.example.org/{SECRET}")
    for address in (f"/sessions/{session.pk}/", f"/sessions/{session.pk}.ics"):
        assert (SECRET in words(visit(who).get(address))) is (who == "participant")
    for address in ("/calendar/", "/api/v1/sessions", f"/search/?q={session.title}", "/sitemap-sessions.xml"):
        assert SECRET not in words(visit(who).get(address))


def test_no_page_sends_anothers_address(private, cast, visit):
    addresses = [
        "/people/", f"/people/{cast.convener.pk}/", "/communities/falls-in-care-homes/", private.topic.get_absolute_url(),
        private.space.get_absolute_url(), "/discussions/", "/search/?q=Demo", "/me/", "/calendar/",
        private.session.get_absolute_url(),
    ]  # fmt: skip
    cast.convener.profile.findable = True
    cast.convener.profile.save()
    for address in addresses:
        content = visit("participant").get(address).content.decode()
        for person in (cast.convener, cast.facilitator, cast.admin, cast.editor):
            assert (address, person.email in content) == (address, False)


def test_conveners_are_named_to_members_alone(cast, pages, visit):
    address = "/communities/falls-in-care-homes/"
    assert "Convener Demo" in visit("participant").get(address).content.decode()
    for who in ("visitor", "outsider"):
        assert "Convener Demo" not in visit(who).get(address).content.decode()


def test_a_removed_post_is_not_in_the_page(private, cast, visit):
    post = discussion.add_post(person=cast.convener, topic=private.topic, text="Marmalade.")
    later = discussion.add_post(person=cast.facilitator, topic=private.topic, text="Jam.", reply_to=post)
    discussion.remove_post(person=cast.convener, post=post)
    topic = private.topic.get_absolute_url()
    for address in (topic, f"{topic}?quote={post.pk}&post={later.number}", "/search/?q=Marmalade"):
        content = visit("participant").get(address).content.decode().replace("q=Marmalade", "")
        content = (
            content.replace('value="Marmalade"', "").replace("“Marmalade”", "").replace("Marmalade –", "")
        )
        assert (address, "Marmalade." in content) == (address, False)


def test_who_reviews_is_not_named_to_visitors(private, visit):
    assert "sent_back" not in visit("visitor").get("/communities/falls-in-care-homes/").content.decode()
