"""A topic that was called something else is found under its older addresses."""

import pytest

from discussion import actions
from tests.discussion.conftest import fresh
from tests.discussion.test_topic_page import long_topic, numbers

__all__ = ["long_topic"]


def test_another_name_in_the_address_leads_to_the_right_one(visit, topic) -> None:
    answer = visit("convener").get(f"/discussions/our-cohort/{topic.pk}-older-name/")
    assert (answer.status_code, answer.headers["Location"]) == (302, topic.get_absolute_url())
    stranger = visit("admin").get(f"/discussions/our-cohort/{topic.pk}-older-name/")
    assert stranger.status_code == 404


@pytest.mark.parametrize(
    "query", ["post=22", "new=1", "post=2&quote=7", "post=%00", "x=%E2%80%AE&y=a+b", "next=//evil.example"]
)
def test_what_was_asked_for_is_kept_on_the_way(visit, topic, query) -> None:
    answer = visit("convener").get(f"/discussions/our-cohort/{topic.pk}-older-name/?{query}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{topic.get_absolute_url()}?{query}")


def test_a_link_of_a_mail_leads_to_its_post_though_the_topic_was_renamed(cast, visit, long_topic) -> None:
    link = long_topic.posts.get(number=22).get_absolute_url()
    first = long_topic.posts.get(number=1)
    actions.edit_post(person=cast.participant, post=first, text="x", title="Who brings the coffee?")
    page = visit("facilitator").get(link.split("#")[0], follow=True)
    assert page.redirect_chain == [(f"{fresh(long_topic).get_absolute_url()}?post=22", 302)]
    assert numbers(page)[0] == "21"


def test_a_topic_that_is_called_again_what_it_was_leads_nobody_in_circles(cast, visit, topic) -> None:
    client, post = visit("convener"), topic.posts.get()
    addresses = [topic.get_absolute_url()]
    for title in ("Who brings the coffee?", "Who brings the tea?"):
        actions.edit_post(person=cast.participant, post=post, text="x", title=title)
        addresses.append(fresh(topic).get_absolute_url())
        for address in addresses:
            page = client.get(address, follow=True)
            # A browser keeps a 301 for ever: none may be among them.
            assert [status for _, status in page.redirect_chain if status != 302] == []
            assert (page.status_code, page.wsgi_request.path) == (200, addresses[-1])
    assert addresses[0] == addresses[2] != addresses[1]
    assert client.get(addresses[1]).headers["Cache-Control"] == "private, no-store"
