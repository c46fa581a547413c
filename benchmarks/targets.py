"""Finds what is measured in a seeded portal: addresses, a session of a demo participant, and how much there is.

Run in a process of its own, since it needs Django: ``python -m benchmarks.targets`` prints JSON.
"""

import json
import os
from collections.abc import Callable
from typing import Any

import django


def find() -> dict[str, Any]:
    """Addresses by name of page, the session's cookie, and the sizes."""
    from django.urls import reverse

    from discussion.models import Space, Topic
    from learning.models import GuidancePage, LibraryPage, ModulePage
    from members.models import User

    reader = User.objects.get(email="participant@example.org")
    space = Space.objects.visible_to(reader).order_by("-topic_count").first()
    topics = Topic.objects.visible_to(reader).filter(space=space, pinned=False, closed=False)
    topic = topics.filter(last_number__gte=20).order_by("last_number", "pk").first() or topics.latest(
        "last_number"
    )
    module = ModulePage.objects.live().filter(circle=None).order_by("number").first()
    guidance = GuidancePage.objects.live().get(slug="start-with-a-question")
    library = LibraryPage.objects.live().get()
    pages = {
        "module page": address(module),
        "guidance page": address(guidance),
        "library": f"{address(library)}?q=meeting&kind=guide",
        "dashboard": reverse("dashboard"),
        "search": f"{reverse('search')}?q=falls",
        "directory": "/communities/?q=falls&stage=maturing",
        "topic list": space.get_absolute_url(),
        "topic page": topic.get_absolute_url(),
        "unread": f"{space.get_absolute_url()}?show=new",
        "deep page": f"{space.get_absolute_url()}?cursor={_deep(space)}",
    }
    pages["module page cached"] = pages["module page signed in"] = pages["module page"]
    return {"pages": pages, "cookie": _session(reader), "sizes": _sizes()}


def _deep(space: Any) -> str:
    """Where the page begins that is half-way down the list of a space."""
    from kit import keyset

    topics = space.topics.filter(removed_at=None, pinned=False).order_by("-last_post_at", "-pk")
    middle = topics[topics.count() // 2]
    return keyset.page(
        topics.filter(last_post_at__lte=middle.last_post_at), order=("-last_post_at", "-id"), size=1
    ).next


def address(page: Any) -> str:
    """A page's path on the one site there is."""
    root = page.get_site().root_page.url_path
    return "/" + page.url_path.removeprefix(root)


def _session(reader: Any) -> str:
    """A session like the one that signing in makes, as a Cookie header."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(reader, backend="allauth.account.auth_backends.AuthenticationBackend")
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def _sizes() -> dict[str, int]:
    from community_directory.models import Community
    from discussion.models import Post, Topic
    from learning.models import GuidancePage
    from members.models import User

    models: dict[str, Any] = {
        "communities": Community,
        "topics": Topic,
        "posts": Post,
        "guidance": GuidancePage,
        "members": User,
    }
    return {name: model.objects.count() for name, model in models.items()}


def read_some() -> None:
    """Let the participant have read a third of the network's topics, as people have."""
    from discussion.models import Topic, TopicRead
    from members.models import User

    reader = User.objects.get(email="participant@example.org")
    topics = Topic.objects.visible_to(reader).exclude(reads__person=reader).order_by("pk")
    marks = (
        TopicRead(person=reader, topic_id=pk, number=number)
        for pk, number in topics.values_list("pk", "last_number").iterator()
        if pk % 3 == 0
    )
    TopicRead.objects.bulk_create(marks, batch_size=2000)


def answer(find: Callable[[], Any]) -> None:
    """Print as JSON what is found in the database of the settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()
    print(json.dumps(find()))


if __name__ == "__main__":
    answer(find)
