"""Whatever is asked of the library, its answer is that of a plain loop over all resources."""

import random
import re
from dataclasses import dataclass

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learning.enums import Audience, GroupSize, Kind, Length, Sort
from learning.filters import PARAMETERS, Wanted
from learning.library import Found, look
from members.enums import Stage

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

THEMES = ["trust", "rhythm", "purpose", "co-design", "value"]
# No two of these have a stem in common, so that every database finds the same.
WORDS = ["amber", "birch", "cedar", "dahlia", "elm"]
MANY = 15  # all of them stand on one page
EXAMPLES = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@dataclass(frozen=True)
class Resource:
    """What the loop knows of a resource."""

    title: str
    words: frozenset[str]
    themes: frozenset[str]
    kind: str
    stages: frozenset[str]
    audiences: frozenset[str]
    minutes: int | None
    group: tuple[int | None, int | None]
    is_private: bool
    is_live: bool


@pytest.fixture
def resources(shelve, index, cast) -> list[Resource]:
    chance = random.Random(7)
    made = []
    for number in range(MANY):
        resource = Resource(
            title=f"Resource {number:02} {chance.choice(WORDS)}",
            words=frozenset(chance.sample(WORDS, chance.randint(0, 3))),
            themes=frozenset(chance.sample(THEMES, chance.randint(0, 3))),
            kind=chance.choice(Kind.values[:4]),
            stages=frozenset(chance.sample(Stage.values[:4], chance.randint(0, 3))),
            audiences=frozenset(chance.sample(Audience.values[:4], chance.randint(0, 2))),
            minutes=chance.choice((None, 1, 15, 16, 30, 31, 60, 61, 240)),
            group=chance.choice(((None, None), (1, 1), (None, 5), (2, 6), (5, 13), (12, None), (31, 40))),
            is_private=chance.random() < 0.2,
            is_live=chance.random() < 0.9,
        )
        shelve(
            resource.title, themes=sorted(resource.themes), kind=resource.kind, stages=sorted(resource.stages),
            text=" ".join(sorted(resource.words)), live=resource.is_live, audiences=sorted(resource.audiences),
            minutes=resource.minutes, group_min=resource.group[0], group_max=resource.group[1],
            circle=cast.cohort.circle if resource.is_private else None,
        )  # fmt: skip
        made.append(resource)
    index()
    assert sum(resource.is_private for resource in made) > 1
    assert sum(not resource.is_live for resource in made) > 0
    return made


@st.composite
def wishes(draw) -> Wanted:
    text = " ".join(draw(st.lists(st.sampled_from([*WORDS, "Amber", "zebra"]), max_size=2)))
    some = st.lists(st.sampled_from(THEMES), unique=True, max_size=3)
    return Wanted(
        text=text,
        themes=tuple(draw(some)),
        kinds=tuple(draw(st.lists(st.sampled_from(Kind.values), unique=True, max_size=2))),
        stages=tuple(draw(st.lists(st.sampled_from(Stage.values), unique=True, max_size=3))),
        audiences=tuple(draw(st.lists(st.sampled_from(Audience.values), unique=True, max_size=2))),
        lengths=tuple(draw(st.lists(st.sampled_from(Length.values), unique=True, max_size=2))),
        groups=tuple(draw(st.lists(st.sampled_from(GroupSize.values), unique=True, max_size=2))),
        sort=draw(st.sampled_from(list(Sort) if text else [Sort.NEWEST, Sort.TITLE])),
    )


def held_by(resource: Resource, facet: str) -> frozenset[str]:
    """The values of a facet that a resource has, told without the library's own tables."""
    if facet == "kinds":
        return frozenset({resource.kind})
    if facet == "lengths":
        minutes = resource.minutes or 1
        return frozenset(
            {"15" if minutes <= 15 else "30" if minutes <= 30 else "60" if minutes <= 60 else "more"}
        )
    if facet == "groups":
        if resource.group == (None, None):
            return frozenset()
        people = range(resource.group[0] or 1, (resource.group[1] or 100) + 1)
        names = {1: "1", 2: "2-5", 6: "6-12", 13: "13-30", 31: "more"}
        return frozenset(names[max(first for first in names if first <= number)] for number in people)
    return frozenset(getattr(resource, facet))


def matches(resource: Resource, wanted: Wanted, *, but: str = "") -> bool:
    """Whether a resource is what is asked for, one facet left out."""
    held = {word.lower() for word in resource.words} | set(resource.title.lower().split())
    return all(word.lower() in held for word in wanted.text.split()) and all(
        facet == but or not wanted.of(facet) or held_by(resource, facet) & set(wanted.of(facet))
        for facet in PARAMETERS
    )


def looped(resources: list[Resource], wanted: Wanted) -> dict[str, object]:
    """The answer by a plain loop: the titles, and for each facet how many each value would find."""
    counts: dict[str, dict[str, int]] = {facet: {} for facet in PARAMETERS}
    for facet, count in counts.items():
        for resource in resources:
            if matches(resource, wanted, but=facet):
                for value in held_by(resource, facet):
                    count[value] = count.get(value, 0) + 1
    return {"titles": {r.title for r in resources if matches(r, wanted)}, **counts}


def answered(found: Found) -> dict[str, object]:
    """The library's answer, in the same shape."""
    return {
        "titles": {re.sub(r"</?mark>", "", result.title) for result in found.results},
        **{
            facet: {option.value: option.count for option in options if option.count}
            for facet, options in found.facets.items()
        },
    }


@EXAMPLES
@given(wanted=wishes())
def test_a_visitor_gets_what_a_loop_over_what_is_public_finds(resources, wanted):
    public = [resource for resource in resources if resource.is_live and not resource.is_private]
    found = look(AnonymousUser(), wanted)
    assert answered(found) == looped(public, wanted)
    assert found.total == len(found.results)


@EXAMPLES
@given(wanted=wishes())
def test_a_participant_gets_their_cohorts_as_well(resources, cast, wanted):
    own = [resource for resource in resources if resource.is_live]
    assert answered(look(cast.participant, wanted)) == looped(own, wanted)


@EXAMPLES
@given(wanted=wishes())
def test_the_order_is_the_one_that_is_said(resources, wanted):
    found = look(AnonymousUser(), wanted)
    titles = [re.sub(r"</?mark>", "", result.title) for result in found.results]
    if wanted.sort == Sort.TITLE:
        assert titles == sorted(titles)
    if wanted.sort == Sort.NEWEST:
        assert titles == sorted(titles, reverse=True)  # each was published after the one with a lower number
    if found.total > 1:
        assert found.sentence.endswith(
            {"title": "by title", "newest": "newest first"}.get(wanted.sort, "match first")
        )


@EXAMPLES
@given(wanted=wishes())
def test_taking_a_filter_off_never_finds_less_unless_others_of_its_facet_stay(resources, wanted):
    found = look(AnonymousUser(), wanted)
    for facet in PARAMETERS:
        values = wanted.of(facet)
        if len(values) == 1:
            assert look(AnonymousUser(), wanted.without(facet, values[0])).total >= found.total


@EXAMPLES
@given(wanted=wishes())
def test_every_filter_that_is_on_can_be_seen_and_taken_off(resources, wanted):
    found = look(AnonymousUser(), wanted)
    assert len(found.chips) == wanted.number_of_filters
    for facet, options in found.facets.items():
        assert {option.value for option in options if option.checked} == set(wanted.of(facet))
