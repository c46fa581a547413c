"""What the worker does for discussions."""

from django_tasks import task
from wagtail.search import index

from discussion.models import Post, Topic


@task()
def index_topic(topic_id: int) -> None:
    """Tell the search index about a topic whose title or first post was changed, removed or restored."""
    for topic in Topic.objects.filter(pk=topic_id):
        index.insert_or_update_object(topic)


@task()
def index_posts(topic_id: int) -> None:
    """Tell the search index about the posts of a topic that was removed or restored."""
    for post in Post.objects.filter(topic=topic_id).iterator(chunk_size=200):
        index.insert_or_update_object(post)
