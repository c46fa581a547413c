"""A deployment starts with what keeps it safe, and not without."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from members.models import User
from portal import checks
from portal.management.commands.worker import Command
from tests.factories import UserFactory

SAFE = {
    "DJANGO_SETTINGS_MODULE": "portal.settings.production",
    "SECRET_KEY": "Zw0-of-many_letters4and9signs" * 2,
    "ALLOWED_HOSTS": "portal.example.org",
    "SITE_URL": "https://portal.example.org",
}
# What a shell may have set for another run.
NOT_OURS = (
    "DEBUG",
    "DATABASE_URL",
    "STORAGE_URL",
    "REDIS_URL",
    "SEARCH_URL",
    "EMAIL_URL",
    "BEHIND_TLS_PROXY",
)


def run(tmp_path, *command: str, **changes: str) -> subprocess.CompletedProcess:
    kept = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
    return subprocess.run(
        [sys.executable, *command],
        cwd=settings.ROOT,
        env={**kept, **SAFE, "PORTAL_VAR": str(tmp_path), **changes},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({}, ""),
        ({"DEBUG": "1"}, "DEBUG"),
        ({"DEBUG": "0"}, ""),
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "x" * 39}, "SECRET_KEY"),
        ({"SECRET_KEY": "x" * 80}, "SECRET_KEY"),
        ({"SECRET_KEY": "only-for-tests-" * 4}, "SECRET_KEY"),
        ({"SECRET_KEY": "django-insecure-" + SAFE["SECRET_KEY"]}, "SECRET_KEY"),
        ({"SECRET_KEY": "ChangeMe" + SAFE["SECRET_KEY"]}, "SECRET_KEY"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"SITE_URL": "http://portal.example.org"}, "SITE_URL"),
        ({"SITE_URL": ""}, "SITE_URL"),
        ({"STORAGE_URL": "s3+http://k:s@store/media"}, "STORAGE_URL"),
        ({"STORAGE_URL": "s3://k:s@store/media"}, ""),
        ({"STORAGE_URL": "s3://store/media"}, "STORAGE_URL"),
    ],
)
def test_settings(tmp_path, changes, named):
    started = run(tmp_path, "-c", "import portal.settings.production", **changes)
    assert (started.returncode == 0, named in started.stderr) == (not named, True)


def test_what_the_table_of_headers_and_cookies_takes_for_granted(tmp_path):
    names = [
        "DEBUG", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD",
        "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "SESSION_COOKIE_NAME",
        "CSRF_COOKIE_SECURE", "CSRF_COOKIE_HTTPONLY", "CSRF_COOKIE_SAMESITE", "CSRF_COOKIE_NAME", "USE_X_FORWARDED_HOST",
        "SECURE_PROXY_SSL_HEADER",
    ]  # fmt: skip
    code = (
        f"import json, portal.settings.production as s; print(json.dumps([getattr(s, n) for n in {names}]))"
    )
    assert dict(zip(names, json.loads(run(tmp_path, "-c", code).stdout), strict=True)) == {
        "DEBUG": False, "SECURE_SSL_REDIRECT": True, "SECURE_HSTS_SECONDS": 31536000,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True, "SECURE_HSTS_PRELOAD": True,
        "SESSION_COOKIE_SECURE": True, "SESSION_COOKIE_HTTPONLY": True, "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_NAME": "__Host-session",
        "CSRF_COOKIE_SECURE": True, "CSRF_COOKIE_HTTPONLY": True, "CSRF_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_NAME": "__Host-csrf", "USE_X_FORWARDED_HOST": False, "SECURE_PROXY_SSL_HEADER": None,
    }  # fmt: skip


def test_django_finds_nothing_to_say(tmp_path):
    checked = run(
        tmp_path, "manage.py", "check", "--deploy", "--database", "default", "--fail-level", "WARNING"
    )
    assert (checked.returncode, checked.stderr, "no issues (0 silenced)" in checked.stdout) == (0, "", True)


class TestDemoAccounts:
    """Whoever has run a demo may know their password."""

    @pytest.fixture(autouse=True)
    def _no_demo(self, settings):
        settings.IS_DEMO = False

    def test_are_refused(self, db):
        UserFactory(email="Admin@Example.org")
        with pytest.raises(ImproperlyConfigured, match=r"example\.org"):
            checks.refuse_demo_accounts()
        assert [error.id for error in checks.no_demo_accounts(None, databases=["default"])] == ["portal.E001"]

    def test_by_the_worker(self, cast):
        with pytest.raises(ImproperlyConfigured, match=r"example\.org"):
            Command().handle()

    def test_by_check(self, cast):
        with pytest.raises(CommandError, match=r"example\.org"):
            call_command("check", databases=["default"], verbosity=0)

    @pytest.mark.parametrize("email", ["admin@example.org.uk", "example.org@nhs.example.com"])
    def test_others_are_welcome(self, db, email):
        User.objects.all().delete()
        UserFactory(email=email)
        checks.refuse_demo_accounts()
        assert checks.no_demo_accounts(None, databases=["default"]) == []

    def test_closed_ones_are_no_danger(self, db):
        UserFactory(email="admin@example.org", is_active=False)
        checks.refuse_demo_accounts()
        assert not checks.has_demo_accounts()

    def test_a_demo_has_them(self, cast, settings):
        settings.IS_DEMO = True
        checks.refuse_demo_accounts()
        assert checks.no_demo_accounts(None, databases=["default"]) == []

    def test_the_database_is_left_alone_unless_it_is_asked_about(self, db, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert checks.no_demo_accounts(None) == []


@pytest.fixture
def demo_database(tmp_path):
    """A database with a demo's admin in it, and nothing else."""
    code = (
        "import django; django.setup(); from django.db import connection; from members.models import User;"
        "editor = connection.schema_editor(); editor.__enter__(); editor.create_model(User);"
        "editor.__exit__(None, None, None); User.objects.create_user('admin@example.org', 'x')"
    )
    made = run(tmp_path, "-c", code, DJANGO_SETTINGS_MODULE="portal.settings.demo")
    assert made.returncode == 0, made.stderr
    return tmp_path


@pytest.mark.parametrize(
    "command",
    [["-c", "import portal.wsgi"], ["manage.py", "worker"], ["manage.py", "migrate"]],
    ids=["web", "worker", "migrate"],
)
def test_nothing_starts_on_a_demos_database(demo_database, command):
    started = run(demo_database, *command)
    assert (started.returncode != 0, "it was filled by a demo" in started.stderr) == (True, True)


def test_the_web_starts_on_an_empty_one(tmp_path):
    assert run(tmp_path, "-c", "import portal.wsgi").returncode == 0
