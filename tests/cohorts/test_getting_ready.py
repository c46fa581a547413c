"""One module for one cohort on one screen: what is missing for the date, adding, showing, telling."""

import json
from datetime import datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cohorts.enums import SessionKind
from cohorts.models import Announcement, Material, Session
from cohorts.readiness import overlap
from cohorts.times import LONDON
from files.models import PortalDocument
from tests.factories import CohortFactory, MaterialFactory, SessionFactory
from tests.learning.conftest import step

INDEX = "/admin/modules/"


@pytest.fixture
def half_day(cast, pages, now):
    """On Wednesday 11 March 2026, with all that a half-day needs but slides."""
    cast.cohort.programme = pages.programme
    cast.cohort.save()
    pages.module.steps = json.dumps([step(0, "before", "Find your question")])
    pages.module.save()
    return SessionFactory(
        cohort=cast.cohort, kind=SessionKind.HALF_DAY, module=pages.module, title="First half-day",
        starts_at=now + timedelta(days=1, hours=-2, minutes=-30), ends_at=now + timedelta(days=1, minutes=30),
        place="Online", joining_link="https://meet.example.org/1",
    )  # fmt: skip


@pytest.fixture
def editor(cast, editors, pages, signed_in):
    """An editor who may change sessions, at their browser; in no cohort."""
    codenames = ("change_session", "change_cohort", "view_session", "view_cohort")
    editors.permissions.add(
        *Permission.objects.filter(content_type__app_label="cohorts", codename__in=codenames)
    )
    return signed_in(cast.editor)


@pytest.fixture
def there(cast, pages) -> dict[str, int]:
    return {"cohort": cast.cohort.pk, "module": pages.module.pk}


def url(name: str, there: dict[str, int]) -> str:
    return reverse(f"cohorts_module{name}", args=[there["module"], there["cohort"]])


def text(node) -> str:
    return " ".join(node.get_text(" ").split())


def main(response) -> BeautifulSoup:
    assert response.status_code == 200, response
    return BeautifulSoup(response.content, "html.parser").main


def missing(response) -> list[str]:
    found = main(response).select('[aria-labelledby="how-ready"] li')
    return [text(BeautifulSoup(str(li).split("<a ")[0], "html.parser")) for li in found]


# -- what is missing -------------------------------------------------------------------


def test_only_slides_are_missing(editor, half_day, there):
    page = main(editor.get(url("", there)))
    assert "Ready for Wednesday 11 March?" in text(page)
    assert missing(editor.get(url("", there))) == ["“First half-day” has no slides or other file."]


def test_nothing_is_missing_once_a_file_is_shown_and_told(editor, cast, half_day, there, pages):
    document = PortalDocument.objects.create(title="Slides", file="a.txt")
    told = Announcement.objects.create(cohort=cast.cohort, module=pages.module)
    MaterialFactory(session=half_day, kind="file", document=document, url="", announcement=told)
    assert missing(editor.get(url("", there))) == []
    assert text(main(editor.get(url("", there))).select_one("#how-ready")) == "Everything is there."


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"joining_link": ""}, "“First half-day” has no joining link."),
        ({"provisional": True}, "The date of “First half-day” is provisional."),
        ({"starts_at": None, "ends_at": None}, "“First half-day” has no date yet."),
        ({"module": None}, "The module has no half-day yet."),
    ],
)
def test_what_a_session_lacks_is_said(editor, half_day, there, changes, said):
    Session.objects.filter(pk=half_day.pk).update(**changes)
    assert said in missing(editor.get(url("", there)))


def test_a_room_needs_no_joining_link(editor, half_day, there):
    Session.objects.filter(pk=half_day.pk).update(place="Kingsreach Hospital, room 4", joining_link="")
    assert missing(editor.get(url("", there))) == ["“First half-day” has no slides or other file."]


