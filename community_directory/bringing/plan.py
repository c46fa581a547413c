"""What bringing a file in would do: for each row whether it is new, changed, the same or wrong. Writes nothing."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from community_directory.bringing.checking import Checked, Terms, check
from community_directory.bringing.columns import EMAIL, Contents, Line
from community_directory.enums import CommunityState
from community_directory.exporting import cells, parted
from community_directory.models import Brought, Community
from kit.dry_run import DryRun, Verdict
from kit.problems import Problem
from kit.sheet import tidied
from members.enums import Role
from members.models import Membership, User

MADE = ("themes", "organisations")  # what an editor may have made; the other lists are fixed
_ENDED = "It has ended. Bring it back first, or take the row out."
_TWO_HERE = "Two communities here have this name. Write the slug of the one that you mean."
_NOT_READ = ("slug", "published_at")


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One column in which a row differs from what is here."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One row that can be brought in.

    Args:
        community: the one that it is found to be.
        checked: what is to be written.
        differences: from what is here.
    """

    line: Line
    verdict: Verdict
    checked: Checked
    community: Community | None = None
    differences: tuple[Difference, ...] = ()

    @property
    def name(self) -> str:
        """What it is called."""
        return self.community.name if self.community else str(self.checked.values["name"])

    @property
    def missing(self) -> list[str]:
        """Themes and organisations that are not here yet."""
        return [name for kind in MADE for name in self.checked.missing.get(kind, ())]

    def needs_more_than(self, kinds: Iterable[str]) -> bool:
        """Whether it needs a kind of term to be made that is none of these."""
        return bool(self.checked.missing.keys() - set(kinds))


@dataclass(frozen=True, kw_only=True)
class Plan(DryRun[Planned]):
    """Everything that bringing a file in would do; rows with nothing wrong may have terms that are missing here."""

    @property
    def missing(self) -> dict[str, list[str]]:
        """By kind, the themes and organisations that are not here yet, each once, as they are spelt first."""
        found: dict[str, dict[str, str]] = {kind: {} for kind in MADE}
        for planned in self.items:
            for kind, names in planned.checked.missing.items():
                for name in names:
                    found[kind].setdefault(name.casefold(), name)
        return {kind: sorted(names.values()) for kind, names in found.items() if names}

    def left_out(self, kinds: Iterable[str]) -> int:
        """How many rows are wrong if only these kinds of terms are made."""
        made = list(kinds)
        lacking = sum(planned.needs_more_than(made) for planned in self.items)
        return self.wrong_rows + lacking

    @property
    def mark(self) -> str:
        """The same for two plans that would do the same."""
        lines = [
            [planned.verdict, planned.line.cells, planned.community and planned.community.pk]
            + [[one.column, one.before, one.after] for one in planned.differences]
            + [planned.checked.missing]
            for planned in self.items
        ]
        said = json.dumps([lines, [str(problem) for problem in self.problems]], default=str, sort_keys=True)
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def make_plan(contents: Contents, *, user: User) -> Plan:
    """Compare what a file has with what is in the directory. Sixteen queries at most, whatever the number of rows.

    Args:
        contents: of the file.
        user: who would bring it in: they are compared with what this person may see.
    """
    here, terms = _Here(contents.lines, user), Terms()
    items, problems = [], list(contents.problems)
    for line in contents.lines:
        found = here.planned(line, terms)
        if isinstance(found, Planned):
            items.append(found)
        else:
            problems += found
    problems.sort(key=lambda problem: problem.row or 0)
    return Plan(items=items, problems=problems, notes=contents.notes)


