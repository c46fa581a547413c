"""One topic: its pages, what is new in it, and what moves the reader's mark."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.utils import timezone

from discussion import actions
from discussion.models import Post, Topic, TopicRead
from discussion.rows import page_of
from members import actions as members_actions
from members.enums import SeenBy
from members.models import Profile, User
from tests.discussion.conftest import fresh
from tests.discussion.test_space_page import soup, words
from tests.factories import OrganisationFactory, UserFactory


def numbers(page) -> list[str]:
    """The posts on a page by number; what stands between them in words."""
    found = []
    for item in soup(page).select(".p-posts > li"):
        found.append(item.article["id"].removeprefix("post-") if item.article else words(item))
    return found


def read_to(person: User) -> int:
    mark = TopicRead.objects.filter(person=person).first()
    return mark.number if mark else 0


@pytest.fixture
def long_topic(cast, topic, say) -> Topic:
    """45 posts, by the participant and the convener in turn."""
    for number in range(2, 46):
        say(cast.convener if number % 2 == 0 else cast.participant, f"Number {number}.")
    TopicRead.objects.all().delete()
    return fresh(topic)


# -- who reads it, and where it is ---------------------------------------------------


def test_it_is_for_the_people_of_its_circle(visit, topic) -> None:
    url = topic.get_absolute_url()
    assert url == f"/discussions/our-cohort/{topic.pk}-who-brings-the-tea/"
    names = ("facilitator", "convener", "participant", "admin", "editor", "outsider", "visitor")
    assert [visit(name).get(url).status_code for name in names] == [200, 200, 200, 404, 404, 404, 404]


def test_signed_out_one_is_offered_to_sign_in_and_come_back(visit, topic) -> None:
    page = visit("visitor").get(topic.get_absolute_url())
    assert f"/accounts/login/?next={quote(topic.get_absolute_url(), safe='')}" in page.text
    # The address is what they typed; nothing else is told.
    assert [word for word in ("Who brings", "Our cohort", "cohort and its") if word in page.text] == []


def test_a_topic_is_in_its_own_space_alone(cast, visit, topic, open_space) -> None:
    assert visit("convener").get(f"/discussions/open-talk/{topic.pk}-{topic.slug}/").status_code == 404


@pytest.mark.parametrize("pk", [0, 4711, 2**31, 2**63, 10**30])
def test_a_topic_that_never_was(visit, topic, pk) -> None:
    assert visit("convener").get(f"/discussions/our-cohort/{pk}-x/").status_code == 404


def test_a_removed_one_is_gone_even_for_leads(cast, visit, topic) -> None:
    actions.remove_topic(person=cast.facilitator, topic=topic)
    for name in ("facilitator", "participant"):
        assert visit(name).get(topic.get_absolute_url()).status_code == 404


def test_who_has_left_sees_nothing_at_once(cast, signed_in, topic) -> None:
    client = signed_in(cast.convener)
    assert client.get(topic.get_absolute_url()).status_code == 200
    members_actions.leave(person=cast.convener, circle=cast.cohort.circle)
    assert client.get(topic.get_absolute_url()).status_code == 404


# -- what stands on it --------------------------------------------------------------


def test_each_post_says_who_said_it_when_and_what(cast, visit, topic, reply) -> None:
    moment = timezone.now().replace(year=2026, month=3, day=2, hour=9, minute=14)
    Post.objects.filter(pk=reply.pk).update(created_at=moment)
    with time_machine.travel(moment + timedelta(days=3)):
        post = soup(visit("participant").get(topic.get_absolute_url())).select_one("#post-2")
    assert words(post.select_one(".p-post__name")) == "Convener Demo"
    assert words(post.select_one(".p-post__role")) == "Convener, Falls in care homes"
    assert words(post.select_one(".p-post__when")) == "2 March, 9:14am Link to post #2"
    assert words(post.select_one(".p-prose")) == "I bring cake."
    assert post.select_one(".p-avatar").text == "CD"


def test_who_leads_here_is_named_so(cast, visit, topic, say) -> None:
    say(cast.facilitator)
    page = soup(visit("participant").get(topic.get_absolute_url()))
    assert words(page.select_one("#post-2 .p-post__role")) == "Facilitator"


@pytest.mark.parametrize("seen_by", SeenBy)
@pytest.mark.parametrize("shares", [True, False])
def test_what_one_does_is_told_to_those_who_may_see_it(cast, visit, topic, say, seen_by, shares) -> None:
    person = UserFactory(first_name="Ada", last_name="Lovelace")
    members_actions.join(person=person, circle=cast.cohort.circle)
    trust = OrganisationFactory(name="St Elsewhere")
    profiles = Profile.objects.filter(user=person)
    profiles.update(job_title="Ward manager", organisation=trust, job_title_seen_by=seen_by)
    say(person)
    if not shares:  # what they said stays, and they have left the group
        members_actions.leave(person=person, circle=cast.cohort.circle)
    told = seen_by == SeenBy.NETWORK or (shares and seen_by == SeenBy.GROUPS)

    def head() -> BeautifulSoup:
        page = soup(visit("participant").get(topic.get_absolute_url()))
        return page.select_one("#post-2 .p-post__who")

    assert words(head()) == "Ada Lovelace " + ("Ward manager, " if told else "") + "St Elsewhere"
    link = head().a and head().a["href"]
    assert link == (f"/people/{person.pk}/" if shares else None)
    profiles.update(findable=True)
    assert head().a["href"] == f"/people/{person.pk}/"


def test_somebody_whose_account_is_gone(cast, visit, topic, reply) -> None:
    cast.convener.delete()
    page = soup(visit("participant").get(topic.get_absolute_url()))
    assert words(page.select_one("#post-2 .p-post__name")) == "Former member"


def test_a_post_says_what_it_answers(cast, visit, topic, reply, say) -> None:
    say(cast.participant, reply_to=reply)
    link = soup(visit("participant").get(topic.get_absolute_url())).select_one("#post-3 .p-post__edited a")
    assert (words(link), link["href"]) == ("In reply to Convener Demo, #2", "?post=2#post-2")


def test_an_edited_post_leads_to_what_it_said_before(cast, visit, topic, reply) -> None:
    actions.edit_post(person=cast.convener, post=reply, text="I bring bread.")
    link = soup(visit("participant").get(topic.get_absolute_url())).select_one("#post-2 .p-post__edited a")
    assert link["href"] == f"/discussions/posts/{reply.pk}/history/"
    page = visit("participant").get(link["href"])
    assert "I bring bread." in words(soup(page).main)
    assert "I bring cake." in words(soup(page).main)


def test_what_was_removed_leaves_its_number(cast, visit, topic, say) -> None:
    for _ in range(6):
        say(cast.convener, "secret")
    for number in (2, 4, 5, 7):
        actions.remove_post(person=cast.facilitator, post=Post.objects.get(topic=topic, number=number))
    visit("participant").get(topic.get_absolute_url())
    page = visit("participant").get(topic.get_absolute_url())
    assert numbers(page) == [
        "1",
        "Reply 2 was removed.",
        "3",
        "Replies 4 to 5 were removed.",
        "6",
        "Reply 7 was removed.",
    ]
    actions.remove_post(person=cast.participant, post=topic.posts.get(number=1))
    assert numbers(visit("convener").get(topic.get_absolute_url()))[0] == "Posts 1 to 2 were removed."


def test_a_first_post_that_was_removed(cast, visit, topic, reply) -> None:
    actions.remove_post(person=cast.participant, post=topic.posts.get(number=1))
    assert numbers(visit("convener").get(topic.get_absolute_url())) == ["The first post was removed.", "2"]


def test_who_may_bring_it_back_still_reads_it(cast, visit, topic, reply) -> None:
    actions.remove_post(person=cast.convener, post=reply)
    for name, seen in (("convener", True), ("facilitator", True), ("participant", False)):
        page = visit(name).get(topic.get_absolute_url())
        assert ("I bring cake." in page.text) is seen, name
        assert (f"/discussions/posts/{reply.pk}/restore/" in page.text) is seen, name


def test_after_thirty_days_nobody_reads_it(cast, visit, topic, reply) -> None:
    actions.remove_post(person=cast.convener, post=reply)
    Post.objects.filter(pk=reply.pk).update(removed_at=timezone.now() - timedelta(days=31))
    assert "I bring cake." not in visit("convener").get(topic.get_absolute_url()).text


def test_after_thirty_days_nobody_reads_it_on_a_portal_that_never_rests(cast, visit, topic, reply) -> None:
    actions.remove_post(person=cast.convener, post=reply)
    for days, seen in ((0, True), (29, True), (31, False)):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            assert ("I bring cake." in visit("convener").get(topic.get_absolute_url()).text) is seen, days


def actions_of(page, number: int) -> list[str]:
    return [words(action) for action in soup(page).select(f"#post-{number} .p-post__actions > *")]


def test_each_sees_what_they_may_do(cast, visit, topic, reply) -> None:
    url = topic.get_absolute_url()
    talk = ["Reply to post 2", "Quote post 2"]
    assert actions_of(visit("participant").get(url), 2) == talk
    assert actions_of(visit("convener").get(url), 2) == [*talk, "Edit post 2", "Remove post 2"]
    assert actions_of(visit("facilitator").get(url), 2) == [*talk, "Remove post 2"]
    actions.close_topic(person=cast.facilitator, topic=topic)
    assert actions_of(visit("convener").get(url), 2) == ["Remove post 2"]


def test_leads_see_how_to_tend_it(cast, visit, topic, reply) -> None:
    url = topic.get_absolute_url()
    assert "Pin on top" in visit("facilitator").get(url).text
    assert f"/discussions/topics/{topic.pk}/remove/" in visit("facilitator").get(url).text
    for name in ("convener", "participant"):
        assert "Pin on top" not in visit(name).get(url).text
        assert f"/discussions/topics/{topic.pk}/remove/" not in visit(name).get(url).text
    actions.remove_post(person=cast.convener, post=reply)
    assert f"/discussions/topics/{topic.pk}/remove/" in visit("participant").get(url).text


def test_a_closed_topic_has_no_place_to_write(cast, visit, topic) -> None:
    actions.close_topic(person=cast.facilitator, topic=topic)
    page = visit("participant").get(topic.get_absolute_url())
    assert "This topic is closed. Nobody can reply to it." in page.text
    assert soup(page).main.textarea is None


def test_there_is_one_place_to_write_that_keeps_a_draft(visit, topic) -> None:
    [area] = soup(visit("convener").get(topic.get_absolute_url())).main.select("textarea")
    assert (area["name"], area["data-draft-key"], area.text.strip()) == ("text", f"topic-{topic.pk}", "")


def test_titles_and_names_are_text_and_posts_are_clean(cast, visit, topic, say) -> None:
    hostile = "<script>alert(1)</script>\"'&"
    say(cast.convener, f"{hostile} [x](javascript:alert(1)) <img src=x onerror=alert(1)>")
    User.objects.filter(pk=cast.convener.pk).update(first_name=hostile)
    Topic.objects.filter(pk=topic.pk).update(title=hostile)
    page = visit("participant").get(topic.get_absolute_url())
    assert [word for word in ("<script>alert", "<img src=x", 'href="javascript') if word in page.text] == []
    assert hostile in soup(page).h1.text
    assert hostile in soup(page).select_one("#post-2 .p-post__name").text


# -- quoting and answering -----------------------------------------------------------


def test_quoting_fills_the_form_in(cast, visit, topic, say) -> None:
    post = say(cast.convener, "> earlier words\n\nFirst line\nsecond line")
    page = soup(visit("participant").get(f"{topic.get_absolute_url()}?post=2&quote={post.pk}"))
    form = page.select_one("#reply form")
    expected = "> Convener Demo wrote:\n>\n> First line\n> second line\n\n"
    assert form.textarea.text.removeprefix("\n") == expected
    assert form.select_one("[name=reply_to]")["value"] == str(post.pk)
    assert words(page.select_one("#reply h2")) == "Your reply to Convener Demo, #2"


def test_a_long_quotation_is_cut(cast, visit, topic, say) -> None:
    post = say(cast.convener, "word " * 1000)
    page = soup(visit("participant").get(f"{topic.get_absolute_url()}?quote={post.pk}"))
    assert len(page.select_one("#reply textarea").text) < 1100


def test_answering_leaves_the_form_empty(cast, visit, topic, reply) -> None:
    page = soup(visit("participant").get(f"{topic.get_absolute_url()}?post=2&to={reply.pk}"))
    assert page.select_one("#reply textarea").text.strip() == ""
    assert page.select_one("#reply [name=reply_to]")["value"] == str(reply.pk)


@pytest.mark.parametrize("query", ["quote=x", "quote=0", "to=%00", "quote=99999999999999999999", "to="])
def test_quoting_what_is_not_there_quotes_nothing(visit, topic, query) -> None:
    page = soup(visit("participant").get(f"{topic.get_absolute_url()}?{query}"))
    assert page.select_one("#reply textarea").text.strip() == ""


def test_what_is_of_another_topic_or_removed_is_not_quoted(cast, visit, topic, reply, open_space) -> None:
    other = actions.start_topic(person=cast.admin, space=open_space, title="T", text="elsewhere").posts.get()
    actions.remove_post(person=cast.convener, post=reply)
    for post in (other, reply):
        page = soup(visit("convener").get(f"{topic.get_absolute_url()}?quote={post.pk}"))
        assert page.select_one("#reply textarea").text.strip() == ""


# -- pages ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "page"), [(1, (1, 20)), (20, (1, 20)), (21, (21, 40)), (40, (21, 40)), (41, (41, 60))]
)
def test_the_page_that_a_number_is_on(number, page) -> None:
    assert page_of(number) == page


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("", 1, 20),
        ("?post=20", 1, 20),
        ("?post=21", 21, 40),
        ("?post=45", 41, 45),
        ("?post=46", 41, 45),
        ("?post=999999999", 41, 45),
        ("?post=99999999999999999999", 1, 20),
        ("?post=0", 1, 20),
        ("?post=-5", 1, 20),
        ("?post=x", 1, 20),
        ("?post=%00", 1, 20),
        ("?post=٢", 1, 20),
        ("?new=1", 1, 20),
    ],
)
def test_any_number_leads_to_a_page(visit, long_topic, query, first, last) -> None:
    page = visit("facilitator").get(long_topic.get_absolute_url() + query)
    assert numbers(page) == [str(number) for number in range(first, last + 1)]


def test_pages_lead_to_each_other(visit, long_topic) -> None:
    middle = visit("facilitator").get(f"{long_topic.get_absolute_url()}?post=30")
    assert (middle.context["newer_url"], middle.context["older_url"]) == ("?post=1", "?post=41")
    assert "Page 2 of 3" in middle.text
    first = visit("facilitator").get(long_topic.get_absolute_url())
    assert (first.context["newer_url"], first.context["older_url"]) == ("", "?post=21")
    last = visit("facilitator").get(f"{long_topic.get_absolute_url()}?post=45")
    assert (last.context["newer_url"], last.context["older_url"]) == ("?post=21", "")


def test_a_page_whose_posts_are_all_removed(cast, visit, long_topic) -> None:
    Post.objects.filter(topic=long_topic, number__gt=40).update(removed_at=timezone.now())
    page = visit("participant").get(f"{long_topic.get_absolute_url()}?post=45")
    assert numbers(page) == ["Replies 41 to 45 were removed."]


@pytest.mark.parametrize(("number", "queries"), [(1, 6), (30, 6)])
def test_queries_of_a_topic_page(cast, visit, topic, number, queries, django_assert_num_queries) -> None:
    for _ in range(number - 1):
        person = UserFactory()
        members_actions.join(person=person, circle=cast.cohort.circle)
        actions.add_post(person=person, topic=topic, text="x", reply_to=topic.posts.first())
    client = visit("convener")
    client.get(topic.get_absolute_url())
    client.get(f"{topic.get_absolute_url()}?post={number}")
    # session, person, circles; topic, posts, roles
    with django_assert_num_queries(queries):
        page = client.get(topic.get_absolute_url())
    assert len(numbers(page)) == min(number, 20)


@pytest.mark.parametrize("number", [1, 20])
def test_queries_of_the_first_look(cast, visit, topic, say, number, django_assert_num_queries) -> None:
    for _ in range(number - 1):
        say(cast.participant)
    client = visit("convener")
    client.get("/discussions/")
    # besides: what is new first, and the mark in two statements with a savepoint around them
    with django_assert_num_queries(11):
        client.get(topic.get_absolute_url())


def test_weight_of_a_full_page(cast, visit, topic, say) -> None:
    for _ in range(19):
        say(cast.convener, "Sixty or so words, as people write them. " * 8)
    assert len(visit("convener").get(topic.get_absolute_url()).content) < 50_000


# -- what is new, and the mark ---------------------------------------------------------


def test_reading_moves_the_mark_to_the_last_post_shown_and_only_forwards(cast, visit, long_topic) -> None:
    client, url = visit("facilitator"), long_topic.get_absolute_url()
    for query, number in (("", 20), ("?post=45", 45), ("", 45), ("?post=30", 45)):
        client.get(url + query)
        assert read_to(cast.facilitator) == number


def test_neither_head_nor_fetching_ahead_moves_it(cast, visit, topic) -> None:
    client, url = visit("convener"), topic.get_absolute_url()
    client.head(url)
    client.get(url, headers={"Sec-Purpose": "prefetch"})
    client.get(url, headers={"Sec-Purpose": "prefetch;prerender"})
    client.get(url, headers={"Purpose": "prefetch"})
    assert read_to(cast.convener) == 0
    client.get(url)
    assert read_to(cast.convener) == 1


def test_reading_writes_nothing_else(cast, visit, topic, reply) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = visit("participant")
    with CaptureQueriesContext(connection) as seen:
        client.get(topic.get_absolute_url())
    writes = [query["sql"] for query in seen if query["sql"].startswith(("UPDATE", "INSERT", "DELETE"))]
    assert {re.search(r'"(\w+)"', sql).group(1) for sql in writes} == {"discussion_topicread"}
    assert User.objects.get(pk=cast.participant.pk).unread_notifications == 1


def test_a_stranger_leaves_no_mark(cast, visit, topic) -> None:
    visit("admin").get(topic.get_absolute_url())
    assert read_to(cast.admin) == 0


def test_a_line_stands_before_what_is_new(cast, visit, topic, say) -> None:
    client, url = visit("facilitator"), topic.get_absolute_url()
    assert numbers(client.get(url)) == ["1"]  # all is new: no line says so
    say(cast.convener)
    say(cast.convener)
    assert numbers(client.get(url)) == ["1", "New since your last visit", "2", "3"]
    assert numbers(client.get(url)) == ["1", "2", "3"]


def test_the_line_passes_over_one_s_own_and_what_is_removed(cast, visit, topic, say) -> None:
    client, url = visit("facilitator"), topic.get_absolute_url()
    client.get(url)
    TopicRead.objects.filter(person=cast.facilitator).update(number=1)
    say(cast.facilitator)
    TopicRead.objects.filter(person=cast.facilitator).update(number=1)
    removed = say(cast.convener)
    say(cast.convener)
    actions.remove_post(person=cast.convener, post=removed)
    assert numbers(client.get(url))[-2:] == ["New since your last visit", "4"]


def test_new_opens_the_page_of_the_first_new_post(cast, visit, long_topic) -> None:
    actions.mark_read(person=cast.facilitator, topic=long_topic, number=22)
    page = visit("facilitator").get(f"{long_topic.get_absolute_url()}?new=1")
    assert numbers(page)[:4] == ["21", "22", "New since your last visit", "23"]
    again = visit("facilitator").get(f"{long_topic.get_absolute_url()}?new=1")
    assert numbers(again)[:2] == ["New since your last visit", "41"]
    last = visit("facilitator").get(f"{long_topic.get_absolute_url()}?new=1")
    assert numbers(last) == ["41", "42", "43", "44", "45"]  # nothing is new: the end


def test_what_was_said_before_one_came_is_not_called_new(cast, visit, long_topic, say) -> None:
    late = UserFactory()
    members_actions.join(person=late, circle=cast.cohort.circle)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        say(cast.convener)
    assert fresh(long_topic).last_number == 46
    from django.test import Client

    client = Client()
    client.force_login(late, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert numbers(client.get(f"{long_topic.get_absolute_url()}?new=1"))[-1] == "46"


# -- history --------------------------------------------------------------------------


def test_history_is_for_who_reads_the_post(cast, visit, reply) -> None:
    actions.edit_post(person=cast.convener, post=reply, text="Changed.")
    url = f"/discussions/posts/{reply.pk}/history/"
    names = ("facilitator", "convener", "participant", "admin", "outsider", "visitor")
    assert [visit(name).get(url).status_code for name in names] == [200, 200, 200, 404, 404, 404]
    assert visit("convener").post(url).status_code == 405
    actions.remove_post(person=cast.convener, post=reply)
    assert visit("participant").get(url).status_code == 404


def test_history_of_what_was_never_edited(visit, reply) -> None:
    assert (
        "It has not been edited." in visit("participant").get(f"/discussions/posts/{reply.pk}/history/").text
    )


def test_history_is_clean_and_tells_the_old_title(cast, visit, topic) -> None:
    post = topic.posts.get()
    actions.edit_post(person=cast.participant, post=post, text="[x](javascript:alert(1))", title="Second")
    actions.edit_post(person=cast.participant, post=post, text="Now.", title="Third")
    page = visit("convener").get(f"/discussions/posts/{post.pk}/history/")
    assert 'href="javascript' not in page.text
    assert "The title was “Second”." in page.text
    assert "The title was “Who brings the tea?”." in page.text


@pytest.mark.parametrize("number", [1, 30])
def test_queries_of_history(cast, visit, reply, number, django_assert_num_queries) -> None:
    for index in range(number):
        actions.edit_post(person=cast.convener, post=reply, text=f"Version {index}")
    client, url = visit("participant"), f"/discussions/posts/{reply.pk}/history/"
    client.get(url)
    with django_assert_num_queries(5):  # session, person, circles; post, edits
        page = client.get(url)
    assert ("more often than that" in page.text) is (number == 30)
