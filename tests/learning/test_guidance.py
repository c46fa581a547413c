"""A resource: in short, then the thing itself, then what to read next."""

import json
import re
from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from files.models import PortalDocument
from kit.caching import forget_public_pages
from learning.models import GuidanceDownload, GuidancePage, GuidanceStage, RelatedGuidance, minutes_to_read
from learning.resource import as_published, as_written
from tests.home.conftest import every_block

pytestmark = pytest.mark.django_db


@pytest.fixture
def guidance(shelve) -> GuidancePage:
    return shelve(
        "Build trust", themes=["trust", "co-design"], stages=["maturing", "coalescing"], kind="exercise",
        in_short="Small promises, kept.", minutes=90, group_size="4 to 12", text="Say it, do it. " * 200,
    )  # fmt: skip


def shown(page: GuidancePage, reader: Client | None = None) -> str:
    response = (reader or Client()).get(f"/guidance/{page.slug}/")
    assert response.status_code == 200
    return response.content.decode()


def in_short(html: str) -> str:
    return re.search(r'<div class="p-short">.*?\n</div>', html, re.DOTALL)[0]


def test_it_begins_with_what_it_is_in_short(guidance):
    box = in_short(shown(guidance))
    words = " ".join(re.sub(r"<[^>]+>", " ", box).split())
    assert words.startswith(
        "In short Small promises, kept. Exercise 4 minutes to read 1 hour 30 minutes to run"
    )
    assert "Groups of 4 to 12" in words


def test_its_kind_themes_and_stages_lead_into_the_library(guidance):
    links = re.findall(r'<a [^>]*href="([^"]*)">([^<]*)', in_short(shown(guidance)))
    assert links == [
        ("/guidance/?kind=exercise", "Exercise"),
        ("/guidance/?theme=co-design", "Co design"),
        ("/guidance/?theme=trust", "Trust"),
        ("/guidance/?stage=maturing", "Finding our stride"),
        ("/guidance/?stage=coalescing", "Getting started"),
    ]
    for href, _ in links:
        assert "Build trust" in Client().get(href).content.decode()


def test_without_any_of_these_it_says_nothing_of_them(shelve):
    box = in_short(shown(shelve("Bare")))
    words = " ".join(re.sub(r"<[^>]+>", " ", box).split())
    assert words == "In short In short. Guide 1 minute to read"


def test_it_says_when_it_was_reviewed(guidance):
    assert "Last reviewed: 1 January 2026" in shown(guidance)


def test_a_page_has_one_title_and_a_way_back(guidance):
    html = shown(guidance)
    assert re.findall(r"<h1[^>]*>([^<]*)", html) == ["Build trust"]
    assert re.findall(r'nhsuk-breadcrumb__link" href="([^"]*)"', html) == ["/", "/guidance/"]
    assert "<title>Build trust – " in html
    assert '<meta name="description" content="Small promises, kept.">' in html


def test_a_review_that_is_noted_counts_more_than_the_day_of_publishing(guidance):
    GuidancePage.objects.filter(pk=guidance.pk).update(reviewed_on=date(2026, 3, 4))
    assert "Last reviewed: 4 March 2026" in shown(guidance)


def test_it_says_for_whom_it_is(shelve):
    page = shelve("For some", audiences=["sponsor", "member"])
    links = re.findall(r'<a [^>]*href="([^"]*)">([^<]*)', in_short(shown(page)))
    assert links[1:] == [
        ("/guidance/?audience=sponsor", "Managers and sponsors"),
        ("/guidance/?audience=member", "Members"),
    ]
    for href, _ in links:
        assert "For some" in Client().get(href).content.decode()


@pytest.mark.parametrize(
    ("licence", "said"),
    [
        ("cc-by", 'href="https://creativecommons.org/licenses/by/4.0/" rel="license noopener">'),
        ("own", "Ask before you use it elsewhere"),
    ],
)
def test_it_says_on_what_terms_it_may_be_used(shelve, licence, said):
    html = shown(shelve("Terms", licence=licence, credit="By A. <Writer>"))
    assert said in html
    assert "By A. &lt;Writer&gt;" in html


def test_without_terms_it_says_nothing_of_them(guidance):
    assert 'rel="license' not in shown(guidance)


