"""Whatever is typed into the forms that no room's own tests drive, nothing breaks and nothing of it runs."""

import json

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Site

from tests import hostile
from tests.factories import PASSWORD, RegionFactory, SectorFactory
from tests.portal.programme_files import SMALL

MEGABYTE = "x" * 1_000_000
few = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

# address: its fields, each with what would do
ACCOUNT = {
    "/accounts/password/change/": {"oldpassword": PASSWORD, "password1": "tea otter lamp", "password2": "x"},
    "/accounts/reauthenticate/": {"password": PASSWORD, "next": "/me/"},
    "/accounts/email/": {"email": "other@example.org", "action_add": ""},
    "/accounts/password/reset/": {"email": "participant@example.org"},
    "/me/notifications/settings/": {"mails_replies": "on", "no_mails": ""},
}


def answer(client: Client, address: str, sent: dict[str, object]) -> None:
    """It is taken or said to be wrong, and what was typed is never markup."""
    response = client.post(address, sent)
    assert response.status_code in (200, 302, 303, 400), (address, sent)
    assert b"<img src=x onerror" not in response.content


@pytest.fixture
def participant(signed_in, cast, settings, unlimited) -> Client:
    settings.ACCOUNT_RATE_LIMITS = False
    return signed_in(cast.participant)


@pytest.mark.parametrize("address", ACCOUNT)
@few
@given(data=st.data())
def test_forms_of_an_account(participant, address, data):
    fit = ACCOUNT[address]
    answer(participant, address, {name: data.draw(hostile.TEXT | st.just(fit[name])) for name in fit})


@pytest.mark.parametrize("action", ["action_add", "action_send", "action_primary", "action_remove"])
@few
@given(email=hostile.TEXT)
def test_what_is_done_with_an_address(participant, action, email):
    answer(participant, "/accounts/email/", {"email": email, action: ""})


@pytest.mark.parametrize("address", ACCOUNT)
def test_a_megabyte_in_a_form_of_an_account(participant, address):
    for name in ACCOUNT[address]:
        answer(participant, address, ACCOUNT[address] | {name: MEGABYTE})


@few
@given(first=hostile.TEXT, second=hostile.TEXT)
def test_passwords_that_nobody_has_yet(participant, client, signed_in, cast, first, second):
    sent = {"password1": first, "password2": second}
    person = cast.participant
    person.set_unusable_password()
    person.save()
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    opened = client.get(f"/accounts/password/reset/key/{key}/")
    assert opened.status_code == 302
    answer(client, opened["Location"], sent)
    person.set_unusable_password()
    person.save()
    answer(signed_in(person), "/accounts/password/set/", sent)


# -- the admin ---------------------------------------------------------------------------------

TEXTS = (
    "name", "strapline", "brand_colour", "accent_colour", "contact_email", "contact_text", "footer_text",
    "notice_on", "notice_level", "navigation-0-title", "navigation-0-path",
    "navigation-0-DELETE", "footer-0-title", "footer-0-path",
)  # fmt: skip


def written(text: str) -> str:
    """A text as the editor of rich text hands it over."""
    block = {
        "key": "a",
        "text": text,
        "type": "unstyled",
        "depth": 0,
        "inlineStyleRanges": [],
        "entityRanges": [],
    }
    return json.dumps({"blocks": [block], "entityMap": {}})


@pytest.fixture
def admin(signed_in, cast, pages) -> Client:
    return signed_in(cast.admin)


def site_settings(**changes: str) -> dict[str, str]:
    counted = {
        f"{name}-{count}_FORMS": "0" for name in ("navigation", "footer") for count in ("INITIAL", "MIN_NUM")
    }
    # Wagtail's scripts set a link's place in its list and the number of the logo: nobody types them, and
    # Wagtail breaks on any that is no number.
    counted |= {"navigation-0-ORDER": "1", "footer-0-ORDER": "1"}
    some = {"name": "Portal", "notice_level": "info", "notice_text": written("News")}
    return {**counted, "navigation-TOTAL_FORMS": "1", "footer-TOTAL_FORMS": "1", **some, **changes}


