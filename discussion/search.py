"""Finding topics by what was said in them, among what the asker may read."""

from dataclasses import dataclass, replace
from typing import Any

from discussion import addresses
from discussion.models import Post, Topic
from discussion.rows import name_of
from kit import search
from kit.markdown import plain
from kit.registry import Hit
from kit.times import moment_of
from members.prepared import Prepared
from members.querysets import Person

_BEFORE, _AROUND = 60, 200
_AUTHOR = ("author__first_name", "author__last_name")


@dataclass(frozen=True, kw_only=True)
class Found:
    """A topic, by its title or by one of its posts."""

    title: str
    url: str
    space: str
    excerpt: str
    said: str


def find(user: Person, text: str, limit: int) -> list[Found]:
    """The topics that a text is found in, newest first: those that it is the title of, then by what was said.

    Two queries. Nobody weighs a hundred thousand posts: what was said last is what people look for most.

    Args:
        user: who asks.
        text: what for; its words must all be in the same post, or in the title and first post together.
        limit: at most so many.
    """
    wanted = search.words(text)
    near = search.latest(_TOPIC_IDS.among(user), text, limit, titles_first=True)
    said = search.latest(_POST_IDS.among(user), text, limit * 3)
    if near is None or said is None:
        return []
    titled = sorted(_TOPICS.rows_of(near, user), key=lambda topic: not _holds_all(topic.title, wanted))
    found = {topic.id: _by_title(topic) for topic in titled[:limit]}
    for post in _POSTS.rows_of(said, user):
        known = found.get(post.topic_id)
        if known is None:
            found[post.topic_id] = _by_post(post, wanted)
        elif post.number == 1 and not known.excerpt:
            found[post.topic_id] = replace(known, excerpt=_around(plain(post.text_html), wanted))
    return list(found.values())[:limit]


def _topics(user: Person) -> Any:
    columns = ("id", "slug", "title", "reply_count", "created_at", "space__slug", "space__name", *_AUTHOR)
    return Topic.objects.visible_to(user).values_list(*columns, named=True)


def _posts(user: Person) -> Any:
    columns = (
        "id", "number", "text_html", "created_at", "topic_id", "topic__slug", "topic__title",
        "topic__space__slug", "topic__space__name", *_AUTHOR,
    )  # fmt: skip
    return Post.objects.visible_to(user).values_list(*columns, named=True)


_TOPICS = Prepared(_topics)
_POSTS = Prepared(_posts)
_TOPIC_IDS = Prepared(lambda user: Topic.objects.visible_to(user).order_by().values_list("id", named=True))
_POST_IDS = Prepared(lambda user: Post.objects.visible_to(user).order_by().values_list("id", named=True))


def _holds_all(text: str, wanted: list[str]) -> bool:
    """Whether all words stand in a text, as a beginning at least: a database may know more forms of a word."""
    there = search.words(text.casefold())
    return all(any(word.startswith(sought.casefold()) for word in there) for sought in wanted)


def hits(user: Person, text: str, limit: int) -> list[Hit]:
    """The same for the search over everything."""
    return [
        Hit(title=item.title, url=item.url, excerpt=item.excerpt, meta=f"{item.space} · {item.said}")
        for item in find(user, text, limit)
    ]


def _by_title(topic: Any) -> Found:
    replies = "1 reply" if topic.reply_count == 1 else f"{topic.reply_count} replies"
    return Found(
        title=topic.title,
        url=addresses.topic(topic.space__slug, topic.id, topic.slug),
        space=topic.space__name,
        excerpt="",
        said=f"{_said(topic)}, {replies}",
    )


def _by_post(post: Any, wanted: list[str]) -> Found:
    topic = addresses.topic(post.topic__space__slug, post.topic_id, post.topic__slug)
    return Found(
        title=post.topic__title,
        url=f"{topic}?post={post.number}#post-{post.number}",
        space=post.topic__space__name,
        excerpt=_around(plain(post.text_html), wanted),
        said=_said(post),
    )


def _said(thing: Any) -> str:
    return f"{name_of(thing.author__first_name, thing.author__last_name)}, {moment_of(thing.created_at)}"


def _around(text: str, words: list[str]) -> str:
    """The part of a text that the first of the words stands in."""
    low = text.casefold()
    places = [place for word in words if (place := low.find(word.casefold())) >= 0]
    start = max(min(places, default=0) - _BEFORE, 0)
    if start:
        start = text.find(" ", start) + 1
    part = text[start : start + _AROUND]
    return ("… " if start else "") + part + (" …" if start + _AROUND < len(text) else "")
