"""The admin and lists of people open, for who looks after others, only after a second step."""

import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Permission
from django.test import Client

from guests.models import Invitation
from members import second_step
from members.models import Profile
from portal.editors import ensure_editor_group
from tests.factories import PASSWORD
from tests.members.proofs import code_of, give_app, recovery_codes, sign_in, who

NEEDED = "/accounts/2fa/needed/"
LOOKING_AFTER = ["admin", "editor", "facilitator"]


@pytest.fixture(autouse=True)
def _required(settings):
    settings.REQUIRE_MFA = True


def with_app(person) -> Client:
    """A browser in which somebody has signed in with password and code."""
    secret = give_app(person)
    client = sign_in(person)
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert who(client) == str(person.pk)
    return client


@pytest.mark.parametrize("name", LOOKING_AFTER)
def test_people_wait_until_it_is_set_up(signed_in, cast, name):
    response = signed_in(getattr(cast, name)).get("/people/?q=a&region=b")
    wanted = "/accounts/2fa/needed/?next=%2Fpeople%2F%3Fq%3Da%26region%3Db"
    assert (response.status_code, response["Location"]) == (302, wanted)


@pytest.mark.parametrize("name", ["admin", "editor"])
@pytest.mark.parametrize(
    "path",
    [
        "/admin/",
        "/admin/pages/",
        "/admin/no-such-page/",
        "/admin/api/main/pages/",
        "/admin/pages/3/edit/preview/",
        "/admin/members/membership/",
        "/admin/reports/site-history/",
        "/admin/users/",
        "/people/1/",
    ],
)
def test_every_part_of_the_admin_waits(signed_in, cast, name, path):
    client = signed_in(getattr(cast, name))
    for response in (client.get(path), client.head(path), client.post(path)):
        assert response.status_code == 302
        assert response["Location"].startswith(f"{NEEDED}?next=%2F{path.split('/')[1]}%2F")


@pytest.mark.parametrize("name", ["convener", "participant"])
def test_who_looks_after_nobody_needs_none(signed_in, cast, name):
    assert signed_in(getattr(cast, name)).get("/people/").status_code == 200


def test_visitors_and_members_get_what_they_got_from_the_admin(client, signed_in, cast):
    assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    refused = signed_in(cast.participant).get("/admin/")
    assert refused["Location"] == "/admin/login/?next=/admin/"


def test_the_admins_sign_in_is_no_way_round(signed_in, cast):
    client = signed_in(cast.editor)
    assert client.get("/admin/login/")["Location"] == "/accounts/login/"
    client.post("/admin/login/", {"username": cast.editor.email, "password": PASSWORD})
    assert client.get("/admin/")["Location"] == f"{NEEDED}?next=%2Fadmin%2F"


