"""Every address that changes something: who may, who finds nothing, that GET does nothing, that twice is once."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client

from community_directory import actions
from community_directory.forms import ConnectionForm
from community_directory.models import Community, Connection
from tests.factories import CommunityFactory

ALL = ("visitor", "outsider", "participant", "facilitator", "convener", "editor", "admin")


@dataclass(frozen=True)
class Change:
    """One address, and what holds for it."""

    name: str
    start: str  # the state from which it is done
    then: str  # and to which
    may: tuple[str, ...]
    data: tuple[tuple[str, str], ...] = ()
    get: int = 405


CHANGES = [
    Change("submit", "draft", "submitted", ("convener",)),
    Change("publish", "submitted", "published", ("editor", "admin")),
    Change("send-back", "submitted", "draft", ("editor", "admin"), (("reason", "Say when."),)),
    Change("rest", "published", "dormant", ("convener", "editor", "admin")),
    Change("wake", "dormant", "published", ("convener", "editor", "admin")),
    Change("end", "published", "ended", ("convener", "editor", "admin"), get=200),
]
IDS = [change.name for change in CHANGES]


@pytest.fixture
def as_who(cast, pages, signed_in) -> Callable[[str], Client]:
    return lambda key: Client() if key == "visitor" else signed_in(getattr(cast, key))


@pytest.fixture
def put(cast) -> Callable[[str], Community]:
    """The convener's community, in some state."""

    def put_into(state: str) -> Community:
        Community.objects.filter(pk=cast.community.pk).update(state=state)
        return Community.objects.get(pk=cast.community.pk)

    return put_into


def state(community: Community) -> str:
    return Community.objects.values_list("state", flat=True).get(pk=community.pk)


@pytest.mark.parametrize("change", CHANGES, ids=IDS)
class TestCommunity:
    def address(self, community: Community, change: Change) -> str:
        return f"{community.get_absolute_url()}{change.name}/"

    @pytest.mark.parametrize("key", ALL)
    def test_who_may_and_who_finds_nothing(self, as_who, put, change, key):
        community = put(change.start)
        response = as_who(key).post(self.address(community, change), dict(change.data))
        allowed = key in change.may
        assert response.status_code == (302 if allowed else 404)
        assert state(community) == (change.then if allowed else change.start)

    def test_twice_is_once(self, as_who, put, change):
        community, client = put(change.start), as_who(change.may[0])
        for _ in range(2):
            response = client.post(self.address(community, change), dict(change.data))
            # What an editor has sent back is a draft again, and not theirs to see.
            assert response.status_code in ((302,) if change.name != "send-back" else (302, 404))
        assert state(community) == change.then

    def test_get_changes_nothing(self, as_who, put, change):
        community = put(change.start)
        assert as_who(change.may[0]).get(self.address(community, change)).status_code == change.get
        assert state(community) == change.start

    def test_missing(self, as_who, put, change):
        assert as_who(change.may[0]).post(f"/communities/no-such/{change.name}/").status_code == 404

    def test_wrong_state_is_said(self, as_who, put, change):
        wrong = "ended" if change.name != "end" else None
        if wrong is None:
            return
        community = put(wrong)
        response = as_who(change.may[0]).post(self.address(community, change), dict(change.data), follow=True)
        assert b"That could not be done" in response.content
        assert state(community) == wrong

    def test_needs_a_token(self, cast, pages, put, change):
        client = Client(enforce_csrf_checks=True)
        client.force_login(
            getattr(cast, change.may[0]), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        community = put(change.start)
        response = client.post(self.address(community, change), dict(change.data))
        assert response.status_code == 403
        assert state(community) == change.start


class TestSendBack:
    def test_without_a_reason_the_page_says_so(self, as_who, put):
        community = put("submitted")
        response = as_who("editor").post(f"{community.get_absolute_url()}send-back/", {"reason": " "})
        assert response.status_code == 200
        assert b"Say what should be changed" in response.content
        assert b'<details class="nhsuk-details" open>' in response.content
        assert state(community) == "submitted"


class TestEnd:
    def test_asks_first(self, as_who, put):
        community = put("published")
        response = as_who("convener").get(f"{community.get_absolute_url()}end/")
        assert b"End Falls in care homes?" in response.content
        for key in ("visitor", "participant", "outsider"):
            assert as_who(key).get(f"{community.get_absolute_url()}end/").status_code == 404


class TestConnect:
    @pytest.fixture
    def target(self, cast) -> Community:
        return CommunityFactory(name="Frailty", slug="frailty", convener=cast.facilitator)

    def send(self, client: Client, cast, reason: str = "The same people."):
        data = {"source": cast.community.pk, "reason": reason}
        return client.post("/communities/frailty/connections/new/", data, follow=True)

    def test_asks_and_says_so(self, as_who, cast, target):
        response = self.send(as_who("convener"), cast)
        assert response.redirect_chain == [("/communities/frailty/", 302)]
        assert b"Sent. Its conveners will see it and can say yes." in response.content
        assert Connection.objects.get().state == "proposed"

    def test_twice_is_once(self, as_who, cast, target):
        for _ in range(2):
            assert self.send(as_who("convener"), cast).status_code == 200
        assert Connection.objects.count() == 1

    def test_when_they_had_asked_too(self, as_who, cast, target):
        Connection.objects.create(source=target, target=cast.community, reason="Theirs.")
        assert b"You are connected: they had asked you too." in self.send(as_who("convener"), cast).content
        assert Connection.objects.get().state == "accepted"

    @pytest.mark.parametrize("key", ["visitor", "outsider", "participant", "editor", "admin", "facilitator"])
    def test_nobody_else(self, as_who, cast, target, key):
        client = as_who(key)
        assert client.get("/communities/frailty/connections/new/").status_code == 404
        assert self.send(client, cast).status_code == 404
        assert Connection.objects.count() == 0

    def test_somebody_elses_community_is_not_offered(self, as_who, cast, target):
        theirs = CommunityFactory(name="Theirs", convener=cast.facilitator)
        data = {"source": theirs.pk, "reason": "Not mine to give."}
        response = as_who("convener").post("/communities/frailty/connections/new/", data)
        assert response.status_code == 200
        assert Connection.objects.count() == 0
        assert b"Theirs" not in response.content

    def test_the_only_one_is_chosen_already(self, as_who, target):
        response = as_who("convener").get("/communities/frailty/connections/new/")
        assert response.content.count(b" checked") == 2  # and the kind that most links are of

    @pytest.mark.parametrize("which", ["theirs", "mine"])
    def test_one_that_ends_meanwhile_is_said(self, as_who, cast, target, meanwhile, which):
        ends = {"theirs": target, "mine": cast.community}[which]
        meanwhile(ConnectionForm, lambda: actions.end_community(community=ends, person=cast.editor))
        response = self.send(as_who("convener"), cast)
        assert response.status_code == 409
        assert "one of the two communities is no longer in the directory" in response.text
        assert "The same people." in response.text
        assert Connection.objects.count() == 0

    def test_who_no_longer_convenes_it_is_told(self, as_who, cast, target, meanwhile):
        meanwhile(ConnectionForm, lambda: None)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Community, "can_edit", lambda community, user: not meanwhile.done)
            response = self.send(as_who("convener"), cast)
        assert response.status_code == 409
        assert Connection.objects.count() == 0

    @pytest.mark.parametrize("hidden", ["draft", "submitted", "ended"])
    def test_not_with_what_is_not_listed(self, as_who, cast, target, hidden):
        Community.objects.filter(pk=target.pk).update(state=hidden)
        assert self.send(as_who("convener"), cast).status_code == 404

    def test_an_error_keeps_what_was_written(self, as_who, cast, target):
        response = self.send(as_who("convener"), cast, reason="x" * 401)
        assert b"x" * 401 in response.content
        assert b"Error: " in response.content


