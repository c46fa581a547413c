"""What one person does with what they read. Nobody else sees it, but for a note to the owner of a page."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from members.models import User
from members.querysets import Person
from members.rules import is_editor
from study.enums import Of
from study.querysets import FoundQuerySet, MissedQuerySet, OfPageQuerySet, OpinionQuerySet, OwnQuerySet

MOST_BOOKMARKS = 300
MOST_LISTS = 30
MOST_VISITS = 20
MOST_SEARCHES = 30
MOST_MISSED = 50
NAME_LONGEST = 60
QUERY_LONGEST = 1000
MISSED_LONGEST = 100
BOOKMARK_NOTE_LONGEST = 500
NOTE_LONGEST = 1000


class Own(models.Model):
    """A row of one person. Wagtail's index of what refers to a page leaves it out: editors read that."""

    wagtail_reference_index_ignore = True

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True

    def can_see(self, user: Person) -> bool:
        """Whether it is theirs."""
        return user.is_authenticated and self.person_id == user.pk


class OfPage(Own):
    """A row about one page; gone with it, and unseen while its person may not read it."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True

    def can_see(self, user: Person) -> bool:
        """Whether it is theirs, and its page is one that they may read."""
        return super().can_see(user) and self.page.specific.can_see(user)


class PageDone(OfPage):
    """A page that somebody has done."""

    done_at = models.DateTimeField("when", default=timezone.now)

    objects = OfPageQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-done_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "page"], name="page_done_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "-done_at"], name="pages_done_last")]

    def __str__(self) -> str:
        return f"{self.person_id} has done {self.page_id}"


class Visit(OfPage):
    """When somebody last read a page for more than a moment; of each person the last few."""

    read_at = models.DateTimeField("when", default=timezone.now)

    objects = OfPageQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-read_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "page"], name="page_visited_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "-read_at"], name="pages_read_last")]

    def __str__(self) -> str:
        return f"{self.person_id} was on {self.page_id}"


class BookmarkList(Own):
    """A list of one's bookmarks, with a name."""

    name = models.CharField(max_length=NAME_LONGEST)
    created_at = models.DateTimeField("when", default=timezone.now)

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = [Lower("name"), "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(F("person"), Lower("name"), name="one_list_of_a_name"),
            models.CheckConstraint(condition=~Q(name=""), name="list_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("study:list", args=[self.pk])


class Bookmark(OfPage):
    """A page that somebody wants to find again, in as many of their lists as they like."""

    note = models.CharField(max_length=BOOKMARK_NOTE_LONGEST, blank=True)
    created_at = models.DateTimeField("when", default=timezone.now)
    lists = models.ManyToManyField(BookmarkList, blank=True, related_name="bookmarks")

    objects = OfPageQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "page"], name="page_bookmarked_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} keeps {self.page_id}"

    def get_absolute_url(self) -> str:
        return reverse("study:bookmark", args=[self.pk])


class SavedSearch(Own):
    """What somebody asked the library or the directory for, with a name. The query of the address is what is kept."""

    of = models.CharField(max_length=11, choices=Of.choices, default=Of.LIBRARY, db_default=Of.LIBRARY.value)
    name = models.CharField(max_length=NAME_LONGEST)
    query = models.CharField(max_length=QUERY_LONGEST, editable=False)
    created_at = models.DateTimeField("when", default=timezone.now)
    told_to = models.DateTimeField(
        default=timezone.now, help_text="Of communities: those that were published later are news."
    )

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = [Lower("name"), "pk"]
        verbose_name_plural = "saved searches"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "of", "query"], name="search_saved_once"),
            models.CheckConstraint(condition=~Q(name=""), name="search_has_a_name"),
            models.CheckConstraint(condition=~Q(query=""), name="search_asks_for_something"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("study:search", args=[self.pk])


class Found(models.Model):
    """Communities that are new and match a saved search: what its owner was told of on one day."""

    search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="found")
    number = models.PositiveIntegerField()
    names = models.CharField(max_length=1000)
    found_at = models.DateTimeField(default=timezone.now)

    objects = FoundQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-found_at", "-pk"]
        verbose_name_plural = "found"

    def __str__(self) -> str:
        return f"{self.number} for {self.search_id}"

    def can_see(self, user: Person) -> bool:
        """Whether it was found for them."""
        return self.search.can_see(user)


class Missed(Own):
    """Words that somebody searched for and found nothing, and of which they let the editors know."""

    text = models.CharField(max_length=MISSED_LONGEST)
    said_at = models.DateTimeField("when", default=timezone.now)

    objects = MissedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-said_at", "-pk"]
        verbose_name = "search in vain"
        verbose_name_plural = "searches in vain"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "text"], name="missed_once"),
            models.CheckConstraint(condition=~Q(text=""), name="missed_is_something"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} missed {self.text}"


class Opinion(OfPage):
    """Somebody's answer to "Was this useful?", with a note to whoever looks after the page."""

    is_useful = models.BooleanField("useful")
    note = models.TextField(max_length=NOTE_LONGEST, blank=True)
    said_at = models.DateTimeField("when", default=timezone.now)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-said_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "page"], name="one_opinion_of_a_page"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.page_id}"

    def get_absolute_url(self) -> str:
        return reverse("study:note", args=[self.pk])

    def is_addressed_to(self, user: Person) -> bool:
        """Whether it has a note to this person, who looks after the page."""
        if not user.is_authenticated or not user.is_active or not self.note:
            return False
        is_owner = self.page.owner_id == user.pk and self.person_id != user.pk
        return is_owner and (is_editor(user) or self.page.specific.can_see(user))


class Choices(Own):
    """How somebody wants to learn; whoever has never chosen has none."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    mark_at_end = models.BooleanField("mark pages as done at their end", default=False)
    started_on = models.DateField("started from", null=True, blank=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "choices"

    def __str__(self) -> str:
        return f"Choices of {self.person_id}"
