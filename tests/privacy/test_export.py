"""A copy of one's data: who gets what, one at a time, and what becomes of one that is left behind."""

import io
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from discussion import actions as discussion
from files.models import PortalDocument
from kit.personal import holdings
from members.models import Limit, Profile
from notifications.models import Notification
from privacy import actions, archive, tasks
from privacy.enums import ExportState
from privacy.errors import UnderWay
from privacy.models import Export
from tests.factories import SpaceFactory, TopicFactory
from tests.hostile import TEXT
from tests.privacy.conftest import Archive

URL = "/me/data/copy/"


@pytest.fixture
def topic(cast):
    """Somebody's topic in the cohort, with a reply of the participant and one of the facilitator."""
    space = SpaceFactory(circle=cast.cohort.circle)
    topic = TopicFactory(space=space, author=cast.convener, title="Aubergines", text="Their opening")
    discussion.add_post(person=cast.participant, topic=topic, text="My own words")
    discussion.add_post(person=cast.facilitator, topic=topic, text="Words of another")
    return topic


# -- the page ---------------------------------------------------------------------


def test_page_says_what_is_held_and_why(signed_in, cast):
    page = signed_in(cast.participant).get("/me/data/").content.decode()
    missing = [held.key for held in holdings if not held.for_editors and held.title not in page]
    assert missing == []
    assert "Only you can see this page and your copy." in page


def test_what_is_held_about_editors_is_shown_to_them_alone(signed_in, cast):
    shown = {
        who: "Notes on pages that you settled"
        in signed_in(getattr(cast, who)).get("/me/data/").content.decode()
        for who in ("participant", "editor", "outsider")
    }
    assert shown == {"participant": False, "editor": True, "outsider": False}


@pytest.mark.parametrize(
    "address", ["/me/data/", "/me/data/copy/progress/", "/me/data/copy/1/", "/me/data/delete/"]
)
def test_visitor_is_asked_to_sign_in(client, cast, address):
    assert client.get(address)["Location"] == f"/accounts/login/?next={address}"


@pytest.mark.parametrize("number", [1, 30])
def test_page_costs_the_same_with_many_copies(signed_in, cast, number):
    Export.objects.bulk_create(
        Export(person=cast.participant, state=ExportState.FAILED) for _ in range(number)
    )
    client = signed_in(cast.participant)
    client.get("/me/data/")
    with CaptureQueriesContext(connection) as seen:
        client.get("/me/data/")
    assert len([one for one in seen if "SAVEPOINT" not in one["sql"]]) == 5


def test_profile_links_to_it(signed_in, cast):
    assert (
        '<a href="/me/data/">Your data</a>'
        in signed_in(cast.participant).get("/me/profile/").content.decode()
    )


# -- asking -------------------------------------------------------------------------


def test_it_is_made_told_of_and_downloaded_by_whose_it_is(signed_in, cast, committed):
    client = signed_in(cast.participant)
    answer = committed(lambda: client.post(URL))
    export = Export.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, "/me/data/")
    assert (export.state, export.percent, export.person) == ("ready", 100, cast.participant)
    assert export.ends_at - timezone.now() > timedelta(days=6, hours=23)
    told = Notification.objects.get(recipient=cast.participant)
    assert (told.verb, told.target_id) == ("privacy.export_ready", export.pk)
    assert "The copy of your data is ready to download" in client.get("/me/notifications/").content.decode()
    assert f"/me/data/copy/{export.pk}/" in client.get("/me/data/").content.decode()
    response = client.get(f"/me/data/copy/{export.pk}/")
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Type"] == "application/zip"
    assert (
        response["Content-Disposition"] == f'attachment; filename="your-data-{export.asked_at:%Y-%m-%d}.zip"'
    )


def test_nobody_else_gets_it_whoever_asks(signed_in, cast, committed):
    committed(lambda: signed_in(cast.participant).post(URL))
    export = Export.objects.get()
    others = ("admin", "editor", "facilitator", "convener", "outsider")
    answers = {who: signed_in(getattr(cast, who)).get(f"{URL}{export.pk}/").status_code for who in others}
    assert set(answers.values()) == {404}
    assert signed_in(cast.participant).get(f"{URL}999999/").status_code == 404


