"""Somebody is asked to take over a community that nobody convenes: from its screen, or because a file names them."""

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.test import Client
from wagtail.models import ModelLogEntry

from community_directory import actions
from community_directory.bringing.columns import read
from community_directory.errors import AskedAlready, AskedTooMany, HasConvener, NotYours, WrongState
from community_directory.models import Brought, Community, Import
from guests import actions as guests
from guests.models import GuestLink, Invitation
from members import actions as members
from members.errors import NotOpen
from members.models import User
from notifications.models import Notification
from portal.editors import ensure_editor_group
from tests.community_directory.conftest import needs_threads
from tests.community_directory.test_bring_in import ROW, bring, exported, file, plan_of
from tests.factories import CommunityFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

LIST = "/admin/community_directory/community/"
NEW = "new@example.org"


@pytest.fixture
def editor(cast, pages, terms) -> User:
    """An editor with the rights of the group."""
    ensure_editor_group()
    return User.objects.get(pk=cast.editor.pk)


@pytest.fixture
def orphan(editor) -> Community:
    """A community that a file brought, with whom it names."""
    done = bring(file({**ROW, "convener_email": "New@Example.org"}), editor)
    return Community.objects.get(pk=done.made[0])


def ask(community: Community, person: User, email: str = NEW, **more) -> Community:
    return actions.ask_to_convene(community=community, person=person, email=email, **more)


class TestAsking:
    def test_a_yes_makes_them_its_convener(self, orphan, editor):
        ask(orphan, editor, message="It is yours.")
        invitation = Invitation.objects.get()
        assert (invitation.email, invitation.role, invitation.message) == (NEW, "lead", "It is yours.")
        person = guests.accept_as_new(
            invitation=invitation, first_name="New", last_name="Person", password="a long password of theirs"
        )
        assert orphan.can_edit(User.objects.get(pk=person.pk))
        assert actions.send_back(community=orphan, person=editor, reason="Say when.").state == "draft"

    def test_by_the_link_in_the_mail(self, orphan, editor):
        ask(orphan, editor)
        page = Client().get(GuestLink.objects.get().path)
        assert (page.status_code, "Night walkers" in page.text, "convener" in page.text) == (200, True, True)

    def test_who_asked_hears_of_the_answer(self, orphan, editor):
        ask(orphan, editor)
        person = UserFactory(email=NEW)
        guests.accept_invitation(invitation=Invitation.objects.get(), person=person)
        told = Notification.objects.get(verb="guests.accepted")
        assert (told.recipient, Invitation.objects.visible_to(editor).count()) == (editor, 1)

    def test_the_address_is_kept_no_longer_here_and_never_given_away(self, orphan, editor):
        assert Brought.objects.get().convener_email == NEW
        ask(orphan, editor)
        assert (Brought.objects.get().convener_email, Brought.objects.get().named_at) == ("", None)
        actions.publish_community(community=orphan, person=editor)
        assert NEW not in str(exported())
        assert NEW not in Client().get("/api/v1/communities").text

    def test_it_is_written_down(self, orphan, editor):
        ask(orphan, editor)
        entry = ModelLogEntry.objects.for_instance(orphan).first()
        assert (entry.action, entry.user) == ("community_directory.asked_to_convene", editor)

    def test_twice_it_is_one_invitation(self, orphan, editor):
        ask(orphan, editor)
        with pytest.raises(AskedAlready):
            ask(orphan, editor)
        assert Invitation.objects.count() == 1

    def test_the_first_yes_counts(self, orphan, editor):
        """Who has no part in it makes nobody a second convener: the first one can."""
        ask(orphan, editor)
        ask(orphan, editor, "other@example.org")
        first, second = Invitation.objects.order_by("pk")
        guests.accept_invitation(invitation=first, person=UserFactory(email=NEW))
        with pytest.raises(NotOpen):
            guests.accept_invitation(invitation=second, person=UserFactory(email="other@example.org"))
        assert [user.email for user in actions.conveners(orphan)] == [NEW]

    def test_who_keeps_no_lists_any_more_makes_nobody_a_convener(self, orphan, editor):
        ask(orphan, editor)
        editor.groups.clear()
        invitation = Invitation.objects.select_related("invited_by", "circle").get()
        assert invitation.stands(invitation.created_at) is False

    def test_not_where_somebody_convenes_it(self, cast, editor):
        with pytest.raises(HasConvener):
            ask(cast.community, editor)

    @pytest.mark.parametrize("state", ["draft", "ended"])
    def test_not_a_draft_nor_one_that_has_ended(self, orphan, editor, state):
        Community.objects.filter(pk=orphan.pk).update(state=state)
        with pytest.raises(WrongState):
            ask(orphan, editor)

    @pytest.mark.parametrize("key", ["convener", "facilitator", "participant", "outsider"])
    def test_others_do_not(self, cast, orphan, key):
        with pytest.raises(NotYours):
            ask(orphan, getattr(cast, key))
        with pytest.raises(NotYours):
            actions.ask_all_named(file=Import.objects.get(), person=getattr(cast, key))

    def test_past_the_most_in_a_day_it_waits(self, orphan, editor, monkeypatch):
        monkeypatch.setattr("guests.actions.invitations.MOST_A_DAY", 0)
        with pytest.raises(AskedTooMany):
            ask(orphan, editor)
        assert actions.ask_named(brought_id=Brought.objects.get().pk, person=editor) is False
        assert Brought.objects.get().convener_email == NEW


