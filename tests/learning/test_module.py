"""A module: what it is about, its outcomes, its half-days, and a path to tick off."""

import json
import re

import pytest
from django.test import Client

from kit import registry
from learning.actions import tick
from learning.models import GuidancePage, ModulePage, StepDone
from tests.home.conftest import every_block
from tests.learning.conftest import STEPS

pytestmark = pytest.mark.django_db

URL = "/programme/modules/planning/"


def shown(reader: Client) -> str:
    response = reader.get(URL)
    assert response.status_code == 200
    return response.content.decode()


def stages(html: str) -> list[tuple[str, list[str]]]:
    """Each phase with the titles of its steps."""
    parts = re.split(r'<h3 class="p-path__title">', html)[1:]
    return [
        (
            re.sub(r"<[^>]+>", " ", part.split("</h3>")[0]).split()[0],
            re.findall(r'p-path__name">([^<]*)', part),
        )
        for part in parts
    ]


def done(html: str) -> list[str]:
    """The steps that are ticked."""
    return re.findall(r'aria-pressed="true">.*?hidden">Done: ([^<]*)', html)


def beside(pages, number: int, title: str, **more: object) -> ModulePage:
    return pages.modules.add_child(
        instance=ModulePage(title=title, slug=f"module-{number}", number=number, summary="Go on.", **more)
    )


# -- what it shows ---------------------------------------------------------------------------------------


def test_it_says_which_module_it_is(client, pages, path):
    beside(pages, 2, "Growing")
    html = shown(client)
    assert re.findall(r"<h1[^>]*>([^<]*)", html) == ["Planning and launching"]
    assert "Module 1 of 2" in html
    assert '<p class="p-lede">Begin.</p>' in html


def test_outcomes_and_themes(client, path, theme):
    path.outcomes = json.dumps([{"type": "outcome", "value": "say what it is <for>"}])
    path.themes.add(theme("trust"))
    path.save()
    html = shown(client)
    assert "say what it is &lt;for&gt;" in html
    assert '<a href="/guidance/?theme=trust">Trust</a>' in html


def test_the_path_has_its_phases_in_order(client, path):
    assert stages(shown(client)) == [
        ("Before", ["Find your question", "Talk to 3 people"]),
        ("During", ["Draft a &lt;purpose&gt;"]),
        ("After", ["Hold a first meeting"]),
    ]


def test_a_step_says_how_long_it_takes_and_what_to_read(client, path):
    html = shown(client)
    assert "In <b>one</b> sentence." in html
    assert "1 hour 30 minutes" in html
    assert 'Read: <a href="/guidance/start-with-a-question/">Start with a question</a>' in html


def test_guidance_that_is_private_is_named_to_its_people_alone(client, path, cast, signed_in):
    GuidancePage.objects.update(circle=cast.cohort.circle)
    assert "Start with a question" in shown(signed_in(cast.participant))
    for stranger in (client, signed_in(cast.outsider)):
        assert "Start with a question" not in shown(stranger)
        assert "start-with-a-question" not in shown(stranger)


def test_a_module_without_steps_has_no_path(client, pages):
    html = shown(client)
    assert "Before, during and after" not in html
    assert "How far you are" not in html


def test_it_leads_to_the_modules_beside_it(client, pages, path):
    beside(pages, 3, "Last")
    beside(pages, 2, "Middle")
    html = client.get("/programme/modules/module-2/").content.decode()
    assert re.findall(r'href="([^"]*)" rel="(\w+)"', html) == [
        ("/programme/modules/planning/", "prev"),
        ("/programme/modules/module-3/", "next"),
    ]
    assert 'rel="prev"' not in shown(client)


def test_a_module_beside_it_that_is_private_is_not_led_to(client, pages, path, cast, signed_in):
    beside(pages, 2, "Our module", circle=cast.cohort.circle)
    beside(pages, 3, "A draft", live=False)
    assert "Our module" in shown(signed_in(cast.participant))
    for reader in (client, signed_in(cast.outsider)):
        html = shown(reader)
        assert "Our module" not in html
        assert "A draft" not in html
        assert "Module 1 of" not in html


def test_half_days_and_talk_come_from_their_rooms(client, path, monkeypatch):
    monkeypatch.setattr(registry.panels, "_items", {})
    for slot in ("module.sessions", "page.talk"):
        registry.panels.add(
            registry.Panel(
                key=slot,
                slot=slot,
                draw=lambda page, request, slot=slot: f"<p>{slot} of {page.pk}</p>",
                queries=0,
            )
        )
    html = shown(client)
    assert f"<p>module.sessions of {path.pk}</p>" in html
    assert html.index("The half-days") < html.index("Before, during and after") < html.index("page.talk of")


def test_where_no_room_knows_of_half_days_none_are_spoken_of(client, path, alone):
    assert "The half-days" not in shown(client)


# -- how far one is --------------------------------------------------------------------------------------


