"""Editors look after discussions in the admin: through the actions, and only where they are."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from discussion import actions
from discussion.errors import GroupEnded, NotTheirs
from discussion.models import Post, Space, Topic
from members import actions as members_actions
from members.models import User
from tests.discussion.conftest import fresh
from tests.factories import CircleFactory

SPACES, TOPICS, POSTS = "/admin/discussion/space/", "/admin/discussion/topic/", "/admin/discussion/post/"


@pytest.fixture
def editor(cast, editors, pages, signed_in) -> Client:
    """An editor with the permissions of this room, at their browser; in the network, in no cohort."""
    names = [
        "view_space",
        "add_space",
        "change_space",
        "view_topic",
        "change_topic",
        "view_post",
        "change_post",
    ]
    editors.permissions.add(
        *Permission.objects.filter(content_type__app_label="discussion", codename__in=names)
    )
    return signed_in(cast.editor)


@pytest.fixture
def admin(cast, editors, pages, signed_in) -> Client:
    """Somebody with every right there is; in the network, in no cohort."""
    return signed_in(cast.admin)


@pytest.fixture
def common(cast, open_space) -> Topic:
    """A topic that the whole network reads, with a reply."""
    topic = actions.start_topic(person=cast.participant, space=open_space, title="Common", text="first")
    actions.add_post(person=cast.convener, topic=topic, text="second")
    return fresh(topic)


def rows(page) -> list[str]:
    assert page.status_code == 200, page
    found = BeautifulSoup(page.content, "html.parser").select("tbody .title-wrapper")
    return [" ".join(cell.get_text(" ").split()) for cell in found]


def text_of(page) -> str:
    assert page.status_code == 200, page
    return " ".join(BeautifulSoup(page.content, "html.parser").main.get_text(" ").split())


@pytest.mark.parametrize("who", ["editor", "admin"])
def test_lists_show_what_is_of_one_s_own_circles(pages, request, common, topic, reply, who) -> None:
    client = request.getfixturevalue(who)
    assert rows(client.get(SPACES)) == ["Open talk"]
    assert rows(client.get(TOPICS)) == ["Common"]
    assert rows(client.get(POSTS)) == ["second", "first"]
    for url in (SPACES, TOPICS, POSTS):
        assert (
            "tea" not in text_of(client.get(f"{url}?q=tea")).replace("“tea”", "").replace("'tea'", "").lower()
        )
        assert "Our cohort" not in client.get(url).text


def test_who_is_in_the_cohort_as_well_sees_its_talk(cast, admin, common, topic) -> None:
    members_actions.join(person=cast.admin, circle=cast.cohort.circle)
    assert rows(admin.get(TOPICS)) == ["Who brings the tea?", "Common"]


def test_removed_ones_are_listed_for_who_may_bring_them_back(cast, admin, common) -> None:
    post = common.posts.get(number=2)
    actions.remove_post(person=cast.convener, post=post)
    assert rows(admin.get(f"{POSTS}?state=removed")) == ["second"]
    assert rows(admin.get(f"{POSTS}?state=there")) == ["first"]
    assert rows(admin.get(f"{POSTS}?space=open-talk")) == ["second", "first"]
    assert rows(admin.get(f"{TOPICS}?space=nowhere")) == []


@pytest.mark.parametrize("screen", ["edit", "history", "inspect"])
@pytest.mark.parametrize("who", ["editor", "admin"])
def test_what_is_of_other_circles_is_not_there(
    pages, request, topic, reply, cohort_space, who, screen
) -> None:
    client = request.getfixturevalue(who)
    for base, thing in ((SPACES, cohort_space), (TOPICS, topic), (POSTS, reply)):
        assert client.get(f"{base}{screen}/{thing.pk}/").status_code == 404
        assert client.post(f"{base}{screen}/{thing.pk}/", {"removed": "on"}).status_code in (404, 405)
    assert fresh(topic).removed_at is None
    assert fresh(reply).removed_at is None


@pytest.mark.parametrize("name", ["facilitator", "convener", "participant", "outsider"])
def test_without_the_right_nobody_comes_in(cast, signed_in, pages, common, name) -> None:
    client = signed_in(getattr(cast, name))
    for url in (SPACES, TOPICS, POSTS, f"{TOPICS}edit/{common.pk}/"):
        assert client.get(url).status_code in (302, 403, 404)


def test_an_editor_without_this_room_s_rights_sees_nothing(cast, signed_in, pages, common, editors) -> None:
    editors.permissions.remove(*Permission.objects.filter(content_type__app_label="discussion"))
    client = signed_in(cast.editor)
    for url in (SPACES, TOPICS, POSTS):
        assert client.get(url).status_code == 302
        assert "Common" not in client.get(url, follow=True).text


# -- what is done there ---------------------------------------------------------------


def test_a_topic_is_pinned_closed_removed_and_brought_back(cast, editor, common) -> None:
    url = f"{TOPICS}edit/{common.pk}/"
    steps = [
        ({"pinned": "on", "closed": "on"}, (True, True, False)),
        ({"closed": "on", "removed": "on"}, (False, True, True)),
        ({"closed": "on"}, (False, True, False)),
        ({}, (False, False, False)),
    ]
    for sent, state in steps:
        for _ in range(2):
            assert editor.post(url, sent).status_code == 302
            topic = fresh(common)
            assert (topic.pinned, topic.closed, topic.removed_at is not None) == state
    assert Space.objects.get().topic_count == 1
    assert not Post.objects.filter(topic_removed=True).exists()


def test_what_is_removed_cannot_be_pinned(editor, common) -> None:
    page = editor.post(f"{TOPICS}edit/{common.pk}/", {"pinned": "on", "removed": "on"})
    assert "What is removed cannot be pinned." in text_of(page)
    assert fresh(common).removed_at is None


SAVED_NOTHING = "Nothing was saved: this cannot be done any more. See how it stands now, and try again."


def test_several_switches_are_one_save(cast, editor, common) -> None:
    """What must come first is done first: nothing is pinned or closed while it is away."""
    url = f"{TOPICS}edit/{common.pk}/"
    actions.remove_topic(person=cast.admin, topic=common)
    assert editor.post(url, {"pinned": "on", "closed": "on"}).status_code == 302
    topic = fresh(common)
    assert (topic.pinned, topic.closed, topic.removed_at) == (True, True, None)
    assert editor.post(url, {"removed": "on"}).status_code == 302
    topic = fresh(common)
    assert (topic.pinned, topic.closed, topic.removed_by) == (False, False, cast.editor)


def test_what_is_refused_undoes_what_was_saved_with_it_and_says_so(cast, editor, common, monkeypatch) -> None:
    def refuse(**given: object) -> None:
        """As where the right was taken away between two actions."""
        assert fresh(common).pinned
        raise NotTheirs

    monkeypatch.setattr(actions, "close_topic", refuse)
    page = editor.post(f"{TOPICS}edit/{common.pk}/", {"pinned": "on", "closed": "on"})
    assert page.status_code == 200
    assert SAVED_NOTHING in text_of(page)
    assert (fresh(common).pinned, fresh(common).closed) == (False, False)
    checked = [box["name"] for box in BeautifulSoup(page.content, "html.parser").select("input[checked]")]
    assert checked == ["pinned", "closed"]
    assert not ModelLogEntry.objects.for_instance(common).exists()
    assert "successfully" not in editor.get(TOPICS).text.lower()


def test_a_topic_is_not_closed_while_it_is_away(cast, editor, common) -> None:
    actions.remove_topic(person=cast.admin, topic=common)
    page = editor.post(f"{TOPICS}edit/{common.pk}/", {"removed": "on", "closed": "on"})
    assert "Bring it back before you close it or open it again." in text_of(page)
    assert (fresh(common).closed, fresh(common).removed_by) == (False, cast.admin)


def test_a_post_of_a_topic_that_went_meanwhile_is_refused_in_words(cast, editor, common) -> None:
    post = common.posts.get(number=2)
    actions.remove_topic(person=cast.admin, topic=common)
    page = editor.post(f"{POSTS}edit/{post.pk}/", {"removed": "on"})
    assert SAVED_NOTHING in text_of(page)
    assert (fresh(post).removed_at, fresh(post).topic_removed) == (None, True)


@pytest.mark.parametrize("error", [NotTheirs, GroupEnded])
def test_a_space_that_cannot_be_opened_or_changed_any_more(
    editor, admin, open_space, network, monkeypatch, error
) -> None:
    def refuse(**given: object) -> None:
        """As where another took the address, or the group ended, while this form was looked at."""
        raise error

    monkeypatch.setattr(actions, "open_space", refuse)
    monkeypatch.setattr(actions, "change_space", refuse)
    sent = {"name": "Quiet talk", "slug": "quiet", "description": "x", "order": "5", "circle": network.pk}
    for client, url in ((admin, f"{SPACES}create/"), (editor, f"{SPACES}edit/{open_space.pk}/")):
        page = client.post(url, sent)
        assert SAVED_NOTHING in text_of(page)
        assert BeautifulSoup(page.content, "html.parser").select_one("[name=name]")["value"] == "Quiet talk"
    assert Space.objects.get().name == "Open talk"


def test_a_post_is_removed_and_brought_back(cast, editor, common) -> None:
    post = common.posts.get(number=2)
    for _ in range(2):
        assert editor.post(f"{POSTS}edit/{post.pk}/", {"removed": "on"}).status_code == 302
        assert (fresh(post).removed_by, fresh(common).reply_count) == (cast.editor, 0)
    for _ in range(2):
        assert editor.post(f"{POSTS}edit/{post.pk}/", {}).status_code == 302
        assert (fresh(post).removed_at, fresh(common).reply_count) == (None, 1)


def test_after_thirty_days_nothing_comes_back(cast, editor, common) -> None:
    actions.remove_topic(person=cast.admin, topic=common)
    Topic.objects.update(removed_at=timezone.now() - timedelta(days=31))
    page = editor.post(f"{TOPICS}edit/{common.pk}/", {})
    assert "It can no longer be brought back." in text_of(page)
    assert fresh(common).removed_at is not None


def test_words_are_never_changed_there(editor, common) -> None:
    post = common.posts.get(number=2)
    editor.post(f"{POSTS}edit/{post.pk}/", {"text": "I never said that", "author": "1"})
    editor.post(f"{TOPICS}edit/{common.pk}/", {"title": "Mine", "circle": "1"})
    assert (fresh(post).text, fresh(common).title) == ("second", "Common")


def test_a_post_is_read_in_full_there_as_text(cast, editor, common) -> None:
    post = actions.add_post(
        person=cast.convener, topic=common, text="<script>alert(1)</script> " + "word " * 99
    )
    page = editor.get(f"{POSTS}inspect/{post.pk}/")
    assert "word word" in text_of(page)
    assert "<script>alert" not in page.text
    assert "<script>alert" not in editor.get(POSTS).text


@pytest.mark.parametrize("base", [SPACES, TOPICS, POSTS])
def test_nothing_is_ever_deleted(admin, common, base) -> None:
    thing = {SPACES: common.space, TOPICS: common, POSTS: common.posts.first()}[base]
    for method in (admin.get, admin.post):
        assert method(f"{base}delete/{thing.pk}/").status_code in (302, 403, 404)
    assert type(thing).objects.filter(pk=thing.pk).exists()


@pytest.mark.parametrize("base", [TOPICS, POSTS])
def test_nothing_is_said_in_the_admin(admin, common, base) -> None:
    for method in (admin.get, admin.post):
        assert method(f"{base}create/").status_code in (302, 403, 404)
    assert (Topic.objects.count(), Post.objects.count()) == (1, 2)


# -- spaces -------------------------------------------------------------------------


def test_a_space_is_opened_for_a_group(admin, network) -> None:
    sent = {"name": "Quiet talk", "slug": "quiet", "description": "x", "order": "5", "circle": network.pk}
    assert "Who can read and write in it" in text_of(admin.get(f"{SPACES}create/"))
    assert admin.post(f"{SPACES}create/", sent).status_code == 302
    space = Space.objects.get()
    assert (space.name, space.slug, space.circle, space.order) == ("Quiet talk", "quiet", network, 5)
    again = admin.post(f"{SPACES}create/", sent)
    assert again.status_code == 200
    assert Space.objects.count() == 1


def test_who_keeps_groups_opens_a_space_for_one_they_are_not_in(admin, cast) -> None:
    sent = {
        "name": "Theirs",
        "slug": "theirs",
        "description": "",
        "order": "5",
        "circle": cast.cohort.circle.pk,
    }
    assert admin.post(f"{SPACES}create/", sent).status_code == 302
    assert Space.objects.get().circle == cast.cohort.circle
    assert rows(admin.get(SPACES)) == []


def test_an_editor_opens_none_for_who_is_not_theirs(editor, editors) -> None:
    editors.permissions.remove(*Permission.objects.filter(content_type__app_label="members"))
    other = CircleFactory()
    sent = {"name": "Theirs", "slug": "theirs", "description": "", "order": "5", "circle": other.pk}
    assert editor.post(f"{SPACES}create/", sent).status_code == 200
    assert not Space.objects.exists()


@pytest.mark.parametrize("slug", ["posts", "search", "not a slug", ""])
def test_an_address_that_cannot_be_is_found_fault_with(admin, network, slug) -> None:
    sent = {"name": "Quiet talk", "slug": slug, "description": "", "order": "5", "circle": network.pk}
    assert admin.post(f"{SPACES}create/", sent).status_code == 200
    assert not Space.objects.exists()


def test_a_space_is_renamed_and_stays_whose_it_is(editor, open_space, network) -> None:
    sent = {
        "name": "Plain talk",
        "slug": "plain",
        "description": "y",
        "order": "9",
        "circle": CircleFactory().pk,
    }
    assert editor.post(f"{SPACES}edit/{open_space.pk}/", sent).status_code == 302
    space = fresh(open_space)
    assert (space.name, space.slug, space.circle) == ("Plain talk", "plain", network)


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize(("base", "queries"), [(SPACES, 12), (TOPICS, 14), (POSTS, 14)])
def test_queries_of_the_lists(cast, admin, network, number, base, queries, django_assert_num_queries) -> None:
    for index in range(number):
        space = actions.open_space(circle=network, name=f"S{index}", slug=f"s{index}")
        actions.start_topic(person=cast.convener, space=space, title=f"T{index}", text="x")
    admin.get(base)
    with django_assert_num_queries(queries):
        assert len(rows(admin.get(base))) == number


def test_the_editor_of_the_test_has_no_more_rights_than_in_the_portal(cast, editor) -> None:
    person = User.objects.get(pk=cast.editor.pk)
    assert person.has_perm("discussion.change_topic")
    assert not person.has_perm("discussion.delete_topic")
    assert not person.has_perm("discussion.add_post")