class _Here:
    """Looks up what is in the directory, by address and by name."""

    def __init__(self, lines: list[Line], user: User) -> None:
        slugs = {line.cells["slug"].strip() for line in lines if "slug" in line.cells}
        names = {_spelt(line.cells.get("name", "")) for line in lines}
        seen = Community.objects.visible_to(user).order_by("pk")
        self.slugs = {slug: pk for pk, slug in seen.values_list("pk", "slug") if slug in slugs}
        self.names: dict[str, list[int]] = {}
        for pk, name in seen.values_list("pk", "name"):
            if _spelt(name) in names:
                self.names.setdefault(_spelt(name), []).append(pk)
        wanted = {*self.slugs.values(), *(pk for pks in self.names.values() for pk in pks)}
        rows = seen.filter(pk__in=wanted) if wanted else seen.none()
        filed = ("themes", "sectors", "regions", "organisations")
        self.rows = {row.pk: row for row in rows.prefetch_related(*filed)}
        circles = [row.circle_id for row in self.rows.values()]
        leads = Membership.objects.active().filter(role=Role.LEAD, circle__in=circles)
        self.led = set(leads.values_list("circle_id", flat=True)) if circles else set()
        named = Brought.objects.filter(community__in=self.rows) if self.rows else Brought.objects.none()
        self.brought = {one.community_id: one for one in named}
        self.row_of: dict[Any, int] = {}

    def planned(self, line: Line, terms: Terms) -> Planned | list[Problem]:
        """What is to be done about one row, or everything that is wrong with it."""
        community, why = self._find(line)
        if why:
            return [Problem(row=line.row, column="name", value=line.cells.get("name", ""), advice=why)]
        twin = self._twin(line, community)
        if twin:
            return [Problem(row=line.row, column="name", value=line.cells.get("name", ""), advice=twin)]
        if community is None:
            checked = check(line, changed=None, terms=terms)
            if isinstance(checked, list):
                return checked
            return Planned(line=line, verdict=Verdict.NEW, checked=checked)
        return self._compared(line, community, terms)

    def _find(self, line: Line) -> tuple[Community | None, str]:
        """The community that has the address, else the one that has the name; and why it can't be used."""
        name = _spelt(line.cells.get("name", ""))
        pk = self.slugs.get(line.cells.get("slug", "").strip())
        if pk is None:
            found = self.names.get(name, [])
            if len(found) > 1:
                return None, _TWO_HERE
            pk = found[0] if found else None
        community = self.rows[pk] if pk else None
        ended = community is not None and community.state == CommunityState.ENDED
        return community, _ENDED if ended else ""

    def _twin(self, line: Line, community: Community | None) -> str:
        """That another row is the same community; "" if none is."""
        name, slug = _spelt(line.cells.get("name", "")), line.cells.get("slug", "").strip()
        marks = [community.pk] if community else [("name", name)] * bool(name) + [("slug", slug)] * bool(slug)
        first = min((self.row_of[mark] for mark in marks if mark in self.row_of), default=0)
        for mark in marks:
            self.row_of.setdefault(mark, line.row)
        return f"Row {first} is the same community. Take one of the two out." if first else ""

    def _compared(self, line: Line, community: Community, terms: Terms) -> Planned | list[Problem]:
        """Only what differs is looked at further: what is here stays as good as it was."""
        now = {name: tidied(cell) for name, cell in cells(community).items()}
        brought = self.brought.get(community.pk)
        now[EMAIL] = brought.convener_email if brought else ""
        rests = community.state == CommunityState.DORMANT or _will_rest(community, brought)
        now["resting"] = "yes" if rests else ""
        changed = {name for name, cell in line.cells.items() if _differs(name, cell, now[name])}
        changed -= {*_NOT_READ, *([EMAIL] if community.circle_id in self.led else ())}
        checked = check(line, changed=changed, terms=terms, community=community)
        if isinstance(checked, list):
            return checked
        differences = tuple(
            Difference(column=name, before=now[name], after=line.cells[name])
            for name in line.cells
            if name in changed and checked.says_more_than(community, name, rests=rests)
        )
        verdict = Verdict.CHANGED if differences else Verdict.SAME
        return Planned(
            line=line, verdict=verdict, checked=checked, community=community, differences=differences
        )


def _will_rest(community: Community, brought: Brought | None) -> bool:
    return bool(brought and brought.resting and not community.is_listed)


def _spelt(name: str) -> str:
    return " ".join(tidied(name).split())


def _differs(name: str, cell: str, now: str) -> bool:
    if name in ("themes", "sectors", "regions", "organisations"):
        return Counter(parted(cell)) != Counter(parted(now))
    return cell.strip() != now.strip()
