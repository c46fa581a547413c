"""Whose records of learning are whose, and which of them others can check."""

from typing import TYPE_CHECKING

from django.db import models

from members.querysets import Person
from privacy.models import Erasure

if TYPE_CHECKING:
    from portal.models import LearningRecord, TookPart  # noqa: F401


class TookPartQuerySet(models.QuerySet["TookPart"]):
    """In which sessions somebody says that they took part."""

    def visible_to(self, user: Person) -> "TookPartQuerySet":
        """One's own."""
        return self.filter(person_id=user.pk) if user.is_authenticated else self.none()


class LearningRecordQuerySet(models.QuerySet["LearningRecord"]):
    """Records of learning."""

    def visible_to(self, user: Person) -> "LearningRecordQuerySet":
        """One's own."""
        return self.filter(person_id=user.pk) if user.is_authenticated else self.none()

    def in_force(self) -> "LearningRecordQuerySet":
        """Those that anybody with the code can check: not those of somebody suspended, or who is about to go."""
        going = Erasure.objects.open().filter(person=models.OuterRef("person"))
        return self.filter(~models.Exists(going), person__is_active=True)
