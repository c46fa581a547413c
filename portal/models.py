"""What joins rooms together: what a loaded programme has written, the years that were set up, records of learning."""

import hashlib
import json
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone

from cohorts.models import Cohort, Session
from learning.models import ProgrammePage
from members.models import User
from members.querysets import Person
from portal import codes
from portal.querysets import LearningRecordQuerySet, TookPartQuerySet

MOST_RECORDS = 20


class LoadedItem(models.Model):
    """One field that a programme file wrote, as it was then, so that later edits by people are seen and kept."""

    programme = models.CharField(max_length=120)
    item = models.CharField(max_length=200, help_text="Where it stands in the file, such as modules.1.")
    field = models.CharField(max_length=80)
    object_label = models.CharField(max_length=80, help_text="The model, such as learning.modulepage.")
    object_pk = models.CharField(max_length=40)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the value that was written.")
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "item", "field"], name="loaded_once")
        ]

    def __str__(self) -> str:
        return f"{self.programme}: {self.item}.{self.field}"


class YearCopyQuerySet(models.QuerySet["YearCopy"]):
    """Years that were set up."""

    def standing(self) -> "YearCopyQuerySet":
        """Those that nobody has taken back."""
        return self.filter(undone_at__isnull=True)


class YearCopy(models.Model):
    """A year that was set up from the one before: what was made, by whom, and whether it was taken back."""

    source = models.ForeignKey(Cohort, null=True, on_delete=models.SET_NULL, related_name="+")
    starts_on = models.DateField(help_text="The day of the first half-day, in London.")
    name = models.CharField(max_length=120, help_text="Of the cohort, also when it is gone.")
    cohort = models.OneToOneField(Cohort, null=True, on_delete=models.SET_NULL, related_name="+")
    programme = models.ForeignKey(ProgrammePage, null=True, on_delete=models.SET_NULL, related_name="+")
    held_back = models.JSONField(
        default=dict,
        help_text="Sessions that are for more people than the cohort, by id: the group that will see them, null for all.",
    )
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    shown_at = models.DateTimeField(null=True, help_text="When its dates were shown to everybody.")
    undone_at = models.DateTimeField(null=True)

    objects = YearCopyQuerySet.as_manager()

    wagtail_reference_index_ignore = True

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "starts_on"],
                condition=models.Q(undone_at__isnull=True),
                name="year_set_up_once",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("next_year_made", args=[self.pk])


class TookPart(models.Model):
    """Somebody says that they took part in a session. Nobody has checked it."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="+")
    said_at = models.DateTimeField("said", default=timezone.now)

    objects = TookPartQuerySet.as_manager()

    wagtail_reference_index_ignore = True  # or editors would see on a session's screen who was there

    class Meta:
        verbose_name_plural = "took part"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "session"], name="took_part_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.session_id}"

    def can_see(self, user: Person) -> bool:
        """Whether it is theirs."""
        return user.is_authenticated and self.person_id == user.pk


class LearningRecord(models.Model):
    """What somebody had done on the day on which they made it, with a code by which anybody can check it."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=codes.LENGTH, unique=True, default=codes.new_code, editable=False)
    issued_at = models.DateTimeField("made", default=timezone.now)
    content = models.JSONField(help_text="What it says, as portal.record gathered it.")
    digest = models.CharField(max_length=64, editable=False, help_text="SHA-256 of what it says.")

    objects = LearningRecordQuerySet.as_manager()

    wagtail_reference_index_ignore = True

    class Meta:
        ordering: ClassVar = ["-issued_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "digest"], name="learning_record_once"),
        ]

    def __str__(self) -> str:
        return f"Record {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("record_issued", args=[self.pk])

    def can_see(self, user: Person) -> bool:
        """Whether it is theirs."""
        return user.is_authenticated and self.person_id == user.pk

    @property
    def shown_code(self) -> str:
        """Its code as people read it."""
        return codes.grouped(self.code)

    @property
    def is_intact(self) -> bool:
        """Whether it still says what it said when it was made."""
        return digest_of(self.content) == self.digest


def digest_of(content: dict[str, Any]) -> str:
    """SHA-256 of what a record says, whatever the order in which the database gives it."""
    plain = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()