def test_files_to_download_are_for_those_who_may_have_them(guidance, media, cast, signed_in):
    own = PortalDocument(title="Slides", circle=cast.cohort.circle, file_size=2048)
    own.file.save("slides.pdf", ContentFile(b"%PDF-1.4"))
    own.save()
    for place, (document, title) in enumerate([(own, ""), (media.document, "The form")]):
        GuidanceDownload.objects.create(page=guidance, document=document, title=title, sort_order=place)
    listed = r'<li><a href="([^"]*)">([^<]*) <span class="p-resource__kind">\((\w+)'
    assert re.findall(listed, shown(guidance, signed_in(cast.participant))) == [
        (own.url, "Slides", "PDF"),
        (media.document.url, "The form", "PDF"),
    ]
    assert re.findall(listed, shown(guidance)) == [(media.document.url, "The form", "PDF")]


# -- what to read next -----------------------------------------------------------------------------------


def test_what_is_related_comes_in_its_order(guidance, shelve):
    others = [shelve(title, in_short=f"About {title}.") for title in ("Map it", "Troika")]
    for place, other in enumerate(reversed(others)):
        RelatedGuidance.objects.create(page=guidance, other=other, sort_order=place)
    html = shown(guidance)
    assert re.findall(r'<a class="p-card__link" href="([^"]*)">([^<]*)', html) == [
        (f"/guidance/{others[1].slug}/", "Troika"),
        (f"/guidance/{others[0].slug}/", "Map it"),
    ]


def test_what_is_related_and_private_is_for_its_people_alone(guidance, shelve, cast, signed_in):
    secret = shelve("Our secret", circle=cast.cohort.circle)
    draft = shelve("Our draft", live=False)
    for place, other in enumerate((secret, draft)):
        RelatedGuidance.objects.create(page=guidance, other=other, sort_order=place)
    assert "Our secret" in shown(guidance, signed_in(cast.participant))
    for stranger in (Client(), signed_in(cast.outsider), signed_in(cast.editor)):
        html = shown(guidance, stranger)
        assert "Our secret" not in html
        assert "Read next" not in html
        assert "Our draft" not in html


def test_where_none_is_chosen_what_is_about_the_same_is_shown(guidance, shelve, cast, signed_in):
    shelve("Also trust", themes=["trust"], stages=["maturing"])
    shelve("Our trust", themes=["trust", "co-design"], circle=cast.cohort.circle)
    shelve("Elsewhere", themes=["rhythm"])
    named = r'<a class="p-card__link" href="[^"]*">([^<]*)'
    assert re.findall(named, shown(guidance)) == ["Also trust"]
    assert re.findall(named, shown(guidance, signed_in(cast.participant))) == ["Our trust", "Also trust"]
    chosen = shelve("Chosen")
    RelatedGuidance.objects.create(page=guidance, other=chosen, sort_order=0)
    forget_public_pages()
    assert re.findall(named, shown(guidance)) == ["Chosen"]


def test_what_is_written_and_what_is_published_are_said_alike(guidance, shelve):
    other = shelve("Troika")
    RelatedGuidance.objects.create(page=guidance, other=other, sort_order=0)
    page = GuidancePage.objects.get(pk=guidance.pk)
    written, published = as_written(page), as_published(page)
    assert written.stages == published.stages == [
        ("maturing", "Finding our stride"), ("coalescing", "Getting started"),
    ]  # fmt: skip
    assert sorted(written.themes) == sorted(published.themes)
    assert written.related == published.related == [other.pk]


def test_a_preview_shows_themes_and_stages_that_are_not_saved_yet(guidance, theme, cast, signed_in):
    page = GuidancePage.objects.get(pk=guidance.pk)
    page.themes.set([theme("rhythm")])
    page.stages.set([GuidanceStage(stage="potential")])
    page.save_revision()
    html = signed_in(cast.editor).get(f"/admin/pages/{page.pk}/view_draft/").content.decode()
    assert "Rhythm" in html
    assert "Just an idea" in html
    assert "Rhythm" not in shown(guidance)


# -- who may see it --------------------------------------------------------------------------------------


