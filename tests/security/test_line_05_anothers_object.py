"""Line 5: another's object by its id, and what belongs to another parent than the address says."""

import json
from uuid import uuid4

import pytest

from discussion import actions as discussion
from learning.models import ModulePage, StepDone
from members.models import Membership
from notifications.actions import notify
from tests.factories import SpaceFactory
from tests.security.conftest import SECRET


def _everything(private) -> list[str]:
    topic, post, session = private.topic, private.post, private.session
    return [
        private.page.get_url(), private.space.get_absolute_url(), topic.get_absolute_url(),
        f"/discussions/{private.space.slug}/new/", f"/discussions/posts/{post.pk}/edit/",
        f"/discussions/posts/{post.pk}/history/", f"/discussions/posts/{post.pk}/remove/",
        f"/discussions/topics/{topic.pk}/remove/", f"/sessions/{session.pk}/", f"/sessions/{session.pk}.ics",
        f"/communities/{private.draft.slug}/", f"/communities/{private.draft.slug}/edit/",
        f"/communities/{private.draft.slug}/end/", f"/communities/{private.draft.slug}/connections/new/",
        f"/communities/{private.draft.slug}/introduce/",
        f"/api/v1/communities/{private.draft.slug}", private.document.url,
        private.picture.get_rendition("width-8").url,
    ]  # fmt: skip


def _posts(private) -> list[str]:
    topic, post, slug = private.topic, private.post, private.draft.slug
    return [
        f"{topic.get_absolute_url()}reply/", f"{private.space.get_absolute_url()}read/",
        f"{private.space.get_absolute_url()}new/",
        *(f"/discussions/posts/{post.pk}/{verb}/" for verb in ("edit", "remove", "restore")),
        *(f"/discussions/topics/{topic.pk}/{verb}/" for verb in ("tend", "remove", "restore")),
        *(f"/communities/{slug}/{verb}/" for verb in ("edit", "submit", "publish", "send-back", "rest", "wake", "end")),
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["visitor", "outsider"])
def test_a_stranger_gets_the_answer_for_what_is_not_there(private, visit, who):
    client = visit(who)
    for address in _everything(private):
        response = client.get(address)
        assert (address, response.status_code) == (address, 404)
        shown = response.content.decode().replace(address.replace("/", "%2F"), "")
        assert (address, SECRET in shown) == (address, False)
        assert (address, client.head(address).status_code) == (address, 405 if "/api/" in address else 404)
        assert (address, client.options(address).status_code in (404, 405)) == (address, True)


@pytest.mark.parametrize("who", ["visitor", "outsider", "editor"])
def test_nor_can_they_change_it(private, visit, who):
    client = visit(who)
    before = (private.topic.posts.count(), private.draft.state)
    sent = {"text": "x", "title": "x", "do": "pin", "reason": "x", "name": "x"}
    for address in _posts(private):
        response = client.post(address, sent)
        assert (address, response.status_code) == (address, 404)
        assert SECRET not in response.content.decode().replace(address.replace("/", "%2F"), "")
    private.topic.refresh_from_db()
    private.draft.refresh_from_db()
    assert (private.topic.posts.count(), private.draft.state) == before
    assert (private.topic.pinned, private.topic.removed_at) == (False, None)


def test_those_who_may_do_see_it(private, visit):
    for address in _everything(private):
        if (
            "connections" not in address
            and "introduce" not in address
            and "/api/" not in address
            and "remove" not in address
            and "edit" not in address
        ):
            assert (address, visit("convener").get(address).status_code) == (address, 200)


def test_a_topic_is_found_below_its_own_space_alone(private, visit, network):
    other = SpaceFactory(circle=network, slug="open")
    address = private.topic.get_absolute_url().replace(private.space.slug, other.slug)
    assert visit("participant").get(address).status_code == 404
    assert visit("participant").post(f"{address}reply/", {"text": "x"}).status_code == 404


def test_a_reply_answers_and_quotes_nothing_of_another_topic(private, visit, cast, network):
    other = SpaceFactory(circle=network, slug="open")
    topic = discussion.start_topic(person=cast.editor, space=other, title="Open", text="For all.")
    address = topic.get_absolute_url()
    for who in ("editor", "participant"):
        shown = visit(who).get(f"{address}?quote={private.post.pk}&to={private.post.pk}")
        assert SECRET not in shown.content.decode()
        visit(who).post(f"{address}reply/", {"text": "Hello.", "reply_to": private.post.pk})
    assert set(topic.posts.values_list("reply_to", flat=True)) == {None}


def test_a_step_is_ticked_in_its_own_module_alone(pages, cast, signed_in):
    step = str(uuid4())
    block = {"type": "step", "id": step, "value": {"phase": "before", "title": "Read", "text": ""}}
    other = pages.modules.add_child(
        instance=ModulePage(title="Two", slug="two", number=2, summary="Go on.", steps=json.dumps([block]))
    )
    client = signed_in(cast.participant)
    assert client.post(f"/learning/modules/{pages.module.pk}/steps/{step}/").status_code == 404
    assert client.post(f"/learning/modules/{other.pk}/steps/{step}/").status_code == 302
    assert StepDone.objects.get().module_id == other.pk


def test_nobody_leaves_for_somebody_else(cast, signed_in):
    theirs = Membership.objects.get(person=cast.convener, circle=cast.community.circle)
    for method in ("get", "post"):
        client = signed_in(cast.participant)
        assert getattr(client, method)(f"/me/memberships/{theirs.pk}/leave/").status_code == 404
    theirs.refresh_from_db()
    assert theirs.ended_at is None


def test_news_are_opened_by_their_recipient_alone(private, cast, signed_in):
    notify(recipients=[cast.convener], verb="discussion.replied", target_id=private.post.pk, actor=None)
    news = cast.convener.notifications.get()
    assert signed_in(cast.participant).post(f"/me/notifications/{news.pk}/open/").status_code == 404
    assert cast.convener.notifications.unread().count() == 1


def test_a_file_has_one_address(private, visit, png):
    rendition = private.picture.get_rendition("width-8")
    client = visit("participant")
    assert client.get(rendition.url).status_code == 200
    assert client.get(f"/files/pictures/{rendition.pk}/other.png").status_code == 404
    assert client.get(f"/documents/{private.document.pk}/other.pdf").status_code == 404


@pytest.mark.parametrize("who", ["convener", "editor"])
def test_screens_about_others_things_are_not_found(private, visit, editor, who):
    """Not even for who works in the admin: what is said in a circle is its people's, a draft its conveners'."""
    client = editor if who == "editor" else visit(who)
    things = {
        "discussion/topic": private.topic, "discussion/post": private.post, "discussion/space": private.space,
        "community_directory/community": private.draft,
    }  # fmt: skip
    for screen, thing in things.items():
        for action in ("edit", "inspect", "history", "delete", "publish", "send-back", "rest", "end"):
            address = f"/admin/{screen}/{action}/{thing.pk}/"
            for response in (client.get(address), client.post(address, {"reason": "x", "removed": "on"})):
                assert (address, response.status_code in (302, 404)) == (address, True)
                assert SECRET not in response.content.decode()
        found = client.get(f"/admin/{screen}/", {"q": SECRET[:5]}).content.decode()
        assert (screen, SECRET in found) == (screen, False)
    private.topic.refresh_from_db()
    assert private.topic.removed_at is None
