"""When something is wrong, the answer helps."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory

from portal import views

REFUSALS = "portal.refusals.ExplainRefusals"


def test_not_found_offers_sign_in_and_the_way_back(client, pages):
    response = client.get("/not/here/?a=1&b=2")
    assert response.status_code == 404
    page = response.content.decode()
    assert page.count('href="/accounts/login/?next=%2Fnot%2Fhere%2F%3Fa%3D1%26b%3D2"') >= 1
    assert page.count("<h1") == 1


def test_not_found_for_who_is_signed_in_offers_no_sign_in(signed_in, cast, pages):
    page = signed_in(cast.participant).get("/not/here/").content.decode()
    assert "/accounts/login/" not in page
    assert page.count("<h1") == 1


def test_what_is_not_ones_own_and_what_is_not_there_look_alike(signed_in, cast, pages):
    client = signed_in(cast.outsider)
    private = client.get(f"/people/{cast.editor.pk}/")
    missing = client.get("/people/999999/")
    hidden = private.content.decode().replace(f"/people/{cast.editor.pk}/", "/people/999999/")
    assert private.status_code == missing.status_code == 404
    assert _without_token(hidden) == _without_token(missing.content.decode())


def _without_token(page: str) -> list[str]:
    return [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line]


def test_not_found_for_a_program_is_json(client, pages):
    response = client.get("/api/v1/nothing/")
    assert (response.status_code, response["Content-Type"]) == (404, "application/json")
    assert response.json() == {"detail": "There is nothing at this address."}


@pytest.mark.parametrize(
    "path", ["/\x00/", "/" + "a" * 5000 + "/", "/%ff/", "/<script>/", "/..%2f..%2fetc/passwd"]
)
def test_hostile_addresses_are_not_found(client, pages, path):
    response = client.get(path)
    assert response.status_code == 404
    assert "<script>/" not in response.content.decode()


class TestForbidden:
    def test_says_whose_it_is_to_do(self, rf, cast):
        request = rf.get("/x/")
        request.user = cast.participant
        response = views.forbidden(request, PermissionDenied())
        assert response.status_code == 403
        assert response.content.decode().count("This is not yours to do") == 2  # title and heading

    def test_is_what_django_uses(self):
        from portal import urls

        assert (urls.handler400, urls.handler403, urls.handler404, urls.handler500) == (
            "portal.views.bad_request",
            "portal.views.forbidden",
            "portal.views.not_found",
            "portal.views.broken",
        )


class TestBadRequest:
    def test_a_wrong_host_gets_a_page_and_nothing_of_ours(self, client, pages):
        response = client.get("/", headers={"host": "evil.example"})
        assert response.status_code == 400
        page = response.content.decode()
        assert page.count("We could not read that") == 2
        assert "evil.example" not in page

    def test_what_is_too_large_gets_a_page(self, signed_in, cast, settings):
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
        response = signed_in(cast.participant).post("/me/profile/", {"about": "x" * 2000})
        assert response.status_code == 400
        assert response.content.decode().count("Make it shorter") == 1


class TestBroken:
    def test_needs_no_database_and_no_user(self):
        """No database may be touched: the test has none."""
        response = views.broken(RequestFactory().get("/"))
        assert response.status_code == 500
        assert response.content.decode().count("<h1") == 1

    def test_is_what_people_get(self, cast, monkeypatch):
        def fail(*args):
            raise RuntimeError("secret detail")

        monkeypatch.setattr(views, "find_everything", fail)
        client = Client(raise_request_exception=False)
        response = client.get("/search/?q=x")
        assert response.status_code == 500
        assert "secret detail" not in response.content.decode()

    def test_for_a_program_is_json(self):
        response = views.broken(RequestFactory().get("/api/v1/communities"))
        assert response["Content-Type"] == "application/json"


class TestCsrf:
    @pytest.fixture(autouse=True)
    def _view(self, settings):
        settings.CSRF_FAILURE_VIEW = "portal.views.csrf_failed"

    def send(self, person, **data):
        client = Client(enforce_csrf_checks=True)
        if person:
            client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client.post("/me/profile/", data)

    def test_gives_back_what_was_written(self, cast):
        text = "A long text that nobody wants to write again.\n</textarea><script>alert(1)</script>"
        response = self.send(cast.participant, about=text, job_title="Short", csrfmiddlewaretoken="x" * 64)
        assert response.status_code == 403
        assert response.context["written"] == [("about", text)]
        page = response.content.decode()
        assert page.count("We did not take that in") == 2
        assert "<script>alert" not in page
        assert "x" * 64 not in page

    def test_never_gives_back_a_password(self, cast):
        response = self.send(cast.participant, password1="a very long password of mine", password="b" * 40)
        assert response.context["written"] == []

    def test_shows_a_visitor_nothing_that_was_sent(self, db):
        response = self.send(None, about="Words that somebody else has put into this form.")
        assert response.status_code == 403
        assert "Words that somebody else" not in response.content.decode()


class TestRefusals:
    @pytest.fixture(autouse=True)
    def _middleware(self, settings):
        if REFUSALS not in settings.MIDDLEWARE:
            settings.MIDDLEWARE = [*settings.MIDDLEWARE, REFUSALS]

    def test_a_person_gets_words(self, client, pages):
        response = client.post("/search/")
        assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
        assert response.content.decode().count("That does not work here") == 2

    def test_a_program_gets_json(self, client, pages):
        response = client.post("/api/v1/openapi.json")
        if response.status_code == 405:
            assert response.json() == {"detail": "Only GET works here."}

    def test_what_has_words_keeps_them(self, rf):
        from django.http import HttpResponse

        from portal.refusals import ExplainRefusals

        own = HttpResponse("Own words", status=405)
        assert ExplainRefusals(lambda request: own)(rf.get("/")) is own

    def test_a_programs_405_is_json_and_keeps_allow(self, rf):
        from django.http import HttpResponseNotAllowed

        from portal.refusals import ExplainRefusals

        refused = HttpResponseNotAllowed(["GET"], content=b"Method not allowed")
        response = ExplainRefusals(lambda request: refused)(rf.post("/api/v1/communities"))
        assert (response.status_code, response["Allow"]) == (405, "GET")
        assert response.content == b'{"detail": "Only GET works here."}'

    def test_all_else_passes(self, client, pages):
        assert client.get("/search/").status_code == 200
