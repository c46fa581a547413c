"""Saying, changing, removing and reading: one verb each, in one transaction.

Rows are locked in the order circle, topic, space, people, so that no two actions wait for each other.
"""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify

from discussion import asked
from discussion.counting import date_space, recount
from discussion.errors import GroupEnded, NotTheirs, TopicClosed
from discussion.models import Post, PostEdit, Space, SpaceRead, Topic, TopicRead
from kit.audit import record
from kit.queue import after_commit
from members.enums import State
from members.models import Circle, User
from notifications.actions import notify

REPLIED = "discussion.replied"
ANSWERED = "discussion.answered"


def _lock(topic: Topic) -> Topic:
    """The topic as it is now, with its circle, which is not locked."""
    locked = Topic.objects.select_for_update(no_key=True, of=("self",))
    return locked.select_related("circle").get(pk=topic.pk)


def _lock_space(space: Space) -> Space:
    """The space as it is now, with its circle, which is not locked."""
    locked = Space.objects.select_for_update(no_key=True, of=("self",))
    return locked.select_related("circle").get(pk=space.pk)


# -- spaces -------------------------------------------------------------------


@transaction.atomic
def move_spaces(gone: Circle, stays: Circle) -> None:
    """Let the spaces of one circle, with all that was said there, be another's. Their addresses stay."""
    topics = list(Topic.objects.filter(circle=gone).order_by("pk"))
    for model in (Space, Topic, Post):
        model._default_manager.filter(circle=gone).update(circle=stays)
    for topic in topics:  # a search server keeps whose it is
        _index(topic)
        after_commit("discussion.tasks.index_posts", topic_id=topic.pk)


@transaction.atomic
def open_space(*, circle: Circle, name: str, slug: str, description: str = "", order: int = 100) -> Space:
    """Give a circle a place to talk; done twice under the same slug, it is one.

    Raises:
        NotTheirs: another circle has a space under this slug.
        GroupEnded: nobody would talk there.
    """
    circle = Circle.objects.select_for_update(no_key=True).get(pk=circle.pk)
    if circle.ended_at is not None:
        raise GroupEnded
    fields = {"circle": circle, "name": name, "description": description, "order": order}
    space, _ = Space.objects.get_or_create(slug=slug, defaults=fields)
    if space.circle_id != circle.pk:
        raise NotTheirs
    return space


@transaction.atomic
def change_space(*, space: Space, name: str, slug: str, description: str, order: int) -> Space:
    """Change how a space is called and where it stands. Whose it is never changes.

    Raises:
        NotTheirs: another space has this slug.
    """
    space = _lock_space(space)
    space.name, space.slug, space.description, space.order = name, slug, description, order
    try:
        with transaction.atomic():
            space.save(update_fields=["name", "slug", "description", "order"])
    except IntegrityError as error:
        raise NotTheirs from error
    return space


# -- saying -------------------------------------------------------------------


@transaction.atomic
def start_topic(
    *,
    person: User,
    space: Space,
    title: str,
    text: str,
    client_key: UUID | None = None,
    page: int | None = None,
) -> Topic:
    """Begin a topic with its first post.

    Args:
        person: its author.
        space: where.
        title: at most 140 characters.
        text: Markdown.
        client_key: made by the form; the same one sent twice makes one topic.
        page: the id of the page that it is about. Where not everybody in the space may see it (any more), the topic
            is about none: what somebody wrote is not lost for that.

    Returns:
        The topic, or the one that this key made before.

    Raises:
        NotTheirs: they are not in the space's circle.
        GroupEnded: it takes no more topics.
    """
    space = _lock_space(space)
    if not space.can_see(person):
        raise NotTheirs
    sent = _sent_before(person, client_key)
    if sent:
        return sent.topic
    if not space.can_start_topic(person):
        raise GroupEnded
    about = asked.page_for(space, person, page) if page else None
    now, circle = timezone.now(), space.circle_id
    topic = Topic.objects.create(
        space=space, circle_id=circle, author=person, page_id=about and about.pk, title=title, slug=slug_of(title),
        created_at=now, last_number=1, last_post_at=now, last_author=person,
    )  # fmt: skip
    Post.objects.create(
        topic=topic, circle_id=circle, author=person, number=1, text=text,
        created_at=now, client_key=client_key,
    )  # fmt: skip
    Space.objects.filter(pk=space.pk).update(topic_count=F("topic_count") + 1, last_post_at=now)
    TopicRead.objects.create(person=person, topic=topic, number=1)
    return topic


