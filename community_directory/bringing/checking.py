"""What a row says, checked as people's own form checks it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, MaxLengthValidator, validate_slug
from django.db.models import Model

from community_directory.bringing.columns import EMAIL, Line
from community_directory.enums import RESERVED_SLUGS, Meets, OpenTo
from community_directory.exporting import FILED, parted
from community_directory.forms import CommunityForm
from community_directory.models import Community
from kit.problems import NotTaken, Problem
from kit.sheet import choose, did_you_mean
from members.enums import Stage
from members.models import Organisation, Region, Sector, Theme

_TERMS: dict[str, type[Model]] = {
    "themes": Theme, "sectors": Sector, "regions": Region, "organisations": Organisation,
}  # fmt: skip
_CHOICES: dict[str, Any] = {"stage": Stage, "meets": Meets, "open_to": OpenTo}
_NEEDED = {"sectors": "Name at least one sector.", "regions": "Name at least one region."}
_ONE = {"themes": "theme", "sectors": "sector", "regions": "region", "organisations": "organisation"}
_LONGEST_NAME = {"themes": 100, "organisations": 120}
_SEVERAL = "Divide several by semicolons."
_LONGEST_SLUG = 140
_SLUG = "Write small letters, digits and hyphens: 140 characters at most. Or leave the cell empty."
_TAKEN = "This word is part of an address of the portal. Write another, or leave the cell empty."


class Terms:
    """The managed lists, each asked for once: by name in small letters."""

    @cached_property
    def known(self) -> dict[str, dict[str, Any]]:
        """By kind."""
        return {
            kind: {_folded(term.name): term for term in model._default_manager.order_by("pk")}  # type: ignore[attr-defined]
            for kind, model in _TERMS.items()
        }


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What a row asks to be written.

    Args:
        values: fields of a community, as the actions take them.
        missing: by kind, names of themes and organisations that are not here yet.
        slug: the address that a new one asks for; "" for none.
        resting: whether it rests; None if the row does not say.
        email: of who should take it over.
    """

    values: dict[str, Any]
    missing: dict[str, tuple[str, ...]] = field(default_factory=dict)
    slug: str = ""
    resting: bool | None = None
    email: str = ""

    def says_more_than(self, community: Community, column: str, *, rests: bool) -> bool:
        """Whether a column, once tidied, is still different from what a community has.

        Args:
            community: the one that is here.
            column: one that differs as it is written.
            rests: whether it rests now, or will as soon as it is published.
        """
        if column in FILED:
            there = {term.pk for term in getattr(community, column).all()}
            return bool(self.missing.get(column)) or there != {term.pk for term in self.values[column]}
        if column in self.values:
            return bool(self.values[column] != getattr(community, column))
        return column != "resting" or self.resting != rests


class RowForm(CommunityForm):
    """People's own form for a row: without what is filed, which is named and not chosen, and for some columns."""

    def __init__(self, *args: Any, names: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in list(self.fields):
            if name not in names or name in FILED:
                del self.fields[name]

    def question(self, number: str, mark: str) -> str:
        """Nobody is there to ask."""
        return f"“{number}” looks like an NHS number. Take it out. If it is not a patient’s, write it in afterwards."


def check(
    line: Line, *, changed: Collection[str] | None, terms: Terms, community: Community | None = None
) -> Checked | list[Problem]:
    """What a row asks for, or everything that is wrong with it. No query once the terms are known.

    Args:
        line: the row.
        changed: the columns that differ from what is here; None for a community that is not here yet.
        terms: the managed lists.
        community: the one that is here.
    """
    reader = _Reader(line, changed, terms, community)
    return reader.problems or reader.checked


class _Reader:
    """Reads one row."""

    def __init__(
        self, line: Line, changed: Collection[str] | None, terms: Terms, community: Community | None
    ) -> None:
        self.line, self.terms, self.community = line, terms, community
        self.is_new = changed is None
        self.names = set(CommunityForm.Meta.fields) if changed is None else set(changed)
        self.cells = {name: cell for name, cell in line.cells.items() if self.is_new or name in self.names}
        self.problems: list[Problem] = []
        self.missing: dict[str, tuple[str, ...]] = {}
        values = self._plain() | self._filed()
        self.checked = Checked(
            values=values,
            missing=self.missing,
            slug=self._slug(),
            resting=self._resting(),
            email=self._email(),
        )

    def _wrong(self, column: str, advice: str) -> None:
        self.problems.append(
            Problem(row=self.line.row, column=column, value=self.line.cells.get(column, ""), advice=advice)
        )

    def _plain(self) -> dict[str, Any]:
        data = dict(self.cells)
        for name, choices in _CHOICES.items():
            if name in data:
                try:
                    data[name] = choose(data[name], choices)
                except NotTaken as error:
                    self._wrong(name, str(error))
                    del data[name]
        form = RowForm(data, names=self.names)
        said = {problem.column for problem in self.problems}
        for name, errors in form.errors.get_json_data().items():
            if name not in said:
                for error in errors:
                    self._wrong(name, f"{error['message'].rstrip('.')}.")
        return {name: value for name, value in form.cleaned_data.items() if name in form.fields}

    def _filed(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for kind in FILED:
            if kind in self.names:
                values[kind] = list(self._terms(kind))
                if kind in _NEEDED and not values[kind] and kind not in {one.column for one in self.problems}:
                    self._wrong(kind, _NEEDED[kind])
        return values

    def _terms(self, kind: str) -> Iterator[Any]:
        known = self.terms.known[kind]
        unknown: dict[str, str] = {}
        for name in parted(self.cells.get(kind, "")):
            if _folded(name) in known:
                yield known[_folded(name)]
            else:
                unknown.setdefault(_folded(name), name)
        if unknown and kind not in _LONGEST_NAME:
            shown = {folded: term.name for folded, term in known.items()}
            for name in unknown.values():
                hint = did_you_mean(name, shown)
                self._wrong(kind, f"There is no {_ONE[kind]} “{name[:60]}”. {hint}{_SEVERAL}")
        elif unknown:
            self._new(kind, list(unknown.values()))

    def _new(self, kind: str, names: list[str]) -> None:
        """Names that an editor may have made."""
        if any(len(name) > _LONGEST_NAME[kind] for name in names):
            self._wrong(kind, f"A name is too long: {_LONGEST_NAME[kind]} characters at most.")
        else:
            self.missing[kind] = tuple(names)

    def _slug(self) -> str:
        slug = self.line.cells.get("slug", "").strip() if self.is_new else ""
        if not slug:
            return ""
        try:
            validate_slug(slug)
        except ValidationError:
            self._wrong("slug", _SLUG)
        else:
            if len(slug) > _LONGEST_SLUG or slug != slug.lower():
                self._wrong("slug", _SLUG)
        if slug in RESERVED_SLUGS:
            self._wrong("slug", _TAKEN)
        return slug

    def _resting(self) -> bool | None:
        said = self.cells.get("resting", "").strip().casefold()
        if said not in ("", "yes", "no"):
            self._wrong("resting", "Write “yes” or “no”.")
        return said == "yes" if said else None

    def _email(self) -> str:
        email = self.cells.get(EMAIL, "").strip().lower()
        if not email:
            return ""
        try:
            MaxLengthValidator(254)(email)
            EmailValidator()(email)
        except ValidationError:
            self._wrong(EMAIL, "This is no email address. Correct it, or leave the cell empty.")
        return email
