"""What the demo's people have written for themselves, rated and kept."""

from typing import Any

from cohorts.models import Cohort
from journal import actions as journal
from journal.outcomes import outcomes_of
from journal.rating import Rated, rate
from learning.models import GuidancePage, ModulePage
from members.models import Membership, User
from portal.demo.source import read
from study import actions as study


def load_journal(people: dict[str, User], cohort: Cohort) -> None:
    """Reflections, some of them shared; ratings at the start of the year; bookmarks, marks and answers."""
    rows = read("journal.toml")
    places = {place.person_id: place for place in Membership.objects.active().filter(circle=cohort.circle)}
    for row in rows["reflections"]:
        _reflect(row, people[row["author"]], places)
    outcomes = outcomes_of(cohort.circle, people["facilitator"])
    for row in rows["ratings"]:
        person = people[row["author"]]
        notes = row.get("notes", [""] * len(row["scores"]))
        said = zip(outcomes, row["scores"], notes, strict=True)
        rated = {key: Rated(score=score, note=note) for key, score, note in said}
        rate(person=person, place=places[person.pk], moment="start", outcomes=outcomes, rated=rated)
    pages = {page.slug: page for page in GuidancePage.objects.all()}
    for row in rows["kept"]:
        _keep(row, people[row["person"]], pages)


def _reflect(row: dict[str, Any], author: User, places: dict[int, Membership]) -> None:
    page = ModulePage.objects.filter(number=row["module"]).first() if "module" in row else None
    written = journal.write(person=author, title=row["title"], text=row["text"].strip(), page=page)
    if readers := row.get("readers"):
        journal.share(reflection=written, place=places[author.pk], readers=readers)


def _keep(row: dict[str, Any], person: User, pages: dict[str, GuidancePage]) -> None:
    own = study.make_list(person=person, name=row["list"])
    for slug in row["bookmarks"]:
        bookmark = study.keep(person=person, page=pages[slug])
        study.change_bookmark(bookmark=bookmark, note="", lists=[own.pk])
    for slug in row["done"]:
        study.mark_done(person=person, page=pages[slug])
    for slug in row["useful"]:
        study.answer(person=person, page=pages[slug], is_useful=True)
