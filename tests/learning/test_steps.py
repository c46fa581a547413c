"""The steps of a module, read from what is kept."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.enums import Phase
from learning.steps import Step, read_steps
from tests.learning.conftest import STEPS, step


def test_they_come_in_their_phases_and_in_order_within_each():
    raw = [
        step(0, "after", "Last"),
        step(1, "before", "First", minutes=20, guidance=7, text="<p>x</p>"),
        step(2, "during", "Third"),
        step(3, "before", "Second"),
    ]
    steps = read_steps(raw)
    assert [one.title for one in steps] == ["First", "Second", "Third", "Last"]
    assert steps[0] == Step(
        key=STEPS[1], phase=Phase.BEFORE, title="First", text="<p>x</p>", minutes=20, guidance=7
    )


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ({"type": "step", "value": {"title": "x"}}, Step(key=None, phase=Phase.BEFORE, title="x")),
        ({"type": "step", "id": "none", "value": {}}, Step(key=None, phase=Phase.BEFORE, title="")),
        ({"type": "step", "id": None, "value": None}, Step(key=None, phase=Phase.BEFORE, title="")),
        (
            {"type": "step", "id": str(UUID(int=5)), "value": {"phase": "sometime", "title": "x"}},
            Step(key=UUID(int=5), phase=Phase.BEFORE, title="x"),
        ),
    ],
)
def test_what_is_missing_is_made_up_for(block, expected):
    assert read_steps([block]) == [expected]


def test_other_blocks_are_no_steps():
    assert read_steps([{"type": "text", "value": "x", "id": "1"}, {}]) == []


@given(st.lists(st.sampled_from(Phase.values), max_size=12))
def test_none_is_lost(phases):
    raw = [step(0, phase, str(number)) for number, phase in enumerate(phases)]
    steps = read_steps(raw)
    assert sorted(int(one.title) for one in steps) == list(range(len(phases)))
    order = list(Phase)
    assert [order.index(one.phase) for one in steps] == sorted(order.index(Phase(phase)) for phase in phases)
