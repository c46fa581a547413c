"""Helpers of this room's tests."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from members.models import User
from privacy.models import Export


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Do something, and then what waits for its commit: ``committed(lambda: …)``."""

    def run(work: Callable[[], Any]) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return work()

    return run


class Archive:
    """A downloaded copy."""

    def __init__(self, content: bytes) -> None:
        self.files = zipfile.ZipFile(io.BytesIO(content))
        self.names = sorted(self.files.namelist())
        self.page = self.files.read("index.html").decode()
        self.data = json.loads(self.files.read("data.json"))["data"]

    def records(self, key: str) -> list[dict]:
        return self.data[key]["records"]


@pytest.fixture
def copy_of(signed_in, committed) -> Callable[[User], Archive]:
    """Ask for somebody's copy, let it be made, and download it."""

    def make(person: User) -> Archive:
        client: Client = signed_in(person)
        committed(lambda: client.post("/me/data/copy/"))
        export = Export.objects.filter(person=person).latest("asked_at")
        return Archive(b"".join(client.get(f"/me/data/copy/{export.pk}/").streaming_content))

    return make
