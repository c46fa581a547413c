"""Line 24: what begins a formula is text in every sheet that the portal hands out."""

import csv
import io

import pytest

from community_directory import actions as directory
from community_directory.models import Connection
from tests.factories import CommunityFactory

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1",
    " =1",
    "\u00a0=1",
    "\u200b=1",
    "＝1",
    "\ufeff=1",
    "-\u2212",
]


def _cells(response) -> list[str]:
    assert "text/csv" in response["Content-Type"]
    return [cell for row in csv.reader(io.StringIO(response.getvalue().decode())) for cell in row]


def _runs(cell: str) -> bool:
    bare = cell.lstrip(" \t\r\n\u00a0\u200b\ufeff")
    return bare[:1] in ("=", "+", "-", "@", "＝") or cell[:1] in ("\t", "\r", "\n")


@pytest.mark.parametrize("formula", FORMULAS)
def test_in_every_export(cast, pages, editor, formula):
    """Members write the names of communities; editors open the sheets."""
    name = formula + "HYPERLINK"
    community = CommunityFactory(name=name, summary=name, rhythm=name, convener=cast.convener)
    directory.rest(community=community, person=cast.convener)
    Connection.objects.create(source=community, target=cast.community, reason=name, state="accepted")
    pages.guidance.title = name
    pages.guidance.save_revision().publish()
    for address in (
        "/admin/community_directory/community/?export=csv", "/admin/community_directory/connection/?export=csv",
        "/admin/reports/site-history/?export=csv", "/admin/reports/site-history/results/?export=csv",
        "/admin/reports/aging-pages/?export=csv", "/admin/reports/aging-pages/results/?export=csv",
        "/admin/reports/guidance/?export=csv", "/admin/guidance/import/guidance.csv",
    ):  # fmt: skip
        cells = _cells(editor.get(address))
        assert (address, [cell for cell in cells if _runs(cell)]) == (address, [])
        assert (address, any("HYPERLINK" in cell for cell in cells)) == (address, True)


def test_no_other_list_is_handed_out(cast, pages, editor):
    for screen in (
        "members/membership",
        "members/circle",
        "discussion/post",
        "discussion/topic",
        "cohorts/session",
    ):
        response = editor.get(f"/admin/{screen}/?export=csv")
        shown = response.getvalue() if response.streaming else response.content
        assert (screen, b"Demo" in shown and "csv" in response["Content-Type"]) == (screen, False)
