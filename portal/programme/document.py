"""What a programme file may say: a class for each of its parts, an attribute for each key.

docs/programme-file.md describes the same for editors; a test holds the two together. A description says
what is expected at a key: it is what somebody reads who wrote something else there.
"""

from datetime import date, datetime, time
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from cohorts.times import LONDON

_UTC = ZoneInfo("UTC")
_CONTROL = frozenset(map(chr, (*range(9), 11, 12, *range(14, 32), 127)))


def _printable(text: str) -> str:
    if _CONTROL & set(text):
        raise PydanticCustomError("control", "expected text without control characters")
    return text


def _one_line(text: str) -> str:
    if "\n" in text or "\r" in text:
        raise PydanticCustomError("one_line", "expected text on one line")
    return text


def _web_address(address: str) -> str:
    if not address.startswith(("https://", "http://")) or len(address.split()) != 1:
        raise PydanticCustomError("web_address", "expected a web address that begins with https://")
    return address


def wrong(key: str, message: str) -> PydanticCustomError:
    """A mistake that takes two keys to see, reported at one of them."""
    return PydanticCustomError("at_key", "{message}", {"key": key, "message": message})


_SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    AfterValidator(_printable),
    AfterValidator(_one_line),
]
Lines = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_printable)]
Sentence = Annotated[Line, Field(max_length=300)]
Slug = Annotated[str, StringConstraints(max_length=100, pattern=_SLUG)]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 1, 1))]
Weeks = Annotated[int, Field(ge=1, le=104)]
Year = Annotated[int, Field(ge=1000, le=2100)]
WebAddress = Annotated[str, StringConstraints(max_length=200), AfterValidator(_web_address)]
Kind = Literal["co_consulting", "clinic", "webinar", "celebration", "meeting"]
KINDS: tuple[str, ...] = get_args(Kind)
PUBLIC_KINDS = frozenset({"celebration", "webinar"})
_MOST = 60


