"""The admin: one menu that an editor understands, and nothing in it that the package leaves open."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils.html import strip_tags
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission

from community_directory.models import Connection
from members.models import AccountRequest, Membership
from portal import admin_home
from portal.editors import EDITORS, ensure_editor_group, take_back_from_editors
from portal.modeladmin import PeopleAndPlaces
from tests.factories import (
    CommunityFactory,
    OrganisationFactory,
    SessionFactory,
    ThemeFactory,
    TopicFactory,
)

MODELS = {
    "community_directory.community",
    "community_directory.connection",
    "cohorts.cohort",
    "cohorts.session",
    "discussion.post",
    "discussion.space",
    "discussion.topic",
    "members.accountrequest",
    "members.circle",
    "members.membership",
    "members.organisation",
    "members.region",
    "members.sector",
    "members.theme",
}


def admins() -> dict[str, object]:
    return {one.model._meta.label_lower: one for one in PeopleAndPlaces().modeladmin_instances}


def url(label: str, action: str, *args) -> str:
    return reverse(f"{label.replace('.', '_')}_modeladmin_{action}", args=args)


def words_of(response) -> str:
    """What people read on a screen."""
    page = re.sub(r"<(script|svg|template)\b.*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    return strip_tags(page.split("<main")[-1])


@pytest.fixture
def things(cast, pages):
    """One thing of each kind at least, that an editor finds."""
    SessionFactory()
    ThemeFactory()
    OrganisationFactory()
    TopicFactory()
    AccountRequest.objects.create(
        email=cast.outsider.email, first_name="Out", reason="I care.", state="waiting", person=cast.outsider
    )
    EmailAddress.objects.create(user=cast.outsider, email=cast.outsider.email, verified=True)
    Connection.objects.create(
        source=cast.community, target=CommunityFactory(), reason="Both care.", state="accepted"
    )


def test_menu_holds_what_was_promised():
    assert set(admins()) == MODELS


def test_words_of_the_menu_are_those_of_people():
    labels = [str(one.get_menu_label()) for one in admins().values()]
    assert [label for label in labels if "ircle" in label] == []
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("who", ["editor", "admin"])
@pytest.mark.parametrize("label", sorted(MODELS))
def test_screens_open(signed_in, cast, things, who, label):
    person = getattr(cast, who)
    client = signed_in(person)
    admin = admins()[label]
    index = client.get(url(label, "index"))
    first = admin.get_queryset(index.wsgi_request).first()
    create = client.get(url(label, "create"))
    edit = client.get(url(label, "edit", first.pk))
    helper = admin.permission_helper
    assert index.status_code == 200
    assert create.status_code == (200 if helper.user_can_create(person) else 302)
    assert edit.status_code == (200 if helper.user_can_edit_obj(person, first) else 302)
    if admin.inspect_view_enabled:
        assert client.get(url(label, "inspect", first.pk)).status_code == 200
    for response in (index, create, edit):
        assert "circle" not in words_of(response).lower()


@pytest.mark.parametrize("who", ["facilitator", "convener", "participant", "outsider"])
def test_others_are_sent_away(signed_in, cast, who):
    client = signed_in(getattr(cast, who))
    for label in MODELS:
        response = client.get(url(label, "index"))
        assert response.status_code == 302
        assert response["Location"] == "/admin/login/?next=" + url(label, "index")


@pytest.mark.parametrize("label", sorted(MODELS))
def test_visitors_are_asked_to_sign_in(client, db, label):
    for action in ("index", "create"):
        assert client.get(url(label, action))["Location"].startswith("/admin/login/?next=")


class TestGuard:
    def test_a_list_filters_by_nothing_that_it_does_not_offer(self, signed_in, cast):
        client = signed_in(cast.editor)
        index = url("members.membership", "index")
        everybody = client.get(index).context["result_count"]
        assert everybody == Membership.objects.count()
        for probe in (
            "person__password__startswith=nothing",
            "person__email=participant@example.org",
            "person__last_login__isnull=1",
            "person__sessions__x=1",
            "nothing=1",
            "pk__in=1",
            "circle__kind__regex=^a",
        ):
            assert client.get(f"{index}?{probe}").context["result_count"] == everybody, probe

    def test_what_it_offers_works(self, signed_in, cast):
        client = signed_in(cast.editor)
        index = url("members.membership", "index")
        leads = client.get(f"{index}?role__exact=lead").context["result_count"]
        assert leads == Membership.objects.filter(role="lead").count()
        network = client.get(f"{index}?circle__kind__exact=network").context["result_count"]
        assert network == Membership.objects.filter(circle__kind="network").count()

    @pytest.mark.parametrize("label", ["members.membership", "cohorts.session", "members.organisation"])
    def test_hostile_queries_are_never_an_error_of_ours(self, signed_in, cast, things, label):
        client = signed_in(cast.admin)
        for query in (
            "q=%00",
            "q=" + "a" * 5000,
            "p=x",
            "p=-1",
            "p=99999999999999999999",
            "o=x.y",
            "o=99",
            "o=-",
            "role__exact=%00",
            "sector=%00",
            "export=exe",
        ):
            assert client.get(f"{url(label, 'index')}?{query}").status_code in (200, 302), query

    @pytest.mark.parametrize("label", sorted(MODELS))
    def test_what_is_not_there_is_not_found(self, signed_in, cast, label):
        client = signed_in(cast.admin)
        has_history = admins()[label].history_view_enabled
        for action in ("edit", "delete", *(["history"] if has_history else [])):
            for pk in ("999999", "abc", "99999999999999999999999999", "-1"):
                assert client.get(url(label, action, pk)).status_code == 404, (action, pk)

    def test_history_of_what_one_does_not_find_is_not_found(self, signed_in, cast):
        """The package asks nobody's permission to show a history."""
        cast.editor.groups.get(name=EDITORS).permissions.remove(
            *_rights("view_membership", "change_membership", "add_membership")
        )
        membership = Membership.objects.first()
        client = signed_in(cast.editor)
        assert client.get(url("members.membership", "history", membership.pk)).status_code == 404
        assert client.get(url("members.membership", "edit", membership.pk)).status_code == 404

    @pytest.mark.parametrize("number", [1, 30])
    @pytest.mark.parametrize(
        ("label", "queries"),
        [("members.membership", 11), ("members.circle", 11), ("community_directory.community", 17)],
    )
    def test_lists_do_not_ask_for_each_row(
        self, signed_in, cast, label, queries, number, django_assert_num_queries
    ):
        for _ in range(number):
            OrganisationFactory()
            CommunityFactory()
        client = signed_in(cast.admin)
        client.get(url(label, "index"))
        with django_assert_num_queries(queries):
            client.get(url(label, "index"))


