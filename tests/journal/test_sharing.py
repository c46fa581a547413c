"""Shared by choice: who reads what is shared, how that is said, and how it ends."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail

from journal import actions
from journal.models import Reflection
from journal.rows import audience_of
from kit.registry import verbs
from members import actions as members
from members.enums import Role
from members.models import User
from notifications.models import Mail, Notification
from tests.factories import UserFactory
from tests.journal.conftest import NUMBER, fresh

pytestmark = pytest.mark.django_db
SHARED = "/me/reflections/shared/"
EVERYBODY = ["visitor", "outsider", "editor", "admin", "participant", "convener", "facilitator"]


def at(one: Reflection, more: str = "") -> str:
    return f"/me/reflections/{one.pk}/{more}"


def person(cast, who: str):
    return AnonymousUser() if who == "visitor" else fresh(getattr(cast, who))


def readers_of(cast, one: Reflection) -> set[str]:
    """Who of the cast reads it, by filter and by check alike."""
    found = {
        who
        for who in EVERYBODY
        if Reflection.objects.visible_to(person(cast, who)).filter(pk=one.pk).exists()
    }
    one = Reflection.objects.select_related("place", "person").get(pk=one.pk)
    assert {who for who in EVERYBODY if one.can_see(person(cast, who))} == found
    return found


# -- who reads it -----------------------------------------------------------------------


def test_at_first_only_oneself(cast, write):
    assert readers_of(cast, write()) == {"participant"}


def test_shared_with_all_the_cohort_reads_it(cast, shared):
    assert readers_of(cast, shared("all")) == {"participant", "convener", "facilitator"}


def test_shared_with_who_leads_they_alone_do(cast, shared):
    assert readers_of(cast, shared("leads")) == {"participant", "facilitator"}


def test_shared_with_a_community_its_people_do(cast, write, place):
    members.join(person=cast.outsider, circle=cast.community.circle)
    one = write(by="convener")
    actions.share(reflection=one, place=place("convener", cast.community.circle), readers="all")
    assert readers_of(cast, one) == {"convener", "outsider"}


def test_another_cohorts_facilitator_reads_nothing(cast, shared, crowd, lead):
    circle, _ = crowd(1)
    other = lead(circle)
    shared("leads")
    shared("all")
    assert list(Reflection.objects.visible_to(other)) == []


def test_taken_back_nobody_else_does(cast, shared):
    one = shared("all")
    actions.take_back(reflection=one)
    assert readers_of(cast, one) == {"participant"}


def test_who_leaves_reads_it_no_more(cast, shared):
    one = shared("all")
    members.leave(person=cast.convener, circle=cast.cohort.circle)
    assert readers_of(cast, one) == {"participant", "facilitator"}


def test_who_leads_no_more_reads_no_more(cast, shared, place):
    one = shared("leads")
    members.join(person=cast.convener, circle=cast.cohort.circle, role=Role.LEAD)
    members.change_role(membership=place("facilitator"), role=Role.MEMBER)
    assert readers_of(cast, one) == {"participant", "convener"}


def test_its_author_leaves_and_it_ends_and_does_not_come_back(cast, shared):
    one = shared("all")
    members.leave(person=cast.participant, circle=cast.cohort.circle)
    assert readers_of(cast, one) == {"participant"}
    members.join(person=cast.participant, circle=cast.cohort.circle)
    assert readers_of(cast, one) == {"participant"}


def test_its_author_is_put_out(cast, shared, place):
    one = shared("all")
    members.remove_member(membership=place(), because="Asked for")
    assert readers_of(cast, one) == {"participant"}


def test_its_author_is_suspended(cast, shared):
    one = shared("all")
    User.objects.filter(pk=cast.participant.pk).update(is_active=False)
    assert readers_of(cast, one) & {"convener", "facilitator"} == set()


def test_a_removed_one_is_nobodys(cast, shared):
    one = shared("all")
    actions.remove(reflection=one)
    assert readers_of(cast, one) == set()


def test_who_only_asks_to_join_reads_nothing(cast, write, place):
    members.ask_to_join(person=cast.outsider, circle=cast.community.circle)
    one = write(by="convener")
    actions.share(reflection=one, place=place("convener", cast.community.circle), readers="all")
    assert readers_of(cast, one) == {"convener"}


# -- choosing -----------------------------------------------------------------------------


def test_one_chooses_in_plain_words(cast, visit, write, place):
    one, browser = write("Words"), visit("participant")
    form = browser.get(at(one, "share/"))
    assert [label for _, label in form.context["form"].fields["choice"].choices] == [
        "Only the facilitators of Cohort 2021–22",
        "The 3 people of Cohort 2021–22, facilitators included",
    ]
    assert "Only you can see this reflection." in form.text
    for _ in range(2):
        response = browser.post(at(one, "share/"), {"choice": f"{place().pk}-leads"})
        assert (response.status_code, response["Location"]) == (303, at(one))
    page = browser.get(at(one)).text
    assert "Only you and the facilitators of Cohort 2021–22 can see this reflection." in page
    assert "Change who can read it" in page
    assert browser.get(at(one, "share/")).context["form"].initial["choice"] == f"{place().pk}-leads"


def test_a_convener_chooses_between_cohort_and_community(visit, write):
    form = visit("convener").get(at(write(by="convener"), "share/")).context["form"]
    assert [label for _, label in form.fields["choice"].choices] == [
        "Only the facilitators of Cohort 2021–22",
        "The 3 people of Cohort 2021–22, facilitators included",
        "Only the conveners of Falls in care homes",
        "The 1 person of Falls in care homes, conveners included",
    ]


@pytest.mark.parametrize("choice", ["", "x", "1", "0-all", "{theirs}-all", "{mine}-everybody", "{mine}-"])
def test_one_cannot_choose_what_is_not_offered(visit, write, place, choice):
    one = write()
    sent = choice.format(mine=place().pk, theirs=place("convener").pk)
    page = visit("participant").post(at(one, "share/"), {"choice": sent})
    assert (page.status_code, list(page.context["form"].errors)) == (200, ["choice"])
    assert not fresh(one).is_shared


def test_who_was_put_out_meanwhile_is_told(cast, visit, write, place, monkeypatch):
    from journal.errors import CannotShare

    def refuse(**_: object) -> None:
        raise CannotShare

    monkeypatch.setattr(actions, "share", refuse)
    page = visit("participant").post(at(write(), "share/"), {"choice": f"{place().pk}-all"})
    assert page.status_code == 200
    assert "You can only share with a cohort or community that you are in. Choose again." in page.text


def test_sharing_asks_about_what_autosave_has_kept(visit, write, place):
    one, browser = write(f"NHS {NUMBER}"), visit("participant")
    asked = browser.post(at(one, "share/"), {"choice": f"{place().pk}-all"})
    assert asked.status_code == 200
    assert "others will read this" in asked.text
    assert asked.text.count("This is not a patient’s number") == 1
    assert not fresh(one).is_shared
    mark = asked.context["form"].asks_about["choice"]
    sent = {"choice": f"{place().pk}-all", "no_patient": mark}
    assert (browser.post(at(one, "share/"), sent).status_code, fresh(one).is_shared) == (303, True)


def test_a_number_in_the_title_is_asked_about_too(visit, write, place):
    one = write("Words", title=f"NHS {NUMBER}")
    visit("participant").post(at(one, "share/"), {"choice": f"{place().pk}-all"})
    assert not fresh(one).is_shared


def test_an_edit_of_what_is_shared_asks(visit, shared):
    one = shared("all")
    page = visit("participant").post(at(one, "edit/"), {"text": f"NHS {NUMBER}", "version": 1})
    assert "others will read this" in page.text
    assert fresh(one).text == "Shared words."


def test_who_changes_it_is_told_that_others_read_along(visit, shared):
    page = visit("participant").get(at(shared("all"), "edit/")).text
    assert "You share this reflection." in page


def test_taking_it_back_works_at_once_and_twice(cast, visit, shared):
    one, browser = shared("all"), visit("participant")
    assert visit("convener").get(at(one)).status_code == 200
    for _ in range(2):
        response = browser.post(at(one, "take-back/"))
        assert (response.status_code, response["Location"]) == (303, at(one))
    assert visit("convener").get(at(one)).status_code == 404
    assert "Only you can see this reflection." in browser.get(at(one)).text


# -- reading --------------------------------------------------------------------------------


def test_those_who_may_read_it_read_it_and_no_more(visit, shared):
    one = shared("all", "Shared *words*.", title="A title")
    page = visit("convener").get(at(one)).text
    assert "<em>words</em>" in page
    assert "Participant Demo" in page
    assert "Only the 3 people of Cohort 2021–22, facilitators included, can see this reflection." in page
    main = page.split("<main")[1].split("</main")[0]
    assert [word for word in ("Change", "Remove", "share/", "<form") if word in main] == []


def test_what_others_share_stands_in_a_list_the_last_first(visit, write, shared, place):
    first, second = shared("all", title="First"), shared("leads", title="Second")
    write("For myself", title="Private")
    assert [row["heading"] for row in visit("facilitator").get(SHARED).context["rows"]] == ["Second", "First"]
    page = visit("convener").get(SHARED)
    assert [(row["heading"], row["author"]) for row in page.context["rows"]] == [
        ("First", "Participant Demo")
    ]
    assert visit("participant").get(SHARED).context["rows"] == []
    actions.take_back(reflection=first)
    actions.share(reflection=first, place=place(), readers="all")
    assert [row["heading"] for row in visit("facilitator").get(SHARED).context["rows"]] == ["First", "Second"]
    assert second.is_shared


def test_nobody_shares_anything(visit):
    page = visit("participant").get(SHARED)
    assert "Nobody shares a reflection with you at the moment." in page.text
    assert visit("visitor").get(SHARED).status_code == 302


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_costs_the_same(visit, shared, asking, django_assert_num_queries, number):
    for _ in range(number):
        shared("all", page=asking.module.page_ptr)
    browser = visit("convener")
    browser.get(SHARED)
    with django_assert_num_queries(5):  # session, person, circles; rows, pages
        browser.get(SHARED)


def test_a_question_from_a_page_of_ones_cohort_does_not_go_to_others(cast, visit, write, place, asking):
    """Its words are the page's, which they may not read."""
    asking.module.circle = cast.cohort.circle
    asking.module.save()
    members.join(person=cast.outsider, circle=cast.community.circle)
    one = write("Mine", by="convener", prompt="zwetschge?", page=asking.module.page_ptr)
    actions.share(reflection=one, place=place("convener", cast.community.circle), readers="all")
    page = visit("outsider").get(at(one))
    assert (page.status_code, "zwetschge" in page.text, "Planning" in page.text) == (200, False, False)
    assert "Planning" not in visit("outsider").get(SHARED).text
    own = visit("convener").get(at(one)).text
    assert ("zwetschge" in own, "Planning and launching" in own) == (True, True)


