"""Signing in with an account of one's employer: linked on the provider's own id of a person, never on an address."""

import environ
import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from members.models import User
from portal.settings.single_sign_on import single_sign_on
from tests.factories import PASSWORD
from tests.members import oidc
from tests.members.proofs import give_app, sign_in, who

LOGIN, CALLBACK = "/accounts/oidc/sso/login/", "/accounts/oidc/sso/login/callback/"
CONNECTIONS = "/accounts/3rdparty/"


@pytest.fixture
def provider(settings, monkeypatch, db):
    with oidc.running() as running:
        for name, value in oidc.environment(running.url).items():
            monkeypatch.setenv(name, value)
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": single_sign_on(environ.Env())}}
        yield running


def go(client: Client, provider: oidc.Provider, process: str = "login", **more: str):
    """To the provider, say yes, and back."""
    page = client.post(f"{LOGIN}?process={process}", more)
    return client.get(CALLBACK, provider.agree(page.context["url"]))


def link(person: User, provider: oidc.Provider) -> Client:
    """Sign in with the password and link the account; returns the browser."""
    client = sign_in(person)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert go(client, provider, "connect")["Location"] == CONNECTIONS
    return client


class TestOff:
    @pytest.mark.parametrize("path", [LOGIN, CALLBACK, "/accounts/oidc/entra/login/", CONNECTIONS])
    def test_there_is_no_such_page(self, client, cast, path):
        for method in ("get", "post"):
            assert getattr(client, method)(path).status_code == 404
            assert getattr(sign_in(cast.participant), method)(path).status_code == 404

    def test_nobody_is_offered_it(self, client, cast):
        assert "Sign in with" not in client.get("/accounts/login/").content.decode()
        assert CONNECTIONS not in sign_in(cast.participant).get("/me/profile/").content.decode()

    def test_a_row_in_the_database_turns_nothing_on(self, client, db):
        from allauth.socialaccount.models import SocialApp

        SocialApp.objects.create(provider="openid_connect", provider_id="sso", client_id="x", name="Evil")
        assert client.post(LOGIN).status_code == 404


class TestSettings:
    def test_nothing_set_is_nothing(self):
        assert single_sign_on(environ.Env()) == []

    def test_entra(self, monkeypatch):
        for name in ("TENANT_ID", "CLIENT_ID", "CLIENT_SECRET"):
            monkeypatch.setenv(f"ENTRA_{name}", name.lower())
        (app,) = single_sign_on(environ.Env())
        assert (app["provider_id"], app["name"], app["client_id"], app["secret"]) == (
            "entra",
            "NHSmail",
            "client_id",
            "client_secret",
        )
        assert app["settings"]["server_url"] == "https://login.microsoftonline.com/tenant_id/v2.0"

    def test_both_at_once(self, monkeypatch):
        for name, value in (
            oidc.environment("https://id.example.org/") | {"ENTRA_CLIENT_ID": "e", "ENTRA_TENANT_ID": "t"}
        ).items():
            monkeypatch.setenv(name, value)
        apps = single_sign_on(environ.Env())
        assert [(app["provider_id"], app["settings"]["server_url"]) for app in apps] == [
            ("sso", "https://id.example.org"),
            ("entra", "https://login.microsoftonline.com/t/v2.0"),
        ]


class TestGoing:
    def test_the_way_is_offered_with_its_name(self, client, provider):
        page = client.get("/accounts/login/?next=/calendar/").content.decode()
        assert page.count("Sign in with Leeds Trust") == 1
        assert page.count(f'action="{LOGIN}?process=login&amp;next=%2Fcalendar%2F"') == 1

    def test_a_get_only_asks(self, client, provider):
        page = client.get(LOGIN)
        assert page.templates[0].name == "socialaccount/login.html"
        assert provider.seen == []

    def test_the_provider_is_a_page_and_no_redirect_of_a_form(self, client, provider):
        page = client.post(f"{LOGIN}?process=login")
        assert page.status_code == 200
        assert page.context["url"].startswith(f"{provider.url}/authorize?")
        assert "form-action 'self'" in page["Content-Security-Policy"]

    def test_it_needs_a_token(self, provider):
        assert Client(enforce_csrf_checks=True).post(f"{LOGIN}?process=login").status_code == 403


