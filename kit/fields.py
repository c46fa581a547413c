"""Model fields that more than one room uses."""

from typing import Any

from django.db import models

from kit import markdown


class MarkdownField(models.TextField):
    """A text in Markdown whose cleaned HTML is kept in another field of the same model.

    Saving with ``update_fields`` has to name both, as any two fields that change together.

    Args:
        html_field: the name of a TextField, declared after this one, that takes the HTML.
    """

    def __init__(self, *args: Any, html_field: str = "", **kwargs: Any) -> None:
        self.html_field = html_field
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.html_field:
            kwargs["html_field"] = self.html_field
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        text = super().pre_save(model_instance, add)
        if self.html_field:
            setattr(model_instance, self.html_field, markdown.render(text or ""))
        return text
