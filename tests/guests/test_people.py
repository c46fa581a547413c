"""Who is in a community: its page, asking to join, leading, and ending a place."""

import pytest
from django.test import Client

from guests import actions
from guests.panels import JOINING
from members import actions as members
from members.enums import CircleKind, Role, State
from members.errors import LastLead, NotOpen
from members.models import Circle, Membership
from notifications.models import Mail, Notification
from portal.editors import ensure_editor_group
from tests.factories import CircleFactory, CommunityFactory, UserFactory
from tests.guests.conftest import fresh

EVERYBODY = ["admin", "editor", "facilitator", "convener", "participant", "outsider"]
REASON = {"because": "We agreed on it."}


@pytest.fixture
def place(circle) -> str:
    """The page of its people."""
    return f"/groups/{circle.slug}/people/"


@pytest.fixture
def lead(cast, circle) -> Membership:
    """The convener's own place."""
    return Membership.objects.get(person=cast.convener, circle=circle)


def _told() -> list[tuple[str, str]]:
    return list(Notification.objects.order_by("pk").values_list("recipient__email", "verb"))


# -- the page --------------------------------------------------------------------------


def test_who_sees_the_people_of_what(cast, pages, signed_in, circle, member) -> None:
    ensure_editor_group()
    seen = {
        slug: {who for who in EVERYBODY if _status(signed_in, cast, who, slug) == 200}
        for slug in (circle.slug, cast.cohort.circle.slug, "network", "no-such")
    }
    assert seen == {
        circle.slug: {"convener", "participant"},
        cast.cohort.circle.slug: {"facilitator", "convener", "participant"},
        "network": set(),
        "no-such": set(),
    }


def _status(signed_in, cast, who: str, slug: str) -> int:
    return signed_in(getattr(cast, who)).get(f"/groups/{slug}/people/").status_code


def test_a_visitor_signs_in_first(pages, client, place) -> None:
    assert client.get(place)["Location"] == f"/accounts/login/?next={place}"


def test_it_shows_leads_first_with_what_each_is(cast, pages, signed_in, place, member) -> None:
    text = signed_in(cast.participant).get(place).text
    assert text.index(">Convener<") < text.index("(you)") < text.index(">Member<")
    assert "Only the 2 people of Falls in care homes, conveners included, can see this." in text
    assert (text.count(">Convener<"), text.count(">Member<")) == (1, 1)
    assert cast.convener.email not in text


def test_a_member_is_offered_what_they_may(cast, pages, signed_in, place, member) -> None:
    own = signed_in(cast.participant).get(place).text
    assert ("/end/" in own, "/lead/" in own, "Invite people" in own, "/leave/" in own) == (
        False,
        False,
        False,
        True,
    )
    leads = signed_in(cast.convener).get(place).text
    assert ("/end/" in leads, "/lead/" in leads, "Invite people" in leads, "/step-back/" in leads) == (
        True,
    ) * 4


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize("who", ["convener", "participant"])
def test_its_cost(
    cast, pages, signed_in, place, circle, member, number, who, django_assert_num_queries
) -> None:
    for _ in range(number):
        members.join(person=UserFactory(), circle=circle)
        actions.ask_to_join(person=UserFactory(), circle=circle)
    browser = signed_in(getattr(cast, who))
    browser.get(place)
    # Session, person, circles, the circle, its places, their people; for who leads those who ask.
    with django_assert_num_queries(7 if who == "convener" else 6):
        browser.get(place)


def test_its_pages_hold_everybody_once(cast, pages, signed_in, place, circle) -> None:
    for number in range(64):
        members.join(person=UserFactory(first_name=f"P{number:02}", last_name=""), circle=circle)
    browser, address, seen = signed_in(cast.convener), place, []
    while address:
        page = browser.get(address)
        seen += [row["place"].person.name for row in page.context["rows"]]
        address = page.context["older_url"] and place + page.context["older_url"]
    assert seen == ["Convener Demo", *(f"P{number:02}" for number in range(64))]
    assert browser.get(place + "?cursor=nonsense").status_code == 404


def test_ones_groups(cast, pages, signed_in, circle, member) -> None:
    ensure_editor_group()
    text = signed_in(cast.convener).get("/groups/").text
    assert (
        "Falls in care homes" in text,
        "Cohort 2021–22" in text,
        f"/groups/{circle.slug}/invite/" in text,
    ) == (True,) * 3
    assert "/groups/network/invite/" not in text
    assert "/groups/network/invite/" in signed_in(cast.editor).get("/groups/").text
    assert "You are in no group yet" in signed_in(cast.outsider).get("/groups/").text
    assert Client().get("/groups/").status_code == 302


