"""Communities from a spreadsheet: what a file would do, what it does, and that a table taken away comes back the same."""

import csv
import io
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from community_directory import actions
from community_directory.bringing import columns
from community_directory.bringing.columns import NAMES
from community_directory.bringing.plan import Plan, make_plan
from community_directory.bringing.writing import Choice, agree, bring_in, give_up
from community_directory.errors import NobodyConvenes, NotAsShown, NotYours, WrongRows
from community_directory.exporting import COLUMNS, cells, joined, parted
from community_directory.models import Community, Import
from kit import sheet
from kit.problems import Unreadable
from members.models import Circle, Membership, Organisation, Region, Theme
from notifications.models import Notification
from tests.community_directory.conftest import needs_threads
from tests.factories import CommunityFactory, ThemeFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

TABLE = "/communities/communities.csv"
ROW = {
    "name": "Night walkers",
    "summary": "People who work at night and learn from it.",
    "domain": "The hours **between** two and five.",
    "purpose": "So that nobody is alone with a question at night.",
    "stage": "Finding our stride",
    "meets": "online",
    "open_to": "ask",
    "sectors": "Social care",
    "regions": "London",
    "themes": "Trust",
    "organisations": "Harewell",
}


def file(*rows: dict[str, str]) -> bytes:
    """A spreadsheet with these rows below the names of all columns."""
    return sheet.written([list(NAMES), *([row.get(name, "") for name in NAMES] for row in rows)])


def plan_of(content: bytes, user: Any) -> Plan:
    return make_plan(columns.read(content), user=user)


def wrong(plan: Plan) -> list[tuple[int | None, str]]:
    return [(problem.row, problem.column) for problem in plan.problems]


def differences(plan: Plan) -> list[list[tuple[str, str, str]]]:
    return [[(one.column, one.before, one.after) for one in planned.differences] for planned in plan.changed]


def bring(content: bytes, user: Any, key: str = "key", **chosen: Any) -> Import:
    """Agree, and let the worker do it."""
    plan = plan_of(content, user)
    choice = Choice(**chosen)
    agreed = agree(
        plan=plan, content=content, name="a.csv", key=key, as_shown=plan.mark, user=user, choice=choice
    )
    return bring_in(import_id=agreed.pk)


