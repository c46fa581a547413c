"""Runs of the programme, and everything that has a date."""

import hashlib
import secrets
import uuid
from datetime import datetime
from typing import ClassVar
from urllib.parse import urlsplit

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from wagtail.search import index

from cohorts import times
from cohorts.enums import OF_A_COHORT, MaterialKind, SessionKind
from cohorts.querysets import (
    AnnouncementQuerySet,
    CalendarFeedQuerySet,
    CohortQuerySet,
    MaterialQuerySet,
    SessionChangeQuerySet,
    SessionQuerySet,
)
from files.models import PortalDocument
from kit import players
from kit.fields import MarkdownField
from learning.models import ModulePage, ProgrammePage
from members import audience
from members.models import Circle, User
from members.querysets import Person, circle_ids


class Cohort(models.Model):
    """One run of the programme, with the people who take part in it."""

    circle = models.OneToOneField(Circle, on_delete=models.PROTECT, related_name="cohort")
    programme = models.ForeignKey(
        ProgrammePage, null=True, blank=True, on_delete=models.SET_NULL, related_name="cohorts"
    )
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=120, unique=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    objects = CohortQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-starts_on", "name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="cohort_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def can_see(self, user: Person) -> bool:
        """Whether this person is active in it."""
        return self.circle_id in circle_ids(user)

    def can_manage(self, user: Person) -> bool:
        """Whether this person may find it in the admin: what ``managed_by`` says of one cohort."""
        return self.can_see(user) or user.has_perm("cohorts.change_cohort")


class Session(index.Indexed, models.Model):
    """One dated thing: public, or one circle's. Its date may still have to be set."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cohort = models.ForeignKey(
        Cohort, null=True, blank=True, on_delete=models.CASCADE, related_name="sessions"
    )
    circle = models.ForeignKey(
        Circle,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="who can see it",
        help_text="Leave empty for everybody.",
    )
    kind = models.CharField(max_length=14, choices=SessionKind.choices)
    title = models.CharField(max_length=160)
    module = models.ForeignKey(
        ModulePage,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="sessions",
        help_text="The module that it belongs to, or comes after.",
    )
    description = MarkdownField(max_length=5000, blank=True, html_field="description_html")
    description_html = models.TextField(editable=False, blank=True, default="")
    starts_at = models.DateTimeField("starts", null=True, blank=True, help_text="London time.")
    ends_at = models.DateTimeField("ends", null=True, blank=True, help_text="London time.")
    provisional = models.BooleanField(default=False, help_text="The date may still change.")
    place = models.CharField(max_length=200, blank=True, help_text="Online, or where in person.")
    joining_link = models.URLField(
        blank=True, help_text="Only shown to people who are signed in and may see the session."
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = SessionQuerySet.as_manager()

    search_kind = "kindofsession"  # see kit.search
    search_fields: ClassVar = [
        index.SearchField("title"),
        index.SearchField("description"),
        index.AutocompleteField("search_kind"),
        index.FilterField("circle_id"),
        index.FilterField("circle"),
        index.FilterField("starts_at"),
        index.FilterField("id"),
    ]

    class Meta:
        ordering: ClassVar = ["starts_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["circle", "starts_at"], name="session_calendar")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True, ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="session_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("cohorts:session", args=[self.pk])

    def can_see(self, user: Person) -> bool:
        """Whether this person may see it."""
        return self.circle_id is None or self.circle_id in circle_ids(user)

    def can_manage(self, user: Person) -> bool:
        """Whether this person may find it in the admin: what ``managed_by`` says of one session."""
        return self.can_see(user) or (self.cohort_id is not None and user.has_perm("cohorts.change_session"))

    def can_join(self, user: Person) -> bool:
        """Whether the joining link is for this person (docs/decisions/0009); the cohort must be loaded with it."""
        if not user.is_authenticated or not self.can_see(user):
            return False
        return not self.is_for_its_cohort or self.cohort.circle_id in circle_ids(user)  # type: ignore[union-attr]

    @property
    def is_for_its_cohort(self) -> bool:
        """Whether only the people of its cohort are let in, whoever may know of it."""
        return self.cohort_id is not None and self.kind in OF_A_COHORT

    @property
    def audience(self) -> str:
        """Who can see it, as a sentence; its circle must be loaded with it."""
        if self.circle is not None:
            return audience.of(self.circle, editors=self.cohort_id is not None, thing="this session").text
        if self.is_for_its_cohort:
            return "Everybody can see when this is. Only people in its cohort can join."
        return "Everybody can see this session."

    @property
    def when(self) -> str:
        """Its day and hours in words, in London's time; "Date to be set" while it has none."""
        if self.starts_at is None or self.ends_at is None:
            return "Date to be set"
        return times.when_words(self.starts_at, self.ends_at)

    @property
    def day(self) -> str:
        """Its day in words, in London's time; "" while it has none."""
        return times.day_words(times.in_london(self.starts_at).date()) if self.starts_at else ""

    @property
    def minutes(self) -> int | None:
        """How long it takes."""
        if self.starts_at is None or self.ends_at is None:
            return None
        return int((self.ends_at - self.starts_at).total_seconds()) // 60

    @property
    def state(self) -> str:
        """What must not be missed about it: "Cancelled", "Provisional" or nothing."""
        if self.cancelled_at:
            return "Cancelled"
        return "Provisional" if self.provisional else ""

    @property
    def facts(self) -> dict[str, str]:
        """What one needs to know to be there, in words: when, where, and how it stands."""
        return {
            "When": self.when,
            "Where": self.place or "Place to be set",
            "How it stands": self.state or "Going ahead",
        }

    @property
    def stands_to_module(self) -> str:
        """How it stands to its module: "Module 2" for a half-day, "After module 2" for the rest; "" without one."""
        if self.module is None:
            return ""
        number = self.module.number
        return f"Module {number}" if self.kind == SessionKind.HALF_DAY else f"After module {number}"

    def is_over(self, now: datetime) -> bool:
        """Whether it has ended."""
        return self.ends_at is not None and self.ends_at < now


