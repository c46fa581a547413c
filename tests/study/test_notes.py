"""A note to whoever looks after a page: told once, read by them alone, gone with its writer."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from wagtail.models import Page

from kit.registry import verbs
from learning.models import GuidancePage
from members import actions as members_actions
from members.models import User
from notifications.models import Notification
from study import actions
from study.models import Opinion
from tests.factories import UserFactory
from tests.study.conftest import EVERYBODY, LEARNING, fresh

pytestmark = pytest.mark.django_db
NOTES = "/me/notifications/"


@pytest.fixture
def owned(cast, guidance) -> GuidancePage:
    """A page that the editor looks after."""
    Page.objects.filter(pk=guidance.pk).update(owner=cast.editor)
    return GuidancePage.objects.get(pk=guidance.pk)


@pytest.fixture
def note(cast, owned, django_capture_on_commit_callbacks) -> Opinion:
    """What the participant wrote to them."""
    with django_capture_on_commit_callbacks(execute=True):
        return actions.answer(person=cast.participant, page=owned, is_useful=True, note="Thanks,\n<b>Ada</b>")


def told() -> list[tuple[int, str]]:
    return list(Notification.objects.values_list("recipient_id", "verb"))


# -- telling -------------------------------------------------------------------------------------------


def test_the_owner_is_told_on_the_page_and_by_mail(cast, note, visit):
    assert told() == [(cast.editor.pk, "study.noted")]
    html = visit("editor").get(NOTES).text
    assert "Participant Demo wrote you a note about “Start with a question”" in html
    [message] = mail.outbox
    assert message.to == [cast.editor.email]
    assert "Thanks," in message.body
    assert "you look after this page" in message.body


def test_they_are_told_once_and_read_the_last_words(cast, owned, note, visit):
    for words in ("Another word", "The last word"):
        actions.answer(person=cast.participant, page=owned, is_useful=False, note=words)
    assert told() == [(cast.editor.pk, "study.noted")]
    html = visit("editor").get(note.get_absolute_url()).text
    assert "The last word" in html
    assert "Another word" not in html
    assert "They found it not useful." in html


def test_two_people_are_two_notes(cast, owned, note):
    actions.answer(person=cast.convener, page=owned, is_useful=True, note="And I")
    assert told() == [(cast.editor.pk, "study.noted")] * 2


@pytest.mark.parametrize("note_text", ["", " "])
def test_an_answer_alone_is_told_to_nobody(cast, owned, visit, note_text):
    visit("participant").post(f"{LEARNING}pages/{owned.pk}/useful/", {"useful": "no", "note": note_text})
    assert (Opinion.objects.count(), told()) == (1, [])


def test_a_page_of_nobody_takes_notes_and_tells_nobody(cast, guidance):
    assert guidance.owner is None
    actions.answer(person=cast.participant, page=guidance, is_useful=True, note="Thanks")
    assert (Opinion.objects.get().note, told()) == ("Thanks", [])


def test_an_owner_whose_account_is_closed_is_not_told(cast, owned):
    User.objects.filter(pk=cast.editor.pk).update(is_active=False)
    actions.answer(person=cast.participant, page=fresh(owned), is_useful=True, note="Thanks")
    assert told() == []


def test_nobody_writes_to_themselves(cast, owned, visit):
    said = actions.answer(person=cast.editor, page=owned, is_useful=True, note="To me")
    assert told() == []
    assert visit("editor").get(said.get_absolute_url()).status_code == 404


def test_a_note_that_is_emptied_is_no_longer_there(cast, owned, note, visit):
    actions.answer(person=cast.participant, page=owned, is_useful=True)
    assert "wrote you a note" not in visit("editor").get(NOTES).text
    assert visit("editor").get(note.get_absolute_url()).status_code == 404


# -- reading ----------------------------------------------------------------------------------------------


def test_the_owner_reads_it_as_it_was_written(note, visit):
    page = visit("editor").get(note.get_absolute_url())
    assert page.status_code == 200
    assert "Thanks,<br>&lt;b&gt;Ada&lt;/b&gt;" in page.text
    assert "They found it useful." in page.text
    assert 'href="/guidance/start-with-a-question/"' in page.text
    assert "Only you and the person who wrote this note can read it." in page.text


@pytest.mark.parametrize("who", EVERYBODY)
def test_filter_and_check_agree(cast, owned, note, who):
    actions.answer(person=cast.editor, page=owned, is_useful=True, note="To me")
    actions.answer(person=cast.convener, page=owned, is_useful=True)
    asker = AnonymousUser() if who == "visitor" else fresh(getattr(cast, who))
    seen = set(Opinion.objects.addressed_to(asker))
    for said in Opinion.objects.all():
        assert (said in seen) is said.is_addressed_to(asker)
    assert seen == ({note} if who == "editor" else set())


@pytest.mark.parametrize("who", ["admin", "facilitator", "convener", "participant", "outsider"])
def test_nobody_else_reads_it_not_even_who_wrote_it(note, visit, who):
    address = note.get_absolute_url()
    codes = [visit(who).get(one).status_code for one in (address, address.replace(str(note.pk), "999999"))]
    assert codes == [404, 404]


def test_a_visitor_is_asked_to_sign_in(note, client):
    answer = client.get(note.get_absolute_url())
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"/accounts/login/?next={note.get_absolute_url()}",
    )


def test_there_is_nothing_to_send_there(note, visit):
    assert visit("editor").post(note.get_absolute_url()).status_code == 405


def test_who_looks_after_the_page_now_reads_it(cast, owned, note, visit):
    Page.objects.filter(pk=owned.pk).update(owner=cast.admin)
    assert visit("editor").get(note.get_absolute_url()).status_code == 404
    assert "wrote you a note" not in visit("editor").get(NOTES).text
    assert visit("admin").get(note.get_absolute_url()).status_code == 200


def test_an_owner_who_may_not_read_the_page_reads_nothing_of_it(cast, owned, note, restrict, visit):
    """Unless they work in the admin, where they read all pages."""
    owner = UserFactory()
    members_actions.admit(person=owner)
    Page.objects.filter(pk=owned.pk).update(owner=owner)
    targets = verbs.get("study.noted").targets
    assert set(targets([note.pk], fresh(owner))) == {note.pk}
    restrict(owned, cast.cohort.circle)
    assert (targets([note.pk], fresh(owner)), fresh(note).is_addressed_to(fresh(owner))) == ({}, False)
    Page.objects.filter(pk=owned.pk).update(owner=cast.editor)
    assert set(targets([note.pk], fresh(cast.editor))) == {note.pk}


def test_an_owner_whose_account_is_closed_reads_nothing(cast, owned, note):
    User.objects.filter(pk=cast.editor.pk).update(is_active=False)
    owner = fresh(cast.editor)
    assert (list(Opinion.objects.addressed_to(owner)), fresh(note).is_addressed_to(owner)) == ([], False)


@pytest.mark.parametrize("gone", ["person", "page"])
def test_it_goes_with_its_writer_and_with_the_page(cast, owned, note, visit, gone):
    fresh(cast.participant if gone == "person" else owned).delete()
    assert "wrote you a note" not in visit("editor").get(NOTES).text
    assert visit("editor").get(note.get_absolute_url()).status_code == 404


def test_it_stays_where_its_owner_goes(cast, owned, note):
    cast.editor.delete()
    assert (fresh(note).note, fresh(owned).owner) == ("Thanks,\n<b>Ada</b>", None)


@pytest.mark.parametrize("number", [1, 30])
def test_what_it_costs_to_look_notes_up(cast, owned, django_assert_num_queries, number):
    for _ in range(number):
        actions.answer(person=UserFactory(), page=owned, is_useful=True, note="Thanks")
    editor, found = fresh(cast.editor), list(Opinion.objects.values_list("pk", flat=True))
    assert editor.has_perm("wagtailadmin.access_admin")
    with django_assert_num_queries(1):
        assert len(verbs.get("study.noted").targets(found, editor)) == number
