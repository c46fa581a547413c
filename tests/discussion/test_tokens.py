"""No write without a token, none by a GET; and what the worker does afterwards."""

import pytest
from django.test import Client
from django.urls import URLPattern

from discussion import actions, tasks
from discussion.models import Post, Topic
from discussion.search import find
from discussion.urls import urlpatterns

WRITING = {
    "new_topic", "reply", "read_space", "edit_post", "remove_post", "restore_post", "tend_topic", "remove_topic",
    "restore_topic",
}  # fmt: skip
POST_ALONE = {"reply", "read_space", "restore_post", "tend_topic", "restore_topic"}


@pytest.fixture
def address(topic: Topic, reply: Post):
    """The address that a name has here, about the topic and the reply."""

    def of(pattern: URLPattern) -> str:
        pk = topic.pk if "topic" in pattern.name or pattern.name == "reply" else reply.pk
        values = {"slug": "our-cohort", "pk": pk, "words": topic.slug}
        path = str(pattern.pattern)
        for name, value in values.items():
            path = path.replace(f"<slug:{name}>", str(value)).replace(f"<int:{name}>", str(value))
        return f"/discussions/{path}"

    return of


@pytest.fixture
def strict(cast) -> Client:
    """The facilitator's browser, which sends no token."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.facilitator, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def everything() -> tuple[list[dict], list[dict]]:
    return list(Topic.objects.order_by("pk").values()), list(Post.objects.order_by("pk").values())


@pytest.mark.parametrize("pattern", urlpatterns, ids=lambda pattern: pattern.name)
def test_every_address_is_known_here(pattern: URLPattern) -> None:
    reading = {"index", "search", "about", "removed", "history", "space", "topic"}
    assert (pattern.name in WRITING) is not (pattern.name in reading)


@pytest.mark.parametrize("pattern", urlpatterns, ids=lambda pattern: pattern.name)
def test_without_a_token_nothing_is_written(address, strict, pattern: URLPattern) -> None:
    before = everything()
    sent = {"text": "x", "title": "x", "do": "pin"}
    answer = strict.post(address(pattern), sent)
    assert answer.status_code in (403, 405)
    assert everything() == before


@pytest.mark.parametrize("pattern", urlpatterns, ids=lambda pattern: pattern.name)
@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete", "patch"])
def test_no_other_method_writes(address, cast, signed_in, pattern: URLPattern, method: str) -> None:
    before = everything()
    answer = getattr(signed_in(cast.facilitator), method)(address(pattern))
    if pattern.name in POST_ALONE or method not in ("get", "head"):
        assert answer.status_code == 405
    assert everything() == before


def test_the_worker_indexes_the_posts_of_a_topic(cast, topic, reply) -> None:
    Post.objects.filter(pk=reply.pk).update(text="marmalade", text_html="<p>marmalade</p>")
    assert find(cast.participant, "marmalade", 5) == []
    tasks.index_posts.call(topic.pk)
    assert [found.title for found in find(cast.participant, "marmalade", 5)] == [topic.title]


def test_what_is_gone_by_the_time_the_worker_comes_is_no_error(cast, topic) -> None:
    pk = topic.pk
    topic.delete()
    tasks.index_posts.call(pk)
    assert find(cast.participant, "tea", 5) == []


def test_a_removed_topic_is_indexed_after_it_is_saved(
    cast, topic, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks() as later:
        actions.remove_topic(person=cast.facilitator, topic=topic)
    assert len(later) == 1
