"""The demo's spaces, topics and replies."""

from typing import Any

from django.utils.text import slugify

from community_directory.models import Community
from discussion.models import Post, Space, Topic, TopicRead
from learning.models import GuidancePage
from members.models import Circle, User
from portal.demo.source import Clock, read

_UNREAD = 6


def load_talk(
    people: dict[str, User], communities: dict[str, Community], cohort: Circle, clock: Clock
) -> None:
    """Spaces with their topics; the demo people have read all but the newest few."""
    rows = read("topics.toml")
    network = Circle.objects.network()
    spaces: dict[str, Space] = {}
    for place, row in enumerate(rows["spaces"], start=1):
        circle, slug, name = network, row["slug"], row["name"]
        if slug == "cohort":
            circle, name = cohort, f"Your cohort, {cohort.name.removeprefix('Cohort ')}"
        elif slug.startswith("community:"):
            slug = slug.removeprefix("community:")
            circle = communities[slug].circle
        spaces[row["slug"]] = Space.objects.create(
            circle=circle, name=name, slug=slug, description=row["description"], order=place
        )
    for row in rows["topics"]:
        _load_topic(row, spaces[row["space"]], people, clock)
    for space in spaces.values():
        topics = space.topics.order_by("-last_post_at")
        latest = topics.first()
        space.topic_count = topics.count()
        space.last_post_at = latest.last_post_at if latest else None
        space.save()
    _mark_read([people[key] for key in ("admin", "editor", "facilitator", "convener", "participant")])


def _load_topic(row: dict[str, Any], space: Space, people: dict[str, User], clock: Clock) -> None:
    posts = [row, *row.get("replies", [])]
    last = posts[-1]
    topic = Topic.objects.create(
        space=space,
        circle=space.circle,
        author=people[row["author"]],
        page=GuidancePage.objects.get(slug=row["about"]) if "about" in row else None,
        title=row["title"],
        slug=slugify(row["title"])[:80] or "topic",
        created_at=clock.talk(row["at"]),
        pinned=row.get("pinned", False),
        closed=row.get("closed", False),
        last_number=len(posts),
        reply_count=len(posts) - 1,
        last_post_at=clock.talk(last["at"]),
        last_author=people[last["author"]],
    )
    made: dict[int, Post] = {}
    for number, post in enumerate(posts, start=1):
        made[number] = Post.objects.create(
            topic=topic,
            circle=space.circle,
            author=people[post["author"]],
            number=number,
            text=post["text"],
            reply_to=made.get(post.get("reply_to", 0)),
            created_at=clock.talk(post["at"]),
        )


def _mark_read(readers: list[User]) -> None:
    for reader in readers:
        seen = Topic.objects.visible_to(reader).order_by("-last_post_at")[_UNREAD:]
        TopicRead.objects.bulk_create(
            TopicRead(person=reader, topic=topic, number=topic.last_number) for topic in seen
        )
