"""An editor brings communities in from the admin: chooses a file, sees what would be made, agrees, sees what came of it."""

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community_directory.bringing import columns
from community_directory.models import Community, Import
from kit import sheet
from members.models import Theme
from tests import hostile
from tests.community_directory.test_bring_in import ROW, file
from tests.factories import CommunityFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

UPLOAD, CONFIRM = "/admin/communities/import/", "/admin/communities/import/confirm/"
TEMPLATE, LIST = "/admin/communities/import/template.csv", "/admin/community_directory/community/"
BAD = {**ROW, "name": "Other", "regions": "Nowhere"}


@pytest.fixture
def editor(cast, pages, terms, signed_in) -> Client:
    """An editor at their browser."""
    return signed_in(cast.editor)


def upload(*rows: dict[str, str], content: bytes = b"", name: str = "communities.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or file(*rows))


def words(response) -> str:
    """What a person reads on the page, on one line."""
    return " ".join(BeautifulSoup(response.content, "html.parser").find("main").get_text(" ").split())


def token(response) -> str:
    return BeautifulSoup(response.content, "html.parser").find("input", {"name": "token"})["value"]


def look(editor, *rows):
    return editor.post(UPLOAD, {"file": upload(*rows)})


@pytest.fixture
def agree(editor, django_capture_on_commit_callbacks):
    """Agree to what was shown, and let the worker do it."""

    def send(shown, **chosen):
        with django_capture_on_commit_callbacks(execute=True):
            answer = editor.post(CONFIRM, {"token": token(shown), **chosen})
        return editor.get(answer.url) if answer.status_code == 302 else answer

    return send


def test_the_list_leads_there(editor):
    assert f'href="{UPLOAD}"' in editor.get(LIST).text
    page = BeautifulSoup(editor.get(UPLOAD).content, "html.parser")
    form = page.find("form", {"action": UPLOAD})
    assert (form["method"], form["enctype"]) == ("post", "multipart/form-data")
    assert [name.get_text() for name in page.find("main").select("dt")] == list(columns.NAMES)


def test_the_template_is_an_empty_table(editor):
    response = editor.get(TEMPLATE)
    assert (response["Content-Type"], response.content) == (
        "text/csv; charset=utf-8",
        sheet.written([list(columns.NAMES)]),
    )


def test_choose_look_agree(editor, agree, cast):
    changed = {"name": cast.community.name, "rhythm": "Mondays"}
    shown = look(editor, ROW, changed)
    assert "Nothing has been imported yet." in words(shown)
    assert "New: 1" in words(shown)
    assert (
        "Row 3: Falls in care homes – rhythm. Show or hide the texts Column Here now In the file rhythm – Mondays"
        in words(shown)
    )
    assert (Community.objects.count(), Import.objects.count()) == (1, 0)
    done = agree(shown, here="revise")
    assert "1 new community, and 1 changed." in words(done)
    assert "Night walkers Waiting for an editor" in words(done)
    assert Community.objects.get(pk=cast.community.pk).rhythm == "Mondays"
    assert "Night walkers" in editor.get(LIST).text
    assert Client().get("/communities/night-walkers/").status_code == 404


def test_what_waits_says_so(editor):
    shown = look(editor, ROW)
    done = editor.post(CONFIRM, {"token": token(shown)}, follow=True)
    assert "We are bringing in communities.csv ." in words(done)
    assert not Community.objects.filter(name="Night walkers").exists()


def test_sent_twice_it_comes_in_once(editor, agree):
    shown = look(editor, ROW)
    first, second = agree(shown), agree(shown)
    assert first.request["PATH_INFO"] == second.request["PATH_INFO"]
    assert (Import.objects.count(), Community.objects.filter(name="Night walkers").count()) == (1, 1)
    assert "everything in communities.csv is here already" in words(look(editor, ROW))


def test_wrong_rows_are_mended_or_left_out(editor, agree):
    shown = look(editor, ROW, BAD)
    assert (
        "Wrong: 1 row Where What is wrong Row 3, regions “Nowhere”. There is no region “Nowhere”."
        in words(shown)
    )
    again = agree(shown)
    assert "Nothing was imported. Mend the file, or tick this box." in words(again)
    assert Import.objects.count() == 0
    done = agree(again, leave_out="on")
    assert "1 new community." in words(done)
    assert "1 row left out." in words(done)


def test_missing_words_are_made_if_that_is_ticked(editor, agree):
    shown = look(editor, {**ROW, "themes": "Sleep", "organisations": "Night House"})
    assert "Add 1 theme: Sleep" in words(shown)
    assert "Add 1 organisation: Night House" in words(shown)
    again = agree(shown, make_themes="on")
    assert "have the missing words added, or tick this box" in words(again)
    page = BeautifulSoup(again.content, "html.parser")
    assert page.find("input", {"name": "make_themes"}).has_attr("checked")
    agree(again, make_themes="on", make_organisations="on")
    assert Theme.objects.get(name="Sleep").slug == "sleep"


def test_what_has_changed_meanwhile_is_shown_again(editor, agree, cast):
    shown = look(editor, ROW, {"name": cast.community.name, "rhythm": "Mondays"})
    Community.objects.filter(pk=cast.community.pk).update(rhythm="Fridays")
    again = agree(shown, here="revise")
    assert "Something has changed here since you looked." in words(again)
    assert "rhythm Fridays Mondays" in words(again)
    assert "1 new community, and 1 changed." in words(agree(again, here="revise"))


def test_what_was_stopped_says_so(editor, cast):
    one = Import.objects.create(
        by=cast.editor, key="k", file_name="a.csv", content=b"", mark="m", state="stopped"
    )
    assert "Nothing of a.csv was imported" in words(editor.get(f"{UPLOAD}{one.pk}/"))
    assert "a.csv" in words(editor.get(UPLOAD))


def test_after_an_hour_the_file_is_asked_for_again(editor, agree):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        shown = look(editor, ROW)
        clock.shift(3601)
        late = agree(shown)
    assert (late.status_code, "That took longer than an hour" in words(late)) == (400, True)


@pytest.mark.parametrize(
    "sent", [{}, {"token": ""}, {"token": "x" * 5000}, {"token": "\x00"}, {"token": "٣"}]
)
def test_what_was_never_shown_is_not_brought_in(editor, sent):
    assert editor.post(CONFIRM, sent).status_code == 400
    assert Import.objects.count() == 0


def test_what_another_editor_was_shown_is_theirs(editor, cast, signed_in):
    shown = look(editor, ROW)
    assert signed_in(cast.admin).post(CONFIRM, {"token": token(shown)}).status_code == 400


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choose a file."),
        ({"file": SimpleUploadedFile("a.csv", b"")}, "The file is empty."),
        ({"file": SimpleUploadedFile("a.csv", b"summary\nx\n")}, "There is no column “name”."),
        ({"file": SimpleUploadedFile("a.csv", b"PK\x03\x04x")}, "This is an Excel file."),
        (
            {"file": SimpleUploadedFile("a.csv", b"x" * (columns.LARGEST + 1))},
            "The file is larger than 5 MB.",
        ),
        ({"file": "text"}, "Choose a file."),
    ],
)
def test_a_file_that_is_none(editor, sent, said):
    response = editor.post(UPLOAD, sent)
    assert (response.status_code, said in words(response)) == (200, True)