def exported() -> list[dict[str, str]]:
    """The table of the directory, without the day on which each was published."""
    text = b"".join(Client().get(TABLE).streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    return [{name: cell for name, cell in row.items() if name != "published_at"} for row in rows]


def table() -> bytes:
    return b"".join(Client().get(TABLE).streaming_content)


class TestNew:
    def test_it_waits_for_an_editor_and_nobody_convenes_it(self, cast, terms):
        done = bring(file(ROW), cast.editor)
        community = Community.objects.get(slug="night-walkers")
        assert (done.state, done.made, done.revised, bytes(done.content)) == ("done", [community.pk], [], b"")
        assert (community.state, community.created_by, community.stage, community.domain_html) == (
            "submitted",
            cast.editor,
            "maturing",
            "<p>The hours <strong>between</strong> two and five.</p>\n",
        )
        assert [term.name for kind in actions.MANY for term in getattr(community, kind).all()] == [
            "Social care",
            "London",
            "Trust",
            "Harewell",
        ]
        assert not Membership.objects.filter(circle=community.circle).exists()
        entry = ModelLogEntry.objects.for_instance(community).get()
        assert (entry.action, entry.user) == ("community_directory.brought_in", cast.editor)
        assert not Notification.objects.filter(verb="community_directory.submitted").exists()

    def test_it_is_published_as_any_other(self, cast, terms):
        community = Community.objects.get(pk=bring(file(ROW), cast.editor).made[0])
        assert actions.publish_community(community=community, person=cast.editor).state == "published"
        assert Client().get("/communities/night-walkers/").status_code == 200

    def test_nobody_gets_it_back(self, cast, terms):
        community = Community.objects.get(pk=bring(file(ROW), cast.editor).made[0])
        with pytest.raises(NobodyConvenes):
            actions.send_back(community=community, person=cast.editor, reason="Say when.")
        assert Community.objects.get(pk=community.pk).state == "submitted"

    def test_its_address_is_the_one_in_the_file(self, cast, terms):
        bring(file({**ROW, "slug": "nights"}), cast.editor)
        assert Community.objects.get(name="Night walkers").slug == "nights"

    def test_an_address_that_somebodys_draft_has_is_numbered(self, cast, terms):
        CommunityFactory(slug="night-walkers", state="draft", published_at=None)
        bring(file({**ROW, "slug": "night-walkers"}), cast.editor)
        assert Community.objects.get(name="Night walkers").slug == "night-walkers-2"

    def test_who_is_no_editor_brings_nothing_in(self, cast, terms):
        with pytest.raises(NotYours):
            bring(file(ROW), cast.convener)
        with pytest.raises(NotYours):
            actions.submit_for_nobody(person=cast.convener, name="x")
        assert not Community.objects.filter(name="Night walkers").exists()


class TestWrong:
    @pytest.mark.parametrize(
        ("column", "cell"),
        [
            ("name", ""), ("name", "x" * 141), ("summary", ""), ("domain", ""), ("purpose", "x" * 3001),
            ("stage", "Old"), ("stage", ""), ("meets", "sometimes"), ("open_to", "x"), ("website", "javascript:x"),
            ("sectors", "Sozial care"), ("sectors", ""), ("regions", "Londn"), ("regions", ""),
            ("slug", "new"), ("slug", "Nights"), ("slug", "a b"), ("slug", "x" * 141),
            ("resting", "perhaps"), ("convener_email", "nobody"), ("practice", "Patient 943 476 5919 fell"),
            ("themes", "x" * 101), ("organisations", "x" * 121),
        ],
    )  # fmt: skip
    def test_the_row_and_the_column_are_named(self, cast, terms, column, cell):
        plan = plan_of(file(ROW | {"name": "Fine"}, {**ROW, column: cell}), cast.editor)
        assert wrong(plan) == [(3, column)]
        assert [planned.name for planned in plan.new] == ["Fine"]

    def test_nothing_comes_in_until_it_is_left_out_by_choice(self, cast, terms):
        content = file(ROW, {**ROW, "name": "Other", "regions": "Nowhere"})
        with pytest.raises(WrongRows):
            bring(content, cast.editor)
        assert not Import.objects.exists()
        done = bring(content, cast.editor, leave_out=True)
        assert (len(done.made), done.left_out) == (1, 1)

    def test_the_same_community_twice(self, cast, terms):
        again = {**ROW, "slug": "falls-in-care-homes"}
        rows = (ROW, ROW, {**ROW, "name": "Night  walkers"}, again, {**again, "name": "Falls in care homes"})
        assert wrong(plan_of(file(*rows), cast.editor)) == [(3, "name"), (4, "name"), (6, "name")]

    def test_one_that_has_ended(self, cast, terms):
        actions.end_community(community=cast.community, person=cast.convener)
        assert wrong(plan_of(file({**ROW, "slug": cast.community.slug}), cast.editor)) == [(2, "name")]

    def test_a_name_that_two_have(self, cast, terms):
        for slug in ("one", "two"):
            CommunityFactory(name="Night walkers", slug=slug)
        plan = plan_of(file(ROW, {**ROW, "slug": "two"}), cast.editor)
        assert (wrong(plan), [planned.community.slug for planned in plan.changed]) == ([(2, "name")], ["two"])

    def test_an_unknown_word_is_hinted_at(self, cast, terms):
        problem = plan_of(file({**ROW, "sectors": "Sozial care"}), cast.editor).problems[0]
        assert problem.advice == (
            "There is no sector “Sozial care”. Did you mean “Social care”? Divide several by semicolons."
        )

    @pytest.mark.parametrize(
        "content",
        [b"", b"\n\n", b"summary\nx\n", b"name,name\nx,y\n", b"name,colour\nx,red\n", b"name\n", b"PK\x03\x04",
         b"name\n" + b"x\n" * (columns.MOST_ROWS + 1), b"x" * (columns.LARGEST + 1), b'name\n"x'],
    )  # fmt: skip
    def test_a_file_of_which_nothing_can_be_read(self, content):
        with pytest.raises(Unreadable):
            columns.read(content)

    def test_more_cells_than_columns(self):
        assert [(one.row, one.value) for one in columns.read(b"name\na,b\n").problems] == [(2, "b")]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    @pytest.mark.parametrize("between", [",", ";", "\t"])
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_kinds_of_csv(self, encoding, between, end):
        text = end.join([between.join(["Name", "How to join"]), between.join(["Café", '"a\r\nb"'])])
        assert columns.read(text.encode(encoding)).lines[0].cells == {"name": "Café", "how_to_join": "a\nb"}


class TestChanged:
    def test_shown_field_by_field_and_written_as_an_edit(self, cast, terms):
        row = {"slug": cast.community.slug, "name": "Falls", "themes": "Trust", "rhythm": "Mondays"}
        assert differences(plan_of(file(row), cast.editor)) == [
            [("name", "Falls in care homes", "Falls"), ("rhythm", "", "Mondays"), ("themes", "", "Trust")]
        ]
        done = bring(file(row), cast.editor, revise=True)
        community = Community.objects.get(pk=cast.community.pk)
        assert (done.revised, community.name, community.rhythm, community.state) == (
            [community.pk], "Falls", "Mondays", "published",
        )  # fmt: skip
        entry = ModelLogEntry.objects.for_instance(community).get()
        assert (entry.action, entry.user, entry.data["before"]) == (
            "wagtail.edit",
            cast.editor,
            {"name": "Falls in care homes", "rhythm": "", "themes": []},
        )
        assert Circle.objects.get(pk=community.circle_id).name == "Falls"

    def test_left_as_it_is_unless_it_is_chosen(self, cast, terms):
        done = bring(file({"name": cast.community.name, "rhythm": "Mondays"}), cast.editor)
        assert (done.revised, done.kept) == ([], 1)
        assert Community.objects.get(pk=cast.community.pk).rhythm == ""

    def test_an_empty_cell_leaves_what_is_there(self, cast, terms):
        plan = plan_of(file({"name": cast.community.name}), cast.editor)
        assert [planned.name for planned in plan.same] == ["Falls in care homes"]

    def test_what_is_tidied_away_is_no_change(self, cast, terms):
        row = {
            "name": cast.community.name,
            "summary": f"  {cast.community.summary}  ",
            "domain": "What we care about.\r\n",
        }
        assert [planned.name for planned in plan_of(file(row), cast.editor).same] == ["Falls in care homes"]

    @pytest.mark.parametrize(
        ("state", "said", "comes"), [("published", "yes", "dormant"), ("dormant", "no", "published")]
    )
    def test_rest(self, cast, terms, state, said, comes):
        Community.objects.filter(pk=cast.community.pk).update(state=state)
        row = {"name": cast.community.name, "resting": said}
        bring(file(row), cast.editor, revise=True)
        assert Community.objects.get(pk=cast.community.pk).state == comes
        assert len(plan_of(file(row), cast.editor).same) == 1

    def test_others_drafts_are_not_told_of(self, cast, terms):
        CommunityFactory(name="Night walkers", slug="secret", state="draft", published_at=None)
        plan = plan_of(file(ROW, {**ROW, "slug": "secret", "name": "Other"}), cast.editor)
        assert [planned.name for planned in plan.new] == ["Night walkers", "Other"]

    def test_who_convenes_it_is_not_replaced_by_the_file(self, cast, terms):
        row = {"name": cast.community.name, "convener_email": "new@example.org"}
        assert len(plan_of(file(row), cast.editor).same) == 1


class TestMissingWords:
    def test_wrong_unless_they_are_to_be_made(self, cast, terms):
        content = file({**ROW, "themes": "Trust; Sleep", "organisations": "Night House"})
        plan = plan_of(content, cast.editor)
        assert (plan.missing, plan.left_out(()), plan.left_out(("themes",))) == (
            {"themes": ["Sleep"], "organisations": ["Night House"]}, 1, 1,
        )  # fmt: skip
        for kinds in ((), ("themes",), ("organisations",)):
            with pytest.raises(WrongRows):
                bring(content, cast.editor, new_terms=kinds)
        assert not Theme.objects.filter(name="Sleep").exists()
        bring(content, cast.editor, new_terms=("themes", "organisations"))
        community = Community.objects.get(name="Night walkers")
        assert sorted(theme.name for theme in community.themes.all()) == ["Sleep", "Trust"]
        made = Organisation.objects.get(name="Night House")
        assert (made.slug, made.sector.name, made.region.name) == ("night-house", "Social care", "London")

    def test_each_is_made_once_however_it_is_spelt(self, cast, terms):
        rows = ({**ROW, "themes": "Sleep"}, {**ROW, "name": "Other", "themes": "SLEEP; trust"})
        bring(file(*rows), cast.editor, new_terms=("themes",))
        assert sorted(Theme.objects.values_list("name", flat=True)) == ["Sleep", "Trust"]
        assert Theme.objects.get(name="Sleep").community_items.count() == 2

    def test_sectors_and_regions_never(self, cast, terms):
        plan = plan_of(file({**ROW, "regions": "Atlantis"}), cast.editor)
        assert (plan.missing, wrong(plan)) == ({}, [(2, "regions")])
        bring(file({**ROW, "regions": "Atlantis"}), cast.editor, leave_out=True, new_terms=("regions",))
        assert not Region.objects.filter(name="Atlantis").exists()


class TestOnceAndAsShown:
    def test_agreed_to_twice_it_comes_in_once(self, cast, terms):
        first, second = (bring(file(ROW), cast.editor) for _ in range(2))
        assert (first.pk, Community.objects.filter(name="Night walkers").count()) == (second.pk, 1)

    def test_done_twice_it_changes_nothing(self, cast, terms):
        done = bring(file(ROW), cast.editor)
        assert bring_in(import_id=done.pk).made == done.made
        assert give_up(import_id=done.pk) is False
        assert Community.objects.filter(name="Night walkers").count() == 1

    def test_what_has_changed_since_is_not_written_over(self, cast, terms):
        content = file({"name": cast.community.name, "rhythm": "Mondays"})
        plan = plan_of(content, cast.editor)
        sent = {"content": content, "name": "a.csv", "key": "key", "as_shown": plan.mark, "user": cast.editor}
        agreed = agree(plan=plan, choice=Choice(revise=True), **sent)
        actions.edit_community(community=cast.community, person=cast.convener, rhythm="Fridays")
        done = bring_in(import_id=agreed.pk)
        assert (done.state, done.revised, bytes(done.content)) == ("stopped", [], b"")
        assert Community.objects.get(pk=cast.community.pk).rhythm == "Fridays"
        with pytest.raises(NotAsShown):
            agree(plan=plan_of(content, cast.editor), choice=Choice(), **{**sent, "key": "other"})

    def test_who_is_no_editor_any_more_brings_nothing_in(self, cast, terms):
        plan = plan_of(file(ROW), cast.editor)
        agreed = agree(
            plan=plan,
            content=file(ROW),
            name="a",
            key="k",
            as_shown=plan.mark,
            user=cast.editor,
            choice=Choice(),
        )
        cast.editor.groups.clear()
        assert bring_in(import_id=agreed.pk).state == "stopped"
        assert not Community.objects.filter(name="Night walkers").exists()

    def test_after_a_fault_it_is_said(self, cast):
        one = Import.objects.create(by=cast.editor, key="k", file_name="a", content=b"x", mark="m")
        assert give_up(import_id=one.pk) is True
        assert Import.objects.get(pk=one.pk).state == "stopped"

    @pytest.mark.parametrize("number", [1, 30])
    def test_what_a_look_asks(self, cast, terms, number, django_assert_num_queries):
        for place in range(number):
            CommunityFactory(name=f"Here {place}", slug=f"here-{place}")
        new = ({**ROW, "name": f"New {place}"} for place in range(number))
        content = file(
            *({"slug": f"here-{place}", "rhythm": "x", "name": f"Here {place}"} for place in range(number)),
            *new,
        )
        user = type(cast.editor).objects.get(pk=cast.editor.pk)
        with django_assert_num_queries(16):
            plan = plan_of(content, user)
        assert (len(plan.changed), len(plan.new)) == (number, number)


@needs_threads
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_yeses_bring_it_in_once(self, cast, terms, at_once):
        content = file(ROW, {**ROW, "name": "Other"})
        done = at_once(*(lambda: bring(content, cast.editor) for _ in range(4)))
        assert {one.pk for one in done} == {Import.objects.get().pk}
        assert Community.objects.filter(state="submitted").count() == 2

    def test_two_files_with_the_same_community_make_one(self, cast, terms, at_once):
        done = at_once(
            lambda: bring(file(ROW), cast.editor, key="a"), lambda: bring(file(ROW), cast.admin, key="b")
        )
        assert Community.objects.filter(name="Night walkers").count() == 1
        assert sorted(getattr(one, "state", "refused") for one in done) in (
            ["done", "stopped"],
            ["done", "refused"],
            ["done", "done"],  # the second looked when the first was in
        )


class TestRoundTrip:
    def test_the_same_directory_is_the_same(self, cast, terms):
        CommunityFactory(name="=1+1", slug="sum", domain="'=x", state="dormant", rhythm="a;b", themes=[
            ThemeFactory(name="Rest; and sleep", slug="r"), ThemeFactory(name="a;", slug="a")])  # fmt: skip
        plan = plan_of(table(), cast.editor)
        assert (len(plan.same), plan.new, plan.changed, plan.problems) == (2, [], [], [])

    def test_in_an_empty_directory_it_is_what_it_was(self, cast, terms):
        CommunityFactory(
            name="@home", slug="at-home", domain="'=x\n\n- y", state="dormant", website="https://a.example.org",
            how_to_join="Ring.\nCome.", themes=[ThemeFactory(name="Rest; and sleep", slug="r")],
        )  # fmt: skip
        before, content = exported(), table()
        Community.objects.all().delete()
        Circle.objects.filter(kind="community").delete()
        assert exported() == []
        done = bring(content, cast.editor)
        for community in Community.objects.filter(pk__in=done.made).order_by("pk"):
            actions.publish_community(community=community, person=cast.editor)
        assert exported() == before

    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(text=st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=80))
    def test_any_text_that_is_here_is_the_same(self, cast, text):
        Community.objects.filter(pk=cast.community.pk).update(domain=text, rhythm=text, how_to_join=text)
        plan = plan_of(table(), cast.editor)
        assert (len(plan.same), plan.problems) == (1, [])

    @given(st.text())
    def test_any_text_comes_back_from_its_cell(self, text):
        assert sheet.undefused(sheet.defused(text)) == text

    @given(st.lists(st.text(min_size=1).map(lambda text: " ".join(text.split())).filter(bool), unique=True))
    def test_any_names_come_back_from_their_cell(self, names):
        assert parted(joined(names)) == sorted(names, key=lambda name: name.replace(";", ";;"))

    def test_every_column_has_a_meaning(self):
        assert tuple(columns.MEANINGS) == NAMES
        assert tuple(cells(CommunityFactory())) == COLUMNS
