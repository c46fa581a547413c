"""What one does is one's own; a page that one may not read any more leaves not even its title."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command

from kit import personal
from kit.personal import Wish, cells, holdings
from learning.models import GuidancePage
from members import actions as members_actions
from members.models import User
from study import actions
from study.models import Bookmark, BookmarkList, Choices, Missed, Opinion, PageDone, SavedSearch, Visit
from tests.factories import UserFactory
from tests.study.conftest import EVERYBODY, LEARNING, NOW, fresh
from tests.study.test_actions import everything

pytestmark = pytest.mark.django_db
SECRET = "zwetschge"
OF_PAGES = [PageDone, Visit, Bookmark, Opinion]
ALL = [*OF_PAGES, BookmarkList, SavedSearch, Missed, Choices]
ACTORS = ["admin", "editor", "facilitator", "convener", "participant"]


@pytest.fixture
def private(cast, write) -> GuidancePage:
    """A page of the cohort, with a secret in its title and its words."""
    return write(f"About {SECRET}", in_short=f"In short {SECRET}", circle=cast.cohort.circle)


def person(cast, who: str) -> User | AnonymousUser:
    return AnonymousUser() if who == "visitor" else fresh(getattr(cast, who))


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("model", ALL)
def test_filter_and_check_agree(cast, guidance, private, who, model):
    for name in ACTORS:
        everything(fresh(getattr(cast, name)), guidance)
        actions.note_reading(person=getattr(cast, name), page=private)
        actions.mark_done(person=getattr(cast, name), page=private)
        actions.answer(person=getattr(cast, name), page=private, is_useful=True)
        actions.keep(person=getattr(cast, name), page=private)
    asker = person(cast, who)
    seen = set(model.objects.visible_to(asker))
    for thing in model.objects.all():
        assert (thing in seen) is thing.can_see(asker)
    inside = who in ("facilitator", "convener", "participant")
    many = 0 if who not in ACTORS else 2 if inside and model in OF_PAGES else 1
    assert (len(seen), {thing.person_id for thing in seen}) == (many, {asker.pk} if many else set())


def addresses(cast, private) -> list[str]:
    kept = Bookmark.objects.get(page=private)
    return [
        LEARNING, f"{LEARNING}done/", f"{LEARNING}bookmarks/", f"{LEARNING}bookmarks/{kept.pk}/",
        *(own.get_absolute_url() for own in BookmarkList.objects.all()), "/me/", "/me/notifications/", "/me/data/",
    ]  # fmt: skip


def seen(browser, cast, private) -> list[str]:
    return [
        address for address in addresses(cast, private) if SECRET in browser.get(address, follow=True).text
    ]


def test_a_page_that_one_may_not_read_any_more_shows_nowhere(cast, private, visit):
    everything(cast.participant, private)
    browser = visit("participant")
    before = seen(browser, cast, private)
    assert before == addresses(cast, private)[:5]
    members_actions.leave(person=fresh(cast.participant), circle=cast.cohort.circle)
    assert seen(browser, cast, private) == []
    assert browser.get(addresses(cast, private)[3]).status_code == 404
    members_actions.join(person=fresh(cast.participant), circle=cast.cohort.circle)
    assert seen(browser, cast, private) == before


def test_a_page_that_is_restricted_shows_no_more(cast, write, restrict, visit):
    page = write(f"About {SECRET}")
    everything(cast.participant, page)
    browser = visit("participant")
    assert SECRET in browser.get(LEARNING).text
    restrict(page, cast.community.circle)
    assert seen(browser, cast, page) == []


def test_a_page_that_is_unpublished_shows_no_more(cast, private, visit):
    everything(cast.participant, private)
    GuidancePage.objects.get(pk=private.pk).unpublish()
    assert seen(visit("participant"), cast, private) == []


def test_a_module_that_is_restricted_shows_no_more(cast, year, restrict, visit):
    [module] = year("")
    actions.note_reading(person=cast.participant, page=module)
    actions.keep(person=cast.participant, page=module)
    assert visit("participant").get(LEARNING).text.count("Module no 1") > 1
    restrict(module, cast.community.circle)
    assert "Module no 1" not in visit("participant").get(LEARNING).text


@pytest.mark.parametrize("who", ["admin", "editor", "facilitator", "convener", "outsider", "visitor"])
def test_nobody_else_finds_anything(cast, guidance, signed_in, client, who):
    kept = actions.keep(person=cast.participant, page=guidance)
    own = actions.make_list(person=cast.participant, name=f"Huddles {SECRET}")
    actions.change_bookmark(bookmark=kept, note=f"Huddles {SECRET}", lists=[own.pk])
    said = actions.answer(person=cast.participant, page=guidance, is_useful=False, note=f"Huddles {SECRET}")
    call_command("update_index", verbosity=0)
    browser = client if who == "visitor" else signed_in(getattr(cast, who))
    found = [
        address
        for address in [
            LEARNING, f"{LEARNING}bookmarks/", f"{LEARNING}bookmarks/{kept.pk}/", own.get_absolute_url(),
            f"{LEARNING}lists/{own.pk}/rename/", f"{LEARNING}lists/{own.pk}/delete/", said.get_absolute_url(),
            "/guidance/start-with-a-question/", "/search/?q=huddles", "/me/notifications/", "/admin/",
            f"/admin/pages/{guidance.pk}/usage/", f"/admin/pages/{guidance.pk}/history/", "/admin/reports/site-history/",
        ]
        if SECRET in browser.get(address, follow=True).content.decode()
    ]  # fmt: skip
    assert found == []


def test_editors_do_not_see_who_does_what_with_a_page(cast, guidance, visit):
    everything(cast.participant, guidance)
    usage = visit("admin").get(f"/admin/pages/{guidance.pk}/usage/")
    assert usage.status_code == 200
    assert [
        word for word in ("has done", "was on", "keeps") if f"{cast.participant.pk} {word}" in usage.text
    ] == []


# -- what is held ------------------------------------------------------------------------------------


def test_a_copy_holds_what_is_ones_own(cast, guidance, private, now):
    everything(cast.participant, private)
    everything(cast.convener, guidance)
    shown = {
        held.key: [
            [cell.value for cell in cells(held, row, cast.participant)]
            for row in held.rows_of(cast.participant)
        ]
        for held in holdings
        if held.key.startswith("study.")
    }
    title = f"About {SECRET}"
    assert shown == {
        "study.PageDone": [[title, NOW]],
        "study.Visit": [[title, NOW]],
        "study.Bookmark": [[title, "Why", ["One"], NOW]],
        "study.BookmarkList": [["One", NOW]],
        "study.Opinion": [[title, True, "Thanks", NOW]],
        "study.Choices": [[True, None]],
        "study.SavedSearch": [["About trust", "q=trust", NOW]],
        "study.Missed": [["sepsis", NOW]],
    }


def test_a_copy_names_no_page_that_one_may_not_read(cast, private):
    everything(cast.participant, private)
    members_actions.leave(person=fresh(cast.participant), circle=cast.cohort.circle)
    me = fresh(cast.participant)
    for key in ("study.PageDone", "study.Visit", "study.Bookmark", "study.Opinion"):
        held = holdings.get(key)
        [row] = held.rows_of(me)
        assert cells(held, row, me)[0].value == "A page that you can no longer read"


def test_all_of_it_goes_with_its_person(cast, guidance):
    gone, stays = UserFactory(), cast.participant
    for one in (gone, stays):
        everything(one, guidance)
    for held in holdings:
        if held.key.startswith("study."):
            held.erase(held, gone, Wish(posts_stay=True))
    assert {model.__name__: [row.person_id for row in model.objects.all()] for model in ALL} == {
        model.__name__: [stays.pk] for model in ALL
    }


def test_where_one_was_is_forgotten_after_ninety_days(cast, guidance, write, now):
    actions.note_reading(person=cast.participant, page=guidance)
    actions.mark_done(person=cast.participant, page=guidance)
    held = holdings.get("study.Visit")
    now.shift(90 * 24 * 3600)
    later = write("Later")
    actions.note_reading(person=cast.participant, page=later)
    for expected in (0, 1, 0):
        from django.utils import timezone

        assert personal.expire(held, timezone.now()) == expected
        now.shift(1)
    assert Visit.objects.get().page_id == later.pk
    assert PageDone.objects.count() == 1


def test_only_where_one_was_and_what_one_missed_have_an_end():
    ends = {held.key: held.days for held in holdings if held.key.startswith("study.") and held.days}
    assert ends == {"study.Visit": 90, "study.Missed": 180}