@pytest.mark.parametrize("number", [1, 30])
def test_cost_of_ones_groups(cast, pages, signed_in, number, django_assert_num_queries) -> None:
    for _ in range(number):
        members.join(person=cast.participant, circle=CommunityFactory().circle, role=Role.LEAD)
    browser = signed_in(cast.participant)
    browser.get("/groups/")
    with django_assert_num_queries(6):  # three for the person, their places, two for their rights
        browser.get("/groups/")


# -- asking to join ----------------------------------------------------------------------


@pytest.fixture
def door(circle) -> str:
    """Where one asks to join."""
    return f"/groups/{circle.slug}/join/"


def test_who_may_ask(cast, pages, signed_in, door) -> None:
    found = {who: signed_in(getattr(cast, who)).get(door).status_code for who in EVERYBODY}
    assert found == {
        "admin": 200, "editor": 200, "facilitator": 200, "participant": 200, "convener": 303, "outsider": 404,
    }  # fmt: skip
    assert signed_in(cast.outsider).post(door, {"because": "x"}).status_code == 404
    assert Client().post(door, {}).status_code == 302
    assert Membership.objects.asking().count() == 0


def test_asking_is_told_to_who_leads_once(cast, pages, signed_in, door, place) -> None:
    browser = signed_in(cast.participant)
    for _ in range(2):
        assert browser.post(door, {"because": "I care about <b>falls</b>."})["Location"] == door
    assert _told() == [(cast.convener.email, "guests.asked")]
    assert Mail.objects.count() == 1
    assert "You have asked to join Falls in care homes" in browser.get(door).text
    shown = signed_in(cast.convener).get(place).text
    assert "I care about &lt;b&gt;falls&lt;/b&gt;." in shown
    assert fresh(cast.participant).circle_ids.isdisjoint({cast.community.circle_id})
    assert (
        "Participant Demo asks to join Falls in care homes"
        in signed_in(cast.convener).get("/me/notifications/").text
    )


def test_what_takes_nobody_who_asks(cast, pages, signed_in) -> None:
    group = CircleFactory(kind=CircleKind.GROUP, parent=cast.cohort.circle)
    ended, draft = CommunityFactory(), CommunityFactory(state="draft", published_at=None)
    members.end_circle(circle=ended.circle)
    invites = CommunityFactory(open_to="invitation")
    circles = [
        group,
        ended.circle,
        draft.circle,
        invites.circle,
        cast.cohort.circle,
        Circle.objects.network(),
    ]
    for one in circles:
        assert signed_in(cast.admin).post(f"/groups/{one.slug}/join/", {}).status_code in (303, 404)
        if not members.Membership.objects.open().filter(person=cast.admin, circle=one).exists():
            with pytest.raises(NotOpen):
                actions.ask_to_join(person=cast.admin, circle=one)
    assert Membership.objects.asking().count() == 0


def test_too_long_words_are_kept(cast, pages, signed_in, door) -> None:
    answer = signed_in(cast.participant).post(door, {"because": "x" * 601})
    assert ("There is a problem" in answer.text, "x" * 601 in answer.text) == (True, True)


def test_tries_are_counted(cast, pages, signed_in, door, monkeypatch) -> None:
    monkeypatch.setitem(members_limits().RATES, "ask_to_join", "1/h/user")
    browser = signed_in(cast.participant)
    browser.post(door, {"because": "First"})
    answer = browser.post(door, {"because": "Second"})
    assert (answer.status_code, int(answer["Retry-After"]) > 0) == (429, True)


def members_limits():
    from members import limits

    return limits


def test_it_is_taken_back(cast, pages, signed_in, door, asking) -> None:
    browser = signed_in(cast.participant)
    for _ in range(2):
        assert browser.post(door, {"do": "withdraw"})["Location"] == door
    asking.refresh_from_db()
    assert (asking.state, Notification.objects.count()) == (State.ENDED, 1)
    assert "Ask to join Falls in care homes" in browser.get(door).text


def test_a_yes(cast, pages, signed_in, place, asking) -> None:
    browser = signed_in(cast.convener)
    for _ in range(2):
        assert browser.post(f"/groups/places/{asking.pk}/accept/")["Location"] == place
    asking.refresh_from_db()
    assert (asking.state, asking.started_at is not None) == (State.ACTIVE, True)
    assert _told()[1:] == [(cast.participant.email, "guests.let_in")]
    assert Circle.objects.get(pk=asking.circle_id).member_count == 2
    news = signed_in(cast.participant).get("/me/notifications/").text
    assert "Convener Demo has let you in: you are in Falls in care homes now" in news


