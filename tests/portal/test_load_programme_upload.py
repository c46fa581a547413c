"""An editor loads a programme in the admin: chooses a file, sees what would change, agrees."""

from html import unescape

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from home.models import HomePage
from learning.models import ModulePage, ProgrammePage
from portal.programme.loading import load
from portal.programme.reading import LARGEST
from tests.portal.programme_files import SMALL, bent, everything

UPLOAD, CONFIRM = "/admin/programme/", "/admin/programme/confirm/"


@pytest.fixture
def site(pages):
    pages.programme.delete()
    pages.home.refresh_from_db()
    return pages


@pytest.fixture
def editor(site, cast, editors, signed_in):
    """An editor who may change sessions, at their browser."""
    editors.permissions.add(
        Permission.objects.get(content_type__app_label="cohorts", codename="change_session")
    )
    return signed_in(cast.editor)


def file(text: str | bytes = SMALL, name: str = "year.toml") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)


def words(response) -> str:
    """What a person reads on the page, on one line."""
    main = BeautifulSoup(response.content, "html.parser").find("main")
    return " ".join(main.get_text(" ").split())


def sealed(response) -> str:
    return BeautifulSoup(response.content, "html.parser").find("input", {"name": "sealed"})["value"]


def rows():
    """Every row, but for what signing in writes."""
    signing_in = ("sessions.Session", "members.User")
    return {label: rows for label, rows in everything().items() if label not in signing_in}


# -- works ------------------------------------------------------------------------


def test_the_menu_leads_to_the_form(editor):
    assert UPLOAD in editor.get("/admin/").content.decode()
    response = editor.get(UPLOAD)
    assert response.status_code == 200
    form = BeautifulSoup(response.content, "html.parser").find("form", {"action": UPLOAD})
    assert (form["method"], form["enctype"]) == ("post", "multipart/form-data")


def test_choose_look_agree(editor, cast):
    before = rows()
    shown = editor.post(UPLOAD, {"file": file()})
    assert shown.status_code == 200
    assert "Nothing has changed yet." in words(shown)
    assert "Would be made (9) Programme “A small year” Page “Modules”" in words(shown)
    assert "1 session has no date yet: Clinic." in words(shown)
    assert rows() == before
    done = editor.post(CONFIRM, {"sealed": sealed(shown)})
    assert done.status_code == 200
    assert "The programme is loaded." in words(done)
    assert "Made (9)" in words(done)
    assert ProgrammePage.objects.get().owner == cast.editor
    assert ModulePage.objects.count() == 2


def test_sent_twice_it_changes_nothing_the_second_time(editor):
    seal = sealed(editor.post(UPLOAD, {"file": file()}))
    editor.post(CONFIRM, {"sealed": seal})
    before = rows()
    response = editor.post(CONFIRM, {"sealed": seal})
    assert "Nothing has changed: everything was as it should be." in words(response)
    assert rows() == before


def test_what_is_loaded_already_needs_no_agreement(editor):
    load(SMALL)
    response = editor.post(UPLOAD, {"file": file()})
    assert "Nothing would change." in words(response)
    assert "Load it" not in words(response)


def test_what_has_changed_in_between_is_shown_again(editor):
    load(SMALL)
    changed = SMALL.replace("How to begin.", "How to start.")
    seal = sealed(editor.post(UPLOAD, {"file": file(changed)}))
    load(changed.replace("How to go on.", "How to carry on."))
    response = editor.post(CONFIRM, {"sealed": seal})
    assert "Something has changed here since you looked." in words(response)
    assert "Would be updated (1) Module “Going on”: Summary" in words(response)
    assert ModulePage.objects.get(number=2).summary == "How to carry on."
    editor.post(CONFIRM, {"sealed": sealed(response)})
    assert ModulePage.objects.get(number=2).summary == "How to go on."


def test_what_would_be_kept_is_listed(editor):
    load(SMALL)
    module = ModulePage.objects.get(number=1)
    module.summary = "My own words."
    module.save_revision().publish()
    response = editor.post(UPLOAD, {"file": file()})
    assert (
        "Kept as it is (1) Module “Beginning”, Summary: Somebody has changed it here. It stays as they left it."
        in words(response)
    )


# -- bad files ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("upload", "message"),
    [
        (None, "Choose a file."),
        (file(b""), "The file is empty."),
        (file(b"x" * (LARGEST + 1)), "The file is larger than 1 MB."),
        (file(b"\xff\xff"), "The file is not text in UTF-8. Save it as UTF-8."),
        (file("<html>"), "The file is not TOML: Invalid statement (at line 1, column 1)."),
        (
            file("a\x00 = 1"),
            "The file is not TOML: Expected '=' after a key in a key/value pair (at line 1, column 2).",
        ),
        (file("format = 1"), "programme : missing: expected a table begun by [programme]"),
    ],
)
def test_a_bad_file_gets_its_reason_beside_the_field(editor, upload, message):
    before = rows()
    response = editor.post(UPLOAD, {"file": upload} if upload else {})
    assert response.status_code == 200
    page = BeautifulSoup(response.content, "html.parser")
    errors = page.find(id="file-errors")
    assert message in " ".join(errors.get_text(" ").split())
    field = page.find(id="id_file")
    assert field["aria-describedby"] == "file-help file-errors"
    assert field["aria-invalid"] == "true"
    assert rows() == before