def test_who_may_know_of_it_and_who_finds_it_agree(cast):
    export = Export.objects.create(person=cast.participant)
    people = [cast.admin, cast.editor, cast.facilitator, cast.participant, cast.outsider]
    found = [Export.objects.visible_to(person).filter(pk=export.pk).exists() for person in people]
    assert found == [export.can_see(person) for person in people] == [False, False, False, True, False]


def test_file_has_no_address_of_its_own(signed_in, cast, committed):
    committed(lambda: signed_in(cast.participant).post(URL))
    name = Export.objects.get().file.name
    assert default_storage.exists(name)
    for address in (f"/{name}", f"/media/{name}", f"/not-served/{name}", f"/documents/1/{name}"):
        assert signed_in(cast.admin).get(address).status_code == 404


@pytest.mark.parametrize(("address", "status"), [(URL, 405), ("/me/data/keep/", 405)])
def test_nothing_is_begun_by_looking(signed_in, cast, address, status):
    assert signed_in(cast.participant).get(address).status_code == status
    assert Export.objects.count() == 0


def test_visitor_can_not_ask(client, cast):
    assert client.post(URL).status_code == 302
    assert Export.objects.count() == 0


def test_form_without_its_token_is_refused(cast):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.participant, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(URL).status_code == 403


def test_asked_for_twice_it_is_made_once(signed_in, cast):
    client = signed_in(cast.participant)
    assert [client.post(URL).status_code for _ in range(2)] == [303, 303]
    assert Export.objects.get().state == "waiting"


def test_the_database_refuses_a_second(cast):
    actions.start_export(person=cast.participant)
    with pytest.raises(UnderWay):
        actions.start_export(person=cast.participant)
    with pytest.raises(IntegrityError):
        Export.objects.create(person=cast.participant)


def test_fourth_in_a_day_waits(signed_in, cast, committed):
    client = signed_in(cast.participant)
    for _ in range(3):
        assert committed(lambda: client.post(URL)).status_code == 303
    answer = client.post(URL)
    assert answer.status_code == 429
    assert 86000 < int(answer["Retry-After"]) <= 86400
    assert "That was too often. Try again in" in answer.content.decode()
    assert Export.objects.count() == 3


def test_asking_again_while_it_is_made_is_no_try(signed_in, cast):
    client = signed_in(cast.participant)
    for _ in range(6):
        client.post(URL)
    assert [len(row.value) for row in Limit.objects.all()] == [1]


# -- how far ------------------------------------------------------------------------


def test_page_says_how_far_it_is_and_asks_again(signed_in, cast):
    Export.objects.create(person=cast.participant, state="making", percent=40, step="Your profile")
    for address in ("/me/data/", "/me/data/copy/progress/"):
        page = signed_in(cast.participant).get(address).content.decode()
        assert '<progress class="p-progress__bar" value="40" max="100"' in page
        assert 'hx-get="/me/data/copy/progress/" hx-trigger="every 3s"' in page
        assert "Your profile" in page
    assert "Ask for a copy" not in page


def test_part_that_asks_stops_when_it_is_ready(signed_in, cast, committed):
    client = signed_in(cast.participant)
    committed(lambda: client.post(URL))
    part = client.get("/me/data/copy/progress/").content.decode()
    assert "hx-get" not in part
    assert "<span hidden data-announce>Your copy is ready.</span>" in part
    assert "<html" not in part


def test_progress_goes_up_to_the_end(cast):
    seen: list[int] = []
    archive.write(cast.participant, io.BytesIO(), lambda percent, step: seen.append(percent))
    assert seen == sorted(seen)
    assert (seen[0], seen[-1], len(seen)) == (0, 95, len(holdings) + 1)


# -- what is left behind ------------------------------------------------------------