def _rights(*codenames):
    from django.contrib.auth.models import Permission

    return Permission.objects.filter(codename__in=codenames)


class TestEditorGroup:
    def rights(self, group):
        return (
            set(group.permissions.values_list("codename", flat=True)),
            set(
                GroupPagePermission.objects.filter(group=group).values_list("permission__codename", flat=True)
            ),
            set(
                GroupCollectionPermission.objects.filter(group=group).values_list(
                    "permission__codename", flat=True
                )
            ),
        )

    def test_is_there_after_migrating(self, db):
        from django.contrib.auth.models import Group

        own, on_pages, on_files = self.rights(Group.objects.get(name=EDITORS))
        assert {"access_admin", "publish_community", "change_sitesettings", "change_membership"} <= own
        assert {"add_page", "change_page", "publish_page"} <= on_pages
        assert {
            "add_image",
            "change_image",
            "choose_image",
            "add_document",
            "change_document",
            "choose_document",
        } == on_files

    def test_twice_changes_nothing(self, db):
        before = self.rights(ensure_editor_group())
        counts = (GroupPagePermission.objects.count(), GroupCollectionPermission.objects.count())
        assert self.rights(ensure_editor_group()) == before
        assert counts == (GroupPagePermission.objects.count(), GroupCollectionPermission.objects.count())

    def test_gives_back_what_was_lost_and_keeps_what_was_added(self, db):
        group = ensure_editor_group()
        extra = _rights("add_redirect").get()
        group.permissions.add(extra)
        group.permissions.remove(*_rights("publish_community"))
        own, _, _ = self.rights(ensure_editor_group())
        assert {"publish_community", "add_redirect"} <= own

    def test_may_not_make_accounts_or_groups_or_delete(self, db):
        own, _, _ = self.rights(ensure_editor_group())
        forbidden = {"add_user", "change_user", "delete_user", "add_group", "change_group"}
        assert own & forbidden == set()
        of_wagtail = {"delete_image", "delete_document"}
        assert {codename for codename in own if codename.startswith("delete_")} <= of_wagtail

    def test_can_be_taken_back(self, db):
        group = ensure_editor_group()
        take_back_from_editors()
        rooms = ("members", "cohorts", "home", "community_directory", "discussion")
        assert group.permissions.filter(content_type__app_label__in=rooms).count() == 0
        assert "access_admin" in self.rights(group)[0]
        take_back_from_editors()

    def test_taking_back_without_a_group_does_no_harm(self, db):
        ensure_editor_group().delete()
        take_back_from_editors()

    def test_an_editor_writes_pages_and_puts_in_files(self, signed_in, cast, pages):
        client = signed_in(cast.editor)
        assert client.get(reverse("wagtailimages:add")).status_code == 200
        assert client.get(reverse("wagtaildocs:add")).status_code == 200
        assert client.get(reverse("wagtailadmin_pages:edit", args=[pages.home.pk])).status_code == 200
        add = reverse("wagtailadmin_pages:add", args=["learning", "guidancepage", pages.library.pk])
        assert client.get(add).status_code == 200
        assert Collection.get_first_root_node() is not None


