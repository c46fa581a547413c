"""Spaces, topics and posts, and what each person has read of them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from wagtail.search import index

from discussion.querysets import PostQuerySet, SpaceQuerySet, TopicQuerySet, TopicReadQuerySet
from kit.fields import MarkdownField
from members.models import Circle, User
from members.querysets import Person, circle_ids


class Space(models.Model):
    """A place for topics, seen by the people of its circle alone."""

    circle = models.ForeignKey(Circle, on_delete=models.PROTECT, related_name="spaces")
    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=110, unique=True)
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
        return reverse("discussion:space", args=[self.slug])

    def can_see(self, user: Person) -> bool:
        """Whether this person may read here."""
        return self.circle_id in circle_ids(user)

    def can_tend(self, user: Person) -> bool:
        """Whether this person may pin, close and remove here."""
        return user.is_authenticated and self.circle_id in user.led_circle_ids


class Topic(index.Indexed, models.Model):
    """A conversation: a first post and its replies."""

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="topics")
    circle = models.ForeignKey(Circle, on_delete=models.PROTECT, related_name="+", editable=False)
    author = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="topics")
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

    search_fields: ClassVar = [
        index.SearchField("title"),
        index.SearchField("first_text"),
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
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | Q(pinned=False), name="removed_topic_is_not_pinned"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/discussions/{self.space.slug}/{self.pk}-{self.slug}/"

    @property
    def first_text(self) -> str:
        """The text of the first post, for the search index."""
        first = self.posts.filter(number=1, removed_at__isnull=True).first()
        return first.text if first else ""

    def can_see(self, user: Person) -> bool:
        """Whether this person may read it."""
        return self.removed_at is None and self.circle_id in circle_ids(user)

    def can_reply(self, user: Person) -> bool:
        """Whether this person may add to it."""
        return self.can_see(user) and not self.closed

    def can_tend(self, user: Person) -> bool:
        """Whether this person may pin, close or remove it."""
        return user.is_authenticated and self.circle_id in user.led_circle_ids


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

    objects = PostQuerySet.as_manager()

    search_fields: ClassVar = [
        index.SearchField("text"),
        index.FilterField("circle_id"),
        index.FilterField("circle"),
        index.FilterField("removed_at"),
        index.FilterField("created_at"),
        index.FilterField("id"),
        index.RelatedFields("topic", [index.FilterField("removed_at")]),
    ]

    class Meta:
        ordering: ClassVar = ["topic", "number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["topic", "number"], name="post_number_once")]

    def __str__(self) -> str:
        return f"{self.topic_id} #{self.number}"

    def get_absolute_url(self) -> str:
        return f"{self.topic.get_absolute_url()}?post={self.number}#post-{self.number}"

    def can_see(self, user: Person) -> bool:
        """Whether this person may read it."""
        return self.removed_at is None and self.topic.can_see(user)

    def can_edit(self, user: Person) -> bool:
        """Whether this person wrote it, and it and its topic are still there."""
        return (
            self.can_see(user)
            and user.is_authenticated
            and self.author_id == user.pk
            and not self.topic.closed
        )

    def can_remove(self, user: Person) -> bool:
        """Whether this person wrote it or tends the space."""
        return self.can_see(user) and (self.author_id == user.pk or self.topic.can_tend(user))


class PostEdit(models.Model):
    """What a post said before it was edited."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="edits")
    editor = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField()
    edited_at = models.DateTimeField(default=timezone.now)

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
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    all_read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "space"], name="one_space_mark")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.space_id}"
