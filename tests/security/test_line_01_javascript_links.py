"""Line 1: a ``javascript:`` link, sent past the editor by POST."""

import json
import re

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from community_directory.forms import WebsiteField
from home.blocks import WayInBlock
from home.models import NavigationLink
from kit import markdown
from kit.blocks import RICH, ResourceLinkBlock

SCRIPTS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    " javascript:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
]

SCHEME = re.compile(r"[\x00-\x20]*[a-z][a-z0-9+.\-\t\n\r]*:", re.IGNORECASE)


@pytest.mark.parametrize("address", SCRIPTS)
def test_markdown_links_to_no_script(address):
    for text in (f"[x]({address})", f"[x](<{address}>)", f"<{address}>", f"[x]: {address}\n\n[x]"):
        links = BeautifulSoup(markdown.render(text), "html.parser").find_all("a")
        # What a browser takes for a scheme is made of letters, digits and + - . alone.
        assert [link["href"] for link in links if SCHEME.match(link["href"])] == []


@pytest.mark.parametrize("address", SCRIPTS)
def test_rich_text_links_to_no_script(address):
    block = {
        "key": "a", "text": "Read", "type": "unstyled", "depth": 0, "inlineStyleRanges": [],
        "entityRanges": [{"offset": 0, "length": 4, "key": 0}],
    }  # fmt: skip
    link = {"type": "LINK", "mutability": "MUTABLE", "data": {"url": address}}
    sent = json.dumps({"blocks": [block], "entityMap": {"0": link}})
    html = ContentstateConverter(features=RICH).to_database_format(sent)
    assert "Read" in html
    assert "script:" not in html.lower()
    assert "data:" not in html


@pytest.mark.parametrize("address", [*SCRIPTS, "//elsewhere.example/", "https://elsewhere.example/"])
def test_ways_in_and_navigation_stay_on_this_site(address):
    way = WayInBlock()
    value = way.to_python({"title": "t", "text": "t", "path": address, "link_text": "t"})
    with pytest.raises(ValidationError) as refused:
        way.clean(value)
    assert set(refused.value.block_errors) == {"path"}
    with pytest.raises(ValidationError) as refused:
        NavigationLink(title="t", path=address).clean_fields(exclude=["settings", "page"])
    assert set(refused.value.message_dict) == {"path"}


def test_an_address_on_this_site_is_taken():
    way = WayInBlock()
    value = way.to_python({"title": "t", "text": "t", "path": "/guidance/?kind=guide", "link_text": "t"})
    assert way.clean(value)["path"] == "/guidance/?kind=guide"
    NavigationLink(title="t", path="/guidance/").clean_fields(exclude=["settings", "page"])


@pytest.mark.parametrize("address", SCRIPTS)
def test_fields_for_addresses_take_no_script(address):
    with pytest.raises(ValidationError):
        WebsiteField().clean(address)
    link = ResourceLinkBlock()
    with pytest.raises(ValidationError):
        link.clean(link.to_python({"title": "t", "page": None, "url": address, "text": ""}))
