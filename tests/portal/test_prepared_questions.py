"""Every question whose SQL is written once gives each person just what its queryset gives (docs/decisions/0012)."""

import importlib
import pkgutil
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model
from django.utils import timezone

from cohorts.enums import SessionKind
from community_directory.models import Connection
from learning.models import CollectionPage, GuidanceAudience, GuidanceStage, StepDone
from members.models import Profile, Theme
from members.prepared import Prepared
from members.rules import is_network_member
from tests.factories import CommunityFactory, MaterialFactory, SessionFactory, ThemeFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

PEOPLE = ["admin", "editor", "facilitator", "convener", "participant", "outsider", "visitor"]
ROOMS = [
    "members",
    "home",
    "learning",
    "community_directory",
    "cohorts",
]  # those of the talk have tests of their own
NOT_FOR_VISITORS = {
    "members.panels._BELONGINGS", "cohorts.panels._NEXT", "learning.path._DONE",
    "community_directory.panels._OWN_ROWS",
}  # fmt: skip
FOR_MEMBERS = {"members.search._PEOPLE"}  # of the network; nobody else gets as far as asking
# What each is asked, given who asks and what there is.
QUESTIONS: dict[str, Callable[[Any, Any], tuple[Any, ...]]] = {
    "members.models._CIRCLES": lambda person, there: (getattr(person, "pk", None) or 0,),
    "members.panels._BELONGINGS": lambda person, there: (person,),
    "members.search._PEOPLE": lambda person, there: (person, "e"),
    "home.search._IDS": lambda person, there: (person,),
    "home.search._ROWS": lambda person, there: (person, there.ids),
    "learning.course._EVERY": lambda person, there: (person,),
    "learning.path._DONE": lambda person, there: (person, [there.pages.module.pk]),
    "learning.path._AROUND": lambda person, there: (person, there.ids, *there.beside),
    "learning.library._LABELS": lambda person, there: ([there.pages.guidance.pk],),
    "learning.library._PATHS": lambda person, there: (person,),
    "learning.library._SHOWN": lambda person, there: (person, there.ids),
    "learning.library._SHOWN_WITH_TEXT": lambda person, there: (person, there.ids),
    "learning.shelf._ROWS": lambda person, there: (),
    "learning.shelf._THEMES": lambda person, there: (),
    "learning.shelf._THEMES_OF": lambda person, there: (),
    "learning.shelf._STAGES_OF": lambda person, there: (),
    "learning.shelf._AUDIENCES_OF": lambda person, there: (),
    "learning.search.IDS": lambda person, there: (person,),
    "learning.suggestions._TITLES": lambda person, there: (person, there.ids),
    "learning.search._GUIDANCE": lambda person, there: (person, there.ids),
    "learning.search._COURSE_ROWS": lambda person, there: (person, there.ids),
    "learning.path._THEMES": lambda person, there: (there.pages.module.pk,),
    "learning.resource._SAID_ABOUT": lambda person, there: (there.pages.guidance.pk,),
    "learning.search._COURSE_IDS": lambda person, there: (person,),
    "community_directory.panels._OWN_ROWS": lambda person, there: (person,),
    "community_directory.search._IDS": lambda person, there: (person,),
    "community_directory.search._ROWS": lambda person, there: (person, there.communities),
    "cohorts.panels._WHEN": lambda person, there: (person, [there.pages.module.pk]),
    "cohorts.panels._HALF_DAYS": lambda person, there: (person, there.pages.module.pk),
    "cohorts.panels._MATERIALS": lambda person, there: (person, there.pages.module.pk),
    "cohorts.panels._NEXT": lambda person, there: (person, timezone.now()),
    "cohorts.search._IDS": lambda person, there: (person,),
    "cohorts.search._ROWS": lambda person, there: (person, there.sessions),
}