def test_what_the_page_lacks_is_said(editor, half_day, there, pages):
    pages.module.steps = []
    pages.module.save()
    pages.module.summary = "Another."
    pages.module.save_revision()
    said = missing(editor.get(url("", there)))
    assert said[:2] == [
        "The module’s page has changes that nobody sees yet.",
        "There is nothing to do before the first half-day.",
    ]
    pages.module.unpublish()
    assert missing(editor.get(url("", there)))[0] == "The module’s page is not published."


def test_a_clash_with_another_session_of_the_cohort_is_said(editor, cast, half_day, there):
    for title, cohort in (("Clinic", cast.cohort), ("Theirs", CohortFactory())):
        SessionFactory(title=title, cohort=cohort, starts_at=half_day.starts_at, ends_at=half_day.ends_at)
    assert missing(editor.get(url("", there)))[:1] == ["“First half-day” is at the same time as “Clinic”."]


def test_a_half_day_on_a_bank_holiday_is_said(editor, half_day, there):
    good_friday = datetime(2026, 4, 3, 9, 30, tzinfo=LONDON)
    Session.objects.filter(pk=half_day.pk).update(
        starts_at=good_friday, ends_at=good_friday + timedelta(hours=3)
    )
    assert missing(editor.get(url("", there)))[0] == "“First half-day” is on Good Friday."


def test_after_the_half_day_its_recording_is_missing(editor, half_day, there):
    Session.objects.filter(pk=half_day.pk).update(
        starts_at=half_day.starts_at - timedelta(days=9), ends_at=half_day.ends_at - timedelta(days=9)
    )
    assert missing(editor.get(url("", there))) == ["“First half-day” is over, and has no recording."]


def test_what_waits_and_what_nobody_was_told_of_is_said(editor, half_day, there):
    MaterialFactory(session=half_day, kind="recording", title="A talk", shown_at=None)
    MaterialFactory(session=half_day, shown_at=None)
    MaterialFactory(session=half_day)
    assert missing(editor.get(url("", there)))[1:] == [
        "“A talk” waits for captions or a transcript. Nobody sees it until then.",
        "1 thing is not shown yet.",
        "The cohort has not been told of 1 new thing.",
    ]


_HOURS = st.tuples(st.integers(0, 20), st.integers(1, 8))


@given(one=_HOURS, other=_HOURS)
def test_sessions_overlap_when_they_share_an_hour(one, other):
    base = Session(starts_at=None)
    assert not overlap(base, base)

    midnight = datetime(2026, 3, 11, tzinfo=LONDON)
    sessions = [
        Session(starts_at=midnight + timedelta(hours=at), ends_at=midnight + timedelta(hours=at + long))
        for at, long in (one, other)
    ]
    hours = [set(range(at, at + long)) for at, long in (one, other)]
    assert overlap(*sessions) == bool(hours[0] & hours[1]) == overlap(*reversed(sessions))


# -- the list, and the way there -------------------------------------------------------


def test_the_list_has_every_module_of_running_cohorts(editor, half_day, cast, pages, now):
    over = CohortFactory(name="Over", programme=pages.programme, ends_on=now.date() - timedelta(days=1))
    rows = [text(row) for row in main(editor.get(INDEX)).select("ul.listing > li")]
    assert rows == ["1. Planning and launching 11 March 2026. 1 thing is missing."]
    assert over.name not in text(main(editor.get(INDEX)))


def test_the_list_says_so_when_no_cohort_is_running(editor):
    assert "No cohort is running." in text(main(editor.get(INDEX)))


@pytest.mark.parametrize("count", [1, 30])
def test_the_screen_and_the_list_ask_the_same_number_of_questions_however_much_there_is(
    editor, half_day, there, count, django_assert_num_queries
):
    MaterialFactory.create_batch(count, session=half_day)
    editor.get(url("", there))
    for address, queries in ((url("", there), 16), (INDEX, 15)):
        with django_assert_num_queries(queries):
            editor.get(address)


def test_the_editor_of_a_module_leads_there_and_publishing_offers_to_tell(editor, half_day, there, pages):
    edit = reverse("wagtailadmin_pages:edit", args=[pages.module.pk])
    assert url("", there) in editor.get(edit).content.decode()
    other = reverse("wagtailadmin_pages:edit", args=[pages.guidance.pk])
    assert url("", there) not in editor.get(other).content.decode()


