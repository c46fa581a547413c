"""Where sign-in leads, and what its mails say: decided here, whatever is asked for."""

from urllib.parse import urlsplit

import pytest
from allauth.core import context
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from members.adapter import AccountAdapter

NAMES = st.sampled_from(
    ["testserver", "evil.example", "testserver.evil.example", "evil.example:80", "localhost"]
)
PATHS = st.text(alphabet="/\\.:?#@%aÄ\x00\n\t ", max_size=12)
ADDRESSES = st.one_of(
    st.text(max_size=60),
    st.builds(
        "{}{}{}{}".format,
        st.sampled_from(
            ["", "/", "//", "///", "http:", "http://", "https://", "HTTP://", "javascript:", "\\\\", " //"]
        ),
        NAMES,
        PATHS,
        PATHS,
    ),
)


@pytest.fixture
def adapter(rf):
    with context.request_context(rf.get("/accounts/login/")):
        yield AccountAdapter()


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(address=ADDRESSES)
@example(address="//evil.example/")
@example(address="/\\evil.example")
@example(address="http:///evil.example")
@example(address="https:evil.example")
@example(address="http://testserver@evil.example/")
@example(address="http://testserver/")
def test_what_is_safe_stays_here(adapter, address):
    """As a browser reads it: backslashes are slashes, and blanks and control characters at the ends are nothing."""
    if not adapter.is_safe_url(address):
        return
    read = address.strip().replace("\\", "/").replace("\t", "").replace("\n", "").replace("\r", "")
    parts = urlsplit(read)
    assert parts.scheme in ("", "http", "https")
    assert parts.hostname in (None, "testserver")


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("/me/", True),
        ("/discussions/a/1-b/?post=3#post-3", True),
        ("me/", True),
        ("http://testserver/me/", True),
        ("https://testserver/me/", True),
        ("http://testserver:81/me/", False),
        ("http://localhost/", False),
        ("", False),
        ("   ", False),
        ("mailto:a@example.org", False),
    ],
)
def test_what_is_safe_by_example(adapter, address, safe):
    assert adapter.is_safe_url(address) is safe


def test_on_a_secure_page_nothing_leads_to_an_insecure_one(rf):
    with context.request_context(rf.get("/accounts/login/", secure=True)):
        adapter = AccountAdapter()
        assert adapter.is_safe_url("https://testserver/me/") is True
        assert adapter.is_safe_url("http://testserver/me/") is False


class TestMails:
    KINDS = (
        "password_reset_key",
        "unknown_account",
        "password_changed",
        "password_reset",
        "password_set",
        "email_changed",
        "email_deleted",
        "email_confirm",
        "email_confirmation",
    )
    WORDS = {
        "password_reset_url": "http://testserver/reset/1-2/",
        "activate_url": "http://testserver/confirm/1/",
        "from_email": "old@example.org",
        "to_email": "new@example.org",
        "deleted_email": "gone@example.org",
    }

    @pytest.mark.parametrize("kind", KINDS)
    def test_each_has_a_subject_a_text_and_the_same_as_html(self, adapter, cast, mailoutbox, kind):
        adapter.send_mail(
            f"account/email/{kind}", "participant@example.org", {"user": cast.participant, **self.WORDS}
        )
        (mail,) = mailoutbox
        ((html, _),) = mail.alternatives
        assert mail.subject.strip() == mail.subject != ""
        assert "\n" not in mail.subject
        assert mail.to == ["participant@example.org"]
        for part in (mail.body, html):
            assert "Hello Participant," in part
            assert "http://testserver/" in part
            assert "{{" not in part
            assert "{%" not in part
        assert "<" not in mail.body
        assert html.count("<html") == 1

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_name_is_text(self, adapter, cast, mailoutbox, kind):
        cast.participant.first_name = "<b>P</b>\r\nBcc: evil@example.org"
        words = {**self.WORDS, "to_email": "<i>x</i>@example.org"}
        adapter.send_mail(
            f"account/email/{kind}", "participant@example.org", {"user": cast.participant, **words}
        )
        (mail,) = mailoutbox
        ((html, _),) = mail.alternatives
        assert "<b>P" not in html
        assert "<i>x" not in html
        assert (mail.bcc, mail.cc) == ([], [])

    def test_nothing_is_said_of_ours_that_others_could_use(self, adapter, cast, mailoutbox):
        adapter.send_mail("account/email/password_changed", "a@example.org", {"user": cast.participant})
        (mail,) = mailoutbox
        assert "127.0.0.1" not in mail.body  # neither the address nor the browser of who changed it


def test_nobody_signs_themself_up(adapter, rf):
    assert adapter.is_open_for_signup(rf.get("/")) is False


def test_an_unknown_place_counts_as_one_place(adapter, rf):
    assert adapter.get_client_ip(rf.get("/", REMOTE_ADDR="")) == "0.0.0.0"
    assert adapter.get_client_ip(rf.get("/", REMOTE_ADDR="192.0.2.7")) == "192.0.2.7"
