"""An editor looks at a page as a visitor, a member or a participant sees it."""

import pytest
from django.test import RequestFactory

from discussion.models import TopicRead
from home.models import InformationPage
from learning.models import GuidancePage
from members.stand_ins import MEMBER, PARTICIPANT, VISITOR, WAYS_TO_LOOK, stand_in
from portal.editors import ensure_editor_group
from tests.factories import CohortFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def look(cast, pages, signed_in):
    ensure_editor_group()
    editor = signed_in(cast.editor)

    def at(page, mode: str) -> str:
        cookie = "; ".join(f"{name}={one.value}" for name, one in editor.cookies.items())
        request = RequestFactory().get("/admin/", HTTP_COOKIE=cookie)
        response = page.make_preview_request(request, mode)
        assert response.status_code == 200
        return response.content.decode()

    return at


@pytest.fixture
def notes(pages, cast):
    return pages.home.add_child(
        instance=InformationPage(title="Our notes", slug="notes", circle=cast.cohort.circle)
    )


def test_the_ways_to_look_are_offered(cast, pages, signed_in):
    ensure_editor_group()
    html = signed_in(cast.editor).get(f"/admin/pages/{pages.guidance.pk}/edit/").content.decode()
    for mode, label in WAYS_TO_LOOK:
        assert f'value="{mode}"' in html
        assert label in html


@pytest.mark.parametrize("mode", [VISITOR, MEMBER, PARTICIPANT])
def test_a_public_page_is_shown_to_each(look, pages, mode):
    assert "Start with a question" in look(pages.guidance, mode)


def test_a_visitor_is_not_signed_in_and_a_member_is(look, pages):
    assert "/accounts/login/" in look(pages.guidance, VISITOR)
    assert "/accounts/login/" not in look(pages.guidance, MEMBER)


@pytest.mark.parametrize(
    ("mode", "seen"), [("", True), (VISITOR, False), (MEMBER, False), (PARTICIPANT, True)]
)
def test_a_cohorts_page_is_shown_to_its_people(look, notes, mode, seen):
    html = look(notes, mode)
    assert ("Our notes" in html) == seen
    assert ("does not see this page" in html) == (not seen)


def test_a_participant_takes_part_in_the_pages_own_cohort(look, pages, cast):
    CohortFactory(name="A newer cohort")
    page = pages.library.add_child(
        instance=GuidancePage(title="For the old one", slug="old", in_short="x", circle=cast.cohort.circle)
    )
    assert "For the old one" in look(page, PARTICIPANT)


def test_a_module_is_shown_with_what_a_participant_can_do_and_nothing_is_written(look, pages):
    html = look(pages.module, PARTICIPANT)
    assert "Planning and launching" in html
    assert TopicRead.objects.count() == 0


def test_a_draft_is_shown_too(look, pages):
    draft = pages.home.add_child(instance=InformationPage(title="Not yet", slug="not-yet", live=False))
    assert "Not yet" in look(draft, VISITOR)


def test_a_stand_in_has_no_rights(cast):
    person = stand_in(PARTICIPANT)
    assert person.is_authenticated
    assert not person.has_perm("wagtailadmin.access_admin")
    assert person.led_circle_ids == frozenset()
    assert person.circle_ids == {
        cast.cohort.circle_id,
        cast.participant.memberships.get(circle__kind="network").circle_id,
    }


def test_a_stand_in_for_a_member_is_in_no_cohort(cast):
    assert stand_in(MEMBER).circle_ids_of_kind("cohort") == frozenset()
    assert stand_in(MEMBER).is_network_member
    assert not stand_in(VISITOR).is_authenticated


def test_without_any_cohort_a_participant_is_a_member(db):
    assert stand_in(PARTICIPANT).circle_ids == frozenset()


@pytest.mark.parametrize("who", ["participant", "outsider"])
def test_nobody_else_looks_as_somebody(pages, cast, signed_in, who):
    response = signed_in(getattr(cast, who)).get(
        f"/admin/pages/{pages.guidance.pk}/edit/preview/?mode=visitor"
    )
    assert response.status_code in (302, 403)