class Part(BaseModel):
    """A table of the file. Its values keep their types (5 is not "5"), and a key that we don't know is refused."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Source(Part):
    """Where the words came from."""

    issued: Day | None = Field(None, description="the day it was issued, such as 2021-05-04")


class Rhythm(Part):
    """How much time is meant to lie between two modules."""

    weeks_between_modules: list[Weeks] = Field(
        min_length=2, max_length=2, description="two numbers of weeks, at least and at most, such as [9, 10]"
    )

    @model_validator(mode="after")
    def _smaller_first(self) -> "Rhythm":
        if self.weeks_between_modules[0] > self.weeks_between_modules[1]:
            raise wrong("weeks_between_modules", "expected the smaller number first")
        return self


class Commitment(Part):
    """How much time it takes."""

    days: int | None = Field(None, ge=1, le=366, description="a number of days, such as 10")
    text: Lines = Field(max_length=600, description="the time it takes, in words")


class Element(Part):
    """A part of the year, such as co-consulting."""

    title: Line = Field(max_length=100, description="the name of a part of the year")
    amount: Line = Field(max_length=120, description='how much of it, such as "5 sessions of 1 hour"')
    form: Line = Field(max_length=250, description='how it is held, such as "Online"')


class Programme(Part):
    """The course itself."""

    key: Slug = Field(description='a name that never changes, in small letters, such as "leading-2021"')
    title: Line = Field(max_length=250, description="the name of the programme")
    slug: Slug = Field("programme", description='the last part of the address, such as "programme"')
    introduction: Lines = Field(max_length=600, description="one to three sentences")
    year: Line | None = Field(None, max_length=80, description="when it runs, in words")
    description: Lines | None = Field(None, max_length=50_000, description="the page's text, in Markdown")
    outcomes: list[Sentence] = Field([], max_length=_MOST, description="a list of texts")
    gains_participants: list[Sentence] = Field([], max_length=_MOST, description="a list of texts")
    gains_organisations: list[Sentence] = Field([], max_length=_MOST, description="a list of texts")
    rhythm: Rhythm | None = Field(None, description="a table with weeks_between_modules")
    commitment: Commitment | None = Field(None, description="a table with days and text")
    elements: list[Element] = Field(
        [], max_length=_MOST, description="a list of tables, each begun by [[programme.elements]]"
    )


class Eligibility(Part):
    """Who can apply."""

    closes: Day | None = Field(None, description="the last day to apply, such as 2021-07-02")
    introduction: Line | None = Field(None, max_length=300, description="what stands before the list")
    criteria: list[Sentence] = Field([], max_length=_MOST, description="a list of texts")
    priority: Line | None = Field(None, max_length=600, description="who has priority, in a sentence")


class CohortPart(Part):
    """The people who take part."""

    name: Line = Field(max_length=120, description='the name of the cohort, such as "Cohort 2021–22"')
    slug: Slug = Field(description='a short name in small letters, such as "2021-22"')


class Step(Part):
    """Something to do before, during or after a module."""

    title: Line = Field(max_length=150, description="what to do, in a few words")
    text: Lines | None = Field(None, max_length=1000, description="what to do, in one to three sentences")
    minutes: int | None = Field(None, ge=1, le=600, description="a number of minutes from 1 to 600")
    guidance: Slug | None = Field(
        None, description='the slug of a page of guidance, such as "find-your-rhythm"'
    )


class AlsoGiven(Part):
    """A second date for the same thing, which the source gives elsewhere."""

    date: Day | None = Field(None, description="a date such as 2021-09-23")
    month: Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")] | None = Field(
        None, description='a month such as "2021-09", in quotation marks'
    )

    @model_validator(mode="after")
    def _one_of_them(self) -> "AlsoGiven":
        if (self.date is None) == (self.month is None):
            raise wrong("date", "expected either a date or a month")
        return self

    @property
    def first_day(self) -> "Day":
        """The day itself, or the first of the month."""
        return self.date or date.fromisoformat(f"{self.month}-01")


def _exists_in_london(day: date, clock: time) -> bool:
    local = datetime.combine(day, clock, LONDON)
    return local.astimezone(_UTC).astimezone(LONDON).replace(tzinfo=None) == local.replace(tzinfo=None)


class Dated(Part):
    """What every session has."""

    key: Slug | None = Field(None, description="a name that never changes, in small letters and hyphens")
    title: Line = Field(max_length=160, description="the name of the session")
    date: Day | None = Field(None, description="a date such as 2021-09-23, without quotation marks")
    starts: time | None = Field(None, description="a time such as 09:30:00, without quotation marks")
    ends: time | None = Field(None, description="a time such as 12:30:00, without quotation marks")
    provisional: bool = Field(False, description="true or false")
    form: Line = Field("Online", max_length=200, description='where or how it is held, such as "Online"')
    description: Lines | None = Field(None, max_length=5000, description="what happens, in Markdown")
    joining_link: WebAddress | None = Field(None, description="a web address that begins with https://")
    public: bool | None = Field(None, description="true (everybody sees it) or false (only the cohort does)")
    also_given: list[AlsoGiven] = Field(
        [], max_length=_MOST, description="a list of tables, each with a date or a month"
    )

    @model_validator(mode="after")
    def _whole_date(self) -> "Dated":
        if (self.starts is None) != (self.ends is None):
            key = "ends" if self.ends is None else "starts"
            raise wrong(key, "expected a time such as 12:30:00, since the other one is given")
        if self.date is None or self.starts is None or self.ends is None:
            return self._without_date()
        for key, clock in (("starts", self.starts), ("ends", self.ends)):
            if not _exists_in_london(self.date, clock):
                raise wrong(
                    key, "expected a time that exists on that day: the clocks go forward in that hour"
                )
        if self.ends_at <= self.starts_at:  # type: ignore[operator]
            raise wrong("ends", f"expected a time after {self.starts:%H:%M}, when it starts")
        return self

    def _without_date(self) -> "Dated":
        if self.date is not None:
            raise wrong("starts", "expected a time such as 09:30:00, since there is a date")
        if self.starts is not None:
            raise wrong("date", "expected a date such as 2021-09-23, since there are times")
        return self

    def _at(self, clock: time | None) -> datetime | None:
        if self.date is None or clock is None:
            return None
        return datetime.combine(self.date, clock, LONDON).astimezone(_UTC)

    @property
    def starts_at(self) -> datetime | None:
        """When it starts, in UTC; None while its date is to be set."""
        return self._at(self.starts)

    @property
    def ends_at(self) -> datetime | None:
        """When it ends, in UTC."""
        return self._at(self.ends)


class HalfDay(Dated):
    """One of a module's sessions."""

    @property
    def is_public(self) -> bool:
        """Whether everybody sees when it is: unless the file says no (docs/decisions/0009)."""
        return self.public is not False


