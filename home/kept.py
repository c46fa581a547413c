"""What is kept of each host's frame, and how it is forgotten: below the models, so that saving them can."""

from typing import Any

from django.core.cache import cache

from kit.caching import forget_public_pages

_KEY = "frame-of-"
_HOSTS = "frame-hosts"
_SECONDS = 3600
_MOST_HOSTS = 100  # a browser may say any port after our name


def kept_frame(host: str) -> Any:
    """The frame kept for a host, or None."""
    return cache.get(_KEY + host)


def keep_frame(host: str, frame: Any) -> None:
    """Keep a host's frame for an hour, or until something in it changes."""
    hosts = cache.get(_HOSTS, frozenset())
    if host not in hosts and len(hosts) >= _MOST_HOSTS:
        cache.delete_many([_KEY + other for other in hosts])
        hosts = frozenset()
    cache.set(_KEY + host, frame, timeout=_SECONDS)
    if host not in hosts:
        cache.set(_HOSTS, hosts | {host}, timeout=None)


def forget_frames() -> None:
    """Let what an editor has changed show at once, in every frame and on every page kept for visitors."""
    cache.delete_many([_KEY + host for host in cache.get(_HOSTS, frozenset())])
    forget_public_pages()