def test_a_private_resource_is_for_its_people_alone(shelve, cast, signed_in, client):
    page = shelve("Our secret", circle=cast.cohort.circle)
    assert "Our secret" in shown(page, signed_in(cast.participant))
    for stranger in (client, signed_in(cast.outsider), signed_in(cast.admin), signed_in(cast.editor)):
        response = stranger.get(f"/guidance/{page.slug}/")
        assert response.status_code == 404
        assert "Our secret" not in response.content.decode()


def test_seeing_and_being_listed_agree(shelve, cast):
    made = [
        shelve("Open"),
        shelve("Cohort's", circle=cast.cohort.circle),
        shelve("Community's", circle=cast.community.circle),
        shelve("Network's", circle=cast.facilitator.memberships.get(circle__kind="network").circle),
        shelve("Draft", live=False),
    ]
    numbers = []
    for name in ("admin", "editor", "facilitator", "convener", "participant", "outsider"):
        person = getattr(cast, name)
        listed = set(GuidancePage.objects.visible_to(person))
        assert {page for page in made if page.can_see(person)} == listed
        numbers.append(len(listed))
    assert numbers == [2, 2, 3, 4, 3, 1]


# -- minutes to read -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (1, 1), (200, 1), (201, 2), (400, 2), (1000, 5)])
def test_two_hundred_words_take_a_minute(shelve, words, minutes):
    assert shelve("x", text="word " * words).minutes_to_read == minutes


def test_every_block_is_read(shelve, media, pages):
    page = shelve("x")
    page.body = json.dumps(every_block(media, pages.library.pk) * 40)
    page.save()
    one = GuidancePage(title="y", body=json.dumps(every_block(media, pages.library.pk)))
    assert minutes_to_read(one.body) == 1
    assert 10 <= page.minutes_to_read <= 25


def test_they_are_counted_again_when_a_draft_is_published(shelve):
    page = shelve("x")
    page.body = json.dumps([{"type": "text", "value": "<p>" + "word " * 1000 + "</p>"}])
    revision = page.save_revision()
    assert GuidancePage.objects.get(pk=page.pk).minutes_to_read == 1
    revision.publish()
    assert GuidancePage.objects.get(pk=page.pk).minutes_to_read == 5
    assert revision.as_object().minutes_to_read == 5


def test_what_is_live_has_a_day_of_publication(pages):
    page = pages.library.add_child(instance=GuidancePage(title="x", slug="x", in_short="x"))
    assert page.first_published_at is not None
    draft = pages.library.add_child(instance=GuidancePage(title="y", slug="y", in_short="y", live=False))
    assert draft.first_published_at is None


# -- what it costs ---------------------------------------------------------------------------------------


@pytest.fixture
def full(shelve, media, pages):
    """A resource with every block many times over, and everything around it."""

    def make(times: int) -> GuidancePage:
        page = shelve("Full", themes=["trust", "rhythm"], stages=["maturing"])
        page.body = json.dumps(every_block(media, pages.library.pk) * times)
        page.save()
        for place in range(3):
            RelatedGuidance.objects.create(page=page, other=shelve(f"Other {place}"), sort_order=place)
        shown(page)
        return page

    return make


@pytest.mark.parametrize("times", [1, 4])
def test_a_visitor_costs_eight_queries_whatever_the_number_of_blocks(
    client, full, alone, django_assert_num_queries, times
):
    page = full(times)
    client.cookies["sessionid"] = "none"
    # the page; what is said about it; what is related; pictures, their sizes; documents to download; pages and documents linked to
    with django_assert_num_queries(8):
        shown(page, client)


@pytest.mark.parametrize("times", [1, 4])
def test_somebody_signed_in_costs_three_more(full, cast, signed_in, alone, django_assert_num_queries, times):
    page = full(times)
    reader = signed_in(cast.participant)
    # session, person, circles
    with django_assert_num_queries(11):
        shown(page, reader)


def test_with_the_talk_about_it_a_visitor_costs_ten_at_most(client, full, django_assert_max_num_queries):
    page = full(3)
    client.cookies["sessionid"] = "none"
    with django_assert_max_num_queries(10):
        shown(page, client)


def test_a_visitor_who_comes_second_costs_none(client, guidance, django_assert_num_queries):
    first = shown(guidance, client)
    with django_assert_num_queries(0):
        assert shown(guidance, client) == first
