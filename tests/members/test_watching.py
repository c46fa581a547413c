"""What is written down of sign-ins, for admins to read."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from kit.audit import deeds
from members import accounts
from members.models import AccountRequest, User
from members.watching import DEEDS
from tests.factories import PASSWORD
from tests.members.proofs import code_of, give_app, recovery_codes, sign_in


def log() -> list[tuple[str, str, str | None]]:
    """What was done, on whom, by whom; in order."""
    ours = ModelLogEntry.objects.filter(action__startswith="members.").order_by("pk")
    rows = ours.exclude(action__in=("members.joined", "members.role_changed"))  # how the cast came to be
    return [(row.action, row.object_id, row.user and row.user.email) for row in rows]


def of(person: User, *names: str) -> list[tuple[str, str, str]]:
    return [(f"members.{name}", str(person.pk), person.email) for name in names]


def test_signing_in_and_out(cast):
    client = sign_in(cast.participant)
    client.post("/accounts/logout/")
    assert log() == of(cast.participant, "signed_in", "signed_out")
    assert ModelLogEntry.objects.get(action="members.signed_in").data == {"by_means_of": ["password"]}


def test_with_which_second_step(cast):
    secret = give_app(cast.participant)
    sign_in(cast.participant).post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert ModelLogEntry.objects.get(action="members.signed_in").data == {"by_means_of": ["mfa", "password"]}


def test_in_vain_is_on_the_account_and_by_nobody(cast):
    sign_in(cast.participant, password="wrong")
    assert log() == [("members.sign_in_failed", str(cast.participant.pk), None)]


def test_in_vain_for_an_address_that_nobody_has_keeps_nothing_of_it(db):
    Client().post("/accounts/login/", {"login": "my-password-by-mistake@example.org", "password": "wrong"})
    entry = ModelLogEntry.objects.get(action="members.sign_in_failed")
    assert (entry.object_id, entry.label, entry.user) == ("0", "Nobody known", None)
    assert "mistake" not in str(vars(entry))


def test_a_wrong_code_of_a_mail(client, cast):
    client.post("/accounts/login/code/", {"email": cast.participant.email})
    client.post("/accounts/login/code/confirm/", {"code": "wrong"})
    assert log() == [("members.sign_in_failed", str(cast.participant.pk), None)]


def test_a_wrong_code_of_an_app(cast):
    give_app(cast.participant)
    sign_in(cast.participant).post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert log() == [("members.second_step_failed", str(cast.participant.pk), None)]


def test_a_new_password_and_the_sessions_that_it_ends(cast):
    here, _ = sign_in(cast.participant), sign_in(cast.participant)
    ModelLogEntry.objects.all().delete()
    new = "violin harbour spoon"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert log() == of(cast.participant, "password_changed", "session_ended")


def test_a_session_that_is_ended(cast):
    here, _ = sign_in(cast.participant), sign_in(cast.participant)
    ModelLogEntry.objects.all().delete()
    here.post("/accounts/sessions/others/end/")
    here.post("/accounts/sessions/others/end/")
    assert log() == of(cast.participant, "session_ended")


@pytest.mark.django_db(transaction=True)
def test_a_second_step_that_comes_and_goes(cast):
    client = sign_in(cast.participant)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    ModelLogEntry.objects.all().delete()
    page = client.get("/accounts/2fa/totp/activate/")
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(page.context["form"].secret)})
    client.post("/accounts/2fa/recovery-codes/generate/")
    client.post("/accounts/2fa/totp/deactivate/")
    added, removed = ["second_step_added"] * 3, ["second_step_removed"] * 2
    assert log() == of(cast.participant, *added, *removed)
    kinds = [row.data["kind"] for row in ModelLogEntry.objects.order_by("pk")]
    assert sorted(kinds) == ["recovery_codes"] * 3 + ["totp"] * 2


def test_another_address(cast):
    client = sign_in(cast.participant)
    EmailAddress.objects.create(
        user=cast.participant, email=cast.participant.email, primary=True, verified=True
    )
    EmailAddress.objects.create(user=cast.participant, email="new@example.org", verified=True)
    ModelLogEntry.objects.all().delete()
    client.post("/accounts/email/", {"action_primary": "", "email": "new@example.org"})
    assert [row[0] for row in log()] == ["members.email_changed"]


@pytest.mark.parametrize(("answer", "deed"), [(accounts.let_in, "admitted"), (accounts.turn_down, "refused")])
def test_an_answer_to_who_asked(cast, answer, deed):
    asked = AccountRequest.objects.create(
        email="x@example.org", first_name="N", reason="Why", state="waiting", person=cast.outsider
    )
    for _ in range(2):
        answer(asked=asked, by=cast.editor)
    assert log() == [(f"members.{deed}", str(cast.outsider.pk), cast.editor.email)]


def test_each_deed_has_words(cast):
    assert {deed.key for deed in deeds} >= set(DEEDS)
    give_app(cast.participant)
    assert len(recovery_codes(cast.participant)) == 10


def test_admins_read_it(cast, signed_in):
    sign_in(cast.participant)
    since = timezone.localdate().isoformat()
    page = signed_in(cast.admin).get(f"/admin/reports/site-history/?timestamp_from={since}").content.decode()
    assert page.count("Signed in") >= 1


class TestWaits:
    """Who is made to wait is told how long."""

    def test_the_page_says_how_long(self, client, cast):
        for number in range(30):
            client.post("/accounts/login/", {"login": f"p{number}@example.org", "password": "wrong"})
        response = client.post("/accounts/login/")
        assert response.status_code == 429
        assert 50 <= int(response["Retry-After"]) <= 60
        assert response.context["wait"] == "1 minute"

    def test_also_for_passkeys(self, client, db):
        answers = [client.post("/accounts/2fa/webauthn/login/") for _ in range(11)]
        assert [one.status_code for one in answers] == [302] * 10 + [429]
        assert 0 < int(answers[-1]["Retry-After"]) <= 60

    def test_nobody_knows_is_five_minutes(self):
        from datetime import timedelta

        from members import limits

        limits._last_count.set(("", None))
        assert limits.wait_after_refusal() == timedelta(minutes=5)
