"""Whatever people type, paste or make up: it is kept as it was, or refused, and never breaks a page."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from journal import actions, things
from journal.forms import AutosaveForm, ReflectionForm
from journal.models import Reflection
from journal.panels import draw_link, draw_page
from journal.rows import heading_of, reflection_rows
from kit.registry import panels
from tests.hostile import TEXT
from tests.journal.conftest import NUMBER, fresh

pytestmark = pytest.mark.django_db
ANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@ANY
@example("a\r\nb")
@example("# heading\n\n| a | b |\n|---|---|\n| 1 | 2 |")
@example("\u202etxt\u202c")
@example("<!--" + "[" * 50)
@given(TEXT)
def test_what_is_typed_comes_back_into_the_form_as_it_was(cast, text):
    with transaction.atomic():
        form = ReflectionForm({"text": text})
        if form.is_valid():
            said = form.cleaned_data["text"]
            one = fresh(actions.write(person=cast.participant, text=said))
            again = ReflectionForm({"text": one.text, "version": 1}, reflection=one)
            assert again.is_valid()
            assert (one.text, again.cleaned_data["text"]) == (said, said)
            assert actions.change(reflection=one, text=said, title="", version=1).version == 1
        else:
            assert set(form.errors) == {"text"}
        transaction.set_rollback(True)


@ANY
@given(TEXT, st.text(max_size=100))
def test_a_list_names_each_by_something(cast, text, title):
    one = Reflection(
        pk=1, person=cast.participant, text=text, title=title.strip(), text_html=f"<p>{text}</p>"
    )
    assert heading_of(one)
    [row] = reflection_rows([one], cast.participant)
    assert row["heading"] == heading_of(one)
    assert len(row["heading"]) <= max(len(title), 80)


@ANY
@given(st.dictionaries(st.sampled_from(["page", "block", "about", "id"]), TEXT))
def test_whatever_an_address_names_is_there_or_not(cast, query):
    found = things.named_by(query, cast.participant)
    if query.get("page") or query.get("about"):
        assert found is None
    else:
        assert found is things.NOTHING


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '"><img src=x onerror=alert(1)>',
        "[x](javascript:alert(1))",
        "</textarea><script>alert(1)</script>",
        "{{ 7*7 }}{% load x %}",
    ],
)
def test_hostile_texts_run_nowhere(cast, visit, text):
    one = actions.write(person=cast.participant, text=text, title=text, prompt=text)
    browser = visit("participant")
    for address in ("/me/reflections/", f"/me/reflections/{one.pk}/", f"/me/reflections/{one.pk}/edit/"):
        page = browser.get(address)
        assert page.status_code == 200
        assert [bad for bad in ("<script>alert", "<img src=x", 'href="javascript') if bad in page.text] == []


def test_autosave_lets_a_number_pass_only_where_nobody_else_reads(shared, write):
    text = {"text": f"NHS {NUMBER}", "version": 1}
    assert AutosaveForm(text).is_valid()
    assert AutosaveForm(text, reflection=write()).is_valid()
    assert not AutosaveForm(text, reflection=shared("leads")).is_valid()
    assert not ReflectionForm(text, reflection=write()).is_valid()


def test_panels_make_the_queries_that_they_say(cast, pages, rf, django_assert_num_queries):
    request = rf.get("/")
    request.user = cast.participant
    own = [one for one in panels if one.key in ("journal.page", "cohorts.reflect")]
    assert [one.queries for one in own] == [0, 0]
    with django_assert_num_queries(0):
        assert "Write a reflection about this" in draw_page(pages.module, request)
        assert "about=session&amp;id=3" in draw_link(request, about="session", id=3)
