"""The bulk: the same every time, its counters right, its index as Wagtail would have written it."""

import json
import random
import re

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.db.models import Count, F, Max, Model, Q
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail.models import Page
from wagtail.search.models import IndexEntry

from community_directory.models import Community, CommunityTheme, Connection
from discussion.models import Post, Space, Topic
from kit import markdown, search
from learning.models import GuidancePage, GuidanceStage, GuidanceTheme, LibraryPage
from members.enums import State
from members.models import Circle, Membership, Profile, Theme, User
from portal.demo import bulk, bulk_words
from portal.demo.bulk_rows import insert
from tests.factories import (
    CommunityFactory,
    OrganisationFactory,
    RegionFactory,
    SectorFactory,
    SpaceFactory,
    ThemeFactory,
    TopicFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
SIZES = {"communities": 30, "topics": 30, "posts": 120, "guidance": 8, "members": 320}


@pytest.fixture
def ground(pages, network):
    """What the bulk stands on: the words to file things under, pages, spaces, and a little of our own."""
    for number in range(3):
        OrganisationFactory(
            slug=f"home-{number}",
            sector=SectorFactory(slug=f"sector-{number}"),
            region=RegionFactory(slug=f"region-{number}"),
        )
    for slug in ("falls", "trust", "frailty", "discharge"):
        ThemeFactory(slug=slug)
    spaces = [SpaceFactory(order=number) for number in range(3)]
    community = CommunityFactory()
    community.themes.set(Theme.objects.all())
    TopicFactory(space=spaces[0], text="Tea or coffee?")
    Space.objects.filter(pk=spaces[0].pk).update(topic_count=1)
    return spaces


def _contents(*models: type[Model]) -> dict[str, list[dict]]:
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


MADE = (
    Circle, Community, CommunityTheme, Connection, GuidancePage, GuidanceStage, GuidanceTheme, Membership, Post,
    Profile, Topic, User,
)  # fmt: skip


def test_reaches_its_totals(ground):
    bulk.seed(**SIZES)
    counts = {
        "communities": Community.objects.count(),
        "topics": Topic.objects.count(),
        "posts": Post.objects.count(),
        "guidance": GuidancePage.objects.count(),
        "members": User.objects.count(),
    }
    assert counts == SIZES


def test_says_what_it_added(ground):
    added = bulk.seed(**SIZES)
    assert added == {"communities": 29, "topics": 29, "posts": 119, "guidance": 7, "members": 319}


def test_done_twice_it_adds_nothing(ground):
    bulk.seed(**SIZES)
    before = _contents(*MADE)
    assert set(bulk.seed(**SIZES).values()) == {0}
    assert _contents(*MADE) == before


def test_without_numbers_it_adds_nothing(ground):
    before = _contents(*MADE)
    assert set(bulk.seed().values()) == {0}
    assert _contents(*MADE) == before


def test_the_same_every_time(ground):
    """Rolled back and done again on the same ground, it makes the same rows."""
    point = connection.savepoint()
    bulk.seed(**SIZES)
    first = _contents(*MADE)
    connection.savepoint_rollback(point)
    random.seed(12345)
    bulk.seed(**SIZES)
    assert _contents(*MADE) == first


def test_grows_on_top_of_what_is_there(ground):
    bulk.seed(topics=10, posts=40)
    titles = dict(Topic.objects.values_list("pk", "title"))
    texts = dict(Post.objects.values_list("pk", "text"))
    bulk.seed(topics=30, posts=120)
    assert {key: title for key, title in Topic.objects.values_list("pk", "title") if key in titles} == titles
    assert {key: text for key, text in Post.objects.values_list("pk", "text") if key in texts} == texts
    assert (Topic.objects.count(), Post.objects.count()) == (30, 120)


def test_posts_alone_bring_a_topic_for_every_ten(ground):
    bulk.seed(posts=200)
    assert (Topic.objects.count(), Post.objects.count()) == (20, 200)


def test_every_topic_has_a_first_post_by_its_author(ground):
    bulk.seed(topics=20)
    openings = Post.objects.filter(number=1).values_list("topic_id", "author_id")
    assert dict(openings) == dict(Topic.objects.values_list("pk", "author_id"))
    assert Post.objects.count() == Topic.objects.count()


def test_counters_of_circles(ground):
    bulk.seed(**SIZES)
    counted = Circle.objects.annotate(
        people=Count("memberships", filter=Q(memberships__state=State.ACTIVE), distinct=True)
    )
    kept = dict(counted.values_list("pk", "member_count"))
    assert kept == dict(counted.values_list("pk", "people"))
    assert (
        max(kept.values()) == SIZES["members"] - 1
    )  # all but the one who was there before are in the network


@pytest.mark.parametrize("steps", [[(40, 160)], [(10, 10), (10, 60), (40, 160)]], ids=["once", "in steps"])
def test_counters_of_topics(ground, steps):
    for topics, posts in steps:
        bulk.seed(topics=topics, posts=posts)
    kept = list(
        Topic.objects.order_by("pk").values_list(
            "pk", "last_number", "reply_count", "last_post_at", "last_author_id"
        )
    )
    counted = []
    for topic in Topic.objects.order_by("pk"):
        last = topic.posts.order_by("-number").first()
        counted.append((topic.pk, last.number, topic.posts.count() - 1, last.created_at, last.author_id))
    # The topic of our own keeps what the factory wrote.
    assert kept[1:] == counted[1:]
    assert max(row[2] for row in kept) > 5


def test_counters_of_spaces(ground):
    bulk.seed(topics=40, posts=160)
    kept = list(Space.objects.order_by("pk").values_list("topic_count", "last_post_at"))
    counted = list(
        Space.objects.order_by("pk")
        .annotate(n=Count("topics"), at=Max("topics__last_post_at"))
        .values_list("n", "at")
    )
    assert kept == counted
    assert kept[0][0] > kept[1][0]


def test_numbers_and_times_run_upwards(ground):
    bulk.seed(topics=10, posts=30)
    bulk.seed(topics=10, posts=150)
    for topic in Topic.objects.all():
        rows = list(topic.posts.order_by("number").values_list("number", "created_at", "pk"))
        assert [number for number, _, _ in rows] == list(range(1, len(rows) + 1))
        assert [at for _, at, _ in rows] == sorted(at for _, at, _ in rows)


def test_nothing_is_newer_than_the_newest_of_our_own(ground):
    newest = Topic.objects.get().last_post_at
    bulk.seed(topics=40, posts=200)
    assert Topic.objects.latest("last_post_at").last_post_at == newest


def test_replies_are_to_earlier_posts_of_the_same_topic(ground):
    bulk.seed(topics=10, posts=200)
    answers = Post.objects.filter(reply_to__isnull=False)
    assert answers.count() > 0
    assert answers.exclude(reply_to__topic=F("topic")).count() == 0
    assert answers.filter(reply_to__number__gte=F("number")).count() == 0


def test_our_own_topics_get_no_bulk_posts(ground):
    mine = Topic.objects.get()
    bulk.seed(topics=10, posts=200)
    assert mine.posts.count() == 1


def test_html_is_what_rendering_gives(ground):
    bulk.seed(**SIZES)
    posts = {(text, html) for text, html in Post.objects.values_list("text", "text_html")}
    assert {(text, markdown.render(text)) for text, _ in posts} == posts
    for field in ("domain", "purpose", "practice"):
        rows = set(Community.objects.values_list(field, f"{field}_html"))
        assert {(text, markdown.render(text)) for text, _ in rows} == rows


def test_what_is_written_passes_the_models_own_checks(ground):
    bulk.seed(**SIZES)
    for model in (User, Circle, Membership, Community, Connection, Topic, Post):
        for row in model.objects.order_by("-pk")[:20]:
            row.full_clean(exclude=["password"])


def test_communities_have_what_a_listing_needs(ground):
    bulk.seed(communities=60)
    rows = Community.objects.annotate(
        s=Count("sectors", distinct=True),
        r=Count("regions", distinct=True),
        t=Count("theme_items", distinct=True),
    )
    assert rows.filter(Q(s=0) | Q(r=0)).count() == 0
    assert rows.filter(t__gt=0).count() > 30
    leads = Circle.objects.filter(community__isnull=False, memberships__role="lead").distinct()
    assert leads.count() == 59  # all but our own


def test_guidance_is_in_the_tree(ground):
    bulk.seed(guidance=8)
    library = LibraryPage.objects.get()
    assert library.numchild == 8
    assert [len(found) for found in Page.find_problems()] == [0, 0, 0, 0, 0]
    page = GuidancePage.objects.latest("pk")
    assert page.url_path == f"{library.url_path}{page.slug}/"
    assert [block.block_type for block in page.body][:2] == ["heading", "text"]
    another = library.add_child(instance=GuidancePage(title="By hand", slug="by-hand", in_short="Yes."))
    assert another.pk > page.pk


@pytest.mark.postgres
def test_rows_can_be_added_by_hand_afterwards(ground):
    """PostgreSQL's numbering goes on where the bulk ended."""
    bulk.seed(**SIZES)
    last = Topic.objects.latest("pk").pk
    assert TopicFactory(space=ground[0]).pk > last
    assert UserFactory().pk > SIZES["members"]
    assert CommunityFactory().circle_id > 30


def _in_any_order(words: str) -> str:
    """A text, or a tsvector without its positions: taggit hands out themes in no order."""
    return " ".join(sorted(re.sub(r":[\d,]+", ":", words).split()))


def _entries() -> list[tuple]:
    """The index: texts as they stand, those of communities in any order."""
    texts = [
        name
        for name in ("title", "autocomplete", "body", "title_text", "body_text")
        if hasattr(IndexEntry, name)
    ]
    community = ContentType.objects.get_for_model(Community).pk
    rows = IndexEntry.objects.values_list("content_type_id", "object_id", *texts)
    return sorted(
        (kind, key, *(_in_any_order(text) if kind == community else text for text in row))
        for kind, key, *row in rows
    )


def _norms() -> dict[tuple, float]:
    return {
        (ct, key): norm
        for ct, key, norm in IndexEntry.objects.values_list("content_type_id", "object_id", "title_norm")
    }


@pytest.mark.postgres
def test_index_is_what_wagtail_would_have_written(ground):
    call_command("update_index", verbosity=0)
    bulk.seed(**SIZES)
    entries, norms = _entries(), _norms()
    IndexEntry.objects.all().delete()
    call_command("update_index", verbosity=0)
    assert entries == _entries()
    assert len(entries) > sum(SIZES.values()) - SIZES["members"]
    assert norms == pytest.approx(_norms())


@pytest.mark.postgres
def test_index_finds_the_bulk(ground):
    bulk.seed(**SIZES)
    topic = Topic.objects.latest("pk")
    assert topic in search.matching(Topic.objects.all(), topic.title)
    post = Post.objects.latest("pk")
    assert post in search.matching(Post.objects.all(), " ".join(search.words(post.text)[:8]))
    community = Community.objects.latest("pk")
    assert community in search.matching(Community.objects.all(), community.name)
    page = GuidancePage.objects.latest("pk")
    assert page in search.matching(GuidancePage.objects.all(), page.title)


@pytest.mark.postgres
def test_insert_fills_in_defaults(db):
    insert(
        Circle, ("kind", "name", "slug", "created_at"), [("community", "A", "a", "2022-01-01 10:00:00+00:00")]
    )
    circle = Circle.objects.get()
    assert (circle.member_count, circle.parent, circle.ended_at) == (0, None, None)


def test_insert_counts_and_reports(ground, monkeypatch):
    lines: list[str] = []
    monkeypatch.setattr("portal.demo.bulk_rows._LINE_EVERY", 2)
    monkeypatch.setattr("portal.demo.bulk_rows.CHUNK", 2)
    person = UserFactory()
    circles = Circle.objects.bulk_create(
        Circle(kind="community", name=str(number), slug=str(number)) for number in range(5)
    )
    rows = ((person.pk, circle.pk, "member", "active", circle.created_at) for circle in circles)
    assert (
        insert(Membership, ("person_id", "circle_id", "role", "state", "created_at"), rows, lines.append) == 5
    )
    assert lines == ["  2 memberships", "  4 memberships"]


@pytest.mark.parametrize("sizes", [{"topics": 3}, {"guidance": 3}], ids=["no space", "no library"])
def test_says_what_is_missing(db, sizes):
    SectorFactory()
    RegionFactory()
    with pytest.raises(LookupError, match="load the demo first"):
        bulk.seed(**sizes)
    assert Topic.objects.count() == 0


def test_says_that_there_are_no_words(db):
    with pytest.raises(LookupError, match="no sectors or regions"):
        bulk.seed(communities=1)


def test_reports_what_it_does(ground):
    lines: list[str] = []
    bulk.seed(**SIZES, report=lines.append)
    assert [line for line in lines if not line.startswith(" ")] == [
        "Members: 319", "Communities: 29", "Guidance: 7", "Topics: 29", "Posts: 119", "Weights and statistics",
    ]  # fmt: skip


def test_load_demo_hands_its_numbers_on(ground, monkeypatch, capsys):
    monkeypatch.setattr("portal.demo.load.load", lambda **given: False)
    monkeypatch.setattr("portal.demo.people.ensure_passwords", lambda: None)
    call_command("load_demo", topics=12, posts=30)
    assert (Topic.objects.count(), Post.objects.count()) == (12, 30)
    assert "11 topics" in capsys.readouterr().out


@given(st.integers(), st.lists(st.integers(), min_size=1, max_size=20, unique=True), st.floats(0, 3))
@settings(max_examples=50, deadline=None)
def test_drawing_is_from_the_list_and_repeats(seed, items, exponent):
    draws = bulk_words.often(random.Random(seed), items, exponent)
    first = [next(draws) for _ in range(50)]
    again = bulk_words.often(random.Random(seed), items, exponent)
    assert [next(again) for _ in range(50)] == first
    assert set(first) <= set(items)


def test_the_first_is_drawn_most():
    draws = bulk_words.often(random.Random(1), range(10))
    counts = [0] * 10
    for _ in range(5000):
        counts[next(draws)] += 1
    assert counts[0] > 2 * counts[3] > 4 * counts[9]


@given(st.integers())
@settings(max_examples=25, deadline=None)
def test_joined_paragraphs_render_as_the_whole(seed):
    writer = bulk_words.Writer(random.Random(seed))
    whole = bulk_words.joined(*writer.paragraphs(3, 3), *writer.lists(1))
    assert whole.html == markdown.render(whole.text)


@pytest.mark.parametrize(
    ("kind", "longest"), [("topic_titles", 140), ("community_names", 120), ("guidance_titles", 200)]
)
def test_titles_fit(kind, longest):
    writer = bulk_words.Writer(random.Random(7))
    titles = [writer.write(kind) for _ in range(2000)]
    assert max(map(len, titles)) <= longest
    assert len(set(titles)) > 100
    assert not any("{" in title for title in titles)


def test_themes_of_the_words_are_those_of_the_demo():
    from portal.demo.source import read

    known = {row["slug"] for row in read("vocabulary.toml")["themes"]}
    assert {row["theme"] for row in bulk_words.WORDS["subjects"]} - known == set()


def test_body_is_json_that_streamfield_reads(ground):
    bulk.seed(guidance=3)
    raw = GuidancePage.objects.latest("pk").body.raw_data
    assert json.loads(json.dumps(list(raw))) == list(raw)
    assert len({block["id"] for block in raw}) == len(raw)
