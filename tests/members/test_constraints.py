"""What the database itself refuses, whoever writes."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from members.enums import CircleKind, State
from members.models import Circle, Membership, Organisation, Profile, Sector, User
from tests.factories import CircleFactory, OrganisationFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def refused(make) -> bool:
    try:
        with transaction.atomic():
            make()
    except IntegrityError:
        return True
    return False


def test_there_is_one_network():
    Circle.objects.network()
    assert refused(lambda: Circle.objects.create(kind=CircleKind.NETWORK, name="Two", slug="two"))
    assert Circle.objects.network() == Circle.objects.get(kind=CircleKind.NETWORK)


def test_an_address_is_one_circles():
    CircleFactory(slug="falls")
    assert refused(lambda: CircleFactory(slug="falls"))


@pytest.mark.parametrize(
    ("kind", "inside", "stands"),
    [
        ("group", True, True),
        ("group", False, False),
        ("cohort", False, True),
        ("cohort", True, False),
        ("community", False, True),
        ("community", True, False),
        ("network", False, True),
        ("network", True, False),
    ],
)
def test_only_a_group_is_inside_another(kind, inside, stands):
    parent = CircleFactory() if inside else None
    assert refused(lambda: CircleFactory(kind=kind, parent=parent)) is not stands


def test_a_circle_with_groups_inside_stays():
    parent = CircleFactory()
    CircleFactory(kind=CircleKind.GROUP, parent=parent)
    with pytest.raises(ProtectedError):
        parent.delete()


@pytest.mark.parametrize("first", [State.ACTIVE, State.REQUESTED, State.INVITED])
@pytest.mark.parametrize("second", [State.ACTIVE, State.REQUESTED, State.INVITED])
def test_one_open_place_each(first, second):
    circle, person = CircleFactory(), UserFactory()
    Membership.objects.create(person=person, circle=circle, state=first)
    assert refused(lambda: Membership.objects.create(person=person, circle=circle, state=second))


def test_as_many_ended_places_as_there_were():
    circle, person = CircleFactory(), UserFactory()
    for _ in range(3):
        Membership.objects.create(person=person, circle=circle, state=State.ENDED, ended_at=timezone.now())
    Membership.objects.create(person=person, circle=circle)
    assert Membership.objects.count() == 4


@pytest.mark.parametrize(
    ("state", "dated", "stands"),
    [
        (State.ENDED, True, True),
        (State.ENDED, False, False),
        (State.ACTIVE, True, False),
        (State.REQUESTED, True, False),
        (State.ACTIVE, False, True),
    ],
)
def test_what_has_ended_has_a_date_and_nothing_else_has(state, dated, stands):
    ended_at = timezone.now() if dated else None

    def make():
        Membership.objects.create(
            person=UserFactory(), circle=CircleFactory(), state=state, ended_at=ended_at
        )

    assert refused(make) is not stands


def test_one_profile_each():
    person = UserFactory()
    assert refused(lambda: Profile.objects.create(user=person))


def test_one_person_for_an_address_in_any_case():
    UserFactory(email="one@example.org")
    assert refused(lambda: User.objects.bulk_create([User(email="ONE@example.org")]))


def test_who_is_deleted_takes_their_places_along():
    person = UserFactory()
    Membership.objects.create(person=person, circle=CircleFactory())
    person.delete()
    assert (Membership.objects.count(), Profile.objects.count()) == (0, 0)


def test_a_sector_in_use_stays_and_an_organisation_leaves_people_behind():
    organisation = OrganisationFactory()
    person = UserFactory()
    Profile.objects.filter(user=person).update(organisation=organisation)
    with pytest.raises(ProtectedError):
        organisation.sector.delete()
    organisation.delete()
    assert Profile.objects.get(user=person).organisation is None
    assert (Organisation.objects.count(), Sector.objects.count()) == (0, 1)
