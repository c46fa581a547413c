"""What the worker does for discussions."""

from django_tasks import task
from wagtail.search import index

from discussion.models import Post


@task()
def index_posts(topic_id: int) -> None:
    """Tell the search index about the posts of a topic that was removed or restored."""
    for post in Post.objects.filter(topic=topic_id).iterator(chunk_size=200):
        index.insert_or_update_object(post)
