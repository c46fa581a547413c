"""Forgetting, setting and changing a password, and the mails about it."""

import re

import pytest
from allauth.account.models import EmailAddress

from members.models import User
from tests.factories import PASSWORD

NEW = "violin harbour spoon"


def link_in(mail) -> str:
    return re.search(r"http\S+/accounts/password/reset/key/\S+", mail.body)[0]


def ask(client, email="participant@example.org", **headers):
    return client.post("/accounts/password/reset/", {"email": email}, **headers)


def follow(client, mail):
    """Open the link of a mail: the key goes into the session, and the address shows it no longer."""
    return client.get(link_in(mail).removeprefix("http://testserver"), follow=True)


def set_password(client, page, password=NEW, again=None):
    return client.post(page.request["PATH_INFO"], {"password1": password, "password2": again or password})


def test_mail_leads_to_a_new_password(client, cast, mailoutbox):
    response = ask(client)
    assert (response.status_code, response["Location"]) == (302, "/accounts/password/reset/done/")
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["participant@example.org"], "Set a new password")
    page = follow(client, mail)
    assert page.status_code == 200
    assert set_password(client, page)["Location"] == "/accounts/password/reset/key/done/"
    cast.participant.refresh_from_db()
    assert cast.participant.check_password(NEW)


def test_mail_has_text_and_html_and_says_the_same(client, cast, mailoutbox):
    ask(client)
    (mail,) = mailoutbox
    ((html, kind),) = mail.alternatives
    assert kind == "text/html"
    assert mail.body.startswith("Hello Participant,\n")
    assert html.count(link_in(mail)) == 1
    assert mail.from_email == "Learning portal <portal@example.org>"


@pytest.mark.parametrize("name", ["evil.example", "localhost"])
def test_host_header_is_not_believed(client, cast, mailoutbox, settings, name):
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, name]
    ask(client, headers={"host": name})
    (mail,) = mailoutbox
    ((html, _),) = mail.alternatives
    addresses = re.findall(r"https?://[^\s\"<>]+", mail.body + html)
    assert {address.split("/")[2] for address in addresses} == {"testserver"}


def test_unknown_address_gets_the_same_page_and_a_kind_mail(client, cast, mailoutbox):
    known = ask(client)
    unknown = ask(client, email="nobody@example.org")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [mail.to[0] for mail in mailoutbox] == ["participant@example.org", "nobody@example.org"]
    assert mailoutbox[1].subject == "There is no account with this address"
    assert mailoutbox[1].body.startswith("Hello,\n")
    assert "http://testserver/accounts/signup/" in mailoutbox[1].body


def test_a_closed_account_gets_no_link(client, cast, mailoutbox):
    User.objects.filter(pk=cast.participant.pk).update(is_active=False)
    ask(client)
    assert [mail.subject for mail in mailoutbox] == ["There is no account with this address"]


def test_link_survives_being_opened_and_works_once(client, cast, mailoutbox):
    ask(client)
    (mail,) = mailoutbox
    for _ in range(3):
        page = follow(client, mail)
        assert "token_fail" not in page.context
    set_password(client, page)
    used = follow(client, mail)
    assert used.context["token_fail"] is True
    assert used.content.decode().count("This link no longer works") == 2  # title and heading


@pytest.mark.parametrize("key", ["1-set-password", "zzz-abc-def", "1-" + "x" * 500])
def test_forged_link_says_that_it_does_not_work(client, cast, key):
    page = client.get(f"/accounts/password/reset/key/{key}/")
    assert page.status_code == 200
    assert page.context["token_fail"] is True


@pytest.mark.parametrize(
    ("password", "again", "field"),
    [
        ("short", None, "password1"),
        ("password1234", None, "password1"),
        ("123456789012345", None, "password1"),
        ("participant@example.org", None, "password1"),
        (NEW, "something else again", "password2"),
        ("x" * 1_000_000, None, "password1"),
    ],
)
def test_weak_password_is_refused_beside_its_field(client, cast, mailoutbox, password, again, field):
    ask(client)
    page = set_password(client, follow(client, mailoutbox[0]), password, again)
    assert page.status_code == 200
    assert field in page.context["form"].errors
    cast.participant.refresh_from_db()
    assert cast.participant.check_password(PASSWORD)


def test_asking_five_times_a_minute_is_enough(client, cast, mailoutbox):
    for _ in range(5):
        assert ask(client).status_code == 302
    assert ask(client).status_code == 429
    assert len(mailoutbox) == 5


def test_bad_address_is_said_beside_the_field(client, db, mailoutbox):
    response = ask(client, email="not an address\x00")
    assert list(response.context["form"].errors) == ["email"]
    assert mailoutbox == []