class SessionChange(models.Model):
    """A change of a session's date, time, place or state, said in words, as its people are told of it."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="changes")
    made_at = models.DateTimeField(default=timezone.now)
    said = models.JSONField(help_text="By what was changed, the old and the new words.")

    objects = SessionChangeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.session}: {', '.join(self.said)}"

    def can_see(self, user: Person) -> bool:
        """Whether this person may see it."""
        return self.session.can_see(user)


def new_token() -> str:
    """A secret that nobody can guess."""
    return secrets.token_urlsafe(32)


class CalendarFeed(models.Model):
    """The secret address at which one person's calendar program asks for their sessions."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="calendar_feed")
    token = models.CharField(max_length=64, unique=True, default=new_token)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CalendarFeedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Calendar of {self.person}"

    @property
    def mark(self) -> str:
        """Tells one address from the next, and nothing about the secret in it."""
        return hashlib.sha256(self.token.encode()).hexdigest()[:16]


class Announcement(models.Model):
    """What a cohort was told of a module, once."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="announcements")
    module = models.ForeignKey(ModulePage, on_delete=models.CASCADE, related_name="+")
    words = models.TextField(max_length=500, blank=True)
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.cohort}, module {self.module.number}"

    def can_see(self, user: Person) -> bool:
        """Whether this person may see it."""
        return self.cohort.can_see(user)


class Material(models.Model):
    """Slides, a recording or a link of one session. Its cohort's people see it once it is shown."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="materials")
    kind = models.CharField(max_length=9, choices=MaterialKind.choices)
    title = models.CharField(max_length=150)
    note = models.CharField("what it is for", max_length=250, blank=True)
    document = models.ForeignKey(
        PortalDocument, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    url = models.URLField("address", max_length=500, blank=True)
    minutes = models.PositiveSmallIntegerField("minutes it takes", null=True, blank=True)
    captions = models.BooleanField("It has captions that somebody has read through", default=False)
    transcript = MarkdownField(max_length=100_000, blank=True, html_field="transcript_html")
    transcript_html = models.TextField(editable=False, blank=True, default="")
    position = models.PositiveIntegerField(default=0, editable=False)
    shown_at = models.DateTimeField(null=True, blank=True, editable=False)
    announcement = models.ForeignKey(
        Announcement, null=True, editable=False, on_delete=models.SET_NULL, related_name="materials"
    )
    added_by = models.ForeignKey(User, null=True, editable=False, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    objects = MaterialQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(kind=MaterialKind.FILE, document__isnull=False, url=""))
                | (~Q(kind=MaterialKind.FILE) & Q(document__isnull=True) & ~Q(url="")),
                name="material_has_what_its_kind_has",
            ),
            models.CheckConstraint(
                condition=Q(shown_at__isnull=True)
                | ~Q(kind=MaterialKind.RECORDING)
                | Q(captions=True)
                | ~Q(transcript=""),
                name="recording_is_shown_with_words",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def can_see(self, user: Person) -> bool:
        """Whether this person may see it: what ``visible_to`` says of one, with its session and cohort loaded."""
        if self.shown_at is None:
            return False
        cohort = self.session.cohort
        return self.session.can_see(user) if cohort is None else cohort.can_see(user)

    def is_open_to(self, user: Person) -> bool:
        """Whether a person who may see it can open it as well: its document may belong to others."""
        return self.document is None or self.document.can_see(user)

    @property
    def host(self) -> str:
        """Whose page a link leads to, such as "www.example.org"."""
        return urlsplit(self.url).hostname or ""

    @property
    def recording(self) -> players.Recording | None:
        """How it is played inside a page; None for what is no recording, or lies where we play nothing."""
        if self.kind != MaterialKind.RECORDING:
            return None
        return players.video(self.url) or players.sound(self.url)

    @property
    def waits(self) -> bool:
        """Whether nobody sees it until it has words: a recording without captions or transcript (WCAG 2.2, 1.2)."""
        if self.kind != MaterialKind.RECORDING:
            return False
        heard = players.sound(self.url) is not None
        return not self.transcript.strip() and (heard or not self.captions)
