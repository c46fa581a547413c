"""Two words of a managed list become one: everything that has the one gets the other, and nothing is lost."""

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse
from modelcluster.fields import ParentalManyToManyField
from wagtail.models import ModelLogEntry, Page
from wagtail.search.backends import get_search_backend

from community_directory import vocabulary
from community_directory.models import Community
from kit import caching
from learning.filters import Wanted
from learning.library import look
from learning.models import GuidancePage, GuidanceTheme, ModuleTheme
from learning.shelf import shelf
from members.errors import MergedAlready, SameTerm
from members.merging import merge, relations_of, what_moves
from members.models import Organisation, Region, Sector, Theme
from portal.editors import ensure_editor_group
from tests.factories import CommunityFactory, OrganisationFactory, RegionFactory, SectorFactory, ThemeFactory

TERMS = (Theme, Sector, Region, Organisation)


def merge_url(term) -> str:
    return reverse(f"members_{term._meta.model_name}_modeladmin_merge", args=[term.pk])


@pytest.fixture
def themes(pages, cast):
    """Two themes: a page, a module, a community and a person have the first, another page has both."""
    gone, stays = ThemeFactory(slug="falls", name="Falls"), ThemeFactory(slug="falling", name="Falling")
    pages.guidance.themes.set([gone])
    pages.guidance.save()
    other = GuidancePage(title="Both", slug="both", in_short="x")
    pages.library.add_child(instance=other)
    other.themes.set([gone, stays])
    other.save()
    pages.module.themes.set([gone])
    pages.module.save()
    cast.community.themes.set([gone, stays])
    cast.participant.profile.interests.set([gone])
    cast.convener.profile.interests.set([gone, stays])
    return gone, stays


