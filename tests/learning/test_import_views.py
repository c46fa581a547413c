"""An editor imports guidance in the admin: chooses a file, sees what would be made, agrees."""

from html import unescape

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import GroupCollectionPermission, GroupPagePermission, PageLogEntry, Revision

from files.models import PortalImage
from kit import sheet
from learning.models import GuidancePage, LibraryPage
from portal.editors import ensure_editor_group
from tests import hostile
from tests.factories import ThemeFactory
from tests.files.samples import image_bytes
from tests.learning.documents import docx, p, picture
from tests.portal.programme_files import everything

UPLOAD, CONFIRM = "/admin/guidance/import/", "/admin/guidance/import/confirm/"
TEMPLATE, EXPORT = "/admin/guidance/import/template.csv", "/admin/guidance/import/guidance.csv"
CSV = "Title,In short,Minutes,Themes\nA round of names,Everybody speaks.,5,Trust\nEnd on time,Close well.,,\n"


@pytest.fixture
def editor(pages, cast, signed_in):
    """An editor at their browser, who may add pictures too."""
    ensure_editor_group()
    ThemeFactory(slug="trust", name="Trust")
    return signed_in(cast.editor)


def file(content: str | bytes = CSV, name: str = "guidance.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def words(response) -> str:
    """What a person reads on the page, on one line."""
    return " ".join(BeautifulSoup(response.content, "html.parser").find("main").get_text(" ").split())


def token(response) -> str:
    return BeautifulSoup(response.content, "html.parser").find("input", {"name": "token"})["value"]


def rows():
    """Every row, but for what signing in writes."""
    signing_in = ("sessions.Session", "members.User")
    return {label: rows for label, rows in everything().items() if label not in signing_in}


def bring(editor, upload=None, **chosen):
    """Send a file, and agree."""
    shown = editor.post(UPLOAD, {"file": upload or file()})
    return editor.post(CONFIRM, {"token": token(shown), **chosen})


def page_called(title: str) -> GuidancePage:
    return GuidancePage.objects.get(title=title)


# -- works -----------------------------------------------------------------------------


def test_the_menu_and_the_library_lead_to_the_form(editor, pages):
    assert f'href="{UPLOAD}"' in editor.get(reverse("wagtailadmin_explore", args=[pages.library.pk])).text
    assert (
        f'href="{UPLOAD}"'
        not in editor.get(reverse("wagtailadmin_explore", args=[pages.programme.pk])).text.split("<main")[1]
    )
    assert UPLOAD in editor.get("/admin/").text
    form = BeautifulSoup(editor.get(UPLOAD).content, "html.parser").find("form", {"action": UPLOAD})
    assert (form["method"], form["enctype"]) == ("post", "multipart/form-data")


def test_choose_look_agree(editor, cast):
    before = rows()
    shown = editor.post(UPLOAD, {"file": file()})
    assert "Nothing has been imported yet." in words(shown)
    assert "New: 2 drafts A round of names End on time" in words(shown)
    assert rows() == before
    done = editor.post(CONFIRM, {"token": token(shown)})
    assert "2 new drafts. Nothing is published yet." in words(done)
    page = page_called("A round of names")
    assert (page.live, page.has_unpublished_changes, page.slug, page.owner) == (
        False,
        True,
        "a-round-of-names",
        cast.editor,
    )
    assert (page.in_short, page.minutes, [theme.name for theme in page.themes.all()]) == (
        "Everybody speaks.",
        5,
        ["Trust"],
    )
    assert page.latest_revision.user == cast.editor
    entries = PageLogEntry.objects.filter(page=page.pk).order_by("pk")
    assert [(entry.action, entry.user) for entry in entries] == [
        ("wagtail.create", cast.editor), ("wagtail.edit", cast.editor)
    ]  # fmt: skip
    assert Client().get(f"/guidance/{page.slug}/").status_code == 404


def test_sent_twice_it_makes_nothing_twice(editor):
    shown = editor.post(UPLOAD, {"file": file()})
    editor.post(CONFIRM, {"token": token(shown)})
    before = rows()
    again = editor.post(CONFIRM, {"token": token(shown)})
    assert "Nothing has changed: everything was here already." in words(again)
    assert rows() == before
    assert "everything in guidance.csv is here already" in words(editor.post(UPLOAD, {"file": file()}))


def test_what_is_here_is_left_unless_a_new_draft_is_chosen(editor, pages, cast):
    upload = "Title,In short,Minutes\nStart WITH a question,Another.,9\nNew,x,\n"
    shown = editor.post(UPLOAD, {"file": file(upload)})
    assert "Here already, and different: 1 Start with a question : Title, In short, Minutes" in words(shown)
    done = editor.post(CONFIRM, {"token": token(shown), "here": "keep"})
    assert "1 new draft. Nothing is published yet." in words(done)
    assert "1 left as it was." in words(done)
    page = GuidancePage.objects.get(pk=pages.guidance.pk)
    assert (page.in_short, page.latest_revision) == ("Ask.", None)
    done = bring(editor, file(upload), here="revise")
    assert "0 new drafts, and 1 new version of what was here." in words(done)
    page = GuidancePage.objects.get(pk=pages.guidance.pk)
    draft = page.get_latest_revision_as_object()
    assert (page.title, page.in_short, page.live, page.has_unpublished_changes) == (
        "Start with a question",
        "Ask.",
        True,
        True,
    )
    assert (draft.title, draft.in_short, draft.minutes, page.latest_revision.user) == (
        "Start WITH a question", "Another.", 9, cast.editor
    )  # fmt: skip
    before = rows()
    assert "Nothing has changed" in words(bring(editor, file(upload), here="revise")) or rows() == before
    assert Revision.objects.for_instance(page).count() == 1


def test_an_empty_cell_leaves_what_is_there(editor, pages):
    pages.guidance.minutes = 30
    pages.guidance.save()
    bring(editor, file("Title,In short,Minutes,Body\nStart with a question,,,Hello.\n"), here="revise")
    draft = GuidancePage.objects.get(pk=pages.guidance.pk).get_latest_revision_as_object()
    assert (draft.minutes, draft.in_short, [block.block_type for block in draft.body]) == (
        30,
        "Ask.",
        ["text"],
    )


def test_a_block_that_stays_keeps_its_id(editor, pages):
    bring(editor, file('Title,Body\nA,"## One\n\nText."\n'))
    first = [block.id for block in page_called("A").get_latest_revision_as_object().body]
    bring(editor, file('Title,Body\nA,"Before.\n\n## One\n\nText."\n'), here="revise")
    after = [block.id for block in page_called("A").get_latest_revision_as_object().body]
    assert after[1:] == first


def test_what_has_changed_in_between_is_shown_again(editor, pages):
    upload = "Title,In short\nStart with a question,Another.\n"
    shown = editor.post(UPLOAD, {"file": file(upload)})
    pages.library.add_child(instance=GuidancePage(title="X", slug="x", in_short="x"))
    GuidancePage.objects.filter(pk=pages.guidance.pk).update(
        title="Something", draft_title="Something", slug="y"
    )
    again = editor.post(CONFIRM, {"token": token(shown), "here": "revise"})
    assert "Something has changed here since you looked. Nothing was imported." in words(again)
    assert not GuidancePage.objects.filter(title="Start with a question").exists()
    editor.post(CONFIRM, {"token": token(again)})
    assert page_called("Start with a question").in_short == "Another."


def test_a_word_file_with_a_picture(editor):
    content = docx(
        p("With a picture", style="Title"),
        p("Hello."),
        p(picture("a.png", "Chairs")),
        media={"a.png": image_bytes()},
    )
    for _ in range(2):
        bring(editor, file(content, "x.docx"))
    page = page_called("With a picture").get_latest_revision_as_object()
    [image] = PortalImage.objects.all()
    assert (image.title, image.circle, image.uploaded_by_user.email) == ("Chairs", None, "editor@example.org")
    assert [block.block_type for block in page.body] == ["text", "picture"]
    assert (page.body[1].value["image"], page.body[1].value["description"]) == (image, "Chairs")
    edit = editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert edit.status_code == 200


def test_who_may_add_no_pictures_gets_the_text(editor, editors):
    GroupCollectionPermission.objects.filter(group=editors).delete()
    content = docx(
        p("T", style="Title"), p("Hello."), p(picture("a.png", "Chairs")), media={"a.png": image_bytes()}
    )
    shown = editor.post(UPLOAD, {"file": file(content, "x.docx")})
    assert "You may not add pictures, so 1 was left out." in words(shown)
    editor.post(CONFIRM, {"token": token(shown)})
    assert [block.block_type for block in page_called("T").get_latest_revision_as_object().body] == ["text"]
    assert not PortalImage.objects.exists()


# -- what is wrong ----------------------------------------------------------------------


WRONG = "Title,Minutes\nGood,5\nBad,x\nWorse,y\n"


def test_one_bad_line_imports_nothing_until_it_is_left_out(editor):
    shown = editor.post(UPLOAD, {"file": file(WRONG)})
    assert "Can’t be imported: 2 rows" in words(shown)
    assert "Row 3, Minutes : “x”. Write a whole number, such as 20, without words." in words(shown)
    before = rows()
    refused = editor.post(CONFIRM, {"token": token(shown)})
    assert "Nothing was imported. Mend the file, or tick the box." in words(refused)
    box = BeautifulSoup(refused.content, "html.parser").find("input", {"name": "leave_out"})
    assert (box["aria-invalid"], box["aria-describedby"]) == ("true", "leave-out-error")
    assert rows() == before
    done = editor.post(CONFIRM, {"token": token(refused), "leave_out": "on"})
    assert "1 new draft. Nothing is published yet." in words(done)
    assert "2 rows left out." in words(done)
    assert list(GuidancePage.objects.filter(live=False).values_list("title", flat=True)) == ["Good"]


def test_with_no_good_line_there_is_nothing_to_agree_to(editor):
    shown = editor.post(UPLOAD, {"file": file("Title,Minutes\nBad,x\n")})
    assert "Import as drafts" not in words(shown)
    before = rows()
    editor.post(CONFIRM, {"token": token(shown), "leave_out": "on"})
    assert rows() == before


def test_a_locked_page_and_another_s_page_can_t_be_changed(editor, pages, cast):
    GuidancePage.objects.filter(pk=pages.guidance.pk).update(locked=True, locked_by=cast.admin)
    shown = editor.post(UPLOAD, {"file": file("Title,Minutes\nStart with a question,9\n")})
    assert "Somebody has locked it. Unlock it, then import the file again." in words(shown)
    GuidancePage.objects.filter(pk=pages.guidance.pk).update(locked=False, locked_by=None, owner=cast.admin)
    GroupPagePermission.objects.filter(permission__codename__in=["change_page", "publish_page"]).delete()
    shown = editor.post(UPLOAD, {"file": file("Title,Minutes\nStart with a question,9\n")})
    assert "You may not change it. Leave it out, or ask another editor." in words(shown)


def test_two_rows_that_are_one_page_are_told_apart(editor, pages):
    shown = editor.post(
        UPLOAD, {"file": file("Title,Minutes\nStart with a question,9\nStart: with a question!,8\n")}
    )
    assert "Two rows are the page “Start with a question”." in words(shown)


@pytest.mark.parametrize(
    ("upload", "message"),
    [
        (None, "Choose a file."),
        (file(b""), "The file is empty."),
        (file(b"x" * (10 * 1024 * 1024 + 1), "x.docx"), "The file is larger than 10 MB."),
        (file(b"x", "x.pdf"), "Use a file that ends in .csv or .docx."),
        (file("Name\nA"), "There is no column “Title”."),
    ],
)
def test_a_bad_file_gets_its_reason_beside_the_field(editor, upload, message):
    before = rows()
    if upload:
        upload.seek(0)
    response = editor.post(UPLOAD, {"file": upload} if upload else {})
    page = BeautifulSoup(response.content, "html.parser")
    assert message in page.find(id="file-errors").get_text(" ")
    assert page.find(id="id_file")["aria-describedby"] == "file-help file-errors"
    assert rows() == before


def test_what_the_file_says_is_text_on_every_page(editor):
    nasty = "<script>alert(1)</script>"
    shown = editor.post(
        UPLOAD, {"file": file(f"Title,Minutes,Body\n{nasty},,{nasty}\nx,{nasty},\n", f"{nasty}.csv")}
    )
    done = editor.post(CONFIRM, {"token": token(shown), "leave_out": "on"})
    wrong = editor.post(UPLOAD, {"file": file(f"Title,{nasty}\nx,\n")})
    for response in (shown, done, wrong):
        html = response.content.decode()
        assert (nasty in html, nasty in unescape(html)) == (False, True)
    assert nasty not in str(page_called(nasty).get_latest_revision_as_object().body.raw_data[0]["value"])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=hostile.TEXT, name=hostile.TEXT.filter(bool), sealed=hostile.TEXT, source=st.binary(max_size=200))
