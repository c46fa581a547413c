"""Reflections made ready to show."""

from collections.abc import Iterable
from typing import Any

from journal.enums import Readers
from journal.models import Reflection
from journal.things import names_of
from kit.markdown import excerpt
from kit.times import day_of, moment_of, now_here
from members import audience
from members.audience import Audience
from members.enums import Role, role_name
from members.models import Circle
from members.querysets import Person

_EXCERPT = 200
_HEADING = 80
_THING = "this reflection"
ONLY_YOU = Audience(kind="self", text="Only you can see this reflection.")


def heading_of(reflection: Reflection, about: str = "") -> str:
    """What a list calls it: its title, what it is about, or its beginning."""
    return reflection.title or about or excerpt(reflection.text_html, _HEADING) or "Without a title"


def leads_of(circle: Circle) -> str:
    """Who leads a cohort or community, in one word: "facilitators"."""
    return f"{role_name(circle.kind, Role.LEAD).lower()}s"


def who_reads(circle: Circle, readers: str) -> str:
    """Those who read what is shared so, as part of a sentence."""
    if readers == Readers.LEADS:
        return f"the {leads_of(circle)} of {circle.name}"
    return f"{audience.people_of(circle)}, {leads_of(circle)} included"


def audience_of(reflection: Reflection, reader: Person) -> Audience:
    """Who can see it, as its reader is told; its place and circle must be loaded with it."""
    if reflection.place is None or not reflection.is_shared:
        return ONLY_YOU
    circle = reflection.place.circle
    if reflection.readers == Readers.LEADS:
        writer = "you" if reflection.person_id == reader.pk else "its author"
        text = f"Only {writer} and {who_reads(circle, Readers.LEADS)} can see {_THING}."
        return Audience(kind="leads", text=text)
    return audience.of(circle, thing=_THING)


def reflection_rows(found: Iterable[Reflection], reader: Person) -> list[dict[str, Any]]:
    """Rows of a list of reflections, with place and circle loaded, and the author where they are others'."""
    rows = list(found)
    names, today = names_of(rows, reader), now_here()
    return [_row(one, names.get(one.pk, ("", "")), reader, today) for one in rows]


def _row(one: Reflection, about: tuple[str, str], reader: Person, today: Any) -> dict[str, Any]:
    return {
        "pk": one.pk,
        "url": one.get_absolute_url(),
        "heading": heading_of(one, about[0]),
        "about": about[0],
        "about_url": about[1],
        "excerpt": excerpt(one.text_html, _EXCERPT) if one.title or about[0] else "",
        "when": moment_of(one.created_at, today),
        "removed": day_of(one.removed_at, today) if one.removed_at else "",
        "author": "" if one.person_id == reader.pk else one.person.name,
        "shared_with": who_reads(one.place.circle, one.readers) if one.place and one.is_shared else "",
    }