@transaction.atomic
def add_post(
    *, person: User, topic: Topic, text: str, reply_to: Post | None = None, client_key: UUID | None = None
) -> Post:
    """Reply in a topic, and tell its author and whoever is answered.

    Args:
        person: its author.
        topic: where.
        text: Markdown.
        reply_to: the post that it answers, of the same topic.
        client_key: made by the form; the same one sent twice makes one post.

    Returns:
        The post, or the one that this key made before.

    Raises:
        TopicClosed: it takes no more replies.
        GroupEnded: none of its circle's topics does.
        NotTheirs: they can't see the topic (any more), or reply_to is of another.
    """
    topic = _lock(topic)
    sent = _sent_before(person, client_key)
    if sent:
        return sent
    if not topic.can_see(person) or (reply_to and reply_to.topic_id != topic.pk):
        raise NotTheirs
    if not topic.can_reply(person):
        raise TopicClosed if topic.closed else GroupEnded
    post = Post.objects.create(
        topic=topic,
        circle_id=topic.circle_id,
        author=person,
        number=topic.last_number + 1,
        reply_to=reply_to,
        text=text,
        client_key=client_key,
    )
    Topic.objects.filter(pk=topic.pk).update(
        last_number=post.number,
        reply_count=F("reply_count") + 1,
        last_post_at=post.created_at,
        last_author=person,
    )
    Space.objects.filter(pk=topic.space_id).update(last_post_at=post.created_at)
    # One's own reply is no news; whoever had read all before it has read all still.
    read_all = TopicRead.objects.filter(person=person, topic=topic, number=topic.last_number)
    read_all.update(number=post.number)
    _tell(post, topic, reply_to)
    return post


def _sent_before(person: User, client_key: UUID | None) -> Post | None:
    if client_key is None:
        return None
    return Post.objects.filter(author=person, client_key=client_key).select_related("topic").first()


def _tell(post: Post, topic: Topic, reply_to: Post | None) -> None:
    """News for the topic's author and for whoever is answered, if they are still there to read it."""
    news = {topic.author_id: REPLIED}
    if reply_to:
        news.setdefault(reply_to.author_id, ANSWERED)
    there = User.objects.filter(
        pk__in=[pk for pk in news if pk and pk != post.author_id],
        memberships__circle=topic.circle_id,
        memberships__state=State.ACTIVE,
    )
    for person in there.order_by("pk"):
        notify(recipients=[person], verb=news[person.pk], target_id=post.pk, actor=post.author)


def slug_of(title: str) -> str:
    """The part of a topic's address that tells what it is about."""
    return slugify(title)[:80].strip("-") or "topic"


# -- changing -----------------------------------------------------------------


@transaction.atomic
def edit_post(*, person: User, post: Post, text: str, title: str | None = None) -> Post:
    """Say something differently; what was said before is kept.

    Args:
        person: its author.
        post: what is changed.
        text: Markdown.
        title: of the topic, where the post is its first; None leaves it.

    Returns:
        The post. Where nothing differs, nothing is written.

    Raises:
        NotTheirs: it is not theirs to change (any more).
    """
    topic = _lock(post.topic)
    post = Post.objects.select_related("topic", "circle").get(pk=post.pk)
    if not post.can_edit(person):
        raise NotTheirs
    if title is None or post.number != 1:
        title = topic.title
    if (text, title) == (post.text, topic.title):
        return post
    PostEdit.objects.create(post=post, editor=person, text=post.text, title=topic.title)
    post.text, post.edited_at = text, timezone.now()
    post.save(update_fields=["text", "text_html", "edited_at"])
    if post.number == 1:
        topic.title, topic.slug = title, slug_of(title)
        Topic.objects.filter(pk=topic.pk).update(title=topic.title, slug=topic.slug)
        _index(topic)
    post.topic = topic
    return post


@transaction.atomic
def pin_topic(*, person: User, topic: Topic, pinned: bool = True) -> bool:
    """Keep a topic on top of its space, or no longer.

    Returns:
        False where nothing changed.

    Raises:
        NotTheirs: they don't moderate here, or the topic is gone.
    """
    return _set_state(person, topic, "pinned", pinned)


@transaction.atomic
def close_topic(*, person: User, topic: Topic, closed: bool = True) -> bool:
    """Let a topic take no more replies, or take them again; returns and raises as ``pin_topic``."""
    return _set_state(person, topic, "closed", closed)


def _set_state(person: User, topic: Topic, field: str, value: bool) -> bool:
    topic = _lock(topic)
    if not topic.can_see(person) or not topic.can_moderate(person):
        raise NotTheirs
    if getattr(topic, field) == value:
        return False
    Topic.objects.filter(pk=topic.pk).update(**{field: value})
    _record(field if value else f"un{field}", topic, person)
    return True


