"""What is new, for programs: public things alone, whoever asks."""

from xml.etree import ElementTree

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

URL = "/learning/new.atom"
ATOM = "{http://www.w3.org/2005/Atom}"


def entries(reader: Client | None = None) -> list[ElementTree.Element]:
    response = (reader or Client()).get(URL)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content).findall(f"{ATOM}entry")


def test_the_newest_comes_first_with_its_address(shelve):
    shelve("Older", in_short="First <of> two.")
    shelve("Newer", kind="story")
    found = entries()
    assert [entry.find(f"{ATOM}title").text for entry in found] == ["Newer", "Older"]
    assert found[1].find(f"{ATOM}summary").text == "First <of> two."
    assert found[0].find(f"{ATOM}link").get("href").endswith("/guidance/resource-1/")
    assert found[0].find(f"{ATOM}category").get("term") == "Story"
    assert found[1].find(f"{ATOM}published").text == "2026-01-01T09:00:00+00:00"


def test_what_is_private_is_in_nobodys(shelve, cast, signed_in):
    shelve("Ours", circle=cast.cohort.circle)
    shelve("Draft", live=False)
    for reader in (Client(), signed_in(cast.participant), signed_in(cast.admin)):
        assert entries(reader) == []


@pytest.mark.parametrize("number", [1, 30])
def test_what_it_costs(shelve, client, django_assert_num_queries, number):
    for place in range(number):
        shelve(f"Resource {place}")
    entries(client)
    client.cookies["sessionid"] = "none"
    # the library; its resources
    with django_assert_num_queries(2):
        entries(client)


def test_there_are_thirty_at_most(shelve):
    for place in range(31):
        shelve(f"Resource {place}")
    assert len(entries()) == 30


def test_nothing_is_sent_to_it():
    assert Client().post(URL).status_code == 405


def test_the_library_leads_to_it(shelve):
    html = Client().get("/guidance/").content.decode()
    assert f'<link rel="alternate" type="application/atom+xml" title="New guidance" href="{URL}">' in html