def test_a_no_says_why(cast, pages, signed_in, place, asking) -> None:
    browser, address = signed_in(cast.convener), f"/groups/places/{asking.pk}/decline/"
    assert "I care about falls." in browser.get(address).text
    assert "Say why. They will read it." in browser.post(address, {"because": " "}).text
    for _ in range(2):
        assert browser.post(address, REASON).status_code in (303, 404)
    asking.refresh_from_db()
    assert (asking.state, asking.ended_because, asking.started_at) == (State.ENDED, "We agreed on it.", None)
    assert _told()[1:] == [(cast.participant.email, "guests.not_let_in")]
    assert "We agreed on it." in signed_in(cast.participant).get("/me/notifications/").text


@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_only_who_leads_answers(cast, pages, signed_in, asking, verb) -> None:
    address = f"/groups/places/{asking.pk}/{verb}/"
    for person in (cast.participant, cast.facilitator, cast.outsider, cast.admin):
        assert signed_in(person).post(address, REASON).status_code == 404
    assert Client().post(address, REASON).status_code == 302
    assert signed_in(cast.convener).post(f"/groups/places/9999/{verb}/", REASON).status_code == 404
    asking.refresh_from_db()
    assert asking.state == State.REQUESTED


def test_one_may_ask_again_after_a_no(cast, circle, asking) -> None:
    actions.decline_request(membership=asking, by=cast.convener, because="Later")
    again = actions.ask_to_join(person=cast.participant, circle=circle)
    assert (again.pk != asking.pk, again.state) == (True, State.REQUESTED)
    with pytest.raises(NotOpen):
        actions.accept_request(membership=asking, by=cast.convener)


# -- leading -----------------------------------------------------------------------------


def test_a_member_is_made_lead(cast, pages, signed_in, place, member) -> None:
    browser = signed_in(cast.convener)
    for _ in range(2):
        assert browser.post(f"/groups/places/{member.pk}/lead/")["Location"] == place
    assert fresh(cast.participant).led_circle_ids == {member.circle_id}
    assert _told() == [(cast.participant.email, "guests.made_lead")]


def test_handing_over_is_one_step(cast, pages, signed_in, place, member, lead) -> None:
    browser, address = signed_in(cast.convener), f"/groups/places/{member.pk}/hand-over/"
    assert "Hand over to Participant Demo?" in browser.get(address).text
    assert fresh(cast.participant).led_circle_ids == frozenset()
    assert browser.post(address)["Location"] == place
    assert browser.post(address).status_code == 404
    assert fresh(cast.participant).led_circle_ids == {member.circle_id}
    assert (fresh(cast.convener).led_circle_ids, lead.circle_id in fresh(cast.convener).circle_ids) == (
        frozenset(),
        True,
    )
    assert _told() == [(cast.participant.email, "guests.made_lead")]


def test_handing_over_twice_changes_nothing(cast, member, lead) -> None:
    for _ in range(2):
        assert actions.hand_over(mine=lead, to=member).person == cast.participant
    with pytest.raises(NotOpen):
        actions.hand_over(mine=lead, to=lead)


def test_nothing_is_handed_over_to_another_circle_or_by_who_does_not_lead(cast, member, lead) -> None:
    elsewhere = members.join(person=cast.facilitator, circle=CircleFactory())
    third = members.join(person=cast.editor, circle=lead.circle)
    for mine, to in ((lead, elsewhere), (third, member)):
        with pytest.raises(NotOpen):
            actions.hand_over(mine=mine, to=to)


def test_the_last_lead_stays(cast, pages, signed_in, place, member, lead) -> None:
    browser = signed_in(cast.convener)
    assert browser.post(f"/groups/places/{lead.pk}/step-back/")["Location"] == place
    assert "You are the only one who leads it." in browser.get(place).text
    assert fresh(cast.convener).led_circle_ids == {lead.circle_id}


def test_one_of_two_steps_back(cast, pages, signed_in, place, member, lead) -> None:
    actions.make_lead(membership=member, by=cast.convener)
    browser = signed_in(cast.convener)
    assert browser.post(f"/groups/places/{lead.pk}/step-back/")["Location"] == place
    assert fresh(cast.convener).led_circle_ids == frozenset()
    assert browser.post(f"/groups/places/{lead.pk}/step-back/").status_code == 404


