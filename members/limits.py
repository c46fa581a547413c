"""How often one may try something: counted by account, by network address, or by what it is aimed at.

The counting is that of django-allauth, which limits signing in by the same rows.
"""

import time
from contextvars import ContextVar
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, TypeVar

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from members.errors import TooOften
from members.models import Limit

# For each thing how often, in what time, counted by whom: "ip" is a network address (of IPv6 its /64), "user" an
# account, "key" what ``spend`` is told. Several rates hold together.
RATES = {
    "invite": "60/h/user,200/d/user",
    "ask_to_join": "20/h/user",
    "guest_answer": "20/h/key,300/h/ip",  # a whole cohort answers from one hospital's address
    "message": "20/h/user,60/d/user",
    "message_to": "5/h/key",
    "post": "10/m/user,80/h/user",
    "upload": "60/h/user",
    "export": "3/d/user",
    "erase": "10/h/user",
    "list_community": "20/d/user",
    "list_outside": "20/h/ip",
    "list_outside_for": "3/d/key",
    "hand_over": "5/d/key",
    "sign_up": "20/h/ip",
    "sign_up_for": "3/h/key",
    "connect": "40/d/user",
    "exchange": "20/d/user",
    "exchange_answer": "20/h/user,60/d/user",
    "check_record": "30/h/ip",
    "record_pdf": "30/h/user",
    "reflection": "40/m/user",  # saved while somebody types, after each pause
}
# Searches in a minute: of somebody signed in, and of a network address that many visitors may share.
SEARCHES = settings.SEARCHES_A_MINUTE
_MINUTE = 60
_ALL = "every"
Page = TypeVar("Page", bound=HttpResponseBase)
_last_count: ContextVar[tuple[str, Any]] = ContextVar("last_count", default=("", None))


def spend(request: HttpRequest, what: str, *, key: str = "") -> None:
    """Count one try. Called before anything is written, outside a transaction that may be undone.

    Args:
        request: who tries, and from where.
        what: a name in ``RATES``.
        key: what it is aimed at, for rates counted by key.

    Raises:
        TooOften: there were too many; it says how long to wait.
    """
    for rate in ratelimit.parse_rates(RATES[what]):
        used = ratelimit.consume(
            request, app="portal", action=what, config={what: str_of(rate)}, key=key or _ALL, limit_get=True
        )
        if used is None:
            raise TooOften(wait=_wait(request, what, rate, key or _ALL))


def too_often(page: Page, error: TooOften) -> Page:
    """The same page, as an answer to somebody who has to wait (RFC 6585, section 4)."""
    page.status_code = 429
    page["Retry-After"] = str(error.seconds)
    return page


def spend_search(request: HttpRequest) -> None:
    """Count one search, by account, or for a visitor by network address.

    It is counted where a count costs least, since a row or a file would cost as much as the search; nothing is guessed
    by it, so it does no harm if a count is lost. Without Redis each worker counts for itself, and so many times as
    many are allowed.

    Raises:
        TooOften: there were too many this minute.
    """
    signed_in = request.user.is_authenticated
    by, who = ("user", request.user.pk) if signed_in else ("ip", ratelimit.get_ip(request))
    now = time.time()
    key = f"searches:{by}:{sha256(str(who).encode()).hexdigest()[:32]}:{now // _MINUTE:.0f}"
    used = caches["counts"].get(key, 0)
    if used >= SEARCHES[by]:
        raise TooOften(wait=timedelta(seconds=_MINUTE - now % _MINUTE))
    caches["counts"].set(key, used + 1, _MINUTE)


def str_of(rate: ratelimit.Rate) -> str:
    """A rate as it is written in ``RATES``, its time in seconds."""
    return f"{rate.amount}/{rate.duration}s/{rate.per}"


def _wait(request: HttpRequest, what: str, rate: ratelimit.Rate, key: str) -> timedelta:
    """How long until one more try is free."""
    parsed = ratelimit.parse_rate(str_of(rate))
    place = ratelimit.get_cache_key(request, app="portal", action=what, rate=parsed, key=key)
    history = caches["limits"].get(place) or [time.time()]
    return timedelta(seconds=max(1, history[-1] + rate.duration - time.time()))


class Noting:
    """A cache that also notes which count was looked at last, so that a refusal can say how long it holds."""

    def __init__(self, cache: BaseCache) -> None:
        self.cache = cache

    def __getattr__(self, name: str) -> Any:
        return getattr(self.cache, name)

    def get(self, key: str, default: Any = None) -> Any:
        """What is kept, or the default."""
        found = self.cache.get(key, default)
        _last_count.set((key, found))
        return found


class UsedCodes:
    """Where the package notes that a code of an app was used: a row, kept for as long as the code would be good."""

    @staticmethod
    def add(key: str, value: str, timeout: int) -> bool:
        """Note it; of two who try at once, one does.

        Args:
            key: the person and the code.
            value: anything.
            timeout: how long one code is shown, in seconds.
        """
        shown = 1 + 2 * settings.MFA_TOTP_TOLERANCE
        return caches["limits"].add(key, value, timeout * shown)


def wait_after_refusal() -> timedelta:
    """How long until what the package has just refused is free again; five minutes, if nobody knows."""
    key, history = _last_count.get()
    parts = key.split(":")
    if parts[:2] != ["allauth", "rl"] or not history:
        return timedelta(minutes=5)
    left: float = history[-1] + float(parts[4].split("/")[1]) - time.time()
    return timedelta(seconds=max(1.0, left))


class RowCache(BaseCache):
    """A cache whose entries are rows: nothing pushes them out before their time, and all processes share them.

    Only what ``django-allauth`` needs to count: values are lists of numbers, or True.
    """

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def _rows(self, key: str, version: int | None) -> tuple[str, datetime]:
        return sha256(self.make_key(key, version=version).encode()).hexdigest(), timezone.now()

    def _end(self, now: datetime, timeout: Any) -> datetime:
        seconds: Any = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return now + timedelta(seconds=float(seconds or 0))

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """What is kept, or the default."""
        place, now = self._rows(key, version)
        found = Limit.objects.filter(pk=place, ends_at__gt=now).values_list("value", flat=True).first()
        return default if found is None else found

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Keep a value, over what was there."""
        place, now = self._rows(key, version)
        Limit.objects.update_or_create(
            pk=place, defaults={"value": value, "ends_at": self._end(now, timeout)}
        )

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep a value unless there is one; of two who try at once, one does."""
        place, now = self._rows(key, version)
        fresh = {"value": value, "ends_at": self._end(now, timeout)}
        if Limit.objects.filter(pk=place, ends_at__lte=now).update(**fresh):
            return True
        try:
            with transaction.atomic():
                return Limit.objects.get_or_create(pk=place, defaults=fresh)[1]
        except IntegrityError:
            return False

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep what is there for longer."""
        place, now = self._rows(key, version)
        kept = Limit.objects.filter(pk=place, ends_at__gt=now)
        return bool(kept.update(ends_at=self._end(now, timeout)))

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget a value."""
        place, _ = self._rows(key, version)
        return bool(Limit.objects.filter(pk=place).delete()[0])

    def clear(self) -> None:
        """Forget all."""
        Limit.objects.all().delete()


def forget_past() -> int:
    """Take away what counts no longer, and return how much it was."""
    return Limit.objects.filter(ends_at__lte=timezone.now()).delete()[0]
