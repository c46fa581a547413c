"""Every template of a page is looked at in a browser: one that is in no list is found here, without one."""

import re
from pathlib import Path

from django.conf import settings

from tests.browser.pages import ADMIN, BEHIND, NEVER_SHOWN, PAGES, SHOWN

TEMPLATES = Path(settings.ROOT) / "templates"
VISITS = Path(settings.ROOT) / "tests" / "browser"
_WHOLE = re.compile(r"<!doctype html>|^{% extends ", re.IGNORECASE | re.MULTILINE)


def whole_pages(folder: Path) -> set[str]:
    """The templates that make a whole page: with a doctype of their own, or with another's."""
    found = folder.rglob("*.html")
    return {str(path.relative_to(folder)) for path in found if _WHOLE.search(path.read_text())}


def excused(template: str) -> bool:
    return any(template == name or (name.endswith("/") and template.startswith(name)) for name in NEVER_SHOWN)


def test_each_is_in_a_list():
    assert {template for template in whole_pages(TEMPLATES) if not excused(template)} == set(SHOWN)


def test_each_excuse_is_still_needed():
    there = whole_pages(TEMPLATES)
    assert [name for name in NEVER_SHOWN if not any(one.startswith(name) for one in there)] == []


def test_each_place_where_one_is_looked_at_is_there():
    tests = {
        name
        for path in VISITS.glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.M)
    }
    assert set(SHOWN.values()) - tests - set(PAGES) - set(BEHIND) - set(ADMIN) == set()


def test_a_new_one_is_found(tmp_path: Path):
    """The net holds: a page is told from a part of one."""
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "page.html").write_text('{% extends "base.html" %}')
    (tmp_path / "room" / "whole.html").write_text("{% load static %}<!DOCTYPE html>")
    (tmp_path / "room" / "_part.html").write_text("<p>A part</p>")
    assert whole_pages(tmp_path) == {"room/page.html", "room/whole.html"}
