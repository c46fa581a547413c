"""What is put into words for lists and pages, and the markup that it becomes."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from community_directory.enums import CommunityState
from discussion import actions, asked, overview, rows
from discussion.models import Topic
from kit.templatetags.kit_tags import initials
from members.enums import CircleKind
from members.models import Circle, User
from tests.discussion.test_space_page import words
from tests.factories import CircleFactory, CommunityFactory

# -- names and sentences -------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        ("Ada", "Lovelace", "Ada Lovelace"),
        ("Ada", "", "Ada"),
        ("", "Lovelace", "Lovelace"),
        ("", "", "A member"),
        (None, None, "Former member"),
    ],
)
def test_a_name(first: str | None, last: str | None, name: str) -> None:
    assert rows.name_of(first, last) == name
    if first is not None:
        assert User(first_name=first, last_name=last).name == name


@pytest.mark.parametrize(
    ("kind", "number", "sentence"),
    [
        (CircleKind.NETWORK, 62, "Only the 62 people of the network can see this."),
        (CircleKind.NETWORK, 1234, "Only the 1,234 people of the network can see this."),
        (CircleKind.COHORT, 24, "Only the 24 people of Falls, facilitators included, can see this."),
        (CircleKind.COMMUNITY, 1, "Only the 1 person of Falls, conveners included, can see this."),
        (CircleKind.GROUP, 2, "Only the 2 people of Falls can see this."),
    ],
)
def test_who_can_see_it_in_a_sentence(kind: str, number: int, sentence: str) -> None:
    assert rows.audience(Circle(kind=kind, name="Falls", member_count=number)) == sentence
    assert "circle" not in sentence


@pytest.mark.parametrize(("number", "words_"), [(0, ""), (1, "1"), (99, "99"), (100, "99+")])
def test_how_many_are_new(number: int, words_: str) -> None:
    assert overview.in_words(number) == words_


def test_roles_of_nobody_cost_nothing(cast, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert rows.roles_of([None], cast.cohort.circle) == {}


@pytest.mark.parametrize("number", [1, 8, 9, 30])
def test_roles_of_many_are_asked_once(cast, number, django_assert_num_queries) -> None:
    people = [cast.convener.pk, None, *range(10_000, 10_000 + number)]
    rows.roles_of(people, cast.cohort.circle)
    with django_assert_num_queries(1):
        found = rows.roles_of(people, cast.cohort.circle)
    assert found == {cast.convener.pk: "Convener, Falls in care homes"}


def test_in_the_community_itself_a_convener_is_just_that(cast) -> None:
    assert rows.roles_of([cast.convener.pk], cast.community.circle) == {cast.convener.pk: "Convener"}


def test_who_leads_the_network_and_a_group(cast, network) -> None:
    from members import actions as members_actions

    group = CircleFactory(kind=CircleKind.GROUP, parent=cast.cohort.circle)
    for circle in (network, group):
        members_actions.join(person=cast.editor, circle=circle, role="lead")
    assert rows.roles_of([cast.editor.pk], network) == {cast.editor.pk: "Lead"}
    assert rows.roles_of([cast.editor.pk], group) == {cast.editor.pk: "Lead"}


@pytest.mark.parametrize("kind", CircleKind)
def test_a_role_is_called_here_what_it_is_called_everywhere(cast, network, kind) -> None:
    from members import actions as members_actions

    inside = {"parent": cast.cohort.circle} if kind == CircleKind.GROUP else {}
    circle = network if kind == CircleKind.NETWORK else CircleFactory(kind=kind, **inside)
    membership = members_actions.join(person=cast.editor, circle=circle, role="lead")
    assert rows.roles_of([cast.editor.pk], circle) == {cast.editor.pk: membership.role_name}


@pytest.mark.parametrize("state", CommunityState)
def test_a_community_is_named_where_its_circle_says_that_it_is_listed(cast, state) -> None:
    cast.community.state = state
    cast.community.save()
    circle = Circle.objects.get(pk=cast.community.circle_id)
    assert circle.is_listed is (state in (CommunityState.PUBLISHED, CommunityState.DORMANT))
    named = {cast.convener.pk: "Convener, Falls in care homes"} if circle.is_listed else {}
    assert rows.roles_of([cast.convener.pk], cast.cohort.circle) == named


def test_a_circle_that_is_no_community_of_the_directory_is_named_to_nobody(cast, network) -> None:
    from members import actions as members_actions

    for kind in (CircleKind.COMMUNITY, CircleKind.COHORT):
        circle = CircleFactory(kind=kind, name="Whistleblowers")
        members_actions.join(person=cast.participant, circle=circle, role="lead")
    assert rows.roles_of([cast.participant.pk], network) == {}


def test_of_several_communities_the_first_by_name_is_told_and_the_one_here_before_all(cast, network) -> None:
    for name in ("Zebras", "Aardvarks"):
        CommunityFactory(name=name, convener=cast.participant)
    here = CommunityFactory(name="Middle", convener=cast.participant).circle
    assert rows.roles_of([cast.participant.pk], network) == {cast.participant.pk: "Convener, Aardvarks"}
    assert rows.roles_of([cast.participant.pk], here) == {cast.participant.pk: "Convener"}


def test_this_room_knows_nothing_of_its_neighbours() -> None:
    """Rooms on one floor: neither by import nor by the names of their tables, states and addresses."""
    folder = Path(rows.__file__).parent
    for path in folder.rglob("*.py"):
        if "migrations" not in path.parts:
            code = path.read_text()
            for word in ("community__", "community_directory", "cohort__", '"dormant"', '"published"'):
                assert word not in code, (path.name, word)


@pytest.mark.parametrize("number", [1, 30])
def test_roles_of_those_who_lead_much_cost_one_query(
    cast, network, number, django_assert_num_queries
) -> None:
    for index in range(number):
        CommunityFactory(name=f"C{index:02}", convener=cast.convener)
    with django_assert_num_queries(1):
        assert rows.roles_of([cast.convener.pk], network) == {cast.convener.pk: "Convener, C00"}


def test_who_no_longer_leads_has_no_role(cast) -> None:
    from members import actions as members_actions

    assert cast.convener.pk in rows.roles_of([cast.convener.pk], cast.cohort.circle)
    members_actions.leave(person=cast.convener, circle=cast.community.circle)
    assert rows.roles_of([cast.convener.pk], cast.cohort.circle) == {}


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ada King Lovelace", "AL"), ("Ada", "A"), ("(she) Ada", "A"), ("-", "?"), ("ß x", "SSX")],
)
def test_a_disc_has_the_letters_that_it_has_everywhere(cast, visit, topic, name, letters) -> None:
    User.objects.filter(pk=cast.participant.pk).update(first_name=name, last_name="")
    page = BeautifulSoup(visit("convener").get(topic.get_absolute_url()).content, "html.parser")
    assert page.select_one("#post-1 .p-avatar").text == initials(name) == letters


# -- gaps --------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(first=st.integers(1, 100), there=st.sets(st.integers(0, 19), max_size=20), length=st.integers(1, 20))
def test_every_number_of_a_page_is_shown_or_said_to_be_gone(first: int, there: set[int], length: int) -> None:
    last = first + length - 1
    shown = sorted(first + place for place in there if place < length)
    complete = rows.with_gaps([{"number": number} for number in shown], first, last)
    accounted: list[int] = []
    for row in complete:
        if "gap" in row:
            ends = [int(word) for word in row["gap"].split() if word.isdigit()] or [1]
            accounted += range(ends[0], ends[-1] + 1)
        else:
            accounted.append(row["number"])
    assert accounted == list(range(first, last + 1))


# -- markup --------------------------------------------------------------------------------

TOPIC = {
    "title": "T",
    "url": "/discussions/s/1-t/",
    "unread": False,
    "pinned": False,
    "closed": False,
    "by": "Ada",
    "role": "",
    "replies": 0,
    "last": "Today",
    "last_by": "",
}
POST = {
    "number": 2,
    "name": "Ada Lovelace",
    "person_url": "",
    "initials": "AL",
    "colour": 3,
    "role": "",
    "when": "Today, 9am",
    "html": "<p>x</p>",
    "edited": "",
    "history_url": "",
    "answers": None,
    "answers_name": None,
    "removed": False,
    "reply_url": "",
    "quote_url": "",
    "edit_url": "",
    "remove_url": "",
    "restore_url": "",
    "starts_new": False,
}
# All that a post may have, so that each field of it is shown somewhere.
FULL = POST | {
    "person_url": "/people/3/",
    "role": "Facilitator",
    "edited": "Today, 10am",
    "history_url": "/h/",
    "answers": 1,
    "answers_name": "Eve",
    "reply_url": "?post=2&to=7#reply",
    "quote_url": "?post=2&quote=7#reply",
    "edit_url": "/e/",
    "remove_url": "/r/",
}
HOSTILE = "<script>alert('1')</script>\" onmouseover=\"x"


def topic_row(**changes: object) -> BeautifulSoup:
    template = Template("{% load discussion_tags %}{% topic_rows topics level=3 %}")
    html = template.render(Context({"topics": [TOPIC | changes], "icons": "/icons.svg"}))
    return BeautifulSoup(html, "html.parser").li


def post_row(**changes: object) -> BeautifulSoup:
    template = Template("{% load discussion_tags %}{% post_rows posts %}")
    request = SimpleNamespace(META={})
    context = {"posts": [POST | changes], "icons": "/icons.svg", "request": request}
    return BeautifulSoup(template.render(Context(context)), "html.parser").ol


@pytest.mark.parametrize(("replies", "said"), [(0, "0 replies"), (1, "1 reply"), (2, "2 replies")])
def test_a_row_counts_in_words(replies: int, said: str) -> None:
    assert words(topic_row(replies=replies).select_one(".p-topic-row__count")) == said


def test_a_row_says_its_states() -> None:
    row = topic_row(unread=True, pinned=True, closed=True, role="Facilitator", last_by="Eve")
    assert words(row.h3) == "New: T Closed"
    assert row.h3.svg["aria-label"] == "Pinned"
    assert row.h3.use["href"] == "/icons.svg#pin"
    assert words(row.select_one(".p-topic-row__by")) == "Ada, Facilitator"
    assert words(row.select_one(".p-topic-row__last")) == "Today Eve"
    plain = topic_row()
    assert (words(plain.h3), plain.svg, plain["class"]) == ("T", None, ["p-topic-row"])


def test_a_row_of_several_spaces_names_its_own() -> None:
    by = topic_row(space="Open talk", space_url="/discussions/open-talk/").select_one(".p-topic-row__by")
    assert (words(by), by.a["href"]) == ("Ada, in Open talk", "/discussions/open-talk/")


@pytest.mark.parametrize("field", ["title", "by", "role", "last", "last_by", "url", "space", "space_url"])
def test_nothing_of_a_row_is_markup(field: str) -> None:
    changes = {"space": "s", "space_url": "/s/"} | {field: HOSTILE}
    row = topic_row(**changes)
    assert (row.script, row.select("[onmouseover]")) == (None, [])
    assert HOSTILE in row.get_text() or HOSTILE in [link["href"] for link in row.select("a")]


TEXTS = sorted(key for key, value in FULL.items() if isinstance(value, str) and key != "html")


def shape(row: BeautifulSoup) -> list[tuple[str, list[str]]]:
    """Its tags with their attributes, without what stands in them."""
    return [(tag.name, sorted(tag.attrs)) for tag in row.find_all(True)]


@pytest.mark.parametrize("field", [*TEXTS, "gap"])
def test_nothing_of_a_post_is_markup_but_its_text(field: str) -> None:
    removed = {"removed": True} if field == "restore_url" else {}
    post = post_row(**FULL | removed | {field: HOSTILE})
    assert (post.script, post.select("[onmouseover]")) == (None, [])
    addresses_ = [tag.get("href", tag.get("action")) for tag in post.select("a, form")]
    assert HOSTILE in post.get_text() or HOSTILE in addresses_


marks = st.text(
    st.one_of(st.sampled_from("<>\"'&/= \n`{}%"), st.characters(exclude_categories=["Cs"], codec="utf-8")),
    min_size=1,
)


@settings(max_examples=150, deadline=None)
@given(values=st.fixed_dictionaries(dict.fromkeys(TEXTS, marks)), removed=st.booleans())
def test_whatever_stands_in_a_post_it_is_built_alike(values: dict[str, str], removed: bool) -> None:
    given_ = FULL | {"removed": removed, "restore_url": "/b/"}
    assert shape(post_row(**given_ | values)) == shape(post_row(**given_))


@settings(max_examples=150, deadline=None)
@given(
    values=st.fixed_dictionaries(dict.fromkeys(("title", "url", "by", "role", "last", "last_by"), marks)),
    there=st.fixed_dictionaries({field: st.booleans() for field in ("unread", "pinned", "closed")}),
    space=marks,
)
def test_whatever_stands_in_a_topic_s_row_it_is_built_alike(
    values: dict[str, str], there: dict[str, bool], space: str
) -> None:
    plain = {"role": "R", "last_by": "L", "space": "S", "space_url": "/s/"} | there
    assert shape(topic_row(**plain | values | {"space": space, "space_url": space})) == shape(
        topic_row(**plain)
    )


ALL = {
    "reply_url": "?post=2&to=7#reply",
    "quote_url": "?post=2&quote=7#reply",
    "edit_url": "/e/",
    "remove_url": "/r/",
}


@pytest.mark.parametrize("offered", [[], ["remove_url"], ["reply_url", "quote_url"], list(ALL)])
def test_a_post_offers_what_it_has_the_address_of_and_nothing_else(offered: list[str]) -> None:
    links = post_row(**{key: ALL[key] for key in offered}).select(".p-post__actions a")
    assert [link["href"] for link in links] == [ALL[key] for key in offered]
    away = post_row(removed=True, restore_url="/b/", **{key: ALL[key] for key in offered})
    assert away.select(".p-post__actions a") == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("participant", {"reply_url", "quote_url"}),
        ("convener", {"reply_url", "quote_url", "edit_url", "remove_url"}),
        ("facilitator", {"reply_url", "quote_url", "remove_url"}),
    ],
)
@pytest.mark.parametrize("closed", [False, True])
def test_a_row_has_the_addresses_of_what_its_reader_may_do(
    cast, cohort_space, topic, reply, name, expected, closed
) -> None:
    if closed:
        actions.close_topic(person=cast.facilitator, topic=topic)
        expected = expected & {"remove_url"}
    person = User.objects.get(pk=getattr(cast, name).pk)
    [found] = asked.TOPIC.rows(person, cohort_space.slug, topic.pk)
    here = asked.POSTS.rows(person, topic.pk, 2, 2, timezone.now())
    [row] = rows.post_rows(here, found, person, roles={}, first_new=None)
    assert {key for key in row if key.endswith("_url") and row[key]} == expected | {"person_url"}
    assert {key: row[key] for key in expected} == {
        key: address
        for key, address in {
            "reply_url": f"?post=2&to={reply.pk}#reply",
            "quote_url": f"?post=2&quote={reply.pk}#reply",
            "edit_url": reverse("discussion:edit_post", args=[reply.pk]),
            "remove_url": reverse("discussion:remove_post", args=[reply.pk]),
        }.items()
        if key in expected
    }


def test_a_row_of_what_was_removed_offers_to_bring_it_back_alone(cast, cohort_space, topic, reply) -> None:
    actions.remove_post(person=cast.convener, post=reply)
    person = User.objects.get(pk=cast.convener.pk)
    [found] = asked.TOPIC.rows(person, cohort_space.slug, topic.pk)
    here = asked.POSTS.rows(person, topic.pk, 2, 2, timezone.now() - timedelta(days=30))
    [row] = rows.post_rows(here, found, person, roles={}, first_new=None)
    assert {key: row[key] for key in row if key.endswith("_url") and row[key]} == {
        "person_url": reverse("members:person", args=[person.pk]),
        "restore_url": reverse("discussion:restore_post", args=[reply.pk]),
    }


def test_a_removed_post_comes_back_by_a_form_with_a_token() -> None:
    form = post_row(removed=True, restore_url="/discussions/posts/7/restore/").form
    assert (form["method"], form["action"]) == ("post", "/discussions/posts/7/restore/")
    assert len(form.input["value"]) == 64
    assert post_row().form is None


def test_each_post_can_be_linked_to_and_is_named() -> None:
    article = post_row().article
    assert article["id"] == "post-2"
    assert article.select_one(f"#{article['aria-labelledby']}").text == "Ada Lovelace"
    assert article.select_one(".p-post__when a")["href"] == "?post=2#post-2"


def test_the_first_post_and_a_removed_one_look_so() -> None:
    assert post_row(number=1).article["class"] == ["p-post", "p-post--first"]
    assert post_row(removed=True).article["class"] == ["p-post", "p-post--removed"]


def test_ids_on_a_page_are_unique(cast, visit, topic, say) -> None:
    for _ in range(5):
        say(cast.convener)
    page = BeautifulSoup(visit("participant").get(topic.get_absolute_url()).content, "html.parser")
    ids = [tag["id"] for tag in page.select("[id]")]
    assert len(ids) == len(set(ids))
    for tag in page.select("[aria-labelledby]"):
        assert tag["aria-labelledby"] in ids


# -- the rows of what is asked ------------------------------------------------------------


def test_values_of_topics_become_rows(cast, cohort_space, topic, reply) -> None:
    person = User.objects.get(pk=cast.participant.pk)
    found = asked.LISTED.rows(person, cohort_space.pk, None, False, False)
    [row] = rows.topic_rows(found, cohort_space, {cast.participant.pk: "Facilitator"})
    assert row == {
        "title": "Who brings the tea?",
        "url": f"{topic.get_absolute_url()}?new=1#new",
        "unread": True,
        "pinned": False,
        "closed": False,
        "by": "Participant Demo",
        "role": "Facilitator",
        "replies": 1,
        "last": "Today",
        "last_by": "Convener Demo",
    }


def test_without_a_reply_nobody_was_last(cast, cohort_space, topic) -> None:
    person = User.objects.get(pk=cast.participant.pk)
    [row] = rows.topic_rows(asked.LISTED.rows(person, cohort_space.pk, None, False, False), cohort_space, {})
    assert (row["last_by"], row["replies"], row["unread"]) == ("", 0, False)


def test_the_latest_of_several_spaces_in_one_order(cast, cohort_space, open_space, community_space) -> None:
    for index in range(12):
        space = (cohort_space, open_space, community_space)[index % 3]
        actions.start_topic(
            person=cast.facilitator if index % 3 == 0 else cast.convener,
            space=space,
            title=f"T{index}",
            text="x",
        )
    person = User.objects.get(pk=cast.convener.pk)
    spaces = overview.spaces_of(person)
    shown = [row["title"] for row in overview.latest(spaces, person, limit=8)]
    expected = (
        Topic.objects.visible_to(person).order_by(*asked.TOPIC_ORDER).values_list("title", flat=True)[:8]
    )
    assert shown == list(expected)
    new = [row["title"] for row in overview.latest(spaces, person, limit=8, only_new=True)]
    assert new == ["T9", "T6", "T3", "T0"]
