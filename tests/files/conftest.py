"""Files in a folder of their own: documents are sent from the disk, as they are on a real server."""

import pytest


@pytest.fixture(autouse=True)
def _files_on_disk(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    }