class TestLinked:
    def test_one_signs_in_with_it(self, cast, provider):
        link(cast.participant, provider)
        client = Client()
        assert go(client, provider)["Location"] == "/me/"
        assert who(client) == str(cast.participant.pk)

    def test_it_leads_on_to_the_page_that_was_asked_for(self, cast, provider):
        link(cast.participant, provider)
        assert go(Client(), provider, next="/calendar/")["Location"] == "/calendar/"

    @pytest.mark.parametrize("email", ["moved@example.org", "convener@example.org", "", None])
    def test_the_same_id_with_another_address_is_the_same_person(self, cast, provider, email):
        link(cast.participant, provider)
        provider.claims = {"sub": "1234", "email": email, "email_verified": True}
        client = Client()
        go(client, provider)
        assert who(client) == str(cast.participant.pk)
        assert User.objects.get(pk=cast.participant.pk).email == "participant@example.org"

    def test_the_same_address_with_another_id_is_somebody_else(self, cast, provider):
        link(cast.participant, provider)
        provider.claims = {"sub": "9999", "email": "participant@example.org", "email_verified": True}
        client = Client()
        assert go(client, provider).status_code == 403
        assert who(client) is None

    def test_the_same_id_of_another_provider_is_somebody_else(self, cast, provider, settings):
        link(cast.participant, provider)
        with oidc.running() as other:
            apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
            apps[0]["settings"]["server_url"] = other.url
            client = Client()
            assert go(client, other).status_code == 403
        assert who(client) is None

    def test_a_second_step_is_still_asked_for(self, cast, provider):
        link(cast.participant, provider)
        give_app(cast.participant)
        client = Client()
        assert go(client, provider)["Location"] == "/accounts/2fa/authenticate/"
        assert who(client) is None

    def test_it_does_not_count_as_the_second_step(self, cast, provider, settings):
        link(cast.facilitator, provider)
        settings.REQUIRE_MFA = True
        client = Client()
        go(client, provider)
        assert client.get("/people/")["Location"].startswith("/accounts/2fa/needed/")

    def test_a_closed_account_does_not_open(self, cast, provider):
        link(cast.participant, provider)
        User.objects.filter(pk=cast.participant.pk).update(is_active=False)
        client = Client()
        assert go(client, provider)["Location"] == "/accounts/inactive/"
        assert who(client) is None


class TestNotLinked:
    @pytest.mark.parametrize("sign_up", ["invitation", "approval"])
    @pytest.mark.parametrize("email", ["participant@example.org", "new@example.org", None])
    def test_nobody_gets_in_nor_an_account(self, cast, provider, settings, sign_up, email):
        settings.SIGN_UP = sign_up
        provider.claims = {"sub": "1234", "email": email, "email_verified": True}
        before = User.objects.count()
        client = Client()
        response = go(client, provider)
        assert (response.status_code, response.templates[0].name) == (403, "socialaccount/not_linked.html")
        assert (who(client), User.objects.count(), SocialAccount.objects.count()) == (None, before, 0)

    def test_the_page_leads_to_where_it_is_linked(self, cast, provider):
        page = go(Client(), provider).content.decode()
        assert page.count('href="/accounts/login/?next=/accounts/3rdparty/"') == 1
        assert page.count("Leeds Trust") == 2

    def test_there_is_no_form_to_sign_up_with_it(self, cast, provider):
        client = Client()
        go(client, provider)
        assert client.get("/accounts/3rdparty/signup/").status_code == 404