class OtherSession(Dated):
    """Any other session."""

    kind: Kind = Field(description="one of " + ", ".join(f'"{kind}"' for kind in KINDS))
    after_module: int | None = Field(None, description="the number of the module that it follows, such as 2")

    @property
    def is_public(self) -> bool:
        """Whether everybody sees it: as the file says, else by its kind (docs/decisions/0009)."""
        return self.kind in PUBLIC_KINDS if self.public is None else self.public


class Module(Part):
    """A module with its text, its steps and its half-days."""

    number: int = Field(ge=1, le=99, description="the number of the module, such as 1")
    title: Line = Field(max_length=250, description="the name of the module")
    slug: Slug = Field(description='the last part of its address, such as "designing-with-others"')
    summary: Line = Field(max_length=300, description="what it is about, in a sentence")
    themes: list[Slug] = Field(
        [], max_length=_MOST, description='slugs of themes, such as ["trust", "value"]'
    )
    outcomes: list[Sentence] = Field([], max_length=_MOST, description="a list of texts")
    body: Lines | None = Field(None, max_length=50_000, description="the page's text, in Markdown")
    before: list[Step] = Field([], max_length=_MOST, description="a list of steps")
    during: list[Step] = Field([], max_length=_MOST, description="a list of steps")
    after: list[Step] = Field([], max_length=_MOST, description="a list of steps")
    sessions: list[HalfDay] = Field(
        [], max_length=_MOST, description="a list of tables, each begun by [[modules.sessions]]"
    )
    also_given: list[AlsoGiven] = Field(
        [], max_length=_MOST, description="a list of tables, each with a date or a month"
    )


class Reading(Part):
    """A book, an article or a website."""

    authors: list[Annotated[Line, Field(max_length=100)]] = Field(
        min_length=1, max_length=20, description='a list of names, such as ["A. Writer"]'
    )
    title: Line = Field(max_length=250, description="its title")
    kind: Literal["book", "article", "website"] = Field(description='"book", "article" or "website"')
    publisher: Line | None = Field(None, max_length=100, description="who published it")
    place: Line | None = Field(None, max_length=100, description="where it was published")
    journal: Line | None = Field(None, max_length=100, description="the journal that it stands in")
    issue: Line | None = Field(None, max_length=100, description="the issue of the journal")
    year: Year | None = Field(None, description="a year such as 2002")
    url: WebAddress | None = Field(None, description="a web address that begins with https://")
    note: Lines | None = Field(None, max_length=1000, description="why to read it, in a sentence")


class Maxims(Part):
    """Ideas that the programme rests on, and a place for their author's words."""

    credit: Line = Field(max_length=120, description="whose maxims they are")
    year: Year | None = Field(None, description="a year such as 2014")
    licence: Line | None = Field(None, max_length=200, description="on what terms they may be printed")
    introduction: Lines = Field(max_length=400, description="what they are, in one or two sentences")
    ideas: list[Sentence] = Field([], max_length=_MOST, description="a list of texts, in your own words")
    quotations: list[Annotated[Lines, Field(max_length=1000)]] = Field(
        [], max_length=_MOST, description="a list of texts, in the author's exact words"
    )


class ProgrammeFile(Part):
    """The whole file."""

    format: Literal[1] = Field(description="format = 1 at the top of the file")
    source: Source = Field(Source(issued=None), description="a table begun by [source]")
    programme: Programme = Field(description="a table begun by [programme]")
    eligibility: Eligibility | None = Field(None, description="a table begun by [eligibility]")
    cohort: CohortPart = Field(description="a table begun by [cohort]")
    modules: list[Module] = Field(
        min_length=1, max_length=30, description="at least one table begun by [[modules]]"
    )
    sessions: list[OtherSession] = Field(
        [], max_length=500, description="a list of tables, each begun by [[sessions]]"
    )
    reading: list[Reading] = Field(
        [], max_length=200, description="a list of tables, each begun by [[reading]]"
    )
    maxims: Maxims | None = Field(None, description="a table begun by [maxims]")
