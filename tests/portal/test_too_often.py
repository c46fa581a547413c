"""Who does something too often waits, reads how long, and loses nothing."""

import pytest
import time_machine

from community_directory.models import Community
from discussion.models import Post, Topic
from members import limits
from tests.factories import SpaceFactory, TopicFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def once(monkeypatch):
    """Everything may be done once."""
    rates = dict.fromkeys(limits.RATES, "1/h/user")
    monkeypatch.setattr(limits, "RATES", rates)
    monkeypatch.setattr(limits, "SEARCHES", {"user": 2, "ip": 3})


def refused(response, *written: str) -> None:
    assert response.status_code == 429
    assert 3000 < int(response["Retry-After"]) <= 3600
    html = response.content.decode()
    assert "Try again in 1 hour" in html or "Try again in 60 minutes" in html
    for text in written:
        assert text in html


def test_topics(once, cast, signed_in):
    space = SpaceFactory(circle=cast.cohort.circle)
    client, address = signed_in(cast.participant), f"{space.get_absolute_url()}new/"
    assert client.post(address, {"title": "One", "text": "First"}).status_code == 303
    refused(client.post(address, {"title": "Two", "text": "Second"}), "Two", "Second")
    assert Topic.objects.count() == 1
    assert signed_in(cast.convener).post(address, {"title": "Mine", "text": "x"}).status_code == 303


def test_replies_and_edits_count_together(once, cast, signed_in):
    topic = TopicFactory(space=SpaceFactory(circle=cast.cohort.circle), author=cast.participant)
    client = signed_in(cast.participant)
    assert client.post(f"{topic.get_absolute_url()}reply/", {"text": "One"}).status_code == 303
    refused(client.post(f"{topic.get_absolute_url()}reply/", {"text": "Two words"}), "Two words")
    post = topic.posts.get(number=1)
    refused(client.post(f"/discussions/posts/{post.pk}/edit/", {"title": "T", "text": "Changed"}), "Changed")
    assert Post.objects.filter(topic=topic).count() == 2


def test_communities(once, cast, signed_in):
    sent = {
        "name": "Falls at night", "summary": "S.", "domain": "D.", "purpose": "P.", "stage": "maturing",
        "sectors": cast.community.sectors.get().pk, "regions": cast.community.regions.get().pk, "meets": "online",
        "open_to": "anyone",
    }  # fmt: skip
    client = signed_in(cast.participant)
    assert client.post("/communities/new/", sent).status_code == 302
    refused(client.post("/communities/new/", {**sent, "name": "Falls by day"}), "Falls by day")
    assert Community.objects.filter(name__startswith="Falls").count() == 2


def test_what_cannot_be_taken_is_not_counted(once, cast, signed_in):
    space = SpaceFactory(circle=cast.cohort.circle)
    client, address = signed_in(cast.participant), f"{space.get_absolute_url()}new/"
    for _ in range(3):
        assert client.post(address, {"title": "", "text": ""}).status_code == 200
    assert client.post(address, {"title": "One", "text": "First"}).status_code == 303


@pytest.mark.parametrize("address", ["/search/?q=a", "/communities/?q=a", "/guidance/?q=a", "/people/?q=a"])
def test_searches_by_account(once, cast, pages, signed_in, address):
    with time_machine.travel("2026-11-24 10:00:15Z", tick=False) as clock:
        client = signed_in(cast.participant)
        assert [client.get(address).status_code for _ in range(3)] == [200, 200, 429]
        answer = client.get(address)
        assert answer["Retry-After"] == "45"
        assert "That was too often" in answer.content.decode()
        assert client.get("/calendar/").status_code == 200
        assert signed_in(cast.convener).get(address).status_code == 200
        clock.shift(46)
        assert client.get(address).status_code == 200


def test_searches_of_visitors_by_address(once, pages, client):
    answers = [client.get("/guidance/?q=a", REMOTE_ADDR="192.0.2.1").status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]
    assert client.get("/guidance/?q=a", REMOTE_ADDR="192.0.2.2").status_code == 200
    assert client.get("/guidance/", REMOTE_ADDR="192.0.2.1").status_code == 200


def test_a_program_reads_when_to_try_again(once, cast, client):
    for _ in range(3):
        client.get("/api/v1/communities?q=a")
    answer = client.get("/api/v1/communities?q=a")
    assert answer.status_code == 429
    assert answer.json()["detail"].startswith("That was too often. Try again in")
    assert int(answer["Retry-After"]) > 0