def test_whatever_is_sent_nothing_breaks(editor, text, name, sealed, source):
    for upload in (
        file(text, name), file(source), file(sheet.written([["Title", "Body", "Themes"], [text, text, text]])),
        file(source, "x.docx"), file(docx(p("T", style="Title"), p("x"), core_title="y"), f"{name}.docx"),
    ):  # fmt: skip
        shown = editor.post(UPLOAD, {"file": upload})
        assert (shown.status_code, "<img src=x onerror" in shown.text) == (200, False)
    assert editor.post(UPLOAD, {"file": text}).status_code == 200
    assert editor.post(CONFIRM, {"token": sealed, "here": text}).status_code == 400


# -- who may ----------------------------------------------------------------------------


def test_an_agreement_ends_after_an_hour_and_is_no_use_to_somebody_else(editor, cast, signed_in):
    sent = token(editor.post(UPLOAD, {"file": file()}))
    before = rows()
    assert signed_in(cast.admin).post(CONFIRM, {"token": sent}).status_code == 400
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=61)):
        late = editor.post(CONFIRM, {"token": sent})
    assert (late.status_code, "Choose the file again." in words(late)) == (400, True)
    assert {
        label: found for label, found in rows().items() if label.startswith(("learning", "wagtailcore"))
    } == {label: found for label, found in before.items() if label.startswith(("learning", "wagtailcore"))}


