"""A draft's secret word appears nowhere, and nothing about it can be counted."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory

from community_directory import panels, search, verbs
from community_directory.models import Community, Connection
from tests.factories import CommunityFactory, OrganisationFactory, RegionFactory, SectorFactory, ThemeFactory

WORD = "xylophonic"


@pytest.fixture(params=["draft", "submitted", "ended"])
def secret(request, cast, pages, reindex) -> Community:
    """One that is not in the directory, full of a word that is nowhere else, filed under its own terms."""
    community = CommunityFactory(
        name=f"{WORD} name",
        slug=WORD,
        **dict.fromkeys(
            ("summary", "domain", "purpose", "practice", "rhythm", "how_to_join"), f"{WORD} text"
        ),
        sectors=[SectorFactory(slug="own-sector")],
        regions=[RegionFactory(slug="own-region")],
        themes=[ThemeFactory(slug="own-theme")],
        stage="transformation",
        state=request.param,
        published_at=None,
        convener=cast.convener,
    )
    community.organisations.add(OrganisationFactory(slug="own-organisation"))
    Connection.objects.create(
        source=community, target=cast.community, reason=f"{WORD} reason", state="accepted"
    )
    reindex()
    return community


STRANGERS = ("visitor", "outsider", "participant", "facilitator")
ADDRESSES = [
    "/communities/",
    f"/communities/?q={WORD}&sort=newest",
    "/communities/?sort=name",
    "/communities/?theme=own-theme",
    "/communities/?sector=own-sector&region=own-region&stage=transformation",
    "/communities/?organisation=own-organisation",
    "/communities/falls-in-care-homes/",
    "/communities/mine/",
    "/api/v1/communities",
    "/api/v1/communities?theme=own-theme",
    "/api/v1/communities/falls-in-care-homes",
    f"/api/v1/communities/{WORD}",
    f"/communities/{WORD}/",
    f"/communities/{WORD}/edit/",
    f"/communities/{WORD}/end/",
    f"/communities/{WORD}/connections/new/",
]


def client_of(key: str, cast, signed_in) -> Client:
    return Client() if key == "visitor" else signed_in(getattr(cast, key))


@pytest.mark.parametrize("key", STRANGERS)
def test_the_word_is_nowhere(secret, cast, signed_in, key):
    client = client_of(key, cast, signed_in)
    for address in ADDRESSES:
        content = client.get(address).content.decode()
        # What one has asked for oneself comes back: in the box, in the sentence, and in addresses.
        for asked in (f'value="{WORD}"', f"“{WORD}”", f": {WORD} –", f"q={WORD}", f"q%3D{WORD}"):
            content = content.replace(asked, "")
        content = content.replace(f"/communities/{WORD}/", "").replace(f"/communities%2F{WORD}%2F", "")
        content = content.replace(f"%2Fcommunities%2F{WORD}%2F", "")
        assert (address, WORD in content) == (address, False)


def test_the_word_is_there_for_its_convener(secret, cast, signed_in):
    """The test above would see it, if it were there."""
    assert WORD in signed_in(cast.convener).get("/communities/mine/").content.decode()
    assert WORD in signed_in(cast.convener).get(f"/communities/{WORD}/").content.decode()


@pytest.mark.parametrize("key", [*STRANGERS, "convener", "editor"])
def test_nothing_is_counted(secret, cast, signed_in, key):
    content = client_of(key, cast, signed_in).get("/communities/").content.decode()
    assert "1 community" in content
    for value in ("own-theme", "own-sector", "own-region", "transformation"):
        assert f'value="{value}"' not in content


@pytest.mark.parametrize("key", STRANGERS)
def test_search_home_and_news(secret, cast, key):
    user = AnonymousUser() if key == "visitor" else getattr(cast, key)
    request = RequestFactory().get("/")
    request.user = user
    assert search.find(user, WORD, 5) == []
    assert WORD not in panels.latest(None, request)
    assert WORD not in panels.own(request)
    link = Connection.objects.get()
    for verb in verbs.VERBS:
        assert verb.targets([link.pk, secret.pk], user) == {}


def test_convener_finds_it(secret, cast):
    assert [hit.title for hit in search.find(cast.convener, WORD, 5)] == [f"{WORD} name"]


def test_a_convener_who_left_is_told_nothing_more(secret, cast):
    secret.circle.memberships.update(state="ended", ended_at=secret.created_at)
    cast.convener.forget_circles()
    assert search.find(cast.convener, WORD, 5) == []
