"""What holds for every action, whatever it does."""

import inspect

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from discussion import actions

VERBS = [
    "open_space", "change_space", "start_topic", "add_post", "edit_post", "pin_topic", "close_topic", "remove_post",
    "restore_post", "remove_topic", "restore_topic", "mark_read", "mark_space_read",
]  # fmt: skip


def test_every_verb_is_known_here() -> None:
    public = {
        name
        for name, thing in vars(actions).items()
        if inspect.isfunction(thing) and thing.__module__ == actions.__name__ and not name.startswith("_")
    }
    # An address, and what a merge of two communities does in its own transaction.
    assert public - {"slug_of", "move_spaces"} == set(VERBS)


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_is_one_transaction_and_takes_keywords_alone(
    cast, cohort_space, topic, reply, name, monkeypatch
) -> None:
    parameters = inspect.signature(getattr(actions, name)).parameters
    assert {parameter.kind for parameter in parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}
    everything = {
        "person": cast.facilitator if name not in ("edit_post",) else cast.convener,
        "circle": cast.cohort.circle,
        "space": cohort_space,
        "topic": topic,
        "post": reply,
        "name": "N",
        "slug": "n",
        "description": "d",
        "order": 1,
        "title": "T",
        "text": "x",
        "number": 2,
        "at": timezone.now(),
    }
    given = {key: everything[key] for key in parameters if key in everything}
    if name.startswith("restore"):
        getattr(actions, name.replace("restore", "remove"))(**given)
    with CaptureQueriesContext(connection) as seen:
        getattr(actions, name)(**given)
    first, last = seen[0]["sql"], seen[-1]["sql"]
    assert (first.split()[0], last.split()[0]) == ("SAVEPOINT", "RELEASE")
    assert first.split()[1] == last.split()[-1]
