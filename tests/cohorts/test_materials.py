"""Slides, recordings and links beside sessions: added once, shown to the cohort alone, told once."""

import threading
from collections.abc import Callable
from itertools import pairwise

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail as outbox
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cohorts import materials, tasks
from cohorts.enums import MaterialKind, SessionKind
from cohorts.errors import NothingToTell
from cohorts.models import Announcement, Material
from files.models import PortalDocument
from kit import registry
from members import actions as members_actions
from notifications.models import Notification
from tests.factories import CohortFactory, MaterialFactory, SessionFactory

PEOPLE = ["admin", "editor", "facilitator", "convener", "participant", "outsider", "visitor"]
INSIDE = {"facilitator", "convener", "participant"}
KEY = "6f9619ff-8b86-d011-b42d-00c04fc964ff"


@pytest.fixture
def half_day(cast, pages):
    """A half-day of the cast's cohort, whose date everybody may know."""
    return SessionFactory(
        cohort=cast.cohort, kind=SessionKind.HALF_DAY, module=pages.module, title="First half-day"
    )


@pytest.fixture
def add(cast, half_day) -> Callable[..., Material]:
    """Put something beside the half-day, as the editor; a link unless told otherwise."""

    def make(**given) -> Material:
        link = {"kind": MaterialKind.LINK, "title": "The board", "url": "https://board.example.org/"}
        return materials.add_material(**{"session": half_day, "person": cast.editor, **link, **given})

    return make


@pytest.fixture
def tell(cast, pages, django_capture_on_commit_callbacks) -> Callable[..., Announcement]:
    """Tell the cohort, and let the worker do what it is asked."""

    def do(**given) -> Announcement:
        with django_capture_on_commit_callbacks(execute=True):
            return materials.tell(
                **{"cohort": cast.cohort, "module": pages.module, "person": cast.editor, **given}
            )

    return do


def person(cast, who):
    return AnonymousUser() if who == "visitor" else getattr(cast, who)


# -- who sees what ---------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.parametrize("who", PEOPLE)
def test_visible_to_and_can_see_agree(cast, half_day, who):
    other = SessionFactory(cohort=CohortFactory())
    public, own = SessionFactory(), SessionFactory(circle=cast.community.circle)
    told = Announcement.objects.create(cohort=cast.cohort, module=half_day.module)
    Announcement.objects.create(cohort=other.cohort, module=half_day.module)
    for session in (half_day, other, public, own):
        MaterialFactory(session=session, announcement=told)
        MaterialFactory(session=session, shown_at=None)
    user = person(cast, who)
    for model, count in ((Material, 8), (Announcement, 2)):
        rows = list(model.objects.all())
        assert len(rows) == count
        assert set(model.objects.visible_to(user)) == {row for row in rows if row.can_see(user)}


@pytest.mark.parametrize("who", PEOPLE)
def test_a_cohorts_own_is_seen_by_its_people_though_everybody_may_know_the_date(cast, half_day, who):
    MaterialFactory(session=half_day)
    assert half_day.can_see(person(cast, who))
    assert Material.objects.visible_to(person(cast, who)).count() == (who in INSIDE)


@pytest.mark.parametrize("who", PEOPLE)
def test_what_is_not_shown_yet_is_seen_by_nobody(cast, half_day, who):
    MaterialFactory(session=half_day, shown_at=None)
    assert list(Material.objects.visible_to(person(cast, who))) == []


def test_who_leaves_the_cohort_sees_nothing_of_it_any_more(cast, half_day):
    MaterialFactory(session=half_day)
    members_actions.leave(person=cast.participant, circle=cast.cohort.circle)
    cast.participant.forget_circles()
    assert list(Material.objects.visible_to(cast.participant)) == []


# -- adding ----------------------------------------------------------------------------


def test_a_file_becomes_a_document_of_the_cohort(cast, add):
    sent = SimpleUploadedFile("slides.txt", b"One slide.")
    added = add(kind=MaterialKind.FILE, title="Slides", url="", file=sent)
    document = PortalDocument.objects.get()
    assert (added.document, document.title, document.circle, document.uploaded_by_user) == (
        document, "Slides", cast.cohort.circle, cast.editor,
    )  # fmt: skip
    assert (document.file_size, bool(document.file_hash)) == (10, True)
    assert [document.can_see(one) for one in (cast.participant, cast.outsider)] == [True, False]


def test_a_document_that_is_here_already_stays_one_file(cast, add):
    document = add(kind="file", title="A", url="", file=SimpleUploadedFile("a.txt", b"a")).document
    add(kind="file", title="B", url="", document=document)
    assert (PortalDocument.objects.count(), Material.objects.count()) == (1, 2)


def test_the_same_form_sent_twice_adds_one(add):
    assert add(request_key=KEY) == add(request_key=KEY)
    assert Material.objects.count() == 1


def test_each_comes_after_those_before(add):
    assert [add(title=title).position for title in "abc"] == [0, 1, 2]


