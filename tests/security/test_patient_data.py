"""Wherever people write freely, what looks like an NHS number is asked about, and nothing written is lost."""

import pytest
from django import forms
from wagtail.models import get_page_models

from community_directory.forms import CommunityForm, ConnectionForm, SendBackForm
from discussion.models import Post, Topic
from kit.patient_data import PatientDataGuard
from members.models import CirclePage
from tests.factories import SpaceFactory, TopicFactory

NUMBER = "943 476 5919"
_ROOMS = ("portal", "cohorts", "study", "journal", "home", "learning", "community_directory", "discussion", "guests", "privacy", "relay",
          "notifications", "files", "members")  # fmt: skip
# What is asked for is a password or a place on a list, though it is written in a box.
_NOT_FREE: set[str] = set()


def _forms(kind=forms.BaseForm):
    for one in kind.__subclasses__():
        yield one
        yield from _forms(one)


def _free_texts(form) -> list[str]:
    return [name for name, field in form.base_fields.items() if isinstance(field.widget, forms.Textarea)]


def test_no_form_with_a_free_text_goes_without():
    ours = {form for form in _forms() if form.__module__.split(".")[0] in _ROOMS}
    free = {form for form in ours if hasattr(form, "base_fields") and _free_texts(form)}
    assert {CommunityForm, SendBackForm, ConnectionForm} <= free
    without = {form.__name__ for form in free if not issubclass(form, PatientDataGuard)}
    assert without - _NOT_FREE == set()


def test_no_page_of_ours_has_another_form():
    kinds = [kind for kind in get_page_models() if issubclass(kind, CirclePage)]
    assert len(kinds) == 10
    assert [kind for kind in kinds if not issubclass(kind.base_form_class, PatientDataGuard)] == []


@pytest.fixture
def space(cast):
    return SpaceFactory(circle=cast.cohort.circle)


def test_a_topic_waits_until_its_writer_has_answered(cast, space, signed_in):
    client = signed_in(cast.participant)
    address = f"{space.get_absolute_url()}new/"
    words = {"title": "A fall", "text": f"Mrs A, {NUMBER}, fell twice."}
    asked = client.post(address, words)
    assert asked.status_code == 200
    assert Topic.objects.count() == 0
    html = asked.content.decode()
    assert f"Mrs A, {NUMBER}, fell twice." in html
    assert "looks like an NHS number" in html
    mark = asked.context["form"].asks_about["text"]
    assert f'name="no_patient" value="{mark}"' in html
    client.post(address, {**words, "no_patient": mark})
    assert Topic.objects.get().title == "A fall"


def test_a_reply_waits_and_the_topic_is_shown_around_it(cast, space, signed_in):
    topic = TopicFactory(space=space, author=cast.facilitator)
    client = signed_in(cast.participant)
    asked = client.post(f"{topic.get_absolute_url()}reply/", {"text": f"Is {NUMBER} yours?"})
    assert asked.status_code == 200
    assert Post.objects.filter(topic=topic).count() == 1
    assert asked.content.decode().count("This is not a patient’s number") == 1
    client.post(f"{topic.get_absolute_url()}reply/", {"text": "Is that one yours?"})
    assert Post.objects.filter(topic=topic).count() == 2


def test_an_edit_asks_only_about_what_is_new(cast, space, signed_in):
    topic = TopicFactory(space=space, author=cast.participant, text=f"Room {NUMBER}")
    post = topic.posts.get(number=1)
    client = signed_in(cast.participant)
    address = f"/discussions/posts/{post.pk}/edit/"
    assert client.post(address, {"title": topic.title, "text": f"The room is {NUMBER}"}).status_code == 303
    assert client.post(address, {"title": topic.title, "text": "NHS 987 654 3210"}).status_code == 200


def test_a_profile_asks(cast, signed_in):
    client = signed_in(cast.participant)
    asked = client.post("/me/profile/", {"first_name": "Ada", "about": f"I looked after {NUMBER}."})
    assert asked.status_code == 200
    assert "This is not a patient’s number" in asked.content.decode()
    cast.participant.profile.refresh_from_db()
    assert cast.participant.profile.about == ""
