"""Editors look after groups, who is in them, and the words of the lists."""

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members import actions, listed_words
from members.enums import CircleKind, Role, State
from members.errors import LastLead, NotAGroup, TermInUse
from members.modeladmin import NewGroupForm, NewMembershipForm
from members.models import Circle, Membership, Organisation, Region, Sector, Theme
from tests import hostile
from tests.factories import (
    CircleFactory,
    CommunityFactory,
    OrganisationFactory,
    RegionFactory,
    SectorFactory,
    ThemeFactory,
    UserFactory,
)


def url(model: str, action: str, *args) -> str:
    return reverse(f"members_{model}_modeladmin_{action}", args=args)


class TestGroups:
    def test_a_group_is_made_inside_a_cohort(self, signed_in, cast):
        data = {"name": "Peers north", "parent": cast.cohort.circle.pk}
        assert signed_in(cast.editor).post(url("circle", "create"), data).status_code == 302
        made = Circle.objects.get(name="Peers north")
        assert (made.kind, made.parent, made.slug) == (
            CircleKind.GROUP,
            cast.cohort.circle,
            "group-peers-north",
        )

    def test_two_of_one_name_have_two_addresses(self, cast):
        slugs = [actions.make_group(parent=cast.cohort.circle, name="Peers").slug for _ in range(3)]
        assert slugs == ["group-peers", "group-peers-2", "group-peers-3"]

    @pytest.mark.parametrize(
        ("data", "field"),
        [
            ({"name": ""}, "name"),
            ({"name": "x" * 161}, "name"),
            ({"parent": ""}, "parent"),
            ({"parent": "x"}, "parent"),
        ],
    )
    def test_bad_input_is_said_beside_its_field(self, signed_in, cast, data, field):
        sent = {"name": "Peers", "parent": cast.cohort.circle.pk, **data}
        response = signed_in(cast.editor).post(url("circle", "create"), sent)
        assert response.status_code == 200
        assert list(response.context["form"].errors) == [field]

    def test_nothing_is_inside_the_network_or_a_group(self, signed_in, cast, network):
        group = CircleFactory(kind=CircleKind.GROUP, parent=cast.cohort.circle)
        for parent in (network, group):
            data = {"name": "Peers", "parent": parent.pk}
            response = signed_in(cast.editor).post(url("circle", "create"), data)
            assert list(response.context["form"].errors) == ["parent"]

    def test_sent_twice_makes_one(self, signed_in, cast):
        client = signed_in(cast.editor)
        form = client.get(url("circle", "create")).context["form"]
        data = {"name": "Peers", "parent": cast.cohort.circle.pk, "request_key": form["request_key"].value()}
        for _ in range(2):
            assert client.post(url("circle", "create"), data).status_code == 302
        assert Circle.objects.filter(name="Peers").count() == 1

    def test_the_key_of_somebody_else_s_form_is_not_mine(self, signed_in, cast):
        data = {"name": "Peers", "parent": cast.cohort.circle.pk, "request_key": "x" * 9000}
        for person in (cast.editor, cast.admin):
            assert signed_in(person).post(url("circle", "create"), data).status_code == 302
        assert Circle.objects.filter(name="Peers").count() == 2

    def test_the_form_carries_its_key(self, signed_in, cast):
        page = signed_in(cast.editor).get(url("circle", "create"))
        key = page.context["form"]["request_key"].value()
        assert f'<input type="hidden" name="request_key" value="{key}"' in page.text

    def test_what_ends_while_the_form_is_open_is_said(self, signed_in, cast, monkeypatch):
        valid = NewGroupForm.is_valid

        def ends_meanwhile(form):
            found = valid(form)
            actions.end_circle(circle=cast.cohort.circle)
            return found

        monkeypatch.setattr(NewGroupForm, "is_valid", ends_meanwhile)
        data = {"name": "Peers", "parent": cast.cohort.circle.pk}
        response = signed_in(cast.editor).post(url("circle", "create"), data)
        assert response.context["form"].errors == {"parent": ["This has ended. It takes nobody new."]}
        assert not Circle.objects.filter(name="Peers").exists()

    @pytest.mark.parametrize("kind", ["cohort", "community", "network"])
    def test_what_has_a_screen_of_its_own_is_not_renamed_here(self, signed_in, cast, network, kind):
        circle = {"cohort": cast.cohort.circle, "community": cast.community.circle, "network": network}[kind]
        for person in (cast.editor, cast.admin):
            client = signed_in(person)
            for response in (
                client.get(url("circle", "edit", circle.pk)),
                client.post(url("circle", "edit", circle.pk), {"name": "Other"}),
            ):
                assert (response.status_code, response["Location"]) == (302, "/admin/")
        assert Circle.objects.get(pk=circle.pk).name == circle.name
        with pytest.raises(NotAGroup):
            actions.rename_circle(circle=circle, name="Other")

    def test_is_renamed_and_stays_where_it_is(self, signed_in, cast):
        circle = actions.make_group(parent=cast.community.circle, name="Peers")
        slug = circle.slug
        response = signed_in(cast.editor).post(
            url("circle", "edit", circle.pk), {"name": "Falls", "slug": "x"}
        )
        assert response.status_code == 302
        circle.refresh_from_db()
        assert (circle.name, circle.slug) == ("Falls", slug)
        signed_in(cast.editor).post(url("circle", "edit", circle.pk), {"name": "Falls"})
        circle.refresh_from_db()
        assert (circle.name, circle.slug) == ("Falls", slug)

    def test_is_never_deleted(self, signed_in, cast):
        for person in (cast.editor, cast.admin):
            signed_in(person).post(url("circle", "delete", cast.cohort.circle.pk))
            assert Circle.objects.filter(pk=cast.cohort.circle.pk).exists()