ANSWERS = [
    ("accept", "proposed", "accepted", ("facilitator",)),
    ("decline", "proposed", "declined", ("facilitator",)),
    ("end", "accepted", "ended", ("convener", "facilitator")),
]


@pytest.mark.parametrize(("name", "start", "then", "may"), ANSWERS, ids=[answer[0] for answer in ANSWERS])
class TestAnswer:
    @pytest.fixture
    def link(self, cast, start) -> Connection:
        target = CommunityFactory(name="Frailty", convener=cast.facilitator)
        return Connection.objects.create(source=cast.community, target=target, reason="Same.", state=start)

    @pytest.mark.parametrize("key", ALL)
    def test_who_may_and_who_finds_nothing(self, as_who, link, name, start, then, may, key):
        response = as_who(key).post(f"/communities/connections/{link.pk}/{name}/")
        allowed = key in may
        assert response.status_code == (302 if allowed else 404)
        link.refresh_from_db()
        assert link.state == (then if allowed else start)

    def test_twice_is_once(self, as_who, link, name, start, then, may):
        client = as_who(may[0])
        for _ in range(2):
            response = client.post(f"/communities/connections/{link.pk}/{name}/")
            assert response.url == "/communities/mine/"
        link.refresh_from_db()
        assert link.state == then

    def test_get_and_missing(self, as_who, link, name, start, then, may):
        client = as_who(may[0])
        assert client.get(f"/communities/connections/{link.pk}/{name}/").status_code == 405
        assert client.post(f"/communities/connections/{link.pk + 1}/{name}/").status_code == 404
        assert client.post(f"/communities/connections/{10**30}/{name}/").status_code == 404
        link.refresh_from_db()
        assert link.state == start

    def test_too_late(self, as_who, link, name, start, then, may):
        Connection.objects.filter(pk=link.pk).update(state="declined" if name != "decline" else "ended")
        response = as_who(may[0]).post(f"/communities/connections/{link.pk}/{name}/", follow=True)
        assert b"That has been answered already." in response.content
