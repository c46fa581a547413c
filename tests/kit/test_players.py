"""Which addresses are played, and by which frame: nothing but what is on the list."""

from urllib.parse import urlsplit

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from kit import players

VIDEOS = {
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ": ("YouTube", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?rel=0"),
    "https://youtube.com/watch?t=4&v=dQw4w9WgXcQ&list=x": (
        "YouTube", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?rel=0",
    ),
    "https://youtu.be/dQw4w9WgXcQ?si=abc": ("YouTube", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?rel=0"),
    "https://www.youtube.com/live/dQw4w9WgXcQ": (
        "YouTube", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?rel=0",
    ),
    " https://vimeo.com/123456789 ": ("Vimeo", "https://player.vimeo.com/video/123456789?dnt=1"),
    "https://vimeo.com/123456789/abcdef0123": ("Vimeo", "https://player.vimeo.com/video/123456789?dnt=1&h=abcdef0123"),
    "https://player.vimeo.com/video/123456789?h=abcdef0123": (
        "Vimeo", "https://player.vimeo.com/video/123456789?dnt=1&h=abcdef0123",
    ),
}  # fmt: skip
NONE = [
    "", "x", "http://vimeo.com/123456789", "javascript:alert(1)", "https://vimeo.com.example.org/123456789",
    "https://example.org/?https://vimeo.com/123456789", "https://vimeo.com@example.org/123456789",
    "https://me@vimeo.com/123456789", "https://vimeo.com:8443/123456789", "https://vimeo.com/", "https://vimeo.com/about",
    "https://vimeo.com/123456789?h=%22%3E", "https://www.youtube.com/watch?v=short", "https://www.youtube.com/watch",
    "https://www.youtube.com/watch?v=%22onload%3Dx", "https://[::1", "https://vimeo.com:x/123456789",
]  # fmt: skip


@pytest.mark.parametrize("url", VIDEOS)
def test_a_video_is_played_from_where_no_cookie_is_set(url):
    found = players.video(url)
    assert (found.provider, found.frame) == VIDEOS[url]


@pytest.mark.parametrize("url", NONE)
def test_nothing_else_is(url):
    assert players.video(url) is None
    assert players.sound(url) is None


def test_sound_is_played_by_its_own_address():
    found = players.sound("https://soundcloud.com/somebody/an-hour/s-abc?utm=x")
    assert found.url == "https://soundcloud.com/somebody/an-hour/s-abc"
    assert found.frame == (
        "https://w.soundcloud.com/player/?url=https%3A%2F%2Fsoundcloud.com%2Fsomebody%2Fan-hour%2Fs-abc&visual=false"
    )


def test_a_video_is_no_sound_nor_the_other_way_round():
    assert players.sound("https://vimeo.com/123456789") is None
    assert players.video("https://soundcloud.com/somebody/an-hour") is None


@given(
    st.sampled_from(
        ["https://vimeo.com", "https://youtu.be", "https://www.youtube.com", "https://soundcloud.com", ""]
    ),
    st.text(max_size=60),
)
def test_whatever_is_given_the_frame_is_on_the_list_and_safe_in_an_attribute(start, rest):
    for found in (players.video(f"{start}/{rest}"), players.sound(f"{start}/{rest}")):
        if found is not None:
            parts = urlsplit(found.frame)
            assert f"{parts.scheme}://{parts.netloc}" in players.FRAMES
            assert not set("\"'<> ") & set(found.frame + found.url)


def test_the_policy_lets_in_what_is_on_the_list_and_nothing_else():
    assert settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["frame-src"] == list(players.FRAMES)
