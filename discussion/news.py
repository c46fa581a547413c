"""What people are told of: a reply to their topic, an answer to what they said."""

from discussion.actions import ANSWERED, REPLIED
from discussion.models import Post
from kit.markdown import excerpt
from kit.registry import Verb
from members.querysets import Person

_EXCERPT = 600


def targets(ids: list[int], user: Person) -> dict[int, Post]:
    """Those of the posts that this person may read now. One query, besides their circles."""
    posts = Post.objects.visible_to(user).select_related("topic__space")
    shown = posts.only("number", "text_html", "topic__title", "topic__slug", "topic__space__slug")
    return {post.pk: post for post in shown.filter(pk__in=ids)}


VERBS = [
    Verb(
        key=REPLIED,
        targets=targets,
        sentence=lambda actor, post: f"{actor} replied to your topic “{post.topic.title}”",
        url=lambda post: post.get_absolute_url(),
        excerpt=lambda post: excerpt(post.text_html, _EXCERPT),
        mailed=True,
    ),
    Verb(
        key=ANSWERED,
        targets=targets,
        sentence=lambda actor, post: f"{actor} answered you in “{post.topic.title}”",
        url=lambda post: post.get_absolute_url(),
        excerpt=lambda post: excerpt(post.text_html, _EXCERPT),
        mailed=True,
    ),
]
