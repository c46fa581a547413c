"""What is wrong in a programme file, said so that whoever wrote it can mend it."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from portal.programme.document import ProgrammeFile

Loc = tuple[int | str, ...]
_MOST_SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """One mistake: at which key ("" for the file itself), what stands around it, and what was expected."""

    key: str = ""
    near: str = ""
    message: str

    def __str__(self) -> str:
        place = f"{self.key} ({self.near})" if self.near else self.key
        return f"{place}: {self.message}" if place else self.message


class Mistaken(Exception):
    """The file can't be loaded. Carries every mistake that was found."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = list(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))

    @property
    def shown(self) -> list[Mistake]:
        """As many of them as one can read at a time."""
        return self.mistakes[:_MOST_SHOWN]

    @property
    def left_out(self) -> int:
        """How many more there are."""
        return len(self.mistakes) - len(self.shown)


def key_of(loc: Loc) -> str:
    """A place in the file as one key, such as "modules[2].sessions[0].date"; places count from 0, as in TOML."""
    key = ""
    for part in loc:
        if isinstance(part, int):
            key += f"[{part}]"
        else:
            key += f".{part}" if key else part
    return key[:200]


def near(raw: dict[str, Any], loc: Loc) -> str:
    """What the innermost table around a place calls itself, such as "Module 2, first half-day"."""
    at: Any = raw
    name = ""
    for part in loc[:-1]:
        try:
            at = at[part]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(at, dict) and isinstance(at.get("title"), str):
            name = at["title"]
    return " ".join(name.split())[:80]


def mistake(raw: dict[str, Any], loc: Loc, message: str) -> Mistake:
    """A mistake at a place of what was read."""
    return Mistake(key=key_of(loc), near=near(raw, loc), message=message)


def from_error(raw: dict[str, Any], error: ErrorDetails) -> Mistake:
    """A mistake from what pydantic found wrong."""
    loc = error["loc"]
    context = error.get("ctx", {})
    if error["type"] == "at_key":
        loc = (*loc, context["key"])
    return mistake(raw, loc, _message(error, context))


def _message(error: ErrorDetails, context: dict[str, Any]) -> str:
    kind, loc, value = error["type"], error["loc"], error["input"]
    if kind in ("at_key", "control", "one_line", "web_address"):
        return error["msg"]
    if kind == "extra_forbidden":
        return f"not a key that belongs here{_suggestion(loc)}"
    if kind == "missing":
        return f"missing: expected {_expected(loc)}"
    if kind in ("string_too_long", "too_long"):
        return f"expected at most {context['max_length']} {_unit(value)}, found {context.get('actual_length') or len(value)}"
    return f"expected {_expected(loc)}, found {_found(value)}"


def _unit(value: Any) -> str:
    return "characters" if isinstance(value, str) else "of them"


def _expected(loc: Loc) -> str:
    field = _field(loc)
    described = (field.description if field else None) or "something else"
    if isinstance(loc[-1], int):
        return f"something that belongs into {described}"
    return described


def _found(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        shown = " ".join(value.split())
        return f"the text “{shown[:60]}{'…' if len(shown) > 60 else ''}”" if shown else "an empty text"
    if isinstance(value, int | float):
        return f"the number {str(value)[:20]}"
    names = {
        datetime: "a date with a time",
        date: "the date",
        time: "the time",
        list: "a list",
        dict: "a table",
    }
    name = next(word for kind, word in {**names, object: "something else"}.items() if isinstance(value, kind))
    return f"{name} {value}" if isinstance(value, date | time) else name


def _parts(annotation: Any) -> list[Any]:
    """The models that a field may hold."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in get_args(annotation) for model in _parts(inner)]


def _models_at(loc: Loc) -> type[BaseModel] | None:
    model: type[BaseModel] = ProgrammeFile
    for part in loc:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part)
        inside = _parts(field.annotation) if field else []
        if not inside:
            return None
        model = inside[0]
    return model


def _field(loc: Loc) -> FieldInfo | None:
    names = [part for part in loc if isinstance(part, str)]
    model = _models_at(tuple(names[:-1]))
    return model.model_fields.get(names[-1]) if model and names else None


def _suggestion(loc: Loc) -> str:
    model = _models_at(loc[:-1])
    known = list(model.model_fields) if model else []
    close = difflib.get_close_matches(str(loc[-1])[:60], known, n=1, cutoff=0.6)
    if close:
        return f". Did you mean “{close[0]}”?"
    return f". What can stand here: {', '.join(known)}" if known else ""
