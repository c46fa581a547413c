"""``bin/bench suggestions``: what it reads, what it computes, what it prints."""

import json
import math

import pytest

from benchmarks import suggestions
from benchmarks.__main__ import main
from benchmarks.data import CannotMake

ROWS = [
    {"id": "a", "name": "Falls", "text": "Falls at night.", "tags": ["x"], "sectors": [], "region": "", "related": ["b"]},
    {"id": "b", "name": "Night shift", "text": "Who falls at night.", "related": ["a", "gone"]},
    {"id": "c", "name": "Tea", "text": "Cake."},
]  # fmt: skip


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "communities.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in ROWS) + "\n\n")
    return path


def test_a_file_is_read_and_who_is_not_there_is_left_out(file):
    data = suggestions.read(file)
    assert [one.id for one in data.descriptions] == ["a", "b", "c"]
    assert data.related == {"a": {"b"}, "b": {"a"}, "c": frozenset()}
    assert data.descriptions[0].tags == ("x",)


def test_the_ranker_never_sees_what_is_related(file):
    assert not hasattr(suggestions.read(file).descriptions[0], "related")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "line 1"),
        ('{"id": "a"}', "line 1: KeyError"),
        ("[]", "line 1"),
        ('{"id": "a", "name": "A", "text": ""}\n{"id": "a", "name": "A", "text": ""}', "line 2: the id 'a'"),
        ('{"id": "a", "name": "A", "text": "", "related": ["b"]}', "nothing is related"),
    ],
)
def test_what_is_wrong_is_named_by_its_line(tmp_path, text, says, capsys):
    path = tmp_path / "wrong.jsonl"
    path.write_text(text)
    with pytest.raises(CannotMake, match=says):
        suggestions.read(path)
    assert main(["suggestions", "--data", str(path)]) == 2
    assert says.split(":")[0] in capsys.readouterr().err


def test_recall_and_gain_as_by_hand():
    order = list("abcdefghijkl")
    related = frozenset("bfz")
    assert suggestions.recall(order, related) == 1 / 3
    best = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert suggestions.gain(order, related) == pytest.approx((1 / math.log2(3) + 1 / math.log2(7)) / best)
    assert suggestions.gain(["b", "f", "z"], related) == pytest.approx(1)
    assert suggestions.recall([], related) == suggestions.gain([], related) == 0


def test_text_search_finds_what_holds_a_word_of_the_name_never_itself(file):
    rank = suggestions.text_search(suggestions.read(file).descriptions)
    assert (rank("a"), rank("c")) == (["b"], [])


def test_who_is_related_to_nobody_is_not_scored(file):
    asked: list[str] = []

    def rank(key: str) -> list[str]:
        asked.append(key)
        return ["b"]

    assert suggestions.score(rank, suggestions.read(file).related)["recall_at_5"] == 0.5
    assert asked == ["a", "b"]


def test_json_is_all_that_is_printed(file, capsys):
    assert main(["suggestions", "--data", str(file), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {name: sorted(scores) for name, scores in found.items()} == {
        name: ["ndcg_at_10", "recall_at_5"] for name in ("ours", "text_search", "random")
    }
    assert found["ours"] == {"recall_at_5": 1.0, "ndcg_at_10": 1.0}


def test_json_goes_to_a_file_beside_the_table(file, tmp_path, capsys):
    target = tmp_path / "found.json"
    assert main(["suggestions", "--data", str(file), "--json", str(target)]) == 0
    assert "times text search" in capsys.readouterr().out
    assert sorted(json.loads(target.read_text())) == ["ours", "random", "text_search"]


@pytest.mark.parametrize(
    "given",
    [
        ["suggestions", "library"],
        ["suggestions", "--weight"],
        ["--json"],
        ["suggestions", "--data", "nowhere"],
    ],
)
def test_what_cannot_be_asked(given, capsys):
    with pytest.raises(SystemExit) as error:
        main(given)
    assert error.value.code == 2


def test_ours_is_no_worse_than_one_and_a_half_times_text_search_on_the_demo():
    found = suggestions.measure(suggestions.demo())
    assert found["ours"]["recall_at_5"] >= suggestions.AIM * found["text_search"]["recall_at_5"]
    assert found["ours"]["recall_at_5"] >= suggestions.AIM * found["random"]["recall_at_5"]
