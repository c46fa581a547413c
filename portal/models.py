"""What joins rooms together: what a loaded programme has written."""

from typing import ClassVar

from django.db import models


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
