"""Ticking off a step: one's own, as often as one likes, and nobody else's business."""

import re
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learning import rules
from learning.actions import tick, untick
from learning.errors import UnknownStep
from learning.models import ModulePage, StepDone
from tests.learning.conftest import STEPS

pytestmark = pytest.mark.django_db

HX = {"HX-Request": "true"}


def url(module: ModulePage, step: UUID = STEPS[0]) -> str:
    return reverse("learning:tick", args=[module.pk, step])


def send(reader: Client, module: ModulePage, step: UUID = STEPS[0], done: str = "1", **more):
    return reader.post(url(module, step), {"done": done}, **more)


# -- the actions -----------------------------------------------------------------------------------------


def test_a_tick_is_kept(path, cast):
    made = tick(person=cast.participant, module=path, step=STEPS[1])
    assert (made.person, made.module_id, made.step) == (cast.participant, path.pk, STEPS[1])
    assert list(StepDone.objects.visible_to(cast.participant)) == [made]


def test_twice_is_as_once(path, cast):
    first, second = (tick(person=cast.participant, module=path, step=STEPS[1]) for _ in range(2))
    assert first == second
    assert StepDone.objects.count() == 1


def test_a_tick_can_be_taken_back(path, cast):
    tick(person=cast.participant, module=path, step=STEPS[1])
    assert untick(person=cast.participant, module=path, step=STEPS[1]) is True
    assert untick(person=cast.participant, module=path, step=STEPS[1]) is False
    assert StepDone.objects.count() == 0


@pytest.mark.parametrize("act", [tick, untick])
def test_a_step_that_there_is_not_is_refused(path, cast, act):
    with pytest.raises(UnknownStep):
        act(person=cast.participant, module=path, step=uuid4())
    assert StepDone.objects.count() == 0


def test_the_same_step_of_two_people_is_two_ticks(path, cast):
    for person in (cast.participant, cast.convener):
        tick(person=person, module=path, step=STEPS[1])
    untick(person=cast.convener, module=path, step=STEPS[1])
    assert [done.person for done in StepDone.objects.all()] == [cast.participant]


def test_the_database_holds_one_tick_for_each(path, cast):
    tick(person=cast.participant, module=path, step=STEPS[1])
    with pytest.raises(IntegrityError), transaction.atomic():
        StepDone.objects.create(person=cast.participant, module=path, step=STEPS[1])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.booleans(), st.sampled_from(STEPS)), max_size=12))
def test_whatever_is_pressed_the_last_press_of_each_step_holds(path, cast, presses):
    StepDone.objects.all().delete()
    expected: set[UUID] = set()
    for on, step in presses:
        (tick if on else untick)(person=cast.participant, module=path, step=step)
        expected = expected | {step} if on else expected - {step}
    assert set(StepDone.objects.values_list("step", flat=True)) == expected


def test_ticks_are_visible_to_their_person_and_nobody_else(path, cast):
    people = [cast.admin, cast.editor, cast.facilitator, cast.convener, cast.participant]
    for person in people:
        tick(person=person, module=path, step=STEPS[0])
    for person in [*people, cast.outsider]:
        assert [done.person for done in StepDone.objects.visible_to(person)] == [
            one for one in people if one == person
        ]


def test_who_may_tick(cast):
    may = {
        name: rules.can_tick(getattr(cast, name))
        for name in ("admin", "editor", "facilitator", "convener", "participant", "outsider")
    }
    assert may == {
        "admin": True, "editor": True, "facilitator": True, "convener": True, "participant": True, "outsider": False,
    }  # fmt: skip


# -- the form --------------------------------------------------------------------------------------------


def test_it_works_and_leads_back_to_the_step(path, cast, signed_in):
    response = send(signed_in(cast.participant), path)
    assert (response.status_code, response["Location"]) == (
        302,
        f"/programme/modules/planning/#step-{STEPS[0]}",
    )
    assert StepDone.objects.get().person == cast.participant


def test_sent_twice_it_is_done_once(path, cast, signed_in):
    reader = signed_in(cast.participant)
    for _ in range(2):
        assert send(reader, path).status_code == 302
    assert StepDone.objects.count() == 1
    for _ in range(2):
        assert send(reader, path, done="0").status_code == 302
    assert StepDone.objects.count() == 0


def test_a_visitor_is_asked_to_sign_in_and_comes_back(path, client):
    response = send(client, path)
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/programme/modules/planning/"
    assert StepDone.objects.count() == 0


def test_somebody_outside_the_network_gets_404(path, cast, signed_in):
    assert send(signed_in(cast.outsider), path).status_code == 404
    assert StepDone.objects.count() == 0