class TestChange:
    def send(self, client, old=PASSWORD, new=NEW, again=None):
        data = {"oldpassword": old, "password1": new, "password2": again or new}
        return client.post("/accounts/password/change/", data)

    def test_works_stays_signed_in_and_tells_by_mail(self, signed_in, cast, mailoutbox):
        client = signed_in(cast.participant)
        assert self.send(client).status_code == 302
        cast.participant.refresh_from_db()
        assert cast.participant.check_password(NEW)
        assert client.get("/me/").status_code == 200
        (mail,) = mailoutbox
        assert (mail.to, mail.subject) == (["participant@example.org"], "Your password was changed")

    def test_other_devices_are_signed_out(self, signed_in, cast):
        here, there = signed_in(cast.participant), signed_in(cast.participant)
        self.send(here)
        assert there.get("/me/").status_code == 302

    def test_wrong_old_password_changes_nothing(self, signed_in, cast, mailoutbox):
        response = self.send(signed_in(cast.participant), old="wrong")
        assert response.context["form"].errors == {
            "oldpassword": ["That is not your password now. Enter it again."]
        }
        assert mailoutbox == []

    def test_visitor_is_asked_to_sign_in(self, client, db):
        response = self.send(client)
        assert response["Location"] == "/accounts/login/?next=/accounts/password/change/"

    def test_who_has_none_sets_one(self, signed_in, cast, mailoutbox):
        cast.participant.set_unusable_password()
        cast.participant.save()
        client = signed_in(cast.participant)
        assert client.get("/accounts/password/change/")["Location"] == "/accounts/password/set/"
        client.post("/accounts/password/set/", {"password1": NEW, "password2": NEW})
        cast.participant.refresh_from_db()
        assert cast.participant.check_password(NEW)
        assert [mail.subject for mail in mailoutbox] == ["Your password was changed"]


class TestEmailAddress:
    URL = "/accounts/email/"

    def confirm(self, client, mail):
        return client.post(re.search(r"http://testserver(\S+)", mail.body)[1])

    def test_shows_the_one_that_one_signs_in_with(self, signed_in, cast):
        page = signed_in(cast.participant).get(self.URL).content.decode()
        assert page.count("You sign in with this") == 1
        assert "action_remove" not in page

    def test_another_is_used_once_it_is_confirmed(self, signed_in, cast, mailoutbox):
        client = signed_in(cast.participant)
        client.post(self.URL, {"action_add": "", "email": "New@Example.org"})
        (mail,) = mailoutbox
        assert (mail.to, mail.subject) == (["new@example.org"], "Is this your email address?")
        client.post(self.URL, {"action_primary": "", "email": "new@example.org"})
        cast.participant.refresh_from_db()
        assert cast.participant.email == "participant@example.org"
        self.confirm(client, mail)
        cast.participant.refresh_from_db()
        assert cast.participant.email == "participant@example.org"
        client.post(self.URL, {"action_primary": "", "email": "new@example.org"})
        cast.participant.refresh_from_db()
        assert cast.participant.email == "new@example.org"

    def test_opening_the_link_confirms_nothing(self, signed_in, cast, mailoutbox):
        client = signed_in(cast.participant)
        client.post(self.URL, {"action_add": "", "email": "new@example.org"})
        page = client.get(re.search(r"http://testserver(\S+)", mailoutbox[0].body)[1])
        assert page.context["can_confirm"] is True
        assert EmailAddress.objects.get(email="new@example.org").verified is False

    def test_somebody_elses_address_gives_nothing_away(self, signed_in, cast, mailoutbox):
        client = signed_in(cast.participant)
        taken = client.post(self.URL, {"action_add": "", "email": cast.editor.email})
        free = client.post(self.URL, {"action_add": "", "email": "free@example.org"})
        assert (taken.status_code, taken["Location"]) == (free.status_code, free["Location"])

    def test_the_one_that_one_signs_in_with_stays(self, signed_in, cast):
        client = signed_in(cast.participant)
        client.get(self.URL)
        client.post(self.URL, {"action_remove": "", "email": "participant@example.org"})
        cast.participant.refresh_from_db()
        assert cast.participant.email == "participant@example.org"
        assert client.get("/me/").status_code == 200

    def test_the_one_that_one_signs_in_with_stays_beside_another(self, signed_in, cast):
        client = signed_in(cast.participant)
        client.post(self.URL, {"action_add": "", "email": "new@example.org"})
        client.post(self.URL, {"action_remove": "", "email": "participant@example.org"})
        cast.participant.refresh_from_db()
        assert cast.participant.email == "participant@example.org"

    def test_another_can_be_taken_away(self, signed_in, cast):
        client = signed_in(cast.participant)
        client.post(self.URL, {"action_add": "", "email": "new@example.org"})
        client.post(self.URL, {"action_remove": "", "email": "new@example.org"})
        left = EmailAddress.objects.filter(user=cast.participant).values_list("email", flat=True)
        assert list(left) == ["participant@example.org"]

    def test_an_address_of_another_account_never_becomes_ones_own(self, signed_in, cast):
        client = signed_in(cast.participant)
        EmailAddress.objects.create(user=cast.participant, email=cast.editor.email, verified=True)
        response = client.post(self.URL, {"action_primary": "", "email": cast.editor.email})
        assert response.status_code == 302
        cast.participant.refresh_from_db()
        assert cast.participant.email == "participant@example.org"

    def test_anothers_row_cannot_be_reached(self, signed_in, cast):
        EmailAddress.objects.create(user=cast.editor, email="second@example.org", verified=True)
        signed_in(cast.participant).post(self.URL, {"action_remove": "", "email": "second@example.org"})
        assert EmailAddress.objects.filter(email="second@example.org").count() == 1

    def test_bad_address_is_said_beside_the_field(self, signed_in, cast):
        response = signed_in(cast.participant).post(self.URL, {"action_add": "", "email": "nothing"})
        assert response.context["form"].errors == {
            "email": ["Enter an email address in the usual form, like name@example.org."]
        }