# -- who may ---------------------------------------------------------------------------

POSTS = ["show", "tell"]


@pytest.mark.parametrize("who", ["participant", "facilitator", "outsider"])
def test_who_may_not_enter_the_admin_may_nothing(cast, half_day, there, signed_in, who):
    client = signed_in(getattr(cast, who))
    for name in POSTS:
        assert client.post(url(f"_{name}", there), {"words": "x"}).status_code == 302
    assert client.get(url("", there)).status_code == 302
    assert Announcement.objects.count() == 0


def test_an_editor_without_the_right_to_sessions_is_sent_away(cast, half_day, there, editors, signed_in):
    editors.permissions.set(editors.permissions.filter(codename="access_admin"))
    client = signed_in(cast.editor)
    for address in (INDEX, url("", there), reverse("cohorts_material_add", args=[half_day.pk])):
        assert client.get(address).status_code == 302
    assert client.post(url("_tell", there), {"words": "x"}).status_code == 302
    assert Announcement.objects.count() == 0


def test_what_is_not_there_is_404(editor, half_day, there):
    for changes in ({"cohort": 4711}, {"module": 4711}):
        assert editor.get(url("", there | changes)).status_code == 404
        assert editor.post(url("_show", there | changes)).status_code == 404
        assert editor.post(url("_tell", there | changes), {"words": "x"}).status_code == 404
    for name in ("edit", "move", "hide", "remove"):
        assert editor.post(reverse(f"cohorts_material_{name}", args=[4711])).status_code == 404
    assert editor.get(reverse("cohorts_material_add", args=[4711])).status_code == 404
    assert editor.get(reverse("cohorts_material_add", args=[half_day.pk]) + "?kind=x").status_code == 404


def test_a_module_of_another_programme_is_not_found(editor, cast, half_day, there):
    cast.cohort.programme = None
    cast.cohort.save()
    assert editor.get(url("", there)).status_code == 404


def test_a_get_writes_nothing(editor, half_day, there):
    hidden = MaterialFactory(session=half_day, shown_at=None)
    for name in POSTS:
        assert editor.get(url(f"_{name}", there)).status_code == 405
    for name in ("move", "hide", "remove"):
        assert editor.get(reverse(f"cohorts_material_{name}", args=[hidden.pk])).status_code == 405
    hidden.refresh_from_db()
    assert hidden.shown_at is None


# -- adding and changing ---------------------------------------------------------------


def add_url(session, kind: str) -> str:
    return reverse("cohorts_material_add", args=[session.pk]) + f"?kind={kind}"


def errors(response) -> list[str]:
    assert response.status_code == 400
    page = BeautifulSoup(response.content, "html.parser")
    return [text(node) for node in page.select(".error-message")]


def test_slides_are_added_once_however_often_they_are_sent(editor, cast, half_day):
    for _ in range(2):
        sent = {"title": "Slides", "note": "For the start", "request_key": "one form"}
        file = SimpleUploadedFile("slides.txt", b"One.")
        response = editor.post(add_url(half_day, "file"), sent | {"file": file})
        assert response.status_code == 302
    material = Material.objects.get()
    assert (material.title, material.note, material.added_by) == ("Slides", "For the start", cast.editor)
    assert (material.document.circle, material.shown_at) == (cast.cohort.circle, None)


def test_a_file_that_is_not_what_it_says_is_refused_beside_its_field(editor, half_day):
    sent = {"title": "Slides", "file": SimpleUploadedFile("slides.pdf", b"not a PDF")}
    response = editor.post(add_url(half_day, "file"), sent)
    assert errors(response) == ["This is not a PDF file."]
    assert b'value="Slides"' in response.content
    assert (Material.objects.count(), PortalDocument.objects.count()) == (0, 0)