def test_a_visitor_is_told_how_to_tick_off(client, path):
    html = shown(client)
    assert "/accounts/login/?next=%2Fprogramme%2Fmodules%2Fplanning%2F" in html
    assert "p-tick" not in html
    assert "csrf" not in html
    assert "How far you are" not in html


def test_a_member_has_a_box_for_each_step(path, cast, signed_in):
    html = shown(signed_in(cast.participant))
    assert html.count('class="p-tick"') == 4
    assert done(html) == []
    assert "<strong>0</strong> of 4 done" in html


def test_what_is_done_is_ticked_and_counted(path, cast, signed_in):
    for number in (0, 3):
        tick(person=cast.participant, module=path, step=STEPS[number])
    html = shown(signed_in(cast.participant))
    assert done(html) == ["Find your question", "Hold a first meeting"]
    assert "<strong>2</strong> of 4 done" in html
    counts = re.findall(r'id="count-(\w+)">([^<]*)', html)
    assert counts == [("before", "1 of 2 done"), ("during", "0 of 1 done"), ("after", "1 of 1 done")]


def test_nobody_sees_the_ticks_of_others(path, cast, signed_in):
    tick(person=cast.participant, module=path, step=STEPS[0])
    for name in ("admin", "editor", "facilitator", "convener"):
        assert done(shown(signed_in(getattr(cast, name)))) == []


def test_only_members_of_the_network_tick(path, cast, signed_in):
    html = shown(signed_in(cast.outsider))
    assert 'class="p-tick"' not in html
    assert "Members of the network can tick these off." in html


def test_a_tick_of_a_step_that_is_gone_no_longer_counts(path, cast, signed_in):
    for number in (0, 1):
        tick(person=cast.participant, module=path, step=STEPS[number])
    path.steps = json.dumps([block for block in path.steps.raw_data if block["id"] != str(STEPS[0])])
    path.save()
    assert "<strong>1</strong> of 3 done" in shown(signed_in(cast.participant))
    assert StepDone.objects.count() == 2


def test_a_step_that_is_still_being_written_can_be_previewed(path, cast, signed_in):
    path.steps.append(
        ("step", {"phase": "after", "title": "Brand new", "text": "", "minutes": None, "guidance": None})
    )
    path.save_revision()
    html = signed_in(cast.editor).get(f"/admin/pages/{path.pk}/view_draft/").content.decode()
    assert "Brand new" in html


def test_a_private_module_is_for_its_people_alone(path, cast, signed_in, client):
    ModulePage.objects.update(circle=cast.cohort.circle)
    assert shown(signed_in(cast.participant))
    for stranger in (client, signed_in(cast.outsider), signed_in(cast.admin)):
        assert stranger.get(URL).status_code == 404


# -- what it costs ---------------------------------------------------------------------------------------


@pytest.fixture
def full(path, pages, media, shelve, theme):
    """The module with everything in it, and so many steps."""

    def make(times: int) -> None:
        guidance = [shelve(f"Resource {number}") for number in range(times)]
        blocks = [
            {
                "type": "step",
                "id": f"00000000-0000-0000-0000-0000000001{number:02}",
                "value": {"phase": "before", "title": f"Step {number}", "text": "<p>x</p>", "minutes": 5,
                          "guidance": guidance[number].pk},
            }
            for number in range(times)
        ]  # fmt: skip
        path.steps = json.dumps(blocks)
        path.body = json.dumps(every_block(media, pages.library.pk) * times)
        path.themes.add(theme("trust"), theme("rhythm"))
        path.save()
        for number in range(times):
            beside(pages, number + 2, f"Module {number + 2}")
        shown(Client())

    return make


@pytest.mark.parametrize("times", [1, 10])
def test_a_visitor_costs_eight_queries_whatever_there_is(
    client, full, alone, django_assert_num_queries, times
):
    full(times)
    client.cookies["sessionid"] = "none"
    # the page; what is around it; themes; pictures, their sizes; documents to download; pages and documents linked to
    with django_assert_num_queries(8):
        shown(client)


@pytest.mark.parametrize("times", [1, 10])
def test_a_member_costs_four_more(full, cast, signed_in, alone, django_assert_num_queries, times):
    full(times)
    reader = signed_in(cast.participant)
    # session, person, circles; ticks
    with django_assert_num_queries(12):
        shown(reader)


def test_with_all_rooms_both_keep_their_budgets(client, full, cast, signed_in, django_assert_max_num_queries):
    full(3)
    client.cookies["sessionid"] = "none"
    with django_assert_max_num_queries(10):
        shown(client)
    reader = signed_in(cast.participant)
    with django_assert_max_num_queries(15):
        shown(reader)


def test_a_visitor_who_comes_second_costs_none(client, path, django_assert_num_queries):
    first = shown(client)
    with django_assert_num_queries(0):
        assert shown(client) == first
