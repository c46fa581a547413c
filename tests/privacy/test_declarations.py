"""Every model that points at a person says what it holds; a declaration says nothing that is not so."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from kit.personal import Held, cells, declare, holdings, keep_rows, pointing_at_people, undeclared
from members.models import User
from tests.factories import UserFactory

EVERY_MODEL = apps.get_models(include_auto_created=True)
ALL = list(holdings)


def held(key: str, *by: str) -> Held:
    return Held(key=key, by=by, title="T", what="W", why="Y", kept="K", erase=keep_rows)


def test_no_model_points_at_a_person_and_says_nothing():
    assert undeclared(EVERY_MODEL) == set()


def test_a_model_that_says_nothing_is_found():
    """The net holds."""

    class Diary(models.Model):  # noqa: DJ008
        writer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
        readers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")

        class Meta:
            app_label = "privacy"

    try:
        found = undeclared([Diary, User])
        assert found == {"privacy.Diary.writer", "privacy.Diary.readers"}
        declared = [held("privacy.Diary", "writer"), held("privacy.Diary.readers", "readers")]
        assert undeclared([Diary], declared) == set()
    finally:
        for name in ("diary", "diary_readers"):
            apps.all_models["privacy"].pop(name, None)
        apps.clear_cache()


@pytest.mark.parametrize("left_out", ["discussion.Post", "account.EmailAddress", "wagtailcore.Page"])
def test_one_that_is_taken_away_is_missed(left_out):
    rest = [one for one in ALL if one.key != left_out]
    assert {name.rsplit(".", 1)[0] for name in undeclared(EVERY_MODEL, rest)} == {left_out}


def test_fields_that_are_inherited_are_declared_once():
    pages = [model for model in EVERY_MODEL if model._meta.label in ("home.HomePage", "wagtailcore.Page")]
    assert pointing_at_people(pages) == {"wagtailcore.Page.owner", "wagtailcore.Page.locked_by"}


def test_what_is_not_installed_is_passed_over():
    before = len(holdings)
    declare(held("nowhere.Nothing", "user"))
    assert len(holdings) == before


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.key)
def test_it_names_fields_that_are_there(one: Held):
    names = {
        *one.by,
        *(name for name in one.shows if isinstance(name, str)),
        *([one.dated] if one.dated else []),
    }
    known = {field.name for field in one.model._meta.get_fields()}
    assert names - known == set()


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.key)
def test_it_says_all_that_people_ask(one: Held):
    said = (one.what, one.why, one.kept)
    assert [
        text for text in said if not text.endswith(".") or (not text[0].isupper() and not text[0].isdigit())
    ] == []
    assert (one.days is None) == (one.dated == "")


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.key)
def test_it_can_be_read_for_somebody(one: Held, db):
    assert [len(cells(one, row, None)) for row in one.rows_of(UserFactory())] in ([], [len(one.shows)])


def test_nothing_is_counted_twice():
    named = [f"{one.label}.{name}" for one in ALL for name in one.by]
    assert len(named) == len(set(named))
