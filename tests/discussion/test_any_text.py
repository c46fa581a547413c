"""Whatever is sent to a form or typed into an address, nothing breaks, and nothing of it runs."""

import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from discussion import actions
from discussion.models import Post, Space, Topic
from tests.discussion.conftest import fresh

NEW = "/discussions/our-cohort/new/"

_hostile = st.one_of(
    st.text(max_size=300),
    st.sampled_from(
        [
            "\x00", "\ud83e\udd16", "\u202egnp.exe", "<svg onload=alert(1)>", "{{ 7*7 }}", "%s%n", "'; DROP TABLE",
            "a\u0300" * 50, "\r\n\r\n", "[" * 500, "> " * 300, "|a|\n|-|\n" * 20, "\ufffe", "﷽" * 40, "-" * 300,
        ]
    ),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _often(unlimited):
    """Each is sent more often than anybody would."""


@pytest.fixture
def clients(visit: Callable[[str], Client]) -> Client:
    return visit("participant")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=_hostile, text=_hostile, key=st.one_of(st.uuids().map(str), _hostile))
def test_no_topic_breaks_anything(clients, cohort_space, title, text, key) -> None:
    sent = {"title": _sendable(title), "text": _sendable(text), "client_key": _sendable(key)}
    answer = clients.post(NEW, sent)
    assert answer.status_code in (200, 303)
    if answer.status_code == 303:
        assert clients.get(answer.headers["Location"]).status_code == 200
        assert clients.get("/discussions/our-cohort/").status_code == 200


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=_hostile, to=st.one_of(st.integers().map(str), _hostile))
def test_no_reply_breaks_anything(clients, topic, text, to) -> None:
    sent = {"text": _sendable(text), "reply_to": _sendable(to), "client_key": str(uuid.uuid4())}
    answer = clients.post(f"{topic.get_absolute_url()}reply/", sent)
    assert answer.status_code in (200, 303)
    if answer.status_code == 303:
        page = clients.get(answer.headers["Location"].split("#")[0])
        assert page.status_code == 200
        assert "<svg onload" not in page.text


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=_hostile)
def test_no_search_breaks_anything(clients, topic, text) -> None:
    assert clients.get("/discussions/search/", {"q": _sendable(text)}).status_code == 200
    assert clients.get("/discussions/our-cohort/", {"cursor": _sendable(text)}).status_code in (200, 404)


def _sendable(text: str) -> str:
    """A browser sends no half characters."""
    return text.encode("utf-8", "replace").decode()


_edits = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@_edits
@given(title=_hostile, text=_hostile, which=st.sampled_from([1, 2]))
def test_no_edit_breaks_anything(clients, cast, topic, title, text, which) -> None:
    post = topic.posts.filter(number=which).first() or actions.add_post(
        person=cast.participant, topic=topic, text="x"
    )
    url, sent = f"/discussions/posts/{post.pk}/edit/", {"title": _sendable(title), "text": _sendable(text)}
    before = fresh(post).text
    answers = [clients.post(url, sent) for _ in range(2)]
    statuses = {answer.status_code for answer in answers}
    assert statuses in ({200}, {303})
    if statuses == {200}:
        # Given back as it was written, and nothing is changed.
        assert fresh(post).text == before
        assert answers[0].context["form"]["text"].value() == sent["text"]
        return
    for address in (answers[0].headers["Location"].split("#")[0], f"/discussions/posts/{post.pk}/history/"):
        page = clients.get(address)
        assert page.status_code == 200
        assert "<svg onload" not in page.text
    assert fresh(topic).get_absolute_url() in answers[0].headers["Location"]


@_edits
@given(do=_hostile, at=_hostile)
def test_no_tending_or_marking_breaks_anything(visit, topic, do, at) -> None:
    client = visit("facilitator")
    assert client.post(f"/discussions/topics/{topic.pk}/tend/", {"do": _sendable(do)}).status_code == 404
    assert client.post("/discussions/our-cohort/read/", {"at": _sendable(at)}).status_code == 303


@_edits
@given(query=_hostile, cursor=_hostile, slug=st.from_regex(r"\A[-a-zA-Z0-9_]{1,30}\Z"))
def test_no_address_breaks_anything(clients, topic, query, cursor, slug) -> None:
    given_ = {name: _sendable(query) for name in ("post", "new", "to", "quote", "show")}
    assert clients.get(topic.get_absolute_url(), given_).status_code == 200
    renamed = clients.get(f"/discussions/our-cohort/{topic.pk}-x{slug}/", given_)
    assert renamed.status_code == 302
    assert renamed.headers["Location"].startswith(f"{topic.get_absolute_url()}?")
    assert clients.get(renamed.headers["Location"]).status_code == 200
    for name in ("topics", "posts"):
        page = clients.get("/discussions/removed/", {name: _sendable(cursor)})
        assert page.status_code in (200, 404)


