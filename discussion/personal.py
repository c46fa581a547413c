"""What this room holds about people."""

from datetime import datetime
from typing import Any

from discussion.forgetting import forget_author, purge_removed_posts, purge_removed_topics
from discussion.querysets import RESTORABLE
from kit.personal import Held, Wish, delete_rows, keep_rows, set_to_nobody

_STAYS = "Until you remove it, and 30 days more. When you delete your account, it stays without your name or goes, as you choose."
_DAYS = RESTORABLE.days


def _forget_author(held: Held, person: Any, wish: Wish) -> None:
    """All that somebody wrote, topics and replies, in one go."""
    forget_author(person=person, keep=wish.posts_stay)


def _topic(row: Any, person: Any) -> str:
    """Where a reply stands. The title of a topic is what somebody else wrote: only who may read it gets it."""
    topic = row.topic
    return topic.title if topic.author_id == person.pk or topic.can_see(person) else f"Topic {topic.pk}"


def _purge_posts(held: Held, before: datetime) -> int:
    return purge_removed_posts(before=before)


def _purge_topics(held: Held, before: datetime) -> int:
    return purge_removed_topics(before=before)


HELD = (
    Held(
        key="discussion.Topic",
        by=("author",),
        title="Topics that you began",
        what="Their titles, and when you began them.",
        why="So that others can answer.",
        kept=_STAYS,
        shows=("title", "created_at", "removed_at"),
        erase=_forget_author,
        days=_DAYS,
        dated="removed_at",
        expire=_purge_topics,
        order=40,
    ),
    Held(
        key="discussion.Post",
        by=("author",),
        title="What you wrote in discussions",
        what="Your posts and replies, also those that were removed less than 30 days ago.",
        why="So that others can read and answer them. Only the people of the cohort, community or group can.",
        kept=_STAYS,
        shows=(("In", _topic), "number", "text", "created_at", "edited_at", "removed_at"),
        erase=keep_rows,  # gone with the topics, or without an author
        days=_DAYS,
        dated="removed_at",
        expire=_purge_posts,
        order=41,
    ),
    Held(
        key="discussion.PostEdit",
        by=("editor",),
        title="What your posts said before you changed them",
        what="Earlier versions of your posts.",
        why="So that a change can be understood, and undone.",
        kept="As long as the post is there, or you have an account.",
        shows=("title", "text", "edited_at"),
        erase=delete_rows,
        order=42,
    ),
    Held(
        key="discussion.TopicRead",
        by=("person",),
        title="What you have read",
        what="Up to which reply you have read each topic.",
        why="So that we can show you what is new. Nobody else can see it.",
        kept="As long as you have an account.",
        shows=(("In", _topic), "number", "read_at"),
        erase=delete_rows,
        order=43,
    ),
    Held(
        key="discussion.SpaceRead",
        by=("person",),
        title="What you have called read",
        what="When you said that you had read everything in a space.",
        why="So that we can show you what is new. Nobody else can see it.",
        kept="As long as you have an account.",
        shows=("space", "all_read_at"),
        erase=delete_rows,
        order=44,
    ),
    Held(
        key="discussion.Topic.others",
        by=("removed_by", "last_author"),
        title="Topics that you removed, or were the last to write in",
        what="That it was you.",
        why="So that lists can show who wrote last, and you can undo a removal.",
        kept="Until somebody else writes there; what was removed, 30 days.",
        shows=("id", "removed_at", "last_post_at"),
        erase=set_to_nobody,
        order=45,
    ),
    Held(
        key="discussion.Post.removed",
        by=("removed_by",),
        title="Posts that you removed",
        what="That it was you who removed them.",
        why="So that you can undo it.",
        kept="30 days.",
        shows=("id", "removed_at"),
        erase=set_to_nobody,
        order=46,
    ),
)
