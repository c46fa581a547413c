"""The whole demo, in one transaction: all of it or nothing."""

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from cohorts.models import Cohort
from community_directory.actions import refresh_suggestions
from community_directory.counting import refresh_network
from home.models import HomePage
from members.enums import Role
from members.models import Circle, User
from portal.demo import directory, journal, messages, people, site, talk, year
from portal.demo.source import PROGRAMME, Clock

_INDEXING = "modelsearch.tasks.insert_or_update_object_task"


def is_loaded() -> bool:
    """Whether the demo is in this database already."""
    return User.objects.filter(email="participant@example.org").exists() and HomePage.objects.exists()


def load(*, today: date, report: Callable[[str], None] = lambda line: None) -> bool:
    """Load the demo into an empty portal; done twice, it does nothing.

    Args:
        today: the day around which the demo's year is laid.
        report: told in a line what is being done.

    Returns:
        Whether anything was loaded.

    Raises:
        CommandError: this deployment is not a demo, and never gets demo accounts.
    """
    if not getattr(settings, "IS_DEMO", False):
        raise CommandError("These settings are not a demo’s: no demo accounts are made here.")
    if is_loaded():
        return False
    with transaction.atomic():
        _load(Clock(today), report)
        people.ensure_passwords()
        # What was queued to be indexed one by one is indexed at once below.
        DBTaskResult.objects.filter(task_path=_INDEXING, status="READY").delete()
    report("Search index")
    call_command("update_index", verbosity=0)
    return True


def _load(clock: Clock, report: Callable[[str], None]) -> None:
    report("People")
    people.load_vocabulary()
    everybody = people.load_people()
    directory.enrol(Circle.objects.network(), dict.fromkeys(everybody.values(), Role.MEMBER), clock)
    report("Pages")
    home = site.load_home()
    site.load_information(home)
    site.load_library(home, everybody, clock.today)
    report("Programme")
    call_command("load_programme", str(PROGRAMME), verbosity=0)
    _staff_first_cohort(everybody, clock)
    cohort = year.load_year(everybody, people.cohort_keys(), clock)
    report("Communities")
    communities = directory.load_communities(everybody, clock)
    directory.load_connections(communities, clock)
    directory.load_exchanges(communities, clock)
    directory.load_snapshots(clock)
    refresh_suggestions()
    refresh_network()
    report("Discussions")
    talk.load_talk(everybody, communities, cohort.circle, clock)
    messages.load_messages(everybody, clock)
    report("Journals")
    journal.load_journal(everybody, cohort)


def _staff_first_cohort(everybody: dict[str, User], clock: Clock) -> None:
    """The cohort of 2021–22 has ended; its facilitator and a few who finished are still in it."""
    cohort = Cohort.objects.get(slug="2021-22")
    others = [person for key, person in everybody.items() if key not in people.ROLES]
    roles: dict[User, str] = dict.fromkeys(others[-8:], Role.MEMBER)
    directory.enrol(cohort.circle, roles | {everybody["facilitator"]: Role.LEAD}, clock)
