"""Line 13: nobody gains more than they were given, and nothing moves to a wider circle by itself."""

import pytest

from cohorts.models import Session
from community_directory.models import Community
from members.models import Circle, Membership
from tests.security.conftest import SECRET


def test_an_editor_puts_themself_into_nothing(cast, editor):
    for email in (cast.editor.email, cast.editor.email.upper(), f" {cast.editor.email} "):
        sent = {"email": email, "circle": cast.cohort.circle_id, "role": "lead"}
        assert editor.post("/admin/members/membership/create/", sent).status_code == 200
    own = Membership.objects.get(person=cast.editor)
    editor.post(f"/admin/members/membership/edit/{own.pk}/", {"role": "lead"})
    own.refresh_from_db()
    assert (own.circle.kind, own.role) == ("network", "member")


def test_a_place_keeps_its_person_and_its_group(cast, editor):
    place = Membership.objects.get(person=cast.participant, circle=cast.cohort.circle)
    sent = {
        "role": "member",
        "person": cast.editor.pk,
        "circle": cast.community.circle_id,
        "email": cast.editor.email,
    }
    editor.post(f"/admin/members/membership/edit/{place.pk}/", sent)
    place.refresh_from_db()
    assert (place.person, place.circle) == (cast.participant, cast.cohort.circle)


def test_a_profile_gives_no_rights(cast, signed_in):
    signed_in(cast.participant).post(
        "/me/profile/",
        {
            "first_name": "P",
            "is_superuser": "on",
            "is_staff": "on",
            "groups": "1",
            "email": "x@example.org",
            "user": "1",
        },
    )
    cast.participant.refresh_from_db()
    person = cast.participant
    assert (person.first_name, person.is_superuser, person.is_staff) == ("P", False, False)
    assert (person.email, person.groups.count()) == ("participant@example.org", 0)


def test_a_listing_is_not_published_by_who_writes_it(cast, signed_in, private):
    client = signed_in(cast.convener)
    address = f"/communities/{private.draft.slug}"
    sent = {
        "name": "N",
        "summary": "s",
        "state": "published",
        "circle": "1",
        "slug": "other",
        "published_at": "2026-01-01",
    }
    client.post(f"{address}/edit/", sent)
    assert client.post(f"{address}/publish/").status_code == 404
    private.draft.refresh_from_db()
    assert (private.draft.state, private.draft.slug) == ("draft", f"draft-{SECRET}")
    assert Community.objects.listed().count() == 1


def test_a_space_never_changes_its_people(private, cast, signed_in):
    cast.facilitator.groups.add(cast.editor.groups.get())
    client = signed_in(cast.facilitator)
    sent = {"name": "N", "slug": "n", "description": "", "order": 1, "circle": Circle.objects.network().pk}
    assert client.post(f"/admin/discussion/space/edit/{private.space.pk}/", sent).status_code in (302, 404)
    private.space.refresh_from_db()
    private.topic.refresh_from_db()
    assert {private.space.circle, private.topic.circle, private.post.circle} == {cast.cohort.circle}


def test_nobody_plans_for_a_circle_that_they_are_not_in(cast, editor):
    sent = {
        "title": "T", "kind": "meeting", "circle": cast.community.circle_id, "starts_at": "2027-01-01 10:00",
        "ends_at": "2027-01-01 11:00",
    }  # fmt: skip
    assert editor.post("/admin/cohorts/session/create/", sent).status_code == 200
    assert Session.objects.count() == 0


@pytest.mark.parametrize("who", ["participant", "outsider", "editor"])
def test_moderating_needs_more_than_belonging(private, visit, who):
    for do in ("pin", "close"):
        visit(who).post(f"/discussions/topics/{private.topic.pk}/tend/", {"do": do})
    private.topic.refresh_from_db()
    assert (private.topic.pinned, private.topic.closed) == (False, False)


def test_nobody_answers_for_another_community(cast, signed_in):
    from community_directory import actions
    from tests.factories import CommunityFactory

    other = CommunityFactory(convener=cast.facilitator)
    link = actions.propose_connection(
        source=other, target=cast.community, person=cast.facilitator, reason="x"
    )
    for person in (cast.facilitator, cast.participant):
        assert signed_in(person).post(f"/communities/connections/{link.pk}/accept/").status_code == 404
    link.refresh_from_db()
    assert link.state == "proposed"