@pytest.mark.parametrize("address", [UPLOAD, CONFIRM, TEMPLATE, EXPORT])
@pytest.mark.parametrize("who", ["facilitator", "convener", "participant", "outsider"])
def test_others_are_sent_away(pages, cast, signed_in, address, who):
    client = signed_in(getattr(cast, who))
    for response in (client.get(address), client.post(address, {"file": file()})):
        assert response.status_code == 302
        assert response["Location"].startswith(("/admin/", "/accounts/"))
    assert GuidancePage.objects.count() == 1


@pytest.mark.parametrize("address", [UPLOAD, CONFIRM, TEMPLATE, EXPORT])
def test_a_visitor_signs_in_first(pages, address):
    response = Client().get(address)
    assert response["Location"] == f"{reverse('wagtailadmin_login')}?next={address}"


@pytest.mark.parametrize("address", [UPLOAD, TEMPLATE, EXPORT])
def test_who_works_in_the_admin_and_adds_no_pages_may_not(pages, cast, signed_in, address):
    cast.convener.user_permissions.add(
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    )
    browser = signed_in(cast.convener)
    response = browser.get(address)
    assert (response.status_code, response["Location"]) == (302, "/admin/")
    assert UPLOAD not in browser.get("/admin/").text


def test_without_a_library_nobody_may(editor, cast, signed_in):
    LibraryPage.objects.get().delete()
    assert signed_in(cast.admin).get(UPLOAD)["Location"] == "/admin/"


