"""The lists of files that Wagtail's screens ask for by script: of those that one may see."""

from typing import Any

from django.db.models import QuerySet
from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet


class _Seen:
    request: Any

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().visible_to(self.request.user)  # type: ignore[misc]


class SeenImages(_Seen, ImagesAdminAPIViewSet):
    """Pictures."""


class SeenDocuments(_Seen, DocumentsAdminAPIViewSet):
    """Documents."""
