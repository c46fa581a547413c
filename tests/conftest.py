"""The cast, and a site for them to meet on."""

from dataclasses import dataclass

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.cache import caches
from django.test import Client
from hypothesis import settings as hypothesis
from wagtail.models import GroupPagePermission, Page, Site

from cohorts.models import Cohort
from community_directory.models import Community
from home.models import HomePage
from learning.models import GuidancePage, LibraryPage, ModulePage, ModulesPage, ProgrammePage
from members import actions as members_actions
from members import limits
from members.enums import Role
from members.models import Circle, User
from tests import database
from tests.factories import CohortFactory, CommunityFactory, UserFactory

# A slow machine is no fault: what takes long is for benchmarks/ to say.
hypothesis.register_profile("untimed", deadline=None)
hypothesis.load_profile("untimed")


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """Overrides pytest-django's: see tests/database.py."""
    with django_db_blocker.unblock():
        keeper = database.keeper()
    yield keeper
    with django_db_blocker.unblock():
        keeper.drop()


@pytest.fixture(autouse=True)
def _fresh_cache():
    """No test sees what another kept. Limits are rows of the database, and go with the rest of it."""
    kept = [caches[name] for name in caches if name != "limits"]
    for cache in kept:
        cache.clear()
    yield
    for cache in kept:
        cache.clear()


@pytest.fixture
def unlimited(monkeypatch):
    """For tests that send a form hundreds of times."""
    many = {name: f"100000/h/{rate.rpartition('/')[2]}" for name, rate in limits.RATES.items()}
    monkeypatch.setattr(limits, "RATES", many)
    monkeypatch.setattr(limits, "SEARCHES", dict.fromkeys(limits.SEARCHES, 100_000))


_ROLES = ("admin", "editor", "facilitator", "convener", "participant", "outsider")


@dataclass
class Cast:
    """One person of each kind; the same in every test."""

    admin: User
    editor: User
    facilitator: User
    convener: User
    participant: User
    outsider: User  # signed in, in no circle
    cohort: Cohort
    community: Community


def _build_editors() -> Group:
    group, _ = Group.objects.get_or_create(name="Editors")
    group.permissions.add(
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"),
        Permission.objects.get(codename="publish_community"),
    )
    root = Page.get_first_root_node()
    for codename in ("add_page", "change_page", "publish_page"):
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
    return group


def _build_cast() -> None:
    people = {
        key: UserFactory(email=f"{key}@example.org", first_name=key.capitalize(), last_name="Demo")
        for key in _ROLES
    }
    people["admin"].is_superuser = people["admin"].is_staff = True
    people["admin"].save()
    people["editor"].groups.add(_build_editors())
    for key in ("admin", "editor", "facilitator", "convener", "participant"):
        members_actions.admit(person=people[key])
    cohort = CohortFactory(name="Cohort 2021–22", slug="2021-22")
    members_actions.join(person=people["facilitator"], circle=cohort.circle, role=Role.LEAD)
    members_actions.join(person=people["convener"], circle=cohort.circle)
    members_actions.join(person=people["participant"], circle=cohort.circle)
    CommunityFactory(name="Falls in care homes", slug="falls-in-care-homes", convener=people["convener"])


@pytest.fixture
def editors(db) -> Group:
    """The group of those who work in Wagtail."""
    return _build_editors()


@pytest.fixture
def cast(db) -> Cast:
    """Admin, editor, facilitator, convener and participant, as in the demo; and an outsider."""
    people = {key: User.objects.get(email=f"{key}@example.org") for key in _ROLES}
    return Cast(
        **people,
        cohort=Cohort.objects.select_related("circle").get(slug="2021-22"),
        community=Community.objects.select_related("circle").get(slug="falls-in-care-homes"),
    )


@pytest.fixture
def network(db) -> Circle:
    """The one circle of everybody."""
    return Circle.objects.network()


@pytest.fixture
def signed_in():
    """A client for a person: ``signed_in(cast.editor)``."""

    def make(person: User) -> Client:
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return make


@dataclass
class Pages:
    """A small site: home, programme, one module, library, one resource."""

    home: HomePage
    programme: ProgrammePage
    modules: ModulesPage
    module: ModulePage
    library: LibraryPage
    guidance: GuidancePage


def _build_pages() -> None:
    root = Page.get_first_root_node()
    for page in root.get_children():
        page.delete()
    root = Page.objects.get(pk=root.pk)
    home = root.add_child(instance=HomePage(title="Home", slug="home", headline="Learn together"))
    Site.objects.all().delete()
    Site.objects.create(hostname="testserver", root_page=home, is_default_site=True, site_name="Test")
    programme = home.add_child(
        instance=ProgrammePage(title="Programme", slug="programme", introduction="A year.")
    )
    modules = programme.add_child(instance=ModulesPage(title="Modules", slug="modules"))
    modules.add_child(
        instance=ModulePage(title="Planning and launching", slug="planning", number=1, summary="Begin.")
    )
    library = home.add_child(instance=LibraryPage(title="Guidance", slug="guidance"))
    library.add_child(
        instance=GuidancePage(title="Start with a question", slug="start-with-a-question", in_short="Ask.")
    )


@pytest.fixture
def pages(db) -> Pages:
    """The pages that every site has."""
    Site.get_site_root_paths()  # warm, as on any site that has been asked before
    return Pages(
        HomePage.objects.get(),
        ProgrammePage.objects.get(),
        ModulesPage.objects.get(),
        ModulePage.objects.get(),
        LibraryPage.objects.get(),
        GuidancePage.objects.get(),
    )


def _build_year_before() -> None:
    from tests.portal.next_year_world import build

    _build_pages()
    build()


def _build_year_next() -> None:
    from tests.portal.next_year_world import set_up_next

    set_up_next()


# They are made in the order of their names.
_SETS = {
    "cast": _build_cast,
    "pages": _build_pages,
    "year_before": _build_year_before,
    "year_next": _build_year_next,
}


@pytest.fixture
def _sets(request, django_db_setup, django_db_blocker):
    """Before a test's transaction begins, the sets that it asks for stand in the database."""
    with django_db_blocker.unblock():
        django_db_setup.use(frozenset(_SETS) & set(request.fixturenames), lambda name: _SETS[name]())


@pytest.fixture
def _django_db_helper(_sets, _django_db_helper):
    """Overrides pytest-django's, to come just before it."""