class There:
    """Something for each question to find, public and private."""

    def __init__(self, cast: Any, pages: Any) -> None:
        self.pages = pages
        now = timezone.now()
        pages.guidance.themes.add(ThemeFactory(name="Trust"))
        pages.guidance.stages.add(GuidanceStage(stage="maturing"))
        pages.guidance.audiences.add(GuidanceAudience(audience="convener"))
        pages.guidance.save()
        pages.module.themes.add(ThemeFactory(name="Listening"))
        pages.module.save()
        pages.library.add_child(instance=CollectionPage(title="A path", slug="path", introduction="x"))
        private = {"cohort": cast.cohort, "circle": cast.cohort.circle}
        self.sessions = [
            SessionFactory(**kind, module=pages.module, starts_at=now + timedelta(days=day)).pk
            for day, kind in enumerate(
                [
                    {"kind": SessionKind.HALF_DAY, "cohort": cast.cohort},
                    {"kind": SessionKind.HALF_DAY, **private},
                    {"kind": SessionKind.CLINIC, **private},
                    {"kind": SessionKind.WEBINAR},
                ],
                start=1,
            )
        ]
        MaterialFactory(session_id=self.sessions[0])
        MaterialFactory(session_id=self.sessions[1], shown_at=None)
        hidden = CommunityFactory(name="Draft", slug="draft", state="draft", published_at=None)
        self.communities = [cast.community.pk, hidden.pk]
        neighbour = CommunityFactory(name="Next door", slug="next-door")
        Connection.objects.create(source=neighbour, target=cast.community, reason="The same question.")
        StepDone.objects.create(
            person=cast.participant, module=pages.module, step="6f9619ff-8b86-d011-b42d-00c04fc964ff"
        )
        Profile.objects.update_or_create(user=cast.convener, defaults={"findable": True})
        self.ids = [page.pk for page in (pages.home, pages.programme, pages.module, pages.guidance)]
        above = pages.module.path[: -pages.module.steplen]
        self.beside = (pages.module.depth, above, above + "Z" * pages.module.steplen)


@pytest.fixture
def there(cast, pages) -> There:
    return There(cast, pages)


def found() -> dict[str, Prepared]:
    """All questions of the rooms, by the name that they have in their file."""
    questions: dict[str, Prepared] = {}  # one that several files use stands under its first
    for room in ROOMS:
        package = importlib.import_module(room)
        for info in pkgutil.iter_modules(package.__path__):
            if info.name in ("migrations", "wagtail_hooks"):
                continue
            module = importlib.import_module(f"{room}.{info.name}")
            for name, thing in vars(module).items():
                if isinstance(thing, Prepared) and thing not in questions.values():
                    questions[f"{room}.{info.name}.{name}"] = thing
    return questions


def plain(row: Any, *inside: Any) -> Any:
    """A row as values that can be compared: a named tuple is one, an object becomes what was read of it."""
    if row is None or row in inside:
        return repr(row)
    if not isinstance(row, Model):
        return tuple(row)
    state = {name: value for name, value in vars(row).items() if not name.startswith("_")}
    return type(row), state, {name: plain(one, row, *inside) for name, one in row._state.fields_cache.items()}


def test_none_is_forgotten():
    assert sorted(found()) == sorted(QUESTIONS)


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_gives_everybody_what_its_queryset_gives(cast, there, name):
    question = found()[name]
    answers = {}
    for who in PEOPLE:
        person = AnonymousUser() if who == "visitor" else getattr(cast, who)
        if who == "visitor" and name in NOT_FOR_VISITORS:
            continue
        if name in FOR_MEMBERS and not is_network_member(person):
            continue
        given = QUESTIONS[name](person, there)
        answers[who] = [plain(row) for row in question.build(*given)]
        assert sorted(map(repr, map(plain, question.rows(*given)))) == sorted(map(repr, answers[who])), who
    assert any(answers.values())


def test_the_page_at_an_address_is_what_its_queryset_gives(cast, there):
    from home.pages import _prepared

    for page in (there.pages.home, there.pages.module, there.pages.guidance, there.pages.library):
        question = _prepared(type(page))
        assert [plain(row) for row in question.rows(page.url_path)] == [
            plain(row) for row in question.build(page.url_path)
        ]
        assert question.rows("/nowhere/") == []


def test_what_is_new_is_asked_again(cast, there):
    """The SQL is kept, never an answer."""
    question = found()["learning.shelf._THEMES"]
    assert [row.name for row in question.rows()] == ["Listening", "Trust"]
    Theme.objects.create(name="Ageing", slug="ageing")
    assert [row.name for row in question.rows()] == ["Ageing", "Listening", "Trust"]
