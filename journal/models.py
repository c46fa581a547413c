"""What one person writes for themself about their learning, and how they rate the programme's outcomes."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from journal.enums import Moment, Readers, Score
from journal.querysets import OpenRatingsQuerySet, RatingQuerySet, ReflectionQuerySet
from kit.fields import MarkdownField
from members.enums import CircleKind, Role, State
from members.models import Circle, Membership, User
from members.querysets import Person

TITLE_LONGEST = 160
TEXT_LONGEST = 20_000
NOTE_LONGEST = 1000


class Reflection(models.Model):
    """Something that somebody has written for themself; others read it only where it is shared.

    It is shared by the place that its author has in a cohort or community, so that the share ends with the place.
    """

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="reflections")
    title = models.CharField(max_length=TITLE_LONGEST, blank=True)
    text = MarkdownField(max_length=TEXT_LONGEST, html_field="text_html")
    text_html = models.TextField(editable=False, blank=True, default="")
    prompt = models.TextField(
        "the question that it answers",
        blank=True,
        default="",
        help_text="Its words as they were when it was answered.",
    )
    page = models.ForeignKey(Page, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    about_kind = models.CharField(max_length=40, blank=True, default="", help_text="Key of a subject.")
    about_id = models.PositiveBigIntegerField(null=True, blank=True)
    place = models.ForeignKey(
        Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="shared_reflections"
    )
    readers = models.CharField(max_length=5, choices=Readers.choices, blank=True, default="")
    shared_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, help_text="Counts what was saved, so that none is lost.")
    request_key = models.UUIDField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = ReflectionQuerySet.as_manager()

    wagtail_reference_index_ignore = (
        True  # or editors would see on a page's screen that somebody wrote about it
    )

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "request_key"], name="reflection_made_once"),
            models.CheckConstraint(
                condition=Q(place__isnull=True) | Q(readers__in=Readers.values, shared_at__isnull=False),
                name="shared_reflection_says_with_whom",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | Q(place__isnull=True),
                name="removed_reflection_is_not_shared",
            ),
            models.CheckConstraint(
                condition=Q(about_kind="", about_id__isnull=True)
                | (~Q(about_kind="") & Q(about_id__isnull=False)),
                name="reflection_about_a_thing_of_a_kind",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-created_at", "-id"], name="reflections_of_person"),
        ]

    def __str__(self) -> str:
        return f"Reflection {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("journal:reflection", args=[self.pk])

    def can_see(self, user: Person) -> bool:
        """Whether this person may read it: what ``visible_to`` says of one."""
        if not user.is_authenticated or self.removed_at:
            return False
        return self.person_id == user.pk or self._is_shared_with(user)

    def _is_shared_with(self, user: User) -> bool:
        if not self.is_shared or not self.person.is_active:
            return False
        circles = user.circle_ids if self.readers == Readers.ALL else user.led_circle_ids
        return self.place.circle_id in circles  # type: ignore[union-attr]

    def can_change(self, user: Person) -> bool:
        """Whether it is theirs."""
        return user.is_authenticated and self.person_id == user.pk

    @property
    def is_shared(self) -> bool:
        """Whether others can read it now. Its place must be loaded with it."""
        return self.place is not None and self.place.state == State.ACTIVE


def to_nobody(collector: Any, field: Any, rows: Any, using: str) -> None:
    """When a person goes, their ratings stay and count, without their name and without what they noted."""
    collector.add_field_update(Rating._meta.get_field("note"), "", rows)
    collector.add_field_update(field, None, rows)


class Rating(models.Model):
    """How far one person is with one outcome at one moment of the year.

    ``counted`` is the score as it stands in the numbers that facilitators have been shown. Of both it is known whether
    facilitators have been able to read it as this one person's; see ``journal.counting``.
    """

    person = models.ForeignKey(User, null=True, on_delete=to_nobody, related_name="outcome_ratings")
    circle = models.ForeignKey(
        Circle, on_delete=models.CASCADE, related_name="outcome_ratings", verbose_name="cohort"
    )
    outcome = models.UUIDField(help_text="The id of the outcome's block.")
    words = models.CharField("the outcome", max_length=300, help_text="As it read when it was rated.")
    moment = models.CharField(max_length=6, choices=Moment.choices)
    score = models.PositiveSmallIntegerField(choices=Score.choices)
    note = models.TextField(max_length=NOTE_LONGEST, blank=True, default="")
    rated_at = models.DateTimeField(default=timezone.now)
    counted = models.PositiveSmallIntegerField(null=True, editable=False)
    score_by_name = models.BooleanField(default=False, editable=False)
    counted_by_name = models.BooleanField(default=False, editable=False)

    objects = RatingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["circle", "outcome", "moment", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "circle", "outcome", "moment"], name="outcome_rated_once"
            ),
            models.CheckConstraint(condition=Q(score__in=Score.values), name="rating_score_is_known"),
            models.CheckConstraint(condition=Q(moment__in=Moment.values), name="rating_moment_is_known"),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(note=""), name="nobodys_rating_has_no_note"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["circle", "outcome", "moment"], name="ratings_of_cohort"),
        ]

    def __str__(self) -> str:
        return f"Rating {self.pk}"

    def can_see(self, user: Person) -> bool:
        """Whether this person may read it as somebody's: what ``visible_to`` says of one."""
        if not user.is_authenticated or self.person is None:
            return False
        if self.person_id == user.pk:
            return True
        return (
            self.circle_id in user.led_circle_ids
            and self.person.is_active
            and OpenRatings.objects.visible_to(user)
            .filter(person=self.person_id, place__circle=self.circle_id)
            .exists()
        )


class OpenRatings(models.Model):
    """Somebody lets the facilitators of a cohort see their ratings, for as long as they have their place in it."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="open_ratings")
    place = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="open_ratings")
    opened_at = models.DateTimeField(default=timezone.now)

    objects = OpenRatingsQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "open ratings"

    def __str__(self) -> str:
        return f"Open ratings {self.pk}"


def rates_in(person: Person) -> "models.QuerySet[Membership]":
    """The places in which somebody rates outcomes: as a participant of a cohort, the newest first; with its circle."""
    if not person.is_authenticated:
        return Membership.objects.none()
    own = Membership.objects.active().filter(person=person, circle__kind=CircleKind.COHORT, role=Role.MEMBER)
    return own.select_related("circle").order_by("-started_at", "-pk")


def shareable_places(person: Person) -> "models.QuerySet[Membership]":
    """The places by which somebody can share what they wrote: in cohorts and communities that have not ended."""
    if not person.is_authenticated:
        return Membership.objects.none()
    kinds = (CircleKind.COHORT, CircleKind.COMMUNITY)
    own = Membership.objects.active().filter(
        person=person, circle__kind__in=kinds, circle__ended_at__isnull=True
    )
    return own.select_related("circle").order_by("circle__kind", "circle__name")
