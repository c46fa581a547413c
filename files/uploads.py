"""Reading what is sent, without keeping more of it than could be taken."""

from contextvars import ContextVar
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from files.documents import LARGEST
from members.errors import TooOften

_KEPT = 64 * 1024

# Whoever sends this request has sent too many files; the form says so beside its field.
too_often: ContextVar[TooOften | None] = ContextVar("too_often", default=None)


class CappedUpload(FileUploadHandler):
    """Counts a file that is too large to its end, and keeps only its beginning.

    So the form can say what is wrong with it beside its field, and neither memory nor disk holds it. Stands before
    Django's own handlers, which get no more of such a file.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.beginning = b""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if len(self.beginning) < _KEPT:
            self.beginning += raw_data[: _KEPT - len(self.beginning)]
        return raw_data if start + len(raw_data) <= LARGEST else None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if file_size <= LARGEST:
            return None
        return UploadedFile(
            file=BytesIO(self.beginning),
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
        )