def test_neither_a_file_nor_a_document_is_asked_for(editor, half_day):
    assert errors(editor.post(add_url(half_day, "file"), {"title": "Slides"})) == ["Choose a file."]


def test_a_document_that_the_cohort_could_not_open_is_refused(editor, cast, half_day):
    theirs = PortalDocument.objects.create(
        title="Theirs", file="a.txt", circle=cast.community.circle, uploaded_by_user=cast.editor
    )
    sent = {"title": "Slides", "document": theirs.pk}
    assert errors(editor.post(add_url(half_day, "file"), sent))[0].startswith("People could not open this")
    hidden = PortalDocument.objects.create(title="Hidden", file="b.txt", circle=cast.community.circle)
    sent = {"title": "Slides", "document": hidden.pk}
    assert len(errors(editor.post(add_url(half_day, "file"), sent))) >= 1
    assert Material.objects.count() == 0


def test_a_document_that_everybody_may_open_can_be_chosen(editor, half_day):
    document = PortalDocument.objects.create(title="A form", file="a.txt")
    assert (
        editor.post(add_url(half_day, "file"), {"title": "A form", "document": document.pk}).status_code
        == 302
    )
    assert Material.objects.get().document == document


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "https://name:word@example.org/", "not an address", ""]
)
@pytest.mark.parametrize("kind", ["link", "recording"])
def test_an_address_that_is_none_is_refused(editor, half_day, kind, address):
    assert len(errors(editor.post(add_url(half_day, kind), {"title": "A", "url": address}))) == 1
    assert Material.objects.count() == 0


def test_a_number_like_a_patients_is_asked_about(editor, half_day):
    sent = {"title": "Notes", "url": "https://a.example.org/", "transcript": "NHS number 943 476 5919"}
    assert "looks like an NHS number" in errors(editor.post(add_url(half_day, "recording"), sent))[0]
    assert Material.objects.count() == 0


def test_changing_the_title_leaves_the_file(editor, half_day):
    document = PortalDocument.objects.create(title="A", file="a.txt")
    material = MaterialFactory(session=half_day, kind="file", url="", document=document)
    sent = {"title": "Another", "document": document.pk, "note": ""}
    for _ in range(2):
        assert editor.post(reverse("cohorts_material_edit", args=[material.pk]), sent).status_code == 302
    material.refresh_from_db()
    assert (material.title, material.document) == ("Another", document)


def test_a_new_file_takes_the_place_of_the_old(editor, half_day):
    document = PortalDocument.objects.create(title="A", file="a.txt")
    material = MaterialFactory(session=half_day, kind="file", url="", document=document)
    sent = {"title": "A", "document": document.pk, "file": SimpleUploadedFile("b.txt", b"b")}
    assert editor.post(reverse("cohorts_material_edit", args=[material.pk]), sent).status_code == 302
    material.refresh_from_db()
    assert material.document != document
    assert material.document.file.read() == b"b"


def test_moving_hiding_and_taking_away_twice_is_as_once(editor, half_day):
    first, second = MaterialFactory.create_batch(2, session=half_day)
    for _ in range(2):
        sent = {"before": first.pk}
        assert editor.post(reverse("cohorts_material_move", args=[second.pk]), sent).status_code == 302
    assert list(half_day.materials.all()) == [second, first]
    for _ in range(2):
        assert editor.post(reverse("cohorts_material_hide", args=[first.pk])).status_code == 302
    first.refresh_from_db()
    assert first.shown_at is None
    assert editor.post(reverse("cohorts_material_remove", args=[first.pk])).status_code == 302
    assert editor.post(reverse("cohorts_material_remove", args=[first.pk])).status_code == 404
    assert list(half_day.materials.all()) == [second]


@pytest.mark.parametrize("before", ["", "x", "4711", "9" * 30])
def test_moving_before_what_is_not_there_is_404(editor, half_day, before):
    material = MaterialFactory(session=half_day)
    address = reverse("cohorts_material_move", args=[material.pk])
    assert editor.post(address, {"before": before}).status_code == 404


