"""Line 8: a file becomes private with what it stands on, at once, in every size."""

import pytest


@pytest.fixture
def opened(private):
    """The cohort's files, while they are everybody's."""
    for thing in (private.document, private.picture):
        thing.circle = None
        thing.save()
    return [
        private.document.url,
        *(private.picture.get_rendition(size).url for size in ("width-8", "max-4x4")),
    ]


@pytest.mark.parametrize("who", ["visitor", "outsider"])
def test_it_is_asked_each_time(private, opened, cast, visit, who):
    assert [visit(who).get(address).status_code for address in opened] == [200, 200, 200]
    for thing in (private.document, private.picture):
        thing.circle = cast.cohort.circle
        thing.save()
    assert [visit(who).get(address).status_code for address in opened] == [404, 404, 404]
    assert [visit("participant").get(address).status_code for address in opened] == [200, 200, 200]


def test_no_cache_between_keeps_one(opened, client):
    for address in opened:
        control = client.get(address)["Cache-Control"]
        assert (address, "private" in control, "public" in control) == (address, True, False)


def test_there_is_no_way_past_the_view(private, client, settings):
    for name in (
        private.document.file.name,
        private.picture.file.name,
        private.picture.get_rendition("width-8").file.name,
    ):
        for root in (
            "/media/",
            settings.MEDIA_URL,
            "/static/",
            "/files/",
            "/documents/",
            "/",
            "/static/../media/",
        ):
            assert (root, client.get(root + name).status_code) == (root, 404)
