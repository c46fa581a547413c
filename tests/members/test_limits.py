"""How often one may try something is counted in rows, by account, address or aim."""

from datetime import timedelta

import pytest
import time_machine
from allauth.core.internal import ratelimit
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.test import RequestFactory
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from members import limits
from members.errors import TooOften, in_words
from members.models import Limit
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rates(monkeypatch):
    monkeypatch.setattr(
        limits, "RATES", {"u": "2/m/user", "i": "2/m/ip", "k": "1/h/key", "two": "5/h/user,1/m/user"}
    )


def _request(user=None, ip: str = "192.0.2.1", **headers: str):
    request = RequestFactory().post("/", REMOTE_ADDR=ip, **headers)
    request.user = user or AnonymousUser()
    return request


def _tries(times: int, *args, **kwargs) -> int:
    """How many of so many tries go through."""
    done = 0
    for _ in range(times):
        try:
            limits.spend(*args, **kwargs)
        except TooOften:
            continue
        done += 1
    return done


def test_by_account(rates):
    one, other = UserFactory(), UserFactory()
    assert _tries(4, _request(one, ip="192.0.2.1"), "u") == 2
    assert _tries(1, _request(one, ip="192.0.2.9"), "u") == 0
    assert _tries(4, _request(other), "u") == 2


def test_by_address_on_the_network(rates):
    assert _tries(4, _request(), "i") == 2
    assert _tries(4, _request(UserFactory()), "i") == 0
    assert _tries(4, _request(ip="192.0.2.2"), "i") == 2


def test_neighbours_in_ipv6_are_one(rates):
    assert _tries(2, _request(ip="2001:db8::1"), "i") == 2
    assert _tries(2, _request(ip="2001:db8::2"), "i") == 0
    assert _tries(2, _request(ip="2001:db8:1::1"), "i") == 2


def test_a_forged_header_is_no_other_address(rates, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    assert _tries(2, _request(), "i") == 2
    assert _tries(1, _request(HTTP_X_FORWARDED_FOR="203.0.113.7"), "i") == 0


def test_behind_a_proxy_of_ours_the_last_address_but_it_counts(rates, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert _tries(2, _request(HTTP_X_FORWARDED_FOR="203.0.113.7"), "i") == 2
    assert _tries(2, _request(HTTP_X_FORWARDED_FOR="198.51.100.1, 203.0.113.7"), "i") == 0
    assert _tries(2, _request(HTTP_X_FORWARDED_FOR="203.0.113.8"), "i") == 2


def test_by_what_it_is_aimed_at(rates):
    assert _tries(2, _request(UserFactory()), "k", key="7") == 1
    assert _tries(2, _request(UserFactory()), "k", key="7") == 0
    assert _tries(2, _request(UserFactory()), "k", key="8") == 1


def test_several_rates_hold_together(rates):
    user = UserFactory()
    with time_machine.travel("2026-11-24 10:00Z", tick=False) as clock:
        done = 0
        for _ in range(10):
            done += _tries(1, _request(user), "two")
            clock.shift(61)
        assert done == 5


def test_it_says_when_to_try_again_and_then_it_goes(rates):
    user = UserFactory()
    with time_machine.travel("2026-11-24 10:00Z", tick=False) as clock:
        limits.spend(_request(user), "u")
        clock.shift(20)
        limits.spend(_request(user), "u")
        with pytest.raises(TooOften) as refused:
            limits.spend(_request(user), "u")
        assert refused.value.seconds == 40
        assert refused.value.words == "That was too often. Try again in 1 minute."
        clock.shift(39)
        assert _tries(1, _request(user), "u") == 0
        clock.shift(2)
        assert _tries(1, _request(user), "u") == 1


def test_every_rate_can_be_read():
    for rates in limits.RATES.values():
        parsed = ratelimit.parse_rates(rates)
        assert [limits.str_of(rate) for rate in parsed]
        assert all(rate.amount > 0 and rate.per in ("ip", "user", "key") for rate in parsed)


def test_signing_in_is_counted_in_the_same_rows(client):
    assert ratelimit.cache.cache is caches["limits"]
    client.post("/accounts/login/", {"login": "nobody@example.org", "password": "wrong wrong wrong"})
    assert Limit.objects.count() > 0


# -- the cache made of rows --------------------------------------------------------


def test_a_value_is_kept_until_its_time():
    cache = caches["limits"]
    with time_machine.travel("2026-11-24 10:00Z", tick=False) as clock:
        cache.set("a", [1.5, 2], 60)
        assert cache.get("a") == [1.5, 2]
        clock.shift(61)
        assert cache.get("a") is None
        assert cache.get("a", "gone") == "gone"


def test_of_two_who_add_one_does():
    cache = caches["limits"]
    with time_machine.travel("2026-11-24 10:00Z", tick=False) as clock:
        assert cache.add("lock", True, 10) is True
        assert cache.add("lock", True, 10) is False
        clock.shift(11)
        assert cache.add("lock", True, 10) is True
        assert Limit.objects.count() == 1


def test_it_can_be_kept_longer_and_forgotten():
    cache = caches["limits"]
    assert cache.touch("a", 60) is False
    cache.set("a", 1, 60)
    assert cache.touch("a", 600) is True
    assert Limit.objects.get().ends_at > timezone.now() + timedelta(seconds=500)
    assert cache.delete("a") is True
    assert cache.delete("a") is False
    cache.set("b", 1)
    cache.clear()
    assert Limit.objects.count() == 0


def test_no_key_is_readable_in_the_rows():
    caches["limits"].set("allauth:rl:login:participant@example.org", [1], 60)
    assert "participant" not in Limit.objects.get().key


def test_what_counts_no_longer_is_taken_away():
    with time_machine.travel("2026-11-24 10:00Z", tick=False) as clock:
        caches["limits"].set("a", 1, 60)
        caches["limits"].set("b", 1, 600)
        clock.shift(61)
        assert limits.forget_past() == 1
        assert limits.forget_past() == 0
        assert caches["limits"].get("b") == 1


@given(st.integers(1, 40 * 86400))
def test_a_wait_in_words_is_never_shorter_than_it_is(seconds):
    words = in_words(timedelta(seconds=seconds))
    number, unit = words.split()
    size = {"minute": 60, "hour": 3600, "day": 86400}[unit.rstrip("s")]
    assert seconds <= int(number) * size < seconds + size
