"""What a form remembers: that it is sent once, and what its sender left as it was shown."""

from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.models import Organisation, Profile
from members.sent import Once, Seen
from tests.factories import OrganisationFactory, RegionFactory, UserFactory


class AboutForm(Seen, forms.ModelForm):
    """A form that changes something, with a text, a choice and a tick."""

    met = forms.DateTimeField(required=False)

    class Meta:
        model = Profile
        fields = ("about", "offers", "region", "findable")


class NewForm(Once, forms.ModelForm):
    """A form that makes something."""

    class Meta:
        model = Organisation
        fields = ("name",)

    def __init__(self, *args, for_user, **kwargs):
        self.for_user = for_user
        super().__init__(*args, **kwargs)


@pytest.fixture
def about(db) -> Profile:
    profile = UserFactory().profile
    profile.about, profile.offers, profile.region = "One.\r\nTwo.\r\n", "Tea", RegionFactory(slug="wales")
    profile.save()
    return profile


def shown(profile: Profile) -> dict[str, str]:
    """What a browser sends back of a form in which nothing was changed."""
    form = AboutForm(instance=Profile.objects.get(pk=profile.pk))
    sent = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in sent.items() if value not in (None, False)}


def changes(profile: Profile, sent: dict[str, str]) -> dict[str, object]:
    form = AboutForm(sent, instance=Profile.objects.get(pk=profile.pk))
    assert form.is_valid(), form.errors
    return form.changes()


class TestSeen:
    def test_what_is_sent_as_it_was_shown_changes_nothing(self, about):
        assert changes(about, shown(about)) == {}

    def test_what_was_changed_and_nothing_else(self, about):
        north = RegionFactory(slug="north")
        sent = shown(about) | {"region": north.pk, "findable": "on"}
        assert changes(about, sent) == {"region": north, "findable": True}

    def test_what_another_saved_meanwhile_stays(self, about):
        sent = shown(about) | {"offers": "Milk"}
        Profile.objects.filter(pk=about.pk).update(about="Another's words.", findable=True)
        assert changes(about, sent) == {"offers": "Milk"}

    def test_what_both_changed_is_that_of_the_last(self, about):
        sent = shown(about) | {"about": "Mine."}
        Profile.objects.filter(pk=about.pk).update(about="Another's words.")
        assert changes(about, sent) == {"about": "Mine."}

    def test_a_text_can_be_emptied(self, about):
        assert changes(about, shown(about) | {"offers": ""}) == {"offers": ""}

    def test_a_browser_that_does_not_say_is_compared_with_what_is_there(self, about):
        sent = shown(about) | {"offers": "Milk"}
        del sent["seen"]
        assert changes(about, sent) == {"offers": "Milk"}

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(seen=st.one_of(st.text(max_size=300), st.just("about:x " * 5000), st.just("offers about:: :")))
    def test_whatever_is_said_to_have_been_seen_breaks_nothing(self, about, seen):
        found = changes(about, shown(about) | {"seen": seen, "offers": "Milk"})
        assert found["offers"] == "Milk"

    def test_an_error_keeps_what_was_seen(self, about):
        before = shown(about)
        Profile.objects.filter(pk=about.pk).update(about="Another's words.")
        form = AboutForm(before | {"region": "x"}, instance=Profile.objects.get(pk=about.pk))
        assert list(form.errors) == ["region"]
        assert form["seen"].value() == before["seen"]

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(text=st.text(max_size=60).filter(lambda text: "\x00" not in text))
    def test_any_text_sent_back_is_no_change(self, about, text):
        Profile.objects.filter(pk=about.pk).update(offers=text.encode("utf-8", "ignore").decode())
        assert changes(about, shown(about)) == {}

    @given(
        moment=st.datetimes(
            timezones=st.just(UTC), min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1)
        ),
        seconds=st.integers(0, 59),
    )
    def test_moments_are_compared_to_the_minute(self, moment, seconds):
        from members.sent import _mark

        start = moment.replace(second=0, microsecond=0)
        assert _mark(start) == _mark(start + timedelta(seconds=seconds))
        assert _mark(start) != _mark(start + timedelta(minutes=1))


class TestOnce:
    def key(self, person, sent: str):
        form = NewForm({"name": "A trust", "request_key": sent}, for_user=person)
        assert form.is_valid()
        return form.key

    def test_one_form_has_one_key_and_each_person_their_own(self, db):
        one, other = UserFactory(), UserFactory()
        assert self.key(one, "a") == self.key(one, "a")
        assert len({self.key(one, "a"), self.key(one, "b"), self.key(other, "a"), self.key(other, "b")}) == 4

    def test_without_one_there_is_none(self, db):
        assert self.key(UserFactory(), "") is None

    def test_each_form_that_is_shown_gets_its_own(self, db):
        person = UserFactory()
        keys = {NewForm(for_user=person)["request_key"].value() for _ in range(3)}
        assert len(keys) == 3

    def test_what_is_there_already_needs_none(self, db):
        assert "request_key" not in NewForm(instance=OrganisationFactory(), for_user=UserFactory()).fields
