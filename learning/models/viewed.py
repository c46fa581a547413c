"""A page that a view of this room shows."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from members.models import CirclePage

THEMES_HELP = "Begin to type a name, and choose it from the list that opens."


class ViewedPage(CirclePage):
    """A page that a view of this room shows, published or in a preview.

    The view is named by its dotted path, as Django names the one for a page that is not there: a model
    imports no view.
    """

    view: ClassVar[str] = ""

    class Meta:
        abstract = True

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.refuse_strangers(request)
        return import_string(self.view)(request, self)

    def show_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Draw it with its view."""
        return import_string(self.view)(request, self)
