"""A running order: when what happens, for a meeting made of a resource's exercises."""

import json
import re
from datetime import datetime, time, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from learning.models import GuidancePage
from learning.tonight import CLOSE, WELCOME, order_of

URL = "/learning/guidance/{}/tonight/"


def exercise(**more: object) -> dict[str, object]:
    value = {
        "title": "In threes",
        "purpose": "Help.",
        "minutes": 9,
        "group_size": "3",
        "materials": ["chairs"],
        "steps": ["Tell (2 minutes). Say what you are stuck with.", "Listen (7 minutes). Turn round."],
        **more,
    }
    return {"type": "exercise", "value": value}


def rows(raw: list[dict[str, object]], starts: time = time(18)) -> list[tuple[str, str, int | None]]:
    return [
        (f"{part.starts:%H:%M}" if part.starts else "", part.text, part.minutes)
        for part in order_of(raw, starts).parts
    ][1:-1]


def test_steps_that_name_their_minutes_have_their_times():
    assert rows([exercise()]) == [
        ("18:05", "In threes", 9),
        ("18:05", "Tell. Say what you are stuck with.", 2),
        ("18:07", "Listen. Turn round.", 7),
    ]


def test_after_a_step_that_does_not_no_time_is_made_up():
    steps = ["Tell (2 minutes).", "Talk.", "Listen (7 minutes)."]
    assert rows([exercise(steps=steps)])[1:] == [
        ("18:05", "Tell.", 2),
        ("", "Talk.", None),
        ("", "Listen.", 7),
    ]


def test_exercises_follow_one_another_and_needs_are_named_once():
    text = {"type": "text", "value": "<p>Between.</p>"}
    order = order_of([exercise(), text, exercise(title="Again", materials=["pens", "chairs"])], time(18))
    assert [part.starts for part in order.parts if not part.within] == [
        time(18), time(18, 5), time(18, 14), time(18, 23),
    ]  # fmt: skip
    assert (order.minutes, order.ends) == (28, time(18, 28))
    assert order.materials == ["chairs", "pens"]


def test_lists_are_read_as_wagtail_keeps_them():
    kept = [{"type": "item", "value": "Tell (2 minutes).", "id": "x"}]
    assert rows([exercise(steps=kept)])[1:] == [("18:05", "Tell.", 2)]


def test_what_is_half_filled_makes_an_order_all_the_same():
    half = {"type": "exercise", "value": {"title": "", "minutes": None, "steps": None, "materials": None}}
    assert rows([half, {"type": "exercise", "value": None}]) == [("18:05", "Exercise", None)]


@given(
    st.lists(st.lists(st.integers(1, 90), max_size=6), min_size=1, max_size=4),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
def test_times_add_up_past_midnight_too(lengths, starts):
    raw = [
        exercise(minutes=sum(steps) or 5, steps=[f"Step ({many} minutes)." for many in steps])
        for steps in lengths
    ]
    order = order_of(raw, starts)
    whole = WELCOME + CLOSE + sum(sum(steps) or 5 for steps in lengths)
    assert order.minutes == whole
    day = datetime(2026, 3, 1)
    assert order.ends == (datetime.combine(day, starts) + timedelta(minutes=whole)).time()
    clock = [part for part in order.parts if part.within]
    assert all(part.starts is not None for part in clock)
    assert [part.minutes for part in clock] == [many for steps in lengths for many in steps]


# -- its page --------------------------------------------------------------------------------------------


@pytest.fixture
def runs(shelve) -> GuidancePage:
    page = shelve("Peer <help>")
    page.body = json.dumps([exercise()])
    page.save()
    return page


def shown(page: GuidancePage, query: str = "", reader: Client | None = None) -> str:
    response = (reader or Client()).get(URL.format(page.pk) + query)
    assert response.status_code == 200
    return response.content.decode()


def times(html: str) -> list[str]:
    return re.findall(r'p-order__time">([^<]*)<', html)


pytestmark = pytest.mark.django_db


def test_a_resource_with_an_exercise_leads_to_it_and_another_does_not(runs, shelve):
    assert f'href="{URL.format(runs.pk)}"' in Client().get(f"/guidance/{runs.slug}/").content.decode()
    other = shelve("To read")
    assert "tonight" not in Client().get(f"/guidance/{other.slug}/").content.decode()
    assert Client().get(URL.format(other.pk)).status_code == 404


def test_it_begins_at_six_until_somebody_says_when(runs):
    assert times(shown(runs)) == ["18:00", "18:05", "18:05", "18:07", "18:14", "18:19"]
    assert times(shown(runs, "?at=09:30"))[0] == "09:30"


@pytest.mark.parametrize("at", ["", "soon", "25:00", "\x00", "<script>"])
def test_what_is_no_time_is_said_beside_the_field_and_stays_in_it(runs, at):
    html = Client().get(URL.format(runs.pk), {"at": at}).content.decode()
    assert "Enter a time, such as 18:30" in html
    assert times(html)[0] == "18:00"
    assert "<script>" not in html.split("<main")[1].split("</main>")[0]


def test_it_can_be_sent_by_ones_own_mail(runs):
    address = re.search(r'href="(mailto:[^"]*)"', shown(runs))[1].replace("&amp;", "&")
    asked = parse_qs(urlsplit(address).query)
    assert asked["subject"] == ["Peer <help>"]
    assert asked["body"][0].splitlines() == [
        "Peer <help>",
        "",
        "18:00 Welcome. Say why you are here, and what will be different by the end. (5 minutes)",
        "18:05 In threes (9 minutes)",
        "  18:05 Tell. Say what you are stuck with. (2 minutes)",
        "  18:07 Listen. Turn round. (7 minutes)",
        "18:14 Close. Say who does what by when, and when you meet again. (5 minutes)",
        "18:19 End",
        "",
        "You need: chairs",
    ]


def test_it_is_for_those_who_may_see_the_resource(runs, cast, signed_in):
    GuidancePage.objects.filter(pk=runs.pk).update(circle=cast.cohort.circle)
    assert "Peer" in shown(runs, reader=signed_in(cast.participant))
    for stranger in (Client(), signed_in(cast.outsider), signed_in(cast.editor)):
        assert stranger.get(URL.format(runs.pk)).status_code == 404
    GuidancePage.objects.filter(pk=runs.pk).update(circle=None, live=False)
    assert Client().get(URL.format(runs.pk)).status_code == 404


def test_nothing_is_sent_to_it(runs):
    assert Client().post(URL.format(runs.pk)).status_code == 405
