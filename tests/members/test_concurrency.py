"""Many at once, on PostgreSQL: a SQLite in memory refuses to be written by two threads."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections

from members import actions, listed_words
from members.enums import CircleKind, Role, State
from members.errors import LastLead
from members.models import Circle, Membership, User
from tests.factories import CircleFactory, UserFactory

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="needs a server"),
]
CROWD = 12


def all_at_once(number: int, work: Callable[[int], object]) -> list[BaseException]:
    """Do it so many times in threads that set off together; returns what went wrong."""
    together, wrong = threading.Barrier(number), []

    def run(place: int) -> None:
        together.wait()
        try:
            work(place)
        except Exception as error:
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[place]) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def test_one_person_joining_in_many_windows_has_one_place():
    circle, person = CircleFactory(), UserFactory()
    wrong = all_at_once(
        CROWD, lambda place: actions.join(person=User.objects.get(pk=person.pk), circle=circle)
    )
    assert wrong == []
    assert Membership.objects.filter(person=person, circle=circle).count() == 1
    assert Circle.objects.get(pk=circle.pk).member_count == 1


def test_many_people_joining_at_once_are_all_counted():
    circle, people = CircleFactory(), [UserFactory() for _ in range(CROWD)]
    wrong = all_at_once(CROWD, lambda place: actions.join(person=people[place], circle=circle))
    assert wrong == []
    assert Circle.objects.get(pk=circle.pk).member_count == CROWD


def test_of_two_leads_who_leave_at_once_one_stays():
    circle = CircleFactory()
    leads = [UserFactory() for _ in range(2)]
    for lead in leads:
        actions.join(person=lead, circle=circle, role=Role.LEAD)
    actions.join(person=UserFactory(), circle=circle)
    wrong = all_at_once(2, lambda place: actions.leave(person=leads[place], circle=circle))
    assert [type(error) for error in wrong] == [LastLead]
    left = Membership.objects.active().filter(circle=circle, role=Role.LEAD)
    assert left.count() == 1


def test_of_a_lead_who_leaves_and_one_who_steps_down_at_once_one_leads():
    circle = CircleFactory()
    places = [actions.join(person=UserFactory(), circle=circle, role=Role.LEAD) for _ in range(2)]
    actions.join(person=UserFactory(), circle=circle)

    def work(place: int) -> None:
        if place:
            actions.change_role(membership=places[1], role=Role.MEMBER)
        else:
            actions.leave(person=places[0].person, circle=circle)

    wrong = all_at_once(2, work)
    assert [type(error) for error in wrong] == [LastLead]
    assert Membership.objects.active().filter(circle=circle, role=Role.LEAD).count() == 1


def test_leaving_in_many_windows_ends_it_once():
    circle, person = CircleFactory(), UserFactory()
    actions.join(person=person, circle=circle)
    left: list[bool] = []
    wrong = all_at_once(
        CROWD,
        lambda place: left.append(actions.leave(person=User.objects.get(pk=person.pk), circle=circle)),
    )
    assert (wrong, sorted(left)) == ([], [False] * (CROWD - 1) + [True])
    assert Membership.objects.get(person=person, circle=circle).state == State.ENDED


def test_the_network_is_made_once():
    assert all_at_once(CROWD, lambda place: Circle.objects.network()) == []
    assert Circle.objects.filter(kind=CircleKind.NETWORK).count() == 1


def test_words_saved_at_once_are_there_once():
    from members.models import Region

    wrong = all_at_once(4, lambda place: listed_words.save_term(term=Region(name="Wales")))
    assert len(wrong) == 3
    assert Region.objects.filter(name="Wales").count() == 1


SIGN_UPS = 20


def test_twenty_who_sign_up_with_one_address_at_once_are_one_account():
    from members import tasks
    from members.models import AccountRequest

    numbers = [
        AccountRequest.objects.create(email="nia@example.org", first_name="N", password="x", reason="Why").pk
        for _ in range(SIGN_UPS)
    ]
    wrong = all_at_once(SIGN_UPS, lambda place: tasks.answer_new.call(numbers[place]))
    assert wrong == []
    assert User.objects.filter(email__iexact="nia@example.org").count() == 1
    assert AccountRequest.objects.filter(pk__in=numbers, state="waiting").count() == 1


def test_twenty_accounts_for_one_address_at_once_are_one():
    from members.errors import AddressTaken

    spellings = ["nia@example.org", "NIA@example.org", "Nia@Example.org"]
    wrong = all_at_once(
        SIGN_UPS,
        lambda place: actions.make_account(
            email=spellings[place % 3], first_name="Nia", last_name="", password="violin harbour spoon"
        ),
    )
    assert [type(error) for error in wrong] == [AddressTaken] * (SIGN_UPS - 1)
    assert User.objects.filter(email__iexact="nia@example.org").count() == 1


def test_of_a_yes_and_a_no_at_once_one_holds():
    from members import accounts
    from members.models import AccountRequest

    Circle.objects.network()
    person, editor = UserFactory(), UserFactory()
    asked = AccountRequest.objects.create(
        email=person.email, first_name="N", reason="Why", state="waiting", person=person
    )
    answers: list[bool] = []

    def work(place: int) -> None:
        answer = accounts.turn_down if place % 2 else accounts.let_in
        answers.append(answer(asked=asked, by=editor))

    assert all_at_once(CROWD, work) == []
    assert sorted(answers) == [False] * (CROWD - 1) + [True]
    asked.refresh_from_db()
    assert User.objects.get(pk=person.pk).is_active is (asked.state == "admitted")


def test_a_code_of_an_app_is_used_up_once():
    from members.limits import UsedCodes

    taken: list[bool] = []
    assert all_at_once(CROWD, lambda place: taken.append(UsedCodes.add("one code", "y", 30))) == []
    assert sorted(taken) == [False] * (CROWD - 1) + [True]