def test_a_module_that_one_may_not_see_is_not_there(path, cast, signed_in):
    ModulePage.objects.update(circle=cast.community.circle)
    assert send(signed_in(cast.participant), path).status_code == 404
    assert send(signed_in(cast.convener), path).status_code == 302
    assert [done.person for done in StepDone.objects.all()] == [cast.convener]


def test_a_draft_is_not_there(path, cast, signed_in):
    ModulePage.objects.update(live=False)
    assert send(signed_in(cast.editor), path).status_code == 404


@pytest.mark.parametrize("step", [uuid4(), UUID(int=0)])
def test_a_step_that_there_is_not(path, cast, signed_in, step):
    assert send(signed_in(cast.participant), path, step).status_code == 404


def test_a_module_that_there_is_not(pages, cast, signed_in):
    address = reverse("learning:tick", args=[99999, STEPS[0]])
    assert signed_in(cast.participant).post(address).status_code == 404
    other = reverse("learning:tick", args=[pages.library.pk, STEPS[0]])
    assert signed_in(cast.participant).post(other).status_code == 404


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch", "head"])
def test_nothing_but_a_post_will_do(path, cast, signed_in, method):
    assert getattr(signed_in(cast.participant), method)(url(path)).status_code == 405
    assert StepDone.objects.count() == 0


def test_a_post_without_its_token_is_refused(path, cast):
    reader = Client(enforce_csrf_checks=True)
    reader.force_login(cast.participant, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert send(reader, path).status_code == 403
    assert StepDone.objects.count() == 0


def test_the_form_on_the_page_is_taken_as_it_is(path, cast):
    reader = Client(enforce_csrf_checks=True)
    reader.force_login(cast.participant, backend="allauth.account.auth_backends.AuthenticationBackend")
    html = reader.get("/programme/modules/planning/").content.decode()
    form = re.search(
        rf'<form class="p-tick-form" method="post" action="({re.escape(url(path))})".*?</form>',
        html,
        re.DOTALL,
    )
    data = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0]))
    assert reader.post(form[1], data).status_code == 302
    assert StepDone.objects.count() == 1


@pytest.mark.parametrize("done", ["", "x", "\x00", "a" * 1_000_000, "2", "👍"])
def test_whatever_it_says_it_is_understood(path, cast, signed_in, done):
    assert send(signed_in(cast.participant), path, done=done).status_code == 302
    assert StepDone.objects.count() == 1


# -- with script -----------------------------------------------------------------------------------------


def test_the_step_comes_back_ticked_with_the_counts_beside_it(path, cast, signed_in):
    html = send(signed_in(cast.participant), path, headers=HX).content.decode()
    assert html.lstrip().startswith(f'<li class="p-path__step p-path__step--done" id="step-{STEPS[0]}">')
    assert 'aria-pressed="true"' in html
    assert '<input type="hidden" name="done" value="0">' in html
    assert re.findall(r'id="count-(\w+)" hx-swap-oob="true">([^<]*)', html) == [("before", "1 of 2 done")]
    assert re.search(r'id="how-far" hx-swap-oob="true">.*<strong>1</strong> of 4 done', html, re.DOTALL)


def test_the_button_keeps_its_name_so_that_the_focus_stays(path, cast, signed_in):
    reader = signed_in(cast.participant)
    page = reader.get("/programme/modules/planning/").content.decode()
    answer = send(reader, path, headers=HX).content.decode()
    assert f'id="tick-{STEPS[0]}"' in page
    assert answer.count(f'id="tick-{STEPS[0]}"') == 1


def test_what_has_happened_is_announced(path, cast, signed_in):
    reader = signed_in(cast.participant)
    for done, said in (
        ("1", "Find your question: done. 1 of 4 done."),
        ("0", "Find your question: not done. 0 of 4 done."),
    ):
        html = send(reader, path, done=done, headers=HX).content.decode()
        assert re.findall(r"data-announce>([^<]*)", html) == [said]


def test_its_guidance_is_still_linked_to(path, cast, signed_in):
    html = send(signed_in(cast.participant), path, headers=HX).content.decode()
    assert 'href="/guidance/start-with-a-question/"' in html
    assert "linktype" not in html


@pytest.mark.parametrize("headers", [{}, HX])
def test_what_a_tick_costs_does_not_grow(path, cast, signed_in, django_assert_max_num_queries, headers):
    reader = signed_in(cast.participant)
    send(reader, path, STEPS[1], headers=headers)
    with django_assert_max_num_queries(14):
        send(reader, path, STEPS[2], headers=headers)