def test_a_place_is_ended_with_a_reason(cast, pages, signed_in, place, member) -> None:
    browser, address = signed_in(cast.convener), f"/groups/places/{member.pk}/end/"
    assert "Remove Participant Demo from " in browser.get(address).text
    assert "Say why. They will read it." in browser.post(address, {}).text
    assert browser.post(address, REASON)["Location"] == place
    assert browser.post(address, REASON).status_code == 404
    member.refresh_from_db()
    assert (member.state, member.ended_because) == (State.ENDED, "We agreed on it.")
    assert _told() == [(cast.participant.email, "guests.removed")]
    assert fresh(cast.participant).circle_ids.isdisjoint({member.circle_id})
    news = signed_in(cast.participant).get("/me/notifications/").text
    assert ("has ended your place in Falls in care homes" in news, "We agreed on it." in news) == (True, True)


def test_no_lead_puts_out_another(cast, pages, signed_in, member, lead) -> None:
    actions.make_lead(membership=member, by=cast.convener)
    for verb in ("end", "lead", "hand-over"):
        answer = signed_in(cast.convener).post(f"/groups/places/{member.pk}/{verb}/", REASON)
        assert answer.status_code == 303
    with pytest.raises(NotOpen):
        actions.remove_member(membership=member, by=cast.convener, because="x")
    assert fresh(cast.participant).led_circle_ids == {member.circle_id}
    assert fresh(cast.convener).led_circle_ids == {member.circle_id}


@pytest.mark.parametrize("verb", ["lead", "hand-over", "end", "step-back"])
def test_only_who_leads_does_any_of_it(cast, pages, signed_in, member, lead, verb) -> None:
    third = members.join(person=cast.facilitator, circle=member.circle)
    for person in (cast.participant, cast.outsider, cast.admin):
        for one in (third, lead):
            answer = signed_in(person).post(f"/groups/places/{one.pk}/{verb}/", REASON)
            assert (person.email, answer.status_code) == (person.email, 404)
    assert Client().post(f"/groups/places/{third.pk}/{verb}/", REASON).status_code == 302
    assert signed_in(cast.convener).post(f"/groups/places/9999/{verb}/", REASON).status_code == 404
    assert fresh(cast.convener).led_circle_ids == {member.circle_id}
    assert Membership.objects.active().filter(circle=member.circle).count() == 3


@pytest.mark.parametrize("verb", ["accept", "lead", "step-back"])
def test_a_get_of_what_is_sent_is_refused(cast, pages, signed_in, member, verb) -> None:
    assert signed_in(cast.convener).get(f"/groups/places/{member.pk}/{verb}/").status_code == 405


def test_a_cohorts_places_are_not_its_facilitators_to_give(cast, pages, signed_in) -> None:
    one = Membership.objects.get(person=cast.participant, circle=cast.cohort.circle)
    for verb in ("lead", "hand-over", "end"):
        assert signed_in(cast.facilitator).post(f"/groups/places/{one.pk}/{verb}/", REASON).status_code == 303
    assert fresh(cast.participant).led_circle_ids == frozenset()
    one.refresh_from_db()
    assert one.state == State.ACTIVE


def test_an_ended_place_is_given_no_role(cast, member) -> None:
    members.leave(person=cast.participant, circle=member.circle)
    with pytest.raises(NotOpen):
        members.change_role(membership=member, role=Role.LEAD)


def test_leaving_the_last_lead_alone_is_refused(cast, member, lead) -> None:
    with pytest.raises(LastLead):
        members.leave(person=cast.convener, circle=lead.circle)


# -- on the community's page ---------------------------------------------------------------


def test_the_community_page_leads_there(cast, pages, signed_in, circle, asking) -> None:
    def shown(person) -> str:
        return signed_in(person).get("/communities/falls-in-care-homes/").text

    convener, participant = shown(cast.convener), shown(cast.participant)
    assert (
        "1 person asks to join" in convener,
        "Invite people" in convener,
        "See who is in it" in convener,
    ) == (True,) * 3
    assert ("You have asked to join" in participant, "Invite people" in participant) == (True, False)
    assert "Be part of it" in shown(cast.facilitator)
    assert "Be part of it" not in shown(cast.outsider)
    assert "Be part of it" not in Client().get("/communities/falls-in-care-homes/").text


@pytest.mark.parametrize("who", ["convener", "participant", "facilitator", "outsider"])
def test_cost_of_the_panel(cast, circle, asking, rf, django_assert_max_num_queries, who) -> None:
    request = rf.get("/")
    request.user = fresh(getattr(cast, who))
    request.user.circle_ids  # noqa: B018 - known on any page
    community = type(cast.community).objects.select_related("circle").get()
    with django_assert_max_num_queries(JOINING.queries):
        JOINING.draw(community, request)
