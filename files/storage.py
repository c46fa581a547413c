"""Files in an S3-compatible store. Only imported where ``STORAGE_URL`` is set: its packages are large."""

from typing import Any

from django.conf import settings
from storages.backends.s3 import S3Storage


class Bucket(S3Storage):
    """A private bucket, reached by ourselves alone and by addresses that we sign."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{
                "signature_version": "s3v4",
                "addressing_style": "path",
                "default_acl": None,
                "file_overwrite": False,
                "querystring_auth": True,
                "object_parameters": {"CacheControl": "private, no-store"},
                **options,
            }
        )

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        """An address where nothing is: like on our own disk, the way to a file is a view that asks."""
        return f"{settings.MEDIA_URL}{name}"

    def signed(self, name: str, *, kind: str, disposition: str, seconds: int, method: str) -> str:
        """The address of one file in the store, for a short time and for one way of asking.

        Args:
            name: where it lies.
            kind: the media type that the store is to say.
            disposition: the header Content-Disposition that it is to say.
            seconds: how long the address holds.
            method: GET or HEAD.

        Source: AWS Signature Version 4, authenticating by query parameters.
        """
        parameters = {"ResponseContentType": kind, "ResponseContentDisposition": disposition}
        return str(super().url(name, parameters=parameters, expire=seconds, http_method=method))