class TestWhoIsInThem:
    def add(self, client, email, circle, role=Role.MEMBER):
        return client.post(url("membership", "create"), {"email": email, "circle": circle.pk, "role": role})

    def change(self, client, membership, **data):
        return client.post(url("membership", "edit", membership.pk), {"role": membership.role, **data})

    def test_somebody_is_added_by_their_address(self, signed_in, cast):
        response = self.add(signed_in(cast.editor), "OUTSIDER@example.org", cast.cohort.circle)
        assert response.status_code == 302
        made = Membership.objects.get(person=cast.outsider)
        assert (made.circle, made.role, made.state) == (cast.cohort.circle, Role.MEMBER, State.ACTIVE)
        assert Circle.objects.get(pk=made.circle_id).member_count == 4

    def test_twice_makes_one_place(self, signed_in, cast):
        client = signed_in(cast.editor)
        for _ in range(2):
            assert self.add(client, "outsider@example.org", cast.cohort.circle).status_code == 302
        assert Membership.objects.filter(person=cast.outsider).count() == 1

    def test_who_was_invited_is_in_from_now_on(self, signed_in, cast):
        Membership.objects.create(person=cast.outsider, circle=cast.cohort.circle, state=State.INVITED)
        self.add(signed_in(cast.editor), "outsider@example.org", cast.cohort.circle, Role.LEAD)
        made = Membership.objects.get(person=cast.outsider)
        assert (made.role, made.state) == (Role.LEAD, State.ACTIVE)

    @pytest.mark.parametrize("email", ["nobody@example.org", "", "x", "a\x00@example.org"])
    def test_unknown_address_is_said_beside_the_field(self, signed_in, cast, email):
        response = self.add(signed_in(cast.editor), email, cast.cohort.circle)
        assert response.status_code == 200
        assert list(response.context["form"].errors) == ["email"]

    def test_nobody_adds_themself(self, signed_in, cast):
        response = self.add(signed_in(cast.editor), "editor@example.org", cast.cohort.circle)
        assert response.context["form"].errors == {"email": ["You cannot add yourself. Ask another editor."]}
        assert cast.editor.memberships.filter(circle=cast.cohort.circle).exists() is False

    def test_an_admin_may(self, signed_in, cast):
        assert self.add(signed_in(cast.admin), "admin@example.org", cast.cohort.circle).status_code == 302

    def test_a_closed_account_is_not_added(self, signed_in, cast):
        UserFactory(email="gone@example.org", is_active=False)
        response = self.add(signed_in(cast.editor), "gone@example.org", cast.cohort.circle)
        assert list(response.context["form"].errors) == ["email"]

    def test_a_place_is_ended(self, signed_in, cast):
        membership = Membership.objects.get(person=cast.participant, circle=cast.cohort.circle)
        assert self.change(signed_in(cast.editor), membership, ended="on").status_code == 302
        membership.refresh_from_db()
        assert (membership.state, membership.ended_at is not None) == (State.ENDED, True)

    def test_a_member_is_made_lead_and_back(self, signed_in, cast):
        client = signed_in(cast.editor)
        membership = Membership.objects.get(person=cast.participant, circle=cast.cohort.circle)
        for role in (Role.LEAD, Role.LEAD, Role.MEMBER):
            assert self.change(client, membership, role=role).status_code == 302
            membership.refresh_from_db()
            assert membership.role == role

    @pytest.mark.parametrize(("data", "field"), [({"ended": "on"}, "ended"), ({"role": "member"}, "role")])
    def test_the_last_lead_stays(self, signed_in, cast, data, field):
        membership = Membership.objects.get(person=cast.facilitator, circle=cast.cohort.circle)
        response = self.change(signed_in(cast.editor), membership, **data)
        assert response.status_code == 200
        assert response.context["form"].errors == {
            field: ["Nobody else leads it. Let somebody else lead it first."]
        }
        membership.refresh_from_db()
        assert (membership.role, membership.state) == (Role.LEAD, State.ACTIVE)

    def test_nobody_changes_their_own(self, signed_in, cast):
        membership = Membership.objects.get(person=cast.editor)
        response = self.change(signed_in(cast.editor), membership, role=Role.LEAD)
        assert response.context["form"].non_field_errors() == ["This is your own place. Ask another editor."]
        membership.refresh_from_db()
        assert membership.role == Role.MEMBER

    def test_what_has_ended_stays_ended(self, signed_in, cast):
        membership = Membership.objects.get(person=cast.participant, circle=cast.cohort.circle)
        actions.leave(person=cast.participant, circle=cast.cohort.circle)
        response = self.change(signed_in(cast.editor), membership, role=Role.LEAD)
        assert response.context["form"].non_field_errors() == ["This has ended. Add them again instead."]

    def test_who_and_where_cannot_be_changed(self, signed_in, cast):
        membership = Membership.objects.get(person=cast.participant, circle=cast.cohort.circle)
        data = {"person": cast.editor.pk, "circle": cast.community.circle.pk, "state": "invited"}
        self.change(signed_in(cast.editor), membership, **data)
        membership.refresh_from_db()
        assert (membership.person, membership.circle, membership.state) == (
            cast.participant,
            cast.cohort.circle,
            State.ACTIVE,
        )

    def test_a_place_is_never_deleted(self, signed_in, cast):
        membership = Membership.objects.get(person=cast.participant, circle=cast.cohort.circle)
        signed_in(cast.admin).post(url("membership", "delete", membership.pk))
        assert Membership.objects.filter(pk=membership.pk).exists()

    def test_others_may_not(self, signed_in, client, cast):
        before = Membership.objects.count()
        for person in ("participant", "convener", "facilitator", "outsider"):
            assert (
                self.add(
                    signed_in(getattr(cast, person)), "outsider@example.org", cast.cohort.circle
                ).status_code
                == 302
            )
        assert self.add(client, "outsider@example.org", cast.cohort.circle).status_code == 302
        assert Membership.objects.count() == before

    def test_is_found_by_name_and_by_group(self, signed_in, cast):
        client = signed_in(cast.editor)
        index = url("membership", "index")
        assert client.get(index, {"q": "participant"}).context["result_count"] == 2
        assert client.get(index, {"q": "Falls"}).context["result_count"] == 1