def test_all_mistakes_are_listed(editor):
    steps = [{"title": "x", "minutes": 0} for _ in range(60)]
    response = editor.post(UPLOAD, {"file": file(bent(lambda raw: raw["modules"][0].update(before=steps)))})
    assert "The file has 60 mistakes:" in words(response)
    assert "and 10 more" in words(response)


def test_what_the_file_says_is_text_on_every_page(editor):
    nasty = "<script>alert(1)</script>"

    def change(raw):
        raw["programme"]["title"] = nasty
        raw["modules"][0]["title"] = nasty

    shown = editor.post(UPLOAD, {"file": file(bent(change))})
    done = editor.post(CONFIRM, {"sealed": sealed(shown)})
    wrong = editor.post(UPLOAD, {"file": file(bent(lambda raw: raw["programme"].update({nasty: nasty})))})
    for response in (shown, done, wrong):
        html = response.content.decode()
        assert nasty not in html
        assert nasty in unescape(html)


@pytest.mark.parametrize("seal", ["", "x", "a:b:c", "\x00", "é" * 1000])
def test_a_forged_agreement_loads_nothing(editor, seal):
    before = rows()
    response = editor.post(CONFIRM, {"sealed": seal})
    assert response.status_code == 400
    assert "Choose the file again." in words(response)
    assert rows() == before


def test_an_agreement_ends_after_an_hour(editor):
    seal = sealed(editor.post(UPLOAD, {"file": file()}))
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=61)):
        response = editor.post(CONFIRM, {"sealed": seal})
    assert response.status_code == 400
    assert not ProgrammePage.objects.exists()


def test_an_agreement_is_no_use_to_somebody_else(editor, cast, signed_in):
    seal = sealed(editor.post(UPLOAD, {"file": file()}))
    response = signed_in(cast.admin).post(CONFIRM, {"sealed": seal})
    assert response.status_code == 400
    assert not ProgrammePage.objects.exists()


def test_a_file_that_has_become_wrong_is_refused(editor):
    seal = sealed(editor.post(UPLOAD, {"file": file()}))
    HomePage.objects.get().add_child(instance=ProgrammePage(title="x", slug="small", introduction="x"))
    load(SMALL.replace("small-year", "another"))
    before = rows()
    response = editor.post(CONFIRM, {"sealed": seal})
    assert "belongs to another programme" in words(response)
    assert rows() == before


# -- who may ------------------------------------------------------------------------


@pytest.mark.parametrize("address", [UPLOAD, CONFIRM])
@pytest.mark.parametrize("who", ["facilitator", "convener", "participant", "outsider"])
def test_others_are_sent_away(site, cast, signed_in, address, who):
    before = rows()
    response = signed_in(getattr(cast, who)).post(address, {"file": file()})
    assert response.status_code == 302
    assert response["Location"].startswith(("/admin/", "/accounts/"))
    assert rows() == before


@pytest.mark.parametrize("address", [UPLOAD, CONFIRM])
def test_a_visitor_signs_in_first(site, address):
    response = Client().post(address, {"file": file()})
    assert response.status_code == 302
    assert response["Location"] == f"{reverse('wagtailadmin_login')}?next={address}"


@pytest.mark.parametrize("address", [UPLOAD, CONFIRM])
def test_an_editor_of_pages_alone_may_not(site, cast, editors, signed_in, address):
    editors.permissions.remove(*Permission.objects.filter(content_type__app_label="cohorts"))
    browser = signed_in(cast.editor)
    response = browser.post(address, {"file": file()})
    assert (response.status_code, response["Location"]) == (302, "/admin/")
    assert UPLOAD not in browser.get("/admin/").content.decode()


def test_somebody_who_changes_sessions_alone_may_not(site, cast, signed_in):
    cast.convener.user_permissions.add(
        Permission.objects.get(content_type__app_label="cohorts", codename="change_session"),
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"),
    )
    response = signed_in(cast.convener).post(UPLOAD, {"file": file()})
    assert (response.status_code, response["Location"]) == (302, "/admin/")


def test_agreeing_is_a_post(editor):
    assert editor.get(CONFIRM).status_code == 405


@pytest.mark.parametrize("address", [UPLOAD, CONFIRM])
def test_a_post_needs_its_token(site, cast, address):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert browser.post(address, {"file": file()}).status_code == 403


def test_without_a_home_page_an_admin_is_told_so(db, cast, signed_in):
    HomePage.objects.all().delete()
    response = signed_in(cast.admin).post(UPLOAD, {"file": file()})
    assert "This site has no home page yet." in words(response)