# -- showing and telling ---------------------------------------------------------------


def test_showing_and_telling_twice_is_as_once(editor, cast, half_day, there):
    MaterialFactory(session=half_day, shown_at=None)
    for _ in range(2):
        assert editor.post(url("_show", there)).status_code == 302
    assert Material.objects.visible_to(cast.participant).count() == 1
    for _ in range(2):
        sent = {"words": "", "request_key": "one form"}
        assert editor.post(url("_tell", there), sent).status_code == 302
    assert Announcement.objects.count() == 1
    page = text(main(editor.get(url("", there))))
    assert "Last told on 10 March 2026, 12:00 (London time) by Editor Demo." in page


def test_telling_nothing_says_so_beside_the_field(editor, half_day, there):
    assert errors(editor.post(url("_tell", there), {"words": " "})) == ["Write a message."]
    assert Announcement.objects.count() == 0


def test_a_message_that_is_too_long_is_kept_in_the_form(editor, half_day, there):
    response = editor.post(url("_tell", there), {"words": "x" * 501})
    assert len(errors(response)) == 1
    assert "x" * 501 in response.content.decode()


# -- what the cohort sees --------------------------------------------------------------


def test_the_cohort_finds_it_on_the_modules_page_and_at_the_session(cast, half_day, pages, signed_in):
    document = PortalDocument.objects.create(
        title="A", file="a.txt", circle=cast.cohort.circle, file_size=2048
    )
    MaterialFactory(session=half_day, kind="file", url="", document=document, title="The slides")
    MaterialFactory(
        session=half_day, kind="recording", url="https://vimeo.com/123456789", title="The recording",
        minutes=24, transcript="We **began**.",
    )  # fmt: skip
    client = signed_in(cast.participant)
    page = BeautifulSoup(client.get(pages.module.url).content, "html.parser")
    listed = page.select(".p-session__materials li")
    assert [text(item) for item in listed] == [
        "The slides (TXT, 2.0 KB)", "The recording (recording, 24 minutes)",
    ]  # fmt: skip
    assert [item.a["href"] for item in listed] == [
        document.url,
        f"/sessions/{half_day.pk}/#material-{half_day.materials.last().pk}",
    ]
    session = BeautifulSoup(client.get(half_day.get_absolute_url()).content, "html.parser")
    section = session.select_one("[aria-labelledby=materials]")
    assert "Only people in its cohort can see these." in text(section)
    assert section.select_one(".p-played a")["href"] == "https://vimeo.com/123456789"
    assert section.select_one(".p-played strong").text == "began"


@pytest.mark.parametrize("who", ["visitor", "editor", "outsider"])
def test_others_see_the_date_and_nothing_beside_it(cast, half_day, pages, signed_in, client, who):
    MaterialFactory(session=half_day, title="Zwetschge")
    browser = client if who == "visitor" else signed_in(getattr(cast, who))
    for address in (pages.module.url, half_day.get_absolute_url(), "/search/?q=zwetschge"):
        response = browser.get(address)
        assert response.status_code == 200
        assert "Zwetschge" not in response.content.decode()


def test_a_document_that_was_given_to_others_since_is_listed_no_longer(cast, half_day, signed_in):
    document = PortalDocument.objects.create(title="A", file="a.txt", circle=cast.cohort.circle)
    MaterialFactory(session=half_day, kind="file", url="", document=document, title="The slides")
    document.circle = cast.community.circle
    document.save()
    page = signed_in(cast.participant).get(half_day.get_absolute_url()).content.decode()
    assert "The slides" not in page


def test_visitors_see_what_a_public_session_of_no_cohort_left_until_it_is_hidden(
    editor, client, django_capture_on_commit_callbacks
):
    webinar = SessionFactory()
    material = MaterialFactory(session=webinar, title="The slides")
    assert "The slides" in client.get(webinar.get_absolute_url()).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        editor.post(reverse("cohorts_material_hide", args=[material.pk]))
    assert "The slides" not in client.get(webinar.get_absolute_url()).content.decode()
