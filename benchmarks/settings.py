"""What is measured: the portal as it is deployed, on plain HTTP, with a middleware that can count queries."""

from portal.settings.base import *  # noqa: F403
from portal.settings.base import MIDDLEWARE, ROOT, STORAGES, env

IS_DEMO = True
DEBUG = False
SECRET_KEY = "only-for-benchmarks-" * 3
ALLOWED_HOSTS = ["127.0.0.1"]
SEARCHES_A_MINUTE = {"user": 10**9, "ip": 10**9}  # what is measured is the search
MIDDLEWARE = ["benchmarks.middleware.CountQueries", *MIDDLEWARE]
# PORTAL_VAR leads elsewhere here; what was collected stays where bin/run puts it.
STATIC_ROOT = ROOT / "var" / "static"
if env.bool("BENCH_PLAIN_STATIC", default=False):
    # For the tests, which collect nothing.
    STORAGES = {
        **STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