# -- the admin's forms --------------------------------------------------------------------

SPACES, TOPICS, POSTS = "/admin/discussion/space/", "/admin/discussion/topic/", "/admin/discussion/post/"
_anything = st.one_of(
    _hostile, st.integers().map(str), st.sampled_from(["", "on", "off", "9" * 40, "-1", "1e9"])
)


@pytest.fixture
def admin(cast, editors, pages, signed_in) -> Client:
    """Somebody with every right there is; in the network, in no cohort."""
    return signed_in(cast.admin)


@pytest.fixture
def common(cast, open_space) -> Topic:
    """A topic that the whole network reads, with a reply."""
    made = actions.start_topic(person=cast.participant, space=open_space, title="Common", text="first")
    actions.add_post(person=cast.convener, topic=made, text="second")
    return fresh(made)


def state() -> tuple[list[dict], list[dict], list[dict]]:
    """All that there is, but for the moments at which it was removed."""
    return tuple(
        [{key: value for key, value in row.items() if key != "removed_at"} for row in model.objects.values()]
        for model in (Space, Topic, Post)
    )


@settings(_edits, max_examples=15)
@given(
    sent=st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("name", "slug", "description", "order"), _anything)
    )
)
def test_no_space_of_the_admin_breaks_anything(admin, network, open_space, sent) -> None:
    sent = {key: _sendable(value) for key, value in sent.items()}
    for url in (f"{SPACES}create/", f"{SPACES}edit/{open_space.pk}/"):
        answer = admin.post(url, sent | {"circle": network.pk})
        assert answer.status_code in (200, 302)
        once = state()
        # The same form again: a new space's address is taken by then, a changed one is as it is.
        again = admin.post(url, sent | {"circle": network.pk})
        assert again.status_code == (200 if "create" in url else answer.status_code)
        assert state() == once
    for space in Space.objects.all():
        space.full_clean()
        assert admin.get(space.get_absolute_url()).status_code == 200
    assert admin.get("/discussions/").status_code == 200
    Space.objects.exclude(pk=open_space.pk).delete()


@_edits
@given(circle=_anything)
def test_no_circle_of_a_new_space_breaks_anything(admin, network, circle) -> None:
    sent = {"name": "N", "slug": "n", "description": "", "order": "1", "circle": _sendable(circle)}
    answer = admin.post(f"{SPACES}create/", sent)
    opened = [space.circle_id for space in Space.objects.all()]
    assert answer.status_code == (302 if opened else 200)
    assert [pk for pk in opened if pk != int(sent["circle"])] == []
    Space.objects.all().delete()


@_edits
@given(
    sent=st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("pinned", "closed", "removed", "title"), _anything)
    )
)
def test_no_switch_of_a_topic_breaks_anything_and_twice_is_once(admin, common, sent) -> None:
    sent, url = {key: _sendable(value) for key, value in sent.items()}, f"{TOPICS}edit/{common.pk}/"
    answer, after = admin.post(url, sent), state()
    again = admin.post(url, sent)
    assert answer.status_code == again.status_code
    assert answer.status_code in (200, 302)
    assert state() == after
    topic = fresh(common)
    assert (topic.title, topic.removed_at is not None and topic.pinned) == ("Common", False)
    assert topic.space.topic_count == (0 if topic.removed_at else 1)


@_edits
@given(sent=st.fixed_dictionaries({}, optional=dict.fromkeys(("removed", "text", "author"), _anything)))
def test_no_switch_of_a_post_breaks_anything_and_twice_is_once(admin, common, sent) -> None:
    post = common.posts.get(number=2)
    sent, url = {key: _sendable(value) for key, value in sent.items()}, f"{POSTS}edit/{post.pk}/"
    answer, after = admin.post(url, sent), state()
    assert (answer.status_code, admin.post(url, sent).status_code) == (302, 302)
    assert state() == after
    assert (fresh(post).text, fresh(common).reply_count) == ("second", 0 if fresh(post).removed_at else 1)


@pytest.mark.parametrize("base", [SPACES, TOPICS, POSTS])
@pytest.mark.parametrize("pk", ["0", "4711", str(2**63), "9" * 40, "x", "1_2F", "%00"])
def test_a_screen_of_what_never_was(admin, common, base, pk) -> None:
    for screen in ("edit", "history"):
        assert admin.get(f"{base}{screen}/{pk}/").status_code == 404
        assert admin.post(f"{base}{screen}/{pk}/", {"removed": "on"}).status_code == 404


@_edits
@given(query=_anything)
def test_no_search_or_filter_of_the_admin_breaks_anything(admin, common, query) -> None:
    given_ = {name: _sendable(query) for name in ("q", "state", "space", "p", "o")}
    for base in (SPACES, TOPICS, POSTS):
        assert admin.get(base, given_ | {"p": "1"}).status_code in (200, 302)