def test_methods_and_tokens(editor, cast):
    assert editor.get(CONFIRM).status_code == 405
    assert (editor.post(TEMPLATE).status_code, editor.post(EXPORT).status_code) == (405, 405)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert [browser.post(address, {"file": file()}).status_code for address in (UPLOAD, CONFIRM)] == [
        403,
        403,
    ]


# -- taking it away ---------------------------------------------------------------------


def test_the_template_and_the_library_as_files(editor, pages):
    response = editor.get(TEMPLATE)
    assert (response["Content-Type"], response["Content-Disposition"]) == (
        "text/csv; charset=utf-8",
        'attachment; filename="guidance-template.csv"',
    )
    assert response.content.startswith(b"\xef\xbb\xbfTitle,In short,Kind")
    exported = editor.get(EXPORT).content
    assert b"Start with a question,Ask.,Guide" in exported
    assert "is here already" in words(editor.post(UPLOAD, {"file": file(exported)}))


def test_a_list_costs_as_much_with_thirty_as_with_one(editor, pages, django_assert_num_queries):
    editor.get(EXPORT)
    with django_assert_num_queries(QUERIES):
        editor.get(EXPORT)
    for number in range(30):
        page = GuidancePage(title=f"Page {number}", slug=f"page-{number}", in_short="x")
        pages.library.add_child(instance=page)
    with django_assert_num_queries(QUERIES):
        assert len(editor.get(EXPORT).content.splitlines()) == 32


QUERIES = 16