class TestLinking:
    def test_it_asks_for_the_password_and_then_links(self, cast, provider):
        client = sign_in(cast.participant)
        assert go(client, provider, "connect")["Location"] == "/accounts/reauthenticate/"
        assert SocialAccount.objects.count() == 0
        response = client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        assert response["Location"] == CONNECTIONS
        assert SocialAccount.objects.get().user == cast.participant

    def test_it_is_told_by_mail(self, cast, provider, mailoutbox):
        link(cast.participant, provider)
        (mail,) = mailoutbox
        assert (mail.subject, mail.to) == ("Your work account is linked", ["participant@example.org"])
        assert mail.body.count("Leeds Trust") == mail.alternatives[0][0].count("Leeds Trust") == 1

    def test_nothing_is_kept_that_opens_anything_there(self, cast, provider):
        from allauth.socialaccount.models import SocialToken

        link(cast.participant, provider)
        assert SocialToken.objects.count() == 0

    def test_one_that_somebody_has_linked_stays_theirs(self, cast, provider):
        link(cast.participant, provider)
        other = sign_in(cast.convener)
        other.post("/accounts/reauthenticate/", {"password": PASSWORD})
        go(other, provider, "connect")
        assert SocialAccount.objects.get().user == cast.participant

    def test_it_can_be_unlinked_once(self, cast, provider, mailoutbox):
        client = link(cast.participant, provider)
        data = {"account": SocialAccount.objects.get().pk}
        assert client.post(CONNECTIONS, data)["Location"] == CONNECTIONS
        assert SocialAccount.objects.count() == 0
        assert mailoutbox[-1].subject == "Your work account is no longer linked"
        assert list(client.post(CONNECTIONS, data).context["form"].errors) == ["account"]

    def test_nobody_unlinks_anothers(self, cast, provider):
        link(cast.participant, provider)
        other = sign_in(cast.convener)
        other.post("/accounts/reauthenticate/", {"password": PASSWORD})
        response = other.post(CONNECTIONS, {"account": SocialAccount.objects.get().pk})
        assert list(response.context["form"].errors) == ["account"]
        assert SocialAccount.objects.count() == 1

    def test_who_has_no_password_keeps_it(self, cast, provider):
        client = link(cast.participant, provider)
        User.objects.filter(pk=cast.participant.pk).update(password="!")
        client.force_login(
            User.objects.get(pk=cast.participant.pk), "allauth.account.auth_backends.AuthenticationBackend"
        )
        response = client.post(CONNECTIONS, {"account": SocialAccount.objects.get().pk})
        assert response.context["form"].non_field_errors() == [
            "Set a password first. Without one you could not sign in any more."
        ]

    def test_the_list_is_for_the_signed_in(self, client, cast, provider):
        assert client.get(CONNECTIONS)["Location"] == f"/accounts/login/?next={CONNECTIONS}"
        page = sign_in(cast.participant).get(CONNECTIONS).content.decode()
        assert page.count("Link Leeds Trust") == 1


class TestWhatGoesWrong:
    @pytest.mark.parametrize("path", ["/.well-known/openid-configuration"])
    def test_a_provider_that_does_not_answer(self, client, provider, path):
        provider.broken = path
        response = client.post(f"{LOGIN}?process=login")
        assert (response.status_code, response.templates[0].name) == (
            502,
            "socialaccount/authentication_error.html",
        )

    def test_no_id_token(self, cast, provider):
        provider.broken = "no id token"
        client = Client()
        assert go(client, provider).status_code in (401, 502)
        assert who(client) is None

    @pytest.mark.parametrize(
        "claims",
        [{"sub": None}, {"sub": ""}, {"iss": "https://evil.example"}, {"aud": "another"}, {"exp": 1}],
    )
    def test_a_token_that_is_not_for_us(self, cast, provider, claims):
        link(cast.participant, provider)
        provider.claims = {"sub": "1234", **claims}
        client = Client()
        assert go(client, provider).status_code == 401
        assert who(client) is None

    @pytest.mark.parametrize(
        "answer",
        [{}, {"code": "x"}, {"code": "x", "state": "made up"}, {"error": "server_error"}, {"state": "\x00"}],
    )
    def test_an_answer_that_nobody_asked_for(self, client, provider, answer):
        assert client.get(CALLBACK, answer).status_code == 401
        assert who(client) is None

    def test_an_answer_of_somebody_elses_browser(self, cast, provider):
        link(cast.participant, provider)
        page = Client().post(f"{LOGIN}?process=login")
        victim = Client()
        assert victim.get(CALLBACK, provider.agree(page.context["url"])).status_code == 401
        assert who(victim) is None

    def test_who_says_no_there(self, client, provider):
        page = client.post(f"{LOGIN}?process=login")
        state = provider.agree(page.context["url"])["state"]
        response = client.get(CALLBACK, {"error": "access_denied", "state": state})
        assert response["Location"] == "/accounts/3rdparty/login/cancelled/"
        assert client.get(response["Location"]).status_code == 200