def test_one_that_a_worker_left_is_given_up_and_can_be_asked_for_again(
    signed_in, cast, time_machine, committed
):
    export = actions.start_export(person=cast.participant)
    actions.claim_export(export_id=export.pk)
    time_machine.move_to(timezone.now() + timedelta(minutes=9))
    tasks.give_up_left_behind.call()
    assert Export.objects.get().state == "making"
    time_machine.move_to(timezone.now() + timedelta(minutes=2))
    tasks.give_up_left_behind.call()
    assert Export.objects.get().state == "failed"
    client = signed_in(cast.participant)
    assert "Your last copy could not be made" in client.get("/me/data/").content.decode()
    committed(lambda: client.post(URL))
    assert [one.state for one in Export.objects.order_by("pk")] == ["failed", "ready"]


def test_who_asks_again_need_not_wait_for_the_schedule(cast, time_machine):
    left = actions.start_export(person=cast.participant)
    actions.claim_export(export_id=left.pk)
    time_machine.move_to(timezone.now() + timedelta(minutes=11))
    again = actions.start_export(person=cast.participant)
    assert (Export.objects.get(pk=left.pk).state, again.state) == ("failed", "waiting")


def test_worker_that_comes_back_too_late_keeps_nothing(cast):
    export = actions.start_export(person=cast.participant)
    export = actions.claim_export(export_id=export.pk)
    actions.fail_export(export=export)
    assert actions.say_how_far(export=export, percent=50, step="x") is False
    assert actions.finish_export(export=export, content=io.BytesIO(b"x")) is False
    assert Export.objects.get().file.name == ""


def test_task_that_comes_twice_makes_it_once(cast, committed):
    committed(lambda: actions.start_export(person=cast.participant))
    export = Export.objects.get()
    tasks.make_export.call(export_id=export.pk)
    tasks.make_export.call(export_id=999999)
    assert Export.objects.get().file.name == export.file.name
    assert Notification.objects.count() == 1


def test_one_that_goes_wrong_is_a_failure(cast, committed, monkeypatch, caplog):
    monkeypatch.setattr(archive, "write", lambda *arguments: 1 / 0)
    committed(lambda: actions.start_export(person=cast.participant))
    assert Export.objects.get().state == "failed"
    assert "could not be made" in caplog.text


def test_after_a_week_it_is_gone(signed_in, cast, committed, time_machine):
    client = signed_in(cast.participant)
    committed(lambda: client.post(URL))
    export = Export.objects.get()
    time_machine.move_to(timezone.now() + timedelta(days=7, minutes=1))
    client = signed_in(cast.participant)
    assert client.get(f"{URL}{export.pk}/").status_code == 404
    assert "Ask for a copy" in client.get("/me/data/").content.decode()
    committed(tasks.forget_old.call)
    assert Export.objects.count() == 0
    assert not default_storage.exists(export.file.name)


def test_file_that_is_missing_is_not_found(signed_in, cast, committed):
    committed(lambda: signed_in(cast.participant).post(URL))
    export = Export.objects.get()
    default_storage.delete(export.file.name)
    assert signed_in(cast.participant).get(f"{URL}{export.pk}/").status_code == 404


# -- what is in it --------------------------------------------------------------------


def test_own_words_are_in_it_and_those_of_others_are_not(cast, topic, copy_of):
    mine = copy_of(cast.participant)
    assert mine.names == ["data.json", "index.html", "style.css"]
    assert [one["text"] for one in mine.records("discussion.Post")] == ["My own words"]
    for text in (mine.page, str(mine.data)):
        assert ("My own words" in text, "Words of another" in text, "Their opening" in text) == (
            True,
            False,
            False,
        )
        assert cast.facilitator.email not in text


def test_what_they_removed_is_in_it(cast, topic, copy_of):
    post = topic.posts.get(author=cast.participant)
    discussion.edit_post(person=cast.participant, post=post, text="Second thoughts")
    discussion.remove_post(person=cast.participant, post=post)
    mine = copy_of(cast.participant)
    assert [one["text"] for one in mine.records("discussion.Post")] == ["Second thoughts"]
    assert [one["text"] for one in mine.records("discussion.PostEdit")] == ["My own words"]


