"""A page that holds what looks like an NHS number is asked about when it goes out; its draft is kept."""

import json

import pytest
from wagtail.rich_text import RichText
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from home.models import InformationPage
from portal.editors import ensure_editor_group

pytestmark = pytest.mark.django_db
NUMBER = "943 476 5919"


@pytest.fixture
def editor(cast, signed_in):
    ensure_editor_group()
    return signed_in(cast.editor)


@pytest.fixture
def information(pages):
    return pages.home.add_child(instance=InformationPage(title="How we talk", slug="how-we-talk"))


def sent(information, text: str, **more: str) -> dict[str, str]:
    """The form as the editor sends it, with one text in the body."""
    body = streamfield([("text", rich_text(f"<p>{text}</p>"))])
    fields = {
        "title": information.title,
        "slug": information.slug,
        "introduction": "",
        "seo_title": "",
        "search_description": "",
    }
    return nested_form_data({**fields, "body": body, "comments": inline_formset([]), **more})


def publish(editor, information, text: str, **more: str):
    return editor.post(
        f"/admin/pages/{information.pk}/edit/", sent(information, text, **more, **{"action-publish": "1"})
    )


def words(information) -> str:
    information.refresh_from_db()
    return " ".join(str(block.value) for block in information.body)


def mark_of(response) -> str:
    return response.context["form"].asks_about["title"]


def test_it_is_asked_about_when_it_goes_out(editor, information):
    asked = publish(editor, information, f"Mrs A, {NUMBER}, fell.")
    assert asked.status_code == 200
    assert words(information) == ""
    html = asked.content.decode()
    assert html.count(f'<input type="checkbox" name="no_patient" value="{mark_of(asked)}" ') == 1
    assert NUMBER in html


def test_it_goes_out_once_its_editor_says_that_it_is_none(editor, information):
    asked = publish(editor, information, f"Room {NUMBER}")
    assert publish(editor, information, f"Room {NUMBER}", no_patient=mark_of(asked)).status_code == 302
    assert NUMBER in words(information)


def test_it_goes_out_once_the_number_is_out(editor, information):
    publish(editor, information, f"Mrs A, {NUMBER}, fell.")
    assert publish(editor, information, "Somebody fell.").status_code == 302
    assert "Somebody fell." in words(information)


def test_a_draft_is_kept_whatever_stands_in_it(editor, information):
    response = editor.post(
        f"/admin/pages/{information.pk}/edit/", sent(information, f"Mrs A, {NUMBER}, fell.")
    )
    assert response.status_code == 302
    information.refresh_from_db()
    assert NUMBER in json.dumps(information.get_latest_revision().content)
    assert publish(editor, information, f"Mrs A, {NUMBER}, fell.").status_code == 200


def test_what_is_public_already_is_not_asked_about_again(editor, information):
    information.body = [("text", RichText(f"<p>Room {NUMBER}</p>"))]
    information.save_revision().publish()
    assert publish(editor, information, f"Room {NUMBER}, third floor").status_code == 302
    assert publish(editor, information, "NHS 987 654 3210").status_code == 200


def test_a_number_in_bold_is_one_too(editor, information):
    assert publish(editor, information, "NHS <b>943</b> 476 5919").status_code == 200


def test_a_new_page_is_asked_about(editor, pages):
    information = InformationPage(title="Brand new", slug="brand-new")
    address = f"/admin/pages/add/home/informationpage/{pages.home.pk}/"
    asked = editor.post(address, sent(information, f"NHS {NUMBER}", **{"action-publish": "1"}))
    assert asked.status_code == 200
    assert not InformationPage.objects.filter(slug="brand-new").exists()
    answered = sent(information, f"NHS {NUMBER}", no_patient=mark_of(asked), **{"action-publish": "1"})
    assert editor.post(address, answered).status_code == 302
    assert InformationPage.objects.get(slug="brand-new").live
