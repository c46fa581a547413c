"""Topics and posts in bulk, in the spaces of the network."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate, pairwise
from typing import Any

from django.utils.text import slugify

from discussion.models import Post, Space, Topic
from members.models import Circle
from portal.demo import bulk_index
from portal.demo.bulk_people import DOMAIN, bulk_people
from portal.demo.bulk_rows import (
    Report,
    continue_numbering,
    execute,
    execute_many,
    insert,
    moment,
    next_pk,
)
from portal.demo.bulk_words import Text, Writer, chance, joined, often

_TOPIC = (
    "id", "space_id", "circle_id", "author_id", "title", "slug", "created_at", "closed", "last_post_at",
    "last_author_id",
)  # fmt: skip
_POST = (
    "id",
    "topic_id",
    "circle_id",
    "author_id",
    "number",
    "reply_to_id",
    "text",
    "text_html",
    "created_at",
)
_TWO_YEARS = 730 * 24 * 60 * 60
_DAY = 24 * 60 * 60
# The longest topic has some hundred times as many replies as the median one.
_LENGTHS = 0.8


@dataclass
class _Thread:
    """A topic that posts are being added to."""

    key: int
    circle: int
    number: int  # of its last post
    post: int  # the key of its last post
    at: float  # of its last post, in seconds since 1970
    author: int
    left: int = 0  # posts still to come
    step: float = 0  # seconds from one to the next, at most


def seed_topics(*, total: int, anchor: datetime, report: Report) -> int:
    """Make topics, each with its first post, until there are so many.

    Raises:
        LookupError: the network has no space to put them in.
    """
    missing = total - Topic.objects.count()
    if missing <= 0:
        return 0
    spaces = list(Space.objects.filter(circle=Circle.objects.network()).order_by("order", "pk"))
    if not spaces:
        raise LookupError("The network has no space for topics: load the demo first.")
    report(f"Topics: {missing:,}")
    first = next_pk(Topic)
    rng = chance(f"topics {first}")
    # Most of it in one space, as people are: about four fifths where there are three.
    rows = _topics(rng, first, missing, often(rng, spaces, 2.5), anchor)
    insert(Topic, _TOPIC, rows, report)
    continue_numbering(Topic)
    execute(
        "UPDATE discussion_space SET topic_count = topic_count + (SELECT COUNT(*) FROM discussion_topic t"
        " WHERE t.space_id = discussion_space.id AND t.id >= %s)",
        [first],
    )
    return missing


def _topics(
    rng: random.Random, first: int, count: int, spaces: Iterator[Space], anchor: datetime
) -> Iterator[tuple[Any, ...]]:
    writer = Writer(rng)
    authors = often(rng, bulk_people(), 0.6)
    end = anchor.timestamp() - _DAY
    for number in range(count):
        # Evenly over two years, the oldest first, as they would have been written.
        at = _moment(end - _TWO_YEARS * (1 - (number + rng.random()) / count))
        title, space, author = writer.write("topic_titles")[:140], next(spaces), next(authors)
        slug = slugify(title)[:80].strip("-") or "topic"
        closed = rng.random() < 0.02
        yield first + number, space.pk, space.circle_id, author, title, slug, at, closed, at, author


def _moment(seconds: float) -> Any:
    return moment(datetime.fromtimestamp(int(seconds), UTC))


def seed_posts(*, total: int, anchor: datetime, report: Report) -> int:
    """Give each seeded topic its first post, and replies to them until there are so many posts in all.

    Returns:
        How many were made.
    """
    threads = _threads()
    if not threads:
        return 0
    openings = sum(thread.number == 0 for thread in threads)
    missing = max(total - Post.objects.count(), openings)
    if not missing:
        return 0
    report(f"Posts: {missing:,}")
    first = next_pk(Post)
    rng = chance(f"posts {first}")
    _share_out(rng, threads, missing, openings, anchor.timestamp())
    before = {thread.key: thread.number for thread in threads}
    insert(Post, _POST, _posts(rng, threads, first), report)
    continue_numbering(Post)
    _keep_counts([thread for thread in threads if thread.number > before[thread.key]], before)
    report("  index")
    bulk_index.add(Post, first=first)
    return missing


def index_topics(first: int) -> None:
    """Index the topics from this key on, once their first posts are there."""
    bulk_index.add(Topic, first=first)


def _threads() -> list[_Thread]:
    """The topics that earlier runs and this one made."""
    rows = Topic.objects.filter(author__email__endswith=f"@{DOMAIN}", removed_at__isnull=True).order_by("pk")
    return [
        _Thread(key, circle, number, 0, at.timestamp(), author)
        for key, circle, number, at, author in rows.values_list(
            "pk", "circle_id", "last_number", "last_post_at", "author_id"
        )
    ]


def _share_out(rng: random.Random, threads: list[_Thread], posts: int, openings: int, end: float) -> None:
    """Say how many posts each topic gets: its first if it has none, and its share of the replies."""
    replies = posts - openings
    ranks = list(range(1, len(threads) + 1))
    rng.shuffle(ranks)
    sums = [0.0, *accumulate(1 / rank**_LENGTHS for rank in ranks)]
    bounds = [int(replies * reached / sums[-1] + 0.5) for reached in sums]
    for thread, (low, high) in zip(threads, pairwise(bounds), strict=True):
        thread.left = high - low + (thread.number == 0)
        span = min(rng.expovariate(1 / 20) * _DAY, end - thread.at)
        thread.step = max(span, 0) / max(thread.left, 1)


def _posts(rng: random.Random, threads: list[_Thread], first: int) -> Iterator[tuple[Any, ...]]:
    """Posts in rounds, one for each topic that still wants one: neighbours in a topic are not neighbours on the disk."""
    writer = Writer(rng)
    texts = _texts(rng, writer, sum(thread.left for thread in threads))
    authors = often(rng, bulk_people(), 0.6)
    key = first
    alive = [thread for thread in threads if thread.left]
    while alive:
        for thread in alive:
            opening = thread.number == 0
            author = thread.author if opening else next(authors)
            reply_to = thread.post if thread.post and rng.random() < 0.3 else None
            if not opening:
                thread.at += thread.step * (0.3 + 0.7 * rng.random())
            thread.number += 1
            text, html = next(texts)
            yield (
                key,
                thread.key,
                thread.circle,
                author,
                thread.number,
                reply_to,
                text,
                html,
                _moment(thread.at),
            )
            thread.post, thread.author, thread.left = key, author, thread.left - 1
            key += 1
        alive = [thread for thread in alive if thread.left]


def _texts(rng: random.Random, writer: Writer, wanted: int) -> Iterator[Text]:
    """Texts of one to three paragraphs, some with a list at the end."""
    paragraphs = often(rng, writer.paragraphs(3000, wanted), 0.1)
    lists = often(rng, writer.lists(200), 0)
    counts = often(rng, [1, 2, 3], 0.7)
    while True:
        parts = [next(paragraphs) for _ in range(next(counts))]
        if rng.random() < 0.1:
            parts.append(next(lists))
        yield joined(*parts)


def _keep_counts(threads: list[_Thread], before: dict[int, int]) -> None:
    """Bring what lists show of topics and spaces up to date."""
    execute_many(
        "UPDATE discussion_topic SET last_number = %s, reply_count = reply_count + %s, last_post_at = %s,"
        " last_author_id = %s WHERE id = %s",
        (
            (one.number, one.number - max(before[one.key], 1), _moment(one.at), one.author, one.key)
            for one in threads
        ),
    )
    execute(
        "UPDATE discussion_space SET last_post_at = (SELECT MAX(t.last_post_at) FROM discussion_topic t"
        " WHERE t.space_id = discussion_space.id AND t.removed_at IS NULL)"
        " WHERE circle_id IN (SELECT id FROM members_circle WHERE kind = 'network')"
    )


def anchor_of_talk(default: datetime) -> datetime:
    """The moment of the newest post: nothing in the bulk is newer, so that the demo's own talk stays on top."""
    latest = Topic.objects.order_by("-last_post_at").values_list("last_post_at", flat=True).first()
    return latest or default
