"""Each question whose SQL is written once gives each person what its queryset gives, and never an answer that was kept."""

from datetime import timedelta
from uuid import UUID

import pytest

from learning.actions import tick
from members import actions as members_actions
from members.prepared import Prepared
from study import actions, asked
from study.panels import Own, own_of
from tests.study.conftest import fresh
from tests.study.test_actions import everything

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
PEOPLE = ["admin", "editor", "facilitator", "convener", "participant", "outsider"]
QUESTIONS = sorted(name for name, thing in vars(asked).items() if isinstance(thing, Prepared))


@pytest.fixture
def there(cast, year, write, now):
    """Something of everybody's, on a public page, on the cohort's and on a community's."""
    [module] = year("now")
    pages = [
        write("Public"),
        write("Cohort", circle=cast.cohort.circle),
        write("Other", circle=cast.community.circle),
    ]
    for name in PEOPLE:
        me = getattr(cast, name)
        everything(me, pages[0])
        for page in [*pages, module]:
            now.shift(timedelta(minutes=1))
            actions.mark_done(person=me, page=page)
            actions.note_reading(person=me, page=page)
            actions.keep(person=me, page=page)
        tick(person=me, module=module, step=UUID(int=11))
    return [*pages, write("Not done")]


def arguments(name: str, person, pages) -> tuple:
    if name == "UNDONE":
        return (person, [page.pk for page in pages])
    return (person, pages[0].pk) if name == "ABOUT_PAGE" else (person,)


def test_all_are_known():
    assert QUESTIONS == ["ABOUT_PAGE", "DONE", "IN_LISTS", "KEPT", "READ", "SEARCHES", "TICKED", "UNDONE"]


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_gives_everybody_what_its_queryset_gives(cast, there, name):
    question = getattr(asked, name)
    for who in PEOPLE:
        given = arguments(name, fresh(getattr(cast, who)), there)
        answer = [tuple(row) for row in question.rows(*given)]
        plain = [tuple(row) for row in question.build(*given)]
        assert (sorted(answer), len(answer) > 0) == (sorted(plain), True), who


@pytest.mark.parametrize(
    ("who", "titles"),
    [
        ("participant", ["Module no 1", "Cohort", "Public"]),
        ("convener", ["Module no 1", "Other", "Cohort", "Public"]),
        ("editor", ["Module no 1", "Public"]),
        ("outsider", ["Module no 1", "Public"]),
    ],
)
def test_each_is_in_its_order_and_holds_what_may_be_read(cast, there, who, titles):
    me = fresh(getattr(cast, who))
    for question in (asked.DONE, asked.READ, asked.KEPT):
        assert [row.title for row in question.rows(me)] == titles


def test_who_leaves_a_group_is_asked_for_anew(cast, there):
    assert [row.title for row in asked.KEPT.rows(fresh(cast.participant))] == [
        "Module no 1",
        "Cohort",
        "Public",
    ]
    members_actions.leave(person=fresh(cast.participant), circle=cast.cohort.circle)
    assert [row.title for row in asked.KEPT.rows(fresh(cast.participant))] == ["Module no 1", "Public"]


def test_what_is_new_is_asked_again(cast, guidance):
    me = fresh(cast.participant)
    assert own_of(me, guidance.pk) == Own()
    kept = actions.keep(person=me, page=guidance)
    assert own_of(me, guidance.pk) == Own(bookmark=kept.pk)
    actions.mark_done(person=me, page=guidance)
    actions.choose(person=me, mark_at_end=True)
    actions.answer(person=me, page=guidance, is_useful=False, note="Why")
    assert own_of(me, guidance.pk) == Own(
        done=True, bookmark=kept.pk, useful="no", note="Why", mark_at_end=True
    )
    actions.drop(person=me, page=guidance)
    actions.mark_undone(person=me, page=guidance)
    assert own_of(me, guidance.pk) == Own(useful="no", note="Why", mark_at_end=True)


def test_of_another_page_it_says_the_choice_alone(cast, guidance, write):
    me = fresh(cast.participant)
    everything(me, guidance)
    assert own_of(me, write("Other").pk) == Own(mark_at_end=True)


def test_of_another_person_it_says_nothing(cast, guidance):
    everything(cast.convener, guidance)
    assert own_of(fresh(cast.participant), guidance.pk) == Own()
