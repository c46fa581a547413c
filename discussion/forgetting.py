"""Taking away for good: what was removed long ago, and what somebody who goes has written."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from modelsearch import index

from discussion.actions import slug_of
from discussion.counting import date_space, recount
from discussion.models import Post, PostEdit, Space, Topic
from members.models import User

UNNAMED = "A topic of a former member"


@transaction.atomic
def purge_removed_posts(*, before: datetime) -> int:
    """Delete posts that were removed before a moment, with what they said earlier; returns how many."""
    return _delete_posts(Post.objects.filter(removed_at__lt=before))


@transaction.atomic
def purge_removed_topics(*, before: datetime) -> int:
    """Delete topics that were removed before a moment, with all that was said in them; returns how many."""
    removed = Topic.objects.filter(removed_at__lt=before)
    _lock(removed)
    return _delete_topics(removed)


@transaction.atomic
def forget_author(*, person: User, keep: bool) -> None:
    """Take somebody out of the discussions.

    Where nobody else has said anything, a topic of theirs goes as a whole; otherwise the others' replies stay.

    Args:
        person: who goes.
        keep: what they wrote stays, without their name. What they had removed, and earlier versions, go all the same.
    """
    _lock(Topic.objects.filter(Q(author=person) | Q(posts__author=person)))
    PostEdit.objects.filter(editor=person).delete()
    if keep:
        _delete_topics(Topic.objects.filter(author=person, removed_at__isnull=False))
        _delete_posts(Post.objects.filter(author=person, removed_at__isnull=False))
    else:
        others = Post.objects.filter(topic=OuterRef("pk")).exclude(author=person)
        _delete_topics(Topic.objects.filter(~Exists(others), author=person))
        _delete_posts(Post.objects.filter(author=person))
        _unname(Topic.objects.filter(author=person))
    Post.objects.filter(author=person).update(author=None)
    Topic.objects.filter(author=person).update(author=None)
    Topic.objects.filter(last_author=person).update(last_author=None)


def _lock(topics: Any) -> None:
    """Hold these topics before anything of theirs is touched, in the order of their ids: nobody replies meanwhile."""
    keys = topics.order_by().values_list("pk", flat=True)
    list(Topic.objects.select_for_update().filter(pk__in=list(keys)).order_by("pk").values_list("pk"))


def _unname(topics: Any) -> None:
    """A title is what its author wrote. Earlier titles stand beside earlier texts."""
    PostEdit.objects.filter(post__topic__in=topics).update(title="")
    for topic in topics.order_by("pk"):
        topic.title, topic.slug = UNNAMED, slug_of(UNNAMED)
        topic.save(update_fields=["title", "slug"])
        index.insert_or_update_object(topic)


def _delete_posts(posts: Any) -> int:
    """Posts go, their topics are counted anew and found by what is left."""
    touched = sorted(set(posts.order_by().values_list("topic", flat=True)))
    number = len(posts.values_list("pk"))
    topics = list(Topic.objects.select_for_update(no_key=True).filter(pk__in=touched).order_by("pk"))
    posts.order_by().delete()
    for topic in topics:
        recount(topic)
        index.insert_or_update_object(topic)
    return number


def _delete_topics(topics: Any) -> int:
    """Topics go, and their spaces are counted anew."""
    there = topics.filter(removed_at__isnull=True).order_by().values_list("space", flat=True)
    spaces = list(there)
    number = len(topics.values_list("pk"))
    topics.order_by().delete()
    for space in sorted(set(spaces)):
        Space.objects.filter(pk=space).update(topic_count=F("topic_count") - spaces.count(space))
        date_space(space)
    return number
