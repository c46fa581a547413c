"""After an erasure no text in any table, search index, cache or file holds what was the person's.

Words are planted in everything that holds something about somebody; then every column of every table is read.
"""

from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.admin.models import FormState
from wagtail.log_actions import log
from wagtail.models import Comment, CommentReply, ModelLogEntry, Page, Revision
from wagtail.users.models import UserProfile

from discussion import actions as discussion
from discussion.search import hits
from home.models import InformationPage
from members import actions as members
from members.models import User
from privacy import actions
from tests.factories import SpaceFactory, UserFactory

FIRST, LAST, ADDRESS = "Ottoline", "Kæstner-Ó’Brien", "ottoline.secret@example.org"
NAMES = (FIRST, LAST, ADDRESS)
POSTED = ("zebrafinch", "quokkatopic", "marmosetreply")
PRIVATE = (
    "axolotlabout", "gibbonoffers", "tapirearlier", "lemurremoved", "ocelotcomment", "pangolinreply", "narwhalform",
    "wombattask", "civettrace", "dugongpage",
)  # fmt: skip


def holding(words: tuple[str, ...]) -> set[tuple[str, str]]:
    """Each table with each of these words that some column of it holds, whatever its type."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                text = " ".join(_text(value) for value in row).lower()
                found |= {(table, word) for word in words if word.lower() in text}
    return found


def _text(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        value = bytes(value).decode("utf-8", "replace")
    text = str(value)
    return text + " " + text.encode().decode("unicode_escape", "replace") if "\\u" in text else text


@pytest.fixture
def person(cast, pages, signed_in) -> User:
    """Somebody who has left something everywhere."""
    one = UserFactory(first_name=FIRST, last_name=LAST, email=ADDRESS)
    members.admit(person=one)
    members.join(person=one, circle=cast.cohort.circle)
    members.update_profile(
        person=one,
        first_name=FIRST,
        last_name=LAST,
        about="axolotlabout",
        offers="gibbonoffers",
        findable=True,
    )
    _talks(one, cast)
    _edits(one, cast, pages)
    _leaves_traces(one, cast, signed_in)
    return one


def _talks(one: User, cast) -> None:
    space = SpaceFactory(circle=cast.cohort.circle)
    topic = discussion.start_topic(person=one, space=space, title="quokkatopic", text="zebrafinch")
    discussion.add_post(person=cast.convener, topic=topic, text="A reply")
    theirs = discussion.start_topic(person=cast.convener, space=space, title="Theirs", text="Opening")
    reply = discussion.add_post(person=one, topic=theirs, text="tapirearlier")
    discussion.edit_post(person=one, post=reply, text="marmosetreply")
    gone = discussion.add_post(person=one, topic=theirs, text="lemurremoved")
    discussion.remove_post(person=one, post=gone)


def _edits(one: User, cast, pages) -> None:
    page = InformationPage(title="Page", slug="page")
    pages.home.add_child(instance=page)
    note = Comment.objects.create(page=page, user=one, text="ocelotcomment", contentpath="title", position="")
    theirs = Comment.objects.create(
        page=page, user=cast.editor, text="A note", contentpath="title", position=""
    )
    CommentReply.objects.create(comment=theirs, user=one, text="pangolinreply")
    page = InformationPage.objects.get(pk=page.pk)
    page.save_revision(user=one)
    Page.objects.filter(pk=page.pk).update(owner=one, locked_by=one)
    kind = ContentType.objects.get_for_model(InformationPage)
    FormState.objects.create(
        user=one, content_type=kind, object_id="1", data="title=narwhalform", last_updated_at=timezone.now()
    )
    profile = UserProfile.get_for_user(one)
    profile.avatar.save("ottoline.png", ContentFile(b"x"))
    assert note.pk
    assert Revision.objects.get(object_id=str(page.pk)).content["wagtail_admin_comments"]


def _leaves_traces(one: User, cast, signed_in) -> None:
    client = signed_in(one)
    client.get("/me/")
    client.post("/accounts/email/", {"email": "other.ottoline@example.org", "action_add": ""})
    session = Session.objects.get(pk=client.session.session_key).get_decoded()
    assert session["_auth_user_id"] == str(one.pk)
    for thing in (one, one.profile, one.memberships.first()):
        log(thing, "wagtail.edit", user=cast.admin, data={"title": str(one), "mail": one.email})
    log(cast.community, "wagtail.edit", user=one)
    DBTaskResult.objects.create(
        status="FAILED", args_kwargs={"args": [ADDRESS, "wombattask"], "kwargs": {}}, task_path="x.y",
        backend_name="default", run_after=timezone.now(), traceback=f"ValueError: {FIRST} {LAST} civettrace",
        exception_class_path="ValueError", return_value=None, finished_at=timezone.now(),
    )  # fmt: skip
    caches["default"].set("a page", f"{FIRST} dugongpage")


def erase(one: User, *, posts_stay: bool, committed, time_machine) -> None:
    erasure = committed(lambda: actions.ask_erasure(person=one, posts_stay=posts_stay))
    moment = timezone.now() + timedelta(days=15)
    time_machine.move_to(moment)
    assert committed(lambda: actions.erase(erasure_id=erasure.pk, now=moment)) == ADDRESS


def test_everything_planted_is_there_at_first(person):
    """The net holds: what is looked for below is found before."""
    found = {word for _, word in holding((*NAMES, *POSTED, *PRIVATE))}
    assert found == {*NAMES, *POSTED, *PRIVATE} - {"dugongpage"}
    assert "dugongpage" in caches["default"].get("a page")


def test_nothing_is_left_where_posts_go(person, committed, time_machine):
    erase(person, posts_stay=False, committed=committed, time_machine=time_machine)
    assert holding((*NAMES, *POSTED, *PRIVATE)) == set()
    assert caches["default"].get("a page") is None


def test_where_posts_stay_nothing_but_they_is_left(person, committed, time_machine):
    erase(person, posts_stay=True, committed=committed, time_machine=time_machine)
    left = holding((*NAMES, *POSTED, *PRIVATE))
    assert {word for _, word in left} == set(POSTED)
    # What is ranked has no text of its own: read without a word to look for, it shows the index's rows.
    index = ("wagtailsearch", "kit_ranked")
    kept_in = {table for table, _ in left if not table.startswith(index)}
    assert kept_in == {"discussion_topic", "discussion_post"}


def test_search_finds_what_they_wrote_before_and_not_after(person, cast, committed, time_machine):
    for word in POSTED:
        assert [one.title for one in hits(cast.convener, word, 5)] != []
    erase(person, posts_stay=False, committed=committed, time_machine=time_machine)
    for word in POSTED:
        assert hits(cast.convener, word, 5) == []


def test_picture_of_theirs_is_gone(person, committed, time_machine):
    avatar = UserProfile.objects.get(user=person).avatar
    assert avatar.storage.exists(avatar.name)
    erase(person, posts_stay=True, committed=committed, time_machine=time_machine)
    assert not avatar.storage.exists(avatar.name)


def test_what_is_anothers_is_left_alone(person, cast, committed, time_machine):
    namesake = UserFactory(first_name=FIRST, last_name=LAST)
    log(namesake, "wagtail.edit", user=cast.admin)
    log(cast.community, "wagtail.edit", user=cast.convener, data={"title": f"With {FIRST} {LAST}"})
    before = ModelLogEntry.objects.count()
    erase(person, posts_stay=False, committed=committed, time_machine=time_machine)
    kept = ModelLogEntry.objects.filter(label=f"{FIRST} {LAST}")
    assert [entry.object_id for entry in kept] == [str(namesake.pk)]
    assert ModelLogEntry.objects.filter(data__title=f"With {FIRST} {LAST}").count() == 1
    assert ModelLogEntry.objects.count() >= before
    assert CommentReply.objects.count() == 0
    note = Comment.objects.get()
    assert (note.text, note.user) == ("A note", cast.editor)
    revision = Revision.objects.latest("pk")
    assert [one["text"] for one in revision.content["wagtail_admin_comments"]] == ["A note"]
    assert revision.content["title"] == "Page"


def test_log_still_says_what_was_done(person, cast, committed, time_machine):
    erase(person, posts_stay=False, committed=committed, time_machine=time_machine)
    entry = ModelLogEntry.objects.for_instance(cast.community).get(user_id=person.pk)
    assert (entry.action, entry.user_display_name) == ("wagtail.edit", "Former member")
