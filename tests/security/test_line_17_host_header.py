"""Line 17: addresses come from settings, never from what a browser says that our name is."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core import mail

FORGED = [
    {"host": "testserver:evil.example"},
    {"host": "testserver:99"},
    {"x-forwarded-host": "evil.example"},
    {"host": "localhost", "x-forwarded-host": "evil.example", "forwarded": "host=evil.example"},
    {
        "x-original-url": "//evil.example/",
        "x-rewrite-url": "//evil.example/",
        "origin": "https://evil.example",
    },
]


@pytest.mark.parametrize("headers", FORGED)
def test_in_mails(client, cast, headers):
    emails = (cast.participant.email, "nobody@example.org")
    answers = [
        client.post("/accounts/password/reset/", {"email": email}, headers=headers) for email in emails
    ]
    # A name that cannot be one is refused; whatever else is sent, a mail goes to each.
    statuses = [400, 400] if headers is FORGED[0] else [302, 302]
    assert [answer.status_code for answer in answers] == statuses
    assert len(mail.outbox) == statuses.count(302)
    for message in mail.outbox:
        text = message.body + message.alternatives[0][0]
        assert "evil.example" not in text
        assert ":99" not in text
        assert "localhost" not in text


@pytest.mark.parametrize("headers", FORGED)
@pytest.mark.parametrize(
    "address", ["/", "/sitemap.xml", "/robots.txt", "/api/v1/communities", "/nowhere/", "/calendar/"]
)
def test_in_answers_that_may_be_kept(client, pages, address, headers):
    first = client.get(address, headers=headers)
    assert "evil.example" not in first.content.decode()
    assert "evil.example" not in str(first.headers)
    assert "evil.example" not in client.get(address).content.decode()


def test_another_name_is_refused(client, pages):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "portal.example.org,*"}, "ALLOWED_HOSTS"),
        ({"SITE_URL": "http://portal.example.org"}, "SITE_URL"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({}, ""),
    ],
)
def test_a_deployment_says_its_names(changes, named, tmp_path):
    """It starts with what keeps it safe, and not without."""
    safe = {
        "SECRET_KEY": "Zw0-of-many_letters4and9signs" * 2,
        "ALLOWED_HOSTS": "portal.example.org",
        "SITE_URL": "https://portal.example.org",
        "PORTAL_VAR": str(tmp_path),
    }
    started = subprocess.run(
        [
            sys.executable,
            "-c",
            "import portal.settings.production as s; assert not s.DEBUG and s.SESSION_COOKIE_SECURE",
        ],
        cwd=settings.ROOT,
        env={**os.environ, **safe, **changes},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (started.returncode == 0, named in started.stderr) == (not named, True)
