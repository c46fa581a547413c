"""Videos and sound that lie elsewhere: whose we show, and by which address each is played inside a page.

The list is closed. A page asks nothing of any of them until somebody presses "play".
"""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, quote, urlsplit

_YOUTUBE_ID = re.compile(r"[\w-]{11}")
_VIMEO = re.compile(r"/(?:video/)?(?P<id>\d{5,12})(?:/(?P<hash>[0-9a-f]{6,20}))?/?")
_SOUNDCLOUD = re.compile(r"/[\w-]+/[\w-]+(?:/[\w-]+)?/?")
_YOUTUBE_HOSTS = ("www.youtube.com", "youtube.com", "m.youtube.com", "youtu.be", "www.youtube-nocookie.com")
_VIMEO_HOSTS = ("vimeo.com", "www.vimeo.com", "player.vimeo.com")
_SOUNDCLOUD_HOSTS = ("soundcloud.com", "www.soundcloud.com")

FRAMES = ("https://www.youtube-nocookie.com", "https://player.vimeo.com", "https://w.soundcloud.com")
"""What may stand in a frame on our pages: for the Content-Security-Policy."""


@dataclass(frozen=True, kw_only=True)
class Recording:
    """Something that is played.

    Args:
        provider: its name as people know it.
        url: where it is seen on the provider's own page.
        frame: its address inside a page of ours; one of ``FRAMES`` begins it.
    """

    provider: str
    url: str
    frame: str


def video(url: str) -> Recording | None:
    """A video of YouTube or Vimeo; None for any other address."""
    parts = _split(url)
    if parts is None:
        return None
    if parts.hostname in _YOUTUBE_HOSTS:
        return _youtube(parts.path, parts.query)
    if parts.hostname in _VIMEO_HOSTS:
        return _vimeo(parts.path, parts.query)
    return None


def sound(url: str) -> Recording | None:
    """A recording of SoundCloud; None for any other address."""
    parts = _split(url)
    if parts is None or parts.hostname not in _SOUNDCLOUD_HOSTS or not _SOUNDCLOUD.fullmatch(parts.path):
        return None
    own = f"https://soundcloud.com{parts.path.rstrip('/')}"
    frame = f"https://w.soundcloud.com/player/?url={quote(own, safe='')}&visual=false"
    return Recording(provider="SoundCloud", url=own, frame=frame)


KINDS = {"video": video, "sound": sound}
"""For each kind of block, what reads its address."""


def _split(url: str) -> SplitResult | None:
    """The parts of an address that names neither a port nor a person."""
    try:
        parts = urlsplit(url.strip())
        plain = parts.scheme == "https" and parts.port is None and parts.username is None
    except ValueError:
        return None
    return parts if plain else None


def _youtube(path: str, query: str) -> Recording | None:
    named = parse_qs(query).get("v", [""])[0]
    key = named if path == "/watch" else path.rstrip("/").rsplit("/", 1)[-1]
    if not _YOUTUBE_ID.fullmatch(key):
        return None
    return Recording(
        provider="YouTube",
        url=f"https://www.youtube.com/watch?v={key}",
        frame=f"https://www.youtube-nocookie.com/embed/{key}?rel=0",
    )


def _vimeo(path: str, query: str) -> Recording | None:
    found = _VIMEO.fullmatch(path)
    if not found:
        return None
    key, secret = found["id"], found["hash"] or parse_qs(query).get("h", [""])[0]
    if secret and not re.fullmatch(r"[0-9a-f]{6,20}", secret):
        return None
    return Recording(
        provider="Vimeo",
        url=f"https://vimeo.com/{key}{f'/{secret}' if secret else ''}",
        frame=f"https://player.vimeo.com/video/{key}?dnt=1{f'&h={secret}' if secret else ''}",
    )