class TestTheAction:
    def test_everything_moves_and_who_has_both_keeps_one(self, themes, cast, pages):
        gone, stays = themes
        assert merge(gone=gone, stays=stays) == stays
        assert not Theme.objects.filter(pk=gone.pk).exists()
        assert list(
            GuidanceTheme.objects.order_by("content_object").values_list("content_object__title", "tag")
        ) == [
            (pages.guidance.title, stays.pk),
            ("Both", stays.pk),
        ]
        assert list(ModuleTheme.objects.values_list("tag", flat=True)) == [stays.pk]
        assert list(cast.community.themes.all()) == [stays]
        assert list(stays.profiles.order_by("pk").values_list("user__first_name", flat=True)) == [
            "Convener",
            "Participant",
        ]

    @pytest.mark.parametrize("model", TERMS)
    def test_no_relation_is_forgotten(self, cast, model):
        """A row for each way there is to point at a word, a later one too: fails if it would not move."""
        factories = {
            Theme: ThemeFactory,
            Sector: SectorFactory,
            Region: RegionFactory,
            Organisation: OrganisationFactory,
        }
        gone, stays = factories[model](slug="gone"), factories[model](slug="stays")
        ways = relations_of(model)
        assert {way.field for way in ways} == {
            field
            for one in _every_model()
            for field in one._meta.local_fields
            if field.remote_field and field.related_model is model
        }
        for way in ways:
            _point(way, gone)
            assert way.rows(gone).count() == 1
        merge(gone=gone, stays=stays)
        assert [(str(way.field), way.rows(stays).count()) for way in ways] == [
            (str(way.field), 1) for way in ways
        ]
        assert not model.objects.filter(pk=gone.pk).exists()

    @pytest.mark.parametrize("model", TERMS)
    def test_no_page_names_a_word_where_its_versions_would_not_be_written_anew(self, model):
        pointing = [way.field for way in relations_of(model) if issubclass(way.model, Page)]
        several = [
            field
            for one in _every_model()
            for field in one._meta.local_many_to_many
            if isinstance(field, ParentalManyToManyField) and field.related_model is model
        ]
        assert (pointing, several) == ([], [])

    def test_drafts_and_earlier_versions_keep_their_themes(self, themes, pages):
        gone, stays = themes
        draft = GuidancePage.objects.get(pk=pages.guidance.pk)
        draft.themes.set([gone, stays])
        draft.save_revision()
        other = ThemeFactory(slug="other")
        draft.themes.set([gone, other])
        draft.save_revision()
        merge(gone=gone, stays=stays)
        found = GuidancePage.objects.get(pk=draft.pk)
        both, last = [revision.as_object() for revision in found.revisions.order_by("pk")]
        assert {theme.pk for theme in both.themes.all()} == {stays.pk}
        assert len(both.theme_items.all()) == 1
        assert {theme.pk for theme in last.themes.all()} == {stays.pk, other.pk}
        found.get_latest_revision().publish()
        assert set(GuidancePage.objects.get(pk=draft.pk).themes.all()) == {stays, other}

    def test_a_number_that_only_looks_alike_is_left(self, themes, pages):
        gone, stays = themes
        draft = GuidancePage.objects.get(pk=pages.guidance.pk)
        draft.themes.set([stays])
        draft.in_short = f'"tag": {gone.pk}'
        revision = draft.save_revision()
        revision.refresh_from_db()
        before = revision.content
        merge(gone=gone, stays=stays)
        revision.refresh_from_db()
        assert revision.content == before

    def test_library_directory_and_public_pages_show_it_at_once(
        self, themes, cast, django_capture_on_commit_callbacks
    ):
        gone, stays = themes
        assert {"falls", "falling"} <= set(shelf().themes)
        assert gone.pk in vocabulary.terms()["theme"]
        version = caching.version()
        with django_capture_on_commit_callbacks(execute=True):
            merge(gone=gone, stays=stays)
        assert caching.version() != version
        assert "falls" not in shelf().themes
        assert gone.pk not in vocabulary.terms()["theme"]
        found = look(cast.participant, Wanted(themes=("falling",)))
        assert found.total == 2
        assert look(cast.participant, Wanted(themes=("falls",))).unknown_themes == ["falls"]

    def test_a_community_is_found_by_the_word_that_stays(self, themes, cast):
        gone, stays = themes
        community = CommunityFactory(name="Night shifts")
        community.themes.set([gone])
        merge(gone=gone, stays=stays)
        found = get_search_backend().search("Falling", Community.objects.filter(pk=community.pk))
        assert list(found) == [community]

    def test_a_word_is_not_merged_into_itself(self, themes):
        gone, _ = themes
        with pytest.raises(SameTerm):
            merge(gone=gone, stays=gone)
        assert GuidanceTheme.objects.filter(tag=gone).count() == 2

    @pytest.mark.parametrize("lost", [0, 1])
    def test_with_one_gone_nothing_moves(self, themes, lost):
        pair = list(themes)
        name = pair[lost].name
        pair[lost].delete()
        pair[lost].pk = pair[lost].pk or 10**9
        with pytest.raises(MergedAlready):
            merge(gone=pair[0], stays=pair[1])
        assert list(Theme.objects.filter(name__in=["Falls", "Falling"]).values_list("name", flat=True)) == [
            ({"Falls", "Falling"} - {name}).pop()
        ]

    def test_it_is_logged_with_its_old_address(self, themes, cast):
        gone, stays = themes
        merge(gone=gone, stays=stays, by=cast.editor)
        entry = ModelLogEntry.objects.get(action="members.merged")
        assert (entry.user, entry.object_id, entry.data["merged"], entry.data["slug"]) == (
            cast.editor,
            str(stays.pk),
            "Falls",
            "falls",
        )

    def test_what_moves_is_counted_in_words(self, themes):
        gone, _ = themes
        assert sorted(what_moves(gone)) == ["1 community", "1 module page", "2 guidance pages", "2 people"]


def _every_model():
    return apps.get_models(include_auto_created=True)


def _point(way, term) -> None:
    """A row that points at a word in this way; what else it needs is made up."""
    if way.partner:
        _row(way.model, **{way.field.name: term, way.partner.name: _some(way.partner.related_model)})
    else:
        thing = _some(way.model)
        setattr(thing, way.field.name, term)
        thing.save()


