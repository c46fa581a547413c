"""With ``STORAGE_URL``: files lie in a private bucket, and who may see one is asked as before."""

import http.client
import os
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import environ
import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from files.serving import SIGNED_SECONDS
from members import actions
from portal.settings.base import _media
from tests.files.samples import document, photo, picture
from tests.files.store import BUCKET, REGION, Store


@pytest.fixture
def store(settings):
    running = Store()
    settings.STORAGES = {**settings.STORAGES, "default": _media(running.url)}
    yield running
    running.close()


def fetch(url: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    """What somebody gets who has this address and nothing else."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc)
    connection.request(method, f"{parts.path}?{parts.query}")
    answer = connection.getresponse()
    return answer.status, dict(answer.getheaders()), answer.read()


def test_files_lie_there_and_come_back(store, db):
    name = default_storage.save("documents/a plan – für alle.pdf", ContentFile(b"%PDF-1.7"))
    assert default_storage.open(name).read() == b"%PDF-1.7"
    assert (default_storage.exists(name), default_storage.size(name)) == (True, 8)
    default_storage.delete(name)
    assert (default_storage.exists(name), store.kept) == (False, {})
    assert {way for _, _, way in store.asked} == {"header"}


def test_a_second_of_the_same_name_takes_no_ones_place(store, db):
    names = {default_storage.save("documents/plan.pdf", ContentFile(b"%PDF-1.7")) for _ in range(2)}
    assert len(names) == len(store.kept) == 2


def test_a_document_is_reached_by_a_signed_address_that_soon_ends(store, client, db):
    plan = document("Plan & Ziel.pdf")
    response = client.get(plan.url)
    assert (response.status_code, response["Cache-Control"]) == (302, "private, no-store")
    assert response["Referrer-Policy"] == "no-referrer"
    query = parse_qs(urlsplit(response.url).query)
    assert query["X-Amz-Expires"] == [str(SIGNED_SECONDS)]
    assert 0 < SIGNED_SECONDS <= 300
    status, headers, content = fetch(response.url)
    assert (status, content, headers["Content-Type"]) == (200, b"%PDF-1.7 plan", "application/pdf")
    assert (
        headers["Content-Disposition"]
        == f"inline; filename=\"{plan.filename}\"; filename*=UTF-8''{plan.filename}"
    )
    with time_machine.travel(__import__("time").time() + SIGNED_SECONDS + 2):
        assert fetch(response.url)[0] == 403


def test_the_address_is_for_this_file_and_this_way_alone(store, client, db):
    first, second = document("first.pdf"), document("second.pdf")
    address = client.get(first.url).url
    assert fetch(address.replace("first", "second"))[0] == 403
    assert fetch(address.replace("inline", "attachment"))[0] == 403
    assert fetch(address.replace("application%2Fpdf", "text%2Fhtml"))[0] == 403
    assert fetch(address.replace("X-Amz-Expires=60", "X-Amz-Expires=6000"))[0] == 403
    assert fetch(address.split("?")[0])[0] == 403
    assert fetch(address, "DELETE")[0] == 403
    assert fetch(address, "PUT")[0] == 403
    assert len(store.kept) == 2
    assert second.file.storage.exists(second.file.name)


def test_head_has_an_address_of_its_own(store, client, db):
    response = client.head(document().url)
    assert (response.status_code, fetch(response.url, "HEAD")[0]) == (302, 200)


def test_others_than_pdfs_are_saved_not_shown(store, client, db):
    _, headers, _ = fetch(client.get(document("notes.txt", b"plan").url).url)
    assert headers["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    ("who", "status"),
    [("participant", 302), ("facilitator", 302), ("outsider", 404), ("editor", 404), ("admin", 404)],
)
def test_who_may_see_it_is_asked_first(store, cast, signed_in, who, status):
    plan = document(circle=cast.cohort.circle)
    store.asked.clear()
    assert signed_in(getattr(cast, who)).get(plan.url).status_code == status
    assert store.asked == []


def test_no_address_is_given_after_leaving(store, cast, signed_in):
    plan = document(circle=cast.cohort.circle)
    browser = signed_in(cast.participant)
    assert browser.get(plan.url).status_code == 302
    actions.leave(person=cast.participant, circle=cast.cohort.circle)
    assert browser.get(plan.url).status_code == 404


def test_pictures_come_through_us(store, cast, client, signed_in):
    """The Content-Security-Policy allows pictures of no other address."""
    own = picture(circle=cast.cohort.circle).get_rendition("max-9x9").url
    assert client.get(own).status_code == 404
    response = signed_in(cast.participant).get(own)
    assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")
    assert b"".join(response.streaming_content)[:4] == b"\x89PNG"


def test_pictures_are_cleaned_there_too(store, db):
    image = picture()
    image.file.save("tea.jpg", ContentFile(photo()))
    assert all(b"Erika" not in content for content, _ in store.kept.values())
    assert (image.width, image.height) == (20, 40)


def test_what_is_lost_is_not_found(store, client, db):
    url = picture().get_rendition("max-9x9").url
    store.kept.clear()
    assert client.get(url).status_code == 404


def test_what_is_deleted_goes(store, db, django_capture_on_commit_callbacks):
    image, plan = picture(), document()
    image.get_rendition("max-9x9")
    assert len(store.kept) == 3
    with django_capture_on_commit_callbacks(execute=True):
        image.delete()
        plan.delete()
    assert store.kept == {}


def test_no_page_ever_holds_an_address_of_the_store(store, db):
    image, plan = picture(), document()
    for url in (image.file.url, plan.file.url, plan.url, image.get_rendition("max-9x9").url):
        assert url.startswith(("/not-served/", "/documents/", "/files/"))


@pytest.mark.parametrize(
    ("address", "options"),
    [
        ("s3://k:s%2F%2B@s3.example.org/media", ("https://s3.example.org", "media", "k", "s/+", "us-east-1")),
        (
            "s3://k:s@127.0.0.1:9000/m?region=eu-west-2",
            ("https://127.0.0.1:9000", "m", "k", "s", "eu-west-2"),
        ),
        ("s3+http://k:s@store:9000/m/", ("http://store:9000", "m", "k", "s", "us-east-1")),
    ],
)
def test_how_the_setting_is_read(address, options):
    found = _media(address)["OPTIONS"]
    names = ("endpoint_url", "bucket_name", "access_key", "secret_key", "region_name")
    assert tuple(found[name] for name in names) == options


@pytest.mark.parametrize(
    "address", ["s3://host/bucket", "s3://k:s@host", "s3://k:s@/bucket", "ftp://k:s@h/b", "media"]
)
def test_a_setting_that_says_too_little_is_refused(address):
    with pytest.raises(environ.ImproperlyConfigured):
        _media(address)


def test_its_packages_are_only_loaded_where_it_is_set(tmp_path):
    code = (
        "import django, sys; django.setup(); import portal.urls; from django.core.files.storage import default_storage; "
        "default_storage.exists('x'); print('boto3' in sys.modules, 'botocore' in sys.modules, 'storages' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=django_settings.ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings.demo",
            "PORTAL_VAR": str(tmp_path),
            "STORAGE_URL": "",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.split() == ["False", "False", "False"]


def test_the_store_of_these_tests_refuses_what_is_not_signed():
    """Else they would show nothing."""
    running = Store()
    try:
        address = f"http://127.0.0.1:{running.server.server_port}/{BUCKET}/a"
        assert {fetch(address, method)[0] for method in ("GET", "PUT", "DELETE", "HEAD")} == {403}
        assert REGION in running.url
    finally:
        running.close()
