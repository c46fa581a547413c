"""What lists show is kept, not counted; here it is counted anew."""

from django.db.models import Max

from discussion.models import Post, Space, Topic


def recount(topic: Topic) -> None:
    """What lists show of a topic, from the posts that are there."""
    there = Post.objects.filter(topic=topic, removed_at__isnull=True)
    last = there.order_by("-number").only("created_at", "author_id").first()
    Topic.objects.filter(pk=topic.pk).update(
        reply_count=there.filter(number__gt=1).count(),
        last_post_at=last.created_at if last else topic.created_at,
        last_author=last.author_id if last else topic.author_id,
    )
    date_space(topic.space_id)


def date_space(space_id: int) -> None:
    """When something was last said in a space, from the topics that are there."""
    there = Topic.objects.filter(space=space_id, removed_at__isnull=True)
    latest = there.aggregate(at=Max("last_post_at"))["at"]
    Space.objects.filter(pk=space_id).update(last_post_at=latest)