@few
@given(texts=st.dictionaries(st.sampled_from(TEXTS), hostile.TEXT, max_size=6), notice=hostile.TEXT)
def test_settings_of_the_site(admin, client, texts, notice):
    address = f"/admin/settings/home/sitesettings/{Site.objects.get().pk}/"
    answer(admin, address, site_settings(**texts, notice_text=written(notice)))
    shown = client.get("/")
    assert shown.status_code == 200
    assert "<img src=x onerror" not in shown.content.decode()


@pytest.mark.parametrize("name", ["name", "brand_colour", "navigation-0-path", "notice_text"])
def test_a_megabyte_in_the_settings(admin, client, name):
    address = f"/admin/settings/home/sitesettings/{Site.objects.get().pk}/"
    answer(admin, address, site_settings(**{name: written(MEGABYTE) if name == "notice_text" else MEGABYTE}))
    assert client.get("/").status_code == 200


@few
@given(name=hostile.TEXT, sector=hostile.TEXT, region=hostile.TEXT, seen=hostile.TEXT)
def test_words_of_the_lists(admin, name, sector, region, seen):
    words = {"sector": SectorFactory(slug="a-sector"), "region": RegionFactory(slug="a-region")}
    answer(admin, "/admin/members/region/create/", {"name": name})
    answer(admin, "/admin/members/organisation/create/", {"name": name, "sector": sector, "region": region})
    for kind, thing in words.items():
        answer(admin, f"/admin/members/{kind}/edit/{thing.pk}/", {"name": name, "seen": seen})


@pytest.mark.parametrize("kind", ["community_directory/community", "members/circle", "members/membership",
                                  "members/theme", "members/sector", "members/region", "members/organisation",
                                  "discussion/space", "cohorts/cohort"])  # fmt: skip
def test_a_megabyte_in_a_form_of_the_admin(admin, kind):
    address = f"/admin/{kind}/create/"
    for name in admin.get(address).context["form"].fields:
        answer(admin, address, {name: MEGABYTE})


@few
@given(message=hostile.TEXT, step=st.sampled_from(["send-back", "publish", "rest", "wake", "end", "revive"]))
def test_steps_of_a_community(admin, cast, message, step):
    at = f"/admin/community_directory/community/{step}/{cast.community.pk}/"
    answer(admin, at, {"reason": message})


@few
@given(edit=hostile.TEXT)
def test_earlier_text_of_a_community(admin, cast, edit):
    answer(admin, f"/admin/community_directory/community/earlier/{cast.community.pk}/", {"edit": edit})


@pytest.fixture
def loader(editors, signed_in, cast, pages) -> Client:
    """An editor who may load a programme."""
    right = Permission.objects.get(content_type__app_label="cohorts", codename="change_session")
    editors.permissions.add(right)
    return signed_in(cast.editor)


@few
@given(text=hostile.TEXT, name=hostile.TEXT.filter(bool), into=st.booleans(), sealed=hostile.TEXT)
def test_a_programme_that_is_sent(loader, text, name, into, sealed):
    source = SMALL.replace("A small year", text) if into else text
    upload = SimpleUploadedFile(name, source.encode())
    answer(loader, "/admin/programme/", {"file": upload})
    answer(loader, "/admin/programme/", {"file": text})
    answer(loader, "/admin/programme/confirm/", {"sealed": sealed})


@few
@given(source=st.binary(max_size=300))
def test_a_programme_that_is_no_text(loader, source):
    answer(loader, "/admin/programme/", {"file": SimpleUploadedFile("year.toml", source)})


def test_a_programme_of_a_megabyte(loader):
    for source in (MEGABYTE, SMALL.replace("A small year", MEGABYTE[:900_000])):
        answer(loader, "/admin/programme/", {"file": SimpleUploadedFile("year.toml", source.encode())})
    answer(loader, "/admin/programme/confirm/", {"sealed": MEGABYTE})
