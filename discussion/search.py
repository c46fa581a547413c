"""Finding topics by what was said in them, among what the asker may read."""

from dataclasses import dataclass, replace
from typing import Any

from discussion.models import Post, Topic
from discussion.rows import name_of
from kit import search
from kit.markdown import plain
from kit.registry import Hit
from kit.times import moment_of
from members.querysets import Person

_BEFORE, _AROUND = 60, 200


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
    if not wanted:
        return []
    topics = Topic.objects.visible_to(user).select_related("space", "author").defer("circle_id")
    posts = Post.objects.visible_to(user).select_related("topic__space", "author")
    near = search.latest(topics, text, limit, titles_first=True)
    titled = sorted(near, key=lambda topic: not _holds_all(topic.title, wanted))
    found = {topic.pk: _by_title(topic) for topic in titled[:limit]}
    for post in search.latest(posts, text, limit * 3):
        known = found.get(post.topic_id)
        if known is None:
            found[post.topic_id] = _by_post(post, wanted)
        elif post.number == 1 and not known.excerpt:
            found[post.topic_id] = replace(known, excerpt=_around(plain(post.text_html), wanted))
    return list(found.values())[:limit]


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


def _by_title(topic: Topic) -> Found:
    replies = "1 reply" if topic.reply_count == 1 else f"{topic.reply_count} replies"
    return Found(
        title=topic.title,
        url=topic.get_absolute_url(),
        space=topic.space.name,
        excerpt="",
        said=f"{_name(topic)}, {moment_of(topic.created_at)}, {replies}",
    )


def _by_post(post: Post, wanted: list[str]) -> Found:
    return Found(
        title=post.topic.title,
        url=post.get_absolute_url(),
        space=post.topic.space.name,
        excerpt=_around(plain(post.text_html), wanted),
        said=f"{_name(post)}, {moment_of(post.created_at)}",
    )


def _name(said: Any) -> str:
    author = said.author
    return name_of(author.first_name, author.last_name) if author else name_of(None, None)


def _around(text: str, words: list[str]) -> str:
    """The part of a text that the first of the words stands in."""
    low = text.casefold()
    places = [place for word in words if (place := low.find(word.casefold())) >= 0]
    start = max(min(places, default=0) - _BEFORE, 0)
    if start:
        start = text.find(" ", start) + 1
    part = text[start : start + _AROUND]
    return ("… " if start else "") + part + (" …" if start + _AROUND < len(text) else "")