class TestWordsOfTheLists:
    def test_each_list_takes_a_new_word_and_makes_its_address(self, signed_in, cast):
        client = signed_in(cast.editor)
        for model, label in ((Sector, "sector"), (Region, "region"), (Theme, "theme")):
            assert client.post(url(label, "create"), {"name": "Care at home"}).status_code == 302
            assert model.objects.get(name="Care at home").slug == "care-at-home"

    def test_an_organisation_has_its_sector_and_region(self, signed_in, cast):
        sector, region = SectorFactory(slug="social-care"), RegionFactory(slug="wales")
        data = {"name": "A trust", "sector": sector.pk, "region": region.pk}
        assert signed_in(cast.editor).post(url("organisation", "create"), data).status_code == 302
        made = Organisation.objects.get(slug="a-trust")
        assert (made.sector, made.region) == (sector, region)

    @pytest.mark.parametrize(("model", "label"), [(Sector, "sector"), (Region, "region"), (Theme, "theme")])
    def test_a_word_sent_twice_is_there_once(self, signed_in, cast, model, label):
        client = signed_in(cast.editor)
        answers = [client.post(url(label, "create"), {"name": "Care at home"}) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [302, 200]
        assert list(answers[1].context["form"].errors) == ["name"]
        made = model.objects.get(name="Care at home")
        for _ in range(2):
            assert client.post(url(label, "edit", made.pk), {"name": "Home care"}).status_code == 302
        assert model.objects.get(pk=made.pk).slug == "care-at-home"

    def test_an_organisation_sent_twice_is_there_once(self, signed_in, cast):
        sector, region = SectorFactory(slug="social-care"), RegionFactory(slug="wales")
        data = {"name": "A trust", "sector": sector.pk, "region": region.pk}
        client = signed_in(cast.editor)
        answers = [client.post(url("organisation", "create"), data).status_code for _ in range(2)]
        assert (answers, Organisation.objects.filter(name="A trust").count()) == ([302, 200], 1)

    def test_a_word_taken_away_twice_is_gone(self, signed_in, cast):
        theme, client = ThemeFactory(), signed_in(cast.admin)
        answers = [client.post(url("theme", "delete", theme.pk)).status_code for _ in range(2)]
        assert (answers, Theme.objects.filter(pk=theme.pk).exists()) == ([302, 404], False)

    @pytest.mark.parametrize("who", ["participant", "convener", "facilitator", "outsider"])
    @pytest.mark.parametrize("label", ["sector", "region", "theme", "circle"])
    def test_others_make_no_word_and_no_group(self, signed_in, cast, who, label):
        data = {"name": "Mine", "parent": cast.cohort.circle.pk}
        response = signed_in(getattr(cast, who)).post(url(label, "create"), data)
        assert (response.status_code, response["Location"]) == (
            302,
            "/admin/login/?next=" + url(label, "create"),
        )
        for model in (Sector, Region, Theme, Circle):
            assert not model.objects.filter(name="Mine").exists()

    def test_a_new_name_keeps_the_address(self, signed_in, cast):
        theme = ThemeFactory(slug="falls")
        signed_in(cast.editor).post(url("theme", "edit", theme.pk), {"name": "Falls and strength"})
        theme.refresh_from_db()
        assert (theme.name, theme.slug) == ("Falls and strength", "falls")

    def test_a_word_is_there_once(self, signed_in, cast):
        SectorFactory(slug="social-care")
        response = signed_in(cast.editor).post(url("sector", "create"), {"name": "Social care"})
        assert list(response.context["form"].errors) == ["name"]

    @pytest.mark.parametrize("name", ["", "x" * 121, "a\x00b"])
    def test_bad_names_are_said_beside_the_field(self, signed_in, cast, name):
        response = signed_in(cast.editor).post(url("region", "create"), {"name": name})
        assert list(response.context["form"].errors) == ["name"]

    @pytest.mark.parametrize("name", ["✨", "日本", "—"])
    def test_a_name_without_letters_has_an_address_too(self, db, name):
        first, second = (
            listed_words.save_term(term=Region(name=name)),
            listed_words.save_term(term=Region(name=name * 2)),
        )
        assert (first.slug, second.slug) == ("region", "region-2")

    def test_editors_do_not_take_words_away(self, signed_in, cast):
        theme = ThemeFactory()
        signed_in(cast.editor).post(url("theme", "delete", theme.pk))
        assert Theme.objects.filter(pk=theme.pk).exists()

    def test_an_admin_takes_away_what_nothing_is_about(self, signed_in, cast):
        theme = ThemeFactory()
        assert signed_in(cast.admin).post(url("theme", "delete", theme.pk)).status_code == 302
        assert Theme.objects.filter(pk=theme.pk).exists() is False

    def test_nobody_takes_away_what_something_is_about(self, signed_in, cast):
        theme = ThemeFactory()
        CommunityFactory(themes=[theme])
        response = signed_in(cast.admin).post(url("theme", "delete", theme.pk))
        assert response.status_code == 200
        assert Theme.objects.filter(pk=theme.pk).exists()

    def test_what_describes_anything_is_in_use(self, cast):
        sector, region, organisation = SectorFactory(), RegionFactory(), OrganisationFactory()
        CommunityFactory(sectors=[sector], regions=[region])
        actions.update_profile(person=cast.editor, first_name="E", last_name="", organisation=organisation)
        for term in (sector, region, organisation, organisation.sector, organisation.region):
            with pytest.raises(TermInUse):
                listed_words.remove_term(term=term)

    def test_screens_of_all_lists_open(self, signed_in, cast):
        OrganisationFactory()
        ThemeFactory()
        client = signed_in(cast.editor)
        for label, model in (
            ("organisation", Organisation),
            ("sector", Sector),
            ("region", Region),
            ("theme", Theme),
        ):
            assert client.get(url(label, "index"), {"q": "a"}).status_code == 200
            assert client.get(url(label, "edit", model.objects.first().pk)).status_code == 200

    def test_organisations_are_filtered_by_where_they_are(self, signed_in, cast):
        one = OrganisationFactory(
            sector=SectorFactory(slug="social-care"), region=RegionFactory(slug="wales")
        )
        OrganisationFactory()
        client = signed_in(cast.editor)
        for query in ({"sector": "social-care"}, {"region": "wales"}):
            response = client.get(url("organisation", "index"), query)
            assert list(response.context["object_list"]) == [one]


class TestActions:
    def test_last_lead_keeps_the_role_while_others_are_in_it(self, cast):
        membership = Membership.objects.get(person=cast.facilitator, circle=cast.cohort.circle)
        with pytest.raises(LastLead):
            actions.change_role(membership=membership, role=Role.MEMBER)

    def test_lead_of_nobody_else_may_become_a_member(self, cast):
        circle = CircleFactory()
        membership = actions.join(person=cast.editor, circle=circle, role=Role.LEAD)
        assert actions.change_role(membership=membership, role=Role.MEMBER).role == Role.MEMBER

    def test_what_is_kept_and_what_is_not(self, cast):
        """The admin's lists give names, never membership: content stays closed to who does not belong."""
        assert Circle.objects.managed_by(cast.editor).count() == Circle.objects.count()
        assert Circle.objects.managed_by(cast.participant).count() == 0
        assert Membership.objects.managed_by(cast.participant).count() == 0
        assert cast.cohort.circle.can_see(cast.editor) is False
        assert list(Circle.objects.visible_to(cast.editor).values_list("kind", flat=True)) == ["network"]


FORMS = {
    "circle": ("name", "parent", "request_key"),
    "membership": ("email", "circle", "role"),
    "organisation": ("name", "sector", "region"),
    "theme": ("name", "description"),
    "sector": ("name",),
}


class TestNothingBreaksThem:
    @pytest.mark.parametrize("label", FORMS)
    @settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_new(self, signed_in, cast, label, data):
        fit = {"parent": cast.cohort.circle.pk, "circle": cast.cohort.circle.pk, "role": "member"}
        sent = {
            name: data.draw(st.one_of(hostile.TEXT, st.just(fit.get(name, "x")))) for name in FORMS[label]
        }
        assert signed_in(cast.admin).post(url(label, "create"), sent).status_code in (200, 302)

    @settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(role=hostile.TEXT, ended=hostile.TEXT, name=hostile.TEXT, seen=hostile.TEXT)
    def test_changed(self, signed_in, cast, role, ended, name, seen):
        client = signed_in(cast.admin)
        place = Membership.objects.get(person=cast.participant, circle=cast.cohort.circle)
        group = Circle.objects.filter(kind=CircleKind.GROUP).first() or actions.make_group(
            parent=cast.cohort.circle, name="Peers"
        )
        theme = Theme.objects.first() or ThemeFactory()
        for address, sent in (
            (url("membership", "edit", place.pk), {"role": role, "ended": ended}),
            (url("circle", "edit", group.pk), {"name": name, "seen": seen}),
            (url("theme", "edit", theme.pk), {"name": name, "description": role}),
        ):
            assert client.post(address, sent).status_code in (200, 302)


class TestWhatEndsMeanwhile:
    def test_nobody_is_put_into_it_and_the_form_says_so(self, signed_in, cast, monkeypatch):
        valid = NewMembershipForm.is_valid

        def ends_meanwhile(form):
            found = valid(form)
            actions.end_circle(circle=cast.community.circle)
            return found

        monkeypatch.setattr(NewMembershipForm, "is_valid", ends_meanwhile)
        data = {"email": "outsider@example.org", "circle": cast.community.circle.pk, "role": Role.MEMBER}
        response = signed_in(cast.editor).post(url("membership", "create"), data)
        assert response.status_code == 200
        assert response.context["form"].errors == {"circle": ["This has ended. It takes nobody new."]}
        assert response.context["form"]["email"].value() == "outsider@example.org"
        assert not Membership.objects.filter(person=cast.outsider).exists()

    def test_who_is_in_it_can_still_come_to_lead_it(self, signed_in, cast):
        actions.join(person=cast.participant, circle=cast.community.circle)
        actions.end_circle(circle=cast.community.circle)
        place = Membership.objects.get(person=cast.participant, circle=cast.community.circle)
        sent = {"role": Role.LEAD}
        assert signed_in(cast.editor).post(url("membership", "edit", place.pk), sent).status_code == 302
        place.refresh_from_db()
        assert (place.role, place.state) == (Role.LEAD, State.ACTIVE)

    @pytest.mark.parametrize("what", ["circle", "membership"])
    def test_what_has_ended_is_not_offered(self, signed_in, cast, what):
        actions.end_circle(circle=cast.community.circle)
        field = {"circle": "parent", "membership": "circle"}[what]
        form = signed_in(cast.editor).get(url(what, "create")).context["form"]
        offered = set(form.fields[field].queryset)
        assert (cast.community.circle in offered, cast.cohort.circle in offered) == (False, True)
