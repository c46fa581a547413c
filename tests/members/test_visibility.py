"""One question, one answer: for each person and each thing, the filter and the check agree."""

import pytest
from django.contrib.auth.models import AnonymousUser, Permission

from members import actions
from members.enums import CircleKind, Role, State
from members.models import Circle, Membership, User
from members.querysets import may_manage
from tests.factories import CircleFactory, CommunityFactory, UserFactory

EVERYBODY = ["admin", "editor", "facilitator", "convener", "participant", "outsider", "visitor"]


@pytest.fixture
def crowded(cast):
    """Circles of each kind, memberships in each state, people who may and may not be found."""
    group = CircleFactory(kind=CircleKind.GROUP, parent=cast.cohort.circle)
    actions.join(person=cast.participant, circle=group)
    other = CommunityFactory().circle
    actions.join(person=cast.outsider, circle=other, role=Role.LEAD)
    actions.join(person=cast.facilitator, circle=other)
    actions.leave(person=cast.facilitator, circle=other)
    for state in (State.REQUESTED, State.INVITED):
        Membership.objects.create(person=UserFactory(), circle=cast.community.circle, state=state)
    Membership.objects.create(person=cast.editor, circle=other, state=State.REQUESTED)
    actions.update_profile(person=cast.convener, first_name="C", last_name="", findable=True)
    actions.update_profile(person=cast.outsider, first_name="O", last_name="", findable=True)
    closed = UserFactory(is_active=False)
    actions.update_profile(person=closed, first_name="Z", last_name="", findable=True)
    return cast


def person(cast, who: str):
    return AnonymousUser() if who == "visitor" else User.objects.get(pk=getattr(cast, who).pk)


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("model", [Circle, Membership, User])
def test_filter_and_check_agree(crowded, who, model):
    asker = person(crowded, who)
    seen = set(model.objects.visible_to(asker))
    for thing in model.objects.all():
        assert (thing in seen) == thing.can_see(asker), thing


def test_what_each_sees_by_name(crowded):
    def circles(who):
        return set(Circle.objects.visible_to(person(crowded, who)).values_list("kind", flat=True))

    assert circles("visitor") == set()
    assert circles("editor") == {"network"}
    assert circles("facilitator") == {"network", "cohort"}
    assert circles("convener") == {"network", "cohort", "community"}
    assert circles("participant") == {"network", "cohort", "group"}
    assert circles("outsider") == {"community"}


def test_people_found_by_each(crowded):
    def found(who):
        return set(User.objects.visible_to(person(crowded, who)).values_list("first_name", flat=True))

    assert found("visitor") == set()
    assert found("outsider") == set()
    assert found("participant") == {"C", "O", "Participant", "Facilitator"}  # of the same cohort
    assert found("admin") == {"C", "O", "Admin"}


def test_an_invitation_shows_nobody_the_others(crowded):
    invited = Membership.objects.get(state=State.INVITED).person
    assert list(Circle.objects.visible_to(invited)) == []
    assert [row.person for row in Membership.objects.visible_to(invited)] == [invited]


@pytest.mark.parametrize(
    ("kind", "role", "name"),
    [
        ("cohort", "member", "Participant"),
        ("cohort", "lead", "Facilitator"),
        ("community", "member", "Member"),
        ("community", "lead", "Convener"),
        ("network", "member", "Member"),
        ("network", "lead", "Lead"),
        ("group", "member", "Member"),
        ("group", "lead", "Lead"),
    ],
)
def test_roles_are_named_as_people_name_them(kind, role, name):
    assert Membership(circle=Circle(kind=kind), role=role).role_name == name


@pytest.mark.parametrize(
    ("kind", "state", "own", "may"),
    [
        ("community", State.ACTIVE, True, True),
        ("group", State.ACTIVE, True, True),
        ("cohort", State.ACTIVE, True, False),
        ("network", State.ACTIVE, True, False),
        ("community", State.ENDED, True, False),
        ("community", State.REQUESTED, True, False),
        ("community", State.ACTIVE, False, False),
    ],
)
def test_who_may_leave_what(cast, kind, state, own, may):
    whose = cast.participant if own else cast.editor
    membership = Membership(person=whose, circle=Circle(kind=kind), state=state)
    assert membership.can_leave(cast.participant) is may
    assert membership.can_leave(AnonymousUser()) is False


LISTS = ("circle", "membership")


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_who_keeps_the_lists_has_all_of_them(crowded, who):
    """``managed_by`` gives names and dates, to editors; it is no way to see what is inside."""
    asker = person(crowded, who)
    keeps = who in ("editor", "admin")
    assert set(Circle.objects.managed_by(asker)) == (set(Circle.objects.all()) if keeps else set())
    assert set(Membership.objects.managed_by(asker)) == (set(Membership.objects.all()) if keeps else set())
    assert [may_manage(asker, name) for name in LISTS] == [keeps, keeps]


@pytest.mark.parametrize("who", ["editor", "admin"])
def test_the_name_of_a_draft_is_in_no_list(crowded, who):
    """Nor are the groups inside, nor who is in either."""
    draft = CommunityFactory(state="draft", published_at=None, convener=crowded.convener).circle
    inside = actions.make_group(parent=draft, name="Inside")
    actions.join(person=crowded.convener, circle=inside)
    listed = Circle.objects.managed_by(person(crowded, who))
    assert {draft, inside} & set(listed) == set()
    assert not Membership.objects.managed_by(person(crowded, who)).filter(circle__in=[draft, inside]).exists()
    assert listed.count() == Circle.objects.count() - 2


def test_a_closed_account_keeps_no_lists(crowded):
    User.objects.filter(pk__in=[crowded.editor.pk, crowded.admin.pk]).update(is_active=False)
    for who in ("editor", "admin"):
        assert not Circle.objects.managed_by(person(crowded, who)).exists()
        assert not Membership.objects.managed_by(person(crowded, who)).exists()


def test_one_right_gives_one_list(crowded):
    right = Permission.objects.get(content_type__app_label="members", codename="change_circle")
    crowded.participant.user_permissions.add(right)
    asker = person(crowded, "participant")
    assert set(Circle.objects.managed_by(asker)) == set(Circle.objects.all())
    assert not Membership.objects.managed_by(asker).exists()
    assert set(Circle.objects.visible_to(asker)) < set(Circle.objects.all())