@pytest.mark.parametrize("wrong", [{"url": ""}, {"kind": "file"}, {"kind": "file", "url": ""}])
def test_the_database_keeps_no_link_without_address_and_no_file_without_file(half_day, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        MaterialFactory(session=half_day, **wrong)


@given(moves=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
def test_moving_keeps_the_order_that_a_plain_list_has(add, half_day, moves):
    half_day.materials.all().delete()
    there = [add(title=str(number)) for number in range(5)]
    plain = list(there)
    for what, before in moves:
        material, other = there[what], there[before]
        if material != other:
            materials.move(material=material, before=other)
            plain.remove(material)
            plain.insert(plain.index(other), material)
    assert list(half_day.materials.all()) == plain
    positions = list(half_day.materials.values_list("position", flat=True))
    assert all(one < two for one, two in pairwise(positions))


# -- showing ---------------------------------------------------------------------------

TEAMS, VIMEO, CLOUD = (
    "https://video.example.org/1", "https://vimeo.com/123456789", "https://soundcloud.com/a/b",
)  # fmt: skip


@pytest.mark.parametrize(
    ("url", "words", "waits"),
    [
        (VIMEO, {}, True),
        (VIMEO, {"captions": True}, False),
        (VIMEO, {"transcript": "We began."}, False),
        (VIMEO, {"transcript": " \n "}, True),
        (CLOUD, {"captions": True}, True),
        (CLOUD, {"transcript": "We began."}, False),
        (TEAMS, {}, True),
        (TEAMS, {"captions": True}, False),
    ],
)
def test_a_recording_without_words_waits_while_the_rest_is_shown(cast, pages, add, url, words, waits):
    recording = add(kind=MaterialKind.RECORDING, title="Recording", url=url, **words)
    link = add()
    assert materials.show(cohort=cast.cohort, module=pages.module) == (1 if waits else 2)
    seen = list(Material.objects.visible_to(cast.participant))
    assert seen == ([link] if waits else [recording, link])


def test_a_recording_that_loses_its_words_is_shown_no_longer(cast, pages, add):
    recording = add(kind="recording", title="Recording", url=VIMEO, transcript="We began.")
    materials.show(cohort=cast.cohort, module=pages.module)
    materials.change_material(material=recording, person=cast.editor, transcript="")
    assert list(Material.objects.visible_to(cast.participant)) == []


def test_showing_twice_shows_nothing_more_and_hiding_takes_it_back(cast, pages, add):
    link = add()
    shown = [materials.show(cohort=cast.cohort, module=pages.module) for _ in range(2)]
    assert shown == [1, 0]
    materials.hide(material=link)
    assert list(Material.objects.visible_to(cast.participant)) == []


def test_taking_it_away_keeps_the_document(add):
    material = add(kind="file", title="A", url="", file=SimpleUploadedFile("a.txt", b"a"))
    materials.remove_material(material=material)
    materials.remove_material(material=material)
    assert (Material.objects.count(), PortalDocument.objects.count()) == (0, 1)


# -- telling ---------------------------------------------------------------------------


def test_the_cohort_is_told_once_of_what_is_new(cast, pages, add, tell):
    add(title="The board")
    add(title="The slides")
    add(kind="recording", title="Waits", url=VIMEO)
    materials.show(cohort=cast.cohort, module=pages.module)
    first = tell(words="Read this first.")
    people = ["convener@example.org", "facilitator@example.org", "participant@example.org"]
    assert sorted(mail.to[0] for mail in outbox.outbox) == people
    news = registry.verbs.get("cohorts.announced").targets([first.pk], cast.participant)[first.pk]
    verb = registry.verbs.get("cohorts.announced")
    assert verb.sentence("Editor Demo", news) == "New for module 1: “The board” and 1 more"
    assert verb.excerpt(news) == "Read this first.\n- The board\n- The slides"
    assert verb.url(news) == "/programme/modules/planning/"
    with pytest.raises(NothingToTell):
        tell()
    add(title="One more")
    materials.show(cohort=cast.cohort, module=pages.module)
    assert [row.title for row in tell().materials.all()] == ["One more"]


def test_a_message_alone_is_told_too(cast, tell):
    made = tell(words="  We begin at 9:30.  ")
    verb = registry.verbs.get("cohorts.announced")
    news = verb.targets([made.pk], cast.participant)[made.pk]
    assert verb.sentence("Editor Demo", news) == "Editor Demo wrote to your cohort about module 1"
    assert verb.excerpt(news) == "We begin at 9:30."


def test_the_same_form_sent_twice_tells_once(cast, pages, add, tell):
    add()
    materials.show(cohort=cast.cohort, module=pages.module)
    assert tell(request_key=KEY) == tell(request_key=KEY)
    assert Notification.objects.count() == 3


def test_a_task_that_runs_twice_tells_once_and_of_what_is_gone_nobody_hears(tell):
    made = tell(words="Hello.")
    tasks.tell_cohort.call(made.pk)
    assert Notification.objects.count() == 3
    tasks.tell_cohort.call(4711)
    assert Notification.objects.count() == 3


@pytest.mark.parametrize("who", PEOPLE)
def test_news_are_for_the_cohort_alone_and_name_only_what_is_still_shown(cast, pages, add, tell, who):
    link = add()
    materials.show(cohort=cast.cohort, module=pages.module)
    made = tell(words="Hello.")
    materials.hide(material=link)
    found = registry.verbs.get("cohorts.announced").targets([made.pk], person(cast, who))
    assert [news.titles for news in found.values()] == ([[]] if who in INSIDE else [])


def test_who_may_not_see_the_modules_page_is_led_to_the_calendar(cast, pages, tell):
    made = tell(words="Hello.")
    pages.module.unpublish()
    news = registry.verbs.get("cohorts.announced").targets([made.pk], cast.participant)[made.pk]
    assert news.url == "/calendar/"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="threads share an in-memory SQLite; this is shown on PostgreSQL"
)
def test_two_editors_at_once_tell_of_each_thing_once(cast, pages, half_day):
    for number in range(3):
        MaterialFactory(session=half_day, title=str(number))
    gate, made = threading.Barrier(4), []

    def run() -> None:
        gate.wait()
        try:
            told = materials.tell(cohort=cast.cohort, module=pages.module, person=cast.editor)
            made.append(told.materials.count())
        except NothingToTell:
            made.append(0)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [0, 0, 0, 3]