def _record(deed: str, thing: Topic | Post, person: User) -> None:
    """Write down what somebody did as a moderator: to what others wrote. The log has no titles: it is read by admins."""
    kept_apart = deed in ("removed", "restored") and thing.author_id == person.pk
    if not kept_apart:
        name = f"{thing._meta.verbose_name} {thing.pk}".capitalize()
        record(f"discussion.{deed}", thing, by=person, called=name)


# -- removing -----------------------------------------------------------------


@transaction.atomic
def remove_post(*, person: User, post: Post) -> bool:
    """Take a post away, for 30 days within reach of whoever removed it and of the leads.

    Returns:
        False where it was gone already.

    Raises:
        NotTheirs: they neither wrote it nor moderate here.
    """
    topic = _lock(post.topic)
    post = Post.objects.select_related("topic").get(pk=post.pk)
    if post.removed_at is not None and post.removed_by_id == person.pk:
        return False
    if not post.can_remove(person):
        raise NotTheirs
    post.removed_at, post.removed_by = timezone.now(), person
    _save_removal(post, topic)
    _record("removed", post, person)
    return True


@transaction.atomic
def restore_post(*, person: User, post: Post) -> bool:
    """Bring a post back; returns False where it is there already, and raises as ``remove_post``."""
    topic = _lock(post.topic)
    post = Post.objects.select_related("topic").get(pk=post.pk)
    if post.can_see(person):
        return False
    if not post.can_restore(person):
        raise NotTheirs
    post.removed_at = post.removed_by = None
    _save_removal(post, topic)
    _record("restored", post, person)
    return True


def _save_removal(post: Post, topic: Topic) -> None:
    post.save(update_fields=["removed_at", "removed_by"])
    recount(topic)
    if post.number == 1:
        _index(topic)


@transaction.atomic
def remove_topic(*, person: User, topic: Topic) -> bool:
    """Take a topic away with all that was said in it; returns and raises as ``remove_post``."""
    topic = _lock(topic)
    if topic.removed_at is not None and topic.removed_by_id == person.pk:
        return False
    if not topic.can_remove(person):
        raise NotTheirs
    topic.removed_at, topic.removed_by, topic.pinned = timezone.now(), person, False
    topic.save(update_fields=["removed_at", "removed_by", "pinned"])
    _spread(topic, change=-1)
    _record("removed", topic, person)
    return True


@transaction.atomic
def restore_topic(*, person: User, topic: Topic) -> bool:
    """Bring a topic back with all that was said in it; returns and raises as ``restore_post``."""
    topic = _lock(topic)
    if topic.can_see(person):
        return False
    if not topic.can_restore(person):
        raise NotTheirs
    topic.removed_at = topic.removed_by = None
    topic.save(update_fields=["removed_at", "removed_by"])
    _spread(topic, change=+1)
    _record("restored", topic, person)
    return True


def _spread(topic: Topic, *, change: int) -> None:
    """Let the posts and the space know that their topic is gone, or back."""
    Post.objects.filter(topic=topic).update(topic_removed=topic.removed_at is not None)
    Space.objects.filter(pk=topic.space_id).update(topic_count=F("topic_count") + change)
    date_space(topic.space_id)
    after_commit("discussion.tasks.index_posts", topic_id=topic.pk)


def _index(topic: Topic) -> None:
    """Let the search know that a topic's title or first post has changed, is gone or back: it finds it by those."""
    after_commit(
        "modelsearch.tasks.insert_or_update_object_task",
        app_label=topic._meta.app_label,
        model_name=topic._meta.model_name,
        pk=str(topic.pk),
    )


# -- reading ------------------------------------------------------------------


@transaction.atomic
def mark_read(*, person: User, topic: Topic, number: int) -> None:
    """Write down that somebody has read a topic up to a post. A mark only moves forwards.

    The topic is not locked: no reader waits for who writes. In this order the later of two windows finds the
    mark that the other has made, and moves it.
    """
    now = timezone.now()
    mark = TopicRead(person=person, topic=topic, number=number, read_at=now)
    TopicRead.objects.bulk_create([mark], ignore_conflicts=True)
    behind = TopicRead.objects.filter(person=person, topic=topic, number__lt=number)
    behind.update(number=number, read_at=now)


@transaction.atomic
def mark_space_read(*, person: User, space: Space, at: datetime) -> bool:
    """Call everything in a space read that was said up to a moment, such as when it was shown.

    Returns:
        False where they had called it read up to then.
    """
    at = min(at, timezone.now())
    mark, made = SpaceRead.objects.select_for_update().get_or_create(
        person=person, space=space, defaults={"all_read_at": at}
    )
    if made or mark.all_read_at >= at:
        return made
    mark.all_read_at = at
    mark.save(update_fields=["all_read_at"])
    return True