def test_a_list_says_with_whom_one_shares(visit, shared):
    shared("leads")
    assert (
        "Shared with the facilitators of Cohort 2021–22" in visit("participant").get("/me/reflections/").text
    )


# -- being told --------------------------------------------------------------------------------


def test_a_facilitator_is_told_that_and_not_what(cast, visit, shared):
    one = shared("leads", "zwetschge", title="zwetschge")
    page = visit("facilitator").get("/me/notifications/").text
    assert "Participant Demo shared a reflection with you" in page
    assert "zwetschge" not in page
    assert (
        at(one)
        in visit("facilitator").post(f"/me/notifications/{Notification.objects.get().pk}/open/")["Location"]
    )


def test_of_what_was_taken_back_nobody_is_told(cast, visit, shared):
    actions.take_back(reflection=shared("leads"))
    assert "shared a reflection" not in visit("facilitator").get("/me/notifications/").text


def test_no_mail_is_sent(shared, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        shared("all")
    assert (Mail.objects.count(), mail.outbox) == (0, [])


def test_a_forged_notification_shows_nothing(cast, write):
    one = write()
    assert verbs.get(actions.SHARED).targets([one.pk], cast.convener) == {}
    assert verbs.get(actions.SHARED).targets([one.pk], cast.participant) == {}
    assert verbs.get(actions.SHARED).excerpt(one) == ""


# -- the sentence -------------------------------------------------------------------------------


def test_the_sentence_names_as_many_as_can_read_it(cast, shared):
    one = shared("all")
    for _ in range(3):
        members.join(person=UserFactory(), circle=cast.cohort.circle)
    one = Reflection.objects.select_related("place__circle", "person").get(pk=one.pk)
    seeing = sum(one.can_see(user) for user in User.objects.all())
    assert (
        audience_of(one, cast.participant).text
        == f"Only the {seeing} people of Cohort 2021–22, facilitators included, can see this reflection."
    )


def test_a_facilitator_is_told_that_its_author_can_see_it_too(visit, shared):
    page = visit("facilitator").get(at(shared("leads"))).text
    assert "Only its author and the facilitators of Cohort 2021–22 can see this reflection." in page


def test_a_share_that_has_ended_is_not_said(cast, shared):
    one = shared("all")
    members.leave(person=cast.participant, circle=cast.cohort.circle)
    one = Reflection.objects.select_related("place__circle", "person").get(pk=one.pk)
    assert audience_of(one, cast.participant).text == "Only you can see this reflection."