def test_title_of_anothers_topic_is_in_it_only_while_they_may_read_it(cast, topic, copy_of):
    from members import actions as members

    assert copy_of(cast.participant).records("discussion.Post")[0]["in"] == "Aubergines"
    members.leave(person=cast.participant, circle=cast.cohort.circle)
    cast.participant.forget_circles()
    left = copy_of(cast.participant)
    assert left.records("discussion.Post")[0]["in"] == f"Topic {topic.pk}"
    assert "Aubergines" not in left.page + str(left.data)


def test_profile_places_and_address_are_in_it(cast, copy_of):
    mine = copy_of(cast.participant)
    account = mine.records("members.User")[0]
    assert (account["first_name"], account["email"]) == ("Participant", "participant@example.org")
    assert [one["where"] for one in mine.records("members.Membership")] == ["The network", "Cohort 2021–22"]
    assert len(mine.records("members.Profile")) == 1
    assert "pbkdf2" not in str(mine.data)
    assert "md5$" not in str(mine.data)


def test_data_json_has_every_declaration(cast, copy_of):
    assert set(copy_of(cast.outsider).data) == {held.key for held in holdings}


def test_files_that_they_added_are_in_it(cast, copy_of):
    own = PortalDocument.objects.create(
        title="My plan", file=ContentFile(b"a plan", name="plan one.txt"), uploaded_by_user=cast.editor
    )
    PortalDocument.objects.create(
        title="Theirs", file=ContentFile(b"theirs", name="theirs.txt"), uploaded_by_user=cast.admin
    )
    mine = copy_of(cast.editor)
    place = mine.records("files.PortalDocument")[0]["file"]
    assert mine.files.read(place) == b"a plan"
    assert [name for name in mine.names if name.startswith("files/")] == [place]
    assert place.startswith(f"files/portaldocument-{own.pk}-plan")
    assert f'<a href="{place}">' in mine.page


def test_file_that_is_no_longer_there_is_left_out(cast, copy_of):
    own = PortalDocument.objects.create(
        title="Lost", file=ContentFile(b"x", name="x.txt"), uploaded_by_user=cast.editor
    )
    own.file.storage.delete(own.file.name)
    assert copy_of(cast.editor).records("files.PortalDocument")[0]["title"] == "Lost"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXT)
def test_any_text_is_text_in_it(cast, text):
    clean = text.replace("\x00", "")
    Profile.objects.filter(user=cast.participant).update(offers=clean[:300])
    content = io.BytesIO()
    archive.write(cast.participant, content)
    mine = Archive(content.getvalue())
    assert mine.records("members.Profile")[0]["offers"] == clean[:300]
    assert "<script" not in mine.page
    assert "<img" not in mine.page


def test_page_runs_nothing_and_asks_nobody(cast, copy_of):
    page = copy_of(cast.participant).page
    assert "<script" not in page
    assert "http-equiv" in page
    assert 'src="http' not in page
    assert 'href="http' not in page


def test_a_worker_that_has_not_read_the_names_of_the_log_yet_makes_one_too(cast, monkeypatch):
    """A web process has read them by the first page of the admin; the worker never shows one."""
    from wagtail.log_actions import registry

    log(cast.community, "wagtail.edit", user=cast.convener)
    log(cast.community, "wagtail.edit", user=cast.convener)
    gone = ModelLogEntry.objects.filter(user_id=cast.convener.pk).order_by("pk").first()
    ModelLogEntry.objects.filter(pk=gone.pk).update(action="tests.gone")
    monkeypatch.setattr(registry, "formatters", {})
    monkeypatch.setattr(registry, "has_scanned_for_actions", False)
    content = io.BytesIO()
    archive.write(cast.convener, content)
    said = [row["what_you_did"] for row in Archive(content.getvalue()).records("wagtailcore.ModelLogEntry")]
    assert said == ["tests.gone", "Edit"]
