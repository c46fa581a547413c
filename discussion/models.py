"""Spaces, topics and posts, and what each person has read of them."""

from datetime import datetime
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Page
from wagtail.search import index

from discussion import addresses
from discussion.querysets import (
    PostEditQuerySet,
    PostQuerySet,
    SpaceQuerySet,
    SpaceReadQuerySet,
    TopicQuerySet,
    TopicReadQuerySet,
    since_restorable,
)
from kit.fields import MarkdownField
from members.models import Circle, User
from members.querysets import Person, circle_ids

# What comes after /discussions/ and is no space.
RESERVED = frozenset({"about", "posts", "topics", "removed", "search", "new", "read"})


def not_reserved(slug: str) -> None:
    """Refuse the address of a space that something else has."""
    if slug in RESERVED:
        raise ValidationError(f"“{slug}” is taken by the portal itself. Choose another.")


class Marked:
    """What came out of the database ``with_marks`` of a reader."""

    all_read_at: datetime | None
    member_since: datetime | None

    @property
    def new_since(self) -> datetime | None:
        """What was said before this moment is not new to that reader; None if there is no such moment."""
        moments = [moment for moment in (self.all_read_at, self.member_since) if moment is not None]
        return max(moments, default=None)


class Space(Marked, models.Model):
    """A place for topics, seen by the people of its circle alone."""

    circle = models.ForeignKey(Circle, on_delete=models.PROTECT, related_name="spaces")
    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=110, unique=True, validators=[not_reserved])
    description = models.CharField(max_length=250, blank=True)
    order = models.PositiveSmallIntegerField(default=100)
    topic_count = models.PositiveIntegerField(default=0, editable=False)
    last_post_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SpaceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["order", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return addresses.space(self.slug)

    def can_see(self, user: Person) -> bool:
        """Whether this person may read here."""
        return self.circle_id in circle_ids(user)

    def can_start_topic(self, user: Person) -> bool:
        """Whether this person may begin a topic here; looks at the circle."""
        return self.can_see(user) and self.circle.ended_at is None

    def can_tend(self, user: Person) -> bool:
        """Whether this person may pin, close and remove here."""
        return user.is_authenticated and self.circle_id in user.led_circle_ids


class Topic(Marked, index.Indexed, models.Model):
    """A conversation: a first post and its replies."""

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="topics")
    circle = models.ForeignKey(Circle, on_delete=models.PROTECT, related_name="+", editable=False)
    author = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="topics")
    # Named to those alone who may see the page: see discussion.pages.
    page = models.ForeignKey(
        Page,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
        db_index=False,  # topic_about
        verbose_name="the page that it is about",
    )
    title = models.CharField(max_length=140)
    slug = models.SlugField(max_length=80)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    pinned = models.BooleanField(default=False)
    closed = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)
    removed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    # Kept, not counted: what a list shows.
    last_number = models.PositiveIntegerField(default=0, editable=False)
    reply_count = models.PositiveIntegerField(default=0, editable=False)
    last_post_at = models.DateTimeField(default=timezone.now, editable=False)
    last_author = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )

    objects = TopicQuerySet.as_manager()

    wagtail_reference_index_ignore = True  # or editors would see on a page's screen what is said about it

    read_to: int  # only on a topic that came with_read

    search_kind = "talkoftopic"  # see kit.search
    search_fields: ClassVar = [
        index.SearchField("title"),
        index.SearchField("first_text"),
        index.AutocompleteField("search_kind"),
        index.AutocompleteField("title"),
        index.FilterField("circle_id"),
        index.FilterField("circle"),
        index.FilterField("space_id"),
        index.FilterField("space"),
        index.FilterField("removed_at"),
        index.FilterField("last_post_at"),
        index.FilterField("id"),
    ]

    class Meta:
        ordering: ClassVar = ["-last_post_at", "-pk"]
        indexes: ClassVar = [
            models.Index(
                fields=["space", "-last_post_at", "-id"],
                condition=Q(removed_at__isnull=True),
                name="topic_list",
            ),
            models.Index(
                fields=["circle", "-last_post_at", "-id"],
                condition=Q(removed_at__isnull=True),
                name="topic_latest",
            ),
            models.Index(
                fields=["space"],
                condition=Q(removed_at__isnull=True, pinned=True),
                name="topic_pinned",
            ),
            models.Index(
                fields=["circle", "-removed_at"],
                condition=Q(removed_at__isnull=False),
                name="topic_removed",
            ),
            # Without removed_at in its condition: what becomes of a page's topics when it goes is asked of all.
            models.Index(
                fields=["page", "space", "-last_post_at", "-id"],
                condition=Q(page__isnull=False),
                name="topic_about",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | Q(pinned=False), name="removed_topic_is_not_pinned"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return addresses.topic(self.space.slug, self.pk, self.slug)

    @property
    def first_text(self) -> str:
        """The text of the first post, for the search index."""
        first = self.posts.filter(number=1, removed_at__isnull=True).first()
        return first.text if first else ""

    def can_see(self, user: Person) -> bool:
        """Whether this person may read it."""
        return self.removed_at is None and self.circle_id in circle_ids(user)

    def can_reply(self, user: Person) -> bool:
        """Whether this person may add to it; looks at the circle."""
        return self.can_see(user) and not self.closed and self.circle.ended_at is None

    def can_tend(self, user: Person) -> bool:
        """Whether this person may pin and close it."""
        return user.is_authenticated and self.circle_id in user.led_circle_ids

    def can_moderate(self, user: Person) -> bool:
        """Whether this person tends it, or looks after discussions in the admin and is in its circle."""
        return self.can_tend(user) or (
            self.circle_id in circle_ids(user) and user.has_perm("discussion.change_topic")
        )

    def is_unanswered_of(self, user: Person) -> bool:
        """Whether this person has begun it, and nobody has answered."""
        return user.is_authenticated and self.author_id == user.pk and self.reply_count == 0

    def can_remove(self, user: Person) -> bool:
        """Whether this person may take it away."""
        return self.can_see(user) and (self.is_unanswered_of(user) or self.can_moderate(user))

    def can_restore(self, user: Person) -> bool:
        """Whether this person may bring it back: they removed it or moderate it, within 30 days."""
        if self.removed_at is None or self.circle_id not in circle_ids(user):
            return False
        own = self.removed_by_id == user.pk
        return self.removed_at > since_restorable() and (own or self.can_moderate(user))


class Post(index.Indexed, models.Model):
    """What one person wrote at one place of a topic."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="posts")
    circle = models.ForeignKey(Circle, on_delete=models.PROTECT, related_name="+", editable=False)
    author = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="posts")
    number = models.PositiveIntegerField(editable=False)
    reply_to = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="answers"
    )
    text = MarkdownField(max_length=20000, html_field="text_html")
    text_html = models.TextField(editable=False, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)
    removed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )

    # Kept, so that neither a list nor a search has to look at the topic.
    topic_removed = models.BooleanField(default=False, db_default=False, editable=False)
    # Made by the form, so that the same form sent twice is one post.
    client_key = models.UUIDField(null=True, blank=True, editable=False)

    objects = PostQuerySet.as_manager()

    search_kind = "talkofpost"  # see kit.search
    search_fields: ClassVar = [
        index.SearchField("text"),
        index.AutocompleteField("search_kind"),
        index.FilterField("circle_id"),
        index.FilterField("circle"),
        index.FilterField("removed_at"),
        index.FilterField("topic_removed"),
        index.FilterField("created_at"),
        index.FilterField("id"),
    ]

    class Meta:
        ordering: ClassVar = ["topic", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["topic", "number"], name="post_number_once"),
            models.UniqueConstraint(
                fields=["author", "client_key"],
                condition=Q(client_key__isnull=False),
                name="post_sent_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["circle", "-removed_at"],
                condition=Q(removed_at__isnull=False),
                name="post_removed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic_id} #{self.number}"

    def get_absolute_url(self) -> str:
        return f"{self.topic.get_absolute_url()}?post={self.number}#post-{self.number}"

    def can_see(self, user: Person) -> bool:
        """Whether this person may read it."""
        return self.removed_at is None and not self.topic_removed and self.circle_id in circle_ids(user)

    def can_edit(self, user: Person) -> bool:
        """Whether this person wrote it, and may still add to its topic; looks at the topic and the circle."""
        return (
            self.can_see(user)
            and user.is_authenticated
            and self.author_id == user.pk
            and not self.topic.closed
            and self.circle.ended_at is None
        )

    def can_remove(self, user: Person) -> bool:
        """Whether this person wrote it or moderates the topic."""
        return self.can_see(user) and (self.author_id == user.pk or self.topic.can_moderate(user))

    def can_restore(self, user: Person) -> bool:
        """Whether this person may bring it back: they removed it or moderate the topic, within 30 days."""
        if self.removed_at is None or self.topic_removed or self.circle_id not in circle_ids(user):
            return False
        own = self.removed_by_id == user.pk
        return self.removed_at > since_restorable() and (own or self.topic.can_moderate(user))


class PostEdit(models.Model):
    """What a post said before it was edited."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="edits")
    editor = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    title = models.CharField(max_length=140, blank=True, default="", db_default="")
    text = models.TextField()
    edited_at = models.DateTimeField(default=timezone.now)

    objects = PostEditQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-edited_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.post_id} {self.edited_at}"


class TopicRead(models.Model):
    """How far one person has read a topic."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="reads")
    number = models.PositiveIntegerField(default=0)
    read_at = models.DateTimeField(default=timezone.now)

    objects = TopicReadQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "topic"], name="one_read_mark")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.topic_id} {self.number}"


class SpaceRead(models.Model):
    """The moment up to which one person called a whole space read."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="marks")
    all_read_at = models.DateTimeField(default=timezone.now)

    objects = SpaceReadQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "space"], name="one_space_mark")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.space_id}"