class TestFirstScreen:
    def titles(self, person) -> list[str]:
        return [thing.title for thing in admin_home.first_things(person)]

    def test_opens_and_says_what_to_do_first(self, signed_in, cast, pages):
        response = signed_in(cast.editor).get("/admin/")
        assert response.status_code == 200
        page = response.content.decode()
        assert page.count("What to do first") >= 1
        assert "gravatar" not in page
        assert "Welcome, Editor" in page

    def test_what_waits_comes_first(self, cast, pages, monkeypatch):
        monkeypatch.setattr(admin_home, "reverse", lambda name, **kwargs: f"/{name}/")
        assert self.titles(cast.editor) == ["Add guidance", "Load a programme", "Read the editor’s guide"]
        CommunityFactory(state="submitted")
        assert self.titles(cast.editor)[0] == "Publish 1 community"
        CommunityFactory(state="submitted")
        CommunityFactory(state="draft")
        assert self.titles(cast.editor)[0] == "Publish 2 communities"

    def test_only_what_one_may_do(self, cast, pages):
        CommunityFactory(state="submitted")
        assert self.titles(cast.participant) == ["Read the editor’s guide"]

    def test_guide_opens_for_who_works_here(self, signed_in, client, cast):
        response = signed_in(cast.editor).get("/admin/guide/")
        assert response.status_code == 200
        assert response.content.decode().count("The editor’s guide") >= 1
        assert client.get("/admin/guide/").status_code == 302
        assert signed_in(cast.participant).get("/admin/guide/").status_code == 302

    def test_bears_our_mark(self, signed_in, cast, pages):
        page = signed_in(cast.editor).get("/admin/guide/").content.decode()
        assert page.count('aria-label="Communities of Practice"') == 1
        assert "favicon.svg" in page