class TestWhoMay:
    @pytest.mark.parametrize("address", [UPLOAD, TEMPLATE, f"{UPLOAD}1/"])
    @pytest.mark.parametrize("key", ["participant", "convener", "facilitator", "outsider", "visitor"])
    def test_others_do_not_get_in(self, cast, pages, signed_in, address, key):
        Import.objects.create(pk=1, by=cast.editor, key="k", file_name="a.csv", content=b"", mark="m")
        client = Client() if key == "visitor" else signed_in(getattr(cast, key))
        assert client.get(address).status_code in (302, 403, 404)
        assert client.post(UPLOAD, {"file": upload(ROW)}).status_code in (302, 403)
        assert client.post(CONFIRM, {"token": "x"}).status_code in (302, 403)
        assert Import.objects.count() == 1

    def test_who_works_in_the_admin_without_that_right_does_not_either(
        self, cast, pages, terms, editors, signed_in
    ):
        editors.permissions.remove(*editors.permissions.filter(codename="publish_community"))
        client = signed_in(cast.editor)
        for address in (UPLOAD, TEMPLATE):
            assert client.get(address).status_code in (302, 403)
        assert client.post(CONFIRM, {"token": "x"}).status_code in (302, 403)

    def test_gets_and_tokens(self, editor, cast):
        assert [editor.get(CONFIRM).status_code, editor.post(TEMPLATE).status_code] == [405, 405]
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(cast.editor, backend="allauth.account.auth_backends.AuthenticationBackend")
        for address in (UPLOAD, CONFIRM):
            assert strict.post(address, {"token": "x"}).status_code == 403

    @pytest.mark.parametrize("key", ["0", "9" * 25, "x"])
    def test_what_is_not_there(self, editor, key):
        assert editor.get(f"{UPLOAD}{key}/").status_code == 404


@pytest.mark.parametrize("number", [1, 30])
def test_cost_of_what_came_of_it(editor, cast, number, django_assert_num_queries):
    made = [CommunityFactory(name=f"New {place}", slug=f"new-{place}").pk for place in range(number)]
    one = Import.objects.create(
        by=cast.editor, key="k", file_name="a", content=b"", mark="m", state="done", made=made, revised=made
    )
    editor.get(f"{UPLOAD}{one.pk}/")
    with django_assert_num_queries(15):
        page = editor.get(f"{UPLOAD}{one.pk}/")
    assert words(page).count("New ") >= 2 * number


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(row=st.dictionaries(st.sampled_from(columns.NAMES), hostile.TEXT, max_size=6))
def test_nothing_breaks_it(editor, row):
    response = editor.post(UPLOAD, {"file": upload({**ROW, **row})})
    assert response.status_code == 200
    assert "<img src=x>" not in response.text