class TestFromAFile:
    @pytest.fixture
    def brought(self, editor) -> Import:
        rows = (
            {**ROW, "name": f"Group {place}", "convener_email": f"g{place}@example.org"} for place in range(3)
        )
        return bring(file(*rows, {**ROW, "name": "Without"}), editor)

    @pytest.fixture
    def press(self, editor, brought, signed_in, django_capture_on_commit_callbacks):
        def send():
            with django_capture_on_commit_callbacks(execute=True):
                return signed_in(editor).post(f"/admin/communities/import/{brought.pk}/ask/", follow=True)

        return send

    def test_one_button_asks_each_once(self, editor, brought, signed_in, press):
        page = signed_in(editor).get(f"/admin/communities/import/{brought.pk}/").text
        assert "The file names 3 people" in page
        assert "3 invitations are on the way." in press().text
        assert "Nobody is left to be asked." in press().text
        assert sorted(Invitation.objects.values_list("email", flat=True)) == [
            f"g{place}@example.org" for place in range(3)
        ]
        assert len(mail.outbox) == 3
        assert "The file names" not in signed_in(editor).get(f"/admin/communities/import/{brought.pk}/").text

    def test_who_has_been_asked_or_is_not_needed_is_left_out(self, editor, brought, press):
        first, second, _ = Community.objects.filter(name__startswith="Group").order_by("name")
        guests.invite(circle=first.circle, by=editor, addresses=["g0@example.org"], role="lead")
        members.join(person=UserFactory(), circle=second.circle, role="lead")
        press()
        assert Invitation.objects.count() == 2
        assert not Brought.objects.filter(community=first).exclude(convener_email="").exists()

    def test_named_for_a_community_that_is_here(self, editor):
        there = CommunityFactory(name="Here", slug="here")
        content = file({"name": "Here", "convener_email": NEW})
        plan = plan_of(content, editor)
        assert [[one.column for one in planned.differences] for planned in plan.changed] == [
            ["convener_email"]
        ]
        bring(content, editor, revise=True)
        assert Brought.objects.get(community=there).convener_email == NEW
        assert len(plan_of(content, editor).same) == 1

    def test_get_is_refused_and_strangers_find_nothing(self, cast, editor, brought, signed_in):
        address = f"/admin/communities/import/{brought.pk}/ask/"
        assert signed_in(editor).get(address).status_code == 405
        assert signed_in(editor).post("/admin/communities/import/0/ask/").status_code == 404
        for client in (Client(), signed_in(cast.convener), signed_in(cast.outsider)):
            assert client.post(address).status_code in (302, 403, 404)
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(editor, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert strict.post(address).status_code == 403
        assert Invitation.objects.count() == 0

    def test_addresses_go_after_half_a_year_and_with_an_account(self, editor, brought):
        from community_directory.personal import HELD

        held = next(one for one in HELD if one.label == "community_directory.Brought")
        person = UserFactory(email="g0@example.org")
        assert [row.convener_email for row in held.rows_of(person)] == ["g0@example.org"]
        held.erase(held, person, None)
        assert held.expire(held, Import.objects.get().created_at.replace(year=2100)) == 2
        assert set(Brought.objects.values_list("convener_email", flat=True)) == {""}


class TestScreen:
    @pytest.fixture
    def address(self, orphan) -> str:
        return f"{LIST}ask/{orphan.pk}/"

    def test_the_list_offers_it_where_nobody_convenes(self, cast, editor, orphan, signed_in, address):
        page = signed_in(editor).get(LIST).text
        assert (f'href="{address}"' in page, f'href="{LIST}ask/{cast.community.pk}/"' in page) == (
            True,
            False,
        )

    def test_its_own_screen_offers_it(self, editor, orphan, signed_in, address):
        assert f'href="{address}"' in signed_in(editor).get(f"{LIST}inspect/{orphan.pk}/").text

    def test_publishing_it_says_that_nobody_convenes_it(self, editor, orphan, signed_in):
        said = signed_in(editor).post(f"{orphan.get_absolute_url()}publish/", follow=True).text
        assert "Published. Nobody convenes it yet." in said

    def test_write_and_send(self, editor, orphan, signed_in, address):
        client = signed_in(editor)
        form = BeautifulSoup(client.get(address).content, "html.parser").select_one("form[method=post]")
        assert form.select_one("input[name=email]")["value"] == NEW
        said = client.post(address, {"email": "else@example.org", "message": "Please."}, follow=True).text
        assert "“Night walkers”: done." in said
        assert Invitation.objects.get().email == "else@example.org"
        again = client.post(address, {"email": "else@example.org"}, follow=True).text
        assert "this address was asked already" in again
        assert Invitation.objects.count() == 1

    @pytest.mark.parametrize("email", ["", "nobody", "a@b", "x" * 300 + "@example.org"])
    def test_an_address_that_is_none(self, editor, orphan, signed_in, address, email):
        assert signed_in(editor).post(address, {"email": email}).status_code == 200
        assert Invitation.objects.count() == 0

    def test_sending_back_to_nobody_is_refused_in_words(self, editor, orphan, signed_in):
        said = (
            signed_in(editor).post(f"{LIST}send-back/{orphan.pk}/", {"reason": "Say when."}, follow=True).text
        )
        assert "nobody convenes it who could change it" in said


def test_columns_take_the_address(editor):
    assert read(file({**ROW, "convener_email": NEW})).lines[0].cells["convener_email"] == NEW


@needs_threads
@pytest.mark.django_db(transaction=True)
def test_at_once_each_is_asked_once(orphan, editor, at_once):
    key = Brought.objects.get().pk
    answers = at_once(*(lambda: actions.ask_named(brought_id=key, person=editor) for _ in range(4)))
    assert (sorted(answers), Invitation.objects.count()) == ([False, False, False, True], 1)
