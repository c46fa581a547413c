"""Places to talk: one that the whole network reads, one of a cohort, one of a community."""

from collections.abc import Callable

import pytest
from django.test import Client

from discussion import actions
from discussion.models import Post, Space, Topic
from members.models import User
from tests.factories import SpaceFactory


@pytest.fixture
def open_space(cast, network) -> Space:
    """The network's."""
    return SpaceFactory(circle=network, name="Open talk", slug="open-talk", order=1)


@pytest.fixture
def cohort_space(cast) -> Space:
    """The cohort's: facilitator (who leads it), convener and participant read it."""
    return SpaceFactory(circle=cast.cohort.circle, name="Our cohort", slug="our-cohort", order=2)


@pytest.fixture
def community_space(cast) -> Space:
    """The community's: its convener alone reads it."""
    return SpaceFactory(circle=cast.community.circle, name="Falls", slug="falls", order=3)


@pytest.fixture
def topic(cast, cohort_space: Space) -> Topic:
    """A topic of the cohort, by the participant."""
    return actions.start_topic(
        person=cast.participant, space=cohort_space, title="Who brings the tea?", text="I can, **once**."
    )


@pytest.fixture
def reply(cast, topic: Topic) -> Post:
    """The convener's reply to it."""
    return actions.add_post(person=cast.convener, topic=topic, text="I bring cake.")


@pytest.fixture
def say(topic: Topic) -> Callable[..., Post]:
    """Add a reply: ``say(cast.convener, "text")``."""

    def make(person: User, text: str = "Something.", **more: object) -> Post:
        return actions.add_post(person=person, topic=topic, text=text, **more)

    return make


@pytest.fixture
def visit(signed_in: Callable[[User], Client], cast) -> Callable[[str], Client]:
    """The browser of one of the cast by name: ``visit("convener")``; "visitor" is not signed in."""

    def make(name: str) -> Client:
        return Client() if name == "visitor" else signed_in(getattr(cast, name))

    return make


def fresh(thing: Topic | Post | Space) -> Topic | Post | Space:
    """The same thing as the database has it now."""
    return type(thing).objects.get(pk=thing.pk)
