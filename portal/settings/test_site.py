"""A site that browser tests walk through: the demo's settings, with what is slow left out."""

from .demo import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
# Sign-in is limited by account and address; the tests all come from one.
ACCOUNT_RATE_LIMITS = False
DEBUG_PROPAGATE_EXCEPTIONS = False
