"""The drawing of how a score changes."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.enums import Moment, Score
from journal.plot import HEIGHT, WIDTH, plot_of, x_of, y_of

SCORES = st.dictionaries(st.sampled_from(Moment.values), st.sampled_from(Score.values))


def test_nothing_rated_is_nothing_drawn():
    assert plot_of({}, "listen") is None


def test_one_rating_is_a_point():
    plot = plot_of({"middle": 3}, "listen")
    assert [point.words for point in plot.points] == ["3"]
    assert plot.line == f"{x_of('middle')},{y_of(3)}"
    assert plot.says == "listen: in the middle 3 of 5 (partly)."


def test_three_ratings_are_a_line_in_the_order_of_the_year():
    plot = plot_of({"end": 5, "start": 1, "middle": 3}, "listen")
    assert plot.line == f"{x_of('start')},{y_of(1)} {x_of('middle')},{y_of(3)} {x_of('end')},{y_of(5)}"
    assert (
        plot.says
        == "listen: at the start 1 of 5 (not yet), in the middle 3 of 5 (partly), at the end 5 of 5 (fully)."
    )


def test_a_moment_that_was_left_out_is_gone_over():
    plot = plot_of({"start": 2, "end": 4}, "listen")
    assert [(point.x, point.words) for point in plot.points] == [(x_of("start"), "2"), (x_of("end"), "4")]


def test_the_grid_has_a_line_for_each_score_and_a_word_for_each_moment():
    plot = plot_of({"start": 2}, "listen")
    assert [row.words for row in plot.rows] == ["1", "2", "3", "4", "5"]
    assert [column.words for column in plot.columns] == ["Start", "Middle", "End"]


@given(SCORES)
def test_all_of_it_stands_inside(scores):
    plot = plot_of(scores, "listen")
    if plot is None:
        assert scores == {}
        return
    for point in (*plot.points, *plot.rows, *plot.columns):
        assert 0 < point.x < WIDTH
        assert 0 < point.y < HEIGHT
    assert len(plot.points) == len(scores)


@given(SCORES)
def test_higher_scores_stand_higher_and_later_moments_further(scores):
    plot = plot_of(scores, "listen")
    for one, other in pairwise(plot.points if plot else ()):
        assert one.x < other.x
        assert (int(one.words) < int(other.words)) == (one.y > other.y)


@pytest.mark.parametrize("score", Score.values)
def test_points_stand_on_the_lines_of_the_grid(score):
    plot = plot_of({"start": score}, "listen")
    assert plot.points[0].y == next(row.y for row in plot.rows if row.words == str(score))
