"""Colours that an editor chooses can be read."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Site

from home.colours import contrast, luminance
from home.models import SiteSettings

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),  # the grey that is known for missing it by a hair
        ("#767676", "#ffffff", 4.54),
        ("#0000ff", "#ffffff", 8.59),
        ("#ff0000", "#ffffff", 4.0),
    ],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert round(contrast(one, other), 2) == ratio


@given(colours, colours)
def test_contrast_is_the_same_both_ways_and_between_1_and_21(one, other):
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21.0001


@given(colours)
def test_luminance_is_between_black_and_white(colour):
    assert 0 <= luminance(colour) <= 1.0001
    assert luminance(colour) == luminance(colour.upper().replace("X", "x"))


def checked(**fields: str) -> dict[str, list[str]]:
    try:
        SiteSettings(site=Site(pk=1), **fields).full_clean(exclude=["site"])
    except ValidationError as error:
        return error.message_dict
    return {}


@pytest.mark.parametrize("field", ["brand_colour", "accent_colour"])
@pytest.mark.parametrize("colour", ["", "#0f4c5a", "#767676", "#C4512D", "#000000"])
@pytest.mark.django_db
def test_a_dark_colour_will_do(field, colour):
    assert checked(**{field: colour}) == {}


@pytest.mark.parametrize("field", ["brand_colour", "accent_colour"])
@pytest.mark.parametrize(("colour", "ratio"), [("#777777", "4.4"), ("#ffdd00", "1.3"), ("#FFFFFF", "1.0")])
@pytest.mark.django_db
def test_a_light_colour_is_refused_beside_its_field(field, colour, ratio):
    assert checked(**{field: colour}) == {
        field: [f"This colour is too light to read on white: {ratio} to 1. Choose one of 4.5 to 1 or more."]
    }


@pytest.mark.django_db
def test_both_are_told_at_once():
    assert set(checked(brand_colour="#ffffff", accent_colour="#ffff00")) == {"brand_colour", "accent_colour"}


@pytest.mark.parametrize("colour", ["red", "#12345", "#12345g", "0f4c5a0", "#\x000000", "}body{", "#ffffff;"])
@pytest.mark.django_db
def test_what_is_no_colour_is_refused_too(colour):
    assert list(checked(brand_colour=colour)) == ["brand_colour"]


@given(st.text(max_size=12))
@pytest.mark.django_db
def test_any_text_is_either_refused_or_a_colour_that_can_be_read(colour):
    refused = checked(brand_colour=colour)
    if not refused:
        assert colour == "" or contrast(colour, "#ffffff") >= 4.5
    assert set(refused) <= {"brand_colour"}


@pytest.mark.django_db
def test_an_editor_is_told_beside_the_field_and_the_form_stays_as_it_was(pages, cast, signed_in):
    site = Site.objects.get()
    SiteSettings.objects.create(site=site)
    address = f"/admin/settings/home/sitesettings/{site.pk}/"
    data = {"name": "Falls", "brand_colour": "#ffdd00", "notice_level": "info", "notice_text": "null"}
    for prefix in ("navigation", "footer"):
        data |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    response = signed_in(cast.admin).post(address, data)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["brand_colour"]
    assert response.context["form"]["name"].value() == "Falls"
    assert SiteSettings.objects.get().brand_colour == ""