def _row(model: type[models.Model], **values) -> None:
    model._base_manager.create(**values)


def _some(model: type[models.Model]):
    """Any one of these, made if there is none."""
    made = {Community: CommunityFactory, Organisation: OrganisationFactory}
    if model in made:
        return made[model]()
    found = model._base_manager.first()
    if found is None and issubclass(model, Page):
        found = model(title="A page", slug=f"some-{model._meta.model_name}", live=False)
        Page.get_first_root_node().add_child(instance=found)
    assert found is not None, f"say here how a {model.__name__} is made"
    return found


class TestTheScreen:
    @pytest.fixture(autouse=True)
    def _rights(self, cast):
        ensure_editor_group()

    def test_the_list_leads_there(self, signed_in, cast, themes):
        page = signed_in(cast.editor).get(reverse("members_theme_modeladmin_index"))
        assert f'href="{merge_url(themes[0])}"' in page.text

    def test_choose_look_agree(self, signed_in, cast, themes):
        gone, stays = themes
        client, url = signed_in(cast.editor), merge_url(gone)
        chosen = client.get(url)
        assert [theme.pk for theme in chosen.context["form"].fields["into"].queryset] == [stays.pk]
        shown = client.get(url, {"into": stays.pk})
        assert "2 guidance pages" in shown.text
        assert Theme.objects.filter(pk=gone.pk).exists()
        done = client.post(url, {"into": stays.pk}, follow=True)
        assert "“Falls” is now part of “Falling”." in done.text
        assert not Theme.objects.filter(pk=gone.pk).exists()
        assert client.post(url, {"into": stays.pk}).status_code == 404

    @pytest.mark.parametrize("into", ["", "x", "0", "9" * 30, "\x00"])
    def test_what_is_no_choice_is_said(self, signed_in, cast, themes, into):
        client, url = signed_in(cast.editor), merge_url(themes[0])
        for response in (client.get(url, {"into": into}), client.post(url, {"into": into})):
            assert response.status_code == 200
            assert list(response.context["form"].errors) == ["into"]
        assert Theme.objects.filter(pk=themes[0].pk).exists()

    def test_into_itself_is_no_choice(self, signed_in, cast, themes):
        response = signed_in(cast.editor).post(merge_url(themes[0]), {"into": themes[0].pk})
        assert list(response.context["form"].errors) == ["into"]

    @pytest.mark.parametrize("who", ["facilitator", "convener", "participant", "outsider"])
    def test_others_may_not(self, signed_in, cast, themes, who):
        response = signed_in(getattr(cast, who)).post(merge_url(themes[0]), {"into": themes[1].pk})
        assert response.status_code == 302
        assert Theme.objects.filter(pk=themes[0].pk).exists()

    def test_an_editor_without_the_right_may_not(self, signed_in, cast, editors, themes):
        editors.permissions.remove(*editors.permissions.filter(codename="change_theme"))
        response = signed_in(cast.editor).post(merge_url(themes[0]), {"into": themes[1].pk})
        assert response.status_code == 404
        assert Theme.objects.filter(pk=themes[0].pk).exists()

    @pytest.mark.parametrize("pk", ["0", "x", "9" * 30, "²"])
    def test_what_is_not_there_is_404(self, signed_in, cast, pk):
        assert signed_in(cast.editor).get(f"/admin/members/theme/merge/{pk}/").status_code == 404

    @pytest.mark.parametrize("model", ["sector", "region", "organisation"])
    def test_every_list_has_it(self, signed_in, cast, model):
        factory = {"sector": SectorFactory, "region": RegionFactory, "organisation": OrganisationFactory}[
            model
        ]
        gone, stays = factory(), factory()
        assert signed_in(cast.editor).post(merge_url(gone), {"into": stays.pk}).status_code == 302
        assert not type(gone).objects.filter(pk=gone.pk).exists()
