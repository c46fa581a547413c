from django.db import models


class Note(models.Model):
    """Something to find by its key."""

    title = models.CharField(max_length=100)
    text = models.TextField()

    class Meta:
        app_label = "control"

    def __str__(self) -> str:
        return self.title