@pytest.mark.parametrize("path", ["/django-admin/", "/django-admin/login/", "/admin/password_reset/"])
def test_there_is_no_other_door(client, db, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("name", LOOKING_AFTER)
def test_what_is_ones_own_stays_open(signed_in, cast, name):
    client = signed_in(getattr(cast, name))
    for path in ("/me/", "/me/profile/", "/discussions/", "/accounts/2fa/"):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("name", LOOKING_AFTER)
def test_it_opens_after_password_and_code(cast, name):
    client = with_app(getattr(cast, name))
    assert client.get("/people/").status_code == 200


def test_the_admin_opens_after_password_and_code(cast):
    assert with_app(cast.editor).get("/admin/").status_code == 200


def test_a_session_that_began_before_has_to_show_it(cast, signed_in):
    client = signed_in(cast.editor)
    secret = give_app(cast.editor)
    response = client.get(NEEDED + "?next=/admin/")
    assert response["Location"] == "/accounts/2fa/reauthenticate/?next=%2Fadmin%2F"
    response = client.post(response["Location"], {"code": code_of(secret), "next": "/admin/"})
    assert (response.status_code, response["Location"]) == (302, "/admin/")
    assert client.get("/admin/").status_code == 200


def test_a_password_once_more_does_not_do(cast):
    client = sign_in(cast.editor)
    give_app(cast.editor)
    response = client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert response["Location"] == "/accounts/2fa/reauthenticate/"
    assert client.get("/admin/").status_code == 302


def test_the_page_says_why_and_leads_to_both_ways(signed_in, cast):
    response = signed_in(cast.facilitator).get(NEEDED + "?next=/people/")
    assert response.status_code == 200
    assert response.context["app_url"] == "/accounts/2fa/totp/activate/?next=%2Fpeople%2F"
    assert response.context["passkey_url"] == "/accounts/2fa/webauthn/add/?next=%2Fpeople%2F"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_it_leads_nowhere_else(signed_in, cast, elsewhere):
    page = signed_in(cast.facilitator).get(NEEDED, {"next": elsewhere})
    assert page.context["app_url"] == "/accounts/2fa/totp/activate/"
    assert with_app(cast.facilitator).get(NEEDED, {"next": elsewhere})["Location"] == "/accounts/2fa/"


def test_the_page_is_for_the_signed_in_and_only_read(client, signed_in, cast):
    assert client.get(NEEDED)["Location"] == f"/accounts/login/?next={NEEDED}"
    assert signed_in(cast.editor).post(NEEDED).status_code == 405


@pytest.mark.django_db(transaction=True)
def test_setting_it_up_leads_back(cast):
    client = sign_in(cast.facilitator)
    url = client.get(NEEDED + "?next=/people/").context["app_url"]
    again = client.get(url)
    client.post(again["Location"], {"password": PASSWORD})
    page = client.get(url)
    response = client.post(url, {"code": code_of(page.context["form"].secret)})
    assert response["Location"] == "/accounts/2fa/recovery-codes/?next=%2Fpeople%2F"
    assert client.get(response["Location"]).context["onward"] == "/people/"
    assert client.get("/people/").status_code == 200  # what was set up a moment ago was shown a moment ago


def test_it_lasts_half_a_day_and_what_was_opened_may_still_be_sent(cast):
    client = with_app(cast.editor)
    with time_machine.travel(time.time() + second_step.LASTS.total_seconds() + 60):
        assert client.get("/admin/").status_code == 302
        assert client.get(NEEDED)["Location"] == "/accounts/2fa/reauthenticate/"
        assert client.post("/admin/no-such-page/").status_code == 404


def test_a_recovery_code_does_as_well(cast):
    give_app(cast.editor)
    client = sign_in(cast.editor)
    client.post("/accounts/2fa/authenticate/", {"code": recovery_codes(cast.editor)[0]})
    assert client.get("/admin/").status_code == 200


def test_who_removes_it_has_shown_nothing(cast):
    client = with_app(cast.editor)
    client.post("/accounts/2fa/reauthenticate/", {"code": recovery_codes(cast.editor)[0]})
    assert client.post("/accounts/2fa/totp/deactivate/").status_code == 302
    assert Authenticator.objects.filter(user=cast.editor).exists() is False
    assert client.get("/admin/").status_code == 302


def test_a_second_thing_set_up_in_an_old_session_shows_nothing(cast, rf):
    """Somebody with the password and an old session of theirs adds an app of their own."""
    client = sign_in(cast.editor)
    Authenticator.objects.create(user=cast.editor, type="webauthn", data={"name": "theirs"})
    added = Authenticator.objects.create(user=cast.editor, type="totp", data={})
    request = rf.get("/")
    request.session, request.user = client.session, cast.editor
    second_step.take(request, added)
    assert second_step.is_taken(request) is False


def test_the_search_over_everything_lists_no_people_before_it(cast, signed_in, pages):
    Profile.objects.filter(user=cast.convener).update(findable=True)

    def found(client: Client) -> bool:
        return f'href="/people/{cast.convener.pk}/"' in client.get("/search/?q=convener").content.decode()

    assert found(signed_in(cast.participant)) is True
    assert found(signed_in(cast.facilitator)) is False
    assert found(with_app(cast.facilitator)) is True


def test_where_it_is_not_demanded_nobody_is_asked(cast, signed_in, settings):
    settings.REQUIRE_MFA = False
    assert signed_in(cast.editor).get("/admin/").status_code == 200
    assert signed_in(cast.facilitator).get("/people/").status_code == 200


class TestWhatItCosts:
    def test_nothing_for_who_needs_none(self, cast, signed_in, settings):
        """The same page, with it demanded and not."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        counts = []
        for demanded in (False, True):
            settings.REQUIRE_MFA = demanded
            client = signed_in(cast.participant)
            client.get("/people/")
            with CaptureQueriesContext(connection) as asked:
                client.get("/people/")
            counts.append(len(asked))
        assert counts[0] == counts[1]

    def test_nothing_on_ordinary_pages(self, cast, signed_in, django_assert_num_queries):
        client = signed_in(cast.editor)
        client.get("/accounts/password/change/")
        with django_assert_num_queries(2):  # session and person
            client.get("/accounts/password/change/")

    def test_who_waits_costs_session_person_and_circles(self, cast, signed_in, django_assert_num_queries):
        client = signed_in(cast.facilitator)
        with django_assert_num_queries(3):
            client.get("/people/")


class TestWhoNeedsOne:
    def test_each_of_the_cast(self, cast):
        needs = {name for name in vars(cast) if getattr(getattr(cast, name), "needs_second_step", False)}
        assert needs == set(LOOKING_AFTER)

    def test_who_no_longer_leads_needs_none(self, cast):
        from members import actions
        from members.models import Membership

        person = cast.facilitator
        actions.join(person=cast.admin, circle=cast.cohort.circle, role="lead")
        own = Membership.objects.get(person=person, circle=cast.cohort.circle)
        actions.change_role(membership=own, role="member")
        person.forget_circles()
        assert person.needs_second_step is False

    def test_an_editor_in_no_circle_waits_before_the_admin(self, cast, signed_in, editors):
        cast.outsider.groups.add(editors)
        assert signed_in(cast.outsider).get("/admin/")["Location"].startswith(NEEDED)

    def test_a_view_may_say_that_it_lists_people(self, rf):
        @second_step.lists_people
        def view(request):
            return None

        request = rf.get("/")
        request.resolver_match = None
        assert second_step.guards(request, view) is True
        assert second_step.guards(request, lambda request: None) is False


def test_production_always_demands_it(monkeypatch):
    import importlib
    import secrets
    import sys

    for name, value in {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "portal.example.org",
        "SITE_URL": "https://portal.example.org",
        "REQUIRE_MFA": "0",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delitem(sys.modules, "portal.settings.base", raising=False)
    monkeypatch.delitem(sys.modules, "portal.settings.production", raising=False)
    assert importlib.import_module("portal.settings.production").REQUIRE_MFA is True


@pytest.mark.parametrize("name", LOOKING_AFTER)
@pytest.mark.parametrize("do", ["", "send"])
def test_nobody_is_invited_with_a_password_alone(signed_in, cast, name, do):
    """Who could be let into a cohort by it, as its facilitator too, could look through all of its people."""
    ensure_editor_group()
    client, path = signed_in(getattr(cast, name)), f"/groups/{cast.cohort.circle.slug}/invite/"
    sent = {"do": do, "addresses": "somebody@example.net", "role": "lead"}
    for response in (client.get(path), client.post(path, sent)):
        assert response.status_code == 302
        assert response["Location"].startswith(f"{NEEDED}?next=%2Fgroups%2F")
    assert not Invitation.objects.exists()


def test_whoever_edits_by_a_right_of_their_own_needs_it_too(signed_in, cast):
    right = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    cast.participant.user_permissions.add(right)
    assert signed_in(cast.participant).get("/people/")["Location"].startswith(NEEDED)


def test_a_reported_message_waits_for_it(signed_in, cast):
    response = signed_in(cast.admin).get("/me/messages/reports/1/")
    assert response["Location"].startswith(NEEDED)
